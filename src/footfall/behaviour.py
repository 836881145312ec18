"""What a workspace tells of how people behave: funnels, retention, paths, clicks, pages, leaks.

Every report takes the period, the breakdowns and the filters of a question, as people say them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from footfall.catalogue import Catalogue
from footfall.catalogue.funnel import (
    Funnel,
    Step,
    funnel_of,
    read_step,
    read_steps,
    read_window,
    window_text,
)
from footfall.catalogue.funnels import named_funnel
from footfall.clock import Clock
from footfall.errors import RequestError, nearest, unknown
from footfall.event.vocabulary import EVENTS
from footfall.held import Holder, asked
from footfall.query.acts import COLUMNS, DIMENSIONS, Asked
from footfall.query.findings import TEXT, Asker, Findings, Found
from footfall.query.said import Where, asked_days, listed, wanted
from footfall.query.segment_file import find_segment
from footfall.settings import Site

if TYPE_CHECKING:
    from footfall.engine import Engine
    from footfall.facts.projection import Projection
    from footfall.log.control import Control
    from footfall.query.clicks import ClickFindings
    from footfall.query.funnel import FunnelFindings
    from footfall.query.leaks import LeakFindings
    from footfall.query.retention import RetentionFindings

Days = str | date | None
USUAL_STEPS = "page_view,view_item,add_to_cart,begin_checkout,purchase"
"""The funnel of a shop, where none is named."""
DAY_MS = 86_400_000


class Opened(Protocol):
    """What reports need of a workspace."""

    folder: Path
    clock: Clock

    @property
    def control(self) -> Control:
        """The ledger of imports and the quarantine."""
        ...

    def holder(self) -> Holder | None:
        """The process that holds the database, where it is another one."""
        ...

    def site(self, site_id: str | None = None) -> Site:
        """A site by its id."""
        ...

    def projection(self, site: Site) -> Projection:
        """The site's facts."""
        ...

    def catalogue(self, site: Site) -> Catalogue:
        """The site's KPIs."""
        ...

    def period(
        self, projection: Projection, first: date | None, last: date | None
    ) -> tuple[date, date]:
        """The asked days; where one is open, as far as there is data."""
        ...


@dataclass(frozen=True)
class _Report:
    """A question that is ready to be asked: of which site, with what to ask it."""

    site: Site
    engine: Engine
    asked: Asked
    asker: Asker

    def columns(self, own: Mapping[str, str]) -> dict[str, str]:
        """The report's columns, the segment first."""
        return dict.fromkeys(self.asked.by, TEXT) | dict(own)

    def findings(self, own: Mapping[str, str], rows: tuple[Found, ...]) -> Findings:
        """The report of these rows."""
        return Findings(self.asker, self.columns(own), rows, self.asked.by)


class Behaviour:
    """The reports of a workspace. All raise RequestError where the question is wrong."""

    @asked
    def funnel(  # noqa: PLR0913 - the words of a question, as people say them
        self: Opened,
        name: str | None = None,
        *,
        steps: Sequence[str | Step] | str = (),
        scope: str | None = None,
        window: str | None = None,
        order: str | None = None,
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = (),
        where: Where | None = None,
        segment: str | None = None,
        site: str | None = None,
    ) -> FunnelFindings:
        """How many take the steps one after the other: of a funnel by its name, or of ``steps``.

        ``scope``, ``window`` and ``order`` replace what the named funnel says. A breakdown is by
        the session in which a unit took step 1.
        """
        from footfall.query.funnel import COLUMNS, FunnelFindings, funnel_rows  # noqa: PLC0415

        funnel = _funnel(self.folder / "funnels", name, steps, scope, window, order)
        report = _report(self, site, (start, end), by, (where, segment))
        _check_steps(report.engine, funnel)
        rows = funnel_rows(report.engine, funnel, report.asked)
        columns = report.columns(COLUMNS)
        return FunnelFindings(report.asker, columns, rows, report.asked.by, funnel=funnel)

    @asked
    def retention(  # noqa: PLR0913 - as above
        self: Opened,
        every: str = "week",
        *,
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = (),
        where: Where | None = None,
        segment: str | None = None,
        site: str | None = None,
    ) -> RetentionFindings:
        """Of those who came or bought for the first time in a week or month who does so again.

        A breakdown and a filter speak of the first session, or order, ever.
        """
        from footfall.query import retention  # noqa: PLC0415

        retention.check_every(every)
        report = _report(self, site, (start, end), by, (where, segment))
        retention.check_dimensions(report.asked)
        rows = retention.retention_rows(report.engine, every, report.asked)
        columns = report.columns(retention.COLUMNS)
        return retention.RetentionFindings(
            report.asker, columns, rows, report.asked.by, every=every
        )

    @asked
    def pages(  # noqa: PLR0913 - as above
        self: Opened,
        kind: str = "top",
        *,
        limit: int = 20,
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = (),
        where: Where | None = None,
        segment: str | None = None,
        site: str | None = None,
    ) -> Findings:
        """The pages that are seen most (``top``), that visits begin on, or that they end on."""
        from footfall.query import pages  # noqa: PLC0415

        pages.check_kind(kind)
        report = _report(self, site, (start, end), by, (where, segment))
        catalogue = self.catalogue(report.site)
        rows = pages.pages_rows(report.engine, catalogue, report.asked, kind, _most(limit))
        return report.findings(pages.COLUMNS, rows)

    @asked
    def paths(  # noqa: PLR0913 - as above
        self: Opened,
        kind: str | None = None,
        *,
        window: str = "30d",
        limit: int = 20,
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = (),
        where: Where | None = None,
        segment: str | None = None,
        site: str | None = None,
    ) -> Findings:
        """The most frequent ways to a conversion: channels of visits, types of pages, or both.

        Visits count if they began within the window before the conversion.
        """
        from footfall.query import paths  # noqa: PLC0415

        paths.check_kind(kind)
        report = _report(self, site, (start, end), by, (where, segment))
        rows = paths.paths_rows(
            report.engine, report.site, report.asked, read_window(window), kind, _most(limit)
        )
        return report.findings(paths.COLUMNS, rows)

    @asked
    def clickmap(  # noqa: PLR0913 - as above
        self: Opened,
        page: str,
        *,
        limit: int = 50,
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = (),
        where: Where | None = None,
        segment: str | None = None,
        site: str | None = None,
    ) -> ClickFindings:
        """What is clicked on a page, and where; in its path ``*`` is any characters."""
        from footfall.query import clicks  # noqa: PLC0415

        clicks.check_page(page)
        report = _report(self, site, (start, end), by, (where, segment))
        rows = clicks.click_rows(report.engine, page, report.asked, _most(limit))
        columns = report.columns(clicks.COLUMNS)
        return clicks.ClickFindings(report.asker, columns, rows, report.asked.by, page=page)

    @asked
    def leaks(  # noqa: PLR0913 - as above
        self: Opened,
        name: str | None = None,
        *,
        steps: Sequence[str | Step] | str = (),
        scope: str | None = None,
        window: str | None = None,
        order: str | None = None,
        against: str = "best",
        start: Days = None,
        end: Days = None,
        by: Sequence[str] | str = "device",
        where: Where | None = None,
        segment: str | None = None,
        site: str | None = None,
    ) -> LeakFindings:
        """Where people fall out of a funnel (the usual one, if none is named), and what it costs.

        Each step in each segment is held against the best segment, against itself in the period
        before (``previous``), or against the benchmarks of the funnel's file.
        """
        from footfall.query import leaks  # noqa: PLC0415

        steps = steps or (() if name else USUAL_STEPS)
        funnel = _funnel(self.folder / "funnels", name, steps, scope, window, order)
        leaks.check_against(against, funnel)
        report = _report(self, site, (start, end), by, (where, segment))
        _check_steps(report.engine, funnel)
        before = None
        if against == "previous":
            before = _period_before(report.asked)
            _check_comparable(self, report, before, funnel, (start, end))
        rows = leaks.leak_rows(report.engine, funnel, report.asked, against, before)
        columns = report.columns(leaks.COLUMNS)
        return leaks.LeakFindings(
            report.asker, columns, rows, report.asked.by, funnel=funnel, against=against
        )


def _most(limit: int) -> int:
    if limit < 1:
        raise RequestError(f"--limit {limit}: give at least 1")
    return limit


def _period_before(asked: Asked) -> Asked:
    """The same number of days just before."""
    length = asked.end - asked.start + timedelta(days=1)
    return replace(asked, start=asked.start - length, end=asked.end - length)


def _check_comparable(
    opened: Opened, report: _Report, before: Asked, funnel: Funnel, days: tuple[Days, Days]
) -> None:
    """Refuses periods that are not whole: too few days before, or people who may yet go on."""
    if days[0] is None or days[1] is None:
        raise RequestError("--against previous needs a period: give --from and --to")
    first, last = opened.period(opened.projection(report.site), None, None)
    if before.start < first:
        raise RequestError(
            f"the period before is {before.start} to {before.end}, and the first event is of "
            f"{first}; give a later --from, or fewer days"
        )
    ripe = last - timedelta(days=-(-funnel.window_ms // DAY_MS))
    if report.asked.end > ripe:
        raise RequestError(
            f"whoever began after {ripe} has not had the whole {window_text(funnel.window_ms)} "
            f"yet and cannot be compared; give --to {ripe}, or a shorter --window"
        )


def _report(
    opened: Opened,
    site_id: str | None,
    days: tuple[Days, Days],
    by: Sequence[str] | str,
    whom: tuple[Where | None, str | None],
) -> _Report:
    from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415 - brings DuckDB with it

    site, dimensions, only = opened.site(site_id), listed(by), wanted(whom[0])
    segment = find_segment(opened.folder / "segments", whom[1]) if whom[1] else None
    for name in (*dimensions, *only, *(segment.dimensions if segment else ())):
        if name not in DIMENSIONS:
            raise RequestError(unknown("dimension of this report", name, DIMENSIONS))
    projection = opened.projection(site)
    first, last = opened.period(projection, *asked_days(*days))
    asker = Asker(site.id, site.currency, site.timezone, first, last, projection.position())
    question = Asked(
        first, last, dimensions, only, segment, timeout_us=site.session_timeout_us
    )  # fmt: skip
    return _Report(site, DuckEngine(projection.con), question, asker)


def _funnel(  # noqa: PLR0917 - as above
    folder: Path,
    name: str | None,
    steps: Sequence[str | Step] | str,
    scope: str | None,
    window: str | None,
    order: str | None,
) -> Funnel:
    """The funnel that is meant: a named one, with what is said otherwise, or one of steps."""
    if (name is None) == (not steps):
        raise RequestError(
            "name a funnel or give its steps, such as --steps page_view,add_to_cart,purchase"
        )
    if name is None:
        return funnel_of(_all_steps(steps), scope, window, order)
    known = named_funnel(folder, name)
    if scope is None and window is None:
        window = f"{known.window_ms}ms"
    return funnel_of(
        known.steps, scope or known.scope, window,
        order or ("strict" if known.strict else "any-later"), known.name,
    )  # fmt: skip


def _all_steps(steps: Sequence[str | Step] | str) -> tuple[Step, ...]:
    if isinstance(steps, str):
        return read_steps(steps)
    return tuple(step if isinstance(step, Step) else read_step(step) for step in steps)


def _check_steps(engine: Engine, funnel: Funnel) -> None:
    """Refuses what would silently count nothing: events nobody ever sent, properties not kept."""
    own = {step.event for step in funnel.steps} - EVENTS.keys()
    if own:
        seen = {name for (name,) in engine.rows("SELECT DISTINCT a.event FROM acts a", ())}
        for event in sorted(own - seen):
            close = nearest(event, sorted(seen | EVENTS.keys()))
            hint = f"; did you mean {close!r}?" if close else ";"
            raise RequestError(
                f"there has never been an event {event!r}{hint} a step is an event of the "
                "vocabulary, or one of the store's own that was imported"
            )
    for step in funnel.steps:
        _check_keys(step)


def _check_keys(step: Step) -> None:
    from footfall.facts.tables import IN_COLUMNS  # noqa: PLC0415 - only where it is asked for

    for key in step.where:
        if step.event in IN_COLUMNS and key not in COLUMNS:
            raise RequestError(
                f"{step.event} comes by the million, and its {key!r} is not kept; ask for one of "
                f"{', '.join(COLUMNS)}"
            )
