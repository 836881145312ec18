"""Data quality in a terminal: what could not be taken at its word, and how much there is of it."""

from __future__ import annotations

from footfall.facts.quality import Quality
from footfall.report.numbers import count, money
from footfall.report.table import PLAIN, Column, Style, Table, lines

INDENT = "  "
COLUMNS = (Column(""), Column("", right=True), Column("", rank=1, faint=True))
Line = tuple[str, ...]


def report(quality: Quality, name: str, width: int, style: Style = PLAIN) -> list[str]:
    """The lines that people read."""
    heading = style.strong(name) + style.faint(" · data quality, all time")
    rows: list[Line | str] = ["Imports", *_imports(quality), "", "Visitors", *_visitors(quality)]
    rows += ["", "Money", *_money(quality)]
    return [heading, "", *lines(Table(COLUMNS, tuple(rows)), width, style)]


def _imports(quality: Quality) -> list[Line]:
    return [
        _line("Rows read", quality.read),
        _line("Events stored", quality.stored),
        _line("Duplicates", quality.duplicates, "same id, same words"),
        _line("Duplicate conflicts", quality.duplicate_conflicts, "same id, other words"),
        _line("Refused rows", quality.refused, "they wait: footfall quarantine list"),
        *(_line(INDENT + code, number) for code, number in quality.refused_by_code.items()),
    ]  # fmt: skip


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
            (f"{INDENT * 2}what they say they are worth", money(-worth, currency), "")
            for currency, worth in quality.refunds_without_money_worth.items()
        ),
        _line("Damaged order ids", quality.damaged_order_ids, "a spreadsheet wrote 1.23E+15"),
    ]  # fmt: skip


def _line(what: str, number: int, note: str = "") -> Line:
    return (INDENT + what, count(number), note if number else "")
