"""What a mapping's words mean for one row: conditions that hold or not, values that are read.

Everything here is compiled once per mapping and then asked for every row. An absent value is None:
an empty cell, a null, a place that the JSON of a column does not have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from operator import gt, lt
from typing import Any

import msgspec

from footfall.doors.importers.words import (
    Column,
    Combined,
    Condition,
    Constant,
    First,
    Joined,
    Path,
    Plain,
    Value,
)
from footfall.event.canonical import exact
from footfall.money import CONTEXT
from footfall.vendors.words import Unmappable, decimal, plain_text

Row = Mapping[str, Any]
Ask = Callable[[Row], Any]
Holds = Callable[[Row], bool]

FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
HASH_BYTES = 16


def holds(condition: Condition | Combined) -> Holds:
    """Whether a row meets a condition. No conditions: `all` holds, `any` does not."""
    if isinstance(condition, Condition):
        return _test(condition)
    several = [holds(each) for each in condition.of]
    if condition.how == "all":
        return lambda row: all(each(row) for each in several)
    if condition.how == "any":
        return lambda row: any(each(row) for each in several)
    return lambda row: not any(each(row) for each in several)


def _test(condition: Condition) -> Holds:
    ask = place(condition.column)
    against = condition.against
    if condition.test == "empty":
        return lambda row: (ask(row) is None) == against[0]
    check = _CHECKS[condition.test](against)
    return lambda row: (found := ask(row)) is not None and check(found)


def _one_of(against: tuple[Plain, ...]) -> Callable[[object], bool]:
    texts = frozenset(map(plain_text, against))
    return lambda found: plain_text(found) in texts


def _matches(against: tuple[Plain, ...]) -> Callable[[object], bool]:
    pattern = re.compile(str(against[0]))
    return lambda found: pattern.search(plain_text(found)) is not None


def _compared(
    compare: Callable[[Any, Any], bool],
) -> Callable[[tuple[Plain, ...]], Callable[[object], bool]]:
    def check(against: tuple[Plain, ...]) -> Callable[[object], bool]:
        bound = Decimal(against[0])
        return lambda found: (number := decimal(found)) is not None and compare(number, bound)

    return check


_CHECKS: dict[str, Callable[[tuple[Plain, ...]], Callable[[object], bool]]] = {
    "equals": _one_of,
    "in": _one_of,
    "matches": _matches,
    "above": _compared(gt),
    "below": _compared(lt),
}


def place(column: Column) -> Ask:
    """A column's value, or what stands at a place inside its JSON or struct."""
    name, path = column.name, column.path
    if not path:
        return lambda row: None if (cell := row.get(name)) == "" else cell
    return lambda row: _inside(row.get(name), path, name)


def _inside(cell: Any, path: Path, name: str) -> Any:
    if cell is None or cell == "":
        return None
    found = json_value(cell, name) if isinstance(cell, str | bytes) else cell
    for step in path:
        if isinstance(found, dict):
            found = found.get(step, found.get(str(step)))
        elif isinstance(found, list) and isinstance(step, int):
            found = found[step] if step < len(found) else None
        else:
            return None
    return None if found == "" else found


def json_value(cell: str | bytes, name: str) -> Any:
    """What a JSON text says, its numbers exact; Unmappable where it is no JSON."""
    try:
        return _parsed(cell)
    except msgspec.DecodeError as error:
        raise Unmappable("invalid_json", "", f"column {name!r} holds no JSON: {error}") from None


@lru_cache(maxsize=512)
def _parsed(cell: str | bytes) -> Any:
    return _decode(cell)


_decode = msgspec.json.Decoder(float_hook=exact).decode


def reader(value: Value, read_time: Callable[[Any, str], Any]) -> Ask:
    """A value of a row after everything that is done to it."""
    ask = _source(value, read_time)
    for step in _steps(value, read_time):
        ask = _then(ask, step)
    return ask


def _then(ask: Ask, step: Callable[[Any], Any]) -> Ask:
    return lambda row: None if (found := ask(row)) is None else step(found)


def _source(value: Value, read_time: Callable[[Any, str], Any]) -> Ask:
    source = value.source
    if isinstance(source, Column):
        return place(source)
    if isinstance(source, Constant):
        constant = None if source.value == "" else source.value
        return lambda _row: constant
    if isinstance(source, First):
        several = [reader(each, read_time) for each in source.of]
        return lambda row: next((found for ask in several if (found := ask(row)) is not None), None)
    if isinstance(source, Joined):
        return _joined(source, [reader(each, read_time) for each in source.of])
    return lambda _row: None


def _joined(source: Joined, several: list[Ask]) -> Ask:
    def ask(row: Row) -> str | None:
        parts = [each(row) for each in several]
        if all(part is None for part in parts):
            return None
        text = source.between.join("" if part is None else plain_text(part) for part in parts)
        if not source.hashed:
            return text
        return hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).hexdigest()

    return ask


def _steps(value: Value, read_time: Callable[[Any, str], Any]) -> list[Callable[[Any], Any]]:
    steps: list[Callable[[Any], Any]] = []
    if value.table is not None or value.otherwise is not None:
        steps.append(_translated(dict(value.table or ()), value.otherwise))
    if value.decimal_comma:
        steps.append(_with_point)
    if value.type == "time":
        name = value.source.name if isinstance(value.source, Column) else ""
        steps.append(lambda found: read_time(found, name))
    elif value.type:
        steps.append(_TYPES[value.type])
    if value.absolute:
        steps.append(_absolute)
    if value.prefix:
        steps.append(lambda found: value.prefix + plain_text(found))
    return steps


def _translated(table: dict[str, str], otherwise: str | None) -> Callable[[Any], Any]:
    def translate(found: Any) -> Any:
        becomes = table.get(plain_text(found), found if otherwise is None else otherwise)
        return None if becomes == "" else becomes

    return translate


def _with_point(found: Any) -> Any:
    """`1.234,50` as `1234.50`."""
    return found.replace(".", "").replace(",", ".") if isinstance(found, str) else found


def _number(found: Any) -> Any:
    """The number that a cell says, exact; what says none stays, for the acceptor to judge."""
    number = decimal(found)
    return found if number is None else number


def _integer(found: Any) -> Any:
    number = _number(found)
    return number if isinstance(number, int) else found


def _boolean(found: Any) -> Any:
    return found if isinstance(found, bool) else FLAGS.get(plain_text(found).strip().lower(), found)


def _json(found: Any) -> Any:
    return json_value(found, "") if isinstance(found, str | bytes) else found


def _absolute(found: Any) -> Any:
    number = _number(found)
    return abs(number) if isinstance(number, int | Decimal) else found


_TYPES: dict[str, Callable[[Any], Any]] = {
    "text": plain_text,
    "number": _number,
    "integer": _integer,
    "boolean": _boolean,
    "json": _json,
}


def items_total(items: list[dict[str, Any]]) -> Decimal | int | None:
    """Σ price × quantity, exact; None where one of them has no price or no number for one."""
    total = Decimal(0)
    for item in items:
        price, quantity = decimal(item.get("price")), decimal(item.get("quantity", 1))
        if price is None or quantity is None:
            return None
        total = CONTEXT.fma(Decimal(price), Decimal(quantity), total)
    return exact(str(total)) if items else None
