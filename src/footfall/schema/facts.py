"""The fact tables: what one row of each is, and what every column means.

A measure reads exactly one fact table, and a fact carries its dimensions, so that no question ever
joins facts and nothing can be counted twice. The DDL of every engine, the catalogue's checks and
the docs come from this page.
"""

from __future__ import annotations

from footfall.schema.chats import CHAT_FACTS
from footfall.schema.costs import COST_FACTS
from footfall.schema.fact import (
    ASSET_DIMENSIONS,
    EXPOSURE_DIMENSIONS,
    LINE_DIMENSIONS,
    MONEY,
    PLACE,
    SESSION,
    SESSION_DIMENSIONS,
    Column,
    Fact,
    flag,
)
from footfall.schema.talks import TALK_FACTS

__all__ = [
    "ASKED", "ASSET_DIMENSIONS", "EXPOSURES", "EXPOSURE_DIMENSIONS",
    "FACTS", "LINE_DIMENSIONS", "MONEY", "PLACE", "SESSION_DIMENSIONS", "SESSION_FACTS",
    "Column", "Fact",
]  # fmt: skip

_COMMERCE = SESSION_DIMENSIONS + ASSET_DIMENSIONS

SESSIONS = Fact(
    "sessions",
    "one session (R3)",
    SESSION_DIMENSIONS,
    (
        Column("session", "BIGINT", "the session's key: the log position of its first event"),
        Column(
            "first_event_id", "VARCHAR", "its first event: sessions that start together go by it"
        ),
        Column("person", "BIGINT", "the person's key (R2)"),
        Column("end_ts", "BIGINT", "the last event, µs"),
        Column("duration_ms", "BIGINT", "end − start"),
        Column("events", "BIGINT", "events of the visitor's own activity in the session"),
        Column("page_views", "BIGINT", "page views in the session"),
        flag("bounced", "at most one page view and only passive events"),
        flag("viewed_item", "has a view_item"),
        flag("added_to_cart", "has an add_to_cart"),
        flag("began_checkout", "has a begin_checkout"),
        flag("cart_after_view", "an add_to_cart later than a view_item"),
        flag("checkout_after_cart", "a begin_checkout later than an add_to_cart"),
        flag("order_after_cart", "an order later than an add_to_cart"),
        flag("order_after_checkout", "an order later than a begin_checkout"),
        flag("converted", "has a conversion"),
        flag("micro_converted", "meets a micro-conversion rule"),
        Column("exit_page", "VARCHAR", "path of the last page view"),
        Column("first_day", "INTEGER", "local day of the person's first session ever"),
        Column("first_hour", "BIGINT", "local hour of the person's first session ever"),
        Column("previous_day", "INTEGER", "local day of the person's session before this one"),
        Column("next_day", "INTEGER", "local day of the person's session after this one"),
    ),
    moment="end_ts",
)
PAGES = Fact(
    "pages",
    "the page views and leaves of one page in one session and hour",
    (*SESSION_DIMENSIONS, "page"),
    (
        SESSION,
        Column("page_views", "BIGINT", "page_view events"),
        Column("engaged_ms", MONEY, "sum of engaged_ms of page_leave events"),
        Column("scroll_pct", MONEY, "sum of max_scroll_pct"),
        Column("scrolls", "BIGINT", "page_leave events that have max_scroll_pct"),
    ),
)
EXITS = Fact(
    "exits",
    "one session that has an exit page; page is that page",
    (*SESSION_DIMENSIONS, "page"),
    (
        SESSION,
        Column("end_ts", "BIGINT", "the session's last event, µs"),
    ),
    moment="end_ts",
)
ITEM_VIEWS = Fact(
    "item_views",
    "the view_item events of one session and hour",
    SESSION_DIMENSIONS,
    (
        SESSION,
        Column("views", "BIGINT", "view_item events, however many items each has"),
    ),
)
PRODUCT_VIEWS = Fact(
    "product_views",
    "the views of one product in one session and hour",
    (*SESSION_DIMENSIONS, *LINE_DIMENSIONS),
    (
        SESSION,
        Column("views", "BIGINT", "items of view_item events, each item for itself"),
    ),
)
ASSET_EVENTS = Fact(
    "asset_events",
    "the events of one asset in one session and hour",
    _COMMERCE,
    (
        SESSION,
        Column("loads", "BIGINT", "asset_load events"),
        Column("views", "BIGINT", "asset_view events"),
        Column("clicks", "BIGINT", "asset_click events"),
        Column("interactions", "BIGINT", "asset_click and asset_interaction events (R6)"),
    ),
)
CONTRIBUTED_SESSIONS = Fact(
    "contributed_sessions",
    "one session and one asset that it interacted with",
    _COMMERCE,
    (
        SESSION,
        Column("end_ts", "BIGINT", "the session's last event, µs"),
        Column("duration_ms", "BIGINT", "the session's duration"),
        Column("page_views", "BIGINT", "the session's page views"),
    ),
    thing="session",
    moment="end_ts",
)
ORDERS = Fact(
    "orders",
    "one order (R4)",
    SESSION_DIMENSIONS,
    (
        Column(
            "order_key",
            "BIGINT",
            "the order's key: the log position of the purchase it takes its time from",
        ),
        Column("person", "BIGINT", "the person's key; null if nobody is known"),
        SESSION,
        Column("revenue", MONEY, "in the site's currency (R5); null if unknown"),
        Column("units", MONEY, "Σ quantity of its lines"),
        flag("repeat", "not the person's first order ever"),
        flag("refunded", "has ever been refunded"),
    ),
)
LINES = Fact(
    "lines",
    "one line of an order",
    (*SESSION_DIMENSIONS, *LINE_DIMENSIONS),
    (
        SESSION,
        Column("order_key", "BIGINT", "the order's key"),
        Column("line", "INTEGER", "its number in the order"),
        Column("revenue", MONEY, "line revenue (R5); null if unknown"),
        Column("quantity", MONEY, "pieces"),
    ),
)
CONTRIBUTED_ORDERS = Fact(
    "contributed_orders",
    "one contributed order (R7) and one asset that it interacted with at or before the purchase",
    _COMMERCE,
    (
        SESSION,
        Column("order_key", "BIGINT", "the order's key"),
        Column("revenue", MONEY, "the order's revenue; null if unknown"),
        flag("near_checkout", "an asset in cart, mini_cart or checkout, or a booster (aov_beta)"),
    ),
    thing="order_key",
)
DIRECT_LINES = Fact(
    "direct_lines",
    "one direct-sale line (R8) and one asset whose click sold it",
    (*_COMMERCE, *LINE_DIMENSIONS),
    (
        SESSION,
        Column("order_key", "BIGINT", "the order's key"),
        Column("line_key", "BIGINT", "the line's key"),
        Column("revenue", MONEY, "line revenue; null if unknown"),
    ),
    thing="line_key",
)
REFUNDS = Fact(
    "refunds",
    "one refund event, with its order's dimensions and its own time",
    SESSION_DIMENSIONS,
    (
        SESSION,
        Column("refund", "BIGINT", "the refund's key"),
        Column(
            "order_ts",
            "BIGINT",
            "when the order was bought, µs; the refund's own time if it is unknown",
        ),
        Column(
            "worth", MONEY, "in the site's currency, at most what was left (R5); null without money"
        ),
    ),
    moment="order_ts",
)
KEY_EVENTS = Fact(
    "key_events",
    "one key event of the site (an order once, R4)",
    SESSION_DIMENSIONS,
    (
        SESSION,
        Column("event_key", "BIGINT", "the event's key"),
        Column("person", "BIGINT", "the person's key"),
        flag("conversion", "is one of the site's conversions"),
    ),
)
BUYING = Fact(
    "converters",
    "one session, or one conversion, of a person who ever converted",
    SESSION_DIMENSIONS,
    (
        SESSION,
        Column("person", "BIGINT", "the person's key"),
        flag("visited", "the row is a session"),
        flag("converted", "the row is a conversion"),
    ),
    thing="person",
)
MICRO_CONVERSIONS = Fact(
    "micro_conversions",
    "one session and one micro-conversion rule that it meets",
    SESSION_DIMENSIONS,
    (
        SESSION,
        Column("end_ts", "BIGINT", "the session's last event, µs"),
        Column("rule", "VARCHAR", "the rule's id"),
    ),
    moment="end_ts",
)
MILESTONES = Fact(
    "milestones",
    "one event on a person's way to becoming a customer",
    SESSION_DIMENSIONS,
    (
        SESSION,
        Column("event_key", "BIGINT", "the event's key"),
        Column("person", "BIGINT", "the person's key"),
        Column("began_ts", "BIGINT", "the lead of a qualification, µs; else the event itself"),
        Column(
            "kind",
            "VARCHAR",
            "lead, qualified_lead, sign_up, trial (first ever), start (first sign_up or trial)",
        ),
        flag("followed", "paid within the trial window, or activated within the activation window"),
    ),
    moment="began_ts",
)
ACTIONS = Fact(
    "actions",
    "one event that has no fact of its own: clicks, searches, widgets, custom events",
    (*SESSION_DIMENSIONS, "page"),
    (
        Column("event_key", "BIGINT", "the event's key"),
        Column("event", "VARCHAR", "the event's name"),
        SESSION,
        Column("person", "BIGINT", "the person's key"),
        Column("selector", "VARCHAR", "properties.selector of a click"),
        Column("target", "VARCHAR", "properties.href or target_url"),
        Column("value", MONEY, "properties.value, as sent"),
    ),
)

FACTS = {
    fact.name: fact
    for fact in (
        SESSIONS, PAGES, EXITS, ITEM_VIEWS, PRODUCT_VIEWS, ASSET_EVENTS, CONTRIBUTED_SESSIONS,
        ORDERS, LINES, CONTRIBUTED_ORDERS, DIRECT_LINES, REFUNDS, KEY_EVENTS, BUYING,
        MICRO_CONVERSIONS, MILESTONES, ACTIONS, *TALK_FACTS, *CHAT_FACTS, *COST_FACTS,
    )
}  # fmt: skip

SESSION_FACTS = {
    "page_views": "page_views",
    "duration": "duration_ms",
    "exit_page": "exit_page",
    **{column.name: column.name for column in SESSIONS.own if column.type == "BOOLEAN"},
}
"""What a segment can ask of a session, beside its dimensions, with the column that says so."""

EXPOSURES = (
    Column("visitor", "INTEGER", "the visitor's key, or the customer's, negative, as in facts"),
    Column("person", "BIGINT", "the person's key (R2)"),
    Column("experiment", "VARCHAR", "the experiment"),
    Column("variant", "VARCHAR", "the variant that the person was shown first"),
    Column("since", "BIGINT", "when, µs: the person's first exposure to the experiment"),
    Column("other", "VARCHAR", "another variant that the person saw too, the first; null: none"),
    Column("other_since", "BIGINT", "when that one was seen first, µs; null: never"),
)
ASKED = {name: fact.columns for name, fact in FACTS.items()} | {"exposures": EXPOSURES}
"""Everything that a statement may read: the facts, and who was exposed to what."""
