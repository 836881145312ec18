"""Whether an event that came a moment ago said the same: the one in the journal is looked up."""

from __future__ import annotations

from pathlib import Path

from footfall.doors.collector import record
from footfall.doors.collector.body import taken_events
from footfall.doors.collector.known import Ticket
from footfall.doors.collector.record import WHOLE
from footfall.event.codes import Rejection
from footfall.event.received import Received, Request
from footfall.journal import read_at


class Firsts:
    """The events of a request beside those that came before under the same ids."""

    def __init__(self, folder: Path, request: Request, raws: list[bytes]) -> None:
        self._folder, self._request, self._raws = folder, request, raws
        self._received = Received()
        self._events: dict[int, tuple[Request, list[bytes]]] = {}

    def contradicts(self, place: int, first: Ticket) -> bool:
        """Whether the event at a place says something else than the first of its id.

        Where the first cannot be looked up any more that is found out when it is taken in.
        """
        own = self._raws[place]
        if first.content is None and first.at is None:
            return own not in self._raws[:place] and self._differs(own, self._request, self._raws)
        request, events = self._of(first)
        return own not in events and self._differs(own, request, events)

    def _of(self, ticket: Ticket) -> tuple[Request, list[bytes]]:
        """A request that came before, and its events."""
        if id(ticket) not in self._events:
            content = ticket.content or (read_at(self._folder, ticket.at) if ticket.at else None)
            self._events[id(ticket)] = self._request, []
            if content is not None:
                told = record.decode(content)
                turned = frozenset(turn.index for turn in told.turned if turn.index != WHOLE)
                self._events[id(ticket)] = told.request, taken_events(told.body, turned)
        return self._events[id(ticket)]

    def _differs(self, own: bytes, request: Request, events: list[bytes]) -> bool:
        name, said = self._said(own, self._request)
        for raw in events:
            if self._said(raw, request)[0] == name:
                return self._said(raw, request)[1] != said
        return False

    def _said(self, raw: bytes, request: Request) -> tuple[object, object]:
        """An event's id, and the hash of what it says."""
        self._received.begin(request)
        row = self._received.accept_line(raw)
        return (None, None) if isinstance(row, Rejection) else (row[0], row[-1])
