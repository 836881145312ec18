"""The engagement blocks on the shop's pages, and how people treat each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footfall.doors.demo.draw import Draw, Floats, Ints
from footfall.doors.demo.gathered import Gathered, phrases
from footfall.doors.demo.shop import PAGES, PRODUCTS, Kind
from footfall.doors.demo.visits import Stage


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


MINI_CART = "mini_cart"

# fmt: off
BLOCKS = (
    Block("A-101", "Hero stories", "stories", "home", Kind.HOME,
          0.9, 0.86, 0.3, 0.3, "swipe"),
    Block("A-102", "Gift finder", "quiz", "home", Kind.HOME,
          0.5, 0.44, 0.15, 0.26, "answer"),
    Block("A-103", "Season lookbook", "lookbook", "home", Kind.HOME,
          0.4, 0.3, 0.24, 0.12, "swipe"),
    Block("A-103", "Season lookbook", "lookbook", "collection", Kind.COLLECTION,
          0.12, 0.52, 0.18, 0.08, "swipe"),
    Block("A-104", "Size guide", "guide", "product", Kind.PRODUCT,
          0.3, 0.62, 0.045, 0.24, "expand"),
    Block("A-105", "Fit advisor", "quiz", "product", Kind.PRODUCT,
          0.14, 0.5, 0.075, 0.2, "answer"),
    Block("A-106", "Reviews", "reviews", "product", Kind.PRODUCT,
          0.3, 0.4, 0.03, 0.28, "expand"),
    Block("A-107", "Complete the look", "booster", "product", Kind.PRODUCT,
          0.3, 0.48, 0.39, 0.04, "swipe"),
    Block("A-108", "Bestsellers", "carousel", "collection", Kind.COLLECTION,
          0.35, 0.66, 0.36, 0.1, "swipe"),
    Block("A-109", "Layering guide", "guide", "collection", Kind.COLLECTION,
          0.15, 0.42, 0.15, 0.12, "expand"),
    Block("A-110", "Questions and answers", "faq", "product", Kind.PRODUCT,
          0.12, 0.28, 0.03, 0.18, "expand"),
    Block("A-110", "Questions and answers", "faq", "content", Kind.HELP,
          0.8, 0.7, 0.09, 0.34, "expand"),
    Block("A-111", "Often bought together", "booster", "cart", Kind.CART,
          0.8, 0.72, 0.75, 0.08, "swipe"),
    Block("A-112", "Mini-cart extras", "carousel", MINI_CART, Kind.PRODUCT,
          1.0, 0.82, 0.24, 0.1, "swipe"),
    Block("A-113", "Delivery and returns", "faq", "checkout", Kind.CHECKOUT,
          0.9, 0.46, 0.015, 0.22, "expand"),
    Block("A-114", "Shop the story", "shoppable", "content", Kind.BLOG,
          0.7, 0.55, 0.42, 0.1, "play"),
)
# fmt: on
INDIFFERENT = 0.06
# Blocks are rolled out to a part of the visits; whoever is curious has them.
ROLLED_OUT = 0.27
# Of those who would click, how many do where it does not lead to a product.
ELSEWHERE = 0.4
# How long a page must last for a block to be seen, and to be played with (ms).
SEEN_MS, PLAYED_MS = 1000, 3500


class Blocks:
    """The blocks of one day."""

    def __init__(self, day: Gathered, draw: Draw) -> None:
        self.day, self.draw = day, draw
        visits, rows = day.visits, day.rows
        served = visits.curious | draw.chance(ROLLED_OUT, len(visits.visitor))
        self._served = (served & visits.human)[rows.visit]
        eager = np.where(visits.curious, 1.0, INDIFFERENT) * (visits.stage > Stage.BOUNCE)
        self._eager = np.asarray(eager[rows.visit], dtype=np.float64)
        self._ends = rows.at + rows.dwell
        self._onward = np.where(np.roll(rows.kind, -1) == Kind.PRODUCT, 1.0, ELSEWHERE)
        self._onward[rows.last] = 0.0
        # The pages to which a block has led.
        self.reached = np.zeros(len(rows.visit), dtype=np.bool_)

    def show(self) -> None:
        """Every block that stands on a page."""
        rows = self.day.rows
        for block in BLOCKS:
            if block.placement != MINI_CART:
                here = np.flatnonzero(rows.kind == block.kind)
                self._load(block, here, rows.at[here])

    def show_mini_carts(self, here: Ints, opened: Ints) -> None:
        """The blocks of the mini-carts, which open where and when something is put into one."""
        for block in BLOCKS:
            if block.placement == MINI_CART:
                self._load(block, here, opened)

    def _load(self, block: Block, here: Ints, since: Ints) -> None:
        draw = self.draw
        loads = self._served[here] & draw.chance(block.loads, len(here))
        here, since, count = here[loads], since[loads], int(np.count_nonzero(loads))
        loaded = since + draw.whole(150, 900, count)
        self.day.many("asset_load", here, loaded, _all_alike(here, block.properties()))
        spare = self._ends[here] - loaded - SEEN_MS - PLAYED_MS
        seen = draw.chance(block.views, count) & (spare > 0)
        here, loaded, spare = here[seen], loaded[seen], spare[seen]
        wait = (draw.shares(len(here)) * np.minimum(spare, 20_000)).astype(np.int64)
        viewed = loaded + SEEN_MS + wait
        self.day.many("asset_view", here, viewed, _all_alike(here, block.properties()))
        plays = draw.chance(block.plays * self._eager[here], len(here))
        self._play(block, here[plays], viewed[plays])
        self._click(block, here[draw.chance(block.clicks * self._leaving(here), len(here))])

    def _leaving(self, here: Ints) -> Floats:
        """How ready each is to follow a block; nobody follows two from one page."""
        return self._eager[here] * self._onward[here]

    def _play(self, block: Block, here: Ints, viewed: Ints) -> None:
        properties = _all_alike(here, block.properties(action=block.action))
        first = viewed + self.draw.whole(200, 900, len(here))
        self.day.many("asset_interaction", here, first, properties)
        again = self.draw.chance(0.35, len(here))
        second = first[again] + self.draw.whole(700, 2500, int(again.sum()))
        self.day.many("asset_interaction", here[again], second, properties[again])

    def _click(self, block: Block, here: Ints) -> None:
        """A click leads to the next page of the visit; if that is a product's, it says so."""
        target = self.day.rows.page[here + 1]
        self.day.many("asset_click", here, self._ends[here] - 120, _targets(block)[target])
        self._onward[here] = 0.0
        self.reached[here + 1] = True


def _all_alike(here: Ints, properties: dict[str, object]) -> Ints:
    return np.full(len(here), phrases().place(properties))


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
