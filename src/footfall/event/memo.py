"""Answers worth remembering: the same address or user agent comes again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Memo(dict[Asked, Answer], Generic[Asked, Answer]):
    """A dictionary that asks for what it lacks, and forgets everything when it is full.

    Forgetting all at once costs nothing per look-up, which an order of use would.
    """

    def __init__(self, ask: Callable[[Asked], Answer], most: int) -> None:
        super().__init__()
        self._ask = ask
        self._most = most

    def __missing__(self, asked: Asked) -> Answer:
        answer = self._ask(asked)
        if len(self) >= self._most:
            self.clear()
        self[asked] = answer
        return answer
