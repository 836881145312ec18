"""Events that a collector receives: accepted by the same steps as a file's, as a request says them.

What a request knows better than its events is put in place of what they say: where they come from
(a public key may not say that it is a server), the browser, and when they were sent.
"""

from __future__ import annotations

from typing import NamedTuple

from msgspec.structs import astuple

from footfall.event.accept import SAID, USER_AGENT, Acceptor, Row
from footfall.event.codes import Refused
from footfall.event.envelope import BROKEN_IDS, FIELDS, Envelope, Fields
from footfall.event.times import DAY_MS, OLDEST_MS
from footfall.event.keys import keys_in

TAG, SERVER = "tag", "server"
LATEST_DAYS = 30
SOURCE = "source"
_AGENT = SAID.start + USER_AGENT
_FIELDS = len(FIELDS)


class Request(NamedTuple):
    """What a request says of all its events.

    `source` is TAG for a public key, SERVER for a server's. `user_agent` is the browser's own
    header, None where no browser sent the request. `sent_at` holds for the events without one.
    """

    received_ms: int
    source: str = TAG
    user_agent: str | None = None
    sent_at: object = None


class Received(Acceptor):
    """Accepts the events of one request after the other."""

    def __init__(self) -> None:
        super().__init__(0, correct_clock=True)
        self._request = Request(0)

    def begin(self, request: Request) -> None:
        """The request whose events follow."""
        self._request = request
        self._received_ms = received_ms = request.received_ms
        self._latest_ms = received_ms + DAY_MS
        self._oldest_ms = max(received_ms - LATEST_DAYS * DAY_MS, OLDEST_MS)

    def say_sent(self, sent_at: object) -> None:
        """When the request was sent, where that is known only from its body."""
        self._request = self._request._replace(sent_at=sent_at)

    def is_fine(self, sent: Envelope, correction_ms: int) -> int:
        """Whether an event is certainly accepted, found out quickly: how many keys it has; else 0.

        0 says nothing but that it has to be looked at more closely. Its size is not looked at.
        """
        told = astuple(sent)
        event_id, event, at, visitor_id, _ = told[:5]
        properties, inner = sent.properties, 0
        if event_id is None or event_id in BROKEN_IDS or not at or sent.sent_at is not None:
            return 0
        try:
            event = self._names[event or ""]
            ms = self._read_time(at, "occurred_at") + correction_ms
            if properties:
                if SOURCE in properties:
                    return 0
                self._read_properties(event, properties)
                inner = keys_in(properties)
            if sent.country:
                self._countries[sent.country]
        except Refused:
            return 0
        if not self._oldest_ms <= ms <= self._latest_ms:
            return 0
        if visitor_id is None or visitor_id in BROKEN_IDS:
            return 0
        return _FIELDS - told.count(None) + inner

    def correction_ms(self, sent_at: object) -> int | None:
        """How far the sender's clock is off, where that is to be corrected; None for no time."""
        if sent_at is None or sent_at == "":
            return 0
        try:
            return self._correction(sent_at)
        except Refused:
            return None

    def _row(self, fields: Fields) -> Row:
        request = self._request
        if request.user_agent is not None:
            fields = (*fields[:_AGENT], request.user_agent, *fields[_AGENT + 1 :])
        if fields[-1] is None and request.sent_at is not None:
            fields = (*fields[:-1], request.sent_at)
        return super()._row(fields)

    def _own_properties(
        self, event: str, properties: dict[str, object] | None
    ) -> dict[str, object]:
        if properties and SOURCE in properties:
            properties = {key: value for key, value in properties.items() if key != SOURCE}
        read = super()._own_properties(event, properties)
        return {**read, SOURCE: SERVER} if self._request.source == SERVER else read
