"""Explains a KPI: its measures one by one, each with the things that it counts and does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from typing import Any

from footfall.catalogue import Source
from footfall.catalogue.formula import Number, add
from footfall.catalogue.words import describe
from footfall.engine import Engine
from footfall.explain.absent import Absent, Behind, absent
from footfall.explain.events import VISIT, Uncounted, event_names, first_visits, uncounted
from footfall.explain.explanation import Part, Thing, not_counted
from footfall.explain.listing import COUNTED, NEWCOMER, UNKNOWN, Listing, flags, listing
from footfall.explain.money import orders_without_revenue, refunds_without_money
from footfall.explain.names import names
from footfall.explain.reasons import (
    COUNTED_ALREADY,
    REPEAT,
    flag_reason,
    unknown_reason,
)
from footfall.explain.sides import multiplied, sides
from footfall.facts.orders import LINES_PER_ORDER
from footfall.facts.projection import Projection
from footfall.facts.tables import kept_in
from footfall.localtime import day_date, moment_text
from footfall.query.columns import Columns, measure
from footfall.query.question import Question
from footfall.query.statement import sources_of
from footfall.query.writer import Writer

Known = dict[str, Any]
Reason = tuple[str, str]


def explain(
    projection: Projection, engine: Engine, question: Question, limit: int | None
) -> tuple[Part, ...]:
    """The parts of the one KPI of a question, each with its first ``limit`` things (None: all).

    ``engine`` asks the facts of the projection.
    """
    [kpi] = question.kpis
    numbers: Columns = {}
    if limit is not None:
        numbers = measure(engine, question, projection.site.timezone)
    looking = _Looking(projection, engine, question, limit, numbers)
    return tuple(
        looking.part(side, name, split, sources[name], times)
        for split, sources in sources_of(kpi, question)
        for side, name, times in sides(kpi)
    )


@dataclass(frozen=True, slots=True)
class _Counts:
    """How many things there are, and what the counted add."""

    counted: int
    not_counted: int
    adds: Number


@dataclass(frozen=True, slots=True)
class _Looking:
    """Looks at the things of measures: those of the fact, and those that never became one."""

    projection: Projection
    engine: Engine
    question: Question
    limit: int | None
    numbers: Columns
    """The measures' own numbers, where not all things are asked for."""
    seen: dict[str, tuple[list[Thing], int]] = field(default_factory=dict)

    def part(
        self, side: str, measure: str, split: str | None, source: Source, times: Fraction
    ) -> Part:
        """One measure with its things."""
        found = listing(Writer(self.question, (source,)), source)
        rows = self._rows(found)
        things = self._things(source, rows, times)
        counts = self._counts(source, found, things, times)
        statements, others, more = [(found.ordered(None), found.parameters)], list[Thing](), 0
        for extra, told, count in self._further(source):
            statements.append((extra.ordered(None), extra.parameters))
            others += told
            more += count
        shown = sorted([*things, *others], key=lambda thing: thing.ts)[: self.limit]
        adds = None if source.aggregate == "median" else counts.adds
        return Part(
            side, measure, describe(source), split, counts.counted, counts.not_counted + more,
            adds, tuple(statements), tuple(shown),
        )  # fmt: skip

    def _rows(self, found: Listing) -> list[Known]:
        rows = self.engine.rows(found.ordered(self.limit), found.parameters)
        return [found.row(row) for row in rows]

    # --- what is in the fact ---------------------------------------------------------------

    def _things(self, source: Source, rows: Sequence[Known], times: Fraction) -> list[Thing]:
        """The rows as things, in order of time; of what is unique only the first counts."""
        told_of = event_names(source, self.projection.site)
        called = names(self.projection.con, rows, _events_of(told_of))
        reasons = self._reasons(source, rows)
        seen: dict[Any, int] = {}
        things = []
        for row, name, reason in zip(rows, called, reasons, strict=True):
            told = reason
            if source.aggregate == "unique" and row["why"] == COUNTED:
                if row["amount"] in seen:
                    told = self._again(source, seen[row["amount"]])
                seen.setdefault(row["amount"], row["ts"])
            amount = 1 if source.aggregate == "unique" else row["amount"]
            adds = 0 if told[0] else multiplied(amount, times)
            things.append(Thing(row["ts"], *name, not told[0], *told, adds))
        return things

    def _again(self, source: Source, first: int) -> Reason:
        what = str(source.column).removesuffix("_key")
        since = moment_text(first, self.projection.site.timezone)
        return COUNTED_ALREADY, f"the {what} is counted already, from {since} on"

    def _reasons(self, source: Source, rows: Sequence[Known]) -> list[Reason]:
        """Why each row is not counted; empty where it is."""
        conditions = flags(source)
        unknown = self._unknown_money(source, [row for row in rows if row["why"] == UNKNOWN])
        found = []
        for row in rows:
            if row["why"] > COUNTED:
                column, wanted = conditions[row["why"] - 1]
                found.append(flag_reason(source.fact, column, wanted=wanted))
            elif row["why"] == NEWCOMER:
                found.append(_came_before(row))
            elif row["why"] == UNKNOWN:
                known = unknown.get(_money_key(row))
                found.append(known or unknown_reason(source.fact, str(source.column)))
            else:
                found.append(("", ""))
        return found

    def _unknown_money(self, source: Source, rows: Sequence[Known]) -> dict[int, Reason]:
        """Why money is not known, by the key of the order or the refund."""
        con, site = self.projection.con, self.projection.site
        if not rows or source.column not in ("revenue", "worth"):
            return {}
        if "refund" in rows[0]:
            return refunds_without_money(con, site, [row["refund"] for row in rows])
        return orders_without_revenue(con, site, [_money_key(row) for row in rows])

    def _counts(
        self, source: Source, found: Listing, things: Sequence[Thing], times: Fraction
    ) -> _Counts:
        """How many of all things are counted, and what they add."""
        if self.limit is None or len(things) < self.limit:
            zero: Number = 0
            adding = [thing.adds for thing in things if thing.counted]
            return _Counts(len(adding), len(things) - len(adding), reduce(add, adding, zero))
        sql = f"SELECT why, count(*) FROM ({found.sql}) AS listed GROUP BY why"
        rows = dict(self.engine.rows(sql, found.parameters))
        number = self.numbers.get(source, {}).get((None, ()), 0)
        counted = int(number) if source.aggregate == "unique" else rows.get(COUNTED, 0)
        return _Counts(counted, sum(rows.values()) - counted, multiplied(number, times))

    # --- what is not -----------------------------------------------------------------------

    def _further(self, source: Source) -> Iterator[tuple[Listing, list[Thing], int]]:
        """What was looked at beside the fact: each listing with its things, and how many."""
        if (among := absent(self.question, source)) is not None:
            rule, found = among
            yield found, *self._once(found, lambda: self._absent(rule, found))
        if (events := uncounted(self.question, source, self.projection.site)) is not None:
            yield events.listing, *self._once(events.listing, lambda: self._events(events))

    def _once(
        self, found: Listing, look: Callable[[], tuple[list[Thing], int]]
    ) -> tuple[list[Thing], int]:
        """What several measures have looked at is looked at once."""
        if found.sql not in self.seen:
            self.seen[found.sql] = look()
        return self.seen[found.sql]

    def _absent(self, rule: Absent, found: Listing) -> tuple[list[Thing], int]:
        rows = self._rows(found)
        reasons = rule.why(Behind(self.projection.con, self.projection.site), rows)
        called = names(self.projection.con, rows)
        things = [
            not_counted(row["ts"], name, reason)
            for row, name, reason in zip(rows, called, reasons, strict=True)
        ]
        return things, self._count(found, rows)

    def _events(self, events: Uncounted) -> tuple[list[Thing], int]:
        if self.limit is not None and events.per_day:
            return self._visits(events, self.limit)
        rows = self._rows(events.listing)
        return self._of_events(events, rows), self._count(events.listing, rows)

    def _visits(self, events: Uncounted, limit: int) -> tuple[list[Thing], int]:
        """The first visits: those of the first days that have so many."""
        per_day: Counter[int] = Counter()
        for day, many in self.engine.rows(events.per_day, ()):
            per_day[day] += many
        rows = self._rows(first_visits(self.question, per_day, limit))
        return self._of_events(events, rows), per_day.total()

    def _of_events(self, events: Uncounted, rows: Sequence[Known]) -> list[Thing]:
        ids = names(self.projection.con, rows, _events_of({row["name"] for row in rows} - {VISIT}))
        return [
            _event(row, name, events.reasons[row["why"]])
            for row, (_, name) in zip(rows, ids, strict=True)
        ]

    def _count(self, found: Listing, rows: Sequence[Known]) -> int:
        if self.limit is None or len(rows) < self.limit:
            return len(rows)
        sql = f"SELECT count(*) FROM ({found.sql}) AS listed"
        return int(self.engine.rows(sql, found.parameters)[0][0])


def _events_of(names: Collection[str]) -> str:
    """The relation of the events of these names; of all of them where no name is known."""
    return kept_in(names) if names else "events"


def _money_key(row: Known) -> int:
    """The refund, or the order, whose money a row tells; 0 where it tells none."""
    if "line_key" in row:
        return int(row["line_key"]) // LINES_PER_ORDER
    return int(row["refund"] if "refund" in row else row.get("order_key") or 0)


def _came_before(row: Known) -> Reason:
    return "came_before", f"the person's first session ever was on {day_date(row['first_day'])}"


def _event(row: Known, event_id: str | None, words: str) -> Thing:
    """An event that is in no fact."""
    reason = row["why"]
    if reason == REPEAT:
        transaction = (row["thing"] or "")[1:]
        words = f"{words} {transaction}" if transaction else words
    return not_counted(row["ts"], (row["name"], event_id), (reason, words))
