"""A funnel: the steps that people take one after the other, and how they are to be counted.

A step is an event, perhaps on conditions: ``view_item[category=Shoes]``. In brackets stand
KEY=VALUE, separated by commas; the same key twice means *or*, different keys *and*, and ``KEY=``
is without a value. Keys are ``page`` (``*`` is any characters), the columns of assets, the fields
of ``items[]`` (one item is enough) and every other property of the event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from footfall.errors import RequestError, unknown

SCOPES = ("person", "session")
ORDERS = ("any-later", "strict")
MINUTE_MS = 60_000
UNITS_MS = {
    "ms": 1,
    "s": 1000,
    "min": MINUTE_MS,
    "h": 60 * MINUTE_MS,
    "d": 1440 * MINUTE_MS,
    "w": 7 * 1440 * MINUTE_MS,
}
"""The units of a window."""
DEFAULT_WINDOW_MS = {"session": 30 * MINUTE_MS, "person": 7 * 1440 * MINUTE_MS}
MOST_STEPS = 20
LONGEST_WINDOW_DAYS = 3660
EVENT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
_STEP = re.compile(r"([^\[\]]*)(?:\[(.*)\])?", re.DOTALL)
_WINDOW = re.compile(r"\s*(\d{1,9})\s*([a-z]+)\s*")
Wanted = tuple[str | None, ...]


@dataclass(frozen=True)
class Step:
    """One step: an event, what has to be true of it, and what people call it.

    ``where``: for each key the values that are wanted, None for no value. ``benchmark`` is the rate
    from the previous step that one could hope for.
    """

    event: str
    where: Mapping[str, Wanted] = field(default_factory=dict)
    name: str | None = None
    benchmark: float | None = None

    @property
    def text(self) -> str:
        """The step as a person writes it: ``view_item[category=Shoes]``."""
        told = [f"{key}={value or ''}" for key, values in self.where.items() for value in values]
        return f"{self.event}[{','.join(told)}]" if told else self.event


@dataclass(frozen=True)
class Funnel:
    """Steps, and how they are counted: whose, within how long from step 1, and how strictly."""

    steps: tuple[Step, ...]
    scope: str = "person"
    window_ms: int = DEFAULT_WINDOW_MS["person"]
    strict: bool = False
    name: str | None = None


def funnel_of(
    steps: tuple[Step, ...],
    scope: str | None = None,
    window: str | None = None,
    order: str | None = None,
    name: str | None = None,
) -> Funnel:
    """A funnel of checked words; what is not told is usual. Raises RequestError."""
    if not steps:
        raise RequestError(
            "a funnel has at least one step; give --steps such as page_view,purchase"
        )
    if len(steps) > MOST_STEPS:
        raise RequestError(f"{len(steps)} steps are too many; a funnel has at most {MOST_STEPS}")
    scope = scope or "person"
    if scope not in SCOPES:
        raise RequestError(unknown("--scope", scope, SCOPES))
    if order is not None and order not in ORDERS:
        raise RequestError(unknown("--order", order, ORDERS))
    window_ms = DEFAULT_WINDOW_MS[scope] if window is None else read_window(window)
    return Funnel(steps, scope, window_ms, order == "strict", name)


def read_window(text: str) -> int:
    """A length of time in ms: ``30min``, ``12h``, ``7d``, ``2w``. Raises RequestError."""
    found = _WINDOW.fullmatch(text)
    if not found:
        raise RequestError(
            f"--window {text!r} is no length of time; write a whole number and one of "
            f"{', '.join(UNITS_MS)}, such as 7d or 30min"
        )
    number, unit = int(found[1]), found[2]
    if unit not in UNITS_MS:
        raise RequestError(unknown("unit of --window", unit, UNITS_MS))
    window_ms = number * UNITS_MS[unit]
    if not 0 < window_ms <= LONGEST_WINDOW_DAYS * UNITS_MS["d"]:
        raise RequestError(
            f"--window {text}: give more than nothing and at most {LONGEST_WINDOW_DAYS}d"
        )
    return window_ms


def window_text(window_ms: int) -> str:
    """A window as people write it, in its largest whole unit up to days."""
    unit = next(each for each in ("d", "h", "min", "s", "ms") if window_ms % UNITS_MS[each] == 0)
    return f"{window_ms // UNITS_MS[unit]}{unit}"


def read_steps(text: str) -> tuple[Step, ...]:
    """Steps separated by commas; commas inside brackets separate conditions."""
    return tuple(read_step(each) for each in re.split(r",(?![^\[]*\])", text) if each.strip())


def read_step(text: str) -> Step:
    """One step as a person writes it. Raises RequestError."""
    found = _STEP.fullmatch(text.strip())
    event = found[1].strip() if found else ""
    if found is None or not EVENT_NAME.fullmatch(event):
        raise RequestError(
            f"{text.strip()!r} is no step; write an event such as add_to_cart, or with conditions "
            "view_item[category=Shoes]"
        )
    where: dict[str, list[str | None]] = {}
    for each in found[2].split(",") if found[2] is not None else []:
        key, sign, value = each.partition("=")
        if not sign or not KEY.fullmatch(key.strip()):
            raise RequestError(
                f"{each.strip()!r} in the step {text.strip()!r} is no condition; write KEY=VALUE, "
                "such as category=Shoes, or KEY= for no value"
            )
        where.setdefault(key.strip(), []).append(value.strip() or None)
    return Step(event, {key: tuple(values) for key, values in where.items()})
