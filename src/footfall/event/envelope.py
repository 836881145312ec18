"""The fields that every event has: read at once where all is well, one by one where it is not.

`decode` and `convert` are the quick way: types and lengths are checked while the JSON is read. What
they do not take goes through `read`, which looks at every field, understands what is unusual but
right (a key of the event's own beside the envelope's) and can say what is wrong.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec.structs import astuple

from footfall.event.canonical import exact
from footfall.event.codes import Refused, pointer_to, shown
from footfall.event.limits import TEXT_CHARS

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIME_DIGITS = 20

BROKEN_IDS = frozenset({"", "null", "undefined", "NaN", "[object Object]"})
"""What a broken tag sends for an id: an absent value."""

_Text64 = Annotated[str, msgspec.Meta(max_length=64)] | None
_Text128 = Annotated[str, msgspec.Meta(max_length=128)] | None
_Text256 = Annotated[str, msgspec.Meta(max_length=256)] | None
_Text512 = Annotated[str, msgspec.Meta(max_length=512)] | None
_Text1024 = Annotated[str, msgspec.Meta(max_length=1024)] | None
_Text2048 = Annotated[str, msgspec.Meta(max_length=2048)] | None


class Envelope(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """An event as it was sent, its fields of the right types and lengths; None = absent."""

    event_id: _Text64 = None
    event: str | None = None
    occurred_at: int | str | None = None
    visitor_id: _Text128 = None
    customer_id: _Text128 = None
    url: _Text2048 = None
    title: _Text2048 = None
    referrer: _Text2048 = None
    utm_source: _Text256 = None
    utm_medium: _Text256 = None
    utm_campaign: _Text256 = None
    utm_term: _Text256 = None
    utm_content: _Text256 = None
    device: _Text1024 = None
    browser: _Text1024 = None
    os: _Text1024 = None
    country: _Text1024 = None
    region: _Text1024 = None
    user_agent: _Text512 = None
    properties: dict[str, object] | None = None
    sent_at: int | str | None = None


LENGTHS = {
    "event_id": 64,
    **dict.fromkeys(("visitor_id", "customer_id"), 128),
    **dict.fromkeys(("url", "title", "referrer"), 2048),
    **dict.fromkeys(("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"), 256),
    **dict.fromkeys(("device", "browser", "os", "country", "region"), TEXT_CHARS),
    "user_agent": 512,
}
"""How many characters each text of the envelope may have."""

FIELDS = Envelope.__struct_fields__
Fields = tuple[Any, ...]
"""An envelope's values in the order of FIELDS, which is also the log's; None = absent."""

SAID = slice(FIELDS.index("url"), FIELDS.index("properties"))
"""The texts that the log keeps as they were said, whoever said them."""

IDS = ("event_id", "visitor_id", "customer_id")
TIMES = ("occurred_at", "sent_at")

decode = msgspec.json.Decoder(Envelope, float_hook=exact).decode


def convert(event: Mapping[str, object]) -> Fields:
    """The envelope of a decoded event; msgspec.ValidationError where `read` has to look closer."""
    return astuple(msgspec.convert(event, Envelope))


def read(event: Mapping[str, object]) -> Fields:
    """The envelope of a decoded event, every field looked at; Refused with what is wrong.

    A key that is no field of the envelope is one of the event's own properties, as a column of a
    flat file is.
    """
    fields = {name: _field(name, event[name]) for name in FIELDS if name in event}
    others = {key: value for key, value in event.items() if key not in FIELDS}
    if others:
        fields["properties"] = _merged(fields.get("properties"), others)
    return astuple(msgspec.convert(fields, Envelope))


def _field(name: str, value: object) -> object:
    if value is None:
        return None
    if name == "properties":
        return _object(value)
    if name in TIMES:
        return _time(name, value)
    return _text(name, value)


def _object(value: object) -> object:
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return value
    raise Refused("wrong_type", "/properties", f"properties must be an object, got {shown(value)}")


def _time(name: str, value: object) -> object:
    """A time as `times` reads it: left to it, but for what is neither a number nor a text."""
    if isinstance(value, Decimal):
        whole = (
            value.is_finite()
            and value.adjusted() < _TIME_DIGITS
            and value == value.to_integral_value()
        )
        return int(value) if whole else str(value)
    if isinstance(value, int | str) and not isinstance(value, bool):
        return value
    raise Refused(
        "wrong_type",
        pointer_to(name),
        f"{name} must be a text or a whole number, got {shown(value)}",
    )


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise Refused("wrong_type", pointer_to(name), f"{name} must be a text, got {shown(value)}")
    most = LENGTHS.get(name)
    if most is not None and len(value) > most:
        raise Refused(
            "invalid_event_id" if name == "event_id" else "field_too_long",
            pointer_to(name),
            f"{name} may have {most:,} characters at most, this one has {len(value):,}",
        )
    return value


def _merged(properties: object, others: dict[str, object]) -> dict[str, object]:
    own = properties if isinstance(properties, dict) else {}
    for key in others:
        if key in own:
            raise Refused(
                "duplicate_key",
                pointer_to(key),
                f"{shown(key)} is there twice: beside the envelope's fields and in properties",
            )
    return {**own, **others}
