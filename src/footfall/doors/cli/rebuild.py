"""`footfall rebuild`: everything computed anew from the log."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from time import perf_counter

from footfall import workspace
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import telling
from footfall.doors.cli.screen import show
from footfall.report.numbers import plural, seconds


def _options(_parser: ArgumentParser) -> None:
    """None but the common ones."""


def _run(args: Namespace) -> int:
    with workspace.open(args.workspace) as found, telling("rebuilding") as tell:
        site = found.site(args.site)
        started = perf_counter()
        events = found.rebuild(site, tell)
        took = perf_counter() - started
    show([f"{site.id}: {plural(events, 'event')} of the log, built anew in {seconds(took)}"])
    return 0


COMMAND = Command(
    "rebuild",
    "Throws away everything that was computed and builds it again from the log of events.",
    _options,
    _run,
)
