"""From a design to its report: who was exposed, whether that can be trusted, what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from footfall.catalogue import Catalogue
from footfall.engine import Engine
from footfall.experiment.cells import Cells, measure
from footfall.experiment.census import Census, census, day_begins, day_ends, first_exposures
from footfall.experiment.checking import checks_of
from footfall.experiment.comparing import Compared, Run, with_agreement, with_state
from footfall.experiment.course import Course, course
from footfall.experiment.design import DAY_MS, Design, Goal
from footfall.experiment.measured import measured
from footfall.experiment.readings import Layout, Places
from footfall.experiment.result import Checks, Outcome, Report, Ruling
from footfall.experiment.segmenting import SegmentsFound, segments_of
from footfall.experiment.unit_parts import Exposed, Span
from footfall.experiment.unit_table import UnitTable
from footfall.experiment.yearly import impacts_of
from footfall.settings import Site
from footfall.statistics.arm import Interval
from footfall.statistics.decision import Evidence, Verdict, days_left, decide, enough_events
from footfall.statistics.decision import with_segments as reviewed
from footfall.statistics.diagnostics import diagnose
from footfall.statistics.guardrail import Guardrail
from footfall.statistics.variants import shipped

MS = 1000
FURTHER = ("aov",)
"""What a yearly figure from conversion needs beside it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an evaluation happens in: the site, its KPIs, the latest day that is over."""

    site: Site
    catalogue: Catalogue
    over: date | None
    as_of: int
    others: tuple[Design, ...] = ()


def evaluate(engine: Engine, design: Design, around: Around) -> Report:
    """The report of an experiment up to its latest look."""
    zone = around.site.timezone
    if around.over is None or around.over < design.start:
        nobody = Census()
        begun = course(design, {}, design.start - timedelta(days=1))
        return _report(design, around, begun, checks_of(engine, design, nobody, begun, zone))
    people, run = _people(engine, design, zone, around.over)
    checks = checks_of(engine, design, people, run, zone, around.others)
    if not run.looks or not people.units:
        return _report(design, around, run, checks)
    return _Evaluation(engine, design, around, run, checks).report()


def _people(engine: Engine, design: Design, zone: str, over: date) -> tuple[Census, Course]:
    """Who was exposed, and how far the run is."""
    cut = over
    if design.end:
        cut = min(over, design.end + timedelta(days=design.window_days))
    rows = first_exposures(engine, design, zone, over, cut)
    told = census(rows, design, design.end)
    run = course(design, told.by_day(), over)
    if run.last == design.end:
        return told, run
    return census(rows, design, run.last), run


@dataclass(frozen=True, slots=True)
class _Asked:
    """The KPIs of a run, each with its place in the unit table."""

    goals: tuple[tuple[Goal, Places], ...]
    further: dict[str, Places]


@dataclass(frozen=True, slots=True)
class _Evaluation:
    """The numbers of a run that has had a look."""

    engine: Engine
    design: Design
    around: Around
    course: Course
    checks: Checks

    def report(self) -> Report:
        """All of it."""
        layout = Layout()
        asked = self._asked(layout)
        cells = measure(self.engine, self._table(layout, asked.goals[0][1]))
        run = Run(self.design, self.course, cells)
        found = [
            run.compared(goal, self.around.catalogue[goal.kpi], places, holm=at == 0)
            for at, (goal, places) in enumerate(asked.goals)
        ]
        return self._told(run, found, asked)

    def _asked(self, layout: Layout) -> _Asked:
        book = self.around.catalogue
        covariates = [measured(book[kpi]) for kpi in self.design.covariates]
        goals = tuple(
            (goal, layout.place(measured(book[goal.kpi]), goal, covariates))
            for goal in self.design.goals
        )
        further = {
            kpi: layout.place(measured(book[kpi]), None, ())
            for kpi in (self.design.yearly.kpi, *FURTHER)
            if kpi in book.kpis
        }
        return _Asked(goals, further)

    def _table(self, layout: Layout, primary: Places) -> UnitTable:
        zone, design = self.around.site.timezone, self.design
        through = self.course.through
        assert through is not None  # noqa: S101 - there has been a look
        outcomes = through + timedelta(days=design.window_days)
        span = Span(
            day_begins(zone, design.start),
            day_ends(zone, through),
            day_ends(zone, outcomes),
            None if design.window_ms is None else design.window_ms * MS,
            design.covariate_days * DAY_MS * MS,
            design.start,
            outcomes,
            zone,
        )
        wanted = layout.wanted(design.segments, primary)
        return UnitTable(Exposed(design), span, wanted)

    # --- what came of it -------------------------------------------------------------------

    def _told(self, run: Run, found: list[Compared], asked: _Asked) -> Report:
        design = self.design
        primary, rest = found[0], found[1:]
        safe, explaining = rest[: len(design.guardrails)], rest[len(design.guardrails) :]
        states = [run.guardrails(each) for each in safe]
        segments = segments_of(run, primary)
        verdicts = self._verdicts(primary, states, segments)
        rows = primary.rows
        ships = shipped(rows, verdicts, design.primary.better)
        checks = replace(
            self.checks,
            mismatched_segments=segments.mismatched,
            immature=self._immature(run.cells),
            novelty=run.novelty(primary),
        )
        report = _report(
            design, self.around, self.course, checks,
            tuple(self._ruling(run, at, verdict) for at, verdict in enumerate(verdicts)),
            None if ships is None else run.live[1 + ships],
        )  # fmt: skip
        return replace(
            report,
            primary=run.outcome(primary, "primary"),
            guardrails=tuple(
                _guarded(run.outcome(each, "guardrail"), told)
                for each, told in zip(safe, states, strict=True)
            ),
            diagnostics=self._diagnostics(run, primary, explaining),
            course=tuple(run.over_time(primary)),
            segments=segments.readings,
            differences=segments.differences,
            impacts=impacts_of(run, self.around.catalogue, primary, asked.further, verdicts),
        )

    def _verdicts(
        self,
        primary: Compared,
        states: list[list[Guardrail]],
        segments: SegmentsFound,
    ) -> list[Verdict]:
        is_rate = primary.kpi.unit == "rate"
        enough = enough_events(list(primary.variants.converters), converting=is_rate)
        names = [each.name for each in self.design.treatments if each.weight > 0]
        found = []
        for at in range(len(names)):
            interval, mde = self._primary(primary, at)
            verdict = decide(
                Evidence(
                    interval, mde, self.course.day, self.design.min_days, self.course.is_over,
                    enough, tuple(each[at] for each in states), _srm_p(self.checks),
                    self.checks.several_share, self.design.changed is not None,
                    is_one_armed(self.design, self.checks),
                )
            )  # fmt: skip
            found.append(reviewed(verdict, harmed=at + 1 in segments.harmed))
        return found

    def _primary(self, primary: Compared, at: int) -> tuple[Interval | None, float | None]:
        """The relative interval with positive as good; of the difference where there is no lift."""
        comparison = primary.rows[at].comparison
        lift = self.design.oriented(primary.goal, comparison.lift.interval)
        if lift is not None:
            return lift, primary.goal.minimum_effect
        return self.design.oriented(primary.goal, comparison.interval), None

    def _ruling(self, run: Run, at: int, verdict: Verdict) -> Ruling:
        left = None
        if verdict.decision == "KEEP_RUNNING" and self.course.fraction and not self.course.is_over:
            left = days_left(self.course.day, self.course.fraction)
        names = {goal.kpi: self.around.catalogue[goal.kpi].name for goal in self.design.goals}
        return Ruling(
            run.live[1 + at], str(verdict.decision), verdict.rule, tuple(map(str, verdict.reasons)),
            tuple(names[cost] for cost in verdict.costs), left,
        )  # fmt: skip

    def _diagnostics(
        self, run: Run, primary: Compared, explaining: Sequence[Compared]
    ) -> tuple[Outcome, ...]:
        outcomes = [run.outcome(each, "diagnostic") for each in explaining]
        sign = 1 if primary.goal.better == "higher" else -1
        readings = [list(each.readings) for each in outcomes]
        for at, row in enumerate(primary.rows):
            estimate = row.comparison.difference
            gain = sign * estimate.estimate if estimate else None
            told = diagnose(
                [each.rows[at].comparison for each in explaining],
                [each.goal.better for each in explaining],
                gain,
            )
            for place, one in enumerate(told):
                readings[place][at] = with_agreement(readings[place][at], one)
        return tuple(
            replace(each, readings=tuple(told))
            for each, told in zip(outcomes, readings, strict=True)
        )

    def _immature(self, cells: Cells) -> int:
        """Enrolled people whose numbers are not in yet."""
        enrolled = sum(self.checks.units.values())
        return max(enrolled - sum(cell.n for cell in cells.by_day.values()), 0)


def _guarded(outcome: Outcome, states: list[Guardrail]) -> Outcome:
    pairs = zip(outcome.readings, states, strict=True)
    return replace(outcome, readings=tuple(with_state(*pair) for pair in pairs))


def _srm_p(checks: Checks) -> float | None:
    known = [p for p in (checks.srm_p, checks.srm_p_before_exclusion) if p is not None]
    return min(known) if known else None


def is_one_armed(design: Design, checks: Checks) -> bool:
    """Whether only one variant was ever seen, by more people than chance could explain."""
    seen = [name for name, number in checks.units.items() if number]
    if len(seen) != 1:
        return False
    weight = next(each.weight for each in design.variants if each.name == seen[0])
    share = weight / sum(design.weights)
    return float(share ** checks.units[seen[0]]) < 0.001


def _report(  # noqa: PLR0917 - what a report is made of
    design: Design,
    around: Around,
    run: Course,
    checks: Checks,
    rulings: tuple[Ruling, ...] = (),
    ships: str | None = None,
) -> Report:
    if not rulings:
        decision, rule, reasons = "KEEP_RUNNING", 1, ("too_few_events",)
        if is_one_armed(design, checks):
            decision, rule, reasons = "INVALID", 0, ("exposure_in_one_arm",)
        elif (p := _srm_p(checks)) is not None and p < 0.001:
            decision, rule, reasons = "INVALID", 0, ("srm",)
        rulings = tuple(
            Ruling(each.name, decision, rule, reasons)
            for each in design.treatments
            if each.weight > 0
        )
    return Report(
        design, around.site.id, around.site.timezone, around.site.currency, around.as_of,
        around.catalogue.definitions, around.over, run.through, run.day, run.enrolled_days,
        run.fraction, run.is_over, len(run.looks), rulings, ships, checks,
        same_exposures=tuple(_same_exposures(design, around.others)),
    )  # fmt: skip


def _same_exposures(design: Design, others: Sequence[Design]) -> Iterator[str]:
    """Other designs that count the same exposures in the same days."""
    for other in others:
        begins_later = design.end is not None and other.start > design.end
        ended_before = other.end is not None and other.end < design.start
        if other.experiment == design.experiment and not (begins_later or ended_before):
            yield other.id
