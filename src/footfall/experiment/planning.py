"""How long an experiment has to run, from what the shop's people did lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from footfall.catalogue import Catalogue
from footfall.engine import Engine
from footfall.errors import RequestError
from footfall.experiment.history import History, history
from footfall.experiment.measured import NotOfPersonsError, measured
from footfall.experiment.result import plain
from footfall.settings import Site
from footfall.statistics.plan import Plan, Question, plan
from footfall.statistics.power import Demand


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of an experiment (`Workspace.plan_experiment`)."""

    kpi: str
    minimum_effect: float
    variants: tuple[float, ...]
    alpha: float
    power: float
    guardrails: int
    looks: int | None
    traffic: float
    page: str | None


@dataclass(frozen=True, slots=True)
class Planning:
    """What it takes, and from which history; `reason` says why there is no plan."""

    wish: Wish
    name: str
    unit: str
    site: str
    currency: str
    history: History
    plan: Plan | None
    reason: str | None

    def to_json(self) -> dict[str, Any]:
        """The plan as data."""
        found = self.plan
        return {
            "kpi": self.wish.kpi,
            "minimum_effect": self.wish.minimum_effect,
            "alpha": self.wish.alpha,
            "power": self.wish.power,
            "history": plain(self.history),
            "reason": self.reason,
            "units": found.units if found else None,
            "control_units": found.control_units if found else None,
            "days": found.weeks * 7 if found else None,
            "weeks": found.weeks if found else None,
            "looks": found.looks if found else None,
            "inflation": plain(found.demand.inflation) if found else None,
            "minimum_detectable_effect_by_week": plain(found.by_week) if found else None,
            "power_curve": [
                {"effect": plain(effect), "power": plain(power)} for effect, power in found.curve
            ] if found else None,
        }  # fmt: skip


SHARES = ("minimum_effect", "alpha", "power", "traffic")
OPTIONS = {"minimum_effect": "mde", "variants": "allocation"}
"""The words of a plan that people say otherwise."""


def read_plan(words: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a plan as people write them: shares as 5% or 0.05, shares of variants as 50,50.

    Raises RequestError where one is none.
    """
    found = dict(words)
    for name in SHARES:
        if isinstance(found.get(name), str):
            found[name] = _share(found[name], OPTIONS.get(name, name))
    if isinstance(found.get("variants"), str):
        found["variants"] = _allocation(found["variants"])
    return found


def _share(told: str, option: str) -> float:
    digits = told.strip()
    try:
        return float(digits.removesuffix("%")) / (100 if digits.endswith("%") else 1)
    except ValueError as fault:
        raise RequestError(f"{option} {told!r} is no share; write such as 5% or 0.05") from fault


def _allocation(told: str) -> tuple[float, ...]:
    try:
        return tuple(float(each) for each in told.split(","))
    except ValueError as fault:
        raise RequestError(f"allocation {told!r} are no shares; write such as 50,50") from fault


def planning(
    engine: Engine, site: Site, catalogue: Catalogue, wish: Wish, days: tuple[date, date]
) -> Planning:
    """The plan. Raises RequestError where the wish cannot be met by any history."""
    _check(wish)
    kpi = catalogue[wish.kpi]
    try:
        asked = measured(kpi)
    except NotOfPersonsError as reason:
        raise RequestError(f"kpi {wish.kpi}: it has no value per person: {reason}") from reason
    found = history(engine, asked, site.timezone, days, wish.page)
    demand = Demand(wish.alpha, wish.power, guardrails=wish.guardrails)
    told = plan(
        Question(
            found.baseline, wish.minimum_effect, found.daily_people * wish.traffic, wish.variants,
            demand, wish.looks,
        )
    )  # fmt: skip
    is_plan = isinstance(told, Plan)
    return Planning(
        wish, kpi.name, kpi.unit, site.id, site.currency, found,
        told if isinstance(told, Plan) else None, None if is_plan else str(told),
    )  # fmt: skip


def _check(wish: Wish) -> None:
    if not 0 < wish.minimum_effect <= 10:
        raise RequestError(
            f"mde {wish.minimum_effect:g}: give an effect above 0, such as 5% or 0.05"
        )
    for name, value in (("alpha", wish.alpha), ("power", wish.power)):
        if not 0 < value < 1:
            raise RequestError(f"{name} {value:g}: give a share between 0 and 1, such as 0.05")
    if not 0 < wish.traffic <= 1:
        raise RequestError(f"traffic {wish.traffic:g}: give a share up to 1, such as 0.5")
    if len(wish.variants) < 2 or min(wish.variants) <= 0:
        raise RequestError("allocation: give two shares or more, such as 50,50")
    if wish.looks is not None and not 1 <= wish.looks <= 400:
        raise RequestError(f"looks {wish.looks}: give a number of looks from 1 to 400")
    if wish.guardrails < 0:
        raise RequestError(f"guardrails {wish.guardrails}: give how many there are, from 0 on")
