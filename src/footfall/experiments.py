"""What a workspace tells of its experiments: which there are, what came of each, how long to run."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from footfall.behaviour import Opened
from footfall.errors import RequestError
from footfall.held import asked
from footfall.localtime import day_date, local_day
from footfall.settings import Site

if TYPE_CHECKING:
    from footfall.experiment.design import Design
    from footfall.experiment.result import Report
    from footfall.facts.projection import Projection

FOLDER = "experiments"


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
        others, _ = read_designs(self.folder / FOLDER, catalogue)
        projection = self.projection(the_site)
        around = Around(
            the_site, catalogue, _over(self, projection), projection.position(),
            tuple(each for each in others if each.id != name),
        )  # fmt: skip
        return evaluate(DuckEngine(projection.con), design, around)


def _site_of(opened: Opened, name: str, site: str | None) -> Site:
    """The site that is meant: as said, or as the design says."""
    del name
    return opened.site(site)


def _over(opened: Opened, projection: Projection) -> date | None:
    """The last local day with data that is over; None without data."""
    known = projection.known_days()
    if known is None:
        return None
    zone = projection.site.timezone
    yesterday = local_day(opened.clock.now_ms() * 1000, zone) - timedelta(days=1)
    return min(day_date(known[1]), yesterday)


__all__ = ["Experiments", "RequestError"]
