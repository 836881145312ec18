"""Log rows → events: the projection's own copy, with keys, local time and the visit's origin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.event.traffic import source_medium
from footfall.facts.tables import (
    ASSET_EVENTS,
    EVENT_TABLES,
    EXPOSURE,
    IN_COLUMNS,
    MASS_EVENTS,
    OF_CONVERSATIONS,
    TALKS,
    names_sql,
)
from footfall.localtime import DAY_US, hour_sql, offset_sql
from footfall.schema.facts import MONEY
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_ORIGIN_COLUMNS = (*_UTM, "click_id", "referrer_host", "host")
_ORIGIN_KEY = (
    "concat_ws(chr(31), " + ", ".join(f"coalesce({name}, '')" for name in _ORIGIN_COLUMNS) + ")"
)
_MAY_SIGNAL = f"""(coalesce({", ".join(_UTM)}, click_id) IS NOT NULL
    OR (referrer_host IS NOT NULL AND referrer_host IS DISTINCT FROM host))"""
_ASSET_PATHS = "['$.asset_id', '$.asset_type', '$.placement', '$.product_id']"
_VARIANT_PATHS = "['$.experiment_id', '$.variant']"
# numbers as they were told: extracting them would pass them through a float
_LEAVE = f'{{"engaged_ms": "{MONEY}", "max_scroll_pct": "{MONEY}"}}'
_KEYED = (
    ("visitors", "visitor", "key, visitor_id, key * 2 + 1"),  # a person of its own until linked
    ("customers", "customer", "key, customer_id"),
)
"""What gets dense keys: the table, what it is of, and the row of a new one."""


def load(
    con: duckdb.DuckDBPyConnection, path: Path, base: int, site: Site, fresh: str | None = None
) -> int:
    """Takes a file of the log into the events of the current schema; how many they are.

    A row's position in the log is ``base`` and its place in the file. ``fresh`` is a table (place,
    row) of the rows that the log keeps of the file and their places there; without it all are kept.
    """
    rows = parquet(path)
    if fresh:
        rows = f"""(SELECT r.* REPLACE (f.row AS file_row_number)
            FROM {rows} r JOIN {fresh} f ON f.place = r.file_row_number)"""
    _add_keys(con, rows)
    _map_traffic(con, rows, site)
    mass, *others = EVENT_TABLES
    # the many go straight to their place, the few are made once for all their tables
    told = f"l.event IN ({names_sql(MASS_EVENTS)}) AND l.visitor_id IS NOT NULL"
    stored = _changed(con, f"INSERT INTO {mass} {_event_rows(con, rows, base, site, told)}")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE arriving AS
        {_event_rows(con, rows, base, site, f"NOT ({told})")}
    """)
    for table in others:
        stored += _changed(
            con, f"INSERT INTO {table} SELECT * FROM arriving WHERE {EVENT_TABLES[table]}"
        )
    con.execute("DROP TABLE arriving")
    return stored


def _changed(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Runs a statement that changes rows; how many."""
    row = con.execute(sql).fetchone()
    return int(row[0]) if row else 0


def parquet(path: Path) -> str:
    """A Parquet file as a relation, with the place of every row in it (``file_row_number``)."""
    quoted = str(path).replace("'", "''")
    return f"read_parquet('{quoted}', file_row_number = true)"


def _add_keys(con: duckdb.DuckDBPyConnection, rows: str) -> None:
    """Gives every new visitor and customer a dense key; ``told_…`` are the keys of the rows'."""
    for table, kind, row in _KEYED:
        text = f"{kind}_id"
        # a new one has the next key; the small side is told first, for the engine builds on it
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE told_{table} AS
            SELECT d.{text}, k.{kind} IS NULL AS is_new, coalesce(k.{kind}::BIGINT,
                (SELECT count(*) FROM {table})
                + row_number() OVER (PARTITION BY k.{kind} IS NULL)) AS key
            FROM (SELECT DISTINCT {text} FROM {rows} WHERE {text} IS NOT NULL) d
            LEFT JOIN {table} k ON k.{text} = d.{text}
        """)
        con.execute(f"INSERT INTO {table} SELECT {row} FROM told_{table} WHERE is_new")


def _map_traffic(con: duckdb.DuckDBPyConnection, rows: str, site: Site) -> None:
    """Asks once for every distinct combination where such a visit came from."""
    found = con.execute(f"""
        SELECT DISTINCT {_ORIGIN_KEY}, {", ".join(_ORIGIN_COLUMNS)}
        FROM {rows} WHERE {_MAY_SIGNAL}
    """).fetchall()
    con.execute("""
        CREATE OR REPLACE TEMP TABLE traffic
            (key VARCHAR, source VARCHAR, medium VARCHAR, campaign VARCHAR)
    """)
    mapped = []
    for key, source, medium, campaign, term, content, click_id, referrer_host, host in found:
        origin = source_medium(
            source, medium, campaign, click_id, referrer_host, host, site.hosts,
            utm_term=term, utm_content=content, extra_sites=site.channel_sites,
        )  # fmt: skip
        if origin is not None:
            mapped.append((key, *origin))
    insert_rows(con, "traffic", mapped)


def put(con: duckdb.DuckDBPyConnection, name: str, select: str, *, copied: bool) -> None:
    """A temporary relation: copied where it is small, else a view, so that it costs no memory."""
    row = con.execute(
        """SELECT 'TABLE' FROM duckdb_tables() WHERE temporary AND table_name = $name
        UNION ALL SELECT 'VIEW' FROM duckdb_views() WHERE temporary AND view_name = $name""",
        {"name": name},
    ).fetchone()
    if row:
        con.execute(f"DROP {row[0]} temp.{name}")
    con.execute(f"CREATE TEMP {'TABLE' if copied else 'VIEW'} {name} AS {select}")


def insert_rows(
    con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]
) -> None:
    """Inserts Python rows by columns: hundreds of times faster than one statement a row."""
    if not rows:
        return
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and not every command builds

    types = con.sql(f"SELECT * FROM {table} LIMIT 0").to_arrow_table().schema
    columns = zip(*rows, strict=True)
    batch = pa.table(
        [pa.array(column, field.type) for column, field in zip(columns, types, strict=True)],
        schema=types,
    )
    con.register("inserted_rows", batch)
    con.execute(f"INSERT INTO {table} SELECT * FROM inserted_rows")
    con.unregister("inserted_rows")


def _event_rows(
    con: duckdb.DuckDBPyConnection, rows: str, base: int, site: Site, which: str
) -> str:
    """The statement that makes events of log rows: the columns of ``tables.DDL``, in its order."""
    first, last = con.execute(
        f"SELECT min(occurred_ms), max(occurred_ms) FROM {rows}"
    ).fetchone() or (0, 0)
    # from a day earlier on, so that the offset before a first event in a changed hour is known
    span = (site.timezone, (first or 0) * 1000 - DAY_US, (last or 0) * 1000, "l.occurred_ms * 1000")
    return f"""
        SELECT {base} + l.file_row_number AS seq, l.event_id, hash(l.event_id), l.content_hash,
            l.event AS name,
            l.occurred_ms * 1000,
            ((l.occurred_ms * 1000 + {offset_sql(*span)}) // {DAY_US})::INTEGER,
            {hour_sql(*span)},
            v.key::INTEGER AS visitor, c.key::INTEGER AS customer, l.system, l.bot, NOT l.bot,
            l.path, l.device, l.browser, l.os, l.country, l.region,
            t.key IS NOT NULL, t.source, t.medium, t.campaign,
            clean(a[1]), nullif(a[2], ''), nullif(a[3], ''), clean(a[4]),
            clean(x[1]), nullif(x[2], ''), p.engaged_ms, p.max_scroll_pct,
            CASE WHEN l.event IN ('purchase', 'refund')
                 THEN '=' || clean(json_extract_string(l.properties, '$.transaction_id'))
                 WHEN l.event IN ('generate_lead', 'qualify_lead')
                 THEN '~' || clean(json_extract_string(l.properties, '$.lead_id'))
                 WHEN l.event IN ({names_sql(OF_CONVERSATIONS)})
                 THEN '@' || clean(json_extract_string(l.properties, '$.conversation_id')) END,
            CASE WHEN l.event IN ({names_sql(TALKS)})
                 THEN split_part(split_part(l.url, '#', 1), '?', 1) END,
            CASE WHEN l.event NOT IN ({names_sql(IN_COLUMNS)}) THEN l.properties END
        FROM (
            SELECT *,
                CASE WHEN {_MAY_SIGNAL} THEN {_ORIGIN_KEY} END AS traffic_key,
                CASE WHEN event IN ({names_sql(ASSET_EVENTS)})
                     THEN json_extract_string(properties, {_ASSET_PATHS}) END AS a,
                CASE WHEN event = '{EXPOSURE}'
                     THEN json_extract_string(properties, {_VARIANT_PATHS}) END AS x,
                CASE WHEN event = 'page_leave'
                     THEN json_transform(properties, '{_LEAVE}') END AS p
            FROM {rows} l WHERE {which}
        ) l
        LEFT JOIN told_visitors v ON v.visitor_id = l.visitor_id
        LEFT JOIN told_customers c ON c.customer_id = l.customer_id
        LEFT JOIN traffic t ON t.key = l.traffic_key
    """
