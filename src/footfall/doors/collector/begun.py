"""A request whose key is known: what holds for all of its events, and what is kept of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from footfall.doors.collector import record
from footfall.doors.collector.http import Answered, Asked, problem
from footfall.doors.collector.record import WHOLE, Record, Turn
from footfall.event.received import SERVER, TAG, Request
from footfall.log.keys import Key
from footfall.log.quarantine import ref_of

NATIVE = "native"
SENDERS = {"write": TAG, "server": SERVER}
"""The scopes that may send, and whose word their events are."""
AGENT_CHARS = 512
BROWSERS = frozenset({"origin", "referer", "sec-fetch-site"})
"""Headers that only browsers send by themselves; `sec-fetch-mode` node sends as well."""
PREFETCH, NO_AGENT = "prefetch", "no_user_agent"


@dataclass(slots=True)
class Begun:
    """A request whose key is known."""

    key: Key
    received_ms: int
    user_agent: str | None = None
    flags: list[str] = field(default_factory=list)
    door: str = NATIVE
    left_out: int = 0

    @property
    def site(self) -> str:
        """The site that its events are of."""
        return self.key.site

    def request(self, sent_at: Any = None) -> Request:
        """What it says of all its events."""
        return Request(self.received_ms, SENDERS[self.key.scope], self.user_agent, sent_at)

    def record(self, body: bytes, turned: list[Turn], sent_at: Any = None) -> Record:
        """What the journal keeps of it."""
        return Record(
            record.VERSION, self.site, self.received_ms, SENDERS[self.key.scope], self.door,
            self.user_agent, sent_at, body, turned, self.flags, self.left_out,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Whole:
    """A body that is refused as a whole; `kept` goes to quarantine."""

    status: int
    code: str
    detail: str
    kept: bytes = b""
    pointer: str = ""

    def record(self, begun: Begun) -> Record:
        """What the journal keeps of it."""
        return begun.record(self.kept, [Turn(WHOLE, self.code, self.pointer, self.detail)])

    def answered(self, site: str) -> Answered:
        """What its sender is told."""
        more = {}
        if self.kept:
            digest = hashlib.sha256(self.kept).digest()
            more["quarantine_ref"] = ref_of(site, digest, self.code, 1)
        return problem(self.status, self.code, self.detail, pointer=self.pointer, **more)


def begun(key: Key, asked: Asked, received_ms: int) -> Begun:
    """A request, and whether a browser sent it: only then its agent is the event's."""
    headers = asked.headers
    found = Begun(key, received_ms)
    if key.scope == "write" and not BROWSERS.isdisjoint(headers):
        found.user_agent = headers.get("user-agent", "")[:AGENT_CHARS] or None
        if found.user_agent is None:
            found.flags.append(NO_AGENT)
    if "prefetch" in headers.get("sec-purpose", ""):
        found.flags.append(PREFETCH)
    return found
