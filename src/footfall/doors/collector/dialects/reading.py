"""How requests are read, whatever dialect they are in: bodies, forms, keys, and part by part.

What cannot be read is `Unmappable`; `parts` turns it into a refusal, so that one bad event of many
refuses itself alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from footfall.doors.collector.dialects.heard import AnswerTo, Heard, Meant, Said, Unsaid, unsaid
from footfall.event.codes import Rejection, shown
from footfall.event.limits import BATCH_EVENTS, DEPTH
from footfall.event.strict import value_of
from footfall.vendors.segment import properties, tracked
from footfall.vendors.words import Event, Row, Unmappable, custom

ENVELOPES = 6
"""How many levels an event's own properties may lie below the top of a request."""
FORM_FIELDS = 2_000
PUBLIC = "w_"
"""What the keys begin with that may stand in an address."""

Make = Callable[[int, Any], Iterable[Said]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A client's way to speak: what its requests mean, and in which words it is answered.

    `name` is for metrics and documents. `means` raises Unmappable where a request as a whole
    cannot be read; `read` never raises.
    """

    name: str
    title: str
    means: Callable[[Heard], Meant]
    answer: AnswerTo

    def read(self, heard: Heard) -> Meant:
        """What a request means, also where nothing in it can be read."""
        try:
            meant = self.means(heard)
        except Unmappable as why:
            meant = Meant(known(heard, ()), refused=(Unsaid(None, *why.said),))
        return replace(meant, answer=self.answer) if meant.answer is unsaid else meant


def json_of(raw: bytes) -> Any:
    """The value of a JSON text, its numbers exact, not nested deeper than an event can be."""
    value = value_of(raw, DEPTH + ENVELOPES)
    if isinstance(value, Rejection):
        raise Unmappable(value.code, value.pointer, value.detail)
    return value


def object_of(raw: bytes) -> Row:
    """The object that a body must be."""
    value = json_of(raw)
    if not isinstance(value, dict):
        raise Unmappable("wrong_type", "", f"the body must be one JSON object, got {shown(value)}")
    return value


def form_of(said: str) -> dict[str, str]:
    """A query or a form by name; of a name that is there twice the first."""
    try:
        pairs = parse_qsl(said, keep_blank_values=True, max_num_fields=FORM_FIELDS)
    except ValueError:
        why = f"a request may have {FORM_FIELDS:,} parameters at most"
        raise Unmappable("too_many_props", "", why) from None
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def decoded(raw: bytes) -> str:
    """A body as text; Unmappable where it is not UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        why = f"a body must be UTF-8; byte {error.start + 1} is not"
        raise Unmappable("invalid_encoding", "", why) from None


def parts(heard: Heard, each: Sequence[Any], make: Make, keys: Sequence[str | None]) -> Meant:
    """What a request of several parts means; each part is read or refused by itself."""
    if len(each) > BATCH_EVENTS:
        why = f"a request may have {BATCH_EVENTS:,} events at most, this one has {len(each):,}"
        return Meant(known(heard, keys), refused=(Unsaid(None, "too_many_events", "", why),))
    said: list[Said] = []
    refused: list[Unsaid] = []
    left_out = 0
    for index, part in enumerate(each):
        try:
            events = list(make(index, part))
        except Unmappable as why:
            refused.append(Unsaid(index, *why.said, part))
        else:
            said += events
            left_out += not events
    return Meant(known(heard, keys), tuple(said), tuple(refused), left_out)


def known(heard: Heard, said: Sequence[str | None]) -> tuple[str, ...]:
    """Where the write key may be: what the client said, its Authorization, the address's `key`."""
    asked = dict(parse_qsl(heard.query, max_num_fields=None)).get("key", "")
    public = asked if asked.startswith(PUBLIC) else None  # others do not belong into addresses
    every = (*said, *authorised(heard), public)
    return tuple(dict.fromkeys(key for key in every if key))


def authorised(heard: Heard) -> tuple[str, ...]:
    """The key of an Authorization header: a Basic user (its password is empty) or a Bearer."""
    kind, _, given = heard.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return (given.strip(),)
    if kind.lower() != "basic":
        return ()
    try:
        user = base64.b64decode(given.strip(), validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ()
    return (user,)


def inner_object(value: Any) -> Row:
    """An object within a request, also one that is a JSON text itself; empty where there is none.

    Unmappable where it is neither.
    """
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        value = json_of(value.encode())
    if not isinstance(value, dict):
        raise Unmappable("wrong_type", "", f"there must be an object, got {shown(value)}")
    return value


def named(prefix: str, theirs: str, names: Mapping[str, str]) -> str:
    """Our name of a client's event: as `names` has it, of the same meaning, or under its prefix."""
    return names.get(theirs) or tracked(theirs) or custom(prefix, theirs)


def own_fields(event: str, prefix: str, theirs: str, given: Row) -> Event:
    """What a client's own event says, by our names; and its own name where ours is made up."""
    own = properties(event, given)
    return {"event_name": theirs, **own} if event.startswith(prefix) else own
