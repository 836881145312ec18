"""What somebody did, one row for each: what funnels, paths and click maps are asked of.

Acts are no table of their own: the events are there already, and DuckDB shows them so (a view,
``footfall.facts.acts``). Another engine gets them as tables of the same columns.
"""

from __future__ import annotations

from footfall.schema.facts import SESSION_DIMENSIONS, Column

ACTS = (
    Column("seq", "BIGINT", "the event's position in the log; an order's is that of its purchase"),
    Column("event_id", "VARCHAR", "orders what one person did in one moment"),
    Column("event", "VARCHAR", "the event's name; an order, once (R4), is a purchase"),
    Column("ts", "BIGINT", "when, in µs since 1970 UTC (whole milliseconds)"),
    Column("day", "INTEGER", "local day, days since 1970-01-01"),
    Column(
        "visitor",
        "INTEGER",
        "the visitor's key; the customer's, negative, where none is told; null for nobody",
    ),
    Column("passive", "BOOLEAN", "happened without the visitor doing anything, or is the system's"),
    Column("page", "VARCHAR", "path of the url"),
    Column("asset", "VARCHAR", "properties.asset_id"),
    Column("asset_type", "VARCHAR", "properties.asset_type"),
    Column("placement", "VARCHAR", "properties.placement"),
    Column("properties", "VARCHAR", "JSON; null for events that have all they need in columns"),
)
VISIT = (
    Column("session", "BIGINT", "the key of the session that it belongs to (R3); null without"),
    *(Column(name, "VARCHAR", f"dimension {name} of the session") for name in SESSION_DIMENSIONS),
)
PERSONS = (
    Column("visitor", "INTEGER", "the key of a visitor who is known to be a customer"),
    Column("person", "BIGINT", "that customer's key as a person (R2)"),
)

WHAT_PEOPLE_DID = {"acts": ACTS, "acts_in_sessions": (*ACTS, *VISIT), "persons": PERSONS}
"""The relations: acts, acts with the sessions they belong to (a join more), and who is whom."""


def person_sql(visitor: str, known: str) -> str:
    """The person of an act's visitor, where ``known`` is what ``persons`` has of it, or null."""
    own = f"CASE WHEN {visitor} < 0 THEN {visitor} * -2 ELSE {visitor} * 2 + 1 END"
    return f"coalesce({known}, {own})"
