"""`footfall leaks`: where people fall out of a funnel, and what that costs."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from footfall.doors.cli.behaviour import add_question, question, tell
from footfall.doors.cli.funnel import add_funnel, funnel_words
from footfall.doors.cli.options import Command


def _options(parser: ArgumentParser) -> None:
    add_funnel(parser)
    parser.add_argument(
        "--against", metavar="WHAT", default="best",
        help="the best segment (default), the previous period, or a benchmark of the funnel's file",
    )  # fmt: skip
    add_question(parser)


def _run(args: Namespace) -> int:
    from footfall.report.listing import leaks  # noqa: PLC0415

    asked = question(args) | funnel_words(args) | {"against": args.against}
    asked["by"] = asked["by"] or "device"
    return tell(args, lambda opened, site: opened.leaks(**asked, site=site), leaks)


COMMAND = Command(
    "leaks",
    "Ranks the steps and segments that lose money, each with an interval; by device, if not told.",
    _options,
    _run,
    "  footfall leaks\n  footfall leaks checkout --by channel\n"
    "  footfall leaks --against previous --from 2026-01-01 --to 2026-01-31",
)
