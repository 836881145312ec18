"""How large an event may be, and the check of whatever its properties hold.

Depth is counted from `properties`, which is level 1. Lengths are characters (code points), sizes
are bytes of UTF-8. Control characters are refused in keys and allowed in values.
"""

from __future__ import annotations

import re
from decimal import Decimal

from footfall.event.canonical import NUMBER_LIMIT, OutOfBounds
from footfall.event.codes import Refused, pointer_to, shown
from footfall.event.vocabulary import LONG_TEXTS

EVENT_BYTES = 32 * 1024
BODY_BYTES = 8 * 1024 * 1024
DEPTH = 8
PROPERTIES = 64
BATCH_EVENTS = 1_000
KEY_CHARS = 64
TEXT_CHARS = 1024
LONG_TEXT_CHARS = 8192

Place = tuple[str | int, ...]

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


def text_limit(key: str) -> int:
    """How many characters the text of a property may have."""
    return LONG_TEXT_CHARS if key in LONG_TEXTS else TEXT_CHARS


def check_size(size: int) -> None:
    """Refuses an event of more than 32 KiB."""
    if size > EVENT_BYTES:
        raise Refused(
            "too_large",
            "",
            f"an event may have {EVENT_BYTES:,} bytes at most, this one has {size:,}",
        )


def check_key(key: str, place: Place) -> None:
    """Refuses a key that is too long or has control characters; `place` is where it stands."""
    if len(key) > KEY_CHARS:
        raise Refused(
            "field_too_long",
            pointer_to(*place, key[:KEY_CHARS] + "…"),
            f"a key may have {KEY_CHARS} characters at most, {shown(key)} has {len(key):,}",
        )
    if _CONTROL.search(key):
        raise Refused(
            "invalid_name",
            pointer_to(*place, key),
            f"a key may not have control characters, got {shown(key)}",
        )


def kept(value: object, place: Place) -> object:
    """A value as it is kept: whole and as sent; `place` is where it stands.

    The place's length is the value's depth, if it is an object or a list.
    Raises Refused for what is beyond the limits, and for what is no JSON value.
    """
    match value:
        case bool() | None:
            return value
        case str():
            return _text(value, place)
        case int() | Decimal():
            return _number(value, place)
        case dict():
            return _inner(value, place)
        case list():
            _check_depth(place)
            return [kept(each, (*place, index)) for index, each in enumerate(value)]
    raise Refused(
        "wrong_type",
        pointer_to(*place),
        f"{dotted(place)} must be a JSON value, got a {type(value).__name__}",
    )


def dotted(place: Place) -> str:
    """A place as people write it: `properties.items[0].price`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def _inner(value: dict[str, object], place: Place) -> dict[str, object]:
    _check_depth(place)
    for key in value:
        if not isinstance(key, str):
            raise Refused(
                "wrong_type", pointer_to(*place), f"{dotted(place)} has a key that is no text"
            )
        check_key(key, place)
    return {key: kept(each, (*place, key)) for key, each in value.items()}


def _check_depth(place: Place) -> None:
    if len(place) > DEPTH:
        raise too_deep(place)


def too_deep(place: Place = ()) -> Refused:
    """The refusal of what is nested deeper than allowed, or than can be read at all."""
    return Refused(
        "too_deep", pointer_to(*place), f"properties may be nested {DEPTH} levels deep at most"
    )


def _text(value: str, place: Place) -> str:
    most = text_limit(str(place[-1]))
    if len(value) > most:
        raise Refused(
            "field_too_long",
            pointer_to(*place),
            f"{dotted(place)} may have {most:,} characters at most, this one has {len(value):,}",
        )
    return value


def _number(value: int | Decimal, place: Place) -> int | Decimal:
    if not isinstance(value, OutOfBounds) and -NUMBER_LIMIT < value < NUMBER_LIMIT:
        return value
    raise Refused(
        "invalid_number",
        pointer_to(*place),
        f"{dotted(place)} must be a number between -10^12 and 10^12, got {shown(value)}",
    )
