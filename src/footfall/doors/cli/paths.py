"""`footfall paths`: the ways that people take to a conversion."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from footfall.doors.cli.behaviour import add_question, question, tell
from footfall.doors.cli.options import Command


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--kind", metavar="KIND", help="channels or page_types (default: both)")
    add("--window", metavar="TIME", default="30d", help="visits up to so long before (default 30d)")
    add("--limit", metavar="N", type=int, default=20, help="so many paths (default 20)")
    add_question(parser)


def _run(args: Namespace) -> int:
    from footfall.report.listing import paths  # noqa: PLC0415

    words = {"kind": args.kind, "window": args.window, "limit": args.limit}
    asked = question(args) | words
    return tell(args, lambda opened, site: opened.paths(**asked, site=site), paths)


COMMAND = Command(
    "paths",
    "Lists the most frequent ways to a conversion: channels of visits, and types of pages.",
    _options,
    _run,
    "  footfall paths\n  footfall paths --kind channels --window 7d --by device",
)
