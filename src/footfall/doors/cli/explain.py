"""`footfall explain`: why a number is what it is."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from footfall import workspace
from footfall.doors.cli.formats import add_format, check_format
from footfall.doors.cli.options import Command, add_period, add_whom
from footfall.doors.cli.screen import show, style, width
from footfall.errors import RequestError
from footfall.query.said import read_where

FORMATS = ("table", "json", "csv")
SHOWN = 20


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("id", metavar="ID", help="a KPI; see footfall catalogue")
    add_period(parser)
    add_whom(parser)
    add("--limit", metavar="N", help=f"the first N things of each measure (a table: {SHOWN})")
    add_format(parser, FORMATS)
    add("--out", metavar="FILE", help="write json or csv into a file")


def _run(args: Namespace) -> int:
    check_format(args, FORMATS)
    limit = _limit(args)
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        told = found.explain(
            args.id,
            start=args.start,
            end=args.end,
            where=read_where(args.where),
            segment=args.segment,
            limit=limit,
            site=site.id,
        )
    from footfall.report import explanation as report  # noqa: PLC0415 - help needs none of it
    from footfall.report.data import any_json  # noqa: PLC0415

    if args.format == "table":
        show(report.report(told, site.name, width(), style()))
        return 0
    text = any_json(told.to_json()) if args.format == "json" else report.explanation_csv(told)
    if args.out:
        Path(args.out).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


def _limit(args: Namespace) -> int | None:
    """How many things of each measure; None for all."""
    if args.limit is None:
        return SHOWN if args.format == "table" else None
    if not args.limit.isdecimal() or not int(args.limit):
        raise RequestError(f"--limit {args.limit!r} is no number of things; write such as 100")
    return int(args.limit)


COMMAND = Command(
    "explain",
    "Says why a KPI has its value: the things it counts, and those it looked at and did not count,"
    " each with the reason, and the statements that find them.",
    _options,
    _run,
    "  footfall explain contributed_transactions --from 2026-01-01 --to 2026-01-31\n"
    "  footfall explain direct_sales --limit 100 --format csv --out direct.csv\n"
    "  footfall explain conversion_rate --where device=mobile --format json",
)
