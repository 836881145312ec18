"""What is remembered is bounded, and a wrong answer never comes of it."""

from __future__ import annotations

import pytest

from footfall.event.memo import Memo


def test_it_asks_once() -> None:
    asked: list[str] = []

    def shout(text: str) -> str:
        asked.append(text)
        return text.upper()

    memo = Memo(shout)
    assert [memo[each] for each in "abcab"] == ["A", "B", "C", "A", "B"]
    assert asked == ["a", "b", "c"]


def test_it_forgets_when_it_is_full() -> None:
    memo = Memo(str.upper, most=3)
    for number in range(100):
        assert memo[f"k{number}"] == f"K{number}"
        assert len(memo) <= 3


def test_long_texts_are_not_kept() -> None:
    memo = Memo(str.upper)
    assert memo["x" * 512] == "X" * 512
    assert memo["x" * 513] == "X" * 513
    assert list(memo) == ["x" * 512]


def test_what_raises_is_not_remembered() -> None:
    memo: Memo[int] = Memo(int)
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            memo["no number"]
    assert not memo
