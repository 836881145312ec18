"""`footfall drilldown`: inside one chat experience."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from footfall import workspace
from footfall.doors.cli.formats import add_format, check_format
from footfall.doors.cli.options import Command, add_period, add_whom
from footfall.doors.cli.screen import show, style, width
from footfall.query.said import read_where

FORMATS = ("table", "json", "csv")


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("experience", metavar="EXPERIENCE", help="the id of the experience")
    add_period(parser)
    add_whom(parser)
    add(
        "--answers",
        metavar="BAND",
        help="what was typed about the NPS instead: of promoter, passive, detractor, or all",
    )
    add_format(parser, FORMATS)


def _run(args: Namespace) -> int:
    check_format(args, FORMATS)
    where = read_where(args.where)
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        drilldown = found.drilldown(
            args.experience,
            start=args.start,
            end=args.end,
            where=where,
            segment=args.segment,
            answers=args.answers,
            site=site.id,
        )
    from footfall.report import data  # noqa: PLC0415
    from footfall.report import drilldown as report  # noqa: PLC0415

    if args.format == "json":
        sys.stdout.write(data.any_json(drilldown.to_json()))
    elif args.format == "csv":
        is_of_modules = drilldown.answers is None
        told = report.drilldown_csv(drilldown) if is_of_modules else report.answers_csv([drilldown])
        sys.stdout.write(told)
    elif drilldown.answers is not None:
        show(report.answers(drilldown, site.name, site.names, width(), style()))
    else:
        show(report.report(drilldown, site.name, site.names, width(), style()))
    return 0


COMMAND = Command(
    "drilldown",
    "Tells of one chat experience its modules in order, how often each was shown, and its numbers.",
    _options,
    _run,
    "  footfall drilldown raffle --from 2026-12-01 --to 2026-12-24\n"
    "  footfall drilldown raffle --where device=mobile --format csv\n"
    "  footfall drilldown raffle --answers detractor --format csv",
)
