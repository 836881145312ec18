"""Things that were looked at and are in no row of a fact: orders without credit, later trials.

Each rule says among which things a fact's were chosen, and why one was not. What a rule needs to
say so exactly, such as when a product was clicked, is looked up for the things that are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from footfall.catalogue import Source
from footfall.event.vocabulary import INTERACTIONS
from footfall.explain.listing import KEYS, Listing
from footfall.explain.reasons import span
from footfall.facts.orders import LINES_PER_ORDER
from footfall.facts.tables import names_sql
from footfall.query.question import Question
from footfall.query.writer import Writer
from footfall.schema.facts import FACTS
from footfall.settings import Site

if TYPE_CHECKING:
    import duckdb

Reason = tuple[str, str]
Known = dict[str, Any]
NOBODY = ("nobody", "nobody is known who bought")


@dataclass(frozen=True, slots=True)
class Behind:
    """What can be looked up: the events and facts of a site."""

    con: duckdb.DuckDBPyConnection
    site: Site

    def asked(self, sql: str, keys: list[Any]) -> dict[Any, tuple[Any, ...]]:
        """What a statement says of some keys, by key."""
        rows = self.con.execute(sql, {"keys": keys}).fetchall() if keys else []
        return {row[0]: row[1:] for row in rows}


@dataclass(frozen=True, slots=True)
class Absent:
    """Among which things the things of a fact were chosen, by which key, and why one was not."""

    among: str
    key: str
    chosen: str
    why: Callable[[Behind, list[Known]], list[Reason]]
    told: tuple[str, ...] = ()


def absent(question: Question, source: Source) -> tuple[Absent, Listing] | None:
    """The things that a source's fact was chosen among and does not have.

    None where that is not known, or where a filter is on what only the chosen have.
    """
    rule = RULES.get(source.fact_name)
    if rule is None:
        return None
    fact = FACTS[rule.among]
    if not set(question.dimensions) <= set(fact.legal_dimensions):
        return None
    if question.in_session and not fact.knows_session:
        return None
    writer = Writer(question, (Source(rule.among, "count"),))
    keys = [name for name in KEYS if name in fact.types]
    columns = ("ts", "visitor", *keys, *rule.told)
    sql = (
        f"SELECT {', '.join(columns)} FROM {writer.relation} WHERE {writer.filter()} "
        f"AND {rule.key} NOT IN (SELECT {rule.chosen} FROM {source.fact_name})"
    )
    return rule, Listing(columns, sql, tuple(writer.parameters))


def _no_interaction(behind: Behind, rows: list[Known]) -> list[Reason]:
    """Why orders are not contributed (R7)."""
    later = behind.asked(
        f"""
        SELECT o.order_key, min(e.ts) - min(o.ts) FROM orders o
        JOIN sessions s ON s.session = o.session
        JOIN records e ON e.visitor = s.visitor AND e.ts > o.ts AND e.ts <= s.end_ts
        WHERE o.order_key IN (SELECT unnest($keys)) AND e.live
          AND e.name IN ({names_sql(INTERACTIONS)})
        GROUP BY o.order_key
        """,
        [row["order_key"] for row in rows],
    )
    return [_interaction_reason(row, later.get(row["order_key"])) for row in rows]


def _interaction_reason(row: Known, later: tuple[Any, ...] | None) -> Reason:
    if row["session"] is None:
        return "no_session", "in no session, so with no interaction in it"
    if later:
        return (
            "interaction_later",
            f"an interaction only {span(later[0])} after the purchase",
        )
    return "no_interaction", "no interaction in the session"


def _no_touch(_behind: Behind, rows: list[Known]) -> list[Reason]:
    """Why sessions are not contributed."""
    return [("no_interaction", "no interaction in the session")] * len(rows)


def _no_click(behind: Behind, rows: list[Known]) -> list[Reason]:
    """Why order lines are no direct sales (R8)."""
    keys = [row["order_key"] * LINES_PER_ORDER + row["line"] for row in rows]
    clicks = behind.asked(
        f"""
        SELECT l.order_key * {LINES_PER_ORDER} + l.line,
            max(CASE WHEN e.ts <= l.ts THEN e.ts END) - max(l.ts), min(e.ts) - max(l.ts)
        FROM lines l JOIN orders o ON o.order_key = l.order_key
        JOIN records e ON e.product = l.product AND e.live AND e.name = 'asset_click'
        LEFT JOIN visitors v ON v.visitor = e.visitor
        WHERE l.order_key * {LINES_PER_ORDER} + l.line IN (SELECT unnest($keys))
          AND coalesce(v.person, e.customer::BIGINT * 2) = o.person
        GROUP BY 1
        """,
        keys,
    )
    persons = behind.asked(
        "SELECT order_key, person FROM orders WHERE order_key IN (SELECT unnest($keys))",
        [row["order_key"] for row in rows],
    )
    return [
        _click_reason(row, persons[row["order_key"]][0], clicks.get(key))
        for row, key in zip(rows, keys, strict=True)
    ]


def _click_reason(row: Known, person: int | None, clicks: tuple[Any, ...] | None) -> Reason:
    if row["product"] is None:
        return "no_product", "the line names no product"
    if person is None:
        return NOBODY
    if clicks is None:
        return "never_clicked", "the person never clicked this product"
    before, first = clicks
    if before is None:
        return "clicked_later", f"clicked only {span(first)} after the purchase"
    return "clicked_too_early", f"clicked {span(before)} before"


def _no_talk(behind: Behind, rows: list[Known]) -> list[Reason]:
    """Why orders are no conversation orders (R10)."""
    talks = behind.asked(
        """
        SELECT o.order_key,
            max(CASE WHEN r.accepted_ts <= o.ts THEN r.accepted_ts END) - max(o.ts),
            min(r.accepted_ts) - max(o.ts)
        FROM orders o JOIN requests r ON r.person = o.person
        WHERE o.order_key IN (SELECT unnest($keys)) AND r.accepted GROUP BY o.order_key
        """,
        [row["order_key"] for row in rows],
    )
    return [_talk_reason(row, talks.get(row["order_key"]), behind.site) for row in rows]


def _talk_reason(row: Known, talks: tuple[Any, ...] | None, site: Site) -> Reason:
    if row["person"] is None:
        return NOBODY
    if talks is None:
        return "no_conversation", "the person was in no conversation"
    before, first = talks
    if before is None:
        return "conversation_later", f"in a conversation only {span(first)} after the purchase"
    days = f"more than {site.attribution_window_days} days"
    return "conversation_too_early", f"the conversation was {span(before)} before, {days}"


RULES: Mapping[str, Absent] = {
    "contributed_orders": Absent("orders", "order_key", "order_key", _no_interaction),
    "contributed_sessions": Absent("sessions", "session", "session", _no_touch),
    "direct_lines": Absent(
        "lines", f"order_key * {LINES_PER_ORDER} + line", "line_key", _no_click, ("product",)
    ),
    "conversation_orders": Absent("orders", "order_key", "order_key", _no_talk, ("person",)),
}
"""By fact. A fact without a rule was chosen among nothing but its own events."""
