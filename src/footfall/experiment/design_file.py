"""From a design's TOML file to a design, or all that is wrong with it, each fault by its line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import tomli

from footfall.catalogue import Catalogue
from footfall.errors import RequestError, unknown
from footfall.experiment import fields
from footfall.experiment.design import MIN_DAYS, Design, Goal, Variant, Yearly
from footfall.experiment.measured import NotOfPersonsError, measured
from footfall.schema.facts import SESSION_DIMENSIONS
from footfall.settings.faults import Book, Place
from footfall.settings.lines import key_lines
from footfall.statistics.margin import Better
from footfall.statistics.spending import Spending

KEYS = (
    "name", "hypothesis", "experiment", "site", "unit", "start", "end", "days", "units", "min_days",
    "window", "looks", "spending", "alpha", "power", "control", "variants", "primary", "guardrails",
    "diagnostics", "segments", "covariates", "covariate_days", "traffic", "holdout", "impact",
    "changed",
)  # fmt: skip
GOAL_KEYS = ("kpi", "direction", "cap")
CADENCES = ("daily", "weekly", "once", "anytime")
MOST_DAYS, MOST_LOOKS, MOST_VARIANTS = 366, 366, 20
WEEK = 7
_MARGIN = "write how much worse it may get, such as margin = 0.02 (2 %); "


def read_design(text: str, file: str, stem: str, catalogue: Catalogue) -> Design:
    """The design that a file tells. Raises RequestError with every fault of the file."""
    try:
        told = tomli.loads(text)
    except tomli.TOMLDecodeError as fault:
        raise RequestError(f"{file}:{fault.lineno}: not TOML: {fault.msg}") from fault
    place = Place(Book(file, key_lines(text)))
    design = _Reader(told, place, catalogue, stem, file).design()
    place.book.refuse()
    assert design is not None  # noqa: S101 - what is missing is a fault, which is refused
    return design


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the entries; faults go to the book."""

    told: dict[str, Any]
    place: Place
    catalogue: Catalogue
    stem: str
    file: str

    def design(self) -> Design | None:
        """The design, as far as it can be read; None where what it cannot do without is wrong."""
        fields.only(self.told, self.place, KEYS)
        if "unit" in self.told:
            fields.one_of(self.told["unit"], self.place.at("unit"), ("person",), "unit")
        start = fields.day(self.told.get("start"), self.place.at("start"))
        hypothesis = fields.text(self.told.get("hypothesis"), self.place.at("hypothesis"))
        variants, primary = self._variants(), self._primary()
        words = self._words() | self._numbers(start) | self._roles()
        self._check_roles(primary, words)
        if start is None or primary is None or not variants or hypothesis is None:
            return None
        return Design(
            id=self.stem, file=self.file, hypothesis=hypothesis, start=start,
            variants=variants, primary=primary, **words,
        )  # fmt: skip

    # --- words and numbers -----------------------------------------------------------------

    def _words(self) -> dict[str, Any]:
        found: dict[str, Any] = {"name": self.stem, "experiment": self.stem}
        for key in ("name", "experiment", "site", "changed"):
            if key in self.told:
                found[key] = fields.text(self.told[key], self.place.at(key)) or self.stem
        if "spending" in self.told:
            kinds = ("obf", "pocock")
            at = self.place.at("spending")
            spending = fields.one_of(self.told["spending"], at, kinds, "spending")
            found["spending"] = cast("Spending", spending or "obf")
        if "window" in self.told:
            found["window_ms"] = fields.window(self.told["window"], self.place.at("window"))
        return found

    def _numbers(self, start: date | None) -> dict[str, Any]:
        found: dict[str, Any] = {
            "days": self._days(start), "looks": self._looks(), "min_days": MIN_DAYS,
            "holdout": self._holdout(), "yearly": self._yearly(),
        }  # fmt: skip
        at = self.place.at
        if "units" in self.told:
            found["units"] = fields.whole(self.told["units"], at("units"), 2, 20_000)
            if found["days"] is not None:
                at("units").wrong("is a second plan beside the days", "keep one of both")
        if "min_days" in self.told:
            found["min_days"] = self._weeks("min_days")
        elif found["days"]:
            found["min_days"] = min(MIN_DAYS, found["days"])
        if "covariate_days" in self.told:
            told = fields.whole(self.told["covariate_days"], at("covariate_days"), 1, 28)
            found["covariate_days"] = told
        for key, such_as in (("alpha", "0.05"), ("power", "0.8"), ("traffic", "1.0")):
            if key in self.told:
                most = 0.5 if key == "alpha" else 1.0
                found[key] = fields.share(self.told[key], at(key), such_as, upto=most)
        if found.get("power") == 1.0:
            at("power").wrong("1.0 can never be reached", "write such as 0.8")
        return found

    def _days(self, start: date | None) -> int | None:
        days = self._weeks("days") if "days" in self.told else None
        if "end" not in self.told:
            return days
        end = fields.day(self.told["end"], self.place.at("end"))
        if start is None or end is None:
            return days
        length = (end - start).days + 1
        if days not in (None, length):
            self.place.at("end").wrong(f"is day {length}, and days = {days}", "keep one of both")
        elif length < WEEK or length % WEEK:
            right = f"let it run for whole weeks, at least one: {_nearest_end(start, length)}"
            self.place.at("end").wrong(f"{length} days from the start are no whole weeks", right)
        return length

    def _weeks(self, key: str) -> int | None:
        at = self.place.at(key)
        days = fields.whole(self.told[key], at, WEEK, 28)
        if days and (days % WEEK or days > MOST_DAYS):
            at.wrong(
                f"{days} days are no whole weeks of at most a year",
                f"write {max(WEEK, min(-(-days // WEEK) * WEEK, 364))}: weekdays differ",
            )
        return days

    def _looks(self) -> Any:
        told, at = self.told.get("looks", "daily"), self.place.at("looks")
        if isinstance(told, str):
            word = fields.one_of(told, at, CADENCES, "rhythm of looks")
            return (1.0,) if word == "once" else word
        if isinstance(told, int) and not isinstance(told, bool) and 1 <= told <= MOST_LOOKS:
            return tuple(look / told for look in range(1, told + 1))
        if isinstance(told, list) and told and all(_is_share(each) for each in told):
            if sorted(set(told)) == told and told[-1] == 1:
                return tuple(map(float, told))
            at.wrong(f"{told} is not in order up to 1", "write such as [0.25, 0.5, 0.75, 1.0]")
            return "daily"
        at.wrong(f"{told!r} says not when is looked", 'write "daily", "weekly", 4 or [0.5, 1.0]')
        return "daily"

    def _holdout(self) -> tuple[str, float] | None:
        told, at = self.told.get("holdout"), self.place.at("holdout")
        if told is None:
            return None
        if not isinstance(told, dict):
            at.wrong(f"{told!r} is no table", 'write holdout = { name = "2026", share = 0.05 }')
            return None
        fields.only(told, at, ("name", "share"))
        name = fields.text(told.get("name"), at.at("name"))
        share = fields.share(told.get("share"), at.at("share"), "0.05")
        return (name, share) if name and share else None

    def _yearly(self) -> Yearly:
        told, at = self.told.get("impact", {}), self.place.at("impact")
        if not isinstance(told, dict):
            at.wrong(f"{told!r} is no table", "write [impact] with such as seasonality = 0.9")
            return Yearly()
        fields.only(told, at, ("kpi", "seasonality", "persistence", "uncertainty"))
        found: dict[str, Any] = {
            key: fields.positive(told[key], at.at(key), "1.0")
            for key in ("seasonality", "persistence")
            if key in told
        }
        if "uncertainty" in told:
            found["uncertainty"] = fields.share(told["uncertainty"], at.at("uncertainty"), "0.1")
        if "kpi" in told and (kpi := self._kpi(told["kpi"], at.at("kpi"))):
            found["kpi"] = kpi
            if self.catalogue[kpi].unit != "money" or self.catalogue[kpi].is_ratio:
                right = 'write "net_revenue" or "revenue"'
                at.at("kpi").wrong(f"{kpi} is no sum of money of a person", right)
        return Yearly(**{key: value for key, value in found.items() if value is not None})

    # --- variants --------------------------------------------------------------------------

    def _variants(self) -> tuple[Variant, ...]:
        told, at = self.told.get("variants"), self.place.at("variants")
        right = "write [variants] with each one's share, such as control = 50 and larger = 50"
        if isinstance(told, list) and all(isinstance(each, str) for each in told):
            told = dict.fromkeys(told, 1)
        if not isinstance(told, dict) or not told:
            wrong = "is missing" if told is None else f"{told!r} are no variants"
            at.wrong(wrong, right)
            return ()
        found = [
            Variant(name, weight)
            for name, value in told.items()
            if (weight := _weight(value, at.at(name))) is not None
        ]
        live = [each for each in found if each.weight > 0]
        if len(found) == len(told) and (len(live) < 2 or len(found) > MOST_VARIANTS):
            at.wrong(f"{len(live)} variants get people", f"{right}; at most {MOST_VARIANTS}")
        return self._control_first(found)

    def _control_first(self, found: list[Variant]) -> tuple[Variant, ...]:
        names = [each.name for each in found]
        control = self.told.get("control", "control" if "control" in names else None)
        if control is None:
            control = names[0] if names else None
        elif control not in names:
            at = self.place.at("control")
            at.wrong(unknown("variant", str(control), names), "name one of the variants")
        if any(each.name == control and each.weight == 0 for each in found):
            at = self.place.at("variants", str(control))
            at.wrong("the control gets nobody", "give it a share above 0")
        return tuple(sorted(found, key=lambda each: each.name != control))

    # --- roles -----------------------------------------------------------------------------

    def _primary(self) -> Goal | None:
        told, at = self.told.get("primary"), self.place.at("primary")
        if isinstance(told, str):
            told = {"kpi": told}
        if not isinstance(told, dict):
            wrong = "is missing" if told is None else f"{told!r} is no table"
            at.wrong(wrong, 'write [primary] with kpi = "visitor_conversion_rate"')
            return None
        effect = told.get("minimum_effect")
        if effect is None:
            at.at("minimum_effect").wrong(
                "is missing",
                "write the smallest effect of use, such as minimum_effect = 0.05 (5 %)",
            )
        else:
            effect = fields.share(effect, at.at("minimum_effect"), '0.05 or "5%"', upto=10)
        return self._goal(told, at, ("minimum_effect",), minimum_effect=effect)

    def _roles(self) -> dict[str, Any]:
        return {
            "guardrails": self._guardrails(),
            "diagnostics": self._diagnostics(),
            "segments": self._segments(),
            "covariates": self._covariates(),
        }

    def _guardrails(self) -> tuple[Goal, ...]:
        told, at = self.told.get("guardrails", []), self.place.at("guardrails")
        found = []
        such_as = '[[guardrails]] with kpi = "refund_rate" and margin = 0.05'
        for number, each in enumerate(fields.listed(told, at, such_as)):
            inside = at.at(number)
            given = each if isinstance(each, dict) else {"kpi": each}
            margin = given.get("margin")
            if margin is None:
                kpi = given.get("kpi")
                inside.at("margin").wrong(
                    "is missing: without it nobody can say whether the guardrail holds",
                    f"{_MARGIN}or move {kpi} to diagnostics",
                )
            else:
                margin = fields.share(margin, inside.at("margin"), '0.02 or "2%"', upto=0.999)
            found.append(self._goal(given, inside, ("margin",), margin=margin))
        return tuple(goal for goal in found if goal)

    def _diagnostics(self) -> tuple[Goal, ...]:
        told, at = self.told.get("diagnostics", []), self.place.at("diagnostics")
        found = []
        for number, each in enumerate(fields.listed(told, at, '["add_to_cart_rate", "aov"]')):
            given = each if isinstance(each, dict) else {"kpi": each}
            found.append(self._goal(given, at.at(number), (), needs_direction=False))
        return tuple(goal for goal in found if goal)

    def _goal(
        self,
        told: dict[str, Any],
        at: Place,
        further: tuple[str, ...],
        *,
        needs_direction: bool = True,
        **words: float | None,
    ) -> Goal | None:
        fields.only(told, at, (*GOAL_KEYS, *further))
        if "cap" in told:
            words["cap"] = fields.share(told["cap"], at.at("cap"), "0.999", above=0.5)
        kpi = self._kpi(told.get("kpi"), at.at("kpi"))
        if kpi is None:
            return None
        better = told.get("direction", self.catalogue[kpi].better)
        if better not in ("higher", "lower"):
            if "direction" in told or needs_direction:
                right = 'write direction = "higher" or "lower": which of both is good'
                at.at("direction").wrong(f"{kpi} has none of its own", right)
            better = "higher"
        return Goal(kpi, cast("Better", better), **words)

    def _kpi(self, told: object, at: Place) -> str | None:
        """A KPI that has a value for one person."""
        if not isinstance(told, str) or told not in self.catalogue.kpis:
            wrong = "is missing" if told is None else unknown("KPI", str(told), self.catalogue.kpis)
            at.wrong(wrong, "write a KPI's id; `footfall catalogue` lists them")
            return None
        try:
            measured(self.catalogue[told])
        except NotOfPersonsError as fault:
            at.wrong(f"{told} has no value per person: {fault}", "write another KPI")
            return None
        return told

    def _segments(self) -> tuple[str, ...]:
        told, at = self.told.get("segments", []), self.place.at("segments")
        found = []
        for number, each in enumerate(fields.listed(told, at, '["device", "country"]')):
            word = fields.one_of(each, at.at(number), SESSION_DIMENSIONS, "dimension of a segment")
            found.append(word)
        return tuple(dict.fromkeys(word for word in found if word))

    def _covariates(self) -> tuple[str, ...]:
        told, at = self.told.get("covariates", []), self.place.at("covariates")
        found = []
        for number, each in enumerate(fields.listed(told, at, '["revenue"]')):
            found.append(self._kpi(each, at.at(number)))
        return tuple(dict.fromkeys(kpi for kpi in found if kpi))

    def _check_roles(self, primary: Goal | None, words: dict[str, Any]) -> None:
        """A KPI has one role."""
        roles = [("primary", primary)] if primary else []
        for key in ("guardrails", "diagnostics"):
            roles += [(f"{key}[{at}]", goal) for at, goal in enumerate(words[key])]
        seen: dict[str, str] = {}
        for role, goal in roles:
            if goal.kpi in seen:
                key, _, number = role.partition("[")
                path = (key, int(number.rstrip("]"))) if number else (key,)
                wrong = f"{goal.kpi} is the {seen[goal.kpi]} already"
                self.place.at(*path).wrong(wrong, "give each KPI one role")
            seen.setdefault(goal.kpi, role.partition("[")[0].removesuffix("s"))


def _weight(value: object, place: Place) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return float(value)
    place.wrong(f"{value!r} is no share", "write a number, such as 50")
    return None


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def _nearest_end(start: date, length: int) -> str:
    weeks = max(round(length / WEEK), 1)
    return f"end = {date.fromordinal(start.toordinal() + weeks * WEEK - 1)}"
