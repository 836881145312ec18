"""The collector's addresses: who answers at which path, and what a browser may send there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from footfall.doors.collector.begun import NATIVE
from footfall.doors.collector.http import Answer, Answered, Asked, problem
from footfall.doors.collector.intake import Intake
from footfall.doors.collector.tag import TAG_PATH, answer_tag

Handle = Callable[[Asked, Answer], None]
NATIVE_PATH = "/v1/events"
PREFLIGHT = {
    "access-control-allow-methods": "POST, GET, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, content-encoding",
    "access-control-max-age": "86400",
}


@dataclass
class Routes:
    """Every address of the collector."""

    intake: Intake

    def find(self, path: str) -> Handle | None:
        """Who answers at a path; None where it is not the collector's."""
        if path == NATIVE_PATH:
            return self._native
        return answer_tag if path == TAG_PATH else None

    def _native(self, asked: Asked, answer: Answer) -> None:
        """`/v1/events`."""
        count = self.intake.counts.requests

        def counted(answered: Answered) -> None:
            count[NATIVE, answered.status] += 1
            answer(answered)

        if asked.method == "POST":
            self.intake.native(asked, counted)
        elif asked.method == "OPTIONS":
            counted(Answered(204, kind="", headers=PREFLIGHT))
        else:
            refused = problem(405, "method_not_allowed", f"{NATIVE_PATH} takes POST")
            refused.headers = {"allow": "POST, OPTIONS"}
            counted(refused)
