"""What a projection holds, with every key replaced by what it stands for.

Keys are places in the log and numbers given as people arrive, so they depend on the order of
arrival; what they stand for must not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from footfall.schema.facts import FACTS
from support.shop import Shop

if TYPE_CHECKING:
    import duckdb

LINES_PER_ORDER = 4096
Rows = Counter[tuple[Any, ...]]
Names = dict[int, str]
OTHERS = {
    "orphans": ("visitor", "ts"),
    "exposures": ("visitor", "person", "experiment", "variant", "since", "other", "other_since"),
    "identity_conflicts": ("visitor", "customer"),
    "visitors": ("visitor", "person"),
    "events": ("seq", "live", "ts", "day", "hour"),
}
EVENT_KEYS = ("session", "order_key", "refund", "event_key", "request", "seq")


def snapshot(shop: Shop) -> dict[str, Rows]:
    """The rows of every fact and of what is known of people, without an order."""
    con = shop.con
    read = _readers(con)
    tables = {name: tuple(fact.types) for name, fact in FACTS.items()} | OTHERS
    return {name: _rows(con, name, columns, read) for name, columns in tables.items()}


def _rows(
    con: duckdb.DuckDBPyConnection,
    table: str,
    columns: tuple[str, ...],
    read: dict[str, Callable[[Any], Any]],
) -> Rows:
    readers = [read.get(name, _itself) for name in columns]
    rows = con.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    return Counter(tuple(f(x) for f, x in zip(readers, row, strict=True)) for row in rows)


def _itself(value: Any) -> Any:
    return value


def _readers(con: duckdb.DuckDBPyConnection) -> dict[str, Callable[[Any], Any]]:
    """Column → what its keys stand for; null stands for nothing."""
    visitors = dict(con.execute("SELECT visitor, visitor_id FROM visitors").fetchall())
    customers = dict(con.execute("SELECT customer, customer_id FROM customers").fetchall())
    events = dict(con.execute("SELECT seq, event_id FROM events").fetchall())

    def person(key: int) -> str:
        return f"v:{visitors[key // 2]}" if key % 2 else f"c:{customers[key // 2]}"

    def line(key: int) -> tuple[str, int]:
        return events[key // LINES_PER_ORDER], key % LINES_PER_ORDER

    def visitor(key: int) -> str:
        return visitors[key] if key > 0 else f"c:{customers[-key]}"

    told: dict[str, Callable[[Any], Any]] = {
        "visitor": visitor,
        "customer": customers.__getitem__,
    }
    told |= dict.fromkeys(EVENT_KEYS, events.__getitem__)
    told |= {"person": person, "line_key": line}
    return {name: _unless_null(read) for name, read in told.items()}


def _unless_null(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda key: None if key is None else read(key)


def unlike(one: dict[str, Rows], other: dict[str, Rows]) -> list[str]:
    """The rows that only one of two snapshots has, in words."""
    return [
        f"{table}: only in the {which}: {row}"
        for table in one
        for which, rows in (
            ("first", one[table] - other[table]),
            ("second", other[table] - one[table]),
        )
        for row in rows
    ]
