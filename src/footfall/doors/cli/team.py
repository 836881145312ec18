"""`footfall team`: the advice desk."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from footfall import workspace
from footfall.doors.cli.formats import add_format, check_format
from footfall.doors.cli.options import Command, add_period
from footfall.doors.cli.screen import show, style, width
from footfall.query.said import read_where

FORMATS = ("table", "json", "csv")


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add_period(parser)
    add("--every", metavar="LENGTH", help="also the agents' trend, by hour, day, week, month, year")
    add(
        "--where",
        metavar="agent=ID",
        action="append",
        default=[],
        help="only this agent; several times for several; agent= is no agent",
    )
    add_format(parser, FORMATS)


def _run(args: Namespace) -> int:
    check_format(args, FORMATS)
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        team = found.team(
            start=args.start,
            end=args.end,
            every=args.every,
            where=read_where(args.where),
            site=site.id,
        )
        catalogue = found.catalogue(site)
    from footfall.report import data  # noqa: PLC0415
    from footfall.report import team as report  # noqa: PLC0415

    if args.format == "json":
        sys.stdout.write(data.any_json(team.to_json()))
    elif args.format == "csv":
        sys.stdout.write(report.leaderboard_csv(team, catalogue))
    else:
        show(report.report(team, catalogue, site, width(), style()))
    return 0


COMMAND = Command(
    "team",
    "Tells how the advice desk does: the agents, when and where people ask, what they say of it.",
    _options,
    _run,
    "  footfall team --from 2026-01-01 --to 2026-01-31\n"
    "  footfall team --every week --where agent=mia\n"
    "  footfall team --format json",
)
