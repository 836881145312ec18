"""The events that Footfall knows: what each one means for a visit, and which properties it has.

This is the contract's vocabulary as data, and the only place that spells it. Whatever else needs a
name of an event or the range of a property derives it from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VENDOR_PREFIXES = (
    "ga4_", "segment_", "shopify_", "loyjoy_", "firework_", "plausible_", "matomo_", "snowplow_",
    "posthog_", "umami_",
)  # fmt: skip
"""What other programs' events are called under for which the vocabulary has no name."""

LINKING = frozenset(
    {f"segment_{call}" for call in ("identify", "alias", "group")}
    | {f"posthog_{call}" for call in ("identify", "create_alias", "set", "groupidentify")}
    | {"posthog_merge_dangerously", "umami_identify"}
)
"""Other clients' calls that only say who somebody is: they link, and open no visit."""

TEXT, ID, NUMBER, FLAG, ITEMS = "text", "id", "number", "flag", "items"
VISITOR, SYSTEM = "visitor", "system"
SYSTEM_SOURCES = frozenset({"server", "import"})
Range = tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of an event: its type, its range, and the names it is usually one of.

    `least` and `most` are included in the range unless `above_least`. `by` and `ranges` give the
    range where it depends on another property. `names` are the listed ones: others are kept.
    """

    type: str
    least: int | None = None
    most: int | None = None
    above_least: bool = False
    whole: bool = False
    names: tuple[str, ...] = ()
    by: str = ""
    ranges: Mapping[str, Range] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EventType:
    """One event of the vocabulary.

    `kind` says whose activity it is; with `visitor_if` it is the visitor's only if that property
    is `visitor`, else the system's. `passive` happens without the visitor doing anything, and an
    `interaction` is one with an asset. What does not `open` a session can only extend one.
    """

    name: str
    kind: str
    properties: Mapping[str, Property]
    passive: bool = False
    interaction: bool = False
    opens: bool = True
    visitor_if: str = ""


def _texts(names: str) -> dict[str, Property]:
    return {name: Property(TEXT) for name in names.split()}


def _ids(names: str) -> dict[str, Property]:
    return {name: Property(ID) for name in names.split()}


def _one_of(names: str) -> Property:
    return Property(TEXT, names=tuple(names.split()))


ANY = Property(NUMBER)
NOT_NEGATIVE = Property(NUMBER, least=0)
PERCENT = Property(NUMBER, least=0, most=100)
POSITIVE = Property(NUMBER, least=0, above_least=True)
YES_NO = Property(FLAG)

ITEM = {
    **_ids("item_id variant_id"),
    **_texts("item_name item_category"),
    "price": ANY,
    "quantity": ANY,
}
"""What one of `items[]` has. Price and quantity may be negative: a discount, a line taken back."""

_SOURCE = {"source": _one_of("server import")}
_ITEMS = {"items": Property(ITEMS)}
_MONEY = {"value": NOT_NEGATIVE, **_texts("currency")}
_CART = {**_ITEMS, **_MONEY}
_STEP = {**_CART, "step": ANY}
_ORDER = {**_ids("transaction_id"), **_CART}
_PLACEMENT = _one_of("home collection product cart mini_cart checkout content other")
_ASSET = {**_ids("asset_id"), **_texts("asset_type"), "placement": _PLACEMENT}
_MESSAGE = _ids("message_id trigger_id")
_TALK = _ids("conversation_id")
_SENDER = {**_TALK, "sender": _one_of("visitor agent"), **_ids("agent_id")}
_MODULE_TYPE = _one_of(
    "message web_push share nps sign_in decision loyalty_points rewards opt_in quiz instant_win"
    " giveaway coupon_code appointment code_entry personal_data"
)
_CHAT = {**_ids("experience_id module_id"), "module_type": _MODULE_TYPE, "position": ANY}
_OPT_IN = {**_CHAT, "channel": _one_of("web_push reminder newsletter sms profiling")}
_POINTS = {**_CHAT, "points": POSITIVE}
_REQUEST = {
    **_TALK,
    "channel": _one_of("text video"),
    "initiator": _one_of("visitor agent"),
    **_ids("agent_id"),
}
_SCORE = Property(NUMBER, whole=True, by="survey_type", ranges={"rating": (1, 5), "nps": (0, 10)})
_SURVEY = {
    "survey_type": _one_of("rating nps"),
    "score": _SCORE,
    "status": _one_of("submitted closed"),
    **_texts("feedback"),
    **_ids("conversation_id agent_id"),
    **_CHAT,
}
_CLICK = {
    **_texts("selector text href"),
    "x_pct": ANY,
    "y_px": ANY,
    "viewport_width": ANY,
}
_SHARE = {"method": _one_of("facebook email native twitter whatsapp link"), **_CHAT}
_FIELD = _one_of("birthdate first_name last_name phone_number postal_address email")


def _visitor(name: str, **properties: Property) -> EventType:
    return EventType(name, VISITOR, properties)


def _passive(name: str, **properties: Property) -> EventType:
    return EventType(name, VISITOR, properties, passive=True)


def _leaving(name: str, **properties: Property) -> EventType:
    return EventType(name, VISITOR, properties, passive=True, opens=False)


def _interaction(name: str, **properties: Property) -> EventType:
    return EventType(name, VISITOR, properties, interaction=True)


def _system(name: str, **properties: Property) -> EventType:
    return EventType(name, SYSTEM, properties)


def _said_by(name: str, who: str, **properties: Property) -> EventType:
    return EventType(name, VISITOR, properties, visitor_if=who)


EVENTS = {
    event.name: event
    for event in (
        # Pages and commerce
        _passive("page_view"),
        _leaving("page_leave", engaged_ms=NOT_NEGATIVE, max_scroll_pct=PERCENT),
        _leaving("session_end"),
        _passive("scroll", percent=PERCENT),
        _visitor("click", **_CLICK),
        _visitor("search", **_texts("search_term"), results=ANY),
        _passive("view_item", **_ITEMS),
        _passive("view_item_list", **_ITEMS),
        _visitor("select_item", **_ITEMS),
        _visitor("add_to_cart", **_CART),
        _visitor("remove_from_cart", **_CART),
        _visitor("view_cart", **_CART),
        _visitor("begin_checkout", **_STEP),
        _visitor("add_shipping_info", **_STEP),
        _visitor("add_payment_info", **_STEP),
        _visitor("purchase", **_ORDER, tax=ANY, shipping=ANY, **_texts("coupon"), **_SOURCE),
        _system("refund", **_ORDER),
        _visitor("login", **_texts("method"), success=YES_NO),
        _visitor("sign_up", **_texts("method")),
        _visitor("share", **_SHARE),
        _visitor("generate_lead", **_ids("lead_id"), **_MONEY),
        _system("qualify_lead", **_ids("lead_id"), stage=_one_of("mql sql")),
        _visitor("trial_start", **_texts("plan")),
        _system("subscription_start", **_texts("plan"), **_MONEY),
        _visitor("activation", **_texts("milestone")),
        # Assets and widgets
        _passive("asset_load", **_ASSET),
        _passive("asset_view", **_ASSET),
        _interaction("asset_interaction", **_ASSET, **_texts("action")),
        _interaction("asset_click", **_ASSET, **_texts("target_url"), **_ids("product_id")),
        _passive("widget_impression", **_ids("widget_id")),
        _visitor("widget_click", **_ids("widget_id"), origin=_one_of("widget notification")),
        # One-to-one conversations
        _said_by("conversation_request", "initiator", **_REQUEST),
        _said_by("conversation_message", "sender", **_SENDER),
        _said_by("call_joined", "sender", **_SENDER),
        _system("call_ended", **_TALK),
        _system("auto_message_sent", **_MESSAGE, **_texts("text target_url")),
        _visitor("auto_message_click", **_MESSAGE, **_texts("target_url")),
        _visitor("survey_response", **_SURVEY),
        # Chat experiences
        _visitor("experience_start", **_CHAT),
        _passive("module_shown", **_CHAT),
        _visitor("experience_interaction", **_CHAT, **_texts("action text")),
        _visitor("screen_time", **_CHAT, seconds=Property(NUMBER, 0, 3600, above_least=True)),
        _visitor("participation", **_CHAT),
        _visitor("opt_in_asked", **_OPT_IN),
        _visitor("opt_in_single", **_OPT_IN),
        _visitor("opt_in_rejected", **_OPT_IN),
        _visitor("opt_in_double", **_OPT_IN),
        _visitor("opt_out", **_OPT_IN),
        _visitor("advent_calendar_open", **_CHAT, door=Property(NUMBER, 1, 24, whole=True)),
        _system("pin_email_sent", **_CHAT),
        _visitor("pin_succeeded", **_CHAT),
        _visitor("pin_failed", **_CHAT),
        _visitor("customer_created", **_CHAT),
        _system("customer_deleted", **_CHAT),
        _visitor("data_entered", **_CHAT, field=_FIELD),
        _visitor("decision_made", **_CHAT, **_texts("option")),
        _visitor("points_awarded", **_POINTS),
        _visitor("points_redeemed", **_POINTS),
        _visitor("reward_redeemed", **_CHAT, **_ids("reward_id")),
        _visitor("quiz_answer", **_CHAT, **_ids("question_id"), **_texts("answer"), correct=YES_NO),
        _visitor("image_uploaded", **_CHAT),
        _visitor("instant_win", **_CHAT, won=YES_NO),
        _system("coupon_uploaded", **_CHAT, count=NOT_NEGATIVE),
        _visitor("coupon_issued", **_CHAT, **_texts("coupon")),
        _visitor("coupon_entered", **_CHAT, **_texts("coupon")),
        _visitor("appointment_booked", **_CHAT),
        _visitor("code_entered", **_CHAT, correct=YES_NO),
        # Experiments
        _passive("experiment_exposure", **_ids("experiment_id"), **_texts("variant")),
    )
}
"""name → event. Any other name is a custom event: visitor activity with free properties."""

PASSIVE = frozenset(name for name, event in EVENTS.items() if event.passive)
NEVER_OPENS = frozenset(name for name, event in EVENTS.items() if not event.opens)
INTERACTIONS = frozenset(name for name, event in EVENTS.items() if event.interaction)
LONG_TEXTS = frozenset({"text", "feedback", "answer"})
"""Properties that may hold 8,192 characters, whatever the event."""


def is_system(event: str, properties: Mapping[str, object]) -> bool:
    """Whether an event is the system's own and not the visitor's activity.

    It is if the vocabulary says so, if the agent and not the visitor said it, if it only says who
    somebody is, and, for every name, if `properties.source` is `server` or `import`.
    """
    if properties.get("source") in SYSTEM_SOURCES or event in LINKING:
        return True
    known = EVENTS.get(event)
    if known is None:
        return False
    if known.visitor_if:
        return properties.get(known.visitor_if) != VISITOR
    return known.kind == SYSTEM


def _known_anywhere() -> dict[str, Property]:
    """Property by name, where every event of the vocabulary that has it agrees on its type."""
    types: dict[str, set[str]] = {}
    found: dict[str, Property] = {}
    for event in EVENTS.values():
        for name, each in event.properties.items():
            types.setdefault(name, set()).add(each.type)
            found[name] = Property(each.type)
    return {name: each for name, each in found.items() if len(types[name]) == 1}


KNOWN_ANYWHERE = {**_known_anywhere(), "bot": YES_NO}
"""How a property is read from a flat file where its event says nothing about it."""
