"""What happens on pages: views of pages and products, asset events, actions and exits.

It comes from ``members``, the events in hand with their sessions. Views and asset events are
gathered by session and hour and keep every dimension of a question; an action is a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from footfall.event.vocabulary import INTERACTIONS
from footfall.facts.tables import (
    ASSET_EVENTS,
    OWN_FACTS,
    PLACE_COLUMNS,
    SESSION_COLUMNS,
    names_sql,
)
from footfall.schema.facts import FACTS, MONEY

if TYPE_CHECKING:
    import duckdb

_HAPPENED_ALONE = "CASE WHEN m.session IS NULL THEN m.ts END"
"""Events without a session are not put together: each can gain a session of its own later."""
_EXPOSURES = "coalesce(len(list_filter(x.points, lambda since: since <= m.ts)), 0)"
"""Events before and after an exposure are not put together: only the later are the exposed's."""


@dataclass(frozen=True)
class _Gathered:
    """A fact that gathers the members of a session and hour under some keys of its own."""

    fact: str
    keys: tuple[tuple[str, str], ...]
    sums: tuple[tuple[str, str], ...]
    events: str

    def insert(self) -> str:
        """The statement that adds the fact's rows for the members in hand."""
        keys = "".join(f", {expression} AS {name}" for name, expression in self.keys)
        sums = ", ".join(f"{expression} AS {name}" for name, expression in self.sums)
        columns = [*(name for name, _ in self.keys), "session", *(name for name, _ in self.sums)]
        grouped = "".join(f", {expression}" for _, expression in self.keys)
        # dimensions are joined to what is gathered: gathering under all of them would cost memory
        return f"""
            INSERT INTO {self.fact} ({PLACE_COLUMNS}, {", ".join(columns)})
            SELECT g.visitor, g.ts, g.day, g.hour, {SESSION_COLUMNS},
                {", ".join(f"g.{name}" for name in columns)}
            FROM (
                SELECT m.visitor, min(m.ts) AS ts, m.day, m.hour{keys}, m.session, {sums}
                FROM {self.events} m
                LEFT JOIN exposure_points x ON x.visitor = m.visitor
                GROUP BY m.visitor, m.session, m.day, m.hour, {_HAPPENED_ALONE},
                    {_EXPOSURES}{grouped}
            ) g
            LEFT JOIN session_rows s ON s.session = g.session
        """


def _count(*names: str) -> str:
    return f"count(CASE WHEN m.name IN ({names_sql(names)}) THEN 1 END)"


PAGES = _Gathered(
    "pages",
    (("page", "m.page"),),
    (
        ("page_views", _count("page_view")),
        ("engaged_ms", "coalesce(sum(m.engaged_ms), 0)"),
        ("scroll_pct", "coalesce(sum(m.scroll_pct), 0)"),
        ("scrolls", "count(m.scroll_pct)"),
    ),
    "(SELECT * FROM members WHERE name IN ('page_view', 'page_leave'))",
)
ITEM_VIEWS = _Gathered(
    "item_views", (), (("views", "count(*)"),), "(SELECT * FROM members WHERE name = 'view_item')"
)
PRODUCT_VIEWS = _Gathered(
    "product_views",
    (("product", "m.product"), ("category", "m.category")),
    (("views", "count(*)"),),
    "viewed_items",
)
ASSETS = _Gathered(
    "asset_events",
    (("asset", "m.asset"), ("asset_type", "m.asset_type"), ("placement", "m.placement")),
    (
        ("loads", _count("asset_load")),
        ("views", _count("asset_view")),
        ("clicks", _count("asset_click")),
        ("interactions", _count(*INTERACTIONS)),
    ),
    f"(SELECT * FROM members WHERE name IN ({names_sql(ASSET_EVENTS)}))",
)
_MESSAGE_TEXTS = "json_extract_string(properties, ['$.trigger_id', '$.message_id', '$.target_url'])"
AUTO_MESSAGES = _Gathered(
    "auto_messages",
    (
        ("trigger", "clean(m.texts[1])"),
        ("message", "clean(m.texts[2])"),
        ("target_url", "m.texts[3]"),
    ),
    (("sent", _count("auto_message_sent")), ("clicks", _count("auto_message_click"))),
    f"""(SELECT *, {_MESSAGE_TEXTS} AS texts FROM members
        WHERE name IN ('auto_message_sent', 'auto_message_click'))""",
)
_GATHERED = (PAGES, ITEM_VIEWS, PRODUCT_VIEWS, ASSETS, AUTO_MESSAGES)

_VIEWED_ITEMS = """
    CREATE OR REPLACE TEMP TABLE viewed_items AS
    SELECT visitor, ts, day, hour, session,
        clean(json_extract_string(item, '$.item_id')) AS product,
        nullif(json_extract_string(item, '$.item_category'), '') AS category
    FROM (
        SELECT visitor, ts, day, hour, session,
            unnest(json_extract(properties, '$.items[*]')) AS item
        FROM members WHERE name = 'view_item'
    )
"""

_CONTRIBUTED = f"""
    INSERT INTO contributed_sessions
        ({PLACE_COLUMNS}, asset, asset_type, placement, session, end_ts, duration_ms, page_views)
    SELECT DISTINCT s.visitor, s.ts, s.day, s.hour, {SESSION_COLUMNS},
        m.asset, m.asset_type, m.placement, s.session, s.end_ts, s.duration_ms, s.page_views
    FROM members m JOIN session_rows s ON s.session = m.session
    WHERE m.name IN ({names_sql(INTERACTIONS)})
"""

_EXITS = f"""
    INSERT INTO exits ({PLACE_COLUMNS}, page, session, end_ts)
    SELECT {PLACE_COLUMNS}, exit_page, session, end_ts
    FROM session_rows WHERE exit_page IS NOT NULL
"""

_ACTIONS = f"""
    INSERT INTO actions
        ({PLACE_COLUMNS}, page, event_key, event, session, person, selector, target, value)
    SELECT m.visitor, m.ts, m.day, m.hour, {SESSION_COLUMNS}, m.page, m.seq, m.name, m.session,
        -- a customer is the same person always, also one whom the append does not concern
        CASE WHEN m.visitor < 0 THEN m.visitor::BIGINT * -2 ELSE p.person END,
        json_extract_string(m.properties, '$.selector'),
        coalesce(json_extract_string(m.properties, '$.href'),
            json_extract_string(m.properties, '$.target_url')),
        json_transform(m.properties, '{{"value": "{MONEY}"}}').value
    FROM members m
    LEFT JOIN session_rows s ON s.session = m.session
    LEFT JOIN people p ON p.visitor = m.visitor
    WHERE m.name NOT IN ({names_sql(OWN_FACTS)})
"""

FACTS_OF_EVENTS = (*(gathered.fact for gathered in _GATHERED), "actions")
"""Facts of events that count with or without a session."""


def insert(con: duckdb.DuckDBPyConnection) -> None:
    """Adds the sessions in hand (``session_rows``), what they contributed to, and their members."""
    columns = ", ".join(FACTS["sessions"].types)
    con.execute(f"INSERT INTO sessions ({columns}) SELECT {columns} FROM session_rows")
    insert_events(con)
    con.execute(_CONTRIBUTED)
    con.execute(_EXITS)


def insert_events(con: duckdb.DuckDBPyConnection) -> None:
    """Adds page views, product views, asset events and actions of the members in hand."""
    con.execute(_VIEWED_ITEMS)
    for gathered in _GATHERED:
        con.execute(gathered.insert())
    con.execute(_ACTIONS)
