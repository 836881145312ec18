"""The facts as lists, for people and other programs: sessions, orders, conversations, feedback.

Times are epoch milliseconds. A person is ``c:`` and the customer's id, else ``v:`` and the
visitor's. Money is exact, in the site's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from footfall.errors import RequestError, unknown
from footfall.localtime import day_number
from footfall.schema.fact import SESSION_DIMENSIONS

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from footfall.facts.projection import Projection

Where = Mapping[str, Sequence[str | None]]
"""For columns of a list's fact the values that are wanted, None for null."""
BATCH = 50_000  # rows at a time, so that a long list needs no memory
_PERSON = """CASE WHEN s.person % 2 = 0 THEN 'c:' || pc.customer_id
    WHEN s.person % 2 = 1 THEN 'v:' || pv.visitor_id END AS person"""
_PERSONS = """LEFT JOIN customers pc ON s.person % 2 = 0 AND pc.customer = s.person // 2
    LEFT JOIN visitors pv ON s.person % 2 = 1 AND pv.visitor = s.person // 2"""


@dataclass(frozen=True, slots=True)
class List:
    """One list: what a row of it is, the statement over its fact ``s``, and the rows' order."""

    about: str
    sql: str
    order: str


SESSIONS = List(
    "one session (R3)",
    f"""
    SELECT v.visitor_id, {_PERSON}, s.ts // 1000 AS start, s.end_ts // 1000 AS end,
        s.events, s.page_views, coalesce(o.orders, 0) AS orders, s.bounced,
        s.visitor_type = 'new' AS is_new, s.exit_page,
        {", ".join(f"s.{name}" for name in SESSION_DIMENSIONS)}
    FROM sessions s JOIN visitors v ON v.visitor = s.visitor
    {_PERSONS}
    LEFT JOIN (SELECT session, count(*) AS orders FROM orders GROUP BY session) o
      ON o.session = s.session""",
    "s.ts, s.first_event_id",
)
_PAID = """(
    SELECT coalesce(thing, '#' || event_id) AS order_id,
        arg_min(event_id, {'authority': CASE json_extract_string(properties, '$.source')
            WHEN 'import' THEN 0 WHEN 'server' THEN 1 ELSE 2 END, 'ts': ts, 'id': event_id})
            AS money_event_id
    FROM records WHERE live AND name = 'purchase' GROUP BY 1)"""
"""The purchase that each order's money comes from (R4)."""
_SOLD = """(
    SELECT order_key, count(*) AS lines, sum(revenue) AS sales
    FROM (SELECT DISTINCT order_key, line_key, revenue FROM direct_lines) GROUP BY order_key)"""
_GIVEN_BACK = """(
    SELECT e.thing, sum(f.worth) AS worth
    FROM refunds f JOIN records e ON e.seq = f.refund GROUP BY e.thing)"""
_TALKED = """(
    SELECT o.order_key, max(CASE WHEN o.credited THEN q.conversation_id END) AS conversation,
        max(CASE WHEN o.called THEN q.conversation_id END) AS video_conversation
    FROM conversation_orders o JOIN requests q ON q.request = o.request GROUP BY o.order_key)"""
ORDERS = List(
    "one order (R4)",
    f"""
    SELECT substr(e.thing, 2) AS transaction_id, e.event_id, s.ts // 1000 AS time,
        {_PERSON}, s.revenue, s.units, v.ts // 1000 AS session_start, m.money_event_id,
        s.order_key IN (SELECT order_key FROM contributed_orders) AS contributed,
        coalesce(d.lines, 0) AS direct_lines, coalesce(d.sales, 0) AS direct_sales,
        coalesce(r.worth, 0) AS refunded, t.conversation, t.video_conversation
    FROM orders s JOIN records e ON e.seq = s.order_key
    JOIN {_PAID} m ON m.order_id = coalesce(e.thing, '#' || e.event_id)
    {_PERSONS}
    LEFT JOIN sessions v ON v.session = s.session
    LEFT JOIN {_SOLD} d ON d.order_key = s.order_key
    LEFT JOIN {_GIVEN_BACK} r ON r.thing = e.thing
    LEFT JOIN {_TALKED} t ON t.order_key = s.order_key""",
    "s.ts, e.event_id",
)
CONVERSATIONS = List(
    "one request, which became a conversation or did not (R9)",
    f"""
    SELECT s.conversation_id, s.ts // 1000 AS time, {_PERSON}, s.initiator,
        s.conversation_channel AS channel, s.text_ts // 1000 AS text_at,
        s.video_ts // 1000 AS video_at, s.accepted_ts // 1000 AS accepted_at, s.agent,
        s.duration_ms, s.response_ms, s.agent_responded, s.url
    FROM requests s
    {_PERSONS}""",
    "s.ts, s.conversation_id",
)
FEEDBACK = List(
    "one rating: who gave it, whom it judges, the stars and what was typed",
    """
    SELECT s.ts // 1000 AS time, DATE '1970-01-01' + s.day AS date,
        coalesce(v.visitor_id, c.customer_id) AS visitor, s.agent, s.score::INTEGER AS score,
        s.feedback AS text, s.conversation_id
    FROM (SELECT * FROM surveys WHERE survey_type = 'rating'
            AND (score IS NOT NULL OR feedback IS NOT NULL)) s
    LEFT JOIN visitors v ON v.visitor = s.visitor
    LEFT JOIN customers c ON c.customer = -s.visitor""",
    "s.ts DESC, visitor, s.conversation_id, s.score, s.feedback",
)
LISTS: Mapping[str, List] = {
    "sessions": SESSIONS,
    "orders": ORDERS,
    "conversations": CONVERSATIONS,
}
"""The lists that are exported."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A list as it is asked for, of local days from the first to the last."""

    projection: Projection
    what: List
    days: tuple[date, date]

    def batches(self) -> pa.RecordBatchReader:
        """The rows, so many at a time, from the first one on; money as decimals."""
        con = self.projection.con.cursor()  # whoever reads slowly holds up nobody
        con.execute(f'USE "{self.projection.schema}"')
        sql, _ = _statement(self.what, self.days, {})
        return con.sql(sql).to_arrow_reader(BATCH)

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        return self.batches().read_all()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as Python values."""
        found: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return found

    def write(self, path: Path) -> None:
        """Writes the rows into a Parquet file, so many at a time."""
        import pyarrow.parquet as pq  # noqa: PLC0415 - slow to import

        batches = self.batches()
        with pq.ParquetWriter(path, batches.schema, compression="zstd") as writer:
            for batch in batches:
                writer.write_batch(batch)


@dataclass(frozen=True, slots=True)
class Written:
    """A list that another process wrote into a Parquet file; to be read like the list itself."""

    file: BinaryIO

    @classmethod
    def at(cls, path: Path) -> Written:
        """The list at a path, which may be removed from now on."""
        return cls(path.open("rb"))

    def batches(self) -> pa.RecordBatchReader:
        """The rows, so many at a time, from the first one on; money as decimals."""
        import pyarrow as pa  # noqa: PLC0415 - slow to import
        import pyarrow.parquet as pq  # noqa: PLC0415

        self.file.seek(0)
        found = pq.ParquetFile(self.file)
        return pa.RecordBatchReader.from_batches(found.schema_arrow, found.iter_batches(BATCH))

    def to_arrow(self) -> pa.Table:
        """The rows as a pyarrow table."""
        return self.batches().read_all()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as Python values."""
        found: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return found


def list_of(name: str) -> List:
    """The list of a name. Raises RequestError where there is none, with the nearest right word."""
    if name not in LISTS:
        raise RequestError(unknown("list", name, LISTS))
    return LISTS[name]


def feedback(
    con: duckdb.DuckDBPyConnection, days: tuple[date, date], where: Where
) -> list[dict[str, Any]]:
    """The ratings of local days, the latest first."""
    sql, values = _statement(FEEDBACK, days, where)
    found = con.execute(sql, values or None)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _statement(what: List, days: tuple[date, date], where: Where) -> tuple[str, list[str]]:
    """The statement of a list with its conditions, and their values."""
    first, last = (day_number(day) for day in days)
    conditions, values = [f"s.day >= {first}", f"s.day <= {last}"], list[str]()
    for column, wanted in where.items():
        texts = [value for value in wanted if value is not None]
        parts = [f"s.{column} IN ({', '.join('?' * len(texts))})"] if texts else []
        parts += [f"s.{column} IS NULL"] if None in wanted else []
        conditions.append(f"({' OR '.join(parts)})")
        values += texts
    return f"{what.sql} WHERE {' AND '.join(conditions)} ORDER BY {what.order}", values
