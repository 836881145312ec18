"""The collector's addresses: who answers at which path, and what a browser may send there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from footfall.doors.collector.begun import NATIVE
from footfall.doors.collector.dialects import find, methods
from footfall.doors.collector.http import Answer, Answered, Asked, problem
from footfall.doors.collector.intake import Intake
from footfall.doors.collector.listener import Listener
from footfall.doors.collector.tag import TAG_PATH, answer_tag

Handle = Callable[[Asked, Answer], None]
NATIVE_PATH = "/v1/events"
PREFLIGHT = {
    "access-control-allow-methods": "POST, GET, OPTIONS",
    "access-control-max-age": "86400",
}
ALLOW = "access-control-allow-headers"
ALLOWED = "authorization, content-type, content-encoding"
HEADER_NAMES = re.compile(r"[A-Za-z0-9\-, ]{1,500}")


@dataclass
class Routes:
    """Every address of the collector."""

    intake: Intake

    def __post_init__(self) -> None:
        self._listener = Listener(self.intake)

    def find(self, path: str) -> Handle | None:
        """Who answers at a path; None where it is not the collector's."""
        if path == NATIVE_PATH:
            return partial(self._asked, ("POST",))
        if path == TAG_PATH:
            return answer_tag
        known = methods(path)
        return partial(self._asked, known) if known else None

    def _asked(self, known: tuple[str, ...], asked: Asked, answer: Answer) -> None:
        """A request to an address of ours, in our words or another program's."""
        count, door = self.intake.counts.requests, NATIVE
        method = "GET" if asked.method == "HEAD" else asked.method
        dialect = find(method, asked.path) if asked.path != NATIVE_PATH else None
        if dialect is not None:
            door = dialect.name

        def counted(answered: Answered) -> None:
            count[door, answered.status] += 1
            answer(answered)

        if asked.method == "OPTIONS":
            counted(Answered(204, kind="", headers={**PREFLIGHT, ALLOW: _allowed(asked)}))
        elif method not in known:
            refused = problem(405, "method_not_allowed", f"it takes {' and '.join(known)}")
            refused.headers = {"allow": ", ".join((*known, "OPTIONS"))}
            counted(refused)
        elif dialect is None:
            self.intake.native(asked, counted)
        elif asked.method == "HEAD":
            counted(Answered(200, kind=""))  # a client asks whether somebody is there
        else:
            self._listener.hear(asked, dialect, counted)


def _allowed(asked: Asked) -> str:
    """The headers that a page of any origin may send: what it asks for, if these are names."""
    wanted = asked.headers.get("access-control-request-headers", "")
    return f"{ALLOWED}, {wanted}" if HEADER_NAMES.fullmatch(wanted) else ALLOWED
