"""An explanation in a terminal: the number, and measure by measure what it is made of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from footfall.catalogue.formula import Number
from footfall.explain import Explanation, Part, Thing
from footfall.explain.explanation import VALUE
from footfall.report.data import safe
from footfall.report.kpis import BETWEEN, INDENT, period
from footfall.report.numbers import count, money, part, shown
from footfall.report.table import PLAIN, Column, Style, Table, both_ends, clean, lines, paragraph

YES, NO = "counted", "not counted"


def report(told: Explanation, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read: the number, then each measure with its things and statements."""
    found = [
        both_ends(told.kpi.name, told.kpi.id, width, style.strong, style.faint),
        style.faint(BETWEEN.join([clean(name), *_asked(told)])),
        *(INDENT + line for line in _numbers(told)),
    ]
    for each in told.parts:
        found += ["", *_part(told, each, width, style)]
    return found


def _asked(told: Explanation) -> list[str]:
    where = [
        f"{name} {' or '.join(value or '–' for value in values)}"
        for name, values in told.where.items()
    ]
    segment = [f"in segment {told.segment}"] if told.segment else []
    return [period(told.start, told.end), *map(clean, where), *segment, told.timezone]


def _numbers(told: Explanation) -> Iterator[str]:
    """The KPI's value, and what it is made of."""
    kpi, currency = told.kpi, told.currency
    for row in told.rows:
        value = shown(row.value, kpi.unit, currency)
        segment = BETWEEN.join(f"{name} {text}" for name, text in row.segment.items())
        ratio = row.numerator is not None and row.denominator is not None
        above = part(row.numerator, kpi.unit, currency, above=kpi.unit != "rate")
        made = f" = {above} ÷ {part(row.denominator, kpi.unit, currency)}" if ratio else ""
        yield f"{segment + ': ' if segment else ''}{value}{made}"


def _part(told: Explanation, each: Part, width: int, style: Style) -> Iterator[str]:
    side = "" if each.side == VALUE else f"{each.side.capitalize()}: "
    split = f" · {each.split}" if each.split else ""
    yield style.strong(clean(f"{side}{each.measure.rpartition('.')[2].replace('_', ' ')}{split}"))
    yield from map(style.faint, paragraph(each.what, width, INDENT))
    adds = "" if each.adds is None else f", which add {_adds(told, each, each.adds)}"
    yield f"{INDENT}{count(each.counted)} {YES}{adds}; {count(each.not_counted)} {NO}"
    if each.things:
        yield from lines(_table(told, each), width, style)
    more = each.counted + each.not_counted - len(each.things)
    if more:
        yield style.faint(f"{INDENT}and {count(more)} more, with --limit or --format csv")
    for sql, parameters in each.statements:
        named = "".join(f"  :p{at} = {value!r}" for at, value in enumerate(parameters))
        yield from map(style.faint, paragraph(sql + named, width, INDENT))


def _table(told: Explanation, each: Part) -> Table:
    columns = (
        Column("time"), Column("what"), Column("id"), Column("adds", right=True), Column("why not"),
    )  # fmt: skip
    return Table(columns, tuple(_row(told, each, thing) for thing in each.things))


def _row(told: Explanation, each: Part, thing: Thing) -> tuple[str, ...]:
    adds = _adds(told, each, thing.adds) if thing.counted else ""
    return (
        _clock(told.time(thing)),
        thing.kind.replace("_", " "),
        thing.id or "–",
        adds,
        thing.why,
    )


def _clock(time: str) -> str:
    """A moment as the wall clock shows it: `2026-01-05 10:00:00`, with thousandths if there are."""
    return time.replace("T", " ")[: len("2026-01-05 10:00:00.000")].removesuffix(".000")


def _adds(told: Explanation, each: Part, number: Number) -> str:
    """What is added; money in the site's currency."""
    if isinstance(number, Decimal) and told.is_money(each):
        return money(number, told.currency)
    return count(number if isinstance(number, int | Decimal) else float(number))


def explanation_csv(told: Explanation) -> str:
    """The things as CSV with a header; texts are safe to open in a spreadsheet."""
    columns = told.columns()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return safe(value) if isinstance(value, str) else value
