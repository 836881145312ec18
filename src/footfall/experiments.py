"""What a workspace tells of its experiments: which there are, and what came of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from footfall.behaviour import Days, Opened
from footfall.errors import RequestError
from footfall.held import asked
from footfall.localtime import day_date, local_day
from footfall.query.question import check_period
from footfall.query.said import asked_days
from footfall.settings import Site

if TYPE_CHECKING:
    from footfall.experiment.listing import Listing
    from footfall.experiment.planning import Planning
    from footfall.experiment.result import Report
    from footfall.facts.projection import Projection

FOLDER = "experiments"
USUAL_HISTORY_DAYS = 28


class Experiments:
    """The experiments of a workspace. All raise RequestError where the question is wrong."""

    @asked
    def experiment(self: Opened, name: str, *, site: str | None = None) -> Report:
        """The report of an experiment up to its latest look: the decision, why, and every number.

        `name` is the design's file in the workspace's ``experiments/``. Raises RequestError with
        all faults of the design.
        """
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415 - brings DuckDB with it
        from footfall.experiment.evaluate import Around, evaluate  # noqa: PLC0415
        from footfall.experiment.folder import find_design, read_designs  # noqa: PLC0415

        the_site = _site_of(self, name, site)
        catalogue = self.catalogue(the_site)
        design = find_design(self.folder / FOLDER, name, catalogue)
        others = read_designs(self.folder / FOLDER, catalogue, the_site.id).designs
        projection = self.projection(the_site)
        around = Around(
            the_site, catalogue, _over(self, projection), projection.position(),
            tuple(each for each in others if each.id != name),
        )  # fmt: skip
        return evaluate(DuckEngine(projection.con), design, around)

    @asked
    def experiments(self: Opened, *, site: str | None = None) -> Listing:
        """The experiments of a site, the latest first: each with its decision, or its faults."""
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415
        from footfall.experiment.evaluate import Around, evaluate  # noqa: PLC0415
        from footfall.experiment.folder import read_designs  # noqa: PLC0415
        from footfall.experiment.listing import listed  # noqa: PLC0415

        the_site = self.site(site)
        catalogue = self.catalogue(the_site)
        read = read_designs(self.folder / FOLDER, catalogue, the_site.id)
        projection = self.projection(the_site)
        engine, over = DuckEngine(projection.con), _over(self, projection)
        around = Around(the_site, catalogue, over, projection.position())
        return listed([evaluate(engine, each, around) for each in read.designs], read.faults)

    @asked
    def plan_experiment(  # noqa: PLR0913 - the words of a plan, as people say them
        self: Opened,
        kpi: str,
        minimum_effect: float,
        *,
        variants: Sequence[float] = (1.0, 1.0),
        alpha: float = 0.05,
        power: float = 0.8,
        guardrails: int = 0,
        looks: int | None = None,
        traffic: float = 1.0,
        page: str | None = None,
        start: Days = None,
        end: Days = None,
        site: str | None = None,
    ) -> Planning:
        """How many people and weeks it takes to find an effect, from the shop's own history.

        `minimum_effect` is a fraction of the KPI's mean per person; `page` counts only people who
        see it (``*`` is any characters), from the first time on. Without days the last four weeks
        that are over. Raises RequestError where the KPI has no value per person.
        """
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415
        from footfall.experiment.planning import Wish, planning  # noqa: PLC0415

        the_site = self.site(site)
        wish = Wish(
            kpi, minimum_effect, tuple(variants), alpha, power, guardrails, looks, traffic, page
        )
        catalogue = self.catalogue(the_site)
        projection = self.projection(the_site)
        first, last = _history(asked_days(start, end), _over(self, projection))
        return planning(DuckEngine(projection.con), the_site, catalogue, wish, (first, last))

    def assign(self: Opened, name: str, person: str, *, site: str | None = None) -> str | None:
        """The variant that a person sees, always the same; None for who is held out or left out.

        `person` is whatever stays the same for them, such as the visitor's id. The tag decides in
        the same way, given the variants in the design's order, the control first.
        """
        from footfall.experiment.folder import find_design  # noqa: PLC0415
        from footfall.statistics.assignment import assigned  # noqa: PLC0415

        catalogue = self.catalogue(_site_of(self, name, site))
        design = find_design(self.folder / FOLDER, name, catalogue)
        drawn = assigned(design.experiment, person, design.weights, design.traffic, design.holdout)
        return None if drawn is None else design.variants[drawn].name


def _site_of(opened: Opened, name: str, site: str | None) -> Site:
    """The site that is meant: as said, as the design says, or the only one."""
    from footfall.experiment.folder import site_of  # noqa: PLC0415

    return opened.site(site or site_of(opened.folder / FOLDER, name))


def _over(opened: Opened, projection: Projection) -> date | None:
    """The last local day with data that is over; None without data."""
    known = projection.known_days()
    if known is None:
        return None
    zone = projection.site.timezone
    yesterday = local_day(opened.clock.now_ms() * 1000, zone) - timedelta(days=1)
    return min(day_date(known[1]), yesterday)


def _history(asked: tuple[date | None, date | None], over: date | None) -> tuple[date, date]:
    """The days that a plan learns from."""
    if over is None:
        raise RequestError("there is no day with events yet that is over; import some first")
    last = asked[1] or over
    first = asked[0] or last - timedelta(days=USUAL_HISTORY_DAYS - 1)
    check_period(first, last)
    return first, last
