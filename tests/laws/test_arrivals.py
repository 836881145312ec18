"""Neither the order in which events arrive, nor batches, nor repetition changes anything."""

from __future__ import annotations

import pytest

from support.arrivals import arrival, broken
from support.hold import LONG, SHORT, hold_drawing
from support.streams import Dice, Stream, streams


@pytest.mark.parametrize("examples", [SHORT, LONG])
def test_however_events_arrive_and_built_anew_every_fact_is_the_same(examples: int) -> None:
    def law(stream: Stream, dice: Dice) -> None:
        assert broken(stream, arrival(dice, stream)) == []

    hold_drawing(law, streams(), examples // 3)
