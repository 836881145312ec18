"""Sessions, exactly and incrementally (R3).

Activity is aggregated to slots as long as the timeout. Two events of one slot are never further
apart than the timeout, and a slot can only continue the slot just before it; so sessions follow
from comparing each slot with its neighbour, and the few slots that are continued are all that a
window has to look at. A `session_end` splits its slot into parts.

First ``spread`` widens ``dirty`` (visitor, lo, hi), the spans that have to be built anew. All else
works on ``scope``, the part of it that is in hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.vocabulary import NEVER_OPENS, PASSIVE
from footfall.facts.load import put
from footfall.facts.naming import name_channels, name_intents
from footfall.facts.tables import names_sql
from footfall.localtime import OFFSET_STEP
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

US_PER_MINUTE = 60_000_000
_ATTRIBUTES = ("device", "browser", "os", "country", "region")
_ORDER_STEP = 1 << 20  # events of one visitor in one millisecond
_END_LAST = _ORDER_STEP >> 1
_ACTIVITY = "(SELECT * FROM scope_events WHERE NOT system) e"
"""The scope's activity: what visitors did themselves, without bots and deleted people."""


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
        SELECT visitor, ts AS lo, end_ts AS hi FROM sessions
        WHERE visitor IN (SELECT visitor FROM dirty)
        UNION ALL
        SELECT visitor, ts, ts FROM orphans WHERE visitor IN (SELECT visitor FROM dirty)
    """)
    widened = 1
    while widened:
        row = con.execute(f"""
            UPDATE dirty SET lo = w.lo, hi = w.hi FROM (
                SELECT d.visitor,
                    least(min(s.lo), min(d.lo)) AS lo, greatest(max(s.hi), max(d.hi)) AS hi
                FROM dirty d JOIN spans s
                  ON s.visitor = d.visitor AND s.hi >= d.lo - {timeout} AND s.lo <= d.hi + {timeout}
                GROUP BY d.visitor
                HAVING min(s.lo) < min(d.lo) OR max(s.hi) > max(d.hi)
            ) w WHERE w.visitor = dirty.visitor
        """).fetchone()
        widened = row[0] if row else 0


def take(con: duckdb.DuckDBPyConnection, site: Site, *, copied: bool) -> None:
    """``scope_events``: what counts of the scope's events; copied where the scope is small.

    System events follow a span by the timeout at most: they can belong to its last session.
    """
    lo, hi = con.execute("SELECT min(lo), max(hi) FROM scope").fetchone() or (None, None)
    timeout = timeout_us(site)
    # the span of all spans as plain numbers lets the engine skip what is outside
    select = f"""
        SELECT e.seq, e.event_id, e.name, e.ts, e.day, e.hour, e.visitor, e.system, e.page,
            e.device, e.browser, e.os, e.country, e.region,
            e.signal, e.source, e.medium, e.campaign,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct, e.properties
        FROM events e JOIN scope s ON s.visitor = e.visitor
        WHERE e.live AND e.ts >= {lo or 0} AND e.ts <= {(hi or 0) + timeout}
          AND e.ts >= s.lo AND e.ts <= s.hi + CASE WHEN e.system THEN {timeout} ELSE 0 END
    """
    put(con, "scope_events", select, copied=copied)


def sessionise(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``session_core`` of the scope: its sessions, and ``slot_sessions``: which slot is whose."""
    _rank_ties(con)
    _cut_slots(con, site)
    _find_continuing(con, site)
    _chain_slots(con)
    _tell_mixed_again(con, site)
    _describe(con)
    name_channels(con, site)
    name_intents(con, site)
    _complete(con)


def join_members(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``members``: every event of the scope with its session, null for what none was open for."""
    _join_activity(con, site)
    _attach_system_events(con, site)


def _rank_ties(con: duckdb.DuckDBPyConnection) -> None:
    """``ranks``: the place of events that share a visitor and a moment, by event id (few do)."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ties AS
        SELECT e.visitor, e.ts FROM {_ACTIVITY} GROUP BY e.visitor, e.ts HAVING count(*) > 1
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE ranks AS
        SELECT e.seq, row_number() OVER (PARTITION BY e.visitor, e.ts ORDER BY e.event_id) AS rank
        FROM scope_events e JOIN ties t ON t.visitor = e.visitor AND t.ts = e.ts
        WHERE NOT e.system
    """)
    con.execute("DROP TABLE ties")


_ORD = f"""e.ts // 1000 * {_ORDER_STEP} + coalesce(r.rank, 0)
    + CASE WHEN e.name = 'session_end' THEN {_END_LAST} ELSE 0 END"""
"""The order of a visitor's activity as one number: time, session_end last, then event id."""
_PART = "coalesce(len(list_filter(x.ends, lambda ended: ended < e.ts)), 0)"
_OPENS = f"e.name NOT IN ({names_sql(NEVER_OPENS)})"
_PASSIVE = f"e.name IN ({names_sql(PASSIVE)})"


def _slot(site: Site) -> str:
    """The slot of an event."""
    return f"e.ts // {timeout_us(site)}"


def _joined(site: Site) -> str:
    """Activity with what its order and its part of the slot follow from."""
    return f"""{_ACTIVITY}
        LEFT JOIN ranks r ON r.seq = e.seq
        LEFT JOIN ends x ON x.visitor = e.visitor AND x.slot = {_slot(site)}"""


def _first(value: str, condition: str = "") -> str:
    """The first value that is told, in the order of the activity."""
    return f"arg_min({value}, {_ORD})" + (f" FILTER (WHERE {condition})" if condition else "")


_FIRST_EVENT = _first("{'seq': e.seq, 'hour': e.hour, 'event_id': e.event_id}", _OPENS)
"""The first event that can open a session."""
_ORIGIN = "{'source': e.source, 'medium': e.medium, 'campaign': e.campaign}"
_TOLD = f"""
    {", ".join(f"{_first(f'e.{name}')} AS {name}" for name in _ATTRIBUTES)},
    {_first(_ORIGIN, "e.signal")} AS origin,
    {_first("e.page", "e.name = 'page_view'")} AS landing_page,
    arg_max(e.page, {_ORD}) FILTER (WHERE e.name = 'page_view' AND e.page IS NOT NULL) AS exit_page
"""
"""What a slot's activity tells of its session."""


def _cut_slots(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``slots``: activity by (visitor, slot, part); a session_end closes its part of the slot."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ends AS
        SELECT e.visitor, {_slot(site)} AS slot, list(e.ts) AS ends
        FROM {_ACTIVITY} WHERE e.name = 'session_end' GROUP BY ALL
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE slots AS
        SELECT e.visitor, {_slot(site)} AS slot, {_PART} AS part,
            min(e.ts) AS lo, max(e.ts) AS hi,
            min({_ORD}) AS min_ord, min({_ORD}) FILTER (WHERE {_OPENS}) AS first_ord,
            {_FIRST_EVENT} AS first,
            bool_or(e.name = 'session_end') AS ended, bool_and({_PASSIVE}) AS passive,
            {_TOLD}
        FROM {_joined(site)} GROUP BY ALL
    """)


def _find_continuing(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``continuing``: slots that go on with the one before, and the part of it that they continue.

    They do unless that part ended or the gap is longer than the timeout.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE continuing AS
        SELECT s.visitor, s.slot, p.part AS previous_part
        FROM slots s JOIN slots p ON p.visitor = s.visitor AND p.slot = s.slot - 1
        WHERE s.part = 0 AND NOT p.ended AND s.lo - p.hi <= {timeout_us(site)}
    """)


def _chain_slots(con: duckdb.DuckDBPyConnection) -> None:
    """``slot_sessions``: the session of every (visitor, slot, part), and its first event's order.

    Most slots are alone; only those that continue, or are continued, go through a window.
    """
    con.execute("""
        CREATE OR REPLACE TEMP TABLE slot_sessions AS
        WITH placed AS (
            SELECT s.visitor, s.slot, s.part, s.first_ord, s.first.seq AS first_seq,
                c.slot IS NOT NULL AS continues, n.slot IS NOT NULL AS is_continued
            FROM slots s
            LEFT JOIN continuing c ON c.visitor = s.visitor AND c.slot = s.slot AND s.part = 0
            LEFT JOIN continuing n
              ON n.visitor = s.visitor AND n.slot = s.slot + 1 AND n.previous_part = s.part
        ),
        numbered AS (
            SELECT *, sum(CASE WHEN continues THEN 0 ELSE 1 END)
                OVER (PARTITION BY visitor ORDER BY slot, part ROWS UNBOUNDED PRECEDING) AS chain
            FROM placed WHERE continues OR is_continued
        ),
        chains AS (
            SELECT visitor, chain,
                min(first_ord) AS first_ord, arg_min(first_seq, first_ord) AS session
            FROM numbered GROUP BY visitor, chain
        )
        SELECT n.visitor, n.slot, n.part, c.session, c.first_ord
        FROM numbered n JOIN chains c ON c.visitor = n.visitor AND c.chain = n.chain
        WHERE c.session IS NOT NULL
        UNION ALL
        SELECT visitor, slot, part, first_seq, first_ord FROM placed
        WHERE NOT continues AND NOT is_continued AND first_seq IS NOT NULL
    """)


def _join_activity(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Begins ``members`` with the scope's activity; what came before a session opened has none."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE members AS
        SELECT e.seq, e.event_id, e.visitor, e.ts, e.name, e.day, e.hour, e.page,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct, e.properties,
            CASE WHEN {_ORD} >= c.first_ord THEN c.session END AS session, false AS system
        FROM {_joined(site)}
        LEFT JOIN slot_sessions c
          ON c.visitor = e.visitor AND c.slot = {_slot(site)} AND c.part = {_PART}
    """)


def _tell_mixed_again(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Tells ``mixed`` slots anew: what came before a session opened in them is not part of it."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE mixed AS
        SELECT s.visitor, s.slot, s.part, s.first_ord FROM slots s
        JOIN slot_sessions c ON c.visitor = s.visitor AND c.slot = s.slot AND c.part = s.part
        WHERE s.min_ord < s.first_ord AND s.first_ord = c.first_ord
    """)
    row = con.execute("SELECT count(*) FROM mixed").fetchone()
    if row and row[0]:
        _tell_again(con, site)


def _tell_again(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE told_again AS
        SELECT e.visitor, m.slot, m.part, min(e.ts) AS lo, max(e.ts) AS hi,
            {_FIRST_EVENT} AS first,
            bool_and({_PASSIVE}) AS passive, {_TOLD}
        FROM {_joined(site)}
        JOIN mixed m ON m.visitor = e.visitor AND m.slot = {_slot(site)}
          AND m.part = {_PART} AND {_ORD} >= m.first_ord
        GROUP BY e.visitor, m.slot, m.part
    """)
    con.execute("""
        DELETE FROM slots USING mixed m
        WHERE m.visitor = slots.visitor AND m.slot = slots.slot AND m.part = slots.part
    """)
    con.execute("INSERT INTO slots BY NAME SELECT * FROM told_again")


_PLACE = "s.slot * 1048576 + s.part"
"""The order of a session's slots and their parts as one number."""


def _describe(con: duckdb.DuckDBPyConnection) -> None:
    """``described``: each session's start, end and attributes, the first that its slots tell."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE described AS
        SELECT c.session, s.visitor, min(s.lo) AS ts, max(s.hi) AS end_ts,
            arg_min(s.first, {_PLACE}) AS first, bool_and(s.passive) AS passive,
            {", ".join(f"arg_min(s.{name}, {_PLACE}) AS {name}" for name in _ATTRIBUTES)},
            arg_min(s.origin, {_PLACE}) AS origin,
            arg_min(s.landing_page, {_PLACE}) AS landing_page,
            arg_max(s.exit_page, {_PLACE}) AS exit_page
        FROM slots s
        JOIN slot_sessions c ON c.visitor = s.visitor AND c.slot = s.slot AND c.part = s.part
        WHERE s.hi >= c.first_ord // {_ORDER_STEP} * 1000
        GROUP BY c.session, s.visitor
    """)
    con.execute("DROP TABLE slots")


def _complete(con: duckdb.DuckDBPyConnection) -> None:
    """``session_core``: what is described, with the names of channels and intents."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE session_core AS
        SELECT d.session, d.visitor, d.ts, d.end_ts,
            (d.first.hour // {24 * OFFSET_STEP})::INTEGER AS day, d.first.hour AS hour,
            d.first.event_id AS first_event_id,
            {", ".join(f"d.{name}" for name in _ATTRIBUTES)},
            c.channel,
            CASE WHEN d.origin IS NULL THEN '(direct)' ELSE d.origin.source END AS source,
            CASE WHEN d.origin IS NULL THEN '(none)' ELSE d.origin.medium END AS medium,
            d.origin.campaign AS campaign,
            d.landing_page, d.exit_page, i.intent, d.passive
        FROM described d
        JOIN channels c ON c.key = coalesce(to_json(d.origin)::VARCHAR, '')
        LEFT JOIN intents i ON i.page = d.landing_page
    """)
    con.execute("DROP TABLE described")


def _attach_system_events(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the scope's system events: each with the latest session it still belongs to, or none."""
    con.execute(f"""
        INSERT INTO members BY NAME
        SELECT e.seq, e.event_id, e.visitor, e.ts, e.name, e.day, e.hour, e.page,
            e.asset, e.asset_type, e.placement, e.engaged_ms, e.scroll_pct, e.properties,
            CASE WHEN c.end_ts >= e.ts - {timeout_us(site)} THEN c.session END AS session,
            true AS system
        FROM (SELECT * FROM scope_events WHERE system) e
        ASOF LEFT JOIN session_core c ON c.visitor = e.visitor AND c.ts <= e.ts
    """)
