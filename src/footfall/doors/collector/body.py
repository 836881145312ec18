"""A native request's body: a batch or one event, judged event by event.

Where everything is ordinary the body is read once, in one go. Anything unusual is left to the slow
way, which says of each event what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from footfall.event import strict
from footfall.event.canonical import exact
from footfall.event.codes import Refused, Rejection, shown
from footfall.event.envelope import Envelope
from footfall.event.keys import may_space
from footfall.event.limits import EVENT_BYTES
from footfall.event.received import Received

MOST_EVENTS = 1000
SURELY_SMALL = EVENT_BYTES // 4
"""No event of so few bytes is too large in any spelling of its numbers."""
_BOM = b"\xef\xbb\xbf"
_UNREAD = (msgspec.DecodeError, UnicodeError, RecursionError)
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Batch(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """A batch as it is written down in the contract."""

    events: list[Envelope]
    sent_at: int | str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class Turned:
    """A refused event: its place in the batch, why, and its own bytes."""

    index: int
    rejection: Rejection
    raw: bytes


@dataclass(slots=True)
class Judged:
    """What a body holds: the events that are taken, by place and id, and those that are not.

    `unreadable` says why nothing of the body could be read.
    """

    events: int = 0
    places: Sequence[int] = ()
    ids: list[str] = field(default_factory=list)
    turned: list[Turned] = field(default_factory=list)
    sent_at: Any = None
    site: str | None = None
    unreadable: Rejection | None = None


def judge(body: bytes, received: Received) -> Judged:
    """Judges a body; `received` knows the request."""
    return _quickly(body, received) or _closely(body, received)


def _quickly(body: bytes, received: Received) -> Judged | None:
    """A batch in which all is ordinary; None asks for a closer look."""
    try:
        batch = _decode_batch(body)
    except _UNREAD:
        return None
    events, sent_at = batch.events, batch.sent_at
    correction = received.correction_ms(sent_at)
    if correction is None or len(events) > MOST_EVENTS or _may_be_large(body):
        return None
    ids = received.fine_ids(events, correction)
    # written down again it has as many keys, or one was there twice (or null, which is as rare)
    if ids is None or body.count(b'":') != _encode(batch).count(b'":') or may_space(body):
        return None
    return Judged(len(ids), range(len(ids)), ids, [], sent_at, batch.site)


def _may_be_large(body: bytes) -> bool:
    """Whether an event may be beyond its limit."""
    if len(body) <= SURELY_SMALL:
        return False
    return any(len(each) > SURELY_SMALL for each in _decode_raw(body).events)


class _Raws(msgspec.Struct):
    events: list[msgspec.Raw]


def _closely(body: bytes, received: Received) -> Judged:
    """Every event looked at by itself."""
    try:
        whole = _whole(body)
        events = _events(whole)
    except Refused as refused:
        return Judged(unreadable=refused.rejection)
    judged = Judged(len(events), [], sent_at=_plain(whole, "sent_at"), site=_plain(whole, "site"))
    if "events" not in whole:
        judged.sent_at = None  # one event says it itself
    received.say_sent(judged.sent_at)
    places: list[int] = []
    for index, raw in enumerate(events):
        found = received.accept_line(raw)
        if isinstance(found, Rejection):
            judged.turned.append(Turned(index, found, raw))
            continue
        places.append(index)
        judged.ids.append(str(found[0]))
    judged.places = places
    return judged


def _whole(body: bytes) -> dict[str, msgspec.Raw]:
    """The outermost object of a body, its values as they stand there. Raises Refused."""
    body = body.removeprefix(_BOM)
    try:
        found = _decode_whole(body)
    except _UNREAD:
        raise _why(body) from None
    keys = body.count(b'":') - sum(bytes(each).count(b'":') for each in found.values())
    if keys != len(found):
        strict.parse(body)
    return found


def _why(body: bytes) -> Refused:
    """What is wrong with a body that is no JSON object."""
    try:
        value = strict.parse(body)
    except Refused as refused:
        if refused.rejection.code == "too_deep" and not _is_balanced(body):
            return Refused("invalid_json", "", "this is not JSON: not all that opens is closed")
        return refused
    return Refused(
        "wrong_type", "", f"a body must be an object with events, or one event, got {shown(value)}"
    )


def _is_balanced(body: bytes) -> bool:
    plain = _STRINGS.sub(b"", body)
    return plain.count(b"[") == plain.count(b"]") and plain.count(b"{") == plain.count(b"}")


def _events(whole: dict[str, msgspec.Raw]) -> list[bytes]:
    """The events of a batch, or the one that the body is, each as its own bytes."""
    if "events" not in whole or "event" in whole:
        return [_encode(whole)]
    try:
        events = _decode_list(whole["events"])
    except _UNREAD:
        value = strict.parse(bytes(whole["events"]))
        raise Refused(
            "wrong_type", "/events", f"events must be a list, got {shown(value)}"
        ) from None
    if len(events) > MOST_EVENTS:
        raise too_many(len(events))
    return [bytes(each) for each in events]


def too_many(events: int, more: str = "") -> Refused:
    """The refusal of a batch with too many events."""
    return Refused(
        "too_many_events",
        "/events",
        f"a batch may have {MOST_EVENTS:,} events at most, this one has {events:,}{more}",
    )


def _plain(whole: dict[str, msgspec.Raw], key: str) -> Any:
    raw = whole.get(key)
    return None if raw is None else strict.parse(bytes(raw))


def overruled(judged: Judged, beforehand: Sequence[Turned]) -> Judged:
    """A verdict in which what was refused before is refused for that, whatever it looks like."""
    if not beforehand:
        return judged
    said = {turned.index: turned for turned in beforehand}
    good = [at for at, place in enumerate(judged.places) if place not in said]
    judged.ids = [judged.ids[at] for at in good]
    judged.places = [judged.places[at] for at in good]
    others = [turned for turned in judged.turned if turned.index not in said]
    judged.turned = sorted([*others, *beforehand], key=lambda turned: turned.index)
    return judged


def taken_events(body: bytes, refused: frozenset[int]) -> list[bytes]:
    """The events of a body that was judged before, but for those that were refused."""
    events = _events(_whole(body))
    return [raw for index, raw in enumerate(events) if index not in refused]


_decode_batch = msgspec.json.Decoder(Batch, float_hook=exact).decode
_decode_raw = msgspec.json.Decoder(_Raws).decode
_decode_whole = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode
