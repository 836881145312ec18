"""`footfall retention`: of those who came or bought for the first time, how many do so again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from footfall.doors.cli.behaviour import add_question, question, tell
from footfall.doors.cli.options import Command


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("--every", metavar="LENGTH", default="week", help="week (default) or month")
    add_question(parser)


def _run(args: Namespace) -> int:
    from footfall.report.retention import report  # noqa: PLC0415

    asked = question(args) | {"every": args.every}
    return tell(args, lambda opened, site: opened.retention(**asked, site=site), report)


COMMAND = Command(
    "retention",
    "Tells how many come, and buy, again: by the week or month of the first time ever.",
    _options,
    _run,
    "  footfall retention\n  footfall retention --every month --by channel --from 2026-01-01",
)
