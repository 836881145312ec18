"""Segment's calls in files: how they are told from others' rows."""

from __future__ import annotations

from collections.abc import Sequence

from footfall.vendors.segment import LINKS, calls, event
from footfall.vendors.words import Event, Row

WHO = ("messageId", "anonymousId", "userId", "previousId")
SIGNS = (*(frozenset({"type", each}) for each in WHO), frozenset({"batch"}))


def events(row: Row) -> Sequence[Event]:
    """The event of a call, or those of a batch."""
    return [_vouched(call) for call in calls(row)]


def _vouched(call: Row) -> Event:
    """Who only says who somebody is, or says no visitor, is a server."""
    found = event(call)
    if call.get("type") in LINKS:
        found["properties"]["source"] = "import"
    elif "visitor_id" not in found:
        found["properties"]["source"] = "server"
    return found


def refuse(names: frozenset[str]) -> str | None:
    """Why rows with these keys are no calls."""
    if names & {"anonymous_id", "context_page_url", "event_text", "original_timestamp"}:
        return (
            "it is a table of Segment's warehouse (anonymous_id, event_text, …), not the calls "
            "themselves; read it with --map MAP.toml"
        )
    return None
