"""Events that a collector receives: accepted by the same steps as a file's, as a request says them.

What a request knows better than its events is put in place of what they say: where they come from
(a public key may not say that it is a server), the browser, and when they were sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from footfall.event.accept import SAID, USER_AGENT, Acceptor, Row
from footfall.event.codes import Refused
from footfall.event.envelope import BROKEN_IDS, Envelope, Fields
from footfall.event.times import DAY_MS, OLDEST_MS

TAG, SERVER = "tag", "server"
LATEST_DAYS = 30
SOURCE = "source"
_AGENT = SAID.start + USER_AGENT


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

    def fine_ids(self, events: Sequence[Envelope], correction_ms: int) -> list[str] | None:
        """The ids of events that are all certainly accepted, found out quickly.

        None says nothing but that they have to be looked at more closely. Neither their sizes nor
        keys that are there twice are looked at.
        """
        names, countries = self._names, self._countries
        read_time, read_properties = self._read_time, self._read_properties
        oldest, latest = self._oldest_ms - correction_ms, self._latest_ms - correction_ms
        ids = []
        try:
            for sent in events:
                event_id, at, properties = sent.event_id, sent.occurred_at, sent.properties
                if (
                    event_id is None or event_id in BROKEN_IDS or not at
                    or sent.sent_at is not None
                    or (visitor_id := sent.visitor_id) is None or visitor_id in BROKEN_IDS
                    or not oldest <= read_time(at, "occurred_at") <= latest
                ):  # fmt: skip
                    return None
                event = names[sent.event or ""]
                if properties:
                    if SOURCE in properties:
                        return None
                    read_properties(event, properties)
                if sent.country is not None:
                    countries[sent.country]
                ids.append(event_id)
        except Refused:
            return None
        return ids

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
