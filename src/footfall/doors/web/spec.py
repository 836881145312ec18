"""What stands on each page, page by page: which KPIs, which charts, which tables.

Everything about a KPI itself comes from its file. A KPI that no page names is in its group's table
of all KPIs all the same.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart: over time, or by a dimension, or of a KPI's own distribution."""

    title: str
    kpis: tuple[str, ...]
    kind: str = "lines"
    by: str | None = None
    is_cumulated: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table with a row for each value of a dimension, the biggest by its first KPI first."""

    title: str
    by: str
    kpis: tuple[str, ...]
    only: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of a page with an address of its own."""

    id: str
    title: str
    headline: tuple[str, ...] = ()
    charts: tuple[ChartSpec, ...] = ()
    tables: tuple[TableSpec, ...] = ()
    group: str | None = None
    """The group all of whose KPIs are listed."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a site, and what it is for."""

    id: str
    title: str
    about: str
    tabs: tuple[Tab, ...]

    def tab(self, tab_id: str) -> Tab | None:
        """A tab by its id; the first one has none in its address."""
        return next((each for each in self.tabs if each.id == tab_id), None)


_SHOP = ("visitors", "orders", "conversion_rate", "revenue", "aov")
STORE = Page(
    "store",
    "Store",
    "Who comes, who buys, and what it brings.",
    (
        Tab(
            "",
            "KPIs",
            (
                "visitors", "sessions", "conversion_rate", "orders", "revenue", "rpv", "aov",
                "cart_abandonment_rate",
            ),
            (
                ChartSpec("Revenue", ("revenue",)),
                ChartSpec("Visitors and sessions", ("visitors", "sessions")),
                ChartSpec("Conversion rate", ("conversion_rate",)),
                ChartSpec("Average order value", ("aov",)),
                ChartSpec("Revenue, cumulated", ("revenue",), is_cumulated=True),
                ChartSpec("Visitors, cumulated", ("visitors", "new_visitors"), is_cumulated=True),
            ),
            group="Store",
        ),
        Tab(
            "segments",
            "Segments",
            tables=(
                TableSpec("Channels", "channel", _SHOP),
                TableSpec("Devices", "device", _SHOP),
                TableSpec("New and returning", "visitor_type", _SHOP),
                TableSpec("Campaigns", "campaign", _SHOP),
                TableSpec("Countries", "country", _SHOP),
            ),
        ),
        Tab("funnel", "Funnel"),
        Tab("leaks", "Leaks"),
        Tab("pages", "Pages"),
        Tab("clicks", "Click map"),
        Tab("paths", "Paths"),
        Tab("retention", "Retention"),
        Tab(
            "products",
            "Products",
            tables=(
                TableSpec(
                    "Products", "product",
                    ("product_views", "units", "revenue", "product_conversion_rate"),
                ),
                TableSpec(
                    "Categories", "category",
                    ("product_views", "units", "revenue", "product_conversion_rate"),
                ),
            ),
        ),
    ),
)  # fmt: skip

_ASSET = (
    "asset_views", "asset_clicks", "ctr", "contributed_transactions", "contributed_revenue",
    "direct_sales",
)  # fmt: skip
ASSETS = Page(
    "assets",
    "Assets",
    "What the blocks on the shop’s pages contribute.",
    (
        Tab(
            "",
            "KPIs",
            (
                "asset_views", "asset_clicks", "ctr", "contributed_revenue",
                "contributed_revenue_share", "contributed_aov", "direct_sales", "cvr",
            ),
            (
                ChartSpec("Views and clicks", ("asset_views", "asset_clicks")),
                ChartSpec("Click-through rate", ("ctr",)),
                ChartSpec("Contributed revenue", ("contributed_revenue", "direct_sales")),
                ChartSpec(
                    "Contributed revenue, cumulated", ("contributed_revenue",), is_cumulated=True
                ),
            ),
            group="Assets",
        ),
        Tab(
            "list",
            "By asset",
            tables=(
                TableSpec("Assets", "asset", _ASSET),
                TableSpec("Types", "asset_type", _ASSET),
                TableSpec("Placements", "placement", _ASSET),
            ),
        ),
    ),
)  # fmt: skip

TALK = Page(
    "one-to-one",
    "One-to-one",
    "Conversations between visitors and the people of the store.",
    (
        Tab(
            "",
            "KPIs",
            (
                "requests", "conversations", "acceptance_rate", "first_response_time",
                "conversation_gmv", "conversation_conversion_rate", "avg_rating", "widget_ctr",
            ),
            (
                ChartSpec("Conversations", ("text_conversations", "video_conversations"), "stack"),
                ChartSpec("Requests", ("visitor_requests", "agent_requests"), "stack"),
                ChartSpec("Requests by hour of the day", ("requests",), "bars", by="hour_of_day"),
                ChartSpec("Ratings", ("rating_distribution",), "bars"),
                ChartSpec("Acceptance rate", ("acceptance_rate",)),
                ChartSpec("Sales after conversations", ("conversation_gmv",)),
            ),
            group="One-to-one",
        ),
        Tab(
            "where",
            "Where and how",
            tables=(
                TableSpec(
                    "Pages on which people ask", "url",
                    ("requests", "conversations", "acceptance_rate", "unanswered_visitor_requests"),
                ),
                TableSpec(
                    "Channels", "conversation_channel",
                    ("requests", "conversations", "acceptance_rate", "conversation_gmv"),
                ),
                TableSpec(
                    "Who began", "initiator",
                    ("requests", "conversations", "acceptance_rate", "conversation_gmv"),
                ),
            ),
        ),
        Tab(
            "auto-messages",
            "Auto messages",
            tables=(
                TableSpec(
                    "Messages", "message",
                    ("auto_messages_sent", "auto_message_clicks", "auto_message_ctr"),
                ),
                TableSpec(
                    "Triggers", "trigger",
                    ("auto_messages_sent", "auto_message_clicks", "auto_message_ctr"),
                ),
                TableSpec("Where they lead", "target_url", ("auto_message_clicks",)),
            ),
        ),
    ),
)  # fmt: skip

TEAM = Page(
    "team",
    "Team",
    "How each agent does, and what visitors say.",
    (
        Tab(
            "",
            "Leaderboard",
            ("avg_rating", "agent_requests", "agent_request_acceptance_rate", "conversations"),
            (ChartSpec("Ratings", ("rating_distribution",), "bars"),),
            (
                TableSpec(
                    "Agents", "agent",
                    (
                        "conversations", "avg_rating", "agent_requests",
                        "agent_request_acceptance_rate", "agent_attributed_orders",
                        "agent_attributed_sales",
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip

_OPT_INS = ("opt_ins_single_web_push", "opt_ins_double_web_push")
_REMINDERS = ("opt_ins_single_reminder", "opt_ins_double_reminder")
CHAT_KPIS = Tab(
    "",
    "KPIs",
    (
        "chat_starts", "chat_sessions", "chat_sessions_with_conversation", "chat_bounces",
        "participants", "new_customers", "nps", "screen_time",
    ),
    (
        ChartSpec("Sessions and new customers", ("chat_sessions", "new_customers")),
        ChartSpec(
            "Sessions and new customers, cumulated", ("chat_sessions", "new_customers"),
            is_cumulated=True,
        ),
        ChartSpec("Opt-ins", (*_OPT_INS, *_REMINDERS)),
        ChartSpec("Opt-ins, cumulated", (*_OPT_INS, *_REMINDERS), is_cumulated=True),
        ChartSpec("Platforms", ("chat_sessions",), "bars", by="device"),
        ChartSpec("Log-in attempts with code", ("pins_succeeded", "pins_failed"), "stack"),
        ChartSpec("Net promoter score: answers", ("nps_distribution",), "bars"),
        ChartSpec("Net promoter score: bands", ("promoters", "passives", "detractors"), "stack"),
        ChartSpec("Data entered", ("data_entered",), "bars", by="field"),
    ),
    group="Chat experiences",
)  # fmt: skip
_EXPERIENCE = (
    "chat_starts", "chat_sessions", "chat_sessions_with_conversation", "participants",
    "new_customers", "nps",
)  # fmt: skip
CHAT = Page(
    "chat",
    "Chat",
    "What visitors do in the chat experiences.",
    (
        CHAT_KPIS,
        Tab(
            "experiences",
            "Experiences",
            tables=(
                TableSpec("Experiences", "experience", _EXPERIENCE),
                TableSpec("Folders", "folder", _EXPERIENCE),
            ),
        ),
    ),
)

EXPERIENCE = Page(
    "experience",
    "Experience",
    "One chat experience.",
    (CHAT_KPIS, Tab("drilldown", "Drill-down")),
)

FOLDER = Page("folder", "Folder", "All chat experiences of a folder.", (CHAT_KPIS,))

ACQUISITION = Page(
    "acquisition",
    "Acquisition",
    "What visitors cost, and where they come from.",
    (
        Tab(
            "",
            "KPIs",
            (
                "ad_spend", "ad_clicks", "cpc", "cpa", "roas", "email_open_rate",
                "email_click_rate", "search_clicks",
            ),
            (
                ChartSpec("Spend on advertising", ("ad_spend",)),
                ChartSpec("Return on advertising spend", ("roas",)),
                ChartSpec("Cost for each conversion", ("cpa",)),
                ChartSpec("Search clicks", ("search_clicks",)),
            ),
            group="Acquisition",
        ),
        Tab(
            "ads",
            "Advertising",
            tables=(
                TableSpec("Channels", "channel", ("ad_spend", "ad_clicks", "cpc", "cpa", "roas")),
                TableSpec("Campaigns", "campaign", ("ad_spend", "ad_clicks", "cpc", "ad_ctr")),
            ),
        ),
        Tab(
            "search",
            "Search",
            tables=(
                TableSpec(
                    "Queries", "query",
                    ("search_clicks", "search_impressions", "search_ctr", "search_position"),
                ),
                TableSpec(
                    "Pages", "page",
                    ("search_clicks", "search_impressions", "search_ctr", "search_position"),
                ),
            ),
        ),
        Tab(
            "email",
            "E-mail",
            tables=(
                TableSpec(
                    "Campaigns", "campaign",
                    (
                        "email_open_rate", "email_click_rate", "email_click_to_open_rate",
                        "email_unsubscribe_rate",
                    ),
                ),
            ),
        ),
    ),
)  # fmt: skip

PAGES = {page.id: page for page in (STORE, ASSETS, TALK, TEAM, CHAT, ACQUISITION)}
SITE_HEADLINE = (
    "visitors", "conversion_rate", "orders", "revenue", "aov", "ctr", "contributed_revenue",
    "conversations", "chat_sessions", "nps",
)  # fmt: skip
SITE_CHARTS = (
    ChartSpec("Revenue", ("revenue",)),
    ChartSpec("Visitors", ("visitors",)),
    ChartSpec("Conversion rate", ("conversion_rate",)),
    ChartSpec("Orders", ("orders",)),
)
