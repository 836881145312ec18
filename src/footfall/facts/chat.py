"""What happens in chat experiences: sessions with chat (R11), their events, and deletions (R16).

It comes from ``members``, the events in hand with their sessions. An event speaks of an experience
if the vocabulary says so, or if it names one: custom events of a module count for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.event.vocabulary import EVENTS
from footfall.facts.tables import MASS_EVENTS, PLACE_COLUMNS, SESSION_COLUMNS, names_sql
from footfall.schema.facts import FACTS, MONEY

if TYPE_CHECKING:
    import duckdb

DELETION = "customer_deleted"
CHAT_NAMES = frozenset(
    name for name, event in EVENTS.items() if "experience_id" in event.properties
) - {DELETION}
"""Events of the vocabulary that speak of a chat experience and are not forgotten at once."""
MAKES_CHAT = ("experience_start", "module_shown", "experience_interaction")
"""What makes a session a chat session (R11)."""
INTERACTION = "experience_interaction"
FACTS_OF_EVENTS = ("chat_events", "data_entries")
"""Facts of events that count with or without a session."""
SESSION_FACTS = ("chat_sessions", "chat_conversations", *FACTS_OF_EVENTS)
"""Facts that are built span by span, from the members of sessions."""

_ABOUT = {
    "share": "method",
    "decision_made": "option",
    "quiz_answer": "question_id",
    **{name: "channel" for name in CHAT_NAMES if "channel" in EVENTS[name].properties},
}
"""The property that says what an event is about."""
_AMOUNTS = {
    "points_awarded": "points",
    "points_redeemed": "points",
    "screen_time": "seconds",
    "coupon_uploaded": "count",
}
"""The property that says how much."""
_SUCCESSES = {
    name: flag
    for name in CHAT_NAMES
    for flag in ("correct", "won")
    if flag in EVENTS[name].properties
}
"""The property that says whether it went well."""
_NUMBERS = ", ".join(
    f'"{name}": "{MONEY}"' for name in ("position", *sorted(set(_AMOUNTS.values())))
)


def _told(name: str) -> str:
    return f"json_extract_string(m.properties, '$.{name}')"


def _by_name(properties: dict[str, str], expression: str) -> str:
    """What each event has under a property of its own; ``%`` stands for the property."""
    cases = " ".join(
        f"WHEN '{name}' THEN {expression.replace('%', properties[name])}"
        for name in sorted(properties)
    )
    return f"CASE m.name {cases} END"


_EXPERIENCE = f"clean({_told('experience_id')})"
_MODULE = f"clean({_told('module_id')})"
_SPEAKS = f"""(m.name IN ({names_sql(CHAT_NAMES)})
    OR (m.name NOT IN ({names_sql((*MASS_EVENTS, DELETION))})
        AND contains(m.properties, '"experience_id"')))"""
_CHAT_MEMBERS = f"""
    CREATE OR REPLACE TEMP TABLE chat_members AS
    SELECT m.*, f.folder FROM (
        SELECT m.seq AS event_key, m.event_id, m.name AS event, m.visitor, m.ts, m.day, m.hour,
            m.session, {_EXPERIENCE} AS experience, {_MODULE} AS module,
            nullif({_told("module_type")}, '') AS module_type, n.position,
            clean({_by_name(_ABOUT, _told("%"))}) AS detail,
            {_by_name(_SUCCESSES, _told("%") + " = 'true'")} AS succeeded,
            {_by_name(_AMOUNTS, "n.%")} AS amount,
            CASE WHEN m.name = 'data_entered' THEN nullif({_told("field")}, '') END AS field
        FROM (
            SELECT *, json_transform(properties, '{{{_NUMBERS}}}') AS n FROM members m
            WHERE {_SPEAKS}
        ) m
    ) m LEFT JOIN folders f ON f.experience = m.experience
"""
_PERSON = "CASE WHEN m.visitor < 0 THEN m.visitor::BIGINT * -2 ELSE p.person END"
"""A customer is the same person always, also one whom the append does not concern."""


def insert(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the chat sessions of ``session_rows``, their conversations, and all their events."""
    if insert_events(con):
        _insert_sessions(con)
        _insert_conversations(con)


def insert_events(con: duckdb.DuckDBPyConnection) -> bool:
    """Adds the chat events of the members in hand (``chat_members``); whether there are any."""
    row = con.execute(_CHAT_MEMBERS).fetchone()
    if not row or not row[0]:
        return False
    _insert_members(con, "chat_events")
    _insert_members(con, "data_entries", "WHERE m.event = 'data_entered'")
    return True


def insert_deletions(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the group's deletions: of nobody, in no session, for all that is forgotten."""
    con.execute(f"""
        DELETE FROM deletions
        WHERE event_key IN (SELECT seq FROM group_events WHERE name = '{DELETION}')
    """)
    con.execute(f"""
        INSERT INTO deletions (ts, day, hour, experience, folder, module, event_key)
        SELECT m.ts, m.day, m.hour, m.experience, f.folder, {_MODULE}, m.seq
        FROM (
            SELECT *, {_EXPERIENCE} AS experience FROM group_events m
            WHERE name = '{DELETION}' AND NOT bot
        ) m LEFT JOIN folders f ON f.experience = m.experience
    """)


def _insert_members(con: duckdb.DuckDBPyConnection, fact: str, condition: str = "") -> None:
    """Adds ``chat_members`` to a fact, with their sessions' dimensions and their persons."""
    placed = set(PLACE_COLUMNS.split(", "))
    own = [name for name in FACTS[fact].types if name not in placed and name != "person"]
    con.execute(f"""
        INSERT INTO {fact} ({PLACE_COLUMNS}, {", ".join(own)}, person)
        SELECT m.visitor, m.ts, m.day, m.hour, {SESSION_COLUMNS},
            {", ".join(f"m.{name}" for name in own)}, {_PERSON}
        FROM chat_members m
        LEFT JOIN session_rows s ON s.session = m.session
        LEFT JOIN people p ON p.visitor = m.visitor
        {condition}
    """)


def _insert_sessions(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        INSERT INTO chat_sessions
            ({PLACE_COLUMNS}, experience, folder, session, end_ts, with_conversation)
        SELECT s.visitor, s.ts, s.day, s.hour, {SESSION_COLUMNS},
            f.first.experience, f.first.folder, s.session, s.end_ts, f.with_conversation
        FROM (
            SELECT session, bool_or(event = '{INTERACTION}') AS with_conversation,
                arg_min(
                    {{'experience': experience, 'folder': folder}}, {{'ts': ts, 'id': event_id}}
                ) AS first
            FROM chat_members
            WHERE session IS NOT NULL AND event IN ({names_sql(MAKES_CHAT)}) GROUP BY session
        ) f JOIN session_rows s ON s.session = f.session
    """)


def _insert_conversations(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""
        INSERT INTO chat_conversations ({PLACE_COLUMNS}, experience, folder, session)
        SELECT s.visitor, f.ts, f.day, f.hour, {SESSION_COLUMNS}, f.experience, f.folder, s.session
        FROM (
            SELECT session, experience, folder, min(ts) AS ts,
                arg_min(day, ts) AS day, arg_min(hour, ts) AS hour
            FROM chat_members
            WHERE session IS NOT NULL AND event = '{INTERACTION}'
            GROUP BY session, experience, folder
        ) f JOIN session_rows s ON s.session = f.session
    """)
