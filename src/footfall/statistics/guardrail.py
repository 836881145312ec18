"""What must not get worse, and how much worse would be too much: guardrails with their margins.

Passing needs proof (one-sided 5 % each, no correction across guardrails, since all must pass); a
breach needs proof too (the two-sided 5 % bound). In between nothing is known yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from footfall.statistics.arm import Arm, Interval, not_comparable
from footfall.statistics.margin import Better, gain, non_inferiority
from footfall.statistics.monitoring import ONCE, Monitoring


class State(StrEnum):
    """What is known of a guardrail."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    INCONCLUSIVE = "inconclusive"
    BREACH = "breach"
    BREACH_CONFIRMED = "breach_confirmed"


@dataclass(frozen=True, slots=True)
class Tolerated:
    """By how much a KPI may get worse, as a fraction of the control's."""

    margin: float
    better: Better = "higher"
    name: str = ""


@dataclass(frozen=True, slots=True)
class Guardrail:
    """A guardrail's state; `is_worse` where it surely got worse, though maybe tolerably."""

    state: State
    is_worse: bool = False
    name: str = ""

    @property
    def is_breached(self) -> bool:
        """Whether it got surely worse and is not shown to stay within its margin."""
        return self.state in {State.BREACH, State.BREACH_CONFIRMED}


def guardrail_of_interval(interval: Interval | None, margin: float, name: str = "") -> Guardrail:
    """The state by one interval of the relative change, positive as good.

    L > -M passes; U < 0 and L <= -M is a breach, U < -M a confirmed one. Without an interval
    nothing is known.
    """
    if interval is None:
        return Guardrail(State.INCONCLUSIVE, name=name)
    return _guardrail(
        name,
        passes=interval.low > -margin,
        is_worse=interval.high < 0,
        is_beyond=interval.high < -margin,
    )


def guardrail(
    control: Arm,
    treatment: Arm,
    tolerated: Tolerated,
    monitoring: Monitoring = ONCE,
    alpha: float = 0.05,
) -> Guardrail:
    """The state by the tests against no change and against the margin (M11).

    The same as by intervals, but with the one-sided level for passing, and also where the lift
    itself has no interval. Variants that cannot be compared, or a control that is not above 0,
    leave it inconclusive.
    """
    if not_comparable(control, treatment) or control.mean <= 0:
        return Guardrail(State.INCONCLUSIVE, name=tolerated.name)
    change = gain(control, treatment, tolerated.better)
    against = non_inferiority(control, treatment, tolerated.margin, tolerated.better)
    return _guardrail(
        tolerated.name,
        passes=against.statistic > monitoring.critical(2 * alpha, against.df),
        is_worse=change.statistic < -monitoring.critical(alpha, change.df),
        is_beyond=against.statistic < -monitoring.critical(alpha, against.df),
    )


def _guardrail(name: str, *, passes: bool, is_worse: bool, is_beyond: bool) -> Guardrail:
    if is_beyond:
        return Guardrail(State.BREACH_CONFIRMED, is_worse=True, name=name)
    if passes:
        return Guardrail(State.PASS, is_worse, name)
    state = State.BREACH if is_worse else State.INCONCLUSIVE
    return Guardrail(state, is_worse, name)
