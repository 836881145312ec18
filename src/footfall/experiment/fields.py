"""What each kind of entry of a design may hold.

A check takes a value and its place; where something is wrong it notes a fault and answers None.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from footfall.catalogue.funnel import read_window
from footfall.errors import RequestError, unknown
from footfall.settings.faults import Place


def text(value: object, place: Place) -> str | None:
    """A text for people."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    wrong = "is missing" if value is None else f"{value!r} is not a text"
    place.wrong(wrong, 'write one in quotes, such as "Larger pictures"')
    return None


def day(value: object, place: Place) -> date | None:
    """A local day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass  # told below
    wrong = "is missing" if value is None else f"{value!r} is no day"
    place.wrong(wrong, "write the first day, such as start = 2026-01-05")
    return None


def whole(value: object, place: Place, least: int, such_as: int) -> int | None:
    """A whole number."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= least:
        return value
    place.wrong(
        f"{_said(value)} is no whole number from {least} on", f"write one such as {such_as}"
    )
    return None


def share(
    value: object, place: Place, such_as: str, *, above: float = 0.0, upto: float = 1.0
) -> float | None:
    """A fraction, or a text with a per cent sign; above the one bound, up to the other."""
    number = _percent(value) if isinstance(value, str) else value
    if isinstance(number, int | float | Decimal) and not isinstance(number, bool):
        if above < number <= upto:
            return float(number)
        range_ = f"above {above:g} and at most {upto:g}"
        place.wrong(f"{_said(value)} is not {range_}", f"write such as {such_as}")
        return None
    place.wrong(f"{_said(value)} is no share", f"write such as {such_as}")
    return None


def positive(value: object, place: Place, such_as: str, *, least: float = 0.0) -> float | None:
    """A number above the bound."""
    if isinstance(value, int | float) and not isinstance(value, bool) and least < value < 1e15:
        return float(value)
    place.wrong(f"{_said(value)} is no number above {least:g}", f"write such as {such_as}")
    return None


def window(value: object, place: Place) -> int | None:
    """A length of time in ms."""
    try:
        return read_window(value if isinstance(value, str) else repr(value))
    except RequestError:
        place.wrong(f"{_said(value)} is no length of time", 'write such as "7d" or "12h"')
        return None


def one_of(value: object, place: Place, words: Iterable[str], kind: str) -> str | None:
    """One of some words."""
    known = list(words)
    if isinstance(value, str) and value in known:
        return value
    place.wrong(unknown(kind, str(value), known), "write one of these")
    return None


def listed(value: object, place: Place, such_as: str) -> list[object]:
    """A list."""
    if isinstance(value, list):
        return value
    place.wrong(f"{_said(value)} is no list", f"write such as {such_as}")
    return []


def only(told: dict[str, object], place: Place, keys: Iterable[str]) -> None:
    """Refuses keys that mean nothing here."""
    known = list(keys)
    for key in told:
        if key not in known:
            place.at(key).wrong(unknown("key", key, known), "take it out or spell it so")


def _percent(value: str) -> Decimal | None:
    digits = value.strip().removesuffix("%").strip()
    if not value.strip().endswith("%") or not digits.replace(".", "", 1).isdecimal():
        return None
    return Decimal(digits) / 100


def _said(value: object) -> str:
    return "nothing" if value is None else repr(value)
