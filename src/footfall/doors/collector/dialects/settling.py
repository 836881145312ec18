"""Who a client's event is of, where the client itself does not say a visitor.

A server's event may have none; what a public key sends is a visitor's activity and needs one.
"""

from __future__ import annotations

from collections.abc import Callable

from footfall.doors.collector.dialects.heard import Event, Said
from footfall.event.vocabulary import is_system


def settled(said: Said, nameless: Callable[[], str], *, server: bool) -> Event:
    """An event as it is accepted; `nameless` makes the visitor of a client that knows none."""
    event = said.event
    if server or "visitor_id" in event or is_system(event["event"], _unvouched(event)):
        return event
    visitor = said.otherwise or (nameless() if said.cookieless else None)
    return {**event, "visitor_id": visitor} if visitor else event


def _unvouched(event: Event) -> Event:
    """Its own fields without who it says it comes from, which a public key cannot say."""
    return {key: value for key, value in event["properties"].items() if key != "source"}
