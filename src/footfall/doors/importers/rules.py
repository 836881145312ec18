"""A mapping at work: each row of a foreign file as the events that it means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from footfall.doors.importers.cells import (
    Ask,
    Row,
    holds,
    items_total,
    json_value,
    place,
    reader,
)
from footfall.doors.importers.naive import time_reader
from footfall.doors.importers.words import Items, ItemsTotal, Mapping, Rule, Value, rule_columns
from footfall.vendors.words import Unmappable, plain_text

Event = dict[str, Any]
TIMES = ("occurred_at", "sent_at")
BETWEEN = "\x1f"
REFUSED = "refused"
"""Where a part of a group keeps why it could not be read: no field of an event is named so."""


@dataclass(frozen=True, slots=True)
class Made:
    """What one rule makes of a row: an event, or with `key` a part of the event of its group."""

    rule: int
    event: Event
    key: str | None = None


class Mapper:
    """Makes events of rows. `number` says how often a text has come up in the file so far."""

    def __init__(self, mapping: Mapping, number: Callable[[str], int] | None = None) -> None:
        self._keep = holds(mapping.keep)
        self._drop = holds(mapping.drop)
        self._first_only = mapping.first_rule_only
        read_time = time_reader(mapping.times, mapping.file)
        self._makers = [
            _Maker(index, rule, read_time, number) for index, rule in enumerate(mapping.rules)
        ]

    def events(self, row: Row) -> Iterator[Made]:
        """What a row becomes: nothing where it is left out. Raises Unmappable."""
        if not self._keep(row) or self._drop(row):
            return
        for maker in self._makers:
            if maker.holds(row):
                yield maker.make(row)
                if self._first_only:
                    return

    def complete(self, made: Made) -> Event:
        """An event once all its items are known."""
        return self._makers[made.rule].complete(made.event)


class _Maker:
    """One rule, compiled."""

    def __init__(
        self,
        index: int,
        rule: Rule,
        read_time: Callable[[Any, str], Any],
        number: Callable[[str], int] | None,
    ) -> None:
        self.index = index
        self.holds = holds(rule.when)
        self._fields = [(name, _field(name, value, read_time)) for name, value in rule.fields]
        self._properties = [(name, reader(value, read_time)) for name, value in rule.properties]
        self._items = _items(rule.items, read_time) if rule.items else None
        self._group = [reader(value, read_time) for value in rule.group]
        self._totals = [n for n, value in rule.properties if isinstance(value.source, ItemsTotal)]
        self._used = rule_columns(rule) if rule.keep_other_columns else None
        numbered = any(value.number_repeats for _, value in rule.fields)
        self._number = number if numbered else None

    def make(self, row: Row) -> Made:
        """What a row becomes; in a group also why it cannot be read, for it spoils the event."""
        if not self._group:
            return Made(self.index, self._event(row))
        key = self._key(row)
        try:
            return Made(self.index, self._event(row), key)
        except Unmappable as why:
            return Made(self.index, {"properties": {}, REFUSED: why.said}, key)

    def _event(self, row: Row) -> Event:
        event: Event = _present(self._fields, row)
        properties = _present(self._properties, row)
        if self._used is not None:
            properties = {**self._others(row), **properties}
        if self._items:
            properties["items"] = self._items(row)
        event["properties"] = properties
        if self._number and "event_id" in event:
            event["event_id"] = _numbered(event["event_id"], self._number)
        return event

    def complete(self, event: Event) -> Event:
        properties = event["properties"]
        if self._totals:
            total = items_total(properties["items"])
            properties |= {} if total is None else dict.fromkeys(self._totals, total)
        if not properties.get("items", True):
            del properties["items"]
        return event

    def _others(self, row: Row) -> Event:
        used = self._used or set()
        return {
            name: cell
            for name, cell in row.items()
            if cell is not None and cell != "" and name not in used
        }

    def _key(self, row: Row) -> str:
        parts = [each(row) for each in self._group]
        if all(part is None for part in parts):
            raise Unmappable("missing_field", "", "the columns by which rows are grouped are empty")
        return BETWEEN.join("" if part is None else plain_text(part) for part in parts)


def _numbered(event_id: Any, number: Callable[[str], int]) -> str:
    """An id that stays the same for the first row with it, and is told apart in the others."""
    text = plain_text(event_id)
    repeat = number(text)
    return text if repeat == 1 else f"{text}-{repeat}"


def _field(name: str, value: Value, read_time: Callable[[Any, str], Any]) -> Ask:
    """A field of the envelope: times are times, everything else is a text."""
    ask = reader(value, read_time)
    if name in TIMES:
        column = getattr(value.source, "name", name)
        return lambda row: None if (found := ask(row)) is None else read_time(found, column)
    return lambda row: None if (found := ask(row)) is None else plain_text(found)


def _items(items: Items, read_time: Callable[[Any, str], Any]) -> Callable[[Row], list[Event]]:
    fields = [(name, reader(value, read_time)) for name, value in items.fields]
    if items.each is None:
        return lambda row: [item] if (item := _present(fields, row)) else []
    elements = place(items.each)
    column = items.each.name

    def of_list(row: Row) -> list[Event]:
        found = elements(row)
        if isinstance(found, str | bytes):
            found = json_value(found, column)
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            why = f"column {column!r} is no list of objects"
            raise Unmappable("wrong_type", "/properties/items", why)
        return [item for each in found if (item := _present(fields, each))]

    return of_list


def _present(fields: list[tuple[str, Ask]], row: Row) -> Event:
    return {name: found for name, ask in fields if (found := ask(row)) is not None}
