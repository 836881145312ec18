"""What happens on nearly every page: views, scrolling, clicks, searches, products looked at."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa

from footfall.doors.demo import crowd
from footfall.doors.demo.draw import Draw, Floats, Ints
from footfall.doors.demo.gathered import Gathered, joined, phrases
from footfall.doors.demo.shop import (
    FIRST,
    PER_CATEGORY,
    PRODUCTS,
    SEARCHES,
    Kind,
    item_text,
)
from footfall.doors.demo.trials import CONTROL, TRIALS, VARIANT
from footfall.doors.demo.visits import Stage
from footfall.doors.demo.world import World


def traffic(day: Gathered, draw: Draw, deeper: Floats) -> None:
    """Page views and what goes with them, robots' too; `deeper`: by how much each visit scrolls."""
    rows, visits = day.rows, day.visits
    every = np.arange(len(rows.visit))
    pretends = visits.gear[rows.visit] == crowd.PRETENDER
    robot = phrases().place({"bot": True})
    day.many("page_view", every, rows.at, np.where(pretends, robot, -1))
    here = np.flatnonzero(visits.human[rows.visit])
    _leave(day, here, draw, deeper)
    _scroll(day, here, draw)
    _click(day, here, draw)
    _search(day, here, draw)
    _products(day, here, draw)


def _texts(numbers: Ints) -> pa.StringArray:
    return pa.array(numbers).cast(pa.string())


def _leave(day: Gathered, here: Ints, draw: Draw, deeper: Floats) -> None:
    """Pages left, with the engaged time and, mostly, how far down; and tabs closed."""
    rows = day.rows
    left = here[draw.chance(0.5, len(here))]
    gone = rows.at[left] + rows.dwell[left] - 40
    most = np.minimum(rows.dwell[left], 600_000)
    engaged = (most * (0.35 + 0.6 * draw.shares(len(left)))).astype(np.int64)
    depth = draw.spread((8, 25, 40, 55, 70, 88, 100, 100), len(left)).astype(np.int64)
    depth = np.minimum((depth * deeper[rows.visit[left]]).astype(np.int64), 100)
    whole = draw.chance(0.94, len(left))
    both = joined('{"engaged_ms":', _texts(engaged), ',"max_scroll_pct":', _texts(depth), "}")
    day.many("page_leave", left[whole], gone[whole], both.filter(pa.array(whole)))
    time_only = joined('{"engaged_ms":', _texts(engaged[~whole]), "}")
    day.many("page_leave", left[~whole], gone[~whole], time_only)
    closed = here[rows.last[here] & draw.chance(0.2, len(here))]
    day.many("session_end", closed, rows.at[closed] + rows.dwell[closed] - 20)


def _scroll(day: Gathered, here: Ints, draw: Draw) -> None:
    rows = day.rows
    reading = here[(rows.kind[here] == Kind.BLOG) & (rows.dwell[here] > 8000)]
    for part, share in ((25, 0.5), (50, 0.75), (75, 0.7), (90, 0.6)):
        reading = reading[draw.chance(share, len(reading))]
        at = rows.at[reading] + rows.dwell[reading] * part // 110
        day.many("scroll", reading, at, np.full(len(reading), phrases().place({"percent": part})))


# Per kind of page: selector, text, link, centre across in percent and down in pixels.
SPOTS: dict[Kind, tuple[tuple[str, str, str | None, int, int], ...]] = {
    Kind.HOME: (
        ("a.hero-cta", "Discover the new season", "/collections/new", 50, 420),
        ("nav a.sale", "Sale", "/collections/sale", 72, 64),
        ("button.menu", "Menu", None, 6, 64),
        ("a.tile-jackets", "Jackets", "/collections/jackets", 26, 980),
    ),
    Kind.COLLECTION: (
        ("button.filter", "Filter", None, 14, 300),
        ("select.sort", "Sort by", None, 86, 300),
        ("a.product-card", "To the product", None, 48, 760),
        ("button.more", "Show more", None, 50, 2400),
    ),
    Kind.PRODUCT: (
        ("img.gallery", "", None, 30, 380),
        ("button.size", "Size", None, 74, 520),
        ("button.add-to-cart", "Add to cart", None, 74, 640),
        ("details.material", "Material and care", None, 40, 1180),
        ("span.badge-climate", "Climate neutral", None, 70, 300),
    ),
    Kind.BLOG: (("a.toc", "Contents", None, 18, 520), ("img.lead", "", None, 50, 360)),
    Kind.CART: (
        ("button.checkout", "To checkout", "/checkout", 78, 620),
        ("input.coupon", "", None, 70, 540),
    ),
    Kind.CHECKOUT: (("input.email", "", None, 34, 300), ("button.next", "Continue", None, 40, 900)),
    Kind.PAYMENT: (("label.paypal", "PayPal", None, 34, 360), ("button.pay", "Pay", None, 40, 820)),
    Kind.HELP: (("details.question", "How long does delivery take?", None, 44, 460),),
}


def _click(day: Gathered, here: Ints, draw: Draw) -> None:
    """Clicks around the things that draw them, and some into the void."""
    rows, visits = day.rows, day.visits
    here = here[(visits.stage[rows.visit[here]] > Stage.BOUNCE) & draw.chance(0.13, len(here))]
    firsts, counts, spots = _spots()
    here = here[counts[rows.kind[here]] > 0]
    kind = rows.kind[here]
    # The squared share makes the first of a page's things the one clicked most.
    lean = draw.shares(len(here)) ** 2
    spot = firsts[kind] + (lean * counts[kind]).astype(np.int64)
    across = np.clip(_centres()[spot, 0] + draw.whole(-70, 70, len(here)), 5, 995)
    down = np.maximum(_centres()[spot, 1] + draw.whole(-28, 29, len(here)), 1)
    moment = rows.at[here] + (rows.dwell[here] * (0.2 + 0.7 * draw.shares(len(here)))).astype(int)
    told = joined(
        spots.take(pa.array(spot)),
        _texts(across // 10),
        ".",
        _texts(across % 10),
        ',"y_px":',
        _texts(down),
        ',"viewport_width":',
        _texts(crowd.WIDTH[visits.gear[rows.visit[here]]]),
        "}",
    )
    day.many("click", here, moment, told)


@cache
def _spots() -> tuple[Ints, Ints, pa.StringArray]:
    firsts, counts = np.zeros(len(Kind), int), np.zeros(len(Kind), int)
    texts: list[str] = []
    for kind, spots in SPOTS.items():
        firsts[kind], counts[kind] = len(texts), len(spots)
        for selector, text, href, _, _ in spots:
            link = f',"href":"{href}"' if href else ""
            texts.append(f'{{"selector":"{selector}","text":"{text}"{link},"x_pct":')
    return firsts, counts, pa.array(texts, pa.string())


@cache
def _centres() -> Ints:
    """Centres of the spots: tenths of a percent across, pixels down."""
    return np.array([(each[3] * 10, each[4]) for spots in SPOTS.values() for each in spots])


def _search(day: Gathered, here: Ints, draw: Draw) -> None:
    rows = day.rows
    asked = here[(rows.kind[here] == Kind.SEARCH) & draw.chance(0.95, len(here))]
    terms = phrases().places([{"search_term": term, "results": found} for term, found in SEARCHES])
    day.many("search", asked, rows.at[asked] + 90, terms[rows.page[asked] - FIRST[Kind.SEARCH]])


def _products(day: Gathered, here: Ints, draw: Draw) -> None:
    """Lists seen, products chosen from them, products seen."""
    rows = day.rows
    seen = here[(rows.kind[here] == Kind.PRODUCT) & draw.chance(0.97, len(here))]
    product = rows.page[seen] - FIRST[Kind.PRODUCT]
    day.many("view_item", seen, rows.at[seen] + 60, _item_views()[product])
    lists = here[(rows.kind[here] == Kind.COLLECTION) & draw.chance(0.8, len(here))]
    shelf = rows.page[lists] - FIRST[Kind.COLLECTION]
    day.many("view_item_list", lists, rows.at[lists] + 80, _list_views()[shelf])
    onward = lists[~rows.last[lists]]
    onward = onward[(rows.kind[onward + 1] == Kind.PRODUCT) & draw.chance(0.6, len(onward))]
    chosen = rows.page[onward + 1] - FIRST[Kind.PRODUCT]
    at = rows.at[onward] + rows.dwell[onward] - 150
    day.many("select_item", onward, at, _item_views()[chosen])


@cache
def _item_views() -> Ints:
    return phrases().written([f'{{"items":[{item_text(each)}]}}' for each in PRODUCTS])


@cache
def _list_views() -> Ints:
    """What each collection shows first; "new" and "sale" show something of everything."""
    starts = range(0, len(PRODUCTS), PER_CATEGORY)
    shelves = [PRODUCTS[first : first + 4] for first in starts]
    mixed = [PRODUCTS[first :: 2 * PER_CATEGORY] for first in (1, 8)]
    texts = [",".join(item_text(each) for each in shelf) for shelf in (*shelves, *mixed)]
    return phrases().written([f'{{"items":[{each}]}}' for each in texts])


def exposures(world: World, day: Gathered, place: int) -> None:
    """Who was put into which experiment's group: on a person's first page of the kind."""
    rows, visits = day.rows, day.visits
    for trial in TRIALS:
        if not trial.runs(place, world.calendar.days):
            continue
        exposed = world.exposed[trial.place]
        person = visits.person[rows.visit]
        shown = np.flatnonzero((rows.kind == trial.kind) & (person >= 0) & ~exposed[person])
        _, firsts = np.unique(person[shown], return_index=True)
        shown = shown[firsts]
        exposed[person[shown]] = True
        variant = trial.in_variant(person[shown])
        kept = ~(variant & trial.loses(person[shown]))
        shown, variant = shown[kept], variant[kept]
        words = phrases().places(
            [{"experiment_id": trial.id, "variant": each} for each in (CONTROL, VARIANT)]
        )
        day.many("experiment_exposure", shown, rows.at[shown] + 25, words[variant.astype(int)])
