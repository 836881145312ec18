"""From a segment's TOML file to a segment, or all that is wrong with it, each fault by its line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import tomli

from footfall.errors import RequestError, unknown
from footfall.event.closed_lists import CLOSED_LISTS
from footfall.query.question import all_dimensions
from footfall.query.segment import AllOf, AnyOf, Condition, Did, Is, Measured, Not, Segment, Was
from footfall.schema.facts import EXPOSURE_DIMENSIONS, SESSION_FACTS, SESSIONS
from footfall.settings.faults import Book, Place
from footfall.settings.lines import key_lines

KEYS = ("name", "help", "when")
TOGETHER = ("all", "any", "not")
LIMITS = {"at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}
UNITS = {"duration": 1000}
"""Session facts that are told in another unit than they are kept in: seconds, in milliseconds."""
_NOTHING = 'write a condition, such as device = "mobile"'


def find_segment(folder: Path, name: str) -> Segment:
    """The segment of a name. Raises RequestError where there is none, or with all its faults."""
    path, known = folder / f"{name}.toml", segment_names(folder)
    if name not in known:
        hint = "" if known else f"; define it in {path}"
        raise RequestError(unknown("segment", name, known) + hint)
    try:
        return read_segment(path.read_text("utf-8"), str(path), name)
    except UnicodeDecodeError as fault:
        raise RequestError(f"{path}: is not UTF-8 text; save the file as UTF-8") from fault


def segment_names(folder: Path) -> list[str]:
    """The names of the segments that a workspace has."""
    return sorted(each.stem for each in folder.glob("*.toml")) if folder.is_dir() else []


def read_segment(text: str, file: str, stem: str) -> Segment:
    """The segment that a file defines. Raises RequestError with every fault of the file."""
    try:
        told = tomli.loads(text, parse_float=Decimal)
    except tomli.TOMLDecodeError as fault:
        raise RequestError(f"{file}:{fault.lineno}: not TOML: {fault.msg}") from fault
    place = Place(Book(file, key_lines(text)))
    for key in told:
        if key not in KEYS:
            place.at(key).wrong(unknown("key", key, KEYS), "take it out or spell it so")
    texts = [_text(told, key, place) for key in ("name", "help")]
    when = _Reader(place.at("when")).root(told.get("when"))
    place.book.refuse()
    return Segment(stem, texts[0] or stem, texts[1], when)


def _text(told: Mapping[str, Any], key: str, place: Place) -> str:
    value = told.get(key, "")
    if not isinstance(value, str):
        place.at(key).wrong(f"{value!r} is not a text", f'write {key} = "…"')
        return ""
    return value.strip()


class _Reader:
    """Reads conditions; faults go to the book."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def root(self, told: object) -> AllOf:
        """The conditions of the file, all of which hold; only here stand experiments."""
        if told is None:
            self.place.wrong("is missing", "write a table [when] with what has to hold")
            return AllOf(())
        return self._table(told, self.place, is_root=True)

    def _table(self, told: object, place: Place, *, is_root: bool = False) -> AllOf:
        """A table of conditions: all of them hold."""
        if not isinstance(told, dict) or not told:
            place.wrong("has no condition", _NOTHING)
            return AllOf(())
        found = [
            self._condition(key, value, place.at(key), is_root=is_root)
            for key, value in told.items()
        ]
        return AllOf(tuple(each for each in found if each))

    def _condition(
        self, key: str, value: object, place: Place, *, is_root: bool
    ) -> Condition | None:
        if key == "not":
            return Not(self._table(value, place))
        if key in TOGETHER:
            return self._several(AllOf if key == "all" else AnyOf, value, place)
        if key in all_dimensions():
            if key in EXPOSURE_DIMENSIONS and not is_root:
                place.wrong(
                    "holds from a moment on, so it can stand at the top only",
                    "write it in [when] itself, outside of all, any and not",
                )
            return _dimension(key, value, place)
        if key in SESSION_FACTS:
            return _session_fact(key, value, place)
        words = (*all_dimensions(), *SESSION_FACTS, *TOGETHER)
        place.wrong(unknown("condition", key, words), "take it out or spell it so")
        return None

    def _several(
        self, made: Callable[[tuple[Condition, ...]], Condition], told: object, place: Place
    ) -> Condition:
        if not isinstance(told, list) or not told:
            place.wrong("is no list of conditions", "write [ { … }, { … } ]")
            return AllOf(())
        return made(tuple(self._table(each, place.at(at)) for at, each in enumerate(told)))


def _dimension(name: str, value: object, place: Place) -> Is:
    values = _texts(value, place)
    known = CLOSED_LISTS.get(name, ())
    for each in values:
        if known and each is not None and each not in known:
            place.wrong(unknown(name, each, known), "write one of its values")
    return Is(name, values)


def _session_fact(name: str, value: object, place: Place) -> Condition:
    kind = SESSIONS.types[SESSION_FACTS[name]]
    if kind == "VARCHAR":
        return Was(name, _texts(value, place))
    if kind == "BOOLEAN":
        if not isinstance(value, bool):
            place.wrong(f"{value!r} does not fit", "write true or false")
        return Did(name, value is True)
    return Measured(name, tuple(_limits(name, value, place)))


def _texts(value: object, place: Place) -> tuple[str | None, ...]:
    """A text or several; an empty one is null, as in --where."""
    told: Sequence[object] = value if isinstance(value, list) else [value]
    if not told or not all(isinstance(each, str) for each in told):
        place.wrong(f"{value!r} is no text", 'write "…" or [ "…", "…" ]; "" is without a value')
    return tuple(each or None for each in told if isinstance(each, str))


def _limits(name: str, value: object, place: Place) -> Iterable[tuple[str, int]]:
    """What a number is compared with: one number, or a table of limits."""
    if not isinstance(value, dict):
        yield "=", _number(name, value, place)
        return
    if not value:
        place.wrong("has no limit", "write { at_least = 3 }")
    for word, limit in value.items():
        if word not in LIMITS:
            place.at(word).wrong(unknown("limit", word, LIMITS), "write { at_least = 3 }")
            continue
        yield LIMITS[word], _number(name, limit, place.at(word))


def _number(name: str, value: object, place: Place) -> int:
    """A number in the unit that is kept."""
    unit = UNITS.get(name, 1)
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    exact = Decimal(str(value)) * unit if is_number else None
    if exact is None or not exact.is_finite() or exact != exact.to_integral_value():
        right = "a number of seconds, such as 120" if name in UNITS else "a whole number, such as 3"
        shown = repr(value) if isinstance(value, str) else value
        place.wrong(f"{shown} does not fit", f"write {right}, or {{ at_least = … }}")
        return 0
    return int(exact)
