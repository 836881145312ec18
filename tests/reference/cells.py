"""A question cut into cells: one bucket of time and one segment each (R1, R17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from .clock import Calendar
from .facts import GROUP_OF, Dims, Fact, Facts

Segment = tuple[Any, ...]
Key = tuple[str | None, Segment]


@dataclass(frozen=True)
class Question:
    """What is asked: a period of whole local days, breakdowns, buckets and filters."""

    first: date
    last: date
    by: tuple[str, ...]
    every: str | None
    where: dict[str, tuple[Any, ...]]

    @property
    def dims(self) -> set[str]:
        """All dimensions that the question names."""
        return {*self.by, *self.where}


class Table:
    """The facts of a question, sorted into cells, list by list as they are needed."""

    def __init__(self, question: Question, facts: Facts, calendar: Calendar) -> None:
        self.question = question
        self.facts = facts
        self.calendar = calendar
        self.from_day, self.to_day = question.first, question.last
        self._lists: dict[str, dict[Key, list[Any]]] = {}

    def bucket(self, ms: int) -> tuple[bool, str | None]:
        """Whether an instant is in the period, and its bucket."""
        inside = self.from_day <= self.calendar.day(ms) <= self.to_day
        return inside, self.calendar.bucket(ms, self.question.every) if inside else None

    def cells(self, name: str) -> dict[Key, list[Any]]:
        """The things of one list by cell; a thing counts once in a cell."""
        if name not in self._lists:
            found: dict[Key, list[Any]] = defaultdict(list)
            for fact in self.facts.lists.get(name, []):
                inside, bucket = self.bucket(fact.time)
                if inside:
                    for segment in self.segments(fact):
                        found[bucket, segment].append(fact.thing)
            self._lists[name] = found
        return self._lists[name]

    def segments(self, fact: Fact) -> Iterable[Segment]:
        """The segments of a fact: every combination of its values that meets the filters."""
        question = self.question
        groups = sorted({GROUP_OF[dim] for dim in question.dims})
        found = set()
        for parts in product(*(fact.groups[group] for group in groups)):
            dims: Dims = {}
            for part in parts:
                dims |= part
            if all(dims[dim] in allowed for dim, allowed in question.where.items()):
                found.add(tuple(dims[dim] for dim in question.by))
        return found

    def keys(self, names: Iterable[str]) -> list[Key]:
        """The cells in which any of these lists has something; all buckets without `by`."""
        question = self.question
        if not question.by:
            first, last = question.first, question.last
            return [(b, ()) for b in self.calendar.buckets(first, last, question.every)]
        return list({key: None for name in names for key in self.cells(name)})


class Cell:
    """What a formula may read: the things of one bucket and segment, by list."""

    def __init__(self, table: Table, key: Key) -> None:
        self.table = table
        self.key = key
        self.site = table.facts.site
        self.dims = table.question.dims
        self.segment = dict(zip(table.question.by, key[1], strict=False))
        self.read: set[str] = set()

    def __call__(self, name: str) -> list[Any]:
        """The things of one list in this cell."""
        self.read.add(name)
        return self.table.cells(name).get(self.key, [])

    def events(self, *names: str) -> list[Any]:
        """The events of these names in this cell."""
        return [event for name in names for event in self(f"event:{name}")]

    def has(self, ms: int) -> bool:
        """Whether an instant is in this cell's bucket, within the period."""
        return self.table.bucket(ms) == (True, self.key[0])
