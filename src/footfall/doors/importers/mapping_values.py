"""The values and the conditions of a mapping, from TOML to words that can be trusted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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

Pairs = tuple[tuple[str, str], ...]

SOURCES = ("column", "value", "first", "join", "hash", "from_items")
OPTIONS = (
    *("path", "between", "table", "otherwise", "type"),
    *("decimal_comma", "absolute", "prefix", "number_repeats"),
)
NOWHERE = Column("")


@dataclass(frozen=True, slots=True)
class Names:
    """What a mapping has given names to: [tables] of translations, [columns] with short names."""

    tables: Mapping[str, Pairs] = field(default_factory=dict)
    columns: Mapping[str, Column] = field(default_factory=dict)

    def column(self, name: str, path: Path = ()) -> Column:
        """A column by its own or its short name; `short.key` is a place inside of a short one."""
        short, _, rest = name.partition(".")
        inside = _steps(rest) if rest and short in self.columns else ()
        base = self.columns.get(short if inside else name, Column(name))
        return Column(base.name, (*base.path, *inside, *path))


def column(given: object, place: Place, names: Names) -> Column:
    """A column by name, or a place inside it: `{ column = "context", path = "0.currency" }`."""
    if isinstance(given, str) and given:
        return names.column(given)
    known = checks.table(given, place, ("column", "path"))
    return _column(known, place, names) if isinstance(given, dict) else NOWHERE


def column_names(given: object, place: Place, names: Names) -> list[str]:
    """Columns by their own names."""
    return [names.column(name).name for name, _ in checks.listed(checks.text, given, place)]


def value(given: object, place: Place, names: Names) -> Value:
    """Where a field's value comes from: a bare text names a column, a table says more."""
    if isinstance(given, str) and given:
        return Value(names.column(given))
    known = checks.table(given, place, (*SOURCES, *OPTIONS))
    named = [key for key in SOURCES if key in known]
    if len(named) != 1:
        if isinstance(given, dict):
            wrong = f"{' and '.join(named)} exclude each other" if named else "it says no source"
            place.wrong(wrong, f"write one of {', '.join(SOURCES)}")
        return Value(NOWHERE)
    return Value(
        source=_SOURCES[named[0]](known, place, names),
        table=_table(known["table"], place.at("table"), names) if "table" in known else None,
        otherwise=_text(known, "otherwise", place, None),
        type=_word(known, "type", TYPES, place),
        decimal_comma=_flag(known, "decimal_comma", place),
        absolute=_flag(known, "absolute", place),
        prefix=_text(known, "prefix", place, "") or "",
        number_repeats=_flag(known, "number_repeats", place),
    )


def conditions(given: object, place: Place, names: Names, how: str = "all") -> Combined:
    """One condition, or a list of them."""
    if isinstance(given, dict):
        return Combined(how, (condition(given, place, names),))
    if not isinstance(given, list):
        place.wrong(f"{checks.shown(given)} is no condition", _condition_form())
        return Combined(how, ())
    return Combined(how, tuple(condition(each, place.at(n), names) for n, each in enumerate(given)))


def condition(given: object, place: Place, names: Names) -> Condition | Combined:
    """A column and what it must be, or `all`, `any`, `not` of several conditions."""
    known = dict(checks.table(given, place, ("column", "path", *TESTS, *COMBINATIONS)))
    combinations = [key for key in COMBINATIONS if key in known]
    tests = [key for key in TESTS if key in known]
    if combinations and len(known) == 1:
        how = combinations[0]
        return conditions(known[how], place.at(how), names, how)
    if len(tests) != 1 or combinations:
        if isinstance(given, dict):
            place.wrong("it is not one column and one test", _condition_form())
        return Combined("all", ())
    against = _AGAINST[tests[0]](known[tests[0]], place.at(tests[0]))
    return Condition(_column(known, place, names), tests[0], against)


def _condition_form() -> str:
    return 'write such as { column = "status", equals = "paid" }; tests are ' + ", ".join(TESTS)


def _column(known: Any, place: Place, names: Names) -> Column:
    name = known.get("column")
    if not isinstance(name, str) or not name:
        wrong = "it names no column" if name is None else f"{checks.shown(name)} is no name"
        place.wrong(wrong, 'write column = "…"')
        return NOWHERE
    return names.column(name, _path(known["path"], place.at("path")) if "path" in known else ())


def _path(given: object, place: Place) -> Path:
    """`0.currency`: the currency of the first element."""
    if isinstance(given, str) and given:
        return _steps(given)
    if isinstance(given, list) and given and all(_is_step(each) for each in given):
        return tuple(given)
    place.wrong(f"{checks.shown(given)} is no path", 'write keys and numbers such as "0.currency"')
    return ()


def _steps(path: str) -> Path:
    return tuple(int(part) if part.isdecimal() else part for part in path.split("."))


def _is_step(part: object) -> bool:
    return isinstance(part, str | int) and not isinstance(part, bool) and part != ""


def _from_column(known: Any, place: Place, names: Names) -> Column:
    return _column(known, place, names)


def _constant(known: Any, place: Place, _names: Names) -> Constant:
    plain = _plain(known["value"], place.at("value"))
    return Constant("" if plain is None else plain)


def _first(known: Any, place: Place, names: Names) -> First:
    return First(_several(known["first"], place.at("first"), names))


def _joined(known: Any, place: Place, names: Names) -> Joined:
    between = _text(known, "between", place, "") or ""
    return Joined(_several(known["join"], place.at("join"), names), between)


def _hashed(known: Any, place: Place, names: Names) -> Joined:
    return Joined(_several(known["hash"], place.at("hash"), names), "\x1f", hashed=True)


def _items_total(known: Any, place: Place, _names: Names) -> ItemsTotal | Constant:
    if known["from_items"] is True:
        return ItemsTotal()
    place.at("from_items").wrong("it can only be true", "write from_items = true")
    return Constant("")


_SOURCES: dict[str, Callable[[Any, Place, Names], Any]] = {
    "column": _from_column,
    "value": _constant,
    "first": _first,
    "join": _joined,
    "hash": _hashed,
    "from_items": _items_total,
}


def _several(given: object, place: Place, names: Names) -> tuple[Value, ...]:
    if isinstance(given, list) and given:
        return tuple(value(each, place.at(n), names) for n, each in enumerate(given))
    place.wrong(f"{checks.shown(given)} is no list of columns", "write them in brackets: [ … ]")
    return ()


def _table(given: object, place: Place, names: Names) -> Pairs:
    """A table of [tables] by name, or one written here."""
    if isinstance(given, str):
        if given not in names.tables:
            close = nearest(given, names.tables)
            hint = f"did you mean {close!r}?" if close else f"write [tables.{given}]"
            place.wrong(f"there is no [tables.{given}]", hint)
        return names.tables.get(given, ())
    return pairs(given, place)


def pairs(given: object, place: Place) -> Pairs:
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
    right = f"{hint}there are: {', '.join(words)}"
    place.at(key).wrong(f"there is no {key} {checks.shown(given)}", right)
    return ""


def _flag(known: Any, key: str, place: Place) -> bool:
    return key in known and bool(checks.flag(known[key], place.at(key)))


def _plain(given: object, place: Place) -> Plain | None:
    if isinstance(given, str | bool | int | Decimal):
        return given
    right = "write a text, a number, true or false"
    place.wrong(f"{checks.shown(given)} is no single value", right)
    return None


def _one(given: object, place: Place) -> tuple[Plain, ...]:
    plain = _plain(given, place)
    return () if plain is None else (plain,)


def _list(given: object, place: Place) -> tuple[Plain, ...]:
    found: list[tuple[Plain, Place]] = checks.listed(_plain, given, place)
    return tuple(each for each, _ in found)


def _pattern(given: object, place: Place) -> tuple[Plain, ...]:
    try:
        re.compile(given if isinstance(given, str) else "(")
    except re.error as error:
        why = f": {error}" if isinstance(given, str) else ""
        wrong = f"{checks.shown(given)} is no regular expression{why}"
        place.wrong(wrong, 'write such as "^C[0-9]+$"')
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
