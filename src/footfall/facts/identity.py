"""Who is who: visitors become persons (R2), and deleted people leave (R16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from footfall.facts.group import closure, link_anew
from footfall.facts.load import insert_rows
from footfall.facts.tables import ALL_TIME, EVENT_TABLES

if TYPE_CHECKING:
    import duckdb


def link(con: duckdb.DuckDBPyConnection) -> None:
    """Gives every visitor of the group its person, by the earliest link; notes the conflicts.

    Leaves ``group_persons``, and ``renamed``: the visitors whose person is another one now.
    """
    _collect_links(con)
    con.execute(
        "DELETE FROM identity_conflicts WHERE visitor IN (SELECT visitor FROM group_visitors)"
    )
    con.execute("""
        INSERT INTO identity_conflicts
        SELECT DISTINCT l.visitor, l.customer FROM group_links l
        JOIN group_owners o ON o.visitor = l.visitor WHERE o.customer <> l.customer
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE group_persons AS
        SELECT g.visitor, coalesce(o.customer::BIGINT * 2, g.visitor::BIGINT * 2 + 1) AS person
        FROM group_visitors g LEFT JOIN group_owners o ON o.visitor = g.visitor
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE renamed AS
        SELECT g.visitor, g.person FROM group_persons g JOIN visitors v ON v.visitor = g.visitor
        WHERE g.person <> v.person
    """)
    con.execute(
        "UPDATE visitors SET person = r.person FROM renamed r WHERE r.visitor = visitors.visitor"
    )


def _collect_links(con: duckdb.DuckDBPyConnection) -> None:
    """``group_links``: who was told to be whom; ``group_owners``: each visitor's earliest link."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE group_links AS
        SELECT visitor, customer, ts, event_id FROM links
        WHERE visitor IN (SELECT visitor FROM group_visitors)
        UNION ALL
        -- a purchase with only a customer links it to the visitor who gives the order its time
        SELECT h.visitor, p.customer, p.ts, p.event_id
        FROM group_events p JOIN order_heads h ON h.thing = p.thing
        WHERE p.live AND p.name = 'purchase' AND p.visitor IS NULL AND p.customer IS NOT NULL
          AND h.visitor IS NOT NULL
    """)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE group_owners AS
        SELECT visitor, customer FROM group_links
        QUALIFY row_number() OVER (PARTITION BY visitor ORDER BY ts, event_id) = 1
    """)


@dataclass(slots=True)
class _Told:
    """What is told of one event: enough to say whose it was at any moment."""

    seq: int
    ts: int
    event_id: str
    visitor: int | None
    customer: int | None
    name: str
    thing: str | None  # the order or lead that a purchase, refund or lead event speaks of
    live: bool  # as it was marked so far

    def belongs(self, customer: int | None, visitors: set[int | None]) -> bool:
        """Whether it is told by one of the visitors or carries the customer's id."""
        return (self.visitor is not None and self.visitor in visitors) or (
            customer is not None and self.customer == customer
        )


_HEADS = {"refund": "purchase", "qualify_lead": "generate_lead"}
"""Events that belong to somebody by the order or lead that they speak of."""


@dataclass(slots=True)
class _Erasure:
    """The events of the groups that deletions concern, taken away one deletion after the other."""

    events: list[_Told]
    gone: set[int] = field(default_factory=set)

    def delete(self, deletion: _Told) -> None:
        """Takes away what one ``customer_deleted`` removes: everything up to its moment."""
        left = [e for e in self.events if e.seq not in self.gone]
        customer = deletion.customer
        visitors = (
            {deletion.visitor} if customer is None else _visitors_of(customer, left, deletion.ts)
        )
        things = _things_of(customer, visitors, left, deletion.ts)
        self.gone.update(
            e.seq
            for e in left
            if e.ts <= deletion.ts
            and (e.belongs(customer, visitors) or (_HEADS.get(e.name), e.thing) in things)
        )


def _things_of(
    customer: int | None, visitors: set[int | None], events: list[_Told], until: int
) -> set[tuple[str | None, str | None]]:
    """The orders and leads of a customer or of visitors, by the event that gives each its time."""
    heads: dict[tuple[str | None, str | None], _Told] = {}
    for e in events:
        if e.name in _HEADS.values() and e.thing is not None:
            head = heads.setdefault((e.name, e.thing), e)
            if e.name == "purchase" and head.visitor is None and e.visitor is not None:
                heads[e.name, e.thing] = e
    return {
        thing
        for thing, head in heads.items()
        if head.ts <= until
        and head.belongs(None if head.visitor is not None else customer, visitors)
    }


def _visitors_of(customer: int, events: list[_Told], until: int) -> set[int | None]:
    """The visitors who belong to a customer by then."""
    owners: dict[int, tuple[int, str, int]] = {}
    for visitor, owner, ts, event_id in _links(events):
        if ts <= until:
            owners[visitor] = min(owners.get(visitor, (ts, event_id, owner)), (ts, event_id, owner))
    return {visitor for visitor, (_, _, owner) in owners.items() if owner == customer}


def _links(events: list[_Told]) -> list[tuple[int, int, int, str]]:
    """(visitor, customer, ts, event id) of everything that links a visitor to a customer."""
    found = [
        (e.visitor, e.customer, e.ts, e.event_id)
        for e in events
        if e.visitor is not None and e.customer is not None
    ]
    orders: dict[str, list[_Told]] = defaultdict(list)
    for e in events:
        if e.name == "purchase" and e.thing is not None:
            orders[e.thing].append(e)
    for purchases in orders.values():
        seen = [p for p in purchases if p.visitor is not None]
        if not seen:
            continue
        head = min(seen, key=lambda p: (p.ts, p.event_id))
        found += [
            (head.visitor, p.customer, p.ts, p.event_id)
            for p in purchases
            if p.visitor is None and p.customer is not None and head.visitor is not None
        ]
    return found


def erase(con: duckdb.DuckDBPyConnection) -> bool:
    """Marks the events that the group's deletions remove, whoever's they are; whether any changed.

    Visitors whose events change become dirty.
    """
    deletions = con.execute(
        "SELECT count(*) FROM group_events WHERE name = 'customer_deleted' AND NOT bot"
    ).fetchone()
    if not deletions or not deletions[0]:
        return False
    erasure = _Erasure(_near_deletions(con))
    for told in erasure.events:
        if told.name == "customer_deleted":
            erasure.delete(told)
    changed = [
        (told.seq, told.visitor, not told.live)
        for told in erasure.events
        if told.live == (told.seq in erasure.gone)
    ]
    if changed:
        _mark(con, changed)
    return bool(changed)


def _near_deletions(con: duckdb.DuckDBPyConnection) -> list[_Told]:
    """The events of everybody whom a deletion can concern, in order of time."""
    deleted = "FROM group_events WHERE name = 'customer_deleted'"
    seeds = f"""
        SELECT hash('customer', customer) AS node {deleted} AND customer IS NOT NULL
        UNION SELECT hash('visitor', visitor) {deleted} AND visitor IS NOT NULL
    """
    closure(con, "near_deletions", seeds)
    for table, kind in (("visitors", "visitor"), ("customers", "customer")):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE near_{table} AS SELECT {kind} FROM {table}
            WHERE hash('{kind}', {kind}) IN (SELECT node FROM near_deletions)
        """)
    # whoever is tied to a deletion is near it, so the visitor of an event decides where it has one
    told = "SELECT seq, ts, event_id, visitor, customer, name, thing, live"
    rows = con.execute(f"""
        {told} FROM events WHERE NOT bot AND visitor IN (SELECT visitor FROM near_visitors)
        UNION ALL
        {told} FROM unvisited_events WHERE NOT bot AND (
            customer IN (SELECT customer FROM near_customers)
            OR (thing IS NOT NULL AND hash('thing', thing) IN (SELECT node FROM near_deletions)))
        ORDER BY ts, event_id
    """).fetchall()
    return [_Told(*row) for row in rows]


def _mark(con: duckdb.DuckDBPyConnection, changed: Sequence[tuple[object, ...]]) -> None:
    """Writes down which events live now, and who is linked to whom without those that do not."""
    con.execute("CREATE OR REPLACE TEMP TABLE changed (seq BIGINT, visitor INTEGER, live BOOLEAN)")
    insert_rows(con, "changed", changed)
    for table in EVENT_TABLES:
        con.execute(f"UPDATE {table} SET live = c.live FROM changed c WHERE c.seq = {table}.seq")
    visitors = "SELECT visitor FROM changed WHERE visitor IS NOT NULL"
    link_anew(con, visitors)
    con.execute(f"INSERT INTO dirty SELECT DISTINCT visitor, {ALL_TIME} FROM ({visitors})")
