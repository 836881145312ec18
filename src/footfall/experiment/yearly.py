"""What a variant would be worth in a year, where it may be told (statistics.impact)."""

from __future__ import annotations

from collections.abc import Sequence

from footfall.catalogue import Catalogue
from footfall.experiment.comparing import Compared, Run
from footfall.experiment.design import Goal
from footfall.experiment.readings import Places
from footfall.experiment.result import Impact, Money
from footfall.statistics.arm import Arm
from footfall.statistics.decision import Decision, Verdict
from footfall.statistics.impact import (
    USUAL_EFFECT,
    Amount,
    Standing,
    Traffic,
    conversion_impact,
    disagree,
    impact,
    withheld,
)

CONVERSIONS = ("visitor_conversion_rate", "conversion_rate")


def impacts_of(
    run: Run,
    catalogue: Catalogue,
    primary: Compared,
    places: dict[str, Places],
    verdicts: Sequence[Verdict],
) -> tuple[Impact, ...]:
    """The yearly impact of each variant, by the design's sum of money per person."""
    kpi = run.design.yearly.kpi
    if kpi not in places:
        return ()
    money = run.compared(Goal(kpi, "higher"), catalogue[kpi], places[kpi])
    return tuple(
        _impact(run, primary, money, at, verdict, _order_value(run, catalogue, places))
        for at, verdict in enumerate(verdicts)
    )


def _order_value(run: Run, catalogue: Catalogue, places: dict[str, Places]) -> float | None:
    """What an order of the control is worth."""
    if "aov" not in places:
        return None
    found = run.compared(Goal("aov", "higher"), catalogue["aov"], places["aov"])
    return found.control.mean if found.control.n else None


def _impact(  # noqa: PLR0917 - a run, two KPIs, and a variant of it
    run: Run, primary: Compared, money: Compared, at: int, verdict: Verdict, aov: float | None
) -> Impact:
    yearly, row = run.design.yearly, money.rows[at]
    found = row.comparison
    traffic = Traffic(
        sum(money.variants.counts), max(run.course.day, 1), run.design.traffic,
        yearly.seasonality, yearly.persistence, yearly.uncertainty,
    )  # fmt: skip
    is_told = found.reason is None and money.control.mean > 0 and found.critical is not None
    reasons = withheld(
        Standing(
            verdict.decision is not Decision.INVALID, run.course.day, found.is_significant,
            run.course.is_over or run.design.window_ms is not None or not run.design.is_planned,
        )
    )  # fmt: skip
    reasons = reasons if is_told else (*reasons, "not_estimable")
    told = (
        impact(money.control, money.treatments[at], traffic, found.critical or 0.0)
        if is_told
        else None
    )
    by_rate = _by_rate(primary, at, aov, traffic) if told and not reasons else None
    only_range = reasons == ("not_significant",)
    return Impact(
        run.live[1 + at], money.goal.kpi, reasons,
        _money(told.shrunk) if told and not reasons else None,
        _money(told.raw) if told and not reasons else None,
        told.raw.interval if told and only_range else None,
        _money(by_rate) if by_rate else None,
        bool(told and by_rate and disagree(told.raw.interval, by_rate.interval)),
        traffic.units_per_year, told.believed.p_better if told else None, USUAL_EFFECT,
        yearly.seasonality, yearly.persistence, run.design.traffic, yearly.uncertainty,
    )  # fmt: skip


def _by_rate(primary: Compared, at: int, aov: float | None, traffic: Traffic) -> Amount | None:
    """The figure that assumes the order value unchanged, where the primary is conversion."""
    found = primary.rows[at].comparison
    if primary.goal.kpi not in CONVERSIONS or aov is None or found.critical is None:
        return None
    arms: tuple[Arm, Arm] = (primary.control, primary.treatments[at])
    return conversion_impact(*arms, aov, traffic, found.critical)


def _money(amount: Amount) -> Money:
    return Money(amount.value, amount.interval)
