"""What a workspace is asked: its KPIs, why they are what they are, its advice desk and chats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from footfall.behaviour import Days, Opened
from footfall.held import asked
from footfall.localtime import day_date, local_hour
from footfall.query.answer import Answer
from footfall.query.ask import ask
from footfall.query.compare import ALIGNED, Comparison, check_comparison
from footfall.query.question import (
    Question,
    check_buckets,
    check_cumulated,
    check_dimensions,
    check_every,
    choose,
    required,
)
from footfall.query.said import Where, asked_days, listed, wanted
from footfall.query.segment_file import find_segment
from footfall.settings import Site

if TYPE_CHECKING:
    from footfall.explain import Explanation
    from footfall.facts.quality import Quality
    from footfall.query.drilldown import Drilldown
    from footfall.query.team import Team


class Questions:
    """The questions to a workspace. All raise RequestError where the question is wrong."""

    @asked
    def kpis(  # noqa: PLR0913 - the words of a question, as people say them
        self: Opened,
        ids: Sequence[str] | str = (),
        *,
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = (),
        every: str | None = None,
        where: Where | None = None,
        segment: str | None = None,
        compare: str | None = None,
        align: str | None = None,
        cumulate: bool = False,
        site: str | None = None,
    ) -> Answer:
        """Computes KPIs over local days, both ends included; without days over all time.

        No ids mean all KPIs (with ``by``, ``where`` or ``segment``: all that have the dimensions).
        ``where`` maps a dimension to the wanted value or values, None for null; ``segment`` names a
        file of the workspace's ``segments/``. ``compare``: ``previous`` or ``year``, day by day or
        with ``align="weekday"`` so that weekdays meet. ``cumulate``: each bucket from the period's
        start to its own end. Raises RequestError where the question is wrong.
        """
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415 - brings DuckDB with it
        from footfall.report.notebook import ShownAnswer  # noqa: PLC0415 - only who asks needs it

        the_site = self.site(site)
        dimensions, only = listed(by), wanted(where)
        check_dimensions((*dimensions, *only))
        check_every(every)
        check_comparison(compare, align)
        check_cumulated(every, cumulate=cumulate)
        asked = asked_days(start, end)
        catalogue = self.catalogue(the_site)
        whom = find_segment(self.folder / "segments", segment) if segment else None
        chosen, left_out = choose(
            catalogue, listed(ids), dimensions, tuple(only), every, segment=whom
        )
        projection = self.projection(the_site)
        first, last = self.period(projection, *asked)
        check_buckets(first, last, every)
        question = Question(chosen, first, last, dimensions, every, only, whom, cumulate)
        comparison = _comparison(self, the_site, compare, align, first, last)
        with projection.at_one_moment():
            rows = ask(DuckEngine(projection.con), question, the_site.timezone, comparison)
            as_of = projection.position()
        return ShownAnswer(
            the_site.id, the_site.currency, the_site.timezone, first, last, every, dimensions,
            as_of,
            catalogue.definitions_with(whom) if whom else catalogue.definitions,
            chosen, left_out, rows, segment, cumulate, comparison,
        )  # fmt: skip

    @asked
    def team(
        self: Opened,
        *,
        start: Days = None,
        end: Days = None,
        every: str | None = None,
        where: Where | None = None,
        site: str | None = None,
    ) -> Team:
        """The advice desk: the agents and their trend, requests and their states, feedback.

        ``where`` can name agents. Raises RequestError where the question is wrong.
        """
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415
        from footfall.facts.lists import feedback  # noqa: PLC0415
        from footfall.query.team import Asked, Desk, agents_of  # noqa: PLC0415

        the_site, days = self.site(site), asked_days(start, end)
        agents = agents_of(wanted(where))
        check_every(every)
        projection = self.projection(the_site)
        first, last = self.period(projection, *days)
        check_buckets(first, last, every)
        asked = Asked(first, last, every, agents)
        desk = Desk(DuckEngine(projection.con), self.catalogue(the_site), the_site, asked)
        with projection.at_one_moment():
            told = feedback(projection.con, (first, last), asked.where)
            return desk.team(projection.position(), self.clock.now_ms() * 1000, told)

    @asked
    def drilldown(  # noqa: PLR0913 - as above
        self: Opened,
        experience: str,
        *,
        start: Days = None,
        end: Days = None,
        where: Where | None = None,
        segment: str | None = None,
        answers: str | None = None,
        site: str | None = None,
    ) -> Drilldown:
        """The modules of a chat experience in order, with how often each was shown, and more.

        Days, ``where`` and ``segment`` as for `kpis`. ``answers`` adds what was typed about the
        NPS: by promoters (``promoter``), by a ``passive`` or ``detractor``, or by ``all``. Raises
        RequestError where the question is wrong.
        """
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415 - brings DuckDB with it
        from footfall.query.drilldown import Drilldown, drill_down, question_of  # noqa: PLC0415
        from footfall.query.typed import typed_answers  # noqa: PLC0415

        the_site = self.site(site)
        only = wanted(where)
        asked = asked_days(start, end)
        whom = find_segment(self.folder / "segments", segment) if segment else None
        projection = self.projection(the_site)
        first, last = self.period(projection, *asked)
        engine, zone = DuckEngine(projection.con), the_site.timezone
        question = question_of(engine, experience, (first, last), only, whom)
        band = None if answers == "all" else answers
        with projection.at_one_moment():
            return Drilldown(
                the_site.id, zone, first, last, projection.position(), experience,
                drill_down(engine, question),
                typed_answers(engine, question, zone, band) if answers else None,
            )  # fmt: skip

    @asked
    def explain(  # noqa: PLR0913 - the words of a question, as people say them
        self: Opened,
        kpi: str,
        *,
        start: Days = None,
        end: Days = None,
        where: Where | None = None,
        segment: str | None = None,
        limit: int | None = None,
        site: str | None = None,
    ) -> Explanation:
        """Why a KPI has its value: the things that it counts and those that it does not.

        ``limit``: only the first so many things of each measure, in order of time; all are counted.
        Raises RequestError where the question is wrong.
        """
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415 - brings DuckDB with it
        from footfall.engine.once import Once  # noqa: PLC0415
        from footfall.explain import Explanation, explain  # noqa: PLC0415

        the_site, catalogue = self.site(site), self.catalogue(self.site(site))
        only = wanted(where)
        check_dimensions(only)
        by = required(catalogue[kpi], only)
        whom = find_segment(self.folder / "segments", segment) if segment else None
        chosen, _ = choose(catalogue, [kpi], by, tuple(only), segment=whom)
        asked = asked_days(start, end)
        projection = self.projection(the_site)
        question = Question(chosen, *self.period(projection, *asked), by, where=only, segment=whom)
        engine = Once(DuckEngine(projection.con))
        with projection.at_one_moment():
            rows = ask(engine, question, the_site.timezone)
            return Explanation(
                the_site.id, the_site.currency, the_site.timezone, chosen[0], question.start,
                question.end, only, segment, projection.position(),
                catalogue.definitions_with(whom) if whom else catalogue.definitions,
                rows, explain(projection, engine, replace(question, by=()), limit),
            )  # fmt: skip

    @asked
    def log_state(self: Opened, site: str | None = None) -> tuple[int, int]:
        """What changes with everything that is taken in: the files and events that count."""
        return self.projection(self.site(site)).state()

    @asked
    def known_days(self: Opened, site: str | None = None) -> tuple[date, date] | None:
        """The local days of the site's first and last event; None without events."""
        known = self.projection(self.site(site)).known_days()
        return (day_date(known[0]), day_date(known[1])) if known else None

    @asked
    def quality(self: Opened, site: str | None = None) -> Quality:
        """The site's data quality: what was refused, repeated, in conflict, or without money."""
        from footfall.facts.quality import inspect  # noqa: PLC0415

        the_site = self.site(site)
        return inspect(self.projection(the_site), self.control)


def _comparison(  # noqa: PLR0917 - as they are told
    opened: Opened, site: Site, with_: str | None, align: str | None, first: date, last: date
) -> Comparison | None:
    """With which days a period is compared, if it is."""
    if with_ is None:
        return None
    now = local_hour(opened.clock.now_ms() * 1000, site.timezone)
    return Comparison.of(with_, align or ALIGNED[0], first, last, now)
