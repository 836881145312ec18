"""What a thing is called: an order by its transaction, a session by its first event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from footfall.facts.orders import LINES_PER_ORDER

if TYPE_CHECKING:
    import duckdb

Known = dict[str, Any]
Name = tuple[str, str | None]
Place = tuple[str, str, str]
"""Where ids stand: the relation, its key, and the id."""
_ORDERS = ("records", "seq", "coalesce(substr(thing, 2), event_id)")
_EVENTS = ("events", "seq", "event_id")
_REQUESTS = ("requests", "request", "conversation_id")
_SESSIONS = ("sessions", "session", "first_event_id")
_VISITORS = ("visitors", "visitor", "visitor_id")
_CUSTOMERS = ("customers", "customer", "customer_id")
KINDS = (
    ("order_key", "order", _ORDERS),
    ("refund", "refund", _EVENTS),
    ("event_key", "event", _EVENTS),
    ("request", "request", _REQUESTS),
    ("session", "session", _SESSIONS),
    ("visitor", "visitor", _VISITORS),
)
"""What a row is known by, the closest first; what that is called, and where its id stands."""


def names(
    con: duckdb.DuckDBPyConnection, rows: Sequence[Known], events: str = "events"
) -> list[Name]:
    """The kind and the id of each row; rows of one listing have the same columns.

    ``events``: the relation in which the events are whose keys the rows have.
    """
    if not rows:
        return []
    columns = set(rows[0])
    if "person" in columns and not {"order_key", "session"} & columns:
        return _persons(con, [row["person"] for row in rows])
    if {"campaign", "query"} & columns:
        return [_of_days(row) for row in rows]
    if "line_key" in columns:
        rows = [_line(row) for row in rows]
    column, kind, place = next(each for each in KINDS if each[0] in rows[0])
    if column == "event_key":
        place = (events, *place[1:])
    found = _looked_up(con, place, (row[column] for row in rows))
    if "line" in rows[0]:
        return [("line", f"{found[row[column]]} line {row['line'] + 1}") for row in rows]
    visitors = _visitors(con, rows) if kind in ("session", "visitor") else [("", None)] * len(rows)
    return [
        visitor if row[column] is None or kind == "visitor" else (kind, found.get(row[column]))
        for row, visitor in zip(rows, visitors, strict=True)
    ]


def _line(row: Known) -> Known:
    """A row of a line by its order and its number in it."""
    order, line = divmod(row["line_key"], LINES_PER_ORDER)
    return {"order_key": order, "line": line}


def _looked_up(con: duckdb.DuckDBPyConnection, place: Place, keys: Iterable[Any]) -> dict[Any, str]:
    """The ids of keys. Keys grow with the log, so their span lets the engine skip the rest."""
    told = list(dict.fromkeys(key for key in keys if key is not None))
    if not told:
        return {}
    relation, key, text = place
    span = f"{key} >= {min(told)} AND {key} <= {max(told)}"
    sql = f"SELECT {key}, {text} FROM {relation} WHERE {span} AND {key} IN (SELECT unnest($keys))"
    return dict(con.execute(sql, {"keys": told}).fetchall())


def _visitors(con: duckdb.DuckDBPyConnection, rows: Sequence[Known]) -> list[Name]:
    """Who did it: a visitor, or where none is told a customer."""
    keys = [row["visitor"] for row in rows]
    visitors = _looked_up(con, _VISITORS, (key for key in keys if key and key > 0))
    customers = _looked_up(con, _CUSTOMERS, (-key for key in keys if key and key < 0))
    return [
        ("customer", customers.get(-key)) if key and key < 0 else ("visitor", visitors.get(key))
        for key in keys
    ]


def _persons(con: duckdb.DuckDBPyConnection, persons: Sequence[int]) -> list[Name]:
    """Who they are: even keys are customers, odd ones visitors (R2)."""
    keys = [{"visitor": key // 2 if key % 2 else -(key // 2)} for key in persons]
    return _visitors(con, keys)


def _of_days(row: Known) -> Name:
    """A row of an imported table, by what it is of."""
    told = [row.get(name) for name in ("source", "medium", "campaign", "page", "query")]
    return "row", " / ".join(each for each in told if each) or None
