"""Why an event can be refused: the closed list of reasons, and the refusal itself."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

LONG_BITS = 200  # about sixty digits

CODES = {
    "empty_body": "there is nothing in it",
    "invalid_encoding": "the text is not UTF-8, or holds half a character (a lone surrogate)",
    "invalid_json": "the text is not JSON",
    "invalid_row": "the row of a flat file cannot be taken apart into its columns",
    "duplicate_key": "one key is there twice, so that nobody can say which value was meant",
    "wrong_type": "a value is of another type than its field",
    "too_large": "the event is larger than 32 KiB",
    "too_deep": "objects and lists are nested deeper than 8 levels",
    "too_many_events": "a request has more than 1,000 events",
    "too_many_props": "the event has more than 64 properties",
    "field_too_long": "a text or a key is longer than its field allows",
    "missing_field": "a field that the event needs is absent or empty",
    "invalid_name": "an event name outside [a-z][a-z0-9_]{0,63}, or a control character in a key",
    "invalid_event_id": "the event_id is longer than 64 characters",
    "illegal_visitor_id": "the visitor_id is what a broken tag sends (null, undefined, NaN, …)",
    "invalid_timestamp": "a time is neither RFC 3339 with an offset nor epoch milliseconds",
    "timestamp_future": "it happened more than 24 hours after it was received",
    "timestamp_too_old": "it happened before 2000-01-01, or before what the collector takes",
    "invalid_number": "a number is outside its range, or is no number (NaN, Infinity)",
    "invalid_country": "the country is no ISO 3166-1 alpha-2 code",
    "duplicate_conflict": "another event with this event_id, which says something else, came first",
}
"""code → what it means. Nothing else may appear as the code of a refused event."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refused event: why, where, and what would be right.

    `code` is one of CODES, `pointer` the JSON pointer of the culprit ("" = the whole event) and
    `detail` a sentence for whoever sent it.
    """

    code: str
    pointer: str
    detail: str


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """How a step says no; it never leaves this room, where it becomes a Rejection."""

    def __init__(self, code: str, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.rejection = Rejection(code, pointer, detail)


def pointer_to(*parts: str | int) -> str:
    """The JSON pointer (RFC 6901) of a place.

    >>> pointer_to("properties", "a/b", 0)
    '/properties/a~1b/0'
    """
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def shown(value: object, most: int = 60) -> str:
    """A value as a person may read it in a sentence: in one line, escaped, cut when long."""
    if isinstance(value, int) and value.bit_length() > LONG_BITS:
        return f"a number of more than {most} digits"
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= most else text[:most] + "…"
