"""How clients are answered: each in the words that it waits for."""

from __future__ import annotations

from typing import Any

import msgspec

from footfall.doors.collector.dialects.heard import Answer, AnswerTo, Outcome

JSON = "application/json"
PROBLEM = "application/problem+json"
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""A transparent GIF of one pixel: what a page that tracks by an image waits for."""


def json_answer(status: int, value: Any, kind: str = JSON) -> Answer:
    """An answer whose body is JSON."""
    return Answer(status, msgspec.json.encode(value), kind)


def image() -> Answer:
    """The pixel, never kept by a cache."""
    return Answer(200, PIXEL, "image/gif", {"cache-control": "no-store"})


def refusal(outcome: Outcome) -> Answer:
    """Nothing of it could be taken: the client must not send it again as it is."""
    said = {
        "title": "nothing of the request could be taken",
        "retry": "never",
        "rejected": list(outcome.rejected),
    }
    for first in outcome.rejected[:1]:
        # RudderStack's client reads `message`, and sends once more where there is none
        said |= {"code": first["code"], "detail": first["detail"], "message": first["detail"]}
    return json_answer(400, said, PROBLEM)


def always(answer: Answer) -> AnswerTo:
    """The same answer, unless nothing could be taken."""
    return lambda outcome: refusal(outcome) if outcome.nothing_good else answer


def counted(status: int, said: dict[str, Any]) -> AnswerTo:
    """A JSON answer that also names what was refused, unless nothing could be taken."""

    def answer(outcome: Outcome) -> Answer:
        if outcome.nothing_good:
            return refusal(outcome)
        more = {"rejected": list(outcome.rejected)} if outcome.rejected else {}
        return json_answer(status, {**said, **more})

    return answer
