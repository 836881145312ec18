"""JSON read with every doubt taken seriously: the slow way, for what the quick way did not take.

Keys that are there twice are refused, and so are NaN, Infinity, text that is not UTF-8, and half
characters (lone surrogates). A byte order mark before the text is skipped.
"""

from __future__ import annotations

import json
from decimal import Decimal

from footfall.event.canonical import exact
from footfall.event.codes import Refused, shown
from footfall.event.limits import too_deep

_BOM = b"\xef\xbb\xbf"
_SAFE_DIGITS = 40


def value_of(raw: bytes, levels: int) -> object:
    """The value of a JSON text, or a Rejection.

    That is also for what is nested deeper than `levels`, and for NaN and Infinity: nobody could
    write the value down as JSON again.
    """
    try:
        value = parse(raw)
        _check(value, levels)
    except Refused as refused:
        return refused.rejection
    except RecursionError:
        return too_deep().rejection
    return value


def _check(value: object, levels: int) -> None:
    if isinstance(value, dict | list):
        if levels == 0:
            raise too_deep()
        for each in value.values() if isinstance(value, dict) else value:
            _check(each, levels - 1)
    elif isinstance(value, Decimal) and not value.is_finite():
        raise Refused("invalid_number", "", f"{shown(value)} is no number of JSON's")


def parse(raw: bytes) -> object:
    """The value of a JSON text, its numbers exact; Refused with line and column if it is none."""
    text = _decoded(raw)
    if not text.strip():
        raise Refused("empty_body", "", "there is nothing in it; an event is one JSON object")
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused("invalid_json", "", f"this is not JSON: {error.msg} at {where}") from None
    except RecursionError:
        raise too_deep() from None
    _check_characters(text, value)
    return value


def _decoded(raw: bytes) -> str:
    try:
        return raw.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise Refused(
            "invalid_encoding",
            "",
            f"an event must be UTF-8; byte {error.start + 1} ({raw[error.start]:#04x}) is not",
        ) from None


def _check_characters(text: str, value: object) -> None:
    if "\\u" not in text:
        return
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError as error:
        raise half_character(error) from None


def half_character(error: UnicodeEncodeError) -> Refused:
    """The refusal of a text that cannot be written as UTF-8."""
    half = error.object[error.start]
    return Refused("invalid_encoding", "", f"{shown(half)} is half a character (a lone surrogate)")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Refused("duplicate_key", "", f"the key {shown(twice)} is there twice in one object")
    return found


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) < _SAFE_DIGITS else exact(digits)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=exact, parse_int=_whole, parse_constant=exact
)
