"""Reads what a case gives, exactly as it is written, and refuses what cannot be meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from footfall.errors import RequestError, nearest, unknown

LARGEST = 1e100
"""Its square is a number too; no shop has more of anything."""
FURTHEST_EXPONENT = 330
LEAST_LEVEL = 1e-9
LONGEST_SHOWN = 40
MOST = 10**15


@dataclass(slots=True)
class Fields:
    """A JSON object of a case, and where it stands. Every reader raises RequestError."""

    told: Mapping[str, Any]
    place: str
    read: set[str] = field(default_factory=set)

    def wrong(self, key: str, wrong: str, right: str) -> RequestError:
        """What is wrong with a field, and what would be right."""
        return RequestError(f"{self.place}{f'.{key}' if key else ''}: {wrong}; {right}")

    def has(self, key: str) -> bool:
        """Whether the field is there and not null."""
        self.read.add(key)
        return self.told.get(key) is not None

    def value(self, key: str, right: str) -> Any:
        """A field that has to be there."""
        if not self.has(key):
            close = nearest(key, (each for each in self.told if each not in self.read))
            hint = f"is missing, but there is {close!r}" if close else "is missing"
            raise self.wrong(key, hint, right)
        return self.told[key]

    def exact(self, key: str, default: float | None = None) -> Fraction:
        """A number, exactly as written."""
        if default is not None and not self.has(key):
            return Fraction(default)
        return self.number_of(self.value(key, "write a number"), key)

    def number(
        self, key: str, default: float | None = None, *, least: float | None = None
    ) -> float:
        """A number, at least `least`."""
        value = float(self.exact(key, default))
        if least is not None and value < least:
            raise self.wrong(key, f"{value:g} is too small", f"write a number from {least:g} on")
        return value

    def positive(self, key: str, default: float | None = None) -> float:
        """A number above 0."""
        value = self.number(key, default)
        if value <= 0:
            raise self.wrong(key, f"{value:g} is not above 0", "write a number above 0")
        return value

    def share(self, key: str, default: float | None = None, *, ends: bool = False) -> float:
        """A number between 0 and 1; with `ends`, 0 and 1 too."""
        value = self.number(key, default)
        if 0 < value < 1 or (ends and 0 <= value <= 1):
            return value
        right = "write a fraction between 0 and 1, such as 0.05"
        raise self.wrong(key, f"{value:g} is no share", right)

    def part(self, key: str, default: float | None = None) -> float:
        """A number above 0 and at most 1."""
        value = self.share(key, default, ends=True)
        if value == 0:
            raise self.wrong(key, "is none of it", "write a fraction above 0 and at most 1")
        return value

    def level(self, key: str, default: float | None = None) -> float:
        """A level of error, such as 0.05."""
        value = self.share(key, default)
        if value < LEAST_LEVEL:
            right = f"write a level from {LEAST_LEVEL:g} on, such as 0.05"
            raise self.wrong(key, f"{value:g} is too small", right)
        return value

    def count(self, key: str, least: int = 0) -> int:
        """A whole number."""
        value = self.exact(key)
        if value.denominator != 1 or not least <= value <= MOST:
            right = f"write a whole number from {least} to {MOST:,}"
            raise self.wrong(key, f"{_shown(self.told[key])} does not count anything", right)
        return int(value)

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Yes or no."""
        value = default if default is not None and not self.has(key) else self.value(key, _FLAG)
        if not isinstance(value, bool):
            raise self.wrong(key, f"{_shown(value)} is neither yes nor no", _FLAG)
        return value

    def word(self, key: str, words: Sequence[str], default: str | None = None) -> str:
        """One of several words."""
        if default is not None and not self.has(key):
            return default
        value = self.value(key, f"write one of: {', '.join(words)}")
        if value not in words:
            raise RequestError(f"{self.place}.{key}: {unknown(key, str(value), words)}")
        return str(value)

    def inner(self, key: str) -> Fields:
        """An object inside."""
        value = self.value(key, "write { … }")
        return self.object_of(value, key)

    def object_of(self, value: object, key: str) -> Fields:
        """Something that has to be an object, at a place inside."""
        if not isinstance(value, dict):
            raise self.wrong(key, f"{_shown(value)} is not an object", "write { … }")
        return Fields(value, f"{self.place}.{key}" if key else self.place)

    def listed(self, key: str, least: int = 0) -> list[Any]:
        """A list."""
        value = self.value(key, "write [ … ]")
        if not isinstance(value, list) or len(value) < least:
            right = f"write a list of at least {least}" if least else "write [ … ]"
            raise self.wrong(key, f"{_shown(value)} is not such a list", right)
        return value

    def objects(self, key: str) -> list[Fields]:
        """A list of objects; none where the field is not there."""
        told = enumerate(self.listed(key) if self.has(key) else ())
        return [self.object_of(each, f"{key}[{at}]") for at, each in told]

    def numbers(self, key: str, least: int = 1) -> list[float]:
        """A list of numbers."""
        values = enumerate(self.listed(key, least))
        return [float(self.number_of(each, f"{key}[{at}]")) for at, each in values]

    def number_of(self, value: object, key: str) -> Fraction:
        """Something that has to be a number, at a place inside."""
        number = value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
        if number is None or not abs(_float(number)) <= LARGEST:
            right = f"write a number of at most {LARGEST:g}, without quotes"
            raise self.wrong(key, f"{_shown(value)} is not such a number", right)
        if isinstance(number, Decimal) and abs(number.adjusted()) > FURTHEST_EXPONENT:
            return Fraction(_float(number))
        return Fraction(number)

    def only(self, keys: Iterable[str] = ()) -> None:
        """Refuse what nobody asked for, and name the word that was probably meant."""
        known = self.read | set(keys)
        for key in self.told:
            if key not in known:
                raise RequestError(f"{self.place}: {unknown('field', key, sorted(known))}")


_FLAG = "write true or false"


def _float(number: int | Decimal) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _shown(value: object) -> str:
    """A value as it stands in the file, cut where it is long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else f"a list of {len(value)}"
    if isinstance(value, Decimal):
        return f"{value}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
