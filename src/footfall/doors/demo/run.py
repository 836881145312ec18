"""The demonstration's own site: made where there is none, never one that a person made."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from footfall.doors.demo.designs import write_designs
from footfall.doors.demo.files import write_parquet
from footfall.doors.demo.site import DEMO_SITE
from footfall.doors.demo.story import DAYS, SEED, VISITORS, calendar_of
from footfall.doors.demo.tables import Row, tables
from footfall.errors import RequestError
from footfall.folder import SETTINGS_FILE, create
from footfall.localtime import local_day
from footfall.settings import Site, init_text, site_from_mapping
from footfall.workspace import Workspace

SITE = "demo"
MARKER = "demo.json"


@dataclass(frozen=True, slots=True)
class DemoWish:
    """What demonstration is wanted; without `until` it ends yesterday."""

    days: int = DAYS
    until: date | None = None
    visitors: int = VISITORS
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class DemoFiles:
    """A demonstration's files: events in order of time, and the CSV file of each table."""

    first: date
    last: date
    events: tuple[Path, ...]
    tables: dict[str, Path]


def open_demo(folder: Path) -> Workspace:
    """The workspace with a site `demo`, made where there is none.

    Raises RequestError, and changes nothing, where the site is somebody else's.
    """
    site = site_from_mapping(SITE, DEMO_SITE)
    if not (folder / SETTINGS_FILE).is_file():
        create(folder, SITE)
        (folder / SETTINGS_FILE).write_text(init_text(site), "utf-8")
    workspace = Workspace(folder)
    if SITE not in workspace.settings.sites:
        workspace.add_site(site)
    elif not _made_here(workspace, site):
        raise RequestError(
            f"{folder / SETTINGS_FILE}: the site {SITE!r} was not made by `footfall demo`, which "
            "would replace its data; name another workspace with --workspace"
        )
    workspace.data.mkdir(parents=True, exist_ok=True)
    told = {"site": SITE, "made_by": "footfall demo", "meaning": "footfall demo may replace it"}
    (workspace.data / MARKER).write_text(json.dumps(told) + "\n", "utf-8")
    return workspace


def make_files(workspace: Workspace, wish: DemoWish, folder: Path) -> DemoFiles:
    """Writes the demonstration's files; the same wish gives the same events."""
    site = workspace.site(SITE)
    yesterday = local_day(workspace.clock.now_ms() * 1000, site.timezone) - timedelta(days=1)
    until = wish.until or yesterday
    calendar = calendar_of(wish.days, until, site.timezone)
    write_designs(workspace.folder / "experiments", SITE, calendar)
    events = write_parquet(
        folder / "events", wish.days, until,
        visitors=wish.visitors, seed=wish.seed, timezone=site.timezone,
    )  # fmt: skip
    rows = tables(wish.days, until, seed=wish.seed, visitors=wish.visitors)
    written = {name: _write_csv(folder / f"{name}.csv", each) for name, each in rows.items()}
    return DemoFiles(calendar.day(0), until, tuple(events), written)


def _made_here(workspace: Workspace, site: Site) -> bool:
    """Whether the site is the demonstration's: it says so, or it is as made and has no data yet."""
    if (workspace.data / MARKER).is_file():
        return True
    found = workspace.site(SITE)
    return found == site and not workspace.log(found).files()


def _write_csv(path: Path, rows: Iterable[Row]) -> Path:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)
    return path
