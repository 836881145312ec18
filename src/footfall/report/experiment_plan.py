"""A plan and the list of experiments in a terminal."""

from __future__ import annotations

from footfall.experiment.listing import Listing
from footfall.experiment.planning import Planning
from footfall.report.numbers import NOTHING
from footfall.report.table import PLAIN, Column, Style, Table, lines, paragraph
from footfall.report.verdict import WORDS
from footfall.report.writing import Plain, between, lift, per_person

FIRST_WEEKS = 12


def plan_report(found: Planning, site: str, width: int, style: Style = PLAIN) -> list[str]:
    """How many people and weeks it takes, from which history, and what is seen by when."""
    to, wish, past = Plain(found.currency), found.wish, found.history
    mde = lift(to, wish.minimum_effect).lstrip("+")
    told = [
        style.strong(f"Plan for {found.name}") + style.faint(f" · effect of {mde} · {site}"),
        "",
    ]
    mean = per_person(to, past.mean, found.unit, kpi_is_ratio=False)
    told += lines(
        Table(
            (Column("", faint=True), Column("")),
            (
                ("History", f"{past.first} to {past.last}"),
                (
                    "People",
                    f"{to.count(past.people)}, {to.count(round(past.daily_people, 1))} a day",
                ),
                (found.name, f"{mean} per person, standard deviation {past.var**0.5:.4g}"),
            ),
        ),
        width,
        style,
    )
    plan = found.plan
    if plan is None:
        return [*told, "", style.warning(f"No plan: {found.reason}.")]
    told += ["", style.strong(f"{plan.weeks} weeks, {to.count(plan.units)} people in all")]
    price = to.share(plan.demand.inflation - 1)
    told += paragraph(
        f"{to.count(plan.control_units)} in the control; {to.share(wish.power, 0)} power, "
        f"two-sided {to.share(wish.alpha, 0)}; {plan.looks} looks cost {price} "
        "more people than a single one.",
        width,
    )
    weeks = tuple(
        (str(week), NOTHING if effect is None else lift(to, effect))
        for week, effect in enumerate(plan.by_week[:FIRST_WEEKS], 1)
    )
    head = (Column("after weeks", right=True), Column("smallest effect found", right=True))
    told += ["", *lines(Table(head, weeks), width, style)]
    curve = tuple((lift(to, effect), to.share(power)) for effect, power in plan.curve)
    head = (Column("true effect", right=True), Column("chance to find it", right=True))
    return [*told, "", *lines(Table(head, curve), width, style)]


def list_report(found: Listing, site: str, width: int, style: Style = PLAIN) -> list[str]:
    """All experiments, the latest first."""
    told = [style.strong(site) + style.faint(" · experiments"), ""]
    columns = (
        Column("experiment"), Column("begins", rank=3), Column("days", right=True, rank=2),
        Column("people", right=True), Column("decision"), Column("lift", right=True),
        Column("95 % interval", right=True, rank=1),
    )  # fmt: skip
    rows = []
    for entry in found.entries:
        report = entry.report
        to = Plain(report.currency)
        value, interval = entry.lift
        rows.append(
            (
                report.design.id, str(report.design.start), str(report.days),
                to.count(sum(report.checks.units.values())), WORDS[report.headline.decision],
                lift(to, value), between(to, interval),
            )
        )  # fmt: skip
    if rows:
        told += lines(Table(columns, tuple(rows)), width, style)
    elif not found.faults:
        told.append("There is no experiment yet: write its design as experiments/NAME.toml.")
    for name, text in found.faults.items():
        told += ["", style.bad(f"{name} cannot be read:"), *text.split("\n")]
    return told
