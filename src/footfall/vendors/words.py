"""What other programs' rows and requests have in common: how values are read, how ids are made."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

import msgspec

from footfall.event.canonical import NUMBER_LIMIT, exact
from footfall.event.codes import shown
from footfall.event.envelope import LENGTHS
from footfall.money import CONTEXT, QUANTUM

Row = Mapping[str, Any]
Event = dict[str, Any]

NAME_CHARS = 64
FAR = 40
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MS = timedelta(milliseconds=1)
NOT_SAID = frozenset(
    {"", "(not set)", "(not provided)", "(data deleted)", "(other)", "<Other>", "(entrance)"}
)
"""What reports write where there is no value."""
BIGQUERY_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?) ?(UTC|[+-]\d\d:?\d\d|Z)?"
)


class Unmappable(Exception):  # noqa: N818 - it becomes a rejection, not an error
    """A row that a mapping cannot read: code, the field's pointer, and why in words."""

    def __init__(self, code: str, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.said = (code, pointer, detail)


def text(value: Any) -> str | None:
    """A value as text; None where nothing is said."""
    if value is None or isinstance(value, dict | list):
        return None
    found = plain_text(value).strip()
    return None if found in NOT_SAID else found


def number(value: Any) -> Decimal | int | None:
    """A value as an exact number; None where it is none."""
    return None if value is None or isinstance(value, dict | list) else decimal(value)


def plain_text(found: object) -> str:
    """A cell as text: numbers as they are written, yes and no as JSON has them."""
    if isinstance(found, str):
        return found
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, float | Decimal):
        return str(exact(str(found)))
    if isinstance(found, bytes):
        return _decoded(found)
    return str(found)


def _decoded(found: bytes) -> str:
    try:
        return found.decode()
    except UnicodeDecodeError:
        why = f"a cell holds bytes that are not UTF-8: {found[:20]!r}"
        raise Unmappable("invalid_encoding", "", why) from None


def decimal(found: object) -> Decimal | int | None:
    """A cell as an exact number; None where it is none."""
    if isinstance(found, bool):
        return None
    return found if isinstance(found, int) else _number_said(plain_text(found))


@lru_cache(maxsize=65_536)
def _number_said(text: str) -> Decimal | int | None:
    """The number that a text says; prices and quantities come again and again."""
    if "_" in text or not text.isascii():
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return exact(str(number)) if number.is_finite() else None


def amount(number: Decimal | int) -> Decimal:
    """A number to reckon with; Unmappable where no event may have it, or its digits are too many.

    Such is 10^12 and beyond, and what is nearer to nothing than any money.
    """
    found = Decimal(number)
    if abs(found) < NUMBER_LIMIT and (not found or found.adjusted() > -FAR):
        return found
    raise Unmappable(
        "invalid_number",
        "",
        f"a number is between -10^12 and 10^12, and of {FAR} digits at most, got {shown(number)}",
    )


def needed(row: Row, name: str) -> Any:
    """A value that every row must have; Unmappable where it is absent."""
    value = row.get(name)
    if value is None or value == "":
        raise Unmappable("missing_field", "", f"{name} is missing")
    return value


def listed(value: Any) -> list[Any]:
    """A list, also one that Parquet keeps as BigQuery writes it: {list: [{element: …}]}."""
    if isinstance(value, dict) and isinstance(value.get("list"), list):
        value = [each.get("element", each) for each in value["list"] if isinstance(each, dict)]
    return value if isinstance(value, list) else []


def held(value: Any) -> Row:
    """A struct; an empty one where there is none."""
    return value if isinstance(value, dict) else {}


def present(fields: Mapping[str, Any]) -> Event:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None and value != ""}


def custom(prefix: str, name: str) -> str:
    """The name of an event that the vocabulary does not have, under the vendor's prefix.

    >>> custom("segment_", "Newsletter Sign-Up"), custom("ga4_", "myEvent")
    ('segment_newsletter_sign_up', 'ga4_my_event')
    """
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    plain = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return (prefix + (plain or "event_" + fingerprint(name)[:8]))[:NAME_CHARS].rstrip("_")


def fingerprint(*parts: Any) -> str:
    """A short text that is the same for the same values: the id of a row that has none."""
    return hashlib.blake2b(_encode(parts), digest_size=16).hexdigest()


def id_of(prefix: str, own: str) -> str:
    """An event's id from a row's own one; hashed where it would be too long."""
    event_id = prefix + own
    return event_id if len(event_id) <= LENGTHS["event_id"] else prefix + fingerprint(own)


def moment(value: Any, name: str) -> int:
    """Epoch milliseconds of a time with an offset, also as BigQuery writes it; else Unmappable."""
    found = _bigquery_time(value) if isinstance(value, str) else value
    if not isinstance(found, datetime) or found.tzinfo is None:
        raise Unmappable(
            "invalid_timestamp",
            "/occurred_at",
            f"{name} is {shown(value)}; it must be a time with its offset, such as "
            "2026-01-31T12:00:00+01:00",
        )
    return (found - EPOCH) // MS


def _bigquery_time(said: str) -> datetime | None:
    parts = BIGQUERY_TIME.fullmatch(said.strip())
    if parts is None or parts[3] is None:
        return None
    zone = "+00:00" if parts[3] in ("UTC", "Z") else parts[3]
    try:
        return datetime.fromisoformat(f"{parts[1]}T{parts[2]}{zone}")
    except ValueError:
        return None


def each_of(total: Decimal | int | None, quantity: Decimal | int | None) -> Decimal | int | None:
    """The price of one of several, to the digits that money has."""
    if total is None or not quantity:
        return None
    price = CONTEXT.divide(amount(total), amount(quantity))
    return exact(str(amount(price).quantize(QUANTUM, context=CONTEXT)))


def added(values: Sequence[Decimal | int | None]) -> Decimal:
    """The exact sum of what is there."""
    total = Decimal(0)
    for value in values:
        total = CONTEXT.add(total, amount(value or 0))
    return total


_encode = msgspec.json.Encoder(order="sorted", decimal_format="number", enc_hook=str).encode
