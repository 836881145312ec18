"""Does a JSON text say one key twice? Found out without reading it a second time.

A reader of JSON keeps one of two values under one key and says nothing. But a text holds one `":`
for each key, so if it holds as many as keys were read, none is there twice. Only where the two
numbers differ (a `":` inside of a text) or a blank may stand between `"` and `:` has the text to
be looked at more closely.
"""

from __future__ import annotations

from typing import Any

import msgspec

from footfall.event.envelope import FIELDS

_FIELDS = len(FIELDS)
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def may_repeat(raw: bytes, fields: tuple[Any, ...], properties: dict[str, Any] | None) -> bool:
    """Whether a key may be there twice: False is certain, True asks for a closer look.

    `fields` are the envelope's, None where absent; `properties` is one of them.
    """
    keys = _FIELDS - fields.count(None)
    if properties:
        keys += _keys(properties)
    said = raw.count(b'":')
    if said != keys and said != _keys(_decode(raw)):  # the envelope does not tell null from absent
        return True
    return may_space(raw)


def may_space(raw: bytes) -> bool:
    """Whether a blank may stand between a key and its colon."""
    # From the right, for that is a simpler search, and twice as quick here.
    return 0x0A in raw or 0x09 in raw or 0x0D in raw or raw.rfind(b'" ') >= 0


def _keys(value: dict[str, Any]) -> int:
    """How many keys an object holds, in it and in what it holds."""
    keys = len(value)
    for each in value.values():
        kind = type(each)
        if kind is list:
            keys += sum([_keys(item) for item in each if type(item) is dict])
        elif kind is dict:
            keys += _keys(each)
    return keys
