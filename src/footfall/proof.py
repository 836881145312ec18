"""The proof of a KPI: its worked examples, taken the way that every event takes.

An example's events are accepted, staged, projected and asked in a database of their own, which is
gone afterwards; nothing of a workspace is read or changed. What they give is compared with what a
person worked out by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from footfall.catalogue import Catalogue, Example, Kpi
from footfall.catalogue.kpi import Checked
from footfall.errors import RequestError
from footfall.event.accept import Acceptor, Rejection, Row
from footfall.log.store import EventLog
from footfall.money import round_half_away
from footfall.query.answer import Value
from footfall.query.ask import ask
from footfall.query.question import Question, check_dimensions, check_period, choose
from footfall.schema.log import log_schema
from footfall.settings import Site, site_from_mapping

if TYPE_CHECKING:
    import duckdb

ENVELOPE = (
    "url", "title", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term",
    "utm_content", "device", "browser", "os", "country", "region", "user_agent",
)  # fmt: skip
WORDS = {"at", "event", "visitor", "customer", *ENVELOPE}
OWN_IDS = ("transaction_id", "lead_id", "conversation_id")
CLOSE_ENOUGH = Fraction(1, 10**9)
FIRST_YEAR, LAST_YEAR = 1970, 2999
Sent = dict[str, Any]


def check(kpi: Kpi, catalogue: Catalogue, site: Site | None = None) -> list[Checked]:
    """Every example of a KPI with what its events give, in the order of its file.

    An example is of a site with the usual settings and those that it names; where ``site`` is given
    and the example names no currency, in the site's. One that cannot be asked has a ``fault``.
    """
    if not kpi.examples:
        return []
    usual = {"currency": site.currency} if site else {}
    with _database() as (folder, con):
        stage = _Stage(con, folder, catalogue, usual)
        return [stage.check(kpi, example, at) for at, example in enumerate(kpi.examples)]


def holds(expected: str | float | None, got: Value | Fraction, currency: str = "EUR") -> bool:
    """Whether a value is the one worked out by hand: counts and sums exactly, quotients to 1e-9.

    Money, which is written as a text, may also be told as an answer shows it: to the minor unit.
    """
    if expected is None or got is None:
        return expected is got
    off = abs(Fraction(str(expected)) - Fraction(got))
    if off <= (CLOSE_ENOUGH if isinstance(got, float | Decimal) else 0):
        return True
    if not isinstance(expected, str) or isinstance(got, Fraction):
        return False
    return Decimal(expected) == round_half_away(Decimal(str(got)), currency)


def asked_by(kpi: Kpi, example: Example) -> tuple[str, ...]:
    """What an example is cut by; what the KPI itself has a row for each of is not asked for."""
    own = kpi.split.column if kpi.split else None
    return tuple(name for name in example.by if name != own)


def segment_value(kpi: Kpi, example: Example, rows: Iterable[tuple[Mapping[str, Any], Any]]) -> Any:
    """The value of the example's segment; a segment without a row has nothing in it (R13, R17)."""
    found = [value for segment, value in rows if dict(segment) == dict(example.by)]
    if len(found) > 1:
        raise AssertionError(f"{kpi.id}: a segment has one row")
    return found[0] if found else None if kpi.is_ratio else 0


@dataclass(frozen=True, slots=True)
class Script:
    """An example as it is told to a site: its events as they would be sent, and the days asked.

    ``mark`` stands before every id and ``earlier`` is taken from every time, so that examples can
    stand side by side in one site and share nothing.
    """

    example: Example
    mark: str = ""
    earlier: timedelta = timedelta()

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the times that name none: the site's."""
        return ZoneInfo(str(self.example.site.get("timezone", "UTC")))

    def days(self) -> tuple[date, date]:
        """The days that are asked for; where none are, from the first to the last that is told."""
        start, end = self.example.start, self.example.end
        if start is None or end is None:
            told = [_time(event, at) for at, event in enumerate(self.example.events, 1)]
            days = [self._local(moment).date() for moment in told]
            days += [_day(row) for rows in self.example.tables.values() for row in rows]
            if not days:
                raise RequestError("has no events: write at least one, or the days from and to")
            start, end = start or min(days), end or max(days)
        for day in (start, end):
            _check_year(day, f"{day} is far from any event; write days such as 2026-01-31")
        check_period(start, end)
        return start - self.earlier, end - self.earlier

    def events(self) -> list[Sent]:
        """The events as they would be sent; their ids are their places in the example."""
        return [self._event(at, told) for at, told in enumerate(self.example.events)]

    def tables(self) -> dict[str, list[Sent]]:
        """The rows of the tables as they would be imported."""
        return {
            name: [{**row, "date": (_day(row) - self.earlier).isoformat()} for row in rows]
            for name, rows in self.example.tables.items()
        }

    def _event(self, at: int, told: Mapping[str, Any]) -> Sent:
        sent = {
            "event_id": f"{self.mark}{at:03d}",
            "event": told["event"],
            "occurred_at": self._moment(told, at).isoformat(timespec="milliseconds"),
            "visitor_id": self._own(told.get("visitor")),
            "customer_id": self._own(told.get("customer")),
            **{name: told[name] for name in ENVELOPE if name in told},
            "properties": {
                name: self._own(value) if name in OWN_IDS else value
                for name, value in told.items()
                if name not in WORDS
            },
        }
        return {name: value for name, value in sent.items() if value is not None}

    def _moment(self, told: Mapping[str, Any], at: int) -> datetime:
        return self._local(_time(told, at + 1)) - self.earlier

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _own(self, told: Any) -> Any:
        """The example's own people and orders."""
        return self.mark + told if told and isinstance(told, str) else told


def _time(event: Mapping[str, Any], number: int) -> datetime:
    """When an event happened, as it is told. Raises RequestError where that is no time of ours."""
    right = f"event {number}: at {event['at']!r} is no time; write it as 2026-01-31 10:00"
    try:
        told = datetime.fromisoformat(event["at"])
    except ValueError as fault:
        raise RequestError(right) from fault
    _check_year(told, right)
    return told


def _day(row: Mapping[str, Any]) -> date:
    """The day of a table's row. Raises RequestError where it is none."""
    try:
        return date.fromisoformat(row["date"])
    except ValueError as fault:
        raise RequestError(f"date {row['date']!r} is no day; write it as 2026-01-31") from fault


def _check_year(told: date, right: str) -> None:
    """Refuses what has no neighbours in every time zone."""
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        raise RequestError(right)


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where examples are played: a database and a folder, and what all of their sites have."""

    con: duckdb.DuckDBPyConnection
    folder: Path
    catalogue: Catalogue
    usual: Mapping[str, Any]

    def check(self, kpi: Kpi, example: Example, at: int) -> Checked:
        """What one example comes to."""
        try:
            _check_number(example.value)
            site = site_from_mapping(f"example{at + 1}", {**self.usual, **example.site})
            got = self._ask(kpi, Script(example), site)
        except RequestError as fault:
            return Checked(example, None, holds=False, fault=str(fault))
        return Checked(example, got, holds=holds(example.value, got, site.currency))

    def _ask(self, kpi: Kpi, script: Script, site: Site) -> Value:
        """The value that the events give."""
        from footfall.engine.duckdb import DuckEngine  # noqa: PLC0415 - brings DuckDB with it
        from footfall.facts.costs import stage_rows  # noqa: PLC0415
        from footfall.facts.projection import Projection  # noqa: PLC0415

        by = asked_by(kpi, script.example)
        check_dimensions(by)
        choose(self.catalogue, [kpi.id], by, ())
        question = Question((kpi,), *script.days(), by)
        projection = Projection(self.con, site, EventLog(self.folder / site.id))
        projection.rebuild()
        if rows := _accepted(script.events()):
            projection.append([_part(rows, self.folder / f"{site.id}.parquet")])
        for kind, told in script.tables().items():
            path = self.folder / f"{site.id}-{kind}.parquet"
            projection.append_table(kind, stage_rows(kind, told, path))
        answered = ask(DuckEngine(self.con), question, site.timezone)
        value: Value = segment_value(
            kpi, script.example, ((row.segment, row.value) for row in answered)
        )
        return value


def _check_number(value: str | float | None) -> None:
    try:
        wrong = value is not None and not Decimal(str(value)).is_finite()
    except InvalidOperation:
        wrong = True
    if wrong:
        raise RequestError(
            f'value {value!r} is no number; write a number, money as "12.50", or "none"'
        )


def _accepted(events: Sequence[Sent]) -> list[Row]:
    """The events as rows of the log, received when the last of them happened."""
    last = max((datetime.fromisoformat(event["occurred_at"]) for event in events), default=None)
    acceptor = Acceptor(int(last.timestamp() * 1000) if last else 0)
    rows = []
    for number, event in enumerate(events, 1):
        # as a line of a file, so that an example's numbers are read as everybody's are
        row = acceptor.accept_line(json.dumps(event, default=str, ensure_ascii=False).encode())
        if isinstance(row, Rejection):
            raise RequestError(f"event {number} is refused: {row.detail}")
        rows.append((*row, 0, number))
    return rows


def _part(rows: Sequence[Row], path: Path) -> Path:
    """A staged part, as imports make it: the log's columns, then file and line."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and not every start proves something
    import pyarrow.parquet as pq  # noqa: PLC0415

    places = [pa.field("file", pa.int32()), pa.field("line", pa.int64())]
    schema = pa.schema([*log_schema(), *places])
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    pq.write_table(pa.table(arrays, schema=schema), path)
    return path


@contextmanager
def _database() -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    """An empty database in a folder of its own, both gone afterwards."""
    from footfall.engine.duckdb import connect  # noqa: PLC0415

    with TemporaryDirectory(prefix="footfall-proof-") as name:
        con = connect(Path(name) / "proof.duckdb")
        try:
            yield Path(name), con
        finally:
            con.close()
