"""What may come in: one raw event becomes an Event, or a refusal with its reason (events.md)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import vocabulary as words
from .clock import DAY, OLDEST, parse_time

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
ABSENT_IDS = ("", "null", "undefined", "NaN", "[object Object]")
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
LENGTHS = {
    **dict.fromkeys(("event_id",), 64),
    **dict.fromkeys(("visitor_id", "customer_id"), 128),
    **dict.fromkeys(("url", "title", "referrer"), 2048),
    **dict.fromkeys(UTM, 256),
    **dict.fromkeys(("device", "browser", "os", "country", "region"), 256),
    "user_agent": 512,
}
Json = Any  # any JSON value
LONG_TEXTS = ("text", "feedback", "answer")


class RefusedError(Exception):
    """A refused event: the reason in words."""


@dataclass(eq=False, slots=True)
class Event:
    """One accepted event; `person` and `session` are filled in by later rules."""

    id: str
    name: str
    time: int
    visitor: str | None
    customer: str | None
    fields: dict[str, str]
    props: dict[str, Any]
    system: bool
    bot: bool
    person: str | None = None
    session: Any = None
    sequence: int = field(default=0)

    @property
    def passive(self) -> bool:
        """R3: a system event is always passive."""
        return self.system or self.name in words.PASSIVE

    @property
    def order(self) -> tuple[int, str]:
        """R1: "later" goes by `occurred_at`, then `event_id`."""
        return (self.time, self.id)

    def said(self) -> tuple[object, ...]:
        """Everything the sender said: two events with one id are the same if this is equal."""
        envelope = (self.name, self.time, self.visitor, self.customer, self.fields)
        return (*envelope, _comparable(self.props))


def decode(raw: dict[str, Any] | str | bytes) -> dict[str, Any]:
    """A JSON line or an object, with exact decimals instead of floats."""
    text: str | bytes
    value: object
    if isinstance(raw, dict):
        value, text = _exact(raw), json.dumps(raw, default=str, ensure_ascii=False)
    else:
        value, text = _parse(raw), raw
    size = len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    if not isinstance(value, dict):
        raise RefusedError("not a JSON object")
    if size > 32_768:
        raise RefusedError("more than 32 KiB")
    return value


def _parse(text: str | bytes) -> object:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as e:
        raise RefusedError(f"not JSON: {e}") from e


def _exact(value: Json) -> Json:
    """The same value with every float as the decimal that it is written as."""
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _comparable(value: Json) -> Json:
    """So that 1.50 and 1.5 are equal, but `true` and 1 are not."""
    if isinstance(value, dict):
        return {key: _comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    return ("bool", value) if isinstance(value, bool) else value


def _no_constant(text: str) -> None:
    raise RefusedError(f"{text} is no number")


def accept(raw: dict[str, Any] | str | bytes, received: int, bots: re.Pattern[str]) -> Event:
    """The event, or RefusedError. Files are never corrected by `sent_at`."""
    got = decode(raw)
    fields = {key: text for key in LENGTHS if (text := _text(got, key)) is not None}
    event_id, name = fields.pop("event_id", None), got.get("event")
    if event_id is None:
        raise RefusedError("event_id is missing")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise RefusedError(f"event: {name!r} is no event name")
    props = _properties(got.get("properties"))
    time = _time(got.get("occurred_at"), received)
    visitor, customer = fields.pop("visitor_id", None), fields.pop("customer_id", None)
    system = words.is_system(name, props)
    if visitor is None and not system:
        raise RefusedError("visitor_id is missing: visitor activity has one")
    if name == "customer_deleted" and visitor is None and customer is None:
        raise RefusedError("customer_deleted has neither customer_id nor visitor_id")
    _check_ranges(name, props)
    bot = props.get("bot") is True or bool(bots.search(fields.get("user_agent", "")))
    return Event(event_id, name, time, visitor, customer, fields, props, system, bot)


def _text(got: dict[str, Any], key: str) -> str | None:
    """A text of the envelope; an empty one is absent, and so is the id of a broken tag."""
    value = got.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise RefusedError(f"{key} is not a text")
    if key.endswith("_id") and value in ABSENT_IDS:
        return None
    if len(value) > LENGTHS[key]:
        raise RefusedError(f"{key} is longer than {LENGTHS[key]}")
    return value


def _time(value: object, received: int) -> int:
    time = parse_time(value)
    if time is None:
        raise RefusedError(f"occurred_at: {value!r} is no time with offset, nor milliseconds")
    if time < OLDEST:
        raise RefusedError("occurred_at is before 2000-01-01")
    if time > received + DAY:
        raise RefusedError("occurred_at is more than 24 h in the future")
    return time


def _properties(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RefusedError("properties is not an object")
    if len(value) > 64:
        raise RefusedError("more than 64 properties")
    _check_limits(value, 1, "")
    return {key: item for key, item in value.items() if item is not None}


def _check_limits(value: object, depth: int, key: str) -> None:
    """events.md, Limits: nesting, lengths of keys and texts, size of numbers."""
    if isinstance(value, dict | list):
        if depth > 8:
            raise RefusedError("nested deeper than 8")
        inner = value.items() if isinstance(value, dict) else ((key, item) for item in value)
        for name, item in inner:
            if len(name) > 64:
                raise RefusedError(f"property name {name[:70]!r} is longer than 64")
            _check_limits(item, depth + 1, name)
    elif isinstance(value, str):
        most = 8192 if key in LONG_TEXTS else 1024
        if len(value) > most:
            raise RefusedError(f"{key} is longer than {most}")
    elif abs(number(value) or Decimal(0)) >= 10**12:
        raise RefusedError(f"{key}: the number is too large")


def number(value: object) -> Decimal | None:
    """A JSON number as an exact decimal; None for everything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return Decimal(value)


def _check_ranges(name: str, props: dict[str, Any]) -> None:
    """A value outside its range makes the event refused, not repaired."""
    ranges = dict(words.RANGES.get(name, {}))
    survey = str(props.get("survey_type"))
    if name == "survey_response" and survey in words.SCORES:
        ranges["score"] = words.SCORES[survey]
    if name in words.VALUED:
        ranges["value"] = (0, None, False, True)
    for key, limits in ranges.items():
        if key in props:
            _check_range(key, props[key], limits)
    if name in words.WITH_ITEMS and "items" in props:
        _check_items(props["items"])


def _check_range(key: str, value: object, limits: tuple[int, int | None, bool, bool]) -> None:
    least, most, whole, least_itself = limits
    found = number(value)
    if found is None:
        raise RefusedError(f"{key}: {value!r} is no number")
    too_small = found < least or (found == least and not least_itself)
    if too_small or (most is not None and found > most):
        raise RefusedError(f"{key}: {value} is out of range")
    if whole and found != found.to_integral_value():
        raise RefusedError(f"{key}: {value} is not a whole number")


def _check_items(items: object) -> None:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RefusedError("items is not a list of objects")
    for item in items:
        for key in ("price", "quantity"):
            if item.get(key) is not None:
                _check_range(key, item[key], (0, None, False, True))
