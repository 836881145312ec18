"""One process holds a workspace's database; the others ask it, and get the same answers."""

from footfall.held.ask import Holder, asked, find_holder, is_asked
from footfall.held.hold import Clerk, Desk, Hold, refuse_second
from footfall.held.words import Call, Interrupted, Told

__all__ = [
    "Call",
    "Clerk",
    "Desk",
    "Hold",
    "Holder",
    "Interrupted",
    "Told",
    "asked",
    "find_holder",
    "is_asked",
    "refuse_second",
]
