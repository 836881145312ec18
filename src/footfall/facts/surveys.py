"""Answers to surveys: their scores, and who is judged by them (R12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.facts.group import tells
from footfall.facts.naming import name_folders
from footfall.facts.tables import PLACE_COLUMNS, SESSION_COLUMNS, names_sql
from footfall.schema.fact import CHAT_DIMENSIONS, MONEY
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

ANSWERS = ("survey_response",)
_TEXTS = """json_extract_string(g.properties, ['$.survey_type', '$.status', '$.feedback',
    '$.conversation_id', '$.agent_id', '$.experience_id', '$.module_id'])"""
_TOLD = f"""(
    SELECT p.*, {_TEXTS} AS texts,
        json_transform(g.properties, '{{"score": "{MONEY}"}}').score AS points
    FROM placed p JOIN group_events g ON g.seq = p.seq
    WHERE p.name IN ({names_sql(ANSWERS)}))"""
_BAND = """CASE WHEN e.texts[1] = 'nps' AND e.points IS NOT NULL THEN
    CASE WHEN e.points <= 6 THEN 'detractor' WHEN e.points <= 8 THEN 'passive' ELSE 'promoter' END
    END"""
_WHOLE = "e.points::BIGINT"


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Takes the group's answers out of the facts."""
    if tells(con, ANSWERS):
        con.execute("DELETE FROM surveys WHERE event_key IN (SELECT seq FROM group_events)")


def build(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the group's answers; one that names no agent judges its conversation's (``talks``)."""
    if not tells(con, ANSWERS):
        return
    name_folders(con, site)
    con.execute(f"""
        INSERT INTO surveys
            ({PLACE_COLUMNS}, agent, {", ".join(CHAT_DIMENSIONS)}, session, event_key, person,
            survey_type, points, score, band, status, feedback, conversation_id)
        SELECT e.visitor, e.ts, e.day, e.hour, {SESSION_COLUMNS},
            coalesce(clean(e.texts[5]), t.agent),
            clean(e.texts[6]), f.folder, clean(e.texts[7]), e.session, e.seq, e.person,
            e.texts[1], e.points,
            CASE WHEN e.points = {_WHOLE} THEN {_WHOLE}::VARCHAR END, {_BAND},
            e.texts[2], e.texts[3], clean(e.texts[4])
        FROM {_TOLD} e
        LEFT JOIN group_sessions s ON s.session = e.session
        LEFT JOIN talks t ON t.talk = e.thing
        LEFT JOIN folders f ON f.experience = clean(e.texts[6])
    """)
