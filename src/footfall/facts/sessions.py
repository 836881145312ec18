"""Sessions, exactly and incrementally (R3).

Activity is aggregated to slots as long as the timeout. Two events of one slot are never further
apart than the timeout, and a slot can only continue the slot just before it; so sessions follow from
comparing each slot with its neighbour, and the few slots that are continued are all that a window has
to look at. A `session_end` splits its slot into parts.

Everything here works on ``scope`` (visitor, lo, hi): the visitors in hand and the span of each that
has to be built anew.
"""

from __future__ import annotations

import duckdb

from footfall.event.traffic import channel
from footfall.event.vocabulary import NEVER_OPENS, PASSIVE
from footfall.facts.load import insert_rows
from footfall.settings import Site

US_PER_MINUTE = 60_000_000
_ATTRIBUTES = ("device", "browser", "os", "country", "region")
_ORDER_STEP = 1 << 20  # events of one visitor in one millisecond
_END_LAST = _ORDER_STEP >> 1


def names_sql(names: tuple[str, ...] | frozenset[str]) -> str:
    """Event names as the inside of an SQL list."""
    return ", ".join(f"'{name}'" for name in sorted(names))


def timeout_us(site: Site) -> int:
    """The inactivity that ends a session, µs."""
    return site.session_timeout_minutes * US_PER_MINUTE


def spread(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Widens ``dirty`` until no session or orphan outside a span is within the timeout of it."""
    timeout = timeout_us(site)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE dirty AS
        SELECT visitor, min(lo) AS lo, max(hi) AS hi FROM dirty GROUP BY visitor
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE spans AS
        SELECT visitor, ts AS lo, end_ts AS hi FROM sessions WHERE visitor IN (SELECT visitor FROM dirty)
        UNION ALL SELECT visitor, ts, ts FROM orphans WHERE visitor IN (SELECT visitor FROM dirty)
    """)
    widened = 1
    while widened:
        row = con.execute(f"""
            UPDATE dirty SET lo = w.lo, hi = w.hi FROM (
                SELECT d.visitor, least(min(s.lo), min(d.lo)) AS lo, greatest(max(s.hi), max(d.hi)) AS hi
                FROM dirty d JOIN spans s
                  ON s.visitor = d.visitor AND s.hi >= d.lo - {timeout} AND s.lo <= d.hi + {timeout}
                GROUP BY d.visitor
                HAVING min(s.lo) < min(d.lo) OR max(s.hi) > max(d.hi)
            ) w WHERE w.visitor = dirty.visitor
        """).fetchone()
        widened = row[0] if row else 0


def sessionise(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``session_core`` and ``members`` of the scope: the sessions, and every event with its session."""
    _take_activity(con, site)
    _order(con)
    _cut_slots(con, site)
    _join_members(con)
    _describe(con, site)
    _attach_system_events(con, site)


def _between(con: duckdb.DuckDBPyConnection, extra: int = 0) -> str:
    """The span of all spans of the scope as plain numbers: it lets the engine skip what is outside."""
    lo, hi = con.execute("SELECT min(lo), max(hi) FROM scope").fetchone() or (None, None)
    return f"e.ts >= {lo or 0} AND e.ts <= {(hi or 0) + extra}"


def _take_activity(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE activity AS
        SELECT e.seq, e.event_id, e.visitor, e.ts, e.ts // {timeout_us(site)} AS slot, e.name, e.day, e.hour,
            e.page, e.device, e.browser, e.os, e.country, e.region, e.signal, e.source, e.medium, e.campaign,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct,
            CASE WHEN e.name = 'view_item' THEN e.properties END AS items
        FROM events e JOIN scope s ON s.visitor = e.visitor
        WHERE e.live AND NOT e.system AND e.ts BETWEEN s.lo AND s.hi AND {_between(con)}
    """)


def _order(con: duckdb.DuckDBPyConnection) -> None:
    """``ranks``: the place of events that share a visitor and a moment, by event id."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE ranks AS
        SELECT a.seq, row_number() OVER (PARTITION BY a.visitor, a.ts ORDER BY a.event_id) AS rank
        FROM activity a
        JOIN (SELECT visitor, ts FROM activity GROUP BY visitor, ts HAVING count(*) > 1) t
          ON t.visitor = a.visitor AND t.ts = a.ts
    """)


_ORD = f"a.ts // 1000 * {_ORDER_STEP} + CASE WHEN a.name = 'session_end' THEN {_END_LAST} ELSE 0 END + coalesce(r.rank, 0)"
_PART = "coalesce(len(list_filter(x.ends, lambda t: t < a.ts)), 0)"


def _placed(con: duckdb.DuckDBPyConnection) -> str:
    """Activity with its order within the visitor and its part of the slot."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE ends AS
        SELECT visitor, slot, list(ts) AS ends FROM activity WHERE name = 'session_end' GROUP BY visitor, slot
    """)
    return f"""
        SELECT a.*, {_ORD} AS ord, {_PART} AS part
        FROM activity a
        LEFT JOIN ranks r ON r.seq = a.seq
        LEFT JOIN ends x ON x.visitor = a.visitor AND x.slot = a.slot
    """


def _cut_slots(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``slot_sessions``: the session of every (visitor, slot, part), with its first event."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE placed AS {_placed(con)}")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE slots AS
        SELECT visitor, slot, part, min(ts) AS lo, max(ts) AS hi,
            bool_or(name = 'session_end') AS ended,
            min(CASE WHEN name NOT IN ({names_sql(NEVER_OPENS)}) THEN ord END) AS first_ord,
            arg_min(seq, ord) FILTER (WHERE name NOT IN ({names_sql(NEVER_OPENS)})) AS first_seq
        FROM placed GROUP BY visitor, slot, part
    """)
    # a slot continues the one before it unless that ended or the gap is longer than the timeout
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE continuing AS
        SELECT s.visitor, s.slot, p.part AS previous_part
        FROM slots s JOIN slots p ON p.visitor = s.visitor AND p.slot = s.slot - 1
        WHERE s.part = 0 AND NOT p.ended AND s.lo - p.hi <= {timeout_us(site)}
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE slot_sessions AS
        WITH chained AS (
            SELECT s.*, c.slot IS NOT NULL AS continues
            FROM slots s LEFT JOIN continuing c ON c.visitor = s.visitor AND c.slot = s.slot AND s.part = 0
        ),
        linked AS (
            SELECT c.* FROM chained c
            WHERE c.continues OR EXISTS (
                SELECT 1 FROM continuing n
                WHERE n.visitor = c.visitor AND n.slot = c.slot + 1 AND n.previous_part = c.part)
        ),
        numbered AS (
            SELECT *, sum(CASE WHEN continues THEN 0 ELSE 1 END)
                OVER (PARTITION BY visitor ORDER BY slot, part ROWS UNBOUNDED PRECEDING) AS chain
            FROM linked
        ),
        chains AS (
            SELECT visitor, chain, min(first_ord) AS first_ord, arg_min(first_seq, first_ord) AS session
            FROM numbered GROUP BY visitor, chain
        )
        SELECT n.visitor, n.slot, n.part, c.session, c.first_ord
        FROM numbered n JOIN chains c ON c.visitor = n.visitor AND c.chain = n.chain
        UNION ALL
        SELECT c.visitor, c.slot, c.part, c.first_seq, c.first_ord FROM chained c
        WHERE NOT c.continues AND NOT EXISTS (
            SELECT 1 FROM continuing n
            WHERE n.visitor = c.visitor AND n.slot = c.slot + 1 AND n.previous_part = c.part)
    """)


def _join_members(con: duckdb.DuckDBPyConnection) -> None:
    """``members``: all activity with its session; null for what no session was open for."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT p.* EXCLUDE (slot, part), CASE WHEN p.ord >= s.first_ord THEN s.session END AS session, false AS system
        FROM placed p JOIN slot_sessions s ON s.visitor = p.visitor AND s.slot = p.slot AND s.part = p.part
    """)
    con.execute("DROP TABLE placed")
    con.execute("DROP TABLE activity")


def _describe(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``session_core``: start, end and attributes, each the first that the activity tells."""
    attributes = ", ".join(f"arg_min({name}, ord) AS {name}" for name in _ATTRIBUTES)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE described AS
        SELECT session, visitor, min(ts) AS ts, max(ts) AS end_ts, min(day) AS day, arg_min(hour, ord) AS hour,
            arg_min(event_id, ord) AS first_event_id, {attributes},
            arg_min({{'source': source, 'medium': medium, 'campaign': campaign}}, ord) FILTER (WHERE signal) AS origin,
            arg_min(page, ord) FILTER (WHERE name = 'page_view') AS landing_page,
            arg_max(page, ord) FILTER (WHERE name = 'page_view' AND page IS NOT NULL) AS exit_page,
            bool_and(name IN ({names_sql(PASSIVE)})) AS passive
        FROM members WHERE session IS NOT NULL GROUP BY session, visitor
    """)
    _name_channels(con, site)
    _name_intents(con, site)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE session_core AS
        SELECT d.session, d.visitor, d.ts, d.end_ts, d.day, d.hour, d.first_event_id,
            {", ".join(f"d.{name}" for name in _ATTRIBUTES)},
            c.channel,
            CASE WHEN d.origin IS NULL THEN '(direct)' ELSE d.origin.source END AS source,
            CASE WHEN d.origin IS NULL THEN '(none)' ELSE d.origin.medium END AS medium,
            d.origin.campaign AS campaign,
            d.landing_page, d.exit_page, i.intent, d.passive
        FROM described d
        JOIN channels c ON c.key = coalesce(d.origin::VARCHAR, '')
        LEFT JOIN intents i ON i.page = d.landing_page
    """)
    con.execute("DROP TABLE described")


def _name_channels(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    found = con.execute("""
        SELECT DISTINCT coalesce(origin::VARCHAR, ''), origin IS NULL, origin.source, origin.medium, origin.campaign
        FROM described
    """).fetchall()
    rows = [
        (
            key,
            channel("(direct)", "(none)", None, site.channel_sites)
            if direct
            else channel(parts[0], parts[1], parts[2], site.channel_sites),
        )
        for key, direct, *parts in found
    ]
    con.execute("CREATE OR REPLACE TEMP TABLE channels (key VARCHAR, channel VARCHAR)")
    insert_rows(con, "channels", rows)


INTENTS = {
    "product": "transactional",
    "cart": "transactional",
    "collection": "commercial",
    "search": "commercial",
    "blog": "informational",
    "help": "informational",
    "home": "navigational",
}
"""What a landing page's type says about why the visitor came (kpis.md, Dimensions)."""


def _name_intents(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    pages = con.execute(
        "SELECT DISTINCT landing_page FROM described WHERE landing_page IS NOT NULL"
    ).fetchall()
    con.execute("CREATE OR REPLACE TEMP TABLE intents (page VARCHAR, intent VARCHAR)")
    insert_rows(
        con, "intents", [(page, INTENTS.get(site.page_type(page) or "")) for (page,) in pages]
    )


def _attach_system_events(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the scope's system events: each with the latest session it still belongs to, or none."""
    con.execute(f"""
        INSERT INTO members BY NAME
        SELECT e.seq, e.event_id, e.visitor, e.ts, e.name, e.day, e.hour, e.page, e.asset, e.asset_type, e.placement,
            e.engaged_ms, e.scroll_pct, CASE WHEN e.name = 'view_item' THEN e.properties END AS items,
            CASE WHEN c.end_ts >= e.ts - {timeout_us(site)} THEN c.session END AS session, true AS system
        FROM (
            SELECT e.* FROM events e JOIN scope s ON s.visitor = e.visitor
            WHERE e.live AND e.system AND e.ts >= s.lo AND e.ts <= s.hi + {timeout_us(site)}
                AND {_between(con, timeout_us(site))}
        ) e ASOF LEFT JOIN session_core c ON c.visitor = e.visitor AND c.ts <= e.ts
    """)
