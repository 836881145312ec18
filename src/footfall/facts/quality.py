"""Data quality: what of a site's data could not be taken at its word, and how much of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from footfall.event.vocabulary import VENDOR_PREFIXES
from footfall.facts.money import named_currency, named_worth
from footfall.facts.projection import Projection
from footfall.localtime import local_day
from footfall.log.control import Control
from footfall.log.ledger import Outcome
from footfall.schema.tables import TABLES

CONFLICT = "duplicate_conflict"
Key = TypeVar("Key", date, str)
_DAMAGED_ID = r"^=[0-9](\.[0-9]+)?[eE]\+?[0-9]+$"


@dataclass(frozen=True)
class Received:
    """What came in (of all time, on a day, or of a table), and what became of it.

    received = stored + duplicates + duplicate conflicts + refused + left out, always. `refused`
    are the rows in quarantine by their reason; what a replay took out of it is no more among them.
    `left_out` are only counted: rows of a mapping or an export that are no events, and those of
    visitors who refused to be measured.
    """

    received: int
    stored: int
    duplicates: int
    duplicate_conflicts: int
    refused_by_code: dict[str, int]
    left_out: int

    @property
    def refused(self) -> int:
        """All that was refused but for conflicts."""
        return sum(self.refused_by_code.values())

    def to_json(self) -> dict[str, Any]:
        """The counts by the names that an answer gives them."""
        return {
            "received": self.received,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "duplicate_conflicts": self.duplicate_conflicts,
            "refused": self.refused,
            "refused_by_code": self.refused_by_code,
            "left_out": self.left_out,
        }


@dataclass(frozen=True)
class Quality:
    """What there is to know of a site's data. Counts are of all time, `days` by local day."""

    site: str
    read: int
    total: Received
    days: dict[date, Received]
    tables: dict[str, Received]
    unknown_names: dict[str, int]
    bot_events: int
    identity_conflicts: int
    orders_without_revenue: int
    unknown_currencies: dict[str, int]
    refunds_without_money: int
    refunds_without_money_worth: dict[str, Decimal]
    damaged_order_ids: int

    def to_json(self) -> dict[str, Any]:
        """The counts as ``footfall quality --format json`` gives them."""
        contract = {
            "duplicates": self.total.duplicates,
            "duplicate_conflicts": self.total.duplicate_conflicts,
            "refused": self.total.refused,
            "bot_events": self.bot_events,
            "identity_conflicts": self.identity_conflicts,
            "orders_without_revenue": self.orders_without_revenue,
            "refunds_without_money": self.refunds_without_money,
        }
        return {
            "site": self.site,
            "read": self.read,
            **self.total.to_json(),
            **contract,
            "unknown_currencies": self.unknown_currencies,
            "refunds_without_money_worth": {
                currency: f"{-worth:f}"
                for currency, worth in self.refunds_without_money_worth.items()
            },
            "damaged_order_ids": self.damaged_order_ids,
            "unknown_names": self.unknown_names,
            "days": [{"day": str(day), **told.to_json()} for day, told in self.days.items()],
            "tables": {name: told.to_json() for name, told in self.tables.items()},
            "data_quality": contract,
        }


def inspect(projection: Projection, control: Control) -> Quality:
    """Looks at a site's projection, ledger and quarantine."""
    site = projection.site
    outcomes = control.imports.outcomes(site.id)
    events = [each for each in outcomes if each.format not in TABLES]
    one = _counter(projection)
    return Quality(
        site=site.id,
        read=sum(each.counts.read for each in events),
        total=_received(events),
        days=_by(events, lambda each: local_day(each.finished_ms * 1000, site.timezone)),
        tables=_by([each for each in outcomes if each not in events], lambda each: each.format),
        unknown_names=_unknown_names(projection),
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


def _received(outcomes: Sequence[Outcome]) -> Received:
    """The sum of what several imports came to."""
    reasons: Counter[str] = Counter()
    for each in outcomes:
        reasons.update(each.reasons)
    counts = [each.counts for each in outcomes]
    conflicts = reasons.pop(CONFLICT, 0)
    return Received(
        received=sum(each.received for each in counts),
        stored=sum(each.stored for each in counts),
        duplicates=sum(each.duplicate for each in counts),
        duplicate_conflicts=conflicts,
        refused_by_code={code: rows for code, rows in reasons.most_common() if rows},
        left_out=sum(each.left_out for each in counts),
    )


def _by(outcomes: Sequence[Outcome], key: Callable[[Outcome], Key]) -> dict[Key, Received]:
    """What imports came to, by their day or their table, in order."""
    groups: dict[Key, list[Outcome]] = {}
    for each in outcomes:
        groups.setdefault(key(each), []).append(each)
    return {name: _received(groups[name]) for name in sorted(groups)}


def _unknown_names(projection: Projection) -> dict[str, int]:
    """Names that the vocabulary does not have, under their vendor's prefix, with their events."""
    found = " OR ".join(f"starts_with(name, '{prefix}')" for prefix in VENDOR_PREFIXES)
    rows = projection.con.execute(
        f"SELECT name, count(*) FROM events WHERE live AND ({found}) GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return dict(rows.fetchall())


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
