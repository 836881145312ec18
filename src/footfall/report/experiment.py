"""The story of an experiment: what was tried, the decision and why, and every number behind it.

Made once, of words and written numbers, for the terminal, the page and the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from footfall.experiment.result import Impact, Money, Report
from footfall.report.experiment_grids import (
    Grid,
    diagnostic_grid,
    guardrail_grid,
    primary_grid,
    segment_grids,
)
from footfall.report.numbers import NOTHING
from footfall.report.verdict import WITHHELD, Sentence, sentence, warnings
from footfall.report.writing import Writing, p_value


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at before any effect: what was found, and whether that is fine."""

    what: str
    found: str
    is_fine: bool


@dataclass(frozen=True, slots=True)
class Worth:
    """A variant's yearly money in words: the headline, and what stands beside it."""

    variant: str
    headline: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An experiment as people read it."""

    id: str
    name: str
    hypothesis: str
    verdict: Sentence
    title: str
    is_untrusted: bool
    others: tuple[Sentence, ...]
    facts: tuple[tuple[str, str], ...]
    primary: Grid | None
    guardrails: Grid | None
    diagnostics: Grid | None
    segments: tuple[Grid, ...]
    worth: tuple[Worth, ...]
    checks: tuple[Check, ...]
    warnings: tuple[str, ...]
    method: tuple[str, ...]


def story(report: Report, to: Writing) -> Story:
    """The story of a report."""
    design = report.design
    told = [sentence(report, ruling, to) for ruling in report.rulings]
    main = next(each for each in told if each.variant == report.headline.variant)
    several = len(told) > 1
    title = f"{main.word} {main.variant}" if main.word == "Ship" else main.word
    return Story(
        design.id, design.name, design.hypothesis, main, title, report.is_invalid,
        tuple(told) if several and not report.is_invalid else (),
        tuple(_facts(report, to)),
        primary_grid(report, to), guardrail_grid(report, to), diagnostic_grid(report, to),
        tuple(segment_grids(report, to)),
        tuple(_worth(report, each, to) for each in report.impacts) if report.primary else (),
        tuple(_checks(report, to)), tuple(warnings(report, to)), tuple(_method(report, to)),
    )  # fmt: skip


def _facts(report: Report, to: Writing) -> Iterator[tuple[str, str]]:
    design = report.design
    people = sum(report.checks.units.values())
    if report.through is not None:
        yield "Days", f"{to.day(design.start)} – {to.day(report.through)} ({report.days} days)"
    else:
        yield "Begins", to.day(design.start)
    if design.end and not report.is_over:
        yield "Planned until", to.day(design.end)
    if design.units:
        yield "Planned people", to.count(design.units)
    yield "People", to.count(people)
    shares = report.checks.expected
    yield "Allocation", " · ".join(f"{name} {to.share(x, 0)}" for name, x in shares.items())
    yield "Exposure id", design.experiment


# --- money ---------------------------------------------------------------------------------


def _worth(report: Report, told: Impact, to: Writing) -> Worth:
    if told.shrunk is None or told.raw is None:
        why = "; ".join(WITHHELD[code] for code in told.withheld)
        lines = [f"A year’s money is not told: {why}."]
        if told.range is not None:
            lines.append(f"It lies somewhere between {_money_range(told, to)} a year.")
        return Worth(told.variant, NOTHING, tuple(lines))
    lines = [
        f"between {_both(told.shrunk, to)}, with 95 %",
        (
            f"As measured: {to.amount(told.raw.value)} ({_both(told.raw, to)}); what wins is "
            "picked for being high, so the headline is drawn towards what effects usually are "
            f"(0 ± {to.share(told.prior_sd, 0)} of the control)."
        ),
    ]
    if told.by_rate is not None:
        lines.append(
            f"From conversion alone: {to.amount(told.by_rate.value)} ({_both(told.by_rate, to)}), "
            "which assumes the order value unchanged."
        )
    if told.disagree:
        lines.append("Both figures exclude each other: find out why before you use either.")
    lines.append(_assumed(report, told, to))
    return Worth(told.variant, f"{to.amount(told.shrunk.value)} a year", tuple(lines))


def _assumed(report: Report, told: Impact, to: Writing) -> str:
    return (
        f"Of {told.kpi.replace('_', ' ')} in {report.currency}, for "
        f"{to.count(round(told.units_per_year or 0))} people a year like those of these "
        f"{report.days} days (traffic {to.share(told.traffic, 0)}, season × "
        f"{to.decimal(told.seasonality, 2)}, lasting × {to.decimal(told.persistence, 2)}, known to "
        f"± {to.share(told.uncertainty, 0)}). Margin is not in it; people who come again make the "
        "year’s people fewer than this."
    )


def _both(money: Money, to: Writing) -> str:
    return f"{to.amount(money.interval.low)} and {to.amount(money.interval.high)}"


def _money_range(told: Impact, to: Writing) -> str:
    assert told.range is not None  # noqa: S101 - who asks has looked
    return f"{to.amount(told.range.low)} and {to.amount(told.range.high)}"


# --- checks and method ---------------------------------------------------------------------


def _checks(report: Report, to: Writing) -> Iterator[Check]:
    checks = report.checks
    got = ", ".join(f"{name} {to.count(n)}" for name, n in checks.units.items())
    p = checks.srm_p
    fine = p is None or min(p, checks.srm_p_before_exclusion or p) >= 0.001
    yield Check("Split as planned", f"{got} (p {p_value(to, p)})", fine)
    pairs = ", ".join(f"{pair}: {to.count(n)}" for pair, n in checks.several.items())
    share = to.share(checks.several_share, 2)
    yield Check(
        "Saw several variants, left out",
        f"{share} ({pairs})" if pairs else "nobody",
        checks.several_share <= 0.01,
    )
    yield Check("Exposed before the first day, left out", to.count(checks.early), True)  # noqa: FBT003
    strangers = sum(checks.strangers.values())
    yield Check("Exposed to unknown variants, left out", to.count(strangers), strangers == 0)
    if checks.overlaps:
        told = ", ".join(f"{each.experiment} ({to.count(each.units)})" for each in checks.overlaps)
        fine = not any(each.is_dependent for each in checks.overlaps)
        said = "their variants have nothing to do with these" if fine else "entangled with these"
        yield Check("In other experiments too", f"{told}: {said}", fine)


def _method(report: Report, to: Writing) -> Iterator[str]:
    design, outcome = report.design, report.primary
    looks = f"look {report.looks}" if design.is_planned else f"day {report.looks}"
    kinds = {"obf": "O’Brien–Fleming type", "pocock": "Pocock type"}
    level = to.share(design.alpha, 0)
    if design.is_planned:
        share = to.share(report.fraction or 0.0, 0)
        yield (
            f"Group-sequential, {kinds[design.spending]} (Lan–DeMets): {looks}, {share} of the "
            f"plan; two-sided {level} over all looks."
        )
    else:
        yield (
            f"Confidence sequence, right at every moment ({looks}); two-sided {level}. Without "
            "planned days or units it needs about half as many people again."
        )
    if outcome is None:
        return
    test = (
        "Fisher’s exact test, Newcombe’s interval"
        if outcome.test == "fisher"
        else ("Welch’s test of the difference, Fieller’s interval of the lift")
    )
    ratio = " (a ratio of two sums per person, delta method)" if outcome.is_ratio else ""
    yield f"{test}{ratio}. The unit is the person."
    if len(outcome.readings) > 1:
        yield "Several variants share the error (Holm)."
    if outcome.explained is not None:
        took = to.share(outcome.explained)
        names = ", ".join(design.covariates)
        yield (
            f"Adjusted by {names} of the {design.covariate_days} days before (CUPED): {took} less "
            "variance."
        )
    for each in (outcome, *report.guardrails):
        if each.cap is not None and each.cap.value is not None:
            cut = to.shown(each.cap.value, each.unit)
            yield (
                f"{each.name}: totals per person are cut at {cut} ({to.count(each.cap.units)} "
                f"people, {to.share(each.cap.removed)} of the sum)."
            )
    window = "to the end of the run"
    if design.window_ms is not None:
        window = f"for {to.count(design.window_ms / 86_400_000)} days"
    yield f"Outcomes count from a person’s first exposure on, {window}."
    yield f"Definitions {report.definitions}, events up to {to.count(report.as_of)}."
