"""Holds a law against many streams: the same ones each time, so that the answer is the same too.

Other streams are looked for by ``tests/laws/stress.py``, for as long as one likes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from support.streams import Dice, HypothesisDice, Stream

EXAMPLES = 12
"""How many streams a law is held against, if it is not told otherwise."""
_SHOWN_AS_IT_IS = (Phase.explicit, Phase.generate)
"""Making a failing stream small takes minutes: ``stress.py`` does it, for who wants to know."""


def hold(
    law: Callable[[Stream], None],
    strategy: st.SearchStrategy[Stream],
    examples: int = EXAMPLES,
) -> None:
    """Runs a law on so many streams."""

    @_so_many(examples)
    @given(strategy)
    def run(stream: Stream) -> None:
        law(stream)

    run()


def hold_drawing(
    law: Callable[[Stream, Dice], None],
    strategy: st.SearchStrategy[Stream],
    examples: int = EXAMPLES,
) -> None:
    """Runs a law on so many streams, for which it draws something itself."""

    @_so_many(examples)
    @given(strategy, st.data())
    def run(stream: Stream, data: Any) -> None:
        law(stream, HypothesisDice(data.draw))

    run()


def _so_many(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=_SHOWN_AS_IT_IS,
        suppress_health_check=list(HealthCheck),
    )
