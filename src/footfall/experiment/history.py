"""What a KPI was like per person lately: its mean, its variance, and how many people come a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from footfall.engine import Engine
from footfall.experiment.cells import measure
from footfall.experiment.census import day_begins, day_ends
from footfall.experiment.measured import Measured
from footfall.experiment.readings import Held, Layout, variants
from footfall.experiment.unit_parts import Span, Text
from footfall.experiment.unit_table import UnitTable
from footfall.localtime import day_number
from footfall.statistics.power import Baseline

EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class History:
    """People of a period, each from their first visit in it on, to its end.

    `mean` and `var` are per person, in the KPI's unit; `daily_people` come for the first time.
    """

    first: date
    last: date
    people: int
    daily_people: float
    mean: float
    var: float
    is_binary: bool

    @property
    def baseline(self) -> Baseline:
        """What a plan begins with."""
        return Baseline(self.mean, self.var, self.is_binary)


@dataclass(frozen=True, slots=True)
class Visitors:
    """Everybody who comes in the days, or sees a page, from the first time on."""

    page: str | None = None

    def sql(self, span: Span, text: Text) -> str:
        """As `footfall.experiment.unit_parts.Whom` has it."""
        first, last = day_number(span.first_day), day_number(span.last_day)
        seen = f"SELECT visitor, ts FROM sessions WHERE day >= {first} AND day <= {last}"
        if self.page is not None:
            path = text(self.page.replace("*", "%"))
            seen = (
                f"SELECT visitor, ts FROM pages WHERE day >= {first} AND day <= {last} "
                f"AND page LIKE {path}"
            )
        return (
            f"SELECT w.visitor, w.person, '{EVERYBODY}' AS variant, w.since, "
            f"{span.upto('w.since')} AS upto, w.since AS since_when FROM ("
            "SELECT p.visitor, p.person, min(s.ts) OVER (PARTITION BY p.person) AS since FROM "
            "(SELECT DISTINCT visitor, person FROM sessions) AS p LEFT JOIN "
            f"(SELECT visitor, min(ts) AS ts FROM ({seen}) AS seen GROUP BY visitor) AS s "
            "ON s.visitor = p.visitor) AS w WHERE w.since IS NOT NULL"
        )


def history(
    engine: Engine, kpi: Measured, timezone: str, days: tuple[date, date], page: str | None
) -> History:
    """A KPI's history per person, of the people of some days."""
    first, last = days
    end = day_ends(timezone, last)
    span = Span(day_begins(timezone, first), end, end, None, 0, first, last, timezone)
    layout = Layout()
    places = layout.place(kpi, None, ())
    cells = measure(engine, UnitTable(Visitors(page), span, layout.wanted()))
    is_binary = cells.is_binary(places.above)
    found = variants(places, Held.of(places, [cells.days(EVERYBODY)]), is_binary=is_binary)
    arm, people = found.observed[0], found.counts[0]
    length = (last - first).days + 1
    return History(
        first, last, people, people / length, arm.mean, arm.var, arm.successes is not None
    )
