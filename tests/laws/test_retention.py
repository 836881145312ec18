"""Retention as laws: what the slow reference says, and shares are parts of their cohort."""

from __future__ import annotations

import json

from support.hold import hold_drawing
from support.judge import reference_of, shop_for
from support.streams import Dice, Stream, streams


def test_the_reference_says_the_same() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        reference = reference_of(stream)
        with shop_for(stream) as shop:
            first, last = shop.period()
            middle = first + (last - first) // 2
            for every in ("week", "month"):
                days = dice.pick(((first, last), (first, middle), (middle, last)))
                want = reference.retention(every, days[0].isoformat(), days[1].isoformat())
                got = shop.retention(every, days=days)
                assert got == json.loads(json.dumps(want, default=float))
                for cohort in (each for cohorts in got.values() for each in cohorts):
                    assert all(0 <= later["share"] <= 1 for later in cohort["later"])

    hold_drawing(law, streams())
