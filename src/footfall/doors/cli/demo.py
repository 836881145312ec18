"""`footfall demo`: a realistic store, from its events to its KPIs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from footfall import folder as folders
from footfall.doors.cli.imports import run_import
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import telling
from footfall.doors.cli.screen import show, style, width
from footfall.errors import RequestError
from footfall.report import kpis as report
from footfall.report.numbers import plural

if TYPE_CHECKING:
    from footfall.doors.demo.run import DemoFiles, DemoWish
    from footfall.workspace import Workspace

SHOWN_DAYS = 28
BY_DEVICE = ("visitors", "sessions", "conversion_rate", "orders", "revenue", "aov", "ctr")


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--days", metavar="N", type=int, default=90, help="how many days (90)")
    add("--until", metavar="DAY", default="yesterday", help="the last day (yesterday)")
    add("--visitors", metavar="N", type=int, default=20_000, help="how many visitors (20000)")
    add("--seed", metavar="N", type=int, default=1, help="another number, another store (1)")
    add("--no-serve", action="store_true", help="only print the report")


def _run(args: Namespace) -> int:
    from footfall.doors.demo.run import DemoWish, open_demo  # noqa: PLC0415 - help needs none of it

    wish = DemoWish(args.days, _until(args.until), args.visitors, args.seed)
    folder = folders.find(args.workspace)
    with open_demo(folder) as found:
        files = _make(found, wish)
        _report(found, files)
        several = len(found.settings.sites) > 1
    show(["", *_further(folder, several=several)])
    if not args.no_serve:
        _serve(folder)
    return 0


def _serve(folder: Path) -> None:
    """Serves the store, unless that is done already, at the usual address if nobody has it."""
    from footfall.doors.cli.serve import serve_until_stopped  # noqa: PLC0415
    from footfall.held import find_holder  # noqa: PLC0415

    show([""])
    if (holder := find_holder(folder / "data")) is not None:
        show([f"The dashboard is {holder.ask('about', {})}."])
    else:
        serve_until_stopped(folder, any_port=True)


def _until(told: str) -> date | None:
    """The last day; None for yesterday."""
    if told == "yesterday":
        return None
    try:
        return date.fromisoformat(told)
    except ValueError as error:
        raise RequestError(
            f"--until {told!r} is no date; write it as 2026-01-31, or yesterday"
        ) from error


def _make(found: Workspace, wish: DemoWish) -> DemoFiles:
    """Makes the store's files and imports them in place of those of an earlier demonstration."""
    from footfall.doors.demo.run import SITE, make_files  # noqa: PLC0415
    from footfall.doors.importers.run import Wish  # noqa: PLC0415

    with found.staging() as staging:
        with telling("making the events of a store"):
            files = make_files(found, wish, staging)
        found.remove_site_data(found.site(SITE))
        found.close()
        for name, path in files.tables.items():
            run_import(found.folder, SITE, Wish((str(path),), name.replace("_", "-")))
        done = run_import(found.folder, SITE, Wish((str(staging / "events"),), "parquet"))
    total = done.total
    days = (files.last - files.first).days + 1
    made = f"{plural(total.stored, 'event')} of {plural(days, 'day')}"
    show([f"{made}, now site {SITE!r} of {found.folder}", ""])
    return files


def _report(found: Workspace, files: DemoFiles) -> None:
    """The KPIs of the last four weeks, and some of them by device."""
    from footfall.doors.demo.run import SITE  # noqa: PLC0415

    site = found.site(SITE)
    start = max(files.first, files.last - timedelta(days=SHOWN_DAYS - 1))
    everything = found.kpis(start=start, end=files.last, site=SITE)
    show(report.report(everything, site.name, width(), style()))
    by_device = found.kpis(BY_DEVICE, start=start, end=files.last, by="device", site=SITE)
    show(["", *report.report(by_device, site.name, width(), style())])


def _further(folder: Path, *, several: bool) -> list[str]:
    begin = f"footfall -w {folder}" + (" --site demo" if several else "")
    return [
        "Ask further:",
        f"  {begin} kpis orders revenue conversion_rate --every week",
        f"  {begin} kpis --by channel",
        f"  {begin} experiment list",
        f"  {begin} catalogue conversion_rate",
        f"  {begin} quality",
    ]


COMMAND = Command(
    "demo",
    "Makes a realistic store's events, imports them into a site `demo`, prints its KPIs, and "
    "serves the dashboard.",
    _options,
    _run,
    "  footfall demo\n  footfall demo --no-serve --days 30 --visitors 5000 --seed 7",
    site=False,
)
