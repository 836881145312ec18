"""One-to-one conversations: requests, what became of them (R9), and their orders (R10).

A request is put together from all events of its id. It is in exactly one state: `accepted`, when
both sides have responded; `withdrawn`, when the side that asked ended it before the other side
responded; else `waiting`, which is `open` or `unanswered` by the time of whoever looks. An end says
whose it is in `sender`; one that does not is of the side that asked, the only one there is by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.facts.group import tells
from footfall.facts.tables import TALKS, names_sql
from footfall.localtime import DAY_US
from footfall.schema.facts import FACTS
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

_TEXTS = """json_extract_string(properties,
    ['$.initiator', '$.channel', '$.sender', '$.agent_id'])"""
_AGENT_SIDE = "CASE WHEN name = 'conversation_request' THEN initiator ELSE sender END = 'agent'"


def forget(con: duckdb.DuckDBPyConnection) -> None:
    """Takes the group's requests, their orders and those who talked out of the facts.

    Who is in a request is in its group: without an event of one there is nothing to take out.
    """
    if not tells(con, TALKS):
        return
    con.execute("DELETE FROM requests WHERE request IN (SELECT seq FROM group_events)")
    con.execute("DELETE FROM conversation_orders WHERE order_key IN (SELECT seq FROM group_events)")
    con.execute("""
        DELETE FROM talkers WHERE person IN (
            SELECT visitor::BIGINT * 2 + 1 FROM group_visitors
            UNION ALL SELECT customer::BIGINT * 2 FROM group_customers)
    """)


def build(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """Adds the group's requests and conversation orders; leaves ``talks`` for surveys."""
    if not tells(con, TALKS):
        con.execute("CREATE OR REPLACE TEMP TABLE talks (talk VARCHAR, agent VARCHAR)")
        return
    _gather(con)
    _tell(con)
    _insert(con, "requests", "talks")
    _give_credit(con, site)
    _insert(con, "conversation_orders", "talk_credit")
    _insert(con, "talkers", _TALKERS)


def _gather(con: duckdb.DuckDBPyConnection) -> None:
    """``talk_sides``: of every request its first event, its request, and when each side spoke."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE talk_sides AS
        WITH told AS (
            SELECT thing, seq, event_id, name, ts, day, hour, visitor, customer, url,
                {_TEXTS} AS texts, clean(texts[1]) AS initiator, clean(texts[2]) AS channel,
                clean(texts[3]) AS sender, clean(texts[4]) AS agent
            FROM group_events
            WHERE live AND thing IS NOT NULL AND name IN ({names_sql(TALKS)})
        )
        SELECT thing AS talk,
            min({{'ts': ts, 'id': event_id, 'seq': seq, 'name': name, 'day': day, 'hour': hour,
                'visitor': visitor, 'customer': customer, 'url': url, 'sender': sender}}) AS first,
            min({{'ts': ts, 'id': event_id, 'initiator': initiator, 'channel': channel,
                'agent': agent}}) FILTER (WHERE name = 'conversation_request') AS request,
            min({{'ts': ts, 'id': event_id, 'agent': agent}})
                FILTER (WHERE agent IS NOT NULL AND {_AGENT_SIDE}).agent AS agent,
            {_first_of("conversation_message", "visitor")} AS visitor_wrote,
            {_first_of("conversation_message", "agent")} AS agent_wrote,
            {_first_of("call_joined", "visitor")} AS visitor_joined,
            {_first_of("call_joined", "agent")} AS agent_joined,
            {_first_of("call_ended", "visitor")} AS visitor_ended,
            {_first_of("call_ended", "agent")} AS agent_ended,
            min(ts) FILTER (WHERE name = 'call_ended' AND sender IS NULL) AS ended,
            min(ts) FILTER (WHERE name <> 'conversation_request') AS first_said,
            max(ts) FILTER (WHERE name <> 'conversation_request') AS last_said,
            max(ts) AS last_ts
        FROM told GROUP BY thing
    """)


def _first_of(name: str, sender: str) -> str:
    """When a side did something for the first time."""
    return f"min(ts) FILTER (WHERE name = '{name}' AND sender = '{sender}')"


_OF_FIRST = """
    first.visitor AS first_visitor, first.customer AS first_customer, first.ts AS ts,
    first.day AS day, first.hour AS hour, first.url AS url, first.seq AS request"""
_INITIATOR = "CASE WHEN request IS NULL THEN first.sender ELSE request.initiator END"
_CHANNEL = """CASE WHEN request IS NOT NULL THEN request.channel
    WHEN first.name = 'conversation_message' THEN 'text' ELSE 'video' END"""


def _tell(con: duckdb.DuckDBPyConnection) -> None:
    """``talks``: the rows of ``requests``, with ``talk``, what surveys know them by."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE talks AS
        WITH sides AS (
            SELECT talk, {_INITIATOR} AS initiator, {_CHANNEL} AS conversation_channel,
                coalesce(agent, request.agent) AS agent, {_OF_FIRST}, last_ts,
                CASE WHEN visitor_wrote IS NOT NULL AND agent_wrote IS NOT NULL
                     THEN greatest(visitor_wrote, agent_wrote) END AS text_ts,
                CASE WHEN visitor_joined IS NOT NULL AND agent_joined IS NOT NULL
                     THEN greatest(visitor_joined, agent_joined) END AS video_ts,
                least(visitor_wrote, visitor_joined) AS visitor_ts,
                least(agent_wrote, agent_joined) AS agent_ts,
                least(ended, CASE WHEN initiator = 'visitor' THEN visitor_ended
                                  ELSE agent_ended END) AS ended_ts,
                (last_said - first_said) // 1000 AS duration_ms
            FROM talk_sides
        ),
        responses AS (
            SELECT *, least(text_ts, video_ts) AS accepted_ts,
                CASE WHEN initiator = 'visitor' THEN agent_ts ELSE visitor_ts END AS response_ts
            FROM sides
        )
        SELECT r.*, coalesce(r.first_visitor, -r.first_customer) AS visitor,
            coalesce(p.person, r.first_customer::BIGINT * 2) AS person,
            substr(r.talk, 2) AS conversation_id,
            r.hour AS talk_hour,
            r.accepted_ts IS NOT NULL AS accepted, r.text_ts IS NOT NULL AS by_text,
            r.video_ts IS NOT NULL AS by_video, r.agent_ts IS NOT NULL AS agent_responded,
            (r.response_ts - r.ts) // 1000 AS response_ms,
            CASE WHEN r.accepted_ts IS NOT NULL THEN 'accepted'
                 WHEN r.ended_ts < r.response_ts OR (r.ended_ts IS NOT NULL
                    AND r.response_ts IS NULL) THEN 'withdrawn'
                 ELSE 'waiting' END AS outcome
        FROM responses r LEFT JOIN group_persons p ON p.visitor = r.first_visitor
    """)


def _give_credit(con: duckdb.DuckDBPyConnection, site: Site) -> None:
    """``talk_credit``: the rows of ``conversation_orders``, for the latest talk and call."""
    window = site.attribution_window_days * DAY_US
    within = " UNION ALL ".join(
        f"""SELECT o.order_key, t.request, t.{column} AS moment, t.conversation_id,
                '{flag}' AS way
            FROM order_rows o JOIN talks t ON t.person = o.person
                AND t.{column} <= o.ts AND t.{column} >= o.ts - {window}"""
        for flag, column in (("credited", "accepted_ts"), ("called", "video_ts"))
    )
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE talk_credit AS
        WITH within AS ({within}),
        latest AS (
            SELECT order_key, request, way FROM within
            QUALIFY row_number() OVER (
                PARTITION BY order_key, way ORDER BY moment DESC, conversation_id) = 1
        ),
        together AS (
            SELECT order_key, request, bool_or(way = 'credited') AS credited,
                bool_or(way = 'called') AS called
            FROM latest GROUP BY order_key, request
        )
        SELECT o.visitor, o.ts, o.day, o.hour, t.agent, t.conversation_channel, t.initiator, t.url,
            t.talk_hour, l.order_key, l.request, o.person, o.revenue, l.credited, l.called
        FROM together l
        JOIN order_rows o ON o.order_key = l.order_key
        JOIN talks t ON t.request = l.request
    """)


_TALKERS = """(
    SELECT *, true AS talked, false AS ordered FROM talks WHERE accepted AND person IS NOT NULL
    UNION ALL BY NAME
    SELECT *, false AS talked, true AS ordered FROM talk_credit WHERE credited)"""


def _insert(con: duckdb.DuckDBPyConnection, fact: str, rows: str) -> None:
    columns = ", ".join(FACTS[fact].types)
    con.execute(f"INSERT INTO {fact} ({columns}) SELECT {columns} FROM {rows}")
