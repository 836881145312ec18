"""`footfall verify`: whether everything that is kept can be read, and is whole."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from footfall import workspace
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import telling
from footfall.doors.cli.screen import show
from footfall.journal import Damage, Position, Torn, read_from, segments
from footfall.report.numbers import plural
from footfall.workspace import Workspace

DAMAGED = 1


def _options(_parser: ArgumentParser) -> None:
    """None but the common ones."""


def _run(args: Namespace) -> int:
    with workspace.open(args.workspace) as found:
        sites = [found.site(args.site)] if args.site else list(found.settings.sites.values())
        with telling("reading everything") as tell:
            wrong, notes = list(found.control.check()), list[str]()
            for text, is_wrong in _journal(found):
                (wrong if is_wrong else notes).append(text)
            for site in sites:
                tell(f"reading everything of {site.id}")
                wrong += found.check(site)
    show(notes)
    if wrong:
        show([*wrong, "", f"{plural(len(wrong), 'thing')} damaged"])
        return DAMAGED
    show(["Everything that is kept can be read, and is whole."])
    return 0


def _journal(found: Workspace) -> Iterator[tuple[str, bool]]:
    """What there is to be said of the journal, and whether it is damage."""
    folder = found.data / "journal"
    paths = {each.number: each.path for each in segments(folder)}
    kept = found.control.received.damage()
    for one in kept:
        segment, offset = one.at
        where = "bytes are in quarantine in data/control.sqlite"
        bytes_of_it = f"its {len(one.raw):,} {where}"
        yield f"journal segment {segment}, offset {offset}: {one.reason}; {bytes_of_it}", True
    known = {one.at for one in kept}
    for each in read_from(folder, Position(0, 0)):
        match each:
            case Damage(at, until, reason) if (at.segment, at.offset) not in known:
                length = until.offset - at.offset
                yield f"{paths[at.segment]}, offset {at.offset}: {reason}, {length:,} bytes", True
            case Torn(at, length) if length:
                what = f"{length:,} bytes that were never finished, and never acknowledged"
                yield f"{paths[at.segment]}, offset {at.offset}: {what}", False


COMMAND = Command(
    "verify",
    "Reads everything that is kept: the journal, the log, the facts and the control store. Says "
    "what is damaged and where; the exit code is 1 then.",
    _options,
    _run,
)
