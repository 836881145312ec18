"""A shop made of a few events: a projection in memory that can be asked at once.

    with shop_of(events, site, tables) as shop:
        shop.ask(by=["device"], every="day")

All shops of a process share one database; each has a schema and a folder of its own.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from footfall.catalogue import Catalogue, built_in
from footfall.catalogue.funnel import funnel_of, read_steps
from footfall.engine.duckdb import DuckEngine
from footfall.event.accept import Acceptor, Rejection, Row
from footfall.facts.arrivals import Appended
from footfall.facts.costs import stage_rows
from footfall.facts.projection import Projection
from footfall.localtime import day_date
from footfall.log.store import EventLog
from footfall.query.acts import Asked
from footfall.query.answer import Answer
from footfall.query.answer import Row as AnswerRow
from footfall.query.ask import ask
from footfall.query.findings import Asker
from footfall.query.funnel import funnel_rows
from footfall.query.question import Question, choose
from footfall.query.retention import RetentionFindings, retention_rows
from footfall.schema.log import log_schema
from footfall.settings import Site, site_from_mapping

RECEIVED = datetime(2027, 1, 1, tzinfo=UTC)
RECEIVED_MS = int(RECEIVED.timestamp() * 1000)
Told = Mapping[str, Any] | bytes
Rows = Sequence[Mapping[str, Any]]
Where = Mapping[str, Sequence[str | None]]
_numbers = itertools.count(1)


@cache
def database() -> duckdb.DuckDBPyConnection:
    """The database of this process."""
    return duckdb.connect(":memory:", config={"threads": 1})


@dataclass
class Shop:
    """One site's projection, its log in a folder of its own."""

    site: Site
    projection: Projection
    folder: Path
    rejections: list[Rejection]

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """The database, speaking of this shop's tables."""
        self.projection.use()
        return self.projection.con

    @property
    def catalogue(self) -> Catalogue:
        """The KPIs of the contract and of the site's rules."""
        return built_in().for_site(self.site)

    def append(self, events: Iterable[Told]) -> Appended:
        """Takes events in, in order, as one import."""
        part = self._new_file()
        self.rejections += stage(events, part)
        return self.projection.append([part])

    def append_rates(self, rates: Rows) -> None:
        """Takes exchange rates in."""
        self.append_table("fx_rates", rates)

    def append_table(self, kind: str, rows: Rows) -> None:
        """Takes rows of a table in."""
        self.projection.append_table(kind, stage_rows(kind, rows, self._new_file()))

    def _new_file(self) -> Path:
        return self.folder / f"{next(_numbers):06}.parquet"

    def rebuild(self) -> None:
        """Builds everything anew from the log."""
        self.projection.rebuild()

    def period(self) -> tuple[date, date]:
        """The local days of the first and the last event that is neither a bot's nor deleted."""
        row = self.con.execute("SELECT min(day), max(day) FROM events WHERE live").fetchone()
        first, last = row if row and row[0] is not None else (0, 0)
        return day_date(first), day_date(last)

    def question(
        self,
        ids: Sequence[str] = (),
        start: date | None = None,
        end: date | None = None,
        by: Sequence[str] = (),
        every: str | None = None,
        where: Where | None = None,
    ) -> Question:
        """A question; no ids = every KPI that has the dimensions, no days = all time."""
        wanted = {name: tuple(values) for name, values in (where or {}).items()}
        chosen, _ = choose(self.catalogue, ids, tuple(by), tuple(wanted), every)
        first, last = self.period()
        return Question(chosen, start or first, end or last, tuple(by), every, wanted)

    def ask(self, question: Question) -> tuple[AnswerRow, ...]:
        """The rows of a question."""
        return ask(DuckEngine(self.con), question, self.site.timezone)

    def value(self, kpi: str, by: Mapping[str, str | None] | None = None, **asked: Any) -> Any:
        """One KPI's value over all time (or the question's), in one segment; None if it has none.

        A segment without a row has nothing in it: 0, or no value for a ratio.
        """
        rows = self.ask(self.question([kpi], by=list(by or {}), **asked))
        found = [row.value for row in rows if dict(row.segment) == dict(by or {})]
        assert len(found) < 2, "a segment has one row"
        return found[0] if found else None if self.catalogue[kpi].is_ratio else 0

    def values(self, kpi: str, **asked: Any) -> dict[Any, Any]:
        """A KPI's values by bucket (with ``every``), else by segment, else both."""
        rows = self.ask(self.question([kpi], **asked))
        return {_key(row, asked): row.value for row in rows}

    def asked(
        self,
        by: Sequence[str] = (),
        where: Where | None = None,
        days: tuple[date | None, date | None] = (None, None),
    ) -> Asked:
        """What a report of behaviour is asked; no days = all time."""
        first, last = self.period()
        only = {name: tuple(values) for name, values in (where or {}).items()}
        days = (days[0] or first, days[1] or last)
        return Asked(*days, tuple(by), only, timeout_us=self.site.session_timeout_us)

    def funnel(self, steps: str, *, order: str | None = None, **told: Any) -> list[dict[str, Any]]:
        """The steps of a funnel: of whom (``scope``), within what ``window``, asked how."""
        funnel = funnel_of(
            read_steps(steps), told.pop("scope", None), told.pop("window", None), order
        )
        return list(funnel_rows(DuckEngine(self.con), funnel, self.asked(**told)))

    def retention(self, every: str = "week", **told: Any) -> dict[str, Any]:
        """The cohorts of a shop, asked how."""
        asked = self.asked(**told)
        rows = retention_rows(DuckEngine(self.con), every, asked)
        asker = Asker(self.site.id, "EUR", self.site.timezone, asked.start, asked.end, 0)
        return RetentionFindings(asker, {}, rows, asked.by, every=every).to_json()

    def answer(self, question: Question) -> Answer:
        """The answer that people get: money as text, rounded."""
        return Answer(
            self.site.id, self.site.currency, self.site.timezone, question.start, question.end,
            question.every, question.by, 0, "", question.kpis, (), self.ask(question),
        )  # fmt: skip


def _key(row: AnswerRow, asked: Mapping[str, Any]) -> Any:
    segment = tuple(row.segment.values())
    parts = ([row.bucket] if asked.get("every") else []) + list(segment)
    return parts[0] if len(parts) == 1 else tuple(parts)


@contextmanager
def shop_of(
    events: Iterable[Told] = (),
    site: Mapping[str, Any] | None = None,
    rates: Rows = (),
    tables: Mapping[str, Rows] | None = None,
) -> Iterator[Shop]:
    """A shop with these events and tables, removed afterwards."""
    with TemporaryDirectory(prefix="shop-") as name:
        folder = Path(name)
        settings = site_from_mapping(f"s{next(_numbers)}", dict(site or {}))
        projection = Projection(database(), settings, EventLog(folder / "log"))
        shop = Shop(settings, projection, folder, [])
        projection.rebuild()
        try:
            if rates:
                shop.append_rates(rates)
            for kind, rows in (tables or {}).items():
                if rows:
                    shop.append_table(kind, rows)
            told = list(events)
            if told:
                shop.append(told)
            yield shop
        finally:
            projection.remove()


def stage(events: Iterable[Told], path: Path) -> list[Rejection]:
    """Writes accepted events as an import stages them; what was refused comes back."""
    acceptor, rows, refused = Acceptor(RECEIVED_MS), list[Row](), list[Rejection]()
    for line, event in enumerate(events, 1):
        raw = event if isinstance(event, bytes) else line_of(event)
        found = acceptor.accept_line(raw)
        if isinstance(found, Rejection):
            refused.append(found)
        else:
            rows.append((*found, 0, line))
    pq.write_table(_table(rows), path)
    return refused


def line_of(event: Mapping[str, Any]) -> bytes:
    """An event as a line of JSON."""
    return json.dumps(event, default=float, ensure_ascii=False).encode()


def _table(rows: Sequence[Row]) -> pa.Table:
    schema = log_schema().append(pa.field("file", pa.int32())).append(pa.field("line", pa.int64()))
    columns = list(zip(*rows, strict=True)) or [()] * len(schema)
    return pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )
