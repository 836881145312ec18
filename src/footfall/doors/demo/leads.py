"""What else people do: enquiries, club memberships, shares, things of the shop's own making."""

from __future__ import annotations

import numpy as np

from footfall.doors.demo.draw import Draw, Ints
from footfall.doors.demo.gathered import Gathered, phrases, told
from footfall.doors.demo.rhythm import DAY_MS
from footfall.doors.demo.shop import Kind
from footfall.doors.demo.visits import Stage
from footfall.doors.demo.world import Later, World

MEMBERSHIPS = (("plus", "29.00"), ("summit", "59.00"))
MINUTE_MS = 60_000


def leads(world: World, day: Gathered, draw: Draw) -> None:
    """Enquiries of companies; some are qualified by the sales team in the days after."""
    dice = draw.dice()
    for row in _pages(day, Kind.BUSINESS, 0.5, draw).tolist():
        world.leads += 1
        lead = f"L-{5000 + world.leads}"
        at = int(day.rows.at[row] + day.rows.dwell[row]) - 700
        text = f'{{"lead_id":"{lead}","value":{dice.whole(3, 40) * 50}.00,"currency":"EUR"}}'
        day.one("generate_lead", at, row, text)
        if dice.chance(0.45):
            first = at + dice.whole(2 * 60, 4 * 24 * 60) * MINUTE_MS
            world.due(Later("qualify_lead", first, -1, -1, told({"lead_id": lead, "stage": "mql"})))
            if dice.chance(0.4):
                then = first + dice.whole(1, 9) * DAY_MS
                text = told({"lead_id": lead, "stage": "sql"})
                world.due(Later("qualify_lead", then, -1, -1, text))


def memberships(world: World, day: Gathered, draw: Draw) -> None:
    """Trials of the paid club, and who stays when it costs."""
    dice = draw.dice()
    for row in _pages(day, Kind.CLUB, 0.3, draw).tolist():
        plan, price = dice.of(MEMBERSHIPS)
        at = int(day.rows.at[row]) + 1400
        day.one("trial_start", at, row, told({"plan": plan}))
        if dice.chance(0.42):
            visitor = int(day.visits.visitor[day.rows.visit[row]])
            paid = at + dice.whole(7, 34) * DAY_MS + dice.whole(0, 600) * MINUTE_MS
            text = f'{{"plan":"{plan}","value":{price},"currency":"EUR"}}'
            world.due(Later("subscription_start", paid, visitor, -1, text))


def sundries(day: Gathered, draw: Draw) -> None:
    """Shares of products and stories, and the shop's own events."""
    methods = phrases().places(
        [
            {"method": each}
            for each in ("whatsapp", "link", "native", "email", "facebook", "twitter")
        ]
    )
    for kind, share in ((Kind.PRODUCT, 0.004), (Kind.BLOG, 0.012)):
        here = _pages(day, kind, share, draw)
        lean = (draw.shares(len(here)) ** 2 * len(methods)).astype(np.int64)
        day.many("share", here, day.rows.at[here] + 3100, methods[lean])
    here = _pages(day, Kind.PRODUCT, 0.02, draw)
    day.many("size_guide_open", here, day.rows.at[here] + 2700)
    here = _pages(day, Kind.PRODUCT, 0.012, draw)
    day.many("wishlist_add", here, day.rows.at[here] + 3300)
    here = _pages(day, Kind.BLOG, 0.025, draw)
    brochure = phrases().place({"file": "hut-guide.pdf"})
    day.many("brochure_download", here, day.rows.at[here] + 4100, np.full(len(here), brochure))


def chores(world: World, day: Gathered, place: int) -> None:
    """What the shop does by itself: coupons filled up each fortnight, a visitor's data deleted."""
    noon = world.calendar.midnights[place] + 12 * 60 * MINUTE_MS
    if place % 14 == 0:
        text = told(
            {
                "experience_id": "x-finder",
                "module_id": "finder-coupon",
                "module_type": "coupon_code",
                "count": 500,
            }
        )
        day.outside(Later("coupon_uploaded", noon, -1, -1, text))
    if place % 30 == 20 and len(day.visits.visitor) > 1:
        visitor = int(day.visits.visitor[0])
        world.due(Later("customer_deleted", noon + 2 * DAY_MS, visitor, -1, None))


def _pages(day: Gathered, kind: Kind, share: float, draw: Draw) -> Ints:
    """Some of the pages of a kind that a person did not just glance at."""
    rows, visits = day.rows, day.visits
    fits = (rows.kind == kind) & (visits.stage[rows.visit] > Stage.BOUNCE)
    fits &= visits.human[rows.visit] & (rows.dwell > 5000)
    here = np.flatnonzero(fits)
    return here[draw.chance(share, len(here))]
