"""The reference: every number recomputed from lists, slowly and literally."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from . import lists, reports
from .answer import Row, answer, catalogue, knows_hours
from .cells import Question, Table
from .clock import Calendar, to_ms
from .credit import give_credit
from .facts import Facts
from .funnel import WINDOWS, Funnel
from .identity import conflicts, links, owners, person_of, without_deleted
from .log import Log
from .money import Rates
from .more_facts import add_chat, add_surveys, add_tables, add_talks
from .orders import make_orders, make_refunds
from .origin import Origins
from .registry import Kpi
from .sessions import make_sessions
from .talks import credit_talks, make_talks

LEADERBOARD = (
    "avg_rating",
    "agent_requests",
    "agent_request_acceptance_rate",
    "conversations",
    "agent_attributed_sales",
    "agent_attributed_orders",
)


class Reference:
    """One store: its events in order of arrival, its settings, its tables."""

    def __init__(
        self,
        events: Iterable[dict[str, Any] | str | bytes],
        site: dict[str, Any] | None = None,
        tables: dict[str, list[dict[str, Any]]] | None = None,
        received: datetime | None = None,
    ) -> None:
        self.site = site or {}
        self.tables = tables or {}
        self.log = Log(events, to_ms(received or datetime.now(UTC)))
        self.events = without_deleted(self.log.events)
        self.links = links(self.events)
        owner = owners(self.links)
        for event in self.events:
            event.person = person_of(event.visitor, event.customer, owner)
        self._build()

    def _build(self) -> None:
        rates = Rates(self.tables.get("fx_rates", []), self.site)
        self.calendar = Calendar(self.site.get("timezone", "UTC"))
        self._sessions = make_sessions(self.events, self.site)
        self._orders = make_orders(
            self.events, rates, verified_only=bool(self.site.get("verified_revenue_only"))
        )
        self._refunds = make_refunds(self.events, self._orders, rates)
        give_credit(self._orders, self.events)
        self._talks = make_talks(self.events)
        credit_talks(self._orders, self._talks, self.site)
        self.facts = Facts(
            self.events,
            self._sessions,
            self._orders,
            self._refunds,
            self.site,
        )
        add_talks(self.facts, self._talks, self._orders, self.calendar)
        add_surveys(self.facts, self.events, self._talks)
        add_chat(self.facts, self._sessions, self.log.events)
        add_tables(self.facts, self.tables, rates, Origins(self.site))
        self.catalogue = catalogue(self.site)

    def period(self) -> tuple[date, date]:
        """Without a period, all time: the local days of the first and the last event."""
        times = [event.time for event in self.events] or [0]
        return self.calendar.day(min(times)), self.calendar.day(max(times))

    def kpis(
        self,
        ids: Iterable[str] | None = None,
        start: str | None = None,
        end: str | None = None,
        by: Iterable[str] = (),
        every: str | None = None,
        where: dict[str, Any] | None = None,
    ) -> list[Row]:
        """The rows of these KPIs; without ids of all that have the dimensions."""
        question = self.question(start, end, by, every, where)
        table = Table(question, self.facts, self.calendar)
        legal = {kpi.id: kpi for kpi in self.legal(table)}
        chosen = list(legal) if ids is None else list(ids)
        if refused := [i for i in chosen if i not in legal]:
            raise ValueError(f"no such breakdown of {refused}")
        return [row for i in chosen for row in answer(legal[i], table)]

    def legal(self, table: Table) -> list[Kpi]:
        """The KPIs that have all dimensions of a question, and its buckets."""
        question = table.question
        found = [
            kpi
            for kpi in self.catalogue.values()
            if question.dims <= kpi.dims and kpi.needs <= set(question.by)
        ]
        hourly = question.every == "hour"
        return [kpi for kpi in found if not hourly or knows_hours(kpi, table)]

    def question(
        self,
        start: str | None,
        end: str | None,
        by: Iterable[str] = (),
        every: str | None = None,
        where: dict[str, Any] | None = None,
    ) -> Question:
        """A question; a missing start or end is that of all time."""
        first, last = self.period()
        return Question(
            date.fromisoformat(start) if start else first,
            date.fromisoformat(end) if end else last,
            tuple(by),
            every,
            {dim: _allowed(value) for dim, value in (where or {}).items()},
        )

    def data_quality(self) -> dict[str, int]:
        """The counts of `footfall quality`."""
        counts = self.log.counts
        return {
            "duplicates": counts["duplicates"],
            "duplicate_conflicts": counts["duplicate_conflicts"],
            "refused": counts["refused"],
            "bot_events": counts["bot_events"],
            "identity_conflicts": conflicts(self.links),
            "orders_without_revenue": sum(o.revenue is None for o in self._orders),
            "refunds_without_money": sum(r.money is None for r in self._refunds),
        }

    def funnel(
        self,
        steps: Iterable[str],
        start: str | None = None,
        end: str | None = None,
        scope: str = "session",
        *,
        strict: bool = False,
        window_ms: int | None = None,
    ) -> list[Row]:
        """The steps of a funnel; window: 30 minutes for sessions, 7 days for persons."""
        inside = self.inside(start, end)
        window = WINDOWS[scope] if window_ms is None else window_ms
        asked = Funnel(tuple(steps), scope, window, strict, inside)
        return asked.rows(self.events, self._orders)

    def inside(self, start: str | None, end: str | None) -> Callable[[int], bool]:
        """Whether an instant is in a period."""
        question = self.question(start, end)
        return lambda ms: question.first <= self.calendar.day(ms) <= question.last

    def retention(
        self, every: str = "week", start: str | None = None, end: str | None = None
    ) -> dict[str, list[Row]]:
        """Cohorts of the first session ever, and of the first order ever."""
        question = self.question(start, end)
        buckets = self.calendar.buckets(question.first, question.last, every)
        sessions = [(s.person, s.start) for s in self._sessions]
        orders = [(o.person, o.time) for o in self._orders if o.person is not None]
        inside = self.inside(start, end)
        bucket = partial(self.calendar.bucket, every=every)
        return {
            "returning": reports.retention(sessions, inside, bucket, buckets),
            "buying_again": reports.retention(orders, inside, bucket, buckets),
        }

    def drilldown(self, start: str | None = None, end: str | None = None) -> dict[str, list[Row]]:
        """Per experience its modules with their numbers."""
        return reports.drilldown(self.events, self.inside(start, end))

    def leaderboard(self, start: str | None = None, end: str | None = None) -> list[Row]:
        """One line per agent."""
        return reports.leaderboard(self.kpis(LEADERBOARD, start, end, by=["agent"]))

    def requests_by_hour(
        self, start: str | None = None, end: str | None = None
    ) -> dict[str, dict[str, Any]]:
        """The requests of each local hour of the day."""
        ids = ("requests", "text_requests", "video_requests")
        found = {str(hour): dict.fromkeys(ids, 0) for hour in range(24)}
        for row in self.kpis(ids, start, end, by=["hour_of_day"]):
            found[str(row["segment"]["hour_of_day"])][row["kpi"]] = row["value"]
        return found

    def sessions(self) -> list[Row]:
        """The sessions as a list."""
        return [lists.session_row(session) for session in self._sessions]

    def orders(self) -> list[Row]:
        """The orders as a list."""
        return [lists.order_row(order) for order in self._orders]

    def conversations(self) -> list[Row]:
        """The requests and conversations as a list."""
        return [lists.talk_row(talk) for talk in self._talks]


def _allowed(value: object) -> tuple[Any, ...]:
    """`where`: one value, or several of which one must hold; None is null."""
    return tuple(value) if isinstance(value, list | tuple | set) else (value,)
