"""An explanation: a KPI's number, and for each of its measures the things behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from footfall.catalogue import Kpi
from footfall.catalogue.formula import Number
from footfall.localtime import moment_text
from footfall.money import to_text
from footfall.query.answer import Row, Value

COLUMNS = ("side", "measure", "counted", "reason", "why", "time", "kind", "id", "adds")
VALUE, NUMERATOR, DENOMINATOR = "value", "numerator", "denominator"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that was looked at: when it was, what it is, and whether it counts.

    ``adds`` is what it adds to its side of the KPI, exactly; 0 where it is not counted. ``reason``
    is a word for programs, ``why`` says it to people; both are empty where it counts.
    """

    ts: int
    kind: str
    id: str | None
    counted: bool
    reason: str
    why: str
    adds: Number


def not_counted(ts: int, name: tuple[str, str | None], reason: tuple[str, str]) -> Thing:
    """Something that was looked at and adds nothing."""
    return Thing(ts, *name, counted=False, reason=reason[0], why=reason[1], adds=0)


@dataclass(frozen=True, slots=True)
class Part:
    """One measure of the KPI: the side that it is on, and its things in order of time.

    ``things`` may be the first only; ``counted`` and ``not_counted`` are how many there are of
    all, ``adds`` what the counted add together. ``statements`` find them, each with its parameters.
    ``split``: the value of the KPI's own breakdown that it is of.
    """

    side: str
    measure: str
    what: str
    split: str | None
    counted: int
    not_counted: int
    adds: Number | None
    statements: tuple[tuple[str, tuple[str, ...]], ...]
    things: tuple[Thing, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a KPI has its value over some local days, both ends included."""

    site: str
    currency: str
    timezone: str
    kpi: Kpi
    start: date
    end: date
    where: Mapping[str, tuple[str | None, ...]]
    segment: str | None
    as_of: int
    definitions: str
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]

    def __iter__(self) -> Iterator[tuple[Part, Thing]]:
        return ((part, thing) for part in self.parts for thing in part.things)

    def to_json(self) -> dict[str, Any]:
        """The explanation as ``footfall explain --format json`` gives it."""
        return {
            "site": self.site,
            "kpi": self.kpi.id,
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "timezone": self.timezone,
            "where": {name: list(values) for name, values in self.where.items()},
            **({"segment": self.segment} if self.segment else {}),
            "as_of": self.as_of,
            "definitions": self.definitions,
            "rows": [self._row(row) for row in self.rows],
            "measures": [self._part(part) for part in self.parts],
            "things": [self._thing(part, thing) for part, thing in self],
        }

    def _row(self, row: Row) -> dict[str, Any]:
        numbers = (row.value, row.numerator, row.denominator)
        names = (VALUE, NUMERATOR, DENOMINATOR)
        told = {name: self._plain(number) for name, number in zip(names, numbers, strict=True)}
        return {"segment": dict(row.segment), **told}

    def _part(self, part: Part) -> dict[str, Any]:
        return {
            "side": part.side,
            "measure": part.measure,
            "what": part.what,
            **self._split(part),
            "counted": part.counted,
            "not_counted": part.not_counted,
            "adds": self.plain(part.adds),
            "shown": len(part.things),
            "statements": [
                {"sql": sql, "parameters": list(parameters)} for sql, parameters in part.statements
            ],
        }

    def _thing(self, part: Part, thing: Thing) -> dict[str, Any]:
        return {
            "side": part.side,
            "measure": part.measure,
            **self._split(part),
            "counted": thing.counted,
            "reason": thing.reason or None,
            "why": thing.why or None,
            "time": self.time(thing),
            "kind": thing.kind,
            "id": thing.id,
            "adds": self.plain(thing.adds),
        }

    def is_money(self, part: Part) -> bool:
        """Whether what a measure adds is money, be its KPI a sum or a ratio."""
        return self.kpi.measures[part.measure].is_money

    def _split(self, part: Part) -> dict[str, str]:
        return {self.kpi.split.column: part.split or ""} if self.kpi.split else {}

    def time(self, thing: Thing) -> str:
        """When a thing was, on the site's clocks."""
        return moment_text(thing.ts, self.timezone)

    def plain(self, number: Number | None) -> str | int | float | None:
        """What is added, as data: exact decimals as text, other numbers as numbers."""
        if isinstance(number, Decimal):
            return f"{number.normalize():f}" if number else "0"
        if isinstance(number, Fraction):
            return number.numerator if number.denominator == 1 else float(number)
        return number

    def _plain(self, value: Value) -> str | int | float | None:
        return to_text(value, self.currency) if isinstance(value, Decimal) else value

    def columns(self) -> dict[str, list[Any]]:
        """The things by column, as CSV has them."""
        told: Sequence[dict[str, Any]] = [self._thing(part, thing) for part, thing in self]
        split = (self.kpi.split.column,) if self.kpi.split else ()
        return {
            name: [each[name] for each in told] for name in (*COLUMNS[:2], *split, *COLUMNS[2:])
        }
