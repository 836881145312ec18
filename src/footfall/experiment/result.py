"""What an experiment came to: the decision with its reasons, and every number that it rests on.

Shares and lifts are fractions; values and differences are in the KPI's own unit, and intervals in
its own direction (treatment minus control).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from footfall.experiment.design import Design
from footfall.statistics.arm import Interval

DIGITS = 12
"""What of a float is told: further digits depend on the order in which threads add up."""


@dataclass(frozen=True, slots=True)
class Control:
    """The control of one KPI: observed, and as it is compared where that is another number."""

    variant: str
    units: int
    value: float | None
    compared: float | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A variant against the control for one KPI.

    `value` is observed, `compared` is what the test is made with (capped, adjusted) where that is
    another number. `reason` and `lift_reason` say why there is no difference, or no lift.
    `significance` is 1 - p; `probability_better` the M9 posterior's.
    """

    variant: str
    units: int
    value: float | None
    compared: float | None
    difference: float | None
    interval: Interval | None
    lift: float | None
    lift_interval: Interval | None
    p: float | None
    log10_p: float | None
    significance: float | None
    is_significant: bool
    test: str | None
    reason: str | None
    lift_reason: str | None
    kappa: float | None = None
    probability_better: float | None = None
    state: str | None = None
    is_worse: bool = False
    adjusted_p: float | None = None
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Cap:
    """Where totals were cut, how many units that was, and which share of the sum went."""

    value: float | None
    units: int
    removed: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """One KPI in its role: the control, a reading for each other variant, how it was computed.

    `raw` are the readings without cap and adjustment, where there were any. `explained` is the
    share of the variance that covariates took out.
    """

    kpi: str
    name: str
    unit: str
    role: str
    better: str
    control: Control
    readings: tuple[Reading, ...]
    raw: tuple[Reading, ...] = ()
    margin: float | None = None
    minimum_effect: float | None = None
    cap: Cap | None = None
    explained: float | None = None
    test: str = "welch"
    is_ratio: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """The primary as it stood after a day: of one variant, with the bound of that look."""

    day: date
    variant: str
    units: int
    lift: float | None
    interval: Interval | None
    difference: float | None
    difference_interval: Interval | None


@dataclass(frozen=True, slots=True)
class SegmentReading:
    """The primary of one variant in one segment; None is without the attribute."""

    dimension: str
    value: str | None
    variant: str
    units: int
    share: float
    reading: Reading
    shrunk: float | None
    has_enough: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """Whether the effect of a variant differs by a dimension: Cochran's Q, Holm-adjusted."""

    dimension: str
    variant: str
    q: float
    df: int
    p: float
    adjusted_p: float
    i2: float
    is_significant: bool


@dataclass(frozen=True, slots=True)
class Money:
    """A year's money: what it is, and where it is with 95 %."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Impact:
    """What a variant would be worth in a year; `withheld` says why the headline is not told.

    `shrunk` is the headline, `raw` what was measured, too high on average for winners. `by_rate`
    is the figure from conversion, which assumes the order value unchanged.
    """

    variant: str
    kpi: str
    withheld: tuple[str, ...]
    shrunk: Money | None
    raw: Money | None
    range: Interval | None
    by_rate: Money | None
    disagree: bool
    units_per_year: float | None
    probability_positive: float | None
    prior_sd: float
    seasonality: float
    persistence: float
    traffic: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another experiment that ran at the same time, and whether who saw what there matters here."""

    experiment: str
    units: int
    p: float | None
    is_dependent: bool


@dataclass(frozen=True, slots=True)
class Checks:
    """Whether the data can be trusted, before anything is read from them."""

    units: dict[str, int]
    expected: dict[str, float]
    srm_p: float | None
    srm_p_before_exclusion: float | None
    srm_p_sequential: float | None
    several: dict[str, int]
    several_share: float
    strangers: dict[str, int]
    unseen: tuple[str, ...]
    early: int
    late: int
    immature: int
    mismatched_segments: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    novelty: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision on one variant: which rule of the table, why, and what shipping costs."""

    variant: str
    decision: str
    rule: int
    reasons: tuple[str, ...]
    costs: tuple[str, ...] = ()
    days_left: int | None = None


@dataclass(frozen=True)
class Report:
    """An experiment up to its latest look."""

    design: Design
    site: str
    timezone: str
    currency: str
    as_of: int
    definitions: str
    over: date | None
    through: date | None
    days: int
    enrolled_days: int
    fraction: float | None
    is_over: bool
    looks: int
    rulings: tuple[Ruling, ...]
    shipped: str | None
    checks: Checks
    primary: Outcome | None = None
    guardrails: tuple[Outcome, ...] = ()
    diagnostics: tuple[Outcome, ...] = ()
    course: tuple[Point, ...] = ()
    segments: tuple[SegmentReading, ...] = ()
    differences: tuple[Difference, ...] = ()
    impacts: tuple[Impact, ...] = ()
    same_exposures: tuple[str, ...] = ()
    """Other designs of the same exposures in the same days."""

    @property
    def is_invalid(self) -> bool:
        """Whether its numbers cannot be trusted."""
        return any(ruling.decision == "INVALID" for ruling in self.rulings)

    @property
    def headline(self) -> Ruling:
        """The ruling that matters most: of what is shipped, else of what is nearest to it."""
        if self.shipped:
            return next(each for each in self.rulings if each.variant == self.shipped)
        return min(self.rulings, key=lambda each: _ORDER.index(each.decision))

    def to_json(self) -> dict[str, Any]:
        """The report as data; what cannot be trusted is in a block that says so."""
        numbers = {
            "primary": plain(self.primary),
            "guardrails": plain(self.guardrails),
            "diagnostics": plain(self.diagnostics),
            "over_time": plain(self.course),
            "segments": {"readings": plain(self.segments), "differences": plain(self.differences)},
            "impact": plain(self.impacts),
        }
        told = {
            **self._head(),
            "variants": plain(self.rulings),
            "checks": plain(self.checks),
            "same_exposures": list(self.same_exposures),
        }
        if self.is_invalid:
            return {**told, "primary": None, "untrusted": numbers}
        return {**told, **numbers}

    def _head(self) -> dict[str, Any]:
        design, headline = self.design, self.headline
        return {
            "experiment": design.id,
            "name": design.name,
            "hypothesis": design.hypothesis,
            "site": self.site,
            "timezone": self.timezone,
            "currency": self.currency,
            "as_of": self.as_of,
            "definitions": self.definitions,
            "start": design.start.isoformat(),
            "end": design.end.isoformat() if design.end else None,
            "through": self.through.isoformat() if self.through else None,
            "days": self.days,
            "planned_fraction": plain(self.fraction),
            "is_over": self.is_over,
            "decision": headline.decision,
            "rule": headline.rule,
            "reasons": list(headline.reasons),
            "ship": self.shipped,
        }


_ORDER = (
    "INVALID", "SHIP", "REVIEW", "KEEP_RUNNING", "INCONCLUSIVE", "GUARDRAIL_BREACHED", "DONT_SHIP",
)  # fmt: skip


def plain(value: Any) -> Any:
    """A result as JSON has it: floats with as many digits as can be relied upon."""
    if isinstance(value, Interval):
        return [plain(value.low), plain(value.high)]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return _alone(value)


def _alone(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if abs(value) < float("inf") else None
    return str(value) if isinstance(value, str) else value
