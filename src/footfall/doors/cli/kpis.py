"""`footfall kpis`: the numbers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from footfall import workspace
from footfall.doors.cli.formats import FORMATS, add_format, check_format, write
from footfall.doors.cli.options import Command, add_period, add_whom
from footfall.doors.cli.screen import note, show, style, width
from footfall.errors import nearest
from footfall.query.said import read_where

if TYPE_CHECKING:
    from footfall.query.answer import Answer
    from footfall.settings import Site


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("ids", metavar="ID", nargs="*", help="KPIs (default: all); see footfall catalogue")
    add_period(parser)
    add("--by", metavar="DIM[,DIM]", action="append", default=[], help="cut by dimensions")
    add("--every", metavar="LENGTH", help="in buckets of an hour, day, week, month or year")
    add_whom(parser)
    add("--compare", metavar="WITH", help="with the previous days, or with those a year before")
    add("--align", metavar="HOW", help="compare by days (default), or so that weekdays meet")
    add("--cumulate", action="store_true", help="each bucket from the first day to its own end")
    add_format(parser, FORMATS)


def _run(args: Namespace) -> int:
    check_format(args, FORMATS)
    where = read_where(args.where)
    with workspace.open(args.workspace) as found:
        site = found.site(args.site)
        answer = found.kpis(
            args.ids,
            start=args.start,
            end=args.end,
            by=",".join(args.by),
            every=args.every,
            where=where,
            segment=args.segment,
            compare=args.compare,
            align=args.align,
            cumulate=args.cumulate,
            site=site.id,
        )
    _show(answer, site, args)
    for name, values in where.items():
        _hint(name, values)
    return 0


def _show(answer: Answer, site: Site, args: Namespace) -> None:
    from footfall.report import kpis as report  # noqa: PLC0415

    if args.format != "table":
        write(answer, args.format, args.out)
        for told in report.notes(answer):
            note(told)
        return
    show(report.report(answer, site.name, width(), style()))
    if answer.as_of == 0:
        show(["", "There are no events yet: footfall import FILE…"])


def _hint(name: str, values: list[str | None]) -> None:
    """Says so where a value is asked for that its dimension cannot have."""
    from footfall.event.closed_lists import CLOSED_LISTS  # noqa: PLC0415 - slow to import

    known = CLOSED_LISTS.get(name, ())
    for value in values:
        if known and value is not None and value not in known:
            close = nearest(value, known)
            hint = f"did you mean {close!r}? " if close else ""
            note(f"note: {name} is never {value!r}; {hint}it is one of: {', '.join(known)}")


COMMAND = Command(
    "kpis",
    "Computes KPIs: all of them, or those that are named. Days are the site's own.",
    _options,
    _run,
    "  footfall kpis --from 2026-01-01 --to 2026-01-31\n"
    "  footfall kpis orders revenue aov --every week --by device\n"
    "  footfall kpis --where device=mobile --where device=tablet --where campaign=\n"
    "  footfall kpis --from 2026-01-01 --to 2026-01-31 --compare year --align weekday\n"
    "  footfall kpis visitors revenue --every day --cumulate --segment engaged\n"
    "  footfall kpis --by channel --format csv --out january.csv",
)
