"""The tables below the facts: the log's projection, who is known, and what is told beside events.

All of them can be thrown away and built again from the log (``footfall rebuild``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from footfall.event.vocabulary import EVENTS, INTERACTIONS
from footfall.facts import mark
from footfall.schema.facts import EXPOSURES, MONEY, PLACE, SESSION_DIMENSIONS

if TYPE_CHECKING:
    import duckdb

MASS_EVENTS = (
    "page_view", "page_leave", "session_end", "scroll", "view_item", "view_item_list", "asset_load",
    "asset_view",
)  # fmt: skip
"""Events that come by the million."""
EXPOSURE = "experiment_exposure"
"""The event that says which variant of an experiment was seen."""
IN_COLUMNS = frozenset(MASS_EVENTS) - {"view_item", "view_item_list"}
"""Events of which everything that is ever asked is in columns: their properties are not kept."""
ASSET_EVENTS = frozenset(name for name, event in EVENTS.items() if "asset_id" in event.properties)
"""Events that speak of an asset."""
OWN_FACTS = ASSET_EVENTS | frozenset(MASS_EVENTS) | {"purchase", "refund"}
"""Events that have a fact of their own, or count for their session only; others are ``actions``."""
MILESTONES = frozenset({
    "generate_lead", "qualify_lead", "sign_up", "trial_start", "subscription_start", "activation",
})  # fmt: skip
"""Events on a person's way to the store."""
OF_CONVERSATIONS = frozenset(
    name for name, event in EVENTS.items() if "conversation_id" in event.properties
)
"""Events that speak of a one-to-one conversation, surveys about one among them."""
TALKS = OF_CONVERSATIONS - {"survey_response"}
"""Events that a conversation is made of (R9)."""
RECORDS = MILESTONES | INTERACTIONS | OF_CONVERSATIONS | {
    "purchase", "refund", "customer_deleted",
}  # fmt: skip
"""What orders, credit, milestones, conversations and deletions are made of, over all time."""
ALL_TIME = "-9000000000000000, 9000000000000000"
"""A span (µs, lo and hi) that everything lies in."""


def names_sql(names: Iterable[str]) -> str:
    """Event names as the inside of an SQL list."""
    return ", ".join(f"'{name}'" for name in sorted(names))


SESSION_COLUMNS = ", ".join(f"s.{name}" for name in SESSION_DIMENSIONS)
"""The session's dimensions, of a relation ``s``."""
PLACE_COLUMNS = ", ".join([*(column.name for column in PLACE), *SESSION_DIMENSIONS])
"""The columns that facts begin with: who and when, and the session's dimensions."""

_EVENT_COLUMNS = f"""
    seq BIGINT NOT NULL,            -- position in the log
    event_id VARCHAR NOT NULL,
    id_hash UBIGINT NOT NULL,       -- finds duplicates quickly; equality is decided by event_id
    content_hash BIGINT NOT NULL,   -- two events with one id are the same when it is equal
    name VARCHAR NOT NULL,
    ts BIGINT NOT NULL,
    day INTEGER NOT NULL,
    hour BIGINT NOT NULL,
    visitor INTEGER,
    customer INTEGER,
    system BOOLEAN NOT NULL,
    bot BOOLEAN NOT NULL,
    live BOOLEAN NOT NULL,          -- neither a bot's (R15) nor a deleted person's (R16)
    page VARCHAR,                   -- path of the url
    device VARCHAR, browser VARCHAR, os VARCHAR, country VARCHAR, region VARCHAR,
    signal BOOLEAN NOT NULL,        -- says where the visit came from
    source VARCHAR, medium VARCHAR, campaign VARCHAR,
    asset VARCHAR, asset_type VARCHAR, placement VARCHAR, product VARCHAR,
    experiment VARCHAR, variant VARCHAR,
    engaged_ms {MONEY}, scroll_pct {MONEY},
    thing VARCHAR,                  -- the order (=id), lead (~id) or conversation (@id) spoken of
    url VARCHAR,                    -- where a conversation's event happened, without the query
    properties VARCHAR              -- null for events that have all they need in columns
"""

EVENT_TABLES = {
    "mass_events": f"visitor IS NOT NULL AND name IN ({names_sql(MASS_EVENTS)})",
    "exposure_events": f"visitor IS NOT NULL AND name = '{EXPOSURE}'",
    "record_events": f"visitor IS NOT NULL AND name IN ({names_sql(RECORDS)})",
    "rare_events": f"""visitor IS NOT NULL
        AND name NOT IN ({names_sql({*MASS_EVENTS, EXPOSURE, *RECORDS})})""",
    "unvisited_events": "visitor IS NULL",
}
"""Where which events are kept: what is looked for over all time is found without going through
the millions that are not. Together they are the view ``events``."""


def kept_in(names: Iterable[str]) -> str:
    """Where events of these names are kept, as a relation."""
    wanted = set(names)
    kinds = (
        ("mass_events", MASS_EVENTS),
        ("exposure_events", (EXPOSURE,)),
        ("record_events", RECORDS),
    )
    tables = [table for table, known in kinds if wanted & set(known)]
    others = wanted.difference(*(known for _, known in kinds))
    tables += [*(["rare_events"] if others else []), "unvisited_events"]
    return f"({' UNION ALL '.join(f'SELECT * FROM {table}' for table in tables)})"


DDL = f"""
{"".join(f"CREATE TABLE {table} ({_EVENT_COLUMNS});" for table in EVENT_TABLES)}
CREATE VIEW events AS {" UNION ALL ".join(f"SELECT * FROM {table}" for table in EVENT_TABLES)};
CREATE VIEW records AS SELECT * FROM record_events UNION ALL SELECT * FROM unvisited_events;
CREATE TABLE visitors (
    visitor INTEGER NOT NULL, visitor_id VARCHAR NOT NULL, person BIGINT NOT NULL
);
CREATE TABLE customers (customer INTEGER NOT NULL, customer_id VARCHAR NOT NULL);
-- who or what is tied to whom: the group that has to be built anew together
CREATE TABLE bonds (a UBIGINT NOT NULL, b UBIGINT NOT NULL);
-- who was told to be whom, and when first in each append
CREATE TABLE links (
    visitor INTEGER NOT NULL, customer INTEGER NOT NULL,
    ts BIGINT NOT NULL, event_id VARCHAR NOT NULL
);
CREATE TABLE identity_conflicts (visitor INTEGER NOT NULL, customer INTEGER NOT NULL);
-- page_leave and session_end events that no session was open for (R3)
CREATE TABLE orphans (visitor INTEGER NOT NULL, ts BIGINT NOT NULL);
CREATE TABLE exposures ({", ".join(f"{each.name} {each.type}" for each in EXPOSURES)});
CREATE TABLE fx_rates (date DATE NOT NULL, currency VARCHAR NOT NULL, rate {MONEY} NOT NULL);
CREATE TABLE ad_costs (
    date DATE NOT NULL, source VARCHAR, medium VARCHAR, campaign VARCHAR,
    impressions BIGINT, clicks BIGINT, cost {MONEY}, currency VARCHAR
);
CREATE TABLE email_sends (
    date DATE NOT NULL, campaign VARCHAR,
    sent BIGINT, delivered BIGINT, opened BIGINT, clicked BIGINT, bounced BIGINT,
    unsubscribed BIGINT
);
CREATE TABLE search_performance (
    date DATE NOT NULL, page VARCHAR, query VARCHAR, country VARCHAR, device VARCHAR,
    impressions BIGINT, clicks BIGINT, position {MONEY}
);
CREATE TABLE log_position (file VARCHAR NOT NULL, rows BIGINT NOT NULL);
CREATE TABLE about (key VARCHAR NOT NULL, value VARCHAR NOT NULL);
{mark.DDL}
"""

CLEAN = """
CREATE MACRO clean(x) AS
    CASE WHEN x IN ('', 'null', 'undefined', 'NaN', '[object Object]') THEN NULL ELSE x END
"""
"""Absent ids of a broken tag (events.md, Envelope)."""


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Creates the tables below the facts in the current schema."""
    con.execute(DDL)
    con.execute(CLEAN)
