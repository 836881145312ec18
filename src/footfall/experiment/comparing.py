"""One KPI of a run: each variant against the control, at the bound of the latest look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import sqrt
from operator import add

from footfall.catalogue import Kpi
from footfall.experiment.cells import Cell, Cells
from footfall.experiment.course import Course
from footfall.experiment.design import Design, Goal
from footfall.experiment.readings import Held, Places, Variants, cells_of, variants
from footfall.experiment.result import Cap, Control, Outcome, Point, Reading
from footfall.statistics.arm import Arm, not_comparable
from footfall.statistics.comparison import Comparison
from footfall.statistics.diagnostics import Diagnostic
from footfall.statistics.difference import difference
from footfall.statistics.guardrail import Guardrail, Tolerated, guardrail
from footfall.statistics.lift import fieller
from footfall.statistics.monitoring import Monitoring
from footfall.statistics.novelty import novelty
from footfall.statistics.posterior import Prior, posterior
from footfall.statistics.ratio import NOTHING_TO_DIVIDE_BY
from footfall.statistics.spending import bounds
from footfall.statistics.tails import t_quantile
from footfall.statistics.variants import Row, compare_variants

WEEK = 7


@dataclass(frozen=True, slots=True)
class Compared:
    """A KPI's variants, and each one against the control."""

    goal: Goal
    kpi: Kpi
    places: Places
    variants: Variants
    rows: tuple[Row, ...]
    raw: tuple[Row, ...]
    cap: Cap | None

    @property
    def control(self) -> Arm:
        """The control as it is compared."""
        return self.variants.compared[0]

    @property
    def treatments(self) -> tuple[Arm, ...]:
        """The others as they are compared."""
        return self.variants.compared[1:]


@dataclass(frozen=True, slots=True)
class Run:
    """What every comparison of a run needs."""

    design: Design
    course: Course
    cells: Cells

    @property
    def live(self) -> list[str]:
        """The variants that get people, the control first."""
        return [each.name for each in self.design.variants if each.weight > 0]

    def monitoring(self, control: Arm, treatment: Arm) -> Monitoring:
        """The promise of the latest look."""
        return self.course.monitoring(control.n + treatment.n)

    def compared(self, goal: Goal, kpi: Kpi, places: Places, *, holm: bool = False) -> Compared:
        """A KPI in all variants; `holm`: with the error shared among them."""
        is_binary = self.cells.is_binary(places.above)
        each = cells_of(self.design, self.cells)
        held = Held.of(places, each)
        found = variants(places, held, is_binary=is_binary)
        plain = variants(places, held, is_binary=is_binary, plain=True)
        rows = self._rows(found.compared, holm=holm)
        raw = () if plain.observed == found.compared else self._rows(plain.observed, holm=holm)
        return Compared(goal, kpi, places, found, rows, raw, _cap(places, each))

    def _rows(self, arms: Sequence[Arm], *, holm: bool) -> tuple[Row, ...]:
        control, *others = arms
        kinds = [self.monitoring(control, arm) for arm in others]
        if holm:
            return tuple(compare_variants(control, others, kinds, self.design.alpha))
        pairs = zip(others, kinds, strict=True)
        return tuple(
            compare_variants(control, [arm], [kind], self.design.alpha)[0] for arm, kind in pairs
        )

    def guardrails(self, compared: Compared) -> list[Guardrail]:
        """The state of a guardrail in each of the other variants."""
        goal = compared.goal
        tolerated = Tolerated(goal.margin or 0.0, goal.better, goal.kpi)
        return [
            guardrail(compared.control, arm, tolerated, self.monitoring(compared.control, arm))
            for arm in compared.treatments
        ]

    def outcome(self, compared: Compared, role: str) -> Outcome:
        """The KPI as a report has it."""
        found, goal = compared.variants, compared.goal
        control = found.observed[0]
        reductions = found.adjusted.reductions if found.adjusted else ()
        return Outcome(
            goal.kpi, compared.kpi.name, compared.kpi.unit, role, goal.better,
            Control(
                self.live[0], found.counts[0], _value(control), _other(control, found.compared[0])
            ),
            self._readings(found, compared.rows, goal.better),
            self._readings(found, compared.raw, goal.better),
            goal.margin, goal.minimum_effect, compared.cap,
            sum(reductions) / len(reductions) if reductions else None,
            compared.rows[0].comparison.test, found.is_ratio,
        )  # fmt: skip

    def _readings(self, found: Variants, rows: Sequence[Row], better: str) -> tuple[Reading, ...]:
        if not rows:
            return ()
        named = zip(self.live[1:], found.counts[1:], found.observed[1:], rows, strict=True)
        told = tuple(_oriented(_reading(*each), better) for each in named)
        if found.counts[0] and not found.observed[0].n:
            return tuple(replace(each, reason=NOTHING_TO_DIVIDE_BY) for each in told)
        return told

    def over_time(self, compared: Compared) -> Iterator[Point]:
        """The primary as it stood at each look, by the day of people's first exposure."""
        looks = self.course.looks
        limits: Sequence[float] = ()
        if self.design.is_planned and looks:
            limits = bounds(
                self.course.upto(len(looks) - 1), self.design.alpha, self.design.spending
            )
        is_binary = self.cells.is_binary(compared.places.above)
        days = self._by_day(compared.places)
        sums = None
        done = 0
        for at, look in enumerate(looks):
            for held in days[done : look.day]:
                sums = held if sums is None else sums + held
            done = look.day
            if sums is None:
                continue
            arms = variants(compared.places, sums, is_binary=is_binary).compared
            for name, arm in zip(self.live[1:], arms[1:], strict=True):
                limit = limits[at] if limits else None
                yield _point(self, name, (arms[0], arm), look.day, limit)

    def novelty(self, compared: Compared) -> dict[str, float] | None:
        """Whether the first week's people reacted otherwise than later ones: a p by variant.

        Only where a window makes all people equally old.
        """
        if self.design.window_ms is None or self.course.day <= WEEK:
            return None
        is_binary = self.cells.is_binary(compared.places.above)
        days = self._by_day(compared.places)
        weeks = [reduce(add, days[at : at + WEEK]) for at in range(0, len(days), WEEK)]
        arms = [
            variants(compared.places, held, is_binary=is_binary, plain=True).observed
            for held in weeks
        ]
        found = {
            name: novelty((arms[0][0], arms[0][at]), [(each[0], each[at]) for each in arms[1:]])
            for at, name in enumerate(self.live[1:], 1)
        }
        return {name: told[1].p for name, told in found.items() if told}

    def _by_day(self, places: Places) -> list[Held]:
        """The moments of the people of each day."""
        found = []
        for at in range(self.course.day):
            day = self.design.start.fromordinal(self.design.start.toordinal() + at)
            cells: list[list[Cell]] = [
                [cell] if (cell := self.cells.by_day.get((name, day))) else [] for name in self.live
            ]
            found.append(Held.of(places, cells))
        return found


def _point(run: Run, name: str, arms: tuple[Arm, Arm], day: int, limit: float | None) -> Point:
    control, arm = arms
    when = run.design.start.fromordinal(run.design.start.toordinal() + day - 1)
    n = control.n + arm.n
    if not_comparable(control, arm):
        return Point(when, name, n, None, None, None, None)
    found = difference(control, arm)
    critical = (
        max(limit, t_quantile(run.design.alpha, found.df))
        if limit is not None
        else run.course.monitoring(n).critical(run.design.alpha, found.df)
    )
    lift = fieller(control, arm, critical)
    return Point(
        when, name, n, lift.estimate, lift.interval, found.estimate, found.interval(critical)
    )


def _reading(name: str, units: int, observed: Arm, row: Row) -> Reading:
    found = row.comparison
    p = row.adjusted_p
    nothing = units > 0 and observed.n == 0
    return Reading(
        name,
        units,
        _value(observed),
        _other(observed, found.treatment),
        found.difference.estimate if found.difference else None,
        found.interval,
        found.lift.estimate,
        found.lift.interval,
        p,
        found.p.log10 if found.p else None,
        row.significance,
        found.is_significant,
        found.test if found.p else None,
        NOTHING_TO_DIVIDE_BY if nothing else found.reason,
        NOTHING_TO_DIVIDE_BY if nothing else found.lift.reason,
        found.kappa,
        _probability(found),
    )


def _oriented(reading: Reading, better: str) -> Reading:
    """The reading with the probability of being better, where less is better too."""
    told = reading.probability_better
    if better == "higher" or told is None:
        return reading
    return replace(reading, probability_better=1 - told)


def segment_reading(
    name: str, found: Comparison, p: float | None, *, is_significant: bool
) -> Reading:
    """A segment's reading, with its p adjusted among all segments."""
    arm = found.treatment
    return replace(_reading(name, arm.n, arm, Row(found, p)), is_significant=is_significant)


def with_state(reading: Reading, state: Guardrail) -> Reading:
    """A guardrail's reading with what is known of it."""
    return replace(reading, state=str(state.state), is_worse=state.is_worse)


def with_agreement(reading: Reading, found: Diagnostic) -> Reading:
    """A diagnostic's reading with what it says of the primary."""
    return replace(reading, adjusted_p=found.adjusted_p, agreement=found.agreement)


def _value(arm: Arm) -> float | None:
    return arm.mean if arm.n else None


def _other(observed: Arm, used: Arm) -> float | None:
    """The value that is compared, where it is not the observed one."""
    return used.mean if used.n and used.mean != observed.mean else None


def _probability(found: Comparison) -> float | None:
    """P(higher) by the usual prior on the lift, N(0, 5 %)."""
    control, arm = found.control, found.treatment
    if found.lift.estimate is None or found.lift.interval is None:
        return None
    of_control = arm.mean**2 * control.var_of_mean / control.mean**4
    se = sqrt(arm.var_of_mean / control.mean**2 + of_control)
    return posterior(found.lift.estimate, se, Prior()).p_better if se > 0 else None


def _cap(places: Places, cells: Sequence[Sequence[Cell]]) -> Cap | None:
    if places.cut is None:
        return None
    each = [cell for of_variant in cells for cell in of_variant]
    cuts = [cell.cuts[places.cut] for cell in each]
    whole = sum(cell.n * cell.columns[places.above].mean for cell in each)
    left = sum(cell.n * cell.columns[places.cut].mean for cell in each)
    value = next((cut.value for cut in cuts if cut.value is not None), None)
    return Cap(value, sum(cut.units for cut in cuts), (whole - left) / whole if whole else 0.0)
