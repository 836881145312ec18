"""Who is who (R2), and what is left of deleted people (R16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from .accept import ABSENT_IDS, Event


class Link(NamedTuple):
    """A visitor was seen with a customer, at a moment."""

    moment: tuple[int, str]
    visitor: str
    customer: str


def text_id(value: object) -> str | None:
    """events.md: ids compare as text; the ids of a broken tag are absent."""
    if value is None or isinstance(value, dict | list | bool) or str(value) in ABSENT_IDS:
        return None
    return str(value)


def label(value: object) -> str | None:
    """A property's text; an empty one is absent."""
    known = isinstance(value, str | int | Decimal) and value != ""
    return str(value) if known else None


def purchases_by_order(events: Iterable[Event]) -> dict[str, list[Event]]:
    """R4: the purchases of each order, in order of time; without transaction_id each its own."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.name == "purchase":
            transaction = text_id(event.props.get("transaction_id"))
            found[f"e:{event.id}" if transaction is None else f"t:{transaction}"].append(event)
    return {key: sorted(group, key=lambda e: e.order) for key, group in found.items()}


def first_with_visitor(purchases: list[Event]) -> Event:
    """R4: an order's time, visitor and session: the earliest with a visitor, else the earliest."""
    return next((p for p in purchases if p.visitor is not None), purchases[0])


def links(events: list[Event]) -> list[Link]:
    """R2: every event with both ids, and the customer-only purchases of a visitor's order."""
    found = [
        Link(e.order, e.visitor, e.customer)
        for e in events
        if e.visitor is not None and e.customer is not None
    ]
    for purchases in purchases_by_order(events).values():
        visitor = first_with_visitor(purchases).visitor
        found += [
            Link(p.order, visitor, p.customer)
            for p in purchases
            if visitor is not None and p.visitor is None and p.customer is not None
        ]
    return sorted(found)


def owners(found: list[Link]) -> dict[str, str]:
    """R2: a visitor seen with several customers belongs to the earliest link."""
    first: dict[str, str] = {}
    for link in found:
        first.setdefault(link.visitor, link.customer)
    return first


def conflicts(found: list[Link]) -> int:
    """R2: each further customer of a visitor is an identity conflict."""
    customers: dict[str, set[str]] = defaultdict(set)
    for link in found:
        customers[link.visitor].add(link.customer)
    return sum(len(seen) - 1 for seen in customers.values())


def person_of(visitor: str | None, customer: str | None, owner: dict[str, str]) -> str | None:
    """R2: the customer that the visitor was ever seen with, else the visitor."""
    if visitor is not None:
        return f"c:{owner[visitor]}" if visitor in owner else f"v:{visitor}"
    return None if customer is None else f"c:{customer}"


def without_deleted(events: list[Event]) -> list[Event]:
    """R16: the events that are left, several deletions one after the other in time."""
    left = events
    deletions = [e for e in events if e.name == "customer_deleted"]
    for deletion in sorted(deletions, key=lambda e: e.order):
        left = _after(deletion, left)
    return left


def _after(deletion: Event, events: list[Event]) -> list[Event]:
    """R16: without the person's events and those of the visitors linked by then, up to its time."""
    customer = deletion.customer
    if customer is None:
        visitors = {deletion.visitor}
    else:
        by_then = [link for link in links(events) if link.moment[0] <= deletion.time]
        visitors = {v for v, owner in owners(by_then).items() if owner == customer}
    gone = {
        e
        for e in events
        if e.time <= deletion.time
        and (
            (e.visitor is not None and e.visitor in visitors)
            or (customer is not None and e.customer == customer)
        )
    }
    own = {e for e in gone if e.visitor in visitors or (e.visitor is None and customer is not None)}
    cause = causes(events)
    return [
        e for e in events if e not in gone and not (e.time <= deletion.time and cause.get(e) in own)
    ]


def causes(events: list[Event]) -> dict[Event, Event]:
    """events.md: a refund belongs to its order's person, a `qualify_lead` to its lead's."""
    orders = {key: first_with_visitor(group) for key, group in purchases_by_order(events).items()}
    leads: dict[str | None, Event] = {}
    for e in sorted((e for e in events if e.name == "generate_lead"), key=lambda e: e.order):
        leads.setdefault(text_id(e.props.get("lead_id")), e)
    leads.pop(None, None)
    found: dict[Event, Event] = {}
    for e in events:
        cause = None
        if e.name == "refund":
            transaction = text_id(e.props.get("transaction_id"))
            cause = None if transaction is None else orders.get(f"t:{transaction}")
        elif e.name == "qualify_lead":
            cause = leads.get(text_id(e.props.get("lead_id")))
        if cause is not None:
            found[e] = cause
    return found
