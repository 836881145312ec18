"""Visitors of clients that know none: a name that lasts for a day and that nobody can trace.

It is a keyed hash of site, address and user agent, under a salt that lives for a day and is then
forgotten. Neither address nor agent is kept. A visit that goes over midnight keeps its name: the
salt of the day before is kept for that, and who was there a moment ago.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b

VISIT_MS = 30 * 60_000
REMEMBERED = 100_000
NAME_BYTES = 16


@dataclass(slots=True)
class Nameless:
    """Names visitors by the salts of today and of the day before."""

    _seen: dict[str, int] = field(default_factory=dict)

    def visitor(self, salts: tuple[bytes, bytes | None], now_ms: int, *said: str) -> str:
        """The name of who says this: site, address, user agent."""
        today, before = salts
        if before is not None:
            former = _name(before, said)
            if now_ms - self._seen.get(former, -VISIT_MS) < VISIT_MS:
                self._seen[former] = now_ms
                return former
        name = _name(today, said)
        self._seen[name] = now_ms
        if len(self._seen) > REMEMBERED:
            latest = now_ms - VISIT_MS
            self._seen = {each: at for each, at in self._seen.items() if at > latest}
            if len(self._seen) > REMEMBERED:
                self._seen.clear()
        return name


def _name(salt: bytes, said: tuple[str, ...]) -> str:
    """The hash of texts, none of which can be taken for the beginning of the next."""
    hashed = blake2b(key=salt, digest_size=NAME_BYTES)
    for each in said:
        raw = each.encode("utf-8", "replace")
        hashed.update(len(raw).to_bytes(4, "big") + raw)
    return hashed.hexdigest()
