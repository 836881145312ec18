"""The design of an experiment: all that is settled before it begins, so that nothing is bent later.

One primary KPI decides; guardrails must not get worse than a margin; diagnostics explain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from footfall.statistics.arm import Interval
from footfall.statistics.margin import Better
from footfall.statistics.power import ALPHA, POWER
from footfall.statistics.spending import Spending

DAY_MS = 86_400_000
MIN_DAYS = 14
COVARIATE_DAYS = 28
Cadence = Literal["daily", "weekly", "anytime"]


@dataclass(frozen=True, slots=True)
class Goal:
    """A KPI in its role: which way is good, how much worse is tolerable, where totals are cut.

    `margin` and `minimum_effect` are fractions of the control's value; `cap` is the share of the
    totals above 0 that stay uncut.
    """

    kpi: str
    better: Better
    margin: float | None = None
    minimum_effect: float | None = None
    cap: float | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What some of the people see; `weight` is their share in terms of the others'."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Yearly:
    """What turns a difference per person into a year's money, and how sure that is."""

    kpi: str = "net_revenue"
    seasonality: float = 1.0
    persistence: float = 1.0
    uncertainty: float = 0.0


@dataclass(frozen=True, slots=True)
class Design:
    """An experiment as its file has it; the control is the first of the variants.

    `experiment` is the id that exposures carry. `looks`: how often is looked, or the shares of the
    plan at which. Without `days` and `units` there is no plan, and any moment may be a look.
    `window_ms`: for how long after the exposure a person's outcomes count; None: to the run's end.
    """

    id: str
    file: str
    name: str
    hypothesis: str
    experiment: str
    start: date
    variants: tuple[Variant, ...]
    primary: Goal
    guardrails: tuple[Goal, ...] = ()
    diagnostics: tuple[Goal, ...] = ()
    segments: tuple[str, ...] = ()
    site: str | None = None
    days: int | None = None
    units: int | None = None
    min_days: int = MIN_DAYS
    window_ms: int | None = None
    looks: Cadence | tuple[float, ...] = "daily"
    spending: Spending = "obf"
    alpha: float = ALPHA
    power: float = POWER
    covariates: tuple[str, ...] = ()
    covariate_days: int = COVARIATE_DAYS
    traffic: float = 1.0
    holdout: tuple[str, float] | None = None
    yearly: Yearly = field(default_factory=Yearly)
    changed: str | None = None

    @property
    def control(self) -> Variant:
        """What the others are compared with."""
        return self.variants[0]

    @property
    def treatments(self) -> tuple[Variant, ...]:
        """The others."""
        return self.variants[1:]

    @property
    def weights(self) -> tuple[float, ...]:
        """The allocation, the control first."""
        return tuple(each.weight for each in self.variants)

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Every KPI in its role, the primary first."""
        return (self.primary, *self.guardrails, *self.diagnostics)

    @property
    def end(self) -> date | None:
        """The last day of the plan, where days are planned."""
        return self.start + timedelta(days=self.days - 1) if self.days else None

    @property
    def is_planned(self) -> bool:
        """Whether it is known beforehand when it ends."""
        return self.looks != "anytime" and bool(self.days or self.units)

    @property
    def window_days(self) -> int:
        """After how many further days all who were exposed on a day have had their window."""
        return 0 if self.window_ms is None else -(-self.window_ms // DAY_MS)

    def oriented(self, goal: Goal, interval: Interval | None) -> Interval | None:
        """An interval with positive as good."""
        return interval.negated() if interval and goal.better == "lower" else interval
