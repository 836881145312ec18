"""Answers worth remembering: the same address or user agent comes again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")
KEPT = 16_384
LONGEST_KEPT = 512


class Memo(dict[str, Answer], Generic[Answer]):
    """A dictionary that asks for what it lacks, and forgets everything when it is full.

    Forgetting all at once costs nothing per look-up, which an order of use would. Long texts are
    asked again each time, so that nobody can fill the memory with them.
    """

    def __init__(self, ask: Callable[[str], Answer], most: int = KEPT) -> None:
        super().__init__()
        self._ask = ask
        self._most = most

    def __missing__(self, asked: str) -> Answer:
        answer = self._ask(asked)
        if len(asked) <= LONGEST_KEPT:
            if len(self) >= self._most:
                self.clear()
            self[asked] = answer
        return answer
