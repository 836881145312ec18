"""Neither the order in which events arrive, nor batches, nor repetition changes anything."""

from __future__ import annotations

import pytest

from footfall.facts import build
from support.arrivals import arrival, broken
from support.hold import EXAMPLES, hold, hold_drawing
from support.judge import shop_for
from support.snapshot import snapshot, unlike
from support.streams import Dice, Stream, streams


def test_however_events_arrive_and_built_anew_every_fact_is_the_same() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        assert broken(stream, arrival(dice, stream)) == []

    hold_drawing(law, streams(), EXAMPLES // 3)


def test_however_many_people_are_in_hand_at_a_time_every_fact_is_the_same() -> None:
    """A full build takes people part by part, so that its memory is bounded."""

    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            together = snapshot(shop)
        with pytest.MonkeyPatch.context() as patch, shop_for(stream) as shop:
            patch.setattr(build, "VISITORS_AT_ONCE", 1)
            shop.rebuild()
            assert unlike(snapshot(shop), together) == []

    hold(law, streams(), EXAMPLES // 4)
