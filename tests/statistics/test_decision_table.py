"""The decision table, rule by rule, and which rule comes first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footfall.statistics.arm import Interval
from footfall.statistics.decision import (
    Decision,
    Evidence,
    Verdict,
    days_left,
    decide,
    enough_events,
    with_segments,
)
from footfall.statistics.guardrail import Guardrail, State, guardrail_of_interval

WIN, LOSS, FLAT, WIDE = (
    Interval(0.01, 0.08),
    Interval(-0.06, -0.01),
    Interval(-0.01, 0.02),
    Interval(-0.01, 0.06),
)
SAFE = Guardrail(State.PASS, name="safe")
COST = Guardrail(State.PASS, is_worse=True, name="cost")
OPEN = Guardrail(State.INCONCLUSIVE)
BROKEN = Guardrail(State.BREACH, is_worse=True)
CLEAN = Evidence(WIN, 0.03, 28, 14, planned_end_reached=True, guardrails=(SAFE,), srm_p=0.4)


def verdict(**changed: object) -> Verdict:
    return decide(replace(CLEAN, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "decision", "rule", "reasons"),
    [
        ({}, "SHIP", 5, ["pass"]),
        ({"srm_p": 0.0009}, "INVALID", 0, ["srm"]),
        ({"srm_p": 0.001}, "SHIP", 5, ["pass"]),
        ({"srm_p": None}, "SHIP", 5, ["pass"]),
        ({"multi_variant_share": 0.011}, "INVALID", 0, ["multi_variant"]),
        ({"multi_variant_share": 0.01}, "SHIP", 5, ["pass"]),
        ({"srm_p": 0.0, "multi_variant_share": 0.5}, "INVALID", 0, ["srm", "multi_variant"]),
        ({"changed_mid_run": True}, "INVALID", 0, ["changed_mid_run"]),
        ({"exposure_in_one_arm": True}, "INVALID", 0, ["exposure_in_one_arm"]),
        ({"enough_events": False}, "KEEP_RUNNING", 1, ["too_few_events"]),
        ({"guardrails": (SAFE, BROKEN)}, "GUARDRAIL_BREACHED", 2, ["breach"]),
        ({"primary": LOSS}, "DONT_SHIP", 3, ["primary_worse"]),
        ({"days_run": 7, "primary": LOSS}, "DONT_SHIP", 3, ["primary_worse"]),
        ({"days_run": 13}, "KEEP_RUNNING", 4, ["min_duration"]),
        ({"days_run": 16}, "KEEP_RUNNING", 4, ["min_duration"]),
        ({"days_run": 14}, "SHIP", 5, ["pass"]),
        ({"guardrails": ()}, "SHIP", 5, ["pass"]),
        ({"guardrails": (SAFE, OPEN)}, "REVIEW", 6, ["guardrail_inconclusive"]),
        (
            {"guardrails": (OPEN,), "planned_end_reached": False},
            "KEEP_RUNNING", 6, ["guardrail_inconclusive"],
        ),
        ({"primary": FLAT}, "DONT_SHIP", 7, ["effect_below_mde"]),
        ({"primary": FLAT, "planned_end_reached": False}, "DONT_SHIP", 7, ["effect_below_mde"]),
        ({"primary": FLAT, "mde": None}, "INCONCLUSIVE", 8, ["underpowered"]),
        ({"primary": WIDE}, "INCONCLUSIVE", 8, ["underpowered"]),
        ({"primary": None}, "INCONCLUSIVE", 8, ["not_estimable"]),
        ({"primary": WIDE, "planned_end_reached": False}, "KEEP_RUNNING", 9, ["not_yet"]),
        ({"primary": None, "planned_end_reached": False}, "KEEP_RUNNING", 9, ["not_yet"]),
    ],
)  # fmt: skip
def test_a_rule_decides(
    changed: dict[str, object], decision: str, rule: int, reasons: list[str]
) -> None:
    assert verdict(**changed) == Verdict(Decision(decision), rule, tuple(reasons))  # type: ignore[arg-type]


BY_RULE: tuple[dict[str, object], ...] = (
    {"srm_p": 0.0},
    {"enough_events": False},
    {"guardrails": (BROKEN,)},
    {"primary": LOSS},
    {"days_run": 8},
)


@pytest.mark.parametrize("first", range(len(BY_RULE)))
def test_the_first_rule_that_holds_decides(first: int) -> None:
    """Whatever comes later holds too, and does not matter."""
    everything: dict[str, object] = {}
    for later in reversed(BY_RULE[first:]):
        everything |= later
    assert verdict(**everything).rule == first


def test_a_guardrail_that_got_worse_within_its_margin_is_a_named_cost() -> None:
    shipped = verdict(guardrails=(SAFE, COST))
    assert (shipped.decision, shipped.costs) == (Decision.SHIP, ("cost",))


@pytest.mark.parametrize(
    ("low", "high", "state", "is_worse"),
    [
        (-0.004, 0.01, State.PASS, False),
        (-0.019, -0.001, State.PASS, True),
        (-0.02, 0.01, State.INCONCLUSIVE, False),
        (-0.05, -0.005, State.BREACH, True),
        (-0.05, -0.021, State.BREACH_CONFIRMED, True),
    ],
)
def test_a_guardrail_has_a_state(low: float, high: float, state: State, is_worse: bool) -> None:
    found = guardrail_of_interval(Interval(low, high), 0.02)
    assert (found.state, found.is_worse) == (state, is_worse)


def test_a_guardrail_without_an_interval_is_open() -> None:
    assert guardrail_of_interval(None, 0.02).state is State.INCONCLUSIVE


def test_a_harmed_segment_makes_a_ship_a_review_and_nothing_else() -> None:
    shipped, waiting = verdict(), verdict(days_run=8)
    assert with_segments(shipped, harmed=True) == Verdict(
        Decision.REVIEW, 5, ("pass", "differs_by_segment")  # type: ignore[arg-type]
    )  # fmt: skip
    assert with_segments(shipped, harmed=False) == shipped
    assert with_segments(waiting, harmed=True) == waiting


@pytest.mark.parametrize(
    ("counts", "converting", "enough"),
    [
        ([100, 100], True, True),
        ([100, 99], True, False),
        ([100, 500], False, False),
        ([200, 200], False, True),
        ([], True, False),
    ],
)
def test_events_are_enough_in_every_variant(
    counts: list[int], converting: bool, enough: bool
) -> None:
    assert enough_events(counts, converting=converting) is enough


@pytest.mark.parametrize(
    ("days", "fraction", "left"),
    [(7, 0.25, 21), (10, 0.4, 18), (14, 0.5, 14), (9, 1.0, 0), (0, 0.1, None), (5, 0.0, None)],
)
def test_the_end_is_projected_to_whole_weeks(days: int, fraction: float, left: int | None) -> None:
    assert days_left(days, fraction) == left
