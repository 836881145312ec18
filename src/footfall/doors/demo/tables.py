"""What the shop's campaigns cost and reached: the tables that go with its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from footfall.doors.demo import arrivals
from footfall.doors.demo.arrivals import ARRIVALS, Arrival, Campaign
from footfall.doors.demo.draw import Dice, Draw, Floats
from footfall.doors.demo.rhythm import Calendar
from footfall.doors.demo.story import SEED, VISITORS, calendar_of

Row = dict[str, Any]

# Of the visits: what part comes by phone, and what part has come before; visits per visitor.
ON_PHONE, BACK, PER_VISITOR = 0.64, 0.26, 1.36
# Of the impressions, what part clicks.
CLICKED = {"cpc": 0.042, "paid_social": 0.011, "display": 0.003, "cpv": 0.006}
RATES = {"CHF": 1.0480, "GBP": 1.1650}
READERS = 9_000
ABROAD = (("DE", 0.66), ("AT", 0.2), ("CH", 0.14))
SCREENS = (("mobile", 0.64), ("desktop", 0.36))


@dataclass(frozen=True, slots=True)
class Query:
    """What people search for, the page they are shown, where it ranks, how many see and click."""

    text: str
    page: str
    position: float
    seen: float
    clicked: float


QUERIES = (
    Query("demo shop", "/", 1.1, 0.24, 0.42),
    Query("demo shop sale", "/collections/sale", 1.4, 0.08, 0.36),
    Query("rain jacket", "/collections/jackets", 7.8, 1.9, 0.021),
    Query("down parka women", "/collections/jackets", 9.6, 0.9, 0.014),
    Query("hiking boots", "/collections/shoes", 8.4, 2.2, 0.018),
    Query("trail running shoes", "/collections/shoes", 11.2, 1.4, 0.009),
    Query("tent 2 person light", "/collections/tents", 6.1, 0.7, 0.034),
    Query("trekking backpack 55l", "/collections/backpacks", 5.2, 0.5, 0.046),
    Query("merino base layer", "/collections/knitwear", 6.9, 0.6, 0.029),
    Query("how to layer clothing", "/blog/how-to-layer", 2.8, 0.8, 0.094),
    Query("hut tour packing list", "/blog/packing-list-hut-tour", 1.9, 0.9, 0.17),
    Query("water column rain jacket", "/blog/rain-ratings", 2.4, 0.5, 0.12),
)


def tables(
    days: int, until: date, seed: int = SEED, visitors: int = VISITORS
) -> dict[str, list[Row]]:
    """The rows of `ad_costs`, `email_sends`, `search_performance` and `fx_rates`.

    They fit `generate` of the same arguments: clicks are about the visits that the campaigns
    brought. Money, rates and positions are Decimals, dates are dates, all else whole numbers.
    """
    calendar = calendar_of(days, until)
    visits = _expected_visits(calendar, visitors)
    return {
        "ad_costs": _ad_costs(calendar, visits, Draw(seed, 30).dice()),
        "email_sends": _email_sends(calendar, visits, Draw(seed, 31).dice()),
        "search_performance": _search(calendar, visits, Draw(seed, 32).dice()),
        "fx_rates": _fx_rates(calendar, Draw(seed, 33).dice()),
    }


def _expected_visits(calendar: Calendar, visitors: int) -> Floats:
    """How many visits each arrival brings on each day, on average: days by arrivals."""
    weights = calendar.weights()
    total = visitors * PER_VISITOR * weights / weights.sum()
    shares = [phone * back for back in (1 - BACK, BACK) for phone in (1 - ON_PHONE, ON_PHONE)]
    expected = np.zeros((calendar.days, len(ARRIVALS)))
    for day in range(calendar.days):
        mixes = arrivals.mixes(calendar.day(day), on_sale=calendar.on_sale(day))
        for share, mix in zip(shares, np.diff(mixes, prepend=0), strict=True):
            expected[day] += total[day] * share * mix
    return expected


def _campaigns(visits: Floats, calendar: Calendar) -> list[tuple[date, Arrival, Campaign, float]]:
    """Every campaign of every day that brings anybody."""
    return [
        (calendar.day(day), arrival, arrival.campaign, float(visits[day, place]))
        for day in range(calendar.days)
        for place, arrival in enumerate(ARRIVALS)
        if arrival.campaign and visits[day, place] > 0
    ]


def _ad_costs(calendar: Calendar, visits: Floats, dice: Dice) -> list[Row]:
    """Paid clicks: a few more than visits, for some leave before the page is there."""
    rows: list[Row] = []
    for day, arrival, campaign, expected in _campaigns(visits, calendar):
        if not arrival.cpc:
            continue
        clicks = int(expected * (0.95 + 0.3 * dice.share()) + dice.share())
        seen = int(clicks / CLICKED[campaign.medium] * (0.85 + 0.3 * dice.share()))
        cents = int(clicks * arrival.cpc * (0.88 + 0.24 * dice.share()))
        rows.append(
            {
                "date": day,
                "source": campaign.source,
                "medium": campaign.medium,
                "campaign": campaign.name,
                "impressions": seen,
                "clicks": clicks,
                "cost": Decimal(cents) / 100,
                "currency": "EUR",
            }
        )
    return rows


def _email_sends(calendar: Calendar, visits: Floats, dice: Dice) -> list[Row]:
    """Newsletters on Tuesdays and, in the sale, every day; basket mails as baskets are left."""
    size = int(READERS * visits.sum() / (VISITORS * PER_VISITOR))
    rows: list[Row] = []
    for day, arrival, campaign, expected in _campaigns(visits, calendar):
        if campaign.medium != "email" or (arrival.weekly and day.weekday() != 1):
            continue
        sent = (
            int(expected * 9) if arrival.id == "basket-mail" else size // (1 + 2 * arrival.in_sale)
        )
        # A newsletter is clicked for the whole week; the row is the day's it was sent.
        clicked = int(expected * (2.1 if arrival.weekly else 1.1) + dice.share())
        rows.append(_send(day, campaign.words(day)[2] or "", max(sent, clicked * 4), clicked, dice))
    return rows


def _send(day: date, campaign: str, sent: int, clicked: int, dice: Dice) -> Row:
    bounced = int(sent * (0.006 + 0.006 * dice.share()))
    delivered = sent - bounced
    opened = max(clicked, int(delivered * (0.3 + 0.12 * dice.share())))
    return {
        "date": day,
        "campaign": campaign,
        "sent": sent,
        "delivered": delivered,
        "opened": opened,
        "clicked": clicked,
        "bounced": bounced,
        "unsubscribed": int(delivered * 0.0025 * dice.share() + dice.share()),
    }


def _search(calendar: Calendar, visits: Floats, dice: Dice) -> list[Row]:
    """What the search engine reports per day, page, query, country and device."""
    rows: list[Row] = []
    for day in range(calendar.days):
        organic = float(visits[day, 1:3].sum())
        for query in QUERIES:
            for country, part in ABROAD:
                for device, share in SCREENS:
                    seen = int(organic * 3 * query.seen * part * share * (0.8 + 0.4 * dice.share()))
                    rows.append(_found(calendar.day(day), query, (country, device), seen, dice))
    return rows


def _found(day: date, query: Query, where: tuple[str, str], seen: int, dice: Dice) -> Row:
    clicks = min(seen, int(seen * query.clicked * (0.7 + 0.6 * dice.share()) + dice.share() * 0.9))
    tenths = max(10, int(query.position * 10) + dice.whole(-9, 10))
    return {
        "date": day,
        "page": query.page,
        "query": query.text,
        "country": where[0],
        "device": where[1],
        "impressions": seen,
        "clicks": clicks,
        "position": Decimal(tenths) / 10,
    }


def _fx_rates(calendar: Calendar, dice: Dice) -> list[Row]:
    """Rates of every workday, from a few days before the first one on; none for the krona."""
    rows: list[Row] = []
    for currency, start in RATES.items():
        rate = round(start * 10_000)
        for back in range(-5, calendar.days):
            day = calendar.day(0) + timedelta(days=back)
            rate += dice.whole(-30, 31)
            if day.weekday() < 5:
                rows.append({"date": day, "currency": currency, "rate": Decimal(rate) / 10_000})
    return rows
