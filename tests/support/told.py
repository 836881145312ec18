"""Events as a person writes them down: when on the shop's clock, what, and whose."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

ENVELOPE = frozenset({"url", "title", "referrer", "user_agent", "device", "country", "sent_at"})
_numbers = count(1)


def told(
    when: str, event: str, visitor: str | None = None, customer: str | None = None, **more: Any
) -> dict[str, Any]:
    """An event; what is not of the envelope is a property.

    ``when`` is ``2026-01-05 10:00`` in UTC, or with a zone ``2026-01-05 10:00 Europe/Berlin``. Ids
    follow the order in which events are written down; ``event_id`` names another one.
    """
    sent = {
        "event_id": more.pop("event_id", f"e{next(_numbers):06}"),
        "event": event,
        "occurred_at": _moment(when),
        "visitor_id": visitor,
        "customer_id": customer,
        **{name: more.pop(name) for name in sorted(ENVELOPE & more.keys())},
        "properties": more,
    }
    return {name: value for name, value in sent.items() if value is not None}


def _moment(when: str) -> str:
    day, clock, *zone = when.split(" ")
    local = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(*(zone or ["UTC"])))
    return local.isoformat(timespec="milliseconds")
