"""The rows of a fact behind a measure: what it counts, and what lacks something, each with why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from footfall.catalogue import Source
from footfall.query.writer import Writer, conjunction

KEYS = ("line_key", "order_key", "line", "refund", "event_key", "request", "session")
"""What a row can be known by, the closest first."""
COUNTED, NEWCOMER, UNKNOWN = 0, -1, -2
"""Why a row is (not) counted; n > 0 is the n-th flag that is not as it has to be."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A statement that lists things: its columns, text and parameters.

    Every listing has `ts`, `visitor`, `why` and `amount`; the others are keys and what is told.
    """

    columns: tuple[str, ...]
    sql: str
    parameters: tuple[str, ...]

    def ordered(self, limit: int | None) -> str:
        """The statement in order of time, cut after so many things."""
        keys = [name for name in KEYS if name in self.columns]
        first = "" if limit is None else f" LIMIT {limit}"
        return f"{self.sql} ORDER BY {', '.join(['ts', *keys, *self._others(keys)])}{first}"

    def _others(self, keys: list[str]) -> list[str]:
        return [name for name in self.columns if name not in ("ts", *keys)]

    def row(self, values: tuple[Any, ...]) -> dict[str, Any]:
        """A row by its columns."""
        return dict(zip(self.columns, values, strict=True))


def flags(source: Source) -> list[tuple[str, bool]]:
    """The conditions that a thing which is looked at may fail."""
    return [(name, wanted) for name, wanted in source.where if isinstance(wanted, bool)]


def listing(writer: Writer, source: Source) -> Listing:
    """The things that a measure looks at."""
    keys = [name for name in KEYS if name in writer.fact.types]
    told = [name for name in _told(writer, source) if name not in keys]
    if writer.fact.thing is None:
        columns = ["ts", "visitor", *keys, *told]
        relation, asked = writer.relation, conjunction(writer.filter(), *_looked_at(writer, source))
        why = _why(writer, source, merged=False)
        amount = source.column or "1"
    else:
        columns = ["ts", "visitor", *keys, *told]
        relation, asked = (
            _things(writer, source, columns),
            conjunction(*_looked_at(writer, source, merged=True)),
        )
        why = _why(writer, source, merged=True)
        amount = f"{source.column}_" if source.column else "1"
    if source.aggregate == "sum" and not source.is_money:
        asked = conjunction(asked, f"({amount} IS NULL OR {amount} <> 0)")
    names = columns if writer.fact.thing is None else [f"{name}_ AS {name}" for name in columns]
    number = "1" if source.aggregate == "known" else amount
    sql = f"SELECT {', '.join([*names, f'{why} AS why', f'{number} AS amount'])} FROM {relation}"
    sql += f" WHERE {asked}" if asked else ""
    return Listing((*columns, "why", "amount"), sql, tuple(writer.parameters))


def _told(writer: Writer, source: Source) -> list[str]:
    """What is told of a thing beside its keys."""
    persons = ["person"] if writer.fact.thing == "person" else []
    days = list(writer.fact.dimensions) if writer.fact.days_only else []
    return [*persons, *(["first_day"] if source.newcomers else []), *days]


def _looked_at(writer: Writer, source: Source, *, merged: bool = False) -> list[str]:
    """What a thing has to be in order to be looked at: of a kind, of an event, by an initiator."""
    return [
        writer.condition(name, wanted, merged=merged)
        for name, wanted in source.where
        if not isinstance(wanted, bool)
    ]


def _why(writer: Writer, source: Source, *, merged: bool) -> str:
    """Whether a row is counted, else the first thing that it lacks."""
    cases = [
        f"WHEN NOT ({writer.condition(name, wanted, merged=merged)}) THEN {at}"
        for at, (name, wanted) in enumerate(flags(source), 1)
    ]
    if source.newcomers:
        cases.append(f"WHEN NOT ({writer.is_newcomer()}) THEN {NEWCOMER}")
    if source.column:
        column = f"{source.column}_" if merged else source.column
        cases.append(f"WHEN {column} IS NULL THEN {UNKNOWN}")
    return f"CASE {' '.join(cases)} ELSE {COUNTED} END" if cases else str(COUNTED)


def _things(writer: Writer, source: Source, columns: list[str]) -> str:
    """Each thing once, however many rows speak of it."""
    conditions = [name for name, _ in source.where]
    used = dict.fromkeys([*conditions, *([source.column] if source.column else [])])
    merged = [f"min({name}) AS {name}_" for name in columns if name not in used]
    merged += [f"{writer.merge(name)} AS {name}_" for name in used]
    return (
        f"(SELECT {', '.join(merged)} FROM {writer.relation} WHERE {writer.filter()} "
        f"GROUP BY {writer.fact.thing}) AS things"
    )
