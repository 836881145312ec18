"""The product and the slow reference say the same of every stream, however nasty."""

from __future__ import annotations

from collections.abc import Sequence

from support.hold import hold_drawing
from support.judge import Asked, differences
from support.streams import Dice, Stream, streams


def some_of(dice: Dice, asked: Sequence[Asked], count: int) -> list[Asked]:
    """The total, and some other questions."""
    return [asked[0], *(dice.pick(asked[1:]) for _ in range(count))]


def test_the_product_says_what_the_reference_says() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        assert differences(stream, lambda asked: some_of(dice, asked, 6)) == []

    hold_drawing(law, streams())
