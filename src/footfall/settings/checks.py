"""What each kind of setting may hold.

A check takes a value and its place, and answers the value as a site keeps it. Where something
is wrong it notes a fault and answers None, or leaves the wrong entry out: the settings are
refused in the end, when all the faults are known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeVar

from footfall.errors import nearest
from footfall.money import CURRENCIES, is_currency
from footfall.settings.faults import Place

T = TypeVar("T")
Check = Callable[[object, Place], object]

EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z]{4})?([-_]([A-Za-z]{2}|[0-9]{3}))?")
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
LONGEST_NAME = 200


def text(value: object, place: Place) -> str | None:
    """A short text for people to read."""
    if not isinstance(value, str) or not value.strip():
        place.wrong(f"{shown(value)} is not a text", 'write one in quotes, such as "Shop"')
        return None
    if len(value) > LONGEST_NAME:
        place.wrong(f"a text of {len(value)} characters", f"write at most {LONGEST_NAME}")
    return value


def flag(value: object, place: Place) -> bool | None:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    place.wrong(f"{shown(value)} is neither yes nor no", "write true or false, without quotes")
    return None


def whole(most: int, such_as: int) -> Callable[[object, Place], int | None]:
    """A check for a whole number from 1 up to `most`."""

    def check(value: object, place: Place) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most:
            return value
        wrong = f"{shown(value)} is not a whole number from 1 to {most}"
        place.wrong(wrong, f"write one without quotes, such as {such_as}")
        return None

    return check


def locale(value: object, place: Place) -> str | None:
    """A language as browsers name it: `en`, `de-CH`."""
    if isinstance(value, str) and LOCALE.fullmatch(value):
        return value
    place.wrong(f"{shown(value)} is not a locale", 'write one such as "en" or "de-CH"')
    return None


def timezone(value: object, place: Place) -> str | None:
    """An IANA time zone."""
    zones = _zones()
    if isinstance(value, str) and value in zones:
        return value
    close = nearest(value, zones) if isinstance(value, str) else None
    place.wrong(
        f"{shown(value)} is not an IANA time zone",
        _meant(close, 'write one such as "UTC" or "Europe/Berlin"'),
    )
    return None


def currency(value: object, place: Place) -> str | None:
    """An ISO 4217 code."""
    if isinstance(value, str) and is_currency(value):
        return value
    close = nearest(value, CURRENCIES) if isinstance(value, str) else None
    place.wrong(
        f"{shown(value)} is not an ISO 4217 currency",
        _meant(close, 'write a code such as "EUR" or "USD"'),
    )
    return None


def event(value: object, place: Place) -> str | None:
    """An event's name, from the vocabulary or the store's own."""
    if isinstance(value, str) and EVENT_NAME.fullmatch(value):
        return value
    place.wrong(
        f"{shown(value)} is not an event's name",
        "write at most 64 of a-z, 0-9 and _, a letter first, such as " + '"generate_lead"',
    )
    return None


def events(value: object, place: Place) -> tuple[str, ...]:
    """Events by name, each once."""
    return _words(event, value, place)


def hosts(value: object, place: Place) -> tuple[str, ...]:
    """Host names, as referrers carry them: lowercase, without `www.`."""
    return _words(_host, value, place)


def source_names(value: object, place: Place) -> tuple[str, ...]:
    """Names of traffic sources, lowercase."""
    return tuple(name.lower() for name in _words(text, value, place))


def labels(value: object, place: Place) -> dict[str, str]:
    """What ids are called: each id with a text."""
    given = table(value, place)
    named = {key: text(label, place.at(key)) for key, label in given.items()}
    return {key: label for key, label in named.items() if label is not None}


def path_pattern(value: object, place: Place) -> str | None:
    """A path in which `*` is any characters."""
    if isinstance(value, str) and value.startswith(("/", "*")):
        return value
    place.wrong(
        f"{shown(value)} is not a path",
        'write one that begins with /, where * is any characters, such as "/blog*"',
    )
    return None


def listed(
    check: Callable[[object, Place], T | None], value: object, place: Place
) -> list[tuple[T, Place]]:
    """The entries of a list that pass a check, each with its place."""
    places = ((each, place.at(number)) for number, each in enumerate(_entries(value, place)))
    checked = [(check(each, at), at) for each, at in places]
    return [(each, at) for each, at in checked if each is not None]


def once(words: Iterable[tuple[str, Place]]) -> None:
    """Note every word that was there before."""
    seen: set[str] = set()
    for word, place in words:
        if word in seen:
            place.wrong(f"{shown(word)} is there twice", "leave one of them out")
        seen.add(word)


def table(value: object, place: Place, keys: Iterable[str] | None = None) -> Mapping[str, object]:
    """A table, of which only the `keys` are let through; any key where none are named."""
    if not isinstance(value, dict):
        place.wrong(f"{shown(value)} is not a table", "write { key = value }")
        return {}
    known = value if keys is None else tuple(keys)
    for key in value:
        if key not in known:
            _unknown_key(key, known, place.at(key))
    return {key: each for key, each in value.items() if key in known}


def shown(value: object) -> str:
    """A value as it stands in the file, cut where it is long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    plain = isinstance(value, str | bool | int | float)
    word = json.dumps(value, ensure_ascii=False) if plain else str(value)
    return word if len(word) <= 60 else word[:59] + "…"


def _host(value: object, place: Place) -> str | None:
    right = 'write a host such as "checkout.example", without https:// and without a path'
    if not isinstance(value, str):
        place.wrong(f"{shown(value)} is not a host's name", right)
        return None
    host = value.lower().rstrip(".").removeprefix("www.")
    if HOST.fullmatch(host):
        return host
    if not host.isascii():
        right = f'write it as browsers send it: "{_punycode(host)}"'
    place.wrong(f"{shown(value)} is not a host's name", right)
    return None


def _punycode(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return "xn--…"


def _words(
    check: Callable[[object, Place], str | None], value: object, place: Place
) -> tuple[str, ...]:
    found = listed(check, value, place)
    once(found)
    return tuple(word for word, _ in found)


def _entries(value: object, place: Place) -> list[object]:
    if isinstance(value, list):
        return value
    place.wrong(f"{shown(value)} is not a list", "write it in brackets, such as [ … ]")
    return []


def _unknown_key(key: str, known: Iterable[str], place: Place) -> None:
    allowed = list(known)
    close = nearest(key, allowed)
    hint = f"did you mean {close!r}? " if close else ""
    place.wrong("there is no such setting", f"{hint}there are: {', '.join(allowed)}")


def _meant(close: str | None, otherwise: str) -> str:
    return f'did you mean "{close}"?' if close else otherwise


@cache
def _zones() -> frozenset[str]:
    """Every zone of the time zone database that is installed with the package."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory"}
