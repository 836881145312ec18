"""Several variants, several KPIs, several segments: each with its share of the error."""

from __future__ import annotations

import numpy as np
import pytest

from footfall.statistics.arm import Arm, converting
from footfall.statistics.comparison import compare
from footfall.statistics.decision import Decision, Reason, Verdict
from footfall.statistics.diagnostics import diagnose
from footfall.statistics.guardrail import State, Tolerated, guardrail
from footfall.statistics.moments import of_rows, total
from footfall.statistics.monitoring import ONCE, GroupSequential
from footfall.statistics.multiple import holm
from footfall.statistics.segments import OTHER, Cell, SegmentArms, pooled, segment
from footfall.statistics.variants import compare_variants, shipped

CONTROL = Arm(1000, 10.0, 100.0)
SHIP = Verdict(Decision.SHIP, 5, (Reason.PASS,))
WAIT = Verdict(Decision.KEEP_RUNNING, 9, (Reason.NOT_YET,))


def at(gain: float, n: int = 1000) -> Arm:
    """A variant that is better by so many standard errors of the difference."""
    return Arm(n, 10 + gain * (100 / 1000 + 100 / n) ** 0.5, 100.0)


def test_each_variant_is_tested_at_its_level_of_holm() -> None:
    """P of 2.2 SE is 0.028: below 5 %, above 5 % / 2, which is its level among three."""
    rows = compare_variants(CONTROL, [at(2.2), at(4.0), at(0.3)])
    single = [compare(CONTROL, at(gain)) for gain in (2.2, 4.0, 0.3)]
    assert [row.comparison.is_significant for row in rows] == [False, True, False]
    assert single[0].is_significant
    p_values = [each.p.p for each in single if each.p]
    assert [row.adjusted_p for row in rows] == pytest.approx(holm(p_values))
    assert [row.comparison.alpha for row in rows] == pytest.approx([0.025, 0.05 / 3, 0.025])
    assert rows[1].significance == pytest.approx(1 - 3 * p_values[1])


def test_one_variant_is_as_if_there_were_no_others() -> None:
    (row,) = compare_variants(CONTROL, [at(2.2)])
    assert row.comparison == compare(CONTROL, at(2.2))


def test_looks_and_variants_are_adjusted_for_together() -> None:
    look = GroupSequential((0.5,))
    rows = compare_variants(CONTROL, [at(3.6), at(3.6)], [look, look])
    assert [row.comparison.is_significant for row in rows] == [True, True]
    (later,) = compare_variants(CONTROL, [at(3.6)], [GroupSequential((0.2,))])
    assert not later.comparison.is_significant


def test_a_variant_that_nobody_saw_takes_no_share_of_the_error() -> None:
    rows = compare_variants(CONTROL, [Arm(0, 0.0, 0.0), at(2.2)])
    assert rows[0].adjusted_p is None
    assert rows[0].significance is None
    assert rows[0].comparison.status == "not_estimable: fewer than two units in a variant"
    assert rows[1].comparison.is_significant


def test_the_best_of_those_that_may_be_shipped_is_shipped() -> None:
    rows = compare_variants(CONTROL, [at(3.0), at(5.0), at(9.0)])
    assert shipped(rows, [SHIP, SHIP, WAIT]) == 1
    assert shipped(rows, [SHIP, SHIP, WAIT], "lower") == 0
    assert shipped(rows, [WAIT, WAIT, WAIT]) is None


def test_diagnostics_support_contradict_or_are_silent() -> None:
    found = diagnose(
        [compare(CONTROL, at(gain)) for gain in (4.0, 4.0, -4.0, 0.5)]
        + [compare(CONTROL, Arm(1, 0.0, 0.0))],
        ["higher", "lower", "higher", "higher", "higher"],
        primary_gain=0.8,
    )
    says = [each.agreement for each in found]
    assert says == ["supports", "contradicts", "contradicts", "silent", "silent"]
    assert found[4].adjusted_p is None
    assert found[3].adjusted_p == pytest.approx(compare(CONTROL, at(0.5)).p.p)  # type: ignore[union-attr]
    alone = diagnose([compare(CONTROL, at(4.0))], ["higher"], None)
    assert alone[0].agreement == "silent"


@pytest.mark.parametrize(
    ("gain", "margin", "better", "state"),
    [
        (0.0, 0.10, "higher", State.PASS),
        (0.0, 0.05, "higher", State.INCONCLUSIVE),
        (-2.2, 0.05, "higher", State.BREACH),
        (-4.0, 0.05, "higher", State.BREACH_CONFIRMED),
        (-2.2, 0.30, "higher", State.PASS),
        (2.2, 0.05, "lower", State.BREACH),
        (-2.2, 0.05, "lower", State.PASS),
    ],
)
def test_a_guardrail_is_judged_by_its_margin(
    gain: float, margin: float, better: str, state: State
) -> None:
    """1 SE is 4.5 % of the control here; passing takes 1.65 of them above the margin."""
    tolerated = Tolerated(margin, "lower" if better == "lower" else "higher", "speed")
    found = guardrail(CONTROL, at(gain), tolerated)
    assert (found.state, found.name) == (state, "speed")
    assert found.is_worse is (abs(gain) > 2 and (gain < 0) is (better == "higher"))


def test_a_guardrail_that_cannot_be_compared_is_open() -> None:
    for control, treatment in ((CONTROL, Arm(1, 1.0, 0.0)), (Arm(99, -1.0, 1.0), CONTROL)):
        assert guardrail(control, treatment, Tolerated(0.1)).state is State.INCONCLUSIVE


def cell(value: str | None, converters: int, rng: np.random.Generator) -> Cell:
    moments = tuple(of_rows(("y",), rng.random((50, 1))) for _ in range(2))
    return Cell(value, moments, (converters, converters + 5))


def test_small_segments_are_put_together_and_the_unknown_stay_apart() -> None:
    rng = np.random.default_rng(1)
    cells = [cell("de", 500, rng), cell("at", 40, rng), cell("ch", 99, rng), cell(None, 3, rng)]
    found = pooled(cells)
    assert [each.value for each in found] == ["de", None, OTHER]
    assert found[-1].converters == (139, 149)
    both = total([cells[1].variants[0], cells[2].variants[0]])
    assert found[-1].variants[0].arm("y") == both.arm("y")
    assert pooled(cells[:1]) == (cells[0],)


def test_segments_add_up_to_the_whole() -> None:
    """Units times mean, over all segments, is that of all units."""
    rng = np.random.default_rng(2)
    cells = pooled([cell(str(number), 60 + 20 * number, rng) for number in range(6)])
    for variant in range(2):
        parts = [each.variants[variant] for each in cells]
        whole = total(parts).arm("y")
        summed = sum(part.n * part.arm("y").mean for part in parts)
        assert summed == pytest.approx(whole.n * whole.mean, rel=1e-12)


def arms(gain: float, value: str | None = None, n: int = 1000) -> SegmentArms:
    return SegmentArms(value, CONTROL, (at(gain, n),))


def test_a_harmed_segment_calls_for_a_review() -> None:
    by_device = [arms(5.0, "desktop"), arms(-4.0, "mobile")]
    by_source = [arms(1.5, "ads"), arms(2.2, "mail")]
    found = segment({"device": by_device, "source": by_source}, (1, 1))
    assert found.is_harmed == {1}
    assert found.adjusted["device", 1] < 0.05 < found.adjusted["source", 1]
    shown = {row.value: row.is_significant for row in found.rows}
    assert shown == {"desktop": True, "mobile": True, "ads": False, "mail": True}
    levels = {row.comparison.alpha for row in found.rows}
    assert levels == {0.05 * 3 / 4}
    turned = segment({"device": by_device}, (1, 1), "lower")
    assert turned.is_harmed == {1}


def test_segments_that_are_alike_call_for_nothing() -> None:
    found = segment({"device": [arms(3.0, "desktop"), arms(2.6, "mobile")]}, (1, 1))
    assert found.is_harmed == frozenset()
    worse = segment({"device": [arms(-3.0, "desktop"), arms(-2.6, "mobile")]}, (1, 1))
    assert worse.is_harmed == frozenset()


def test_too_few_events_and_missing_attributes_are_shown_and_not_tested() -> None:
    small = SegmentArms("tablet", CONTROL, (at(-9.0),), enough_events=False)
    found = segment({"device": [arms(5.0, "desktop"), small, arms(-9.0)]}, (1, 1))
    assert found.is_harmed == frozenset()
    assert found.differences == {}
    assert [row.adjusted_p is None for row in found.rows] == [False, True, False]


def test_a_segment_with_a_wrong_allocation_is_named() -> None:
    found = segment({"device": [arms(0.0, "desktop"), arms(0.0, "mobile", 700)]}, (1, 1))
    assert found.mismatches == (("device", "mobile"),)


def test_no_segments_are_no_trouble() -> None:
    found = segment({}, (1, 1))
    assert (found.rows, found.mismatches, found.is_harmed) == ((), (), frozenset())


def test_a_rate_in_segments_may_be_too_sparse_for_a_lift() -> None:
    few = SegmentArms("x", converting(500, 3), (converting(500, 4),), enough_events=False)
    found = segment({"device": [few]}, (1, 1), monitoring=ONCE)
    assert found.rows[0].comparison.test == "fisher"
