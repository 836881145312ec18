"""What the key that a request came with makes of its events: whose they are, and who vouches.

Events with a server key, and a webhook's, are the server's; those with a public key are the tag's,
whatever they say of themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from footfall.doors.collector.dialects.heard import Event, Heard, Said
from footfall.event.vocabulary import is_system

BROWSER_HEADERS = ("origin", "referer", "sec-fetch-site")
"""What browsers send with a page's requests; programs that imitate one lack them."""


def settled(said: Said, heard: Heard, nameless: Callable[[], str], *, server: bool) -> Event:
    """An event as it is accepted; `nameless` makes the visitor of a client that knows none."""
    properties = {key: each for key, each in said.event["properties"].items() if key != "source"}
    if server or said.links:
        properties["source"] = "server"
    event = {**said.event, "properties": properties}
    if not server and "user_agent" not in event and (found := agent(heard)):
        event["user_agent"] = found
    if "visitor_id" not in event and not is_system(event["event"], properties):
        visitor = said.otherwise or (nameless() if said.cookieless else None)
        event |= {"visitor_id": visitor} if visitor else {}
    return event


def agent(heard: Heard) -> str | None:
    """The user agent of the request, where a browser made it."""
    if any(heard.headers.get(name) for name in BROWSER_HEADERS):
        return heard.headers.get("user-agent") or None
    return None
