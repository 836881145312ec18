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
_PLACE_BITS, _COUNT_BITS = 33, 3
"""For more events than a log has, and for how many things one tells. With the milliseconds of a
day, which is the longest timeout, a ``spot`` fits into 63 bits."""
_MARK_BITS = _PLACE_BITS + _COUNT_BITS
_MARKS = (1 << _MARK_BITS) - 1


def find_sessions(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """``session_core``: the sessions of the scope and what they tell of themselves."""
    _gather(con, timeout)
    _link(con, timeout)
    _merge(con)
    _fetch(con, timeout)
    _order(con, timeout)


def _gather(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """Begins ``runs`` with every slot.

    ``spot`` is an event's moment in its slot, how many things it tells and its place in the log, as
    one number. In ``turned`` the last two are turned round: what is first by both shares its moment
    with no other.
    """
    moment = f"((ts - slot * {timeout}) // 1000 << {_MARK_BITS})"
    mark = f"(bit_count(told)::BIGINT << {_PLACE_BITS}) + seq"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE runs AS
        SELECT visitor, slot, lo, hi, passive, told, ended_at IS NOT DISTINCT FROM hi AS ended,
            ends > 1 OR (ends = 1 AND ended_at < hi) AS divided,
            first & {(1 << _PLACE_BITS) - 1} AS first,
            first >> {_PLACE_BITS} & {(1 << _COUNT_BITS) - 1} AS first_tells,
            {", ".join(f"{_at(name, timeout)} AS {name}_at" for name in _DECIDING)},
            {", ".join(f"{_tied(name)} AS {name}_tied" for name in _DECIDING)},
            landing_page, exit_page
        FROM (
            SELECT visitor, slot, min(ts) AS lo, max(ts) AS hi,
                min(kind) > 0 AS passive, bit_or(told) AS told,
                max(ts) FILTER (WHERE {_ENDED}) AS ended_at,
                count(*) FILTER (WHERE {_ENDED}) AS ends,
                min(spot) FILTER (WHERE {_OPENS}) AS first,
                min(turned) FILTER (WHERE {_OPENS}) AS first_turned,
                min(spot) FILTER (WHERE {_VIEWED}) AS landing,
                min(turned) FILTER (WHERE {_VIEWED}) AS landing_turned,
                arg_min(page, spot) FILTER (WHERE {_VIEWED}) AS landing_page,
                max(spot) FILTER (WHERE {_VIEWED}) AS exit,
                max(turned) FILTER (WHERE {_VIEWED}) AS exit_turned,
                arg_max(page, spot) FILTER (WHERE {_VIEWED}) AS exit_page
            FROM (
                SELECT *, {moment} + {mark} AS spot, {moment} + {_MARKS} - ({mark}) AS turned
                FROM (
                    SELECT *, ts // {timeout} AS slot, {_KIND} AS kind, {_TOLD} AS told
                    FROM scope_events WHERE NOT system
                )
            )
            GROUP BY visitor, slot
        )
    """)


_DECIDING = ("first", "landing", "exit")
"""The events that what a session tells comes from: its first, its first and its last view."""


def _at(name: str, timeout: int) -> str:
    return f"slot * {timeout} + ({name} >> {_MARK_BITS}) * 1000"


def _tied(name: str) -> str:
    return f"({name} & {_MARKS}) + ({name}_turned & {_MARKS}) <> {_MARKS}"


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
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE merged AS
        SELECT r.visitor, l.run AS slot, min(r.lo) AS lo, max(r.hi) AS hi,
            bool_and(r.passive) AS passive, bit_or(r.told) AS told,
            bool_or(r.ended) AS ended, bool_or(r.divided) AS divided,
            {", ".join(f"arg_min(r.{name}, r.slot) AS {name}" for name in _FROM_THE_FIRST_SLOT)},
            {", ".join(f"arg_max(r.{name}, r.slot) AS {name}" for name in _FROM_THE_LAST_SLOT)}
        FROM runs r JOIN linked l ON l.visitor = r.visitor AND l.slot = r.slot
        GROUP BY r.visitor, l.run
    """)
    con.execute("""
        DELETE FROM runs USING linked l WHERE l.visitor = runs.visitor AND l.slot = runs.slot
    """)
    con.execute("INSERT INTO runs BY NAME SELECT * FROM merged")
    con.execute("DROP TABLE merged")
    con.execute("DROP TABLE linked")


_FROM_THE_FIRST_SLOT = (
    "first", "first_tells", "first_at", "first_tied", "landing_page", "landing_at", "landing_tied",
)  # fmt: skip
_FROM_THE_LAST_SLOT = ("exit_page", "exit_at", "exit_tied")

_LATE = "(divided OR bit_count(told) <> first_tells)"
"""A ``session_end`` before the run's last event, or something that the first event does not tell
and a later one does: all events decide."""
_INTRICATE = f"coalesce({_LATE} OR first_tied OR landing_tied OR exit_tied, false)"
"""Or a deciding moment is shared: its events decide."""


def _fetch(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """Begins ``session_core`` with what needs no order, from the first event of the session.

    Beside them are the events that decide ``intricate`` runs, each as if it were a session: they
    have a ``kind``.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE intricate AS
        SELECT visitor, unnest(range(lo // {timeout}, hi // {timeout} + 1)) AS slot, lo AS run, hi,
            passive, divided, {_LATE} AS late, {", ".join(f"{name}_at" for name in _DECIDING)}
        FROM runs WHERE first IS NOT NULL AND {_INTRICATE}
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
        LEFT JOIN intricate i ON i.visitor = e.visitor AND i.slot = e.ts // {timeout}
        WHERE r.first IS NOT NULL OR i.late OR e.ts IN (i.first_at, i.landing_at, i.exit_at)
    """)
    con.execute("DROP TABLE runs")


def _order(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """Makes sessions of the events of ``intricate`` runs, one after the other in R3's order."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ordered_sessions AS
        WITH ordered AS (
            SELECT e.* REPLACE (
                    CASE WHEN i.divided THEN e.end_ts ELSE i.hi END AS end_ts,
                    CASE WHEN i.divided THEN e.passive ELSE i.passive END AS passive
                ),
                i.run, row_number() OVER in_order AS place,
                coalesce(lag({_ENDED}) OVER in_order, true) AS begins
            FROM session_core e
            JOIN intricate i ON i.visitor = e.visitor AND i.slot = e.ts // {timeout}
            WHERE e.kind IS NOT NULL
            WINDOW in_order AS (
                PARTITION BY e.visitor, i.run ORDER BY e.ts, {_ENDED}, e.first_event_id
            )
        ),
        parted AS (
            SELECT *, max(CASE WHEN begins THEN place END) OVER so_far AS part,
                max(CASE WHEN {_OPENS} THEN place END) OVER so_far AS opened
            FROM ordered
            WINDOW so_far AS (PARTITION BY visitor, run ORDER BY place ROWS UNBOUNDED PRECEDING)
        )
        SELECT visitor, min(ts) AS ts, max(end_ts) AS end_ts, bool_and(passive) AS passive,
            bool_or(signal) AS signal, arg_max(exit_page, place) AS exit_page,
            {", ".join(f"arg_min({name}, place) AS {name}" for name in _FROM_THE_FIRST)},
            {", ".join(f"arg_min_null({name}, place) FILTER (signal) AS {name}" for name in ORIGIN)}
        FROM parted WHERE opened >= part GROUP BY visitor, run, part
    """)
    con.execute("DELETE FROM session_core WHERE kind IS NOT NULL")
    con.execute("ALTER TABLE session_core DROP COLUMN kind")
    con.execute("INSERT INTO session_core BY NAME SELECT * FROM ordered_sessions")
    con.execute("DROP TABLE ordered_sessions")
    con.execute("DROP TABLE intricate")


_FROM_THE_FIRST = ("session", "day", "hour", "first_event_id", *ATTRIBUTES, "landing_page")
"""What a session has from the first of its events that tells it."""
