"""`footfall clickmap`: what is clicked on a page, and where."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from footfall.doors.cli.behaviour import add_question, question, tell
from footfall.doors.cli.options import Command


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("page", metavar="PAGE", help="the page's path; * is any characters")
    add("--limit", metavar="N", type=int, default=50, help="so many elements (default 50)")
    add_question(parser)


def _run(args: Namespace) -> int:
    from footfall.report.listing import clicks  # noqa: PLC0415

    asked = question(args) | {"limit": args.limit}
    return tell(args, lambda opened, site: opened.clickmap(args.page, **asked, site=site), clicks)


COMMAND = Command(
    "clickmap",
    "Counts the clicks on a page, by element and by position.",
    _options,
    _run,
    "  footfall clickmap /cart\n  footfall clickmap '/products/*' --where device=mobile",
)
