"""Data quality: what could not be taken at its word, and how much there is of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from footfall.facts.quality import Quality, Received
from footfall.report.numbers import count, money
from footfall.report.table import PLAIN, Column, Style, Table, lines

INDENT = "  "
COLUMNS = (Column(""), Column("", right=True), Column("", rank=1, faint=True))
Cells = tuple[str, ...]
Worth = tuple[Decimal, str]
"""An amount and its currency."""
Line = tuple[str, int | Worth, str]
"""What there is, how much of it, and what that means."""
DAYS_SHOWN = 14


def report(quality: Quality, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read."""
    heading = style.strong(name) + style.faint(" · data quality, all time")
    rows: list[Cells | str] = []
    for title, told in sections(quality):
        rows += ["", title] if rows else [title]
        rows += [(INDENT + what, _number(much), note) for what, much, note in told]
    found = [heading, "", *lines(Table(COLUMNS, tuple(rows)), width, style)]
    return [*found, *_days(quality, width, style)]


def sections(quality: Quality) -> list[tuple[str, list[Line]]]:
    """What is told of all time, by what it is about; what is part of a line is indented."""
    names = [_line(event, number) for event, number in quality.unknown_names.items()]
    return [
        ("Imports", _imports(quality)),
        ("Visitors", _visitors(quality)),
        ("Money", _money(quality)),
        *([("Events of other programs that have no name of ours", names)] if names else []),
    ]


def _number(much: int | Worth) -> str:
    return count(much) if isinstance(much, int) else money(*much)


def _imports(quality: Quality) -> list[Line]:
    total = quality.total
    return [
        _line("Rows read", quality.read),
        _line("Received", total.received, "events, and rows that gave none"),
        _line("Events stored", total.stored),
        _line("Duplicates", total.duplicates, "same id, same words"),
        _line("Duplicate conflicts", total.duplicate_conflicts, "same id, other words"),
        _line("Refused rows", total.refused, "they wait: footfall quarantine list"),
        *(_line(INDENT + code, number) for code, number in total.refused_by_code.items()),
        *_if_any("Left out", total.left_out, "no events, or no consent"),
        *(line for name, table in quality.tables.items() for line in _table(name, table)),
    ]  # fmt: skip


def _table(name: str, told: Received) -> list[Line]:
    return [_line(f"Rows of {name}", told.stored), *_if_any(INDENT + "refused", told.refused)]


def _if_any(what: str, number: int, note: str = "") -> list[Line]:
    return [_line(what, number, note)] if number else []


def _days(quality: Quality, width: int, style: Style) -> list[str]:
    """What came in on each day, and for which reasons some of it was not stored."""
    if not quality.days:
        return []
    heads = ("received", "stored", "duplicate", "conflict", "refused", "left out")
    columns = (
        Column("day"),
        *(Column(head, right=True) for head in heads),
        Column("reasons", rank=1),
    )
    days = list(quality.days.items())[-DAYS_SHOWN:]
    rows = tuple(_day(day, told) for day, told in days)
    more = len(quality.days) - len(days)
    title = "By day of import" + (f", the last {DAYS_SHOWN} (all: --format json)" if more else "")
    return ["", *lines(Table(columns, rows, title), width, style)]


def _day(day: date, told: Received) -> Cells:
    numbers = (
        told.received, told.stored, told.duplicates, told.duplicate_conflicts, told.refused,
        told.left_out,
    )  # fmt: skip
    reasons = ", ".join(f"{code} {count(rows)}" for code, rows in told.refused_by_code.items())
    return (str(day), *map(count, numbers), reasons)


def _visitors(quality: Quality) -> list[Line]:
    return [
        _line("Events of bots", quality.bot_events, "set aside before everything else"),
        _line("Identity conflicts", quality.identity_conflicts, "further customers of a visitor"),
    ]


def _money(quality: Quality) -> list[Line]:
    return [
        _line("Orders of unknown revenue", quality.orders_without_revenue, "they count, as orders"),
        *(
            _line(f"{INDENT}orders in {currency}", number, "no exchange rate")
            for currency, number in quality.unknown_currencies.items()
        ),
        _line("Refunds without money", quality.refunds_without_money, "of unknown orders or worth"),
        *(
            (f"{INDENT}what they say they are worth", (-worth, currency), "")
            for currency, worth in quality.refunds_without_money_worth.items()
        ),
        _line("Damaged order ids", quality.damaged_order_ids, "a spreadsheet wrote 1.23E+15"),
    ]  # fmt: skip


def _line(what: str, number: int, note: str = "") -> Line:
    return (what, number, note if number else "")
