"""Dimensions whose values are a closed list of the contract, and what those are."""

from __future__ import annotations

from footfall.event.device import DEVICES
from footfall.event.traffic import CHANNELS

INTENTS = {
    "product": "transactional",
    "cart": "transactional",
    "collection": "commercial",
    "search": "commercial",
    "blog": "informational",
    "help": "informational",
    "home": "navigational",
}
"""What a landing page's type says about why the visitor came (kpis.md, Dimensions)."""
CLOSED_LISTS = {
    "device": DEVICES,
    "channel": CHANNELS,
    "visitor_type": ("new", "returning"),
    "hour_of_day": tuple(map(str, range(24))),
    "intent": tuple(dict.fromkeys(INTENTS.values())),
}
"""Dimensions whose values are a closed list of the contract."""
