"""Which events came a moment ago, so that a client that sends once more is told so at once.

Only the latest are remembered, in bounded memory. Whether an event is really new is decided where
it is stored, for ever; this is what can be said of it before.
"""

from __future__ import annotations

from collections.abc import Sequence

REMEMBERED = 100_000
FRESH, DUPLICATE, CONFLICT = 0, 1, 2
_NOTHING = object()


class Known:
    """The latest events of a site: id and print, in two generations of which the older goes."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._new: dict[str, int | None] = {}
        self._old: dict[str, int | None] = {}

    def judge(self, ids: Sequence[str], prints: Sequence[int | None]) -> list[int]:
        """Of each event whether it is fresh, known, or of a known id with another content."""
        new, old = self._new, self._old
        if len(new) > self._most:
            self._new, self._old = new, old = {}, new
        verdicts = []
        if not (new.keys() & ids or old.keys() & ids) and len(set(ids)) == len(ids):
            new.update(zip(ids, prints, strict=True))
            return [FRESH] * len(ids)
        for event_id, told in zip(ids, prints, strict=True):
            before = new.get(event_id, _NOTHING)
            if before is _NOTHING:
                before = old.get(event_id, _NOTHING)
            if before is _NOTHING:
                new[event_id] = told
                verdicts.append(FRESH)
            elif before == told or before is None or told is None:
                verdicts.append(DUPLICATE)
            else:
                verdicts.append(CONFLICT)
        return verdicts

    def forget(self, ids: Sequence[str]) -> None:
        """What was not stored after all is not known."""
        for event_id in ids:
            self._new.pop(event_id, None)
            self._old.pop(event_id, None)
