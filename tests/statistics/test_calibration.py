"""The calibration in small: the bars of docs/reference/calibration.md with fewer runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.bars import Bar, Measured
from calibration.every import ALL, table

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "calibration.md"
EXACT = {"B15", "B16"}
SHARE = 0.02
SPREADS = 4
"""How many standard errors a small run may be off; the seed is fixed, so it always comes out so."""


@pytest.mark.slow
@pytest.mark.parametrize("bar", [bar for bar in ALL if bar.id not in EXACT], ids=lambda bar: bar.id)
def test_a_bar_holds_in_small(bar: Bar) -> None:
    runs = max(int(bar.runs * SHARE), 200)
    missed = [
        each
        for each in bar.measured(seed=5, runs=runs)
        if not each.holds(SPREADS * each.spread(min(runs, each.runs or runs)))
    ]
    assert missed == []


def test_the_page_shows_every_bar_and_every_one_holds() -> None:
    page = PAGE.read_text("utf-8")
    assert [bar.id for bar in ALL if f"## {bar.id}: {bar.scenario}" not in page] == []
    assert page.count("| holds |") >= 80
    assert "misses" not in page


def test_a_figure_beyond_its_bar_is_seen() -> None:
    bar = Bar("B0", "a test", 100, lambda _, __: [])
    figures = [
        Measured("low", 0.04, 0.045, 0.055),
        Measured("in", 0.05, 0.045, 0.055),
        Measured("high", 0.06, None, 0.055),
        Measured("none", 3, 0, 0, is_share=False, digits=0),
        Measured("tiny", 2e-12, None, 1e-10, is_share=False, digits=16, runs=7),
        Measured("shown", 0.3),
    ]
    assert [each.holds() for each in figures] == [False, True, False, False, True, True]
    assert figures[2].holds(0.006)
    told = table([(bar, 100, figures)])
    assert "| low | 0.0400 | from 0.045 to 0.055 | **misses** | 100 |" in told
    assert "| tiny | 2.0e-12 | to 1e-10 | holds | 7 |" in told
    assert "| none | 3 | 0 | **misses** | 100 |" in told
    assert "| shown | 0.3000 | for comparison |  | 100 |" in told
