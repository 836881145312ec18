"""What visitors did, cut into runs: stretches of activity that no break between slots divides (R3).

Activity is gathered in slots as long as the timeout. Two events of one slot are never further apart
than the timeout, and a slot can only go on with the slot just before it; so most slots are a run of
their own, and only neighbours have to be compared. Nothing is sorted.

A run is one session, or none if nothing in it opens one, unless a ``session_end`` divides it. What
the session says of itself comes from its first event and from its first and last page view, so the
order of all others need not be known. Where it has to be known the run is ``intricate``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.vocabulary import NEVER_OPENS, PASSIVE

if TYPE_CHECKING:
    import duckdb

ENDS, VIEW = "session_end", "page_view"
ATTRIBUTES = ("device", "browser", "os", "country", "region")
ORIGIN = ("source", "medium", "campaign")
SIGNAL = 1 << len(ATTRIBUTES)
"""The bit of ``told`` that says where the visit came from; those below are of the attributes."""

_KINDS = (
    ENDS, *sorted(NEVER_OPENS - {ENDS}), VIEW, *sorted(PASSIVE - NEVER_OPENS - {VIEW}),
)  # fmt: skip
_KIND = f"coalesce(list_position({list(_KINDS)}, name), 0)"
"""An event's kind as a number: 0 for what is not passive, and those that never open come first."""
_OPENS = f"kind NOT BETWEEN 1 AND {len(NEVER_OPENS)}"
_ENDED = f"kind = {_KINDS.index(ENDS) + 1}"
_VIEWED = f"kind = {_KINDS.index(VIEW) + 1} AND page IS NOT NULL"

_PLACES = 1 << 36
"""More than there are events in a log; with the milliseconds of a slot it fits into 63 bits."""
_LAST = _PLACES - 1
_TOLD = " + ".join([
    *(f"CASE WHEN {name} IS NULL THEN 0 ELSE {1 << at} END" for at, name in enumerate(ATTRIBUTES)),
    f"CASE WHEN signal THEN {SIGNAL} ELSE 0 END",
])  # fmt: skip
"""What an event tells, a bit for each."""


def activity(timeout: int) -> str:
    """The scope's activity: what visitors did themselves, with its slot, kind and what it tells."""
    return f"""(
        SELECT *, ts // {timeout} AS slot, {_KIND} AS kind, {_TOLD} AS told
        FROM scope_events WHERE NOT system
    )"""


def find_sessions(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """``runs`` of the scope, and ``deciding``: the first event of every run that is a session."""
    _gather(con, timeout)
    _link(con, timeout)
    _merge(con)
    _fetch(con, timeout)
    _order(con)


def _gather(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """Begins ``runs`` with every slot.

    ``at`` is an event's moment in its slot and its place in the log as one number, ``turned`` the
    same with the places turned round: if both find the same first event it shares its moment with
    no other.
    """
    moment = f"ts % {timeout} // 1000 * {_PLACES}"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE runs AS
        SELECT visitor, slot, lo, hi, passive, told, ended_at IS NOT DISTINCT FROM hi AS ended,
            ends > 1 OR (ends = 1 AND ended_at < hi) AS divided,
            first_at & {_LAST} AS first, first_told,
            {_is_tied("first_at", "first_turned")} AS first_tied,
            landing, {_is_tied("landing_at", "landing_turned")} AS landing_tied,
            exit, {_is_tied("exit_at", "exit_turned")} AS exit_tied
        FROM (
            SELECT visitor, slot, min(ts) AS lo, max(ts) AS hi,
                min(kind) > 0 AS passive, bit_or(told) AS told,
                max(ended_at) AS ended_at, count(ended_at) AS ends,
                arg_min(told, opens_at) AS first_told,
                min(opens_at) AS first_at, min(opens_turned) AS first_turned,
                arg_min(page, viewed_at) AS landing,
                min(viewed_at) AS landing_at, min(viewed_turned) AS landing_turned,
                arg_max(page, viewed_at) AS exit,
                max(viewed_at) AS exit_at, max(viewed_turned) AS exit_turned
            FROM (
                SELECT *, CASE WHEN {_ENDED} THEN ts END AS ended_at,
                    CASE WHEN {_OPENS} THEN {moment} + seq END AS opens_at,
                    CASE WHEN {_OPENS} THEN {moment} + {_LAST} - seq END AS opens_turned,
                    CASE WHEN {_VIEWED} THEN {moment} + seq END AS viewed_at,
                    CASE WHEN {_VIEWED} THEN {moment} + {_LAST} - seq END AS viewed_turned
                FROM {activity(timeout)}
            )
            GROUP BY visitor, slot
        )
    """)


def _is_tied(at: str, turned: str) -> str:
    return f"({at} & {_LAST}) + ({turned} & {_LAST}) <> {_LAST}"


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
            arg_min(r.landing, r.slot) AS landing, arg_min(r.landing_tied, r.slot) AS landing_tied,
            arg_max(r.exit, r.slot) AS exit, arg_max(r.exit_tied, r.slot) AS exit_tied
        FROM runs r JOIN linked l ON l.visitor = r.visitor AND l.slot = r.slot
        GROUP BY r.visitor, l.run
    """)
    con.execute("""
        DELETE FROM runs USING linked l WHERE l.visitor = runs.visitor AND l.slot = runs.slot
    """)
    con.execute("INSERT INTO runs BY NAME SELECT * FROM merged")
    con.execute("DROP TABLE merged")
    con.execute("DROP TABLE linked")



INTRICATE = """coalesce(
    divided OR first_tied OR landing_tied OR exit_tied OR told <> first_told, false)"""
"""A ``session_end`` before the run's last event, a deciding moment that is shared, or something
that the first event does not tell and a later one does."""


def _fetch(con: duckdb.DuckDBPyConnection, timeout: int) -> None:
    """``deciding``: the first event of runs that are a session each, all events of intricate ones.

    Takes the intricate out of ``runs``.
    """
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE intricate AS
        SELECT visitor, lo, hi FROM runs WHERE first IS NOT NULL AND {INTRICATE}
    """)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE deciding AS
        SELECT seq, event_id, visitor, ts, hour, kind, page, signal,
            {", ".join((*ATTRIBUTES, *ORIGIN))}
        FROM {activity(timeout)}
        WHERE seq IN (SELECT first FROM runs WHERE NOT {INTRICATE})
            OR visitor IN (SELECT visitor FROM intricate)
    """)


def _order(con: duckdb.DuckDBPyConnection) -> None:
    """``ordered_sessions``: those of intricate runs, event by event in R3's order."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE ordered_sessions AS
        WITH ordered AS (
            SELECT e.*, i.lo, row_number() OVER in_order AS place,
                coalesce(lag({_ENDED}) OVER in_order, true) AS begins
            FROM deciding e
            JOIN intricate i ON i.visitor = e.visitor AND e.ts >= i.lo AND e.ts <= i.hi
            WINDOW in_order AS (PARTITION BY e.visitor, i.lo ORDER BY e.ts, {_ENDED}, e.event_id)
        ),
        parted AS (
            SELECT *, max(CASE WHEN begins THEN place END) OVER so_far AS part,
                max(CASE WHEN {_OPENS} THEN place END) OVER so_far AS opened
            FROM ordered
            WINDOW so_far AS (PARTITION BY visitor, lo ORDER BY place ROWS UNBOUNDED PRECEDING)
        )
        SELECT arg_min(seq, place) AS session, visitor, min(ts) AS ts, max(ts) AS end_ts,
            arg_min(hour, place) AS hour, arg_min(event_id, place) AS first_event_id,
            {", ".join(f"arg_min({name}, place) AS {name}" for name in ATTRIBUTES)},
            bool_or(signal) AS signal,
            {", ".join(f"arg_min_null({name}, place) FILTER (signal) AS {name}" for name in ORIGIN)},
            arg_min(page, place) FILTER (WHERE {_VIEWED}) AS landing,
            arg_max(page, place) FILTER (WHERE {_VIEWED}) AS exit,
            min(kind) > 0 AS passive
        FROM parted WHERE opened >= part GROUP BY visitor, lo, part
    """)
