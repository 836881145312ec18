"""Sessions from slots: exact, and with nothing put in order that need not be (R3).

Activity is gathered in slots as long as the timeout. Two events of one slot are never further apart
than the timeout, and a slot can only go on with the slot just before it; so slots make runs, and
only neighbours have to be compared. Most slots are a run of their own.

A run is one session, or none if nothing in it opens one, unless a ``session_end`` divides it. What
the session says of itself comes from its first event and from its first and last page view, so the
order of all others need not be known. Where it has to be known the run is ``intricate``: its events
are put in order one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.vocabulary import NEVER_OPENS, PASSIVE
from footfall.localtime import OFFSET_STEP

if TYPE_CHECKING:
    import duckdb

ENDS, VIEW = "session_end", "page_view"
ATTRIBUTES = ("device", "browser", "os", "country", "region")
ORIGIN = ("source", "medium", "campaign")

_KINDS = (
    ENDS, *sorted(NEVER_OPENS - {ENDS}), VIEW, *sorted(PASSIVE - NEVER_OPENS - {VIEW}),
)  # fmt: skip
_KIND = f"coalesce(list_position({list(_KINDS)}, name), 0)"
"""An event's kind as a number: 0 for what is not passive; those that never open come first."""
_OPENS = f"kind NOT BETWEEN 1 AND {len(NEVER_OPENS)}"
_ENDED = f"kind = {_KINDS.index(ENDS) + 1}"
_VIEWED = f"kind = {_KINDS.index(VIEW) + 1} AND page IS NOT NULL"
_TOLD = " + ".join([
    *(f"CASE WHEN {name} IS NULL THEN 0 ELSE {1 << at} END" for at, name in enumerate(ATTRIBUTES)),
    f"CASE WHEN signal THEN {1 << len(ATTRIBUTES)} ELSE 0 END",
])  # fmt: skip
"""What an event tells of its session, a bit for each."""
_PLACES = 1 << 36
"""More than there are events in a log; with the milliseconds of a day, which is the longest
timeout, they are within 63 bits."""
_LAST = _PLACES - 1


def find_sessions(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """``session_core``: the sessions of the scope and what they tell of themselves."""
    _gather(con, timeout)
    _link(con, timeout)
    _merge(con)
    _fetch(con)
    _order(con)


def _gather(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """Begins ``runs`` with every slot.

    ``spot`` is an event's moment in its slot and its place in the log as one number, ``turned`` the
    same with places turned round: what is first by both shares its moment with no other.
    """
    moment = f"(ts - slot * {timeout}) // 1000 * {_PLACES}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE runs AS
        SELECT visitor, slot, lo, hi, passive, told, ended_at IS NOT DISTINCT FROM hi AS ended,
            ends > 1 OR (ends = 1 AND ended_at < hi) AS divided,
            first & {_LAST} AS first, first_told, {_tied("first", "first_turned")} AS first_tied,
            landing_page, {_tied("landing", "landing_turned")} AS landing_tied,
            exit_page, {_tied("exit", "exit_turned")} AS exit_tied
        FROM (
            SELECT visitor, slot, min(ts) AS lo, max(ts) AS hi,
                min(kind) > 0 AS passive, bit_or(told) AS told,
                max(ts) FILTER (WHERE {_ENDED}) AS ended_at,
                count(*) FILTER (WHERE {_ENDED}) AS ends,
                min(spot) FILTER (WHERE {_OPENS}) AS first,
                min(turned) FILTER (WHERE {_OPENS}) AS first_turned,
                arg_min(told, spot) FILTER (WHERE {_OPENS}) AS first_told,
                min(spot) FILTER (WHERE {_VIEWED}) AS landing,
                min(turned) FILTER (WHERE {_VIEWED}) AS landing_turned,
                arg_min(page, spot) FILTER (WHERE {_VIEWED}) AS landing_page,
                max(spot) FILTER (WHERE {_VIEWED}) AS exit,
                max(turned) FILTER (WHERE {_VIEWED}) AS exit_turned,
                arg_max(page, spot) FILTER (WHERE {_VIEWED}) AS exit_page
            FROM (
                SELECT *, {_KIND} AS kind, {_TOLD} AS told,
                    {moment} + seq AS spot, {moment} + {_LAST} - seq AS turned
                FROM (SELECT *, ts // {timeout} AS slot FROM scope_events WHERE NOT system)
            )
            GROUP BY visitor, slot
        )
    """)


def _tied(spot: str, turned: str) -> str:
    return f"({spot} & {_LAST}) + ({turned} & {_LAST}) <> {_LAST}"


def _link(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """``linked``: the slots that go on with the one before or are gone on with, and their run.

    A slot goes on unless the one before ended or the gap is longer than the timeout.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE linked AS
        WITH continuing AS (
            SELECT s.visitor, s.slot FROM runs s
            JOIN runs p ON p.visitor = s.visitor AND p.slot = s.slot - 1
            WHERE NOT p.ended AND s.lo - p.hi <= {timeout}
        ),
        placed AS (
            SELECT visitor, slot, bool_or(continues) AS continues FROM (
                SELECT visitor, slot, true AS continues FROM continuing
                UNION ALL SELECT visitor, slot - 1, false FROM continuing
            ) GROUP BY visitor, slot
        )
        SELECT visitor, slot, max(CASE WHEN NOT continues THEN slot END)
            OVER (PARTITION BY visitor ORDER BY slot ROWS UNBOUNDED PRECEDING) AS run
        FROM placed
    """)


def _merge(con: duckdb.DuckDBPyConnection) -> None:
    """Makes one run of linked slots; what they tell comes from the first, or last, that tells."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE merged AS
        SELECT r.visitor, l.run AS slot, min(r.lo) AS lo, max(r.hi) AS hi,
            bool_and(r.passive) AS passive, bit_or(r.told) AS told,
            bool_or(r.ended) AS ended, bool_or(r.divided) AS divided,
            arg_min(r.first, r.slot) AS first, arg_min(r.first_told, r.slot) AS first_told,
            arg_min(r.first_tied, r.slot) AS first_tied,
            arg_min(r.landing_page, r.slot) AS landing_page,
            arg_min(r.landing_tied, r.slot) AS landing_tied,
            arg_max(r.exit_page, r.slot) AS exit_page,
            arg_max(r.exit_tied, r.slot) AS exit_tied
        FROM runs r JOIN linked l ON l.visitor = r.visitor AND l.slot = r.slot
        GROUP BY r.visitor, l.run
    """)
    con.execute("""
        DELETE FROM runs USING linked l WHERE l.visitor = runs.visitor AND l.slot = runs.slot
    """)
    con.execute("INSERT INTO runs BY NAME SELECT * FROM merged")
    con.execute("DROP TABLE merged")
    con.execute("DROP TABLE linked")


_INTRICATE = """coalesce(
    divided OR first_tied OR landing_tied OR exit_tied OR told <> first_told, false)"""
"""A ``session_end`` before the run's last event, a deciding moment that is shared, or something
that the first event does not tell and a later one does."""


def _fetch(con: duckdb.DuckDBPyConnection) -> None:
    """Begins ``session_core`` with what needs no order, from the first event of the session.

    Beside them are the events of the visitors of ``intricate`` runs, each as if it were a session:
    they have a ``kind``.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE intricate AS
        SELECT visitor, lo, hi FROM runs WHERE first IS NOT NULL AND {_INTRICATE}
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE session_core AS
        SELECT e.seq AS session, e.visitor, e.ts, coalesce(r.hi, e.ts) AS end_ts,
            (e.hour // {24 * OFFSET_STEP})::INTEGER AS day, e.hour, e.event_id AS first_event_id,
            {", ".join(f"e.{name}" for name in (*ATTRIBUTES, "signal", *ORIGIN))},
            CASE WHEN r.first IS NOT NULL THEN r.landing_page WHEN e.name = '{VIEW}' THEN e.page END
                AS landing_page,
            CASE WHEN r.first IS NOT NULL THEN r.exit_page WHEN e.name = '{VIEW}' THEN e.page END
                AS exit_page,
            coalesce(r.passive, {_KIND} > 0) AS passive,
            CASE WHEN r.first IS NULL THEN {_KIND} END AS kind
        FROM (SELECT * FROM scope_events WHERE NOT system) e
        LEFT JOIN (SELECT * FROM runs WHERE first IS NOT NULL AND NOT {_INTRICATE}) r
          ON r.first = e.seq
        WHERE r.first IS NOT NULL OR e.visitor IN (SELECT visitor FROM intricate)
    """)
    con.execute("DROP TABLE runs")


def _order(con: duckdb.DuckDBPyConnection) -> None:
    """Makes sessions of the events of ``intricate`` runs, one after the other in R3's order."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ordered_sessions AS
        WITH ordered AS (
            SELECT e.*, i.lo, row_number() OVER in_order AS place,
                coalesce(lag({_ENDED}) OVER in_order, true) AS begins
            FROM session_core e
            JOIN intricate i ON i.visitor = e.visitor AND e.ts >= i.lo AND e.ts <= i.hi
            WHERE e.kind IS NOT NULL
            WINDOW in_order AS (
                PARTITION BY e.visitor, i.lo ORDER BY e.ts, {_ENDED}, e.first_event_id
            )
        ),
        parted AS (
            SELECT *, max(CASE WHEN begins THEN place END) OVER so_far AS part,
                max(CASE WHEN {_OPENS} THEN place END) OVER so_far AS opened
            FROM ordered
            WINDOW so_far AS (PARTITION BY visitor, lo ORDER BY place ROWS UNBOUNDED PRECEDING)
        )
        SELECT visitor, min(ts) AS ts, max(end_ts) AS end_ts, bool_and(passive) AS passive,
            bool_or(signal) AS signal, arg_max(exit_page, place) AS exit_page,
            {", ".join(f"arg_min({name}, place) AS {name}" for name in _FROM_THE_FIRST)},
            {", ".join(f"arg_min_null({name}, place) FILTER (signal) AS {name}" for name in ORIGIN)}
        FROM parted WHERE opened >= part GROUP BY visitor, lo, part
    """)
    con.execute("DELETE FROM session_core WHERE kind IS NOT NULL")
    con.execute("ALTER TABLE session_core DROP COLUMN kind")
    con.execute("INSERT INTO session_core BY NAME SELECT * FROM ordered_sessions")
    con.execute("DROP TABLE ordered_sessions")
    con.execute("DROP TABLE intricate")


_FROM_THE_FIRST = ("session", "day", "hour", "first_event_id", *ATTRIBUTES, "landing_page")
"""What a session has from the first of its events that tells it."""
