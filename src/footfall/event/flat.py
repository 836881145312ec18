"""A row of a flat file (CSV, Parquet) as the event that it means.

A column that is not a field of the envelope is a property, an empty cell or a null is an absent
value, and texts of properties that the vocabulary knows as numbers, yes/no or items are read as
such. What cannot be read is left as it is: the rules that follow say what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from footfall.event import strict
from footfall.event.canonical import exact, exactly
from footfall.event.codes import Refused
from footfall.event.envelope import FIELDS, TIMES
from footfall.event.vocabulary import EVENTS, FLAG, ITEMS, KNOWN_ANYWHERE, NUMBER, Property

_FIELDS = frozenset(FIELDS)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_NO_NUMBER = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_EPOCH_MS = re.compile(r"[+-]?[0-9]{1,30}")
_FLAGS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def event_of(row: Mapping[str, object]) -> dict[str, object]:
    """The event that a row means; Refused where a JSON column holds no JSON."""
    cells = {name: cell for name, value in row.items() if (cell := _cell(value)) is not None}
    event = {name: _field(name, cells.pop(name)) for name in FIELDS if name in cells}
    name = event.get("event")
    known = EVENTS.get(name) if isinstance(name, str) else None
    rules = {**KNOWN_ANYWHERE, **known.properties} if known else KNOWN_ANYWHERE
    own = {name: _property(name, cell, rules.get(name)) for name, cell in cells.items()}
    return {**event, **own}


def _cell(value: object) -> object:
    """What a cell holds, None where it is empty; nested nulls are left out likewise."""
    match value:
        case "":
            return None
        case float() | Decimal():
            return exactly(value)
        case dict():
            return {key: held for key, each in value.items() if (held := _cell(each)) is not None}
        case list() | tuple():
            return [_cell(each) for each in value]
    return _as_text(value)


def _as_text(value: object) -> object:
    match value:
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.decode(errors="surrogateescape")
        case UUID():
            return str(value)
    return value


def _field(name: str, cell: object) -> object:
    if name == "properties":
        return _json(name, cell) if isinstance(cell, str) else _pairs(cell)
    if name in TIMES:
        return int(cell) if isinstance(cell, str) and _EPOCH_MS.fullmatch(cell) else cell
    if isinstance(cell, int | Decimal) and not isinstance(cell, bool):
        return str(cell)
    return cell


def _pairs(cell: object) -> object:
    """A Parquet map is a list of pairs."""
    if isinstance(cell, list) and all(_is_pair(each) for each in cell):
        return {key: value for key, value in cell if value is not None}
    return cell


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


def _property(name: str, cell: object, rule: Property | None) -> object:
    if not isinstance(cell, str) or rule is None:
        return cell
    if rule.type == NUMBER:
        return _number(cell)
    if rule.type == FLAG:
        return _FLAGS.get(cell.strip().lower(), cell)
    return _json(f"properties/{name}", cell) if rule.type == ITEMS else cell


def _number(cell: str) -> object:
    text = cell.strip()
    return exact(text) if _NUMBER.fullmatch(text) or _NO_NUMBER.fullmatch(text) else cell


def _json(name: str, cell: str) -> object:
    try:
        return strict.parse(cell.encode(errors="surrogatepass"))
    except Refused as refused:
        why = refused.rejection
        raise Refused(
            why.code, f"/{name}", f"{name.replace('/', '.')} holds no JSON: {why.detail}"
        ) from None
