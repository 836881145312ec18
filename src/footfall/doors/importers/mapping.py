"""Reads `--map MAP.toml`: how a foreign file's rows become events, checked before a row is read.

All faults are told at once, each by its file, line and key, with the nearest right word.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import tomli

from footfall.doors.importers import opened
from footfall.doors.importers.mapping_values import (
    Names,
    column,
    column_names,
    conditions,
    pairs,
    value,
)
from footfall.doors.importers.words import (
    EPOCHS,
    ISO,
    Constant,
    Items,
    ItemsTotal,
    Mapping,
    Rule,
    Times,
    Value,
)
from footfall.errors import RequestError, nearest
from footfall.event.envelope import FIELDS
from footfall.settings import checks
from footfall.settings.faults import Book, Place
from footfall.settings.lines import key_lines

ENVELOPE = tuple(name for name in FIELDS if name != "properties")
NEEDED = ("event", "event_id", "occurred_at")
Common = tuple[dict[str, Value], dict[str, Value]]
PARTS = ("when", "group", "items", "properties", "keep_other_columns")
SAMPLE_TIME = datetime(2001, 2, 3, 14, 5, 6)  # noqa: DTZ001 - patterns are of naive times


def read_mapping(path: Path) -> Mapping:
    """The mapping in a file. Raises RequestError naming every fault by file, line and key."""
    name = opened.shown(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise RequestError(opened.unreadable(path, error)) from None
    except UnicodeDecodeError:
        raise RequestError(f"{name} is not UTF-8 text; save it as UTF-8") from None
    return parse_mapping(text, name)


def parse_mapping(text: str, file: str = "MAP.toml") -> Mapping:
    """The mapping in a TOML text; `file` is its name for people. Raises RequestError."""
    try:
        given = tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as error:
        raise RequestError(f"{file}: this is not TOML: {error}") from None
    book = Book(file, key_lines(text))
    mapping = _mapping(given, Place(book))
    book.refuse()
    return mapping


def _mapping(given: object, place: Place) -> Mapping:
    known = checks.table(given, place, ("rows", "time", "tables", "columns", "common", "events"))
    names = _names(known, place)
    common = _common(known.get("common", {}), place.at("common"), names)
    rules = [
        _rule(each, place.at("events", number), names, common)
        for number, each in enumerate(_rules(known.get("events"), place.at("events")))
    ]
    rows_place = place.at("rows")
    rows = checks.table(
        known.get("rows", {}), rows_place, ("keep", "drop", "first_rule_only", "optional_columns")
    )
    return Mapping(
        file=place.book.file,
        keep=conditions(rows.get("keep", []), rows_place.at("keep"), names),
        drop=conditions(rows.get("drop", []), rows_place.at("drop"), names, how="any"),
        times=_times(known.get("time", {}), place.at("time")),
        rules=tuple(rules),
        first_rule_only=_flag(rows, "first_rule_only", rows_place),
        optional=frozenset(
            column_names(rows.get("optional_columns", []), rows_place.at("optional_columns"), names)
        ),
    )


def _names(known: Any, place: Place) -> Names:
    """[tables] and [columns], which everything else may speak of."""
    columns, tables = place.at("columns"), place.at("tables")
    return Names(
        tables={
            name: pairs(each, tables.at(name))
            for name, each in checks.table(known.get("tables", {}), tables).items()
        },
        columns={
            name: column(each, columns.at(name), Names())
            for name, each in checks.table(known.get("columns", {}), columns).items()
        },
    )


def _common(given: object, place: Place, names: Names) -> Common:
    """What every event has unless it says otherwise."""
    known = dict(checks.table(given, place, (*ENVELOPE, "properties")))
    own = _values(known.pop("properties", {}), place.at("properties"), names)
    fields = {name: _field(name, each, place.at(name), names) for name, each in known.items()}
    return fields, dict(own)


def _rules(given: object, place: Place) -> list[object]:
    if isinstance(given, list) and given:
        return given
    place.wrong("it says nothing about events", "write at least one [[events]]")
    return []


def _times(given: object, place: Place) -> Times:
    known = checks.table(given, place, ("zone", "formats"))
    zone = checks.timezone(known["zone"], place.at("zone")) if "zone" in known else None
    if "formats" not in known:
        return Times(zone)
    formats = checks.listed(_time_format, known["formats"], place.at("formats"))
    return Times(zone, tuple(each for each, _ in formats))


def _time_format(given: object, place: Place) -> str | None:
    """A word for a format, or a pattern of strptime."""
    right = f'write "{ISO}", {", ".join(map(repr, EPOCHS))}, or a pattern such as "%d.%m.%Y %H:%M"'
    if given in (ISO, *EPOCHS):
        return str(given)
    if not isinstance(given, str) or "%" not in given:
        place.wrong(f"{checks.shown(given)} is no format of times", right)
        return None
    try:
        datetime.strptime(SAMPLE_TIME.strftime(given), given)  # noqa: DTZ007 - a trial
    except ValueError:
        place.wrong(f"{checks.shown(given)} is no pattern of times", right)
        return None
    return given


def _rule(given: object, place: Place, names: Names, common: Common) -> Rule:
    if not isinstance(given, dict):
        checks.table(given, place)
        given = {}
    _unknown_fields(given, place)
    own = _values(given.get("properties", {}), place.at("properties"), names)
    fields = {
        **common[0],
        **{n: _field(n, given[n], place.at(n), names) for n in ENVELOPE if n in given},
    }
    rule = Rule(
        when=conditions(given.get("when", []), place.at("when"), names),
        fields=tuple(fields.items()),
        properties=tuple({**common[1], **dict(own)}.items()),
        items=_items(given["items"], place.at("items"), names) if "items" in given else None,
        group=_group(given.get("group", []), place.at("group"), names),
        keep_other_columns=_flag(given, "keep_other_columns", place),
    )
    _check_rule(rule, place)
    return rule


def _unknown_fields(given: dict[str, object], place: Place) -> None:
    known = (*ENVELOPE, *PARTS)
    for key in given:
        if key not in known:
            close = nearest(key, known)
            hint = f"did you mean {close!r}? " if close else ""
            right = f"{hint}an event's own fields stand in [events.properties]"
            place.at(key).wrong("there is no such field of an event", right)


def _field(name: str, given: object, place: Place, names: Names) -> Value:
    """A field of the envelope; for `event` a bare text is the name itself."""
    if name == "event" and isinstance(given, str):
        return Value(Constant(checks.event(given, place) or ""))
    found = value(given, place, names)
    if found.number_repeats and name != "event_id":
        place.at("number_repeats").wrong("only an event_id can be numbered", "leave it out")
    if isinstance(found.source, ItemsTotal):
        place.wrong("the items' worth is no field of the envelope", "write it as a property")
    return found


def _values(given: object, place: Place, names: Names) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (name, value(each, place.at(name), names))
        for name, each in checks.table(given, place).items()
    )


def _items(given: object, place: Place, names: Names) -> Items:
    known = dict(checks.table(given, place))
    each = known.pop("each", None)
    if each is None:
        return Items(None, _values(known, place, names))
    # The fields of an element are spoken of by its own keys, not by short names of columns.
    inside = Names(names.tables)
    return Items(column(each, place.at("each"), names), _values(known, place, inside))


def _group(given: object, place: Place, names: Names) -> tuple[Value, ...]:
    if not isinstance(given, list):
        place.wrong(f"{checks.shown(given)} is not a list", "name the columns in brackets: [ … ]")
        return ()
    return tuple(value(each, place.at(number), names) for number, each in enumerate(given))


def _check_rule(rule: Rule, place: Place) -> None:
    """What the parts of a rule need of each other."""
    said = dict(rule.fields)
    for name in NEEDED:
        if name not in said:
            place.wrong(f"the event has no {name}", f"write {name} = …")
    if rule.group and (rule.items is None or rule.items.each):
        place.at("group").wrong(
            "rows are grouped, but nothing says what of them are the items",
            "write [events.items] with item_id, price, quantity and the columns they come from",
        )
    for name, each in rule.properties:
        if isinstance(each.source, ItemsTotal) and rule.items is None:
            place.at("properties", name).wrong(
                "there are no items to add up", "write [events.items], or name a column"
            )


def _flag(given: Any, key: str, place: Place) -> bool:
    return key in given and bool(checks.flag(given[key], place.at(key)))
