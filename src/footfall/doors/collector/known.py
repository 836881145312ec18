"""Which events came a moment ago, so that a client that sends once more is told so at once.

Only the latest are remembered, in bounded memory. Whether an event is really new is decided where
it is stored, for ever; this is what can be said of it before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from footfall.journal import Position

REMEMBERED = 100_000


@dataclass(slots=True)
class Ticket:
    """A request whose events are remembered: where it is in the journal, or what is on its way."""

    content: bytes | None = None
    at: Position | None = None


class Known:
    """The latest events of a site by id, in two generations of which the older goes."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._new: dict[str, Ticket] = {}
        self._old: dict[str, Ticket] = {}

    def before(self, ids: Sequence[str], ticket: Ticket) -> dict[int, Ticket]:
        """Remembers a request's events; those that were known, by their place, each with its first.

        An id that the request itself has twice is known the second time.
        """
        if len(self._new) > self._most:
            self._new, self._old = {}, self._new
        new, old = self._new, self._old
        asked = set(ids)
        is_new = new.keys().isdisjoint(asked) and old.keys().isdisjoint(asked)
        if is_new and len(asked) == len(ids):
            new.update(dict.fromkeys(ids, ticket))
            return {}
        found = {}
        for place, event_id in enumerate(ids):
            first = new.get(event_id) or old.get(event_id)
            if first is None:
                new[event_id] = ticket
            else:
                found[place] = first
        return found

    def forget(self, ids: Sequence[str], ticket: Ticket) -> None:
        """What was not stored after all is not known."""
        for event_id in ids:
            for generation in (self._new, self._old):
                if generation.get(event_id) is ticket:
                    del generation[event_id]
