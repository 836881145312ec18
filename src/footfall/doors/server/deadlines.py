"""Deadlines: a client that is slow, or only pretends to be there, keeps no line for itself."""

from __future__ import annotations

import asyncio
import enum
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

LOOK_SECONDS = 0.25
HEAD_SECONDS = 5.0
BODY_SECONDS = 15.0
IDLE_SECONDS = 30.0
UNHEARD_SECONDS = 30.0
LEAST_BYTES_PER_SECOND = 1024
GRACE_SECONDS = 5.0


class Phase(enum.Enum):
    """What a line is about."""

    HEAD = "head"
    BODY = "body"
    BUSY = "busy"
    IDLE = "idle"


class Line(Protocol):
    """A client's line, as far as its deadlines go."""

    phase: Phase
    since: float
    unheard_since: float | None
    body_size: int
    transport: asyncio.Transport

    def end_late(self, detail: str) -> None:
        """The client was too slow."""
        ...


@dataclass
class Watch:
    """Looks at all lines again and again: one clock for thousands of them."""

    lines: set[Line] = field(default_factory=set)
    ended: int = 0
    """How many lines were ended for being late."""

    async def run(self) -> None:
        """Looks until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self.look(monotonic())

    def look(self, now: float) -> None:
        """Ends the lines that are late."""
        for line in list(self.lines):
            if why := late(line, now):
                self.ended += 1
                line.end_late(why)


def late(line: Line, now: float) -> str:
    """Why a line has to end; empty where it need not."""
    if line.unheard_since is not None and now - line.unheard_since > UNHEARD_SECONDS:
        return "its answers were not read"
    spent = now - line.since
    match line.phase:
        case Phase.HEAD if spent > HEAD_SECONDS:
            return f"the head of a request has {HEAD_SECONDS:.0f} seconds"
        case Phase.BODY if spent > BODY_SECONDS:
            return f"a body has {BODY_SECONDS:.0f} seconds"
        case Phase.BODY if spent > GRACE_SECONDS and (
            line.body_size < spent * LEAST_BYTES_PER_SECOND
        ):
            return f"a body comes with {LEAST_BYTES_PER_SECOND} bytes a second at least"
        case Phase.IDLE if spent > IDLE_SECONDS:
            return "nothing was asked for a while"
    return ""
