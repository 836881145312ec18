"""The engagement blocks on the shop's pages, and how people treat each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footfall.doors.demo.draw import Draw, Floats, Ints
from footfall.doors.demo.gathered import Gathered, phrases
from footfall.doors.demo.shop import PAGES, PRODUCTS, Kind


@dataclass(frozen=True, slots=True)
class Block:
    """A block in one placement.

    `loads` is the share of the pages of its kind that have it, `views` of the loads that are
    seen; `clicks` and `plays` are chances per view of a visitor who is curious.
    """

    asset: str
    name: str
    type: str
    placement: str
    kind: Kind
    loads: float
    views: float
    clicks: float
    plays: float
    action: str

    def properties(self, **more: object) -> dict[str, object]:
        """What its events say, and more."""
        told = {"asset_id": self.asset, "asset_type": self.type, "placement": self.placement}
        return told | more


# fmt: off
BLOCKS = (
    Block("A-101", "Hero stories", "stories", "home", Kind.HOME,
          0.9, 0.86, 0.2, 0.3, "swipe"),
    Block("A-102", "Gift finder", "quiz", "home", Kind.HOME,
          0.5, 0.44, 0.1, 0.26, "answer"),
    Block("A-103", "Season lookbook", "lookbook", "home", Kind.HOME,
          0.4, 0.3, 0.16, 0.12, "swipe"),
    Block("A-103", "Season lookbook", "lookbook", "collection", Kind.COLLECTION,
          0.12, 0.52, 0.12, 0.08, "swipe"),
    Block("A-104", "Size guide", "guide", "product", Kind.PRODUCT,
          0.3, 0.62, 0.03, 0.24, "expand"),
    Block("A-105", "Fit advisor", "quiz", "product", Kind.PRODUCT,
          0.14, 0.5, 0.05, 0.2, "answer"),
    Block("A-106", "Reviews", "reviews", "product", Kind.PRODUCT,
          0.3, 0.4, 0.02, 0.28, "expand"),
    Block("A-107", "Complete the look", "booster", "product", Kind.PRODUCT,
          0.3, 0.48, 0.26, 0.04, "swipe"),
    Block("A-108", "Bestsellers", "carousel", "collection", Kind.COLLECTION,
          0.35, 0.66, 0.24, 0.1, "swipe"),
    Block("A-109", "Layering guide", "guide", "collection", Kind.COLLECTION,
          0.15, 0.42, 0.1, 0.12, "expand"),
    Block("A-110", "Questions and answers", "faq", "product", Kind.PRODUCT,
          0.12, 0.28, 0.02, 0.18, "expand"),
    Block("A-110", "Questions and answers", "faq", "content", Kind.HELP,
          0.8, 0.7, 0.06, 0.34, "expand"),
    Block("A-111", "Often bought together", "booster", "cart", Kind.CART,
          0.8, 0.72, 0.5, 0.08, "swipe"),
    Block("A-112", "Mini-cart extras", "carousel", "mini_cart", Kind.PRODUCT,
          1.0, 0.82, 0.16, 0.1, "swipe"),
    Block("A-113", "Delivery and returns", "faq", "checkout", Kind.CHECKOUT,
          0.9, 0.46, 0.01, 0.22, "expand"),
    Block("A-114", "Shop the story", "shoppable", "content", Kind.BLOG,
          0.7, 0.55, 0.28, 0.1, "play"),
)
# fmt: on
INDIFFERENT = 0.06
# Blocks are rolled out to a part of the visits; whoever is curious has them.
ROLLED_OUT = 0.27


def blocks(day: Gathered, baskets: Ints, draw: Draw) -> None:
    """Loads, views, interactions and clicks of every block; `baskets` are rows of cart adds."""
    rows, visits = day.rows, day.visits
    served = visits.curious | draw.chance(ROLLED_OUT, len(visits.visitor))
    served &= visits.human
    busy = visits.stage > 0
    for block in BLOCKS:
        here = (
            baskets if block.placement == "mini_cart" else np.flatnonzero(rows.kind == block.kind)
        )
        here = here[served[rows.visit[here]]]
        here = here[draw.chance(block.loads, len(here))]
        eager = np.where(visits.curious[rows.visit[here]], 1.0, INDIFFERENT)
        _show(day, block, here, eager * busy[rows.visit[here]], draw)


def _show(day: Gathered, block: Block, here: Ints, eager: Floats, draw: Draw) -> None:
    rows = day.rows
    loaded = rows.at[here] + draw.whole(150, 900, len(here))
    day.many("asset_load", here, loaded, _all_alike(here, block.properties()))
    seen = draw.chance(block.views, len(here)) & (rows.dwell[here] > 4000)
    here, eager, loaded = here[seen], eager[seen], loaded[seen]
    wait = draw.shares(len(here)) * np.minimum(rows.dwell[here] * 0.5, 20_000)
    viewed = loaded + 1000 + wait.astype(np.int64)
    day.many("asset_view", here, viewed, _all_alike(here, block.properties()))
    plays = draw.chance(block.plays * eager, len(here))
    _play(day, block, here[plays], viewed[plays], draw)
    clicks = draw.chance(block.clicks * eager, len(here)) & ~rows.last[here]
    _click(day, block, here[clicks])


def _all_alike(here: Ints, properties: dict[str, object]) -> Ints:
    return np.full(len(here), phrases().place(properties))


def _play(day: Gathered, block: Block, here: Ints, viewed: Ints, draw: Draw) -> None:
    properties = _all_alike(here, block.properties(action=block.action))
    first = viewed + draw.whole(200, 900, len(here))
    day.many("asset_interaction", here, first, properties)
    again = draw.chance(0.35, len(here))
    second = first[again] + draw.whole(700, 2500, int(again.sum()))
    day.many("asset_interaction", here[again], second, properties[again])


def _click(day: Gathered, block: Block, here: Ints) -> None:
    """A click leads to the next page of the visit; if that is a product's, it says so."""
    leaving = day.rows.at[here] + day.rows.dwell[here] - 120
    target = day.rows.page[here + 1]
    day.many("asset_click", here, leaving, _targets(block)[target])


_TARGETS: dict[tuple[str, str], Ints] = {}


def _targets(block: Block) -> Ints:
    """Where the text of a block's click to each page stands."""
    key = (block.asset, block.placement)
    if key not in _TARGETS:
        _TARGETS[key] = phrases().places([_target(block, page) for page in range(len(PAGES))])
    return _TARGETS[key]


def _target(block: Block, page: int) -> dict[str, object]:
    target = PAGES[page]
    more: dict[str, object] = {"target_url": target.path}
    if target.product >= 0:
        more["product_id"] = PRODUCTS[target.product].id
    return block.properties(**more)
