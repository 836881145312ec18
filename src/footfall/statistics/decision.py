"""The decision of an experiment: ten rules, of which the first that holds decides.

Every verdict says which rule it was and why, in codes that faces put into words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil

from footfall.statistics.allocation import MISMATCH
from footfall.statistics.arm import Interval
from footfall.statistics.guardrail import Guardrail, State

SEVERAL_VARIANTS_LIMIT = 0.01
LEAST_CONVERTERS, LEAST_NONZERO = 100, 200
WEEK = 7


class Decision(StrEnum):
    """What to do."""

    INVALID = "INVALID"
    KEEP_RUNNING = "KEEP_RUNNING"
    GUARDRAIL_BREACHED = "GUARDRAIL_BREACHED"
    DONT_SHIP = "DONT_SHIP"
    SHIP = "SHIP"
    REVIEW = "REVIEW"
    INCONCLUSIVE = "INCONCLUSIVE"


class Reason(StrEnum):
    """Why."""

    SRM = "srm"
    SEVERAL_VARIANTS = "multi_variant"
    CHANGED = "changed_mid_run"
    ONE_ARM = "exposure_in_one_arm"
    TOO_FEW_EVENTS = "too_few_events"
    BREACH = "breach"
    WORSE = "primary_worse"
    MIN_DURATION = "min_duration"
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    GUARDRAIL_INCONCLUSIVE = "guardrail_inconclusive"
    BELOW_MDE = "effect_below_mde"
    UNDERPOWERED = "underpowered"
    NOT_ESTIMABLE = "not_estimable"
    NOT_YET = "not_yet"
    DIFFERS_BY_SEGMENT = "differs_by_segment"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of one variant against the control.

    `primary` and the guardrails are relative, positive as good, and already adjusted for looks
    and for several variants; `primary` is None where it has no interval. Where only its sign
    counts (no lift, but a difference), `mde` is None. `srm_p` is None where nobody was assigned.
    """

    primary: Interval | None
    mde: float | None
    days_run: int
    min_days: int
    planned_end_reached: bool
    enough_events: bool = True
    guardrails: tuple[Guardrail, ...] = ()
    srm_p: float | None = None
    multi_variant_share: float = 0.0
    changed_mid_run: bool = False
    exposure_in_one_arm: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision, the number of the rule, the reasons, and guardrails that shipping costs."""

    decision: Decision
    rule: int
    reasons: tuple[Reason, ...]
    costs: tuple[str, ...] = ()


Rule = Callable[[Evidence], Verdict | None]


def decide(evidence: Evidence) -> Verdict:
    """The verdict of the first rule that holds."""
    found = (rule(evidence) for rule in RULES)
    return next(verdict for verdict in found if verdict)


def _untrusted(evidence: Evidence) -> Verdict | None:
    """Rule 0: no effect is shown as a result."""
    wrong = {
        Reason.SRM: evidence.srm_p is not None and evidence.srm_p < MISMATCH,
        Reason.SEVERAL_VARIANTS: evidence.multi_variant_share > SEVERAL_VARIANTS_LIMIT,
        Reason.CHANGED: evidence.changed_mid_run,
        Reason.ONE_ARM: evidence.exposure_in_one_arm,
    }
    reasons = tuple(reason for reason, holds in wrong.items() if holds)
    return Verdict(Decision.INVALID, 0, reasons) if reasons else None


def _too_early(evidence: Evidence) -> Verdict | None:
    """Rule 1: fewer than 100 converting units, or 200 non-zero ones, in a variant."""
    if evidence.enough_events:
        return None
    return Verdict(Decision.KEEP_RUNNING, 1, (Reason.TOO_FEW_EVENTS,))


def _breached(evidence: Evidence) -> Verdict | None:
    """Rule 2: whatever the primary says."""
    if not any(each.is_breached for each in evidence.guardrails):
        return None
    return Verdict(Decision.GUARDRAIL_BREACHED, 2, (Reason.BREACH,))


def _worse(evidence: Evidence) -> Verdict | None:
    """Rule 3: also before the least number of days."""
    if evidence.primary and evidence.primary.high < 0:
        return Verdict(Decision.DONT_SHIP, 3, (Reason.WORSE,))
    return None


def _whole_weeks(evidence: Evidence) -> Verdict | None:
    """Rule 4: even if the bound is crossed, since weekdays differ."""
    if evidence.days_run >= evidence.min_days and evidence.days_run % WEEK == 0:
        return None
    return Verdict(Decision.KEEP_RUNNING, 4, (Reason.MIN_DURATION,))


def _better(evidence: Evidence) -> Verdict | None:
    """Rules 5 and 6: better, and every guardrail passes, or not yet."""
    if not (evidence.primary and evidence.primary.low > 0):
        return None
    if all(each.state is State.PASS for each in evidence.guardrails):
        costs = tuple(each.name for each in evidence.guardrails if each.is_worse)
        return Verdict(Decision.SHIP, 5, (Reason.PASS,), costs)
    decision = Decision.REVIEW if evidence.planned_end_reached else Decision.KEEP_RUNNING
    return Verdict(decision, 6, (Reason.GUARDRAIL_INCONCLUSIVE,))


def _useless(evidence: Evidence) -> Verdict | None:
    """Rule 7: an effect of useful size is excluded; before the end it may be overruled."""
    if evidence.primary and evidence.mde is not None and evidence.primary.high < evidence.mde:
        return Verdict(Decision.DONT_SHIP, 7, (Reason.BELOW_MDE,))
    return None


def _undecided(evidence: Evidence) -> Verdict:
    """Rules 8 and 9: at the planned end it is inconclusive, which is not "no effect"."""
    if evidence.planned_end_reached:
        reason = Reason.UNDERPOWERED if evidence.primary else Reason.NOT_ESTIMABLE
        return Verdict(Decision.INCONCLUSIVE, 8, (reason,))
    return Verdict(Decision.KEEP_RUNNING, 9, (Reason.NOT_YET,))


RULES: tuple[Rule, ...] = (
    _untrusted,
    _too_early,
    _breached,
    _worse,
    _whole_weeks,
    _better,
    _useless,
    _undecided,
)


def enough_events(counts: list[int], *, converting: bool) -> bool:
    """Whether every variant has 100 converting units, or 200 units that are not 0."""
    return min(counts, default=0) >= (LEAST_CONVERTERS if converting else LEAST_NONZERO)


def days_left(days_run: int, fraction: float) -> int | None:
    """Further days to the planned information at the present pace, to the end of whole weeks.

    None where there is no pace yet.
    """
    if days_run <= 0 or fraction <= 0:
        return None
    if fraction >= 1:
        return 0
    # A planned 28 days at a third of it must not become 29 by rounding.
    total = ceil(round(days_run / fraction, 6))
    return ceil(total / WEEK) * WEEK - days_run


def with_segments(verdict: Verdict, *, harmed: bool) -> Verdict:
    """A segment that is surely harmed makes a SHIP a REVIEW; no segment makes anything a SHIP."""
    if not harmed or verdict.decision is not Decision.SHIP:
        return verdict
    reasons = (*verdict.reasons, Reason.DIFFERS_BY_SEGMENT)
    return replace(verdict, decision=Decision.REVIEW, reasons=reasons)
