"""The vocabulary of events.md: the system's own events, the passive ones, the ranges."""

from __future__ import annotations

SYSTEM = frozenset(
    "refund qualify_lead subscription_start call_ended auto_message_sent pin_email_sent"
    " customer_deleted coupon_uploaded".split()
)
PASSIVE = frozenset(
    "page_view page_leave session_end scroll view_item view_item_list asset_load asset_view"
    " widget_impression module_shown experiment_exposure".split()
)
EXTENDS_ONLY = frozenset({"page_leave", "session_end"})
INTERACTIONS = frozenset({"asset_click", "asset_interaction"})  # R6
TALK = frozenset({"conversation_request", "conversation_message", "call_joined", "call_ended"})
CHAT_EVENTS = frozenset({"experience_start", "module_shown", "experience_interaction"})  # R11

# event -> property -> (least, most, whole number, least itself allowed)
RANGES: dict[str, dict[str, tuple[int, int | None, bool, bool]]] = {
    "page_leave": {"engaged_ms": (0, None, False, True), "max_scroll_pct": (0, 100, False, True)},
    "scroll": {"percent": (0, 100, False, True)},
    "screen_time": {"seconds": (0, 3600, False, False)},
    "advent_calendar_open": {"door": (1, 24, True, True)},
    "points_awarded": {"points": (0, None, False, False)},
    "points_redeemed": {"points": (0, None, False, False)},
    "coupon_uploaded": {"count": (0, None, False, True)},
}
SCORES = {"rating": (1, 5, True, True), "nps": (0, 10, True, True)}
VALUED = frozenset(
    "add_to_cart remove_from_cart view_cart begin_checkout add_shipping_info add_payment_info"
    " purchase refund generate_lead subscription_start".split()
)
WITH_ITEMS = frozenset(
    "view_item view_item_list select_item add_to_cart remove_from_cart view_cart begin_checkout"
    " add_shipping_info add_payment_info purchase refund".split()
)


def is_system(name: str, props: dict[str, object]) -> bool:
    """events.md: marked `system`, said by a server or an import, or the agent's side."""
    if name in SYSTEM or props.get("source") in ("server", "import"):
        return True
    if name == "conversation_request":
        return props.get("initiator") != "visitor"
    if name in ("conversation_message", "call_joined"):
        return props.get("sender") != "visitor"
    return False
