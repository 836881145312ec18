"""The values and the conditions of a mapping, from TOML to words that can be trusted."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from footfall.doors.importers.words import (
    COMBINATIONS,
    TESTS,
    TYPES,
    Column,
    Combined,
    Condition,
    Constant,
    First,
    ItemsTotal,
    Joined,
    Path,
    Plain,
    Value,
)
from footfall.errors import nearest
from footfall.settings import checks
from footfall.settings.faults import Place

Tables = dict[str, tuple[tuple[str, str], ...]]

SOURCES = ("column", "value", "first", "join", "hash", "from_items")
OPTIONS = (
    *("path", "between", "table", "otherwise", "type"),
    *("decimal_comma", "absolute", "prefix", "number_repeats"),
)
NOWHERE = Column("")


def column(given: object, place: Place) -> Column:
    """A column by name, or a place inside it: `{ column = "context", path = "0.currency" }`."""
    if isinstance(given, str) and given:
        return Column(given)
    known = checks.table(given, place, ("column", "path"))
    return _column(known, place)


def column_names(given: object, place: Place) -> list[str]:
    """Columns by name."""
    return [name for name, _ in checks.listed(checks.text, given, place)]


def value(given: object, place: Place, tables: Tables) -> Value:
    """Where a field's value comes from: a bare text names a column, a table says more."""
    if isinstance(given, str) and given:
        return Value(Column(given))
    known = checks.table(given, place, (*SOURCES, *OPTIONS))
    named = [key for key in SOURCES if key in known]
    if len(named) != 1:
        if isinstance(given, dict):
            wrong = f"{' and '.join(named)} exclude each other" if named else "it says no source"
            place.wrong(wrong, f"write one of {', '.join(SOURCES)}")
        return Value(NOWHERE)
    return Value(
        source=_SOURCES[named[0]](known, place, tables),
        table=_table(known["table"], place.at("table"), tables) if "table" in known else None,
        otherwise=_text(known, "otherwise", place, None),
        type=_word(known, "type", TYPES, place),
        decimal_comma=_flag(known, "decimal_comma", place),
        absolute=_flag(known, "absolute", place),
        prefix=_text(known, "prefix", place, "") or "",
        number_repeats=_flag(known, "number_repeats", place),
    )


def conditions(given: object, place: Place, how: str = "all") -> Combined:
    """One condition, or a list of them."""
    if isinstance(given, dict):
        return Combined(how, (condition(given, place),))
    if not isinstance(given, list):
        place.wrong(f"{checks.shown(given)} is no condition", _condition_form())
        return Combined(how, ())
    return Combined(how, tuple(condition(each, place.at(n)) for n, each in enumerate(given)))


def condition(given: object, place: Place) -> Condition | Combined:
    """A column and what it must be, or `all`, `any`, `not` of several conditions."""
    known = dict(checks.table(given, place, ("column", "path", *TESTS, *COMBINATIONS)))
    combinations = [key for key in COMBINATIONS if key in known]
    tests = [key for key in TESTS if key in known]
    if combinations and len(known) == 1:
        how = combinations[0]
        return conditions(known[how], place.at(how), how)
    if len(tests) != 1 or combinations:
        if isinstance(given, dict):
            place.wrong("it is not one column and one test", _condition_form())
        return Combined("all", ())
    against = _AGAINST[tests[0]](known[tests[0]], place.at(tests[0]))
    return Condition(_column(known, place), tests[0], against)


def _condition_form() -> str:
    return 'write such as { column = "status", equals = "paid" }; tests are ' + ", ".join(TESTS)


def _column(known: Any, place: Place) -> Column:
    name = known.get("column")
    if not isinstance(name, str) or not name:
        wrong = "it names no column" if name is None else f"{checks.shown(name)} is no name"
        place.wrong(wrong, 'write column = "…"')
        return NOWHERE
    return Column(name, _path(known["path"], place.at("path")) if "path" in known else ())


def _path(given: object, place: Place) -> Path:
    """`0.currency`: the currency of the first element."""
    parts = given.split(".") if isinstance(given, str) else given
    if isinstance(parts, list) and parts and all(_is_step(each) for each in parts):
        return tuple(int(each) if str(each).isdecimal() else each for each in parts)
    place.wrong(f"{checks.shown(given)} is no path", 'write keys and numbers such as "0.currency"')
    return ()


def _is_step(part: object) -> bool:
    return isinstance(part, str | int) and not isinstance(part, bool) and part not in ("", -1)


def _from_column(known: Any, place: Place, _tables: Tables) -> Column:
    return _column(known, place)


def _constant(known: Any, place: Place, _tables: Tables) -> Constant:
    plain = _plain(known["value"], place.at("value"))
    return Constant("" if plain is None else plain)


def _first(known: Any, place: Place, tables: Tables) -> First:
    return First(_several(known["first"], place.at("first"), tables))


def _joined(known: Any, place: Place, tables: Tables) -> Joined:
    between = _text(known, "between", place, "") or ""
    return Joined(_several(known["join"], place.at("join"), tables), between)


def _hashed(known: Any, place: Place, tables: Tables) -> Joined:
    return Joined(_several(known["hash"], place.at("hash"), tables), "\x1f", hashed=True)


def _items_total(known: Any, place: Place, _tables: Tables) -> ItemsTotal:
    if known["from_items"] is not True:
        place.at("from_items").wrong("it can only be true", "write from_items = true")
    return ItemsTotal()


_SOURCES: dict[str, Callable[[Any, Place, Tables], Any]] = {
    "column": _from_column,
    "value": _constant,
    "first": _first,
    "join": _joined,
    "hash": _hashed,
    "from_items": _items_total,
}


def _several(given: object, place: Place, tables: Tables) -> tuple[Value, ...]:
    if isinstance(given, list) and given:
        return tuple(value(each, place.at(n), tables) for n, each in enumerate(given))
    place.wrong(f"{checks.shown(given)} is no list of columns", "write them in brackets: [ … ]")
    return ()


def _table(given: object, place: Place, tables: Tables) -> tuple[tuple[str, str], ...]:
    """A table of [tables] by name, or one written here."""
    if isinstance(given, str):
        if given not in tables:
            close = nearest(given, tables)
            hint = f"did you mean {close!r}?" if close else f"write [tables.{given}]"
            place.wrong(f"there is no [tables.{given}]", hint)
        return tables.get(given, ())
    return pairs(given, place)


def pairs(given: object, place: Place) -> tuple[tuple[str, str], ...]:
    """What each text becomes."""
    found = []
    for key, becomes in checks.table(given, place).items():
        if isinstance(becomes, str):
            found.append((key, becomes))
        else:
            place.at(key).wrong(f"{checks.shown(becomes)} is not a text", "write it in quotes")
    return tuple(found)


def _text(known: Any, key: str, place: Place, default: str | None) -> str | None:
    given = known.get(key, default)
    if given is None or isinstance(given, str):
        return given
    place.at(key).wrong(f"{checks.shown(given)} is not a text", "write it in quotes")
    return default


def _word(known: Any, key: str, words: tuple[str, ...], place: Place) -> str:
    given = known.get(key, "")
    if given == "" or given in words:
        return str(given)
    close = nearest(given, words) if isinstance(given, str) else None
    hint = f"did you mean {close!r}? " if close else ""
    place.at(key).wrong(f"there is no {key} {checks.shown(given)}", f"{hint}there are: {', '.join(words)}")
    return ""


def _flag(known: Any, key: str, place: Place) -> bool:
    return key in known and bool(checks.flag(known[key], place.at(key)))


def _plain(given: object, place: Place) -> Plain | None:
    if isinstance(given, str | bool | int | Decimal):
        return given
    place.wrong(f"{checks.shown(given)} is no single value", "write a text, a number, true or false")
    return None


def _one(given: object, place: Place) -> tuple[Plain, ...]:
    plain = _plain(given, place)
    return () if plain is None else (plain,)


def _list(given: object, place: Place) -> tuple[Plain, ...]:
    return tuple(each for each, _ in checks.listed(_plain, given, place))


def _pattern(given: object, place: Place) -> tuple[Plain, ...]:
    try:
        re.compile(given if isinstance(given, str) else "(")
    except re.error as error:
        why = f": {error}" if isinstance(given, str) else ""
        place.wrong(f"{checks.shown(given)} is no regular expression{why}", 'write such as "^C[0-9]+$"')
        return ()
    return (str(given),)


def _number(given: object, place: Place) -> tuple[Plain, ...]:
    if isinstance(given, int | Decimal) and not isinstance(given, bool):
        return (given,)
    place.wrong(f"{checks.shown(given)} is not a number", "write it without quotes, such as 0")
    return ()


def _yes_no(given: object, place: Place) -> tuple[Plain, ...]:
    plain = checks.flag(given, place)
    return () if plain is None else (plain,)


_AGAINST: dict[str, Callable[[object, Place], tuple[Plain, ...]]] = {
    "equals": _one,
    "in": _list,
    "matches": _pattern,
    "above": _number,
    "below": _number,
    "empty": _yes_no,
}
