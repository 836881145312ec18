"""Named funnels: the TOML files of a workspace's ``funnels/``, with every fault by its line.

name = "Shoes"
scope = "person"              # or "session"
window = "7d"
order = "any-later"           # or "strict"
steps = [
  "view_item[category=Shoes]",
  { event = "add_to_cart", name = "Into the cart" },
  { event = "purchase", benchmark = 0.4 },
]
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomli

from footfall.catalogue.funnel import (
    EVENT_NAME,
    KEY,
    MOST_STEPS,
    ORDERS,
    SCOPES,
    Funnel,
    Step,
    Wanted,
    funnel_of,
    read_step,
    read_window,
)
from footfall.errors import RequestError, unknown
from footfall.settings.faults import Book, Place
from footfall.settings.lines import key_lines

_KEYS = ("name", "scope", "window", "order", "steps")
_STEP_KEYS = ("event", "where", "name", "benchmark")


def named_funnel(folder: Path, name: str) -> Funnel:
    """The funnel that a file of the folder defines. Raises RequestError with all its faults."""
    names = sorted(path.stem for path in folder.glob("*.toml"))
    if name not in names:
        raise RequestError(f"{unknown('funnel', name, names)}; they are the files of {folder}")
    path = folder / f"{name}.toml"
    try:
        return read_funnel(path.read_text("utf-8"), str(path), name)
    except UnicodeDecodeError as fault:
        raise RequestError(f"{path}: is not UTF-8 text; save the file as UTF-8") from fault


def read_funnel(text: str, file: str, stem: str) -> Funnel:
    """The funnel that a text defines. Raises RequestError with every fault by its line."""
    try:
        told = tomli.loads(text)
    except tomli.TOMLDecodeError as fault:
        raise RequestError(f"{file}:{fault.lineno}: not TOML: {fault.msg}") from fault
    place = Place(Book(file, key_lines(text)))
    for key in told:
        if key not in _KEYS:
            place.at(key).wrong(unknown("key", key, _KEYS), "take it out or spell it so")
    _one_of(told, "scope", SCOPES, place)
    _one_of(told, "order", ORDERS, place)
    _window(told.get("window"), place.at("window"))
    name = _name(told.get("name"), place.at("name"))
    steps = _steps(told.get("steps"), place.at("steps"))
    place.book.refuse()
    return funnel_of(steps, told.get("scope"), told.get("window"), told.get("order"), name or stem)


def _one_of(told: Mapping[str, Any], key: str, words: tuple[str, ...], place: Place) -> None:
    value = told.get(key)
    if value is not None and value not in words:
        place.at(key).wrong(
            unknown(key, str(value), words), f'write {key} = "{words[0]}" or "{words[1]}"'
        )


def _window(value: object, place: Place) -> None:
    if value is None:
        return
    try:
        read_window(value if isinstance(value, str) else repr(value))
    except RequestError:
        place.wrong(f"{value!r} is no length of time", 'write such as "7d" or "30min"')


def _name(value: object, place: Place) -> str | None:
    if value is None or (isinstance(value, str) and value.strip()):
        return value
    place.wrong(f"{value!r} is not a text", 'write one in quotes, such as "Checkout"')
    return None


def _steps(told: object, place: Place) -> tuple[Step, ...]:
    if not isinstance(told, list) or not told:
        place.wrong(
            "is missing" if told is None else f"{told!r} is no list of steps",
            'write steps = ["page_view", "add_to_cart", "purchase"]',
        )
        return ()
    if len(told) > MOST_STEPS:
        place.wrong(f"{len(told)} steps are too many", f"write at most {MOST_STEPS}")
    found = (_step(each, place.at(at)) for at, each in enumerate(told))
    return tuple(step for step in found if step)


def _step(told: object, place: Place) -> Step | None:
    if isinstance(told, str):
        return _written(told, place)
    if not isinstance(told, dict):
        place.wrong(f"{told!r} is no step", 'write "add_to_cart" or { event = "add_to_cart" }')
        return None
    for key in told:
        if key not in _STEP_KEYS:
            place.at(key).wrong(unknown("key", key, _STEP_KEYS), "take it out or spell it so")
    event = told.get("event")
    if not isinstance(event, str) or not EVENT_NAME.fullmatch(event):
        place.at("event").wrong(
            "is missing" if event is None else f"{event!r} is not an event's name",
            'write event = "add_to_cart"',
        )
        return None
    where = _where(told.get("where", {}), place.at("where"))
    name = _name(told.get("name"), place.at("name"))
    return Step(event, where, name, _benchmark(told.get("benchmark"), place.at("benchmark")))


def _written(text: str, place: Place) -> Step | None:
    try:
        return read_step(text)
    except RequestError as fault:
        wrong, _, right = str(fault).partition("; ")
        place.wrong(wrong, right)
        return None


def _where(told: object, place: Place) -> dict[str, Wanted]:
    if not isinstance(told, dict):
        place.wrong("is not a table", 'write where = { category = "Shoes" }')
        return {}
    found: dict[str, Wanted] = {}
    for key, value in told.items():
        values = value if isinstance(value, list) else [value]
        if not KEY.fullmatch(key) or not values or not all(_is_plain(each) for each in values):
            place.at(key).wrong(
                f"{value!r} does not fit", 'write a text, a number, true or false, "" for no value'
            )
            continue
        found[key] = tuple(_text(each) for each in values)
    return found


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


def _text(value: object) -> str | None:
    """A value as the event's JSON has it when it is read as a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) or None


def _benchmark(value: object, place: Place) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    place.wrong(f"{value!r} is no rate", "write a fraction above 0 and at most 1, such as 0.3")
    return None
