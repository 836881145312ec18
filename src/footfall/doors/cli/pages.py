"""`footfall pages`: which pages are seen, where visits begin, and where they end."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from footfall.doors.cli.behaviour import add_question, question, tell
from footfall.doors.cli.options import Command


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--kind", metavar="KIND", default="top", help="top (default), landing or exit")
    add("--limit", metavar="N", type=int, default=20, help="so many pages (default 20)")
    add_question(parser)


def _run(args: Namespace) -> int:
    from footfall.report.listing import pages  # noqa: PLC0415

    asked = question(args) | {"kind": args.kind, "limit": args.limit}
    return tell(args, lambda opened, site: opened.pages(**asked, site=site), pages)


COMMAND = Command(
    "pages",
    "Lists the pages that are seen most, that visits begin on, or that they end on.",
    _options,
    _run,
    "  footfall pages\n  footfall pages --kind landing --by device --from 2026-01-01",
)
