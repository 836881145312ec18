"""Who was exposed to an experiment, to what, on which day: what is looked at before any effect."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from footfall.engine import Engine
from footfall.experiment.design import Design
from footfall.localtime import DAY_US, day_date, first_hour, offset_sql


@dataclass(frozen=True, slots=True)
class Census:
    """People by the variant that they saw first and by the local day on which that was.

    `units` are those who saw one variant only, within the run; `several` those who saw another
    one too, by pairs. `early` and `late` came before the first day and after the last one,
    `strangers` saw something that is none of the variants.
    """

    units: Counter[tuple[str, date]] = field(default_factory=Counter)
    several: Counter[tuple[str, str]] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    early: int = 0
    late: int = 0

    def counts(self, design: Design, upto: date | None = None) -> list[int]:
        """The units of each variant, up to a day."""
        found: Counter[str] = Counter()
        for (variant, day), number in self.units.items():
            if upto is None or day <= upto:
                found[variant] += number
        return [found[each.name] for each in design.variants]

    def counts_before_exclusion(self, design: Design) -> list[int]:
        """The same with those who saw several variants, by the first of them."""
        found = self.counts(design)
        names = [each.name for each in design.variants]
        for (variant, _), number in self.several.items():
            found[names.index(variant)] += number
        return found

    @property
    def several_share(self) -> float:
        """The share of the exposed who saw several variants."""
        several = self.several.total()
        return several / (several + self.units.total()) if several else 0.0

    def by_day(self) -> dict[date, int]:
        """New units of each day."""
        found: Counter[date] = Counter()
        for (_, day), number in self.units.items():
            found[day] += number
        return dict(sorted(found.items()))


def first_exposures(
    engine: Engine, design: Design, timezone: str, over: date, until: date
) -> list[tuple[str, str | None, date, int]]:
    """How many people saw a variant first on a day, and which other one too.

    First ones up to the end of the day `over`, others up to the end of `until`, when the run's
    outcomes are in: what is shown to whom afterwards does not matter to it.
    """
    begin, end = day_begins(timezone, design.start), day_ends(timezone, over)
    cut = day_ends(timezone, until)
    day = day_start_sql(timezone, "since", begin, end)
    rows = engine.rows(
        f"SELECT variant, other, {day} AS day, count(*) AS units FROM ("
        "SELECT person, min(variant) AS variant, min(since) AS since, "
        f"min(CASE WHEN other_since < {cut} THEN other END) AS other FROM exposures "
        f"WHERE experiment = :p0 AND since < {end} GROUP BY person) AS people "
        f"GROUP BY variant, other, {day}",
        (design.experiment,),
    )
    return [(row[0] or "", row[1], day_date(row[2] // DAY_US), row[3]) for row in rows]


def census(
    rows: list[tuple[str, str | None, date, int]], design: Design, last: date | None
) -> Census:
    """The people of a run whose last day of enrolment is known, or not yet."""
    found, early, late = Census(), 0, 0
    names = {each.name for each in design.variants if each.weight > 0}
    for variant, other, day, number in rows:
        if day < design.start:
            early += number
        elif last is not None and day > last:
            late += number
        elif variant not in names:
            found.strangers[variant] += number
        elif other is not None:
            found.several[variant, other] += number
        else:
            found.units[variant, day] += number
    return Census(found.units, found.several, found.strangers, early, late)


def day_begins(timezone: str, day: date) -> int:
    """When a local day begins, µs UTC."""
    return first_hour(timezone, day)[0]


def day_ends(timezone: str, day: date) -> int:
    """When the local day after it begins, µs UTC."""
    return day_begins(timezone, date.fromordinal(day.toordinal() + 1))


def day_start_sql(timezone: str, ts: str, begin: int, end: int) -> str:
    """The local midnight before a moment of some time, as µs of the wall clock since 1970.

    What is before that time stays before it.
    """
    local = f"({ts} + {offset_sql(timezone, begin, max(end, begin + DAY_US), ts)})"
    return f"({local} - {local} % {DAY_US})"
