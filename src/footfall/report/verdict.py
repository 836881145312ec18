"""A decision in words: what to do, why, and what would change it; every code has its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from footfall.experiment.result import Outcome, Reading, Report, Ruling
from footfall.report.writing import Writing, between, difference, differences, lift, p_value
from footfall.statistics.allocation import SEQUENTIAL_WARNING
from footfall.statistics.decision import LEAST_CONVERTERS, LEAST_NONZERO

WORDS = {
    "INVALID": "Invalid",
    "KEEP_RUNNING": "Keep running",
    "GUARDRAIL_BREACHED": "Guardrail breached",
    "DONT_SHIP": "Don’t ship",
    "SHIP": "Ship",
    "REVIEW": "Review",
    "INCONCLUSIVE": "Inconclusive",
}
TONES = {
    "INVALID": "bad", "KEEP_RUNNING": "wait", "GUARDRAIL_BREACHED": "bad", "DONT_SHIP": "bad",
    "SHIP": "good", "REVIEW": "wait", "INCONCLUSIVE": "even",
}  # fmt: skip
NEXT = {
    "INVALID": "Find the cause and run it again: no effect below may be used.",
    "KEEP_RUNNING": "Let it run on; the interval is right however often you look.",
    "GUARDRAIL_BREACHED": "Stop it: what it costs there is not worth what it brings.",
    "DONT_SHIP": "Keep the control.",
    "SHIP": "Give it to everybody, and watch the guardrails.",
    "REVIEW": "Somebody has to weigh this: the rules do not decide it.",
    "INCONCLUSIVE": "That is not “no effect”: it could not be told apart from none. "
    "Run it on more people, or try something bolder.",
}
SKEWED = 0.1
"""The kappa from which a few large values carry an interval."""
USELESS = 7
"""The rule that excludes an effect of use: no harm is done."""
STATES = {
    "pass": "holds",
    "inconclusive": "not shown yet",
    "breach": "breached",
    "breach_confirmed": "breached for sure",
}
WITHHELD = {
    "invalid": "the experiment is invalid",
    "short_run": "it has not run for at least 14 days, in whole weeks",
    "window_not_mature": "not everybody’s outcomes are in yet",
    "not_significant": "the difference in money may be luck",
    "not_estimable": "the difference in money cannot be computed",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """The verdict on one variant: a word, the reasons, what to do next."""

    variant: str
    word: str
    tone: str
    because: tuple[str, ...]
    next: str
    rule: int
    codes: tuple[str, ...]


def sentence(report: Report, ruling: Ruling, to: Writing) -> Sentence:
    """What a ruling says."""
    because = [_because(report, ruling, code, to) for code in ruling.reasons]
    if ruling.costs:
        because.append(f"It has a price, within its margin: {', '.join(ruling.costs)} got worse.")
    step = NEXT[ruling.decision]
    if ruling.days_left:
        step = f"{step} About {to.count(ruling.days_left)} more days to the planned end."
    return Sentence(
        ruling.variant,
        WORDS[ruling.decision],
        tone(ruling),
        tuple(because),
        step,
        ruling.rule,
        ruling.reasons,
    )


def tone(ruling: Ruling) -> str:
    """Whether a decision is good, bad, neither, or to be waited for."""
    return "even" if ruling.rule == USELESS else TONES[ruling.decision]


def _because(report: Report, ruling: Ruling, code: str, to: Writing) -> str:
    if code in ("srm", "multi_variant", "changed_mid_run", "exposure_in_one_arm"):
        return _untrusted(report, code, to)
    reading = _reading(report.primary, ruling.variant)
    if reading is None or report.primary is None:
        return _not_yet(report, to)
    return _told(report, _Of(report.primary, reading, to), ruling, code)


def _untrusted(report: Report, code: str, to: Writing) -> str:
    checks = report.checks
    match code:
        case "srm":
            got = ", ".join(f"{name} {to.count(n)}" for name, n in checks.units.items())
            due = ", ".join(f"{name} {to.share(x)}" for name, x in checks.expected.items())
            p = p_value(to, _least(checks.srm_p, checks.srm_p_before_exclusion))
            return (
                f"The variants did not get the people they should have: {got}, planned {due} "
                f"(p {p}). Something sorts people before they are counted."
            )
        case "multi_variant":
            return (
                f"{to.share(checks.several_share)} of the people saw several variants, more than "
                "1.0 % is too many: nobody knows what moved them."
            )
        case "exposure_in_one_arm":
            names = ", ".join(checks.unseen)
            others = ", ".join(checks.strangers)
            hint = f" Exposures name {others}: is it spelled differently?" if others else ""
            return f"Nobody was ever exposed to {names}: there is nothing to compare.{hint}"
    return f"It was changed while it ran: {report.design.changed}."


def _told(report: Report, of: _Of, ruling: Ruling, code: str) -> str:
    sentence = SENTENCES.get(code)
    return sentence(report, of, ruling) if sentence else code


@dataclass(frozen=True, slots=True)
class _Of:
    """The primary's reading that a sentence is about."""

    primary: Outcome
    reading: Reading
    to: Writing

    @property
    def change(self) -> str:
        """What changed, with its interval."""
        return _change(self.primary, self.reading, self.to)


def _too_few(_: Report, of: _Of, __: Ruling) -> str:
    least = LEAST_CONVERTERS if of.primary.unit == "rate" else LEAST_NONZERO
    return (
        f"In some variant fewer than {least} people have a {of.primary.name.lower()} other than 0 "
        "so far: too few to decide by."
    )


def _too_short(report: Report, of: _Of, _: Ruling) -> str:
    return (
        f"Day {report.days}: it must run for at least {report.design.min_days} days and in whole "
        f"weeks, since weekdays differ. So far: {of.change}."
    )


def _better(report: Report, of: _Of, _: Ruling) -> str:
    number = len(report.guardrails)
    held = {0: "", 1: " and the guardrail holds"}.get(number, f" and all {number} guardrails hold")
    return f"It is better: {of.change}{held}."


def _unsure(report: Report, of: _Of, ruling: Ruling) -> str:
    names = _guardrails(report, ruling.variant, ("inconclusive",))
    return f"It is better: {of.change}, but it is not shown that {names} holds its margin."


def _useless(_: Report, of: _Of, __: Ruling) -> str:
    effect = lift(of.to, of.primary.minimum_effect).lstrip("+")
    return f"An effect of use ({effect}) is ruled out: {of.change}."


SENTENCES: dict[str, Callable[[Report, _Of, Ruling], str]] = {
    "too_few_events": _too_few,
    "breach": lambda report, of, ruling: " ".join(_breached(report, ruling.variant, of.to)),
    "primary_worse": lambda _, of, __: f"It is worse: {of.change}.",
    "min_duration": _too_short,
    "pass": _better,
    "guardrail_inconclusive": _unsure,
    "effect_below_mde": _useless,
    "underpowered": lambda _, of, __: (
        f"The planned end is reached, and it may be better or worse: {of.change}."
    ),
    "not_estimable": lambda _, of, __: (
        f"The planned end is reached, and nothing can be compared: {_why(of.reading)}."
    ),
    "not_yet": lambda _, of, __: f"Nothing is decided yet: {of.change}.",
    "differs_by_segment": lambda *_: "Some people are harmed: see the segments.",
}


def _not_yet(report: Report, to: Writing) -> str:
    design = report.design
    if report.over is None or report.over < design.start:
        return f"It begins on {to.day(design.start)}; no day of it is over yet."
    if not sum(report.checks.units.values()):
        hint = f" Others were exposed: {_seen(report)}." if report.checks.strangers else ""
        return f"Nobody was exposed to {design.experiment!r} yet.{hint}"
    return "The first look has not come yet."


def _seen(report: Report) -> str:
    return ", ".join(f"{number} to {name}" for name, number in report.checks.strangers.items())


def _change(primary: Outcome, reading: Reading, to: Writing) -> str:
    if reading.lift is not None and reading.lift_interval is not None:
        return (
            f"{primary.name} {lift(to, reading.lift)} "
            f"(between {between(to, reading.lift_interval).replace(' to ', ' and ')})"
        )
    if reading.interval is not None:
        told = differences(to, reading.interval, primary.unit).replace(" to ", " and ")
        return f"{primary.name} {difference(to, reading.difference, primary.unit)} (between {told})"
    return f"{primary.name} cannot be compared: {_why(reading)}"


def _why(reading: Reading) -> str:
    return reading.reason or reading.lift_reason or "nothing is known"


def _breached(report: Report, variant: str, to: Writing) -> Iterator[str]:
    for outcome in report.guardrails:
        reading = _reading(outcome, variant)
        if reading is None or reading.state not in ("breach", "breach_confirmed"):
            continue
        margin = lift(to, outcome.margin).lstrip("+")
        yield (
            f"{outcome.name} got worse: {lift(to, reading.lift)} "
            f"({between(to, reading.lift_interval)}), and {margin} was the most it might."
        )


def _guardrails(report: Report, variant: str, states: tuple[str, ...]) -> str:
    return ", ".join(
        outcome.name
        for outcome in report.guardrails
        if (reading := _reading(outcome, variant)) and reading.state in states
    )


def _reading(outcome: Outcome | None, variant: str) -> Reading | None:
    if outcome is None:
        return None
    return next((each for each in outcome.readings if each.variant == variant), None)


def _least(*values: float | None) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if known else None


def warnings(report: Report, to: Writing) -> Iterator[str]:
    """What does not make the numbers wrong, and should be known beside them."""
    checks = report.checks
    if report.same_exposures:
        names = ", ".join(report.same_exposures)
        yield f"Another design counts the same exposures in the same days: {names}."
    yield from _of_the_split(report, to)
    yield from _left_out(report, to)
    for each in checks.overlaps:
        if each.is_dependent:
            yield (
                f"{to.count(each.units)} of these people were in {each.experiment} at the same "
                "time, and who saw what there depends on what was seen here "
                f"(p {p_value(to, each.p)}): the effects of both are mixed."
            )
    for name, p in (checks.novelty or {}).items():
        if p < report.design.alpha:
            yield (
                f"Those who came in the first week reacted to {name} otherwise than later ones "
                f"(p {p_value(to, p)}): it may wear off, or need getting used to."
            )
    if report.primary and any((each.kappa or 0) > SKEWED for each in report.primary.readings):
        yield "A few large values carry the primary: its interval is less sure than it says."


def _of_the_split(report: Report, to: Writing) -> Iterator[str]:
    checks, sequential = report.checks, report.checks.srm_p_sequential
    if sequential is not None and sequential < SEQUENTIAL_WARNING and not report.is_invalid:
        yield f"The split has looked wrong on some day (p {p_value(to, sequential)}): watch it."
    if checks.unseen and not report.is_invalid:
        yield f"Nobody has been exposed to {', '.join(checks.unseen)} so far."
    if checks.mismatched_segments:
        yield f"The split is wrong in {', '.join(checks.mismatched_segments)}."


def _left_out(report: Report, to: Writing) -> Iterator[str]:
    checks = report.checks
    if checks.strangers:
        told = ", ".join(f"{name!r} ({to.count(n)})" for name, n in checks.strangers.items())
        yield f"Exposures to variants that are not in the design are left out: {told}."
    if checks.early:
        yield (
            f"{to.count(checks.early)} people were exposed before the first day; they are left out."
        )
    if checks.late:
        yield f"{to.count(checks.late)} people came after the last day; they are left out."
    if checks.immature:
        yield (
            f"{to.count(checks.immature)} people are not in the numbers yet: their window is "
            "still open, or the next look is to come."
        )
