"""Data quality: what of a site's data could not be taken at its word, and how much of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from footfall.facts.money import named_currency, named_worth
from footfall.facts.projection import Projection
from footfall.log.control import Control

_DAMAGED_ID = r"^=[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"


@dataclass(frozen=True)
class Quality:
    """What there is to know of a site's data. Counts are of all time."""

    site: str
    read: int
    stored: int
    duplicates: int
    duplicate_conflicts: int
    refused: int
    refused_by_code: dict[str, int]
    bot_events: int
    identity_conflicts: int
    orders_without_revenue: int
    unknown_currencies: dict[str, int]
    refunds_without_money: int
    refunds_without_money_worth: dict[str, Decimal]
    damaged_order_ids: int

    def to_json(self) -> dict[str, Any]:
        """The counts as ``footfall quality --format json`` gives them."""
        return {
            "site": self.site,
            "read": self.read,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "duplicate_conflicts": self.duplicate_conflicts,
            "refused": self.refused,
            "refused_by_code": self.refused_by_code,
            "bot_events": self.bot_events,
            "identity_conflicts": self.identity_conflicts,
            "orders_without_revenue": self.orders_without_revenue,
            "unknown_currencies": self.unknown_currencies,
            "refunds_without_money": self.refunds_without_money,
            "refunds_without_money_worth": {
                currency: f"{-worth:f}"
                for currency, worth in self.refunds_without_money_worth.items()
            },
            "damaged_order_ids": self.damaged_order_ids,
        }


def inspect(projection: Projection, control: Control) -> Quality:
    """Looks at a site's projection, ledger and quarantine."""
    site = projection.site
    imports = control.imports.totals(site.id)
    codes = control.quarantine.by_code(site.id)
    conflicts = codes.pop("duplicate_conflict", 0)
    one = _counter(projection)
    return Quality(
        site=site.id,
        read=imports.read,
        stored=imports.stored,
        duplicates=imports.duplicate,
        duplicate_conflicts=conflicts,
        refused=sum(codes.values()),
        refused_by_code=codes,
        bot_events=one("SELECT count(*) FROM events WHERE bot"),
        identity_conflicts=one("SELECT count(*) FROM identity_conflicts"),
        orders_without_revenue=one("SELECT count(*) FROM orders WHERE revenue IS NULL"),
        unknown_currencies=_unknown_currencies(projection),
        refunds_without_money=one("SELECT count(*) FROM refunds WHERE worth IS NULL"),
        refunds_without_money_worth=_lost_refunds(projection),
        damaged_order_ids=one(f"""
            SELECT count(*) FROM records WHERE live AND name IN ('purchase', 'refund')
              AND regexp_matches(thing, '{_DAMAGED_ID}')
        """),
    )


def _counter(projection: Projection) -> Callable[[str], int]:
    """Runs a statement that counts."""

    def one(sql: str) -> int:
        row = projection.con.execute(sql).fetchone()
        return int(row[0]) if row else 0

    return one


def _unknown_currencies(projection: Projection) -> dict[str, int]:
    """Currencies of orders that had no rate on the order's day, with how many orders."""
    rows = projection.con.execute(
        """
        WITH unknown AS (
            SELECT coalesce(e.thing, '#' || e.event_id) AS order_id, o.day
            FROM orders o JOIN records e ON e.seq = o.order_key WHERE o.revenue IS NULL
        ),
        told AS (
            SELECT u.day, nullif(json_extract_string(p.properties, '$.currency'), '') AS currency,
                row_number() OVER (PARTITION BY u.order_id ORDER BY
                    CASE json_extract_string(p.properties, '$.source')
                        WHEN 'import' THEN 0 WHEN 'server' THEN 1 ELSE 2 END,
                    p.ts, p.event_id) AS turn
            FROM unknown u JOIN records p
              ON coalesce(p.thing, '#' || p.event_id) = u.order_id
              AND p.name = 'purchase' AND p.live
        )
        SELECT currency, count(*) FROM told t
        WHERE turn = 1 AND currency <> $site AND NOT EXISTS (
            SELECT 1 FROM fx_rates f
            WHERE f.currency = t.currency AND f.date <= DATE '1970-01-01' + t.day)
        GROUP BY currency ORDER BY 2 DESC, 1
        """,
        {"site": projection.site.currency},
    ).fetchall()
    return dict(rows)


def _lost_refunds(projection: Projection) -> dict[str, Decimal]:
    """What the refunds without money say they are worth, by the currency they say it in."""
    rows = projection.con.execute("""
        SELECT e.properties FROM refunds r JOIN records e ON e.seq = r.refund
        WHERE r.worth IS NULL
    """).fetchall()
    found: dict[str, Decimal] = defaultdict(Decimal)
    for (properties,) in rows:
        worth = named_worth(properties)
        if worth:
            found[named_currency(properties) or projection.site.currency] += worth
    return dict(sorted(found.items()))
