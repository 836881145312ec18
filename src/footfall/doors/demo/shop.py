"""What the demonstration shop sells and shows: its products and its pages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from footfall.doors.demo.draw import Draw, Ints, ladder

HOST = "https://www.demo-shop.example"
PAYMENT_PAGE = "https://pay.demo-payments.example/return"
PAYMENT_HOST = "pay.demo-payments.example"

# Category: its three lines, and five things with their price in euros.
# fmt: off
RANGE: dict[str, tuple[tuple[str, ...], tuple[tuple[str, int], ...]]] = {
    "jackets": (("Fjell", "Alm", "Küste"), (
        ("Rain Jacket", 119), ("Down Parka", 189), ("Softshell", 99), ("Windbreaker", 69),
        ("Padded Vest", 79))),
    "trousers": (("Pfad", "Grat", "Moor"), (
        ("Hiking Trousers", 74), ("Zip-off Trousers", 69), ("Climbing Pants", 79),
        ("Shorts", 44), ("Rain Trousers", 54))),
    "shoes": (("Kamm", "Tal", "Steig"), (
        ("Trail Runners", 99), ("Hiking Boots", 149), ("Approach Shoes", 109),
        ("Camp Sandals", 49), ("Winter Boots", 129))),
    "backpacks": (("Ridge", "Lynx", "Auerhahn"), (
        ("Daypack 20", 59), ("Touring Pack 32", 99), ("Trekking Pack 55", 159),
        ("City Pack 18", 49), ("Hip Bag", 24))),
    "tents": (("Nordlicht", "Zirbe", "Dune"), (
        ("Tent 1P", 159), ("Tent 2P", 219), ("Tent 3P", 289), ("Tarp", 79), ("Bivvy Bag", 89))),
    "sleeping-bags": (("Siebenschläfer", "Polar", "Sommer"), (
        ("Sleeping Bag", 109), ("Quilt", 129), ("Sleeping Mat", 64), ("Travel Pillow", 19),
        ("Liner", 34))),
    "knitwear": (("Merino", "Shetland", "Wolke"), (
        ("Sweater", 79), ("Base Layer", 54), ("Cardigan", 89), ("Fleece", 59),
        ("Polo Shirt", 44))),
    "accessories": (("Trail", "Camp", "Stadt"), (
        ("Socks", 12), ("Beanie", 19), ("Gloves", 24), ("Bottle", 17), ("Head Torch", 34))),
}
# fmt: on
CATEGORIES = tuple(RANGE)
SOUGHT = (1.25, 1.0, 1.35, 1.0, 0.55, 0.65, 1.05, 1.5)
VARIANTS = ("S", "M", "L", "XL")
LINE_PRICES = (100, 126, 84)


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy; the price is in cents, without tax."""

    id: str
    name: str
    category: int
    cents: int
    path: str


def _products() -> tuple[Product, ...]:
    made: list[Product] = []
    for place, (lines, things) in enumerate(RANGE.values()):
        for thing, euros in things:
            for line, percent in zip(lines, LINE_PRICES, strict=True):
                name = f"{thing} {line}" if place % 2 else f"{line} {thing}"
                cents = euros * percent // 100 * 100 + (95 if euros < 50 else 90)
                path = f"/products/{_slug(name)}"
                made.append(Product(f"P-{1001 + len(made)}", name, place, cents, path))
    return tuple(made)


def _slug(name: str) -> str:
    plain = name.lower().replace("ü", "ue").replace("ä", "ae")
    return plain.replace(" ", "-")


PRODUCTS = _products()
PER_CATEGORY = len(PRODUCTS) // len(CATEGORIES)


class Kind(IntEnum):
    """What a page is for."""

    HOME = 0
    COLLECTION = 1
    PRODUCT = 2
    BLOG = 3
    SEARCH = 4
    HELP = 5
    CART = 6
    CHECKOUT = 7
    PAYMENT = 8
    THANKS = 9
    ACCOUNT = 10
    CLUB = 11
    BUSINESS = 12


BLOG = (
    ("how-to-layer", "How to layer for the mountains"),
    ("packing-list-hut-tour", "Packing list for a hut tour"),
    ("boots-that-fit", "Boots that fit: seven questions"),
    ("tent-in-the-storm", "Pitching a tent in the storm"),
    ("merino-care", "Washing merino without tears"),
    ("first-via-ferrata", "Your first via ferrata"),
    ("camp-kitchen", "The camp kitchen in three pots"),
    ("rain-ratings", "Water columns and rain ratings explained"),
    ("night-hike", "Night hikes: light and leave no trace"),
    ("repair-instead", "Repair instead of replace"),
)
HELP = (
    ("delivery", "Delivery"),
    ("returns", "Returns and exchanges"),
    ("sizes", "Sizes"),
    ("payment", "Ways to pay"),
    ("contact", "Contact"),
)
SEARCHES = (
    ("rain jacket", 12),
    ("hiking boots", 21),
    ("tent 2 person", 9),
    ("merino", 18),
    ("backpack 30l", 7),
    ("trail shoes", 14),
    ("sleeping bag -10", 6),
    ("kids jacket", 0),
    ("gift card", 0),
    ("socks", 16),
    ("softshell women", 5),
    ("zip-off", 6),
    ("head torch", 4),
    ("down parka", 8),
    ("e-bike bag", 0),
    ("gaiters", 2),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the shop; product and category are -1 where it has none."""

    path: str
    title: str
    kind: Kind
    product: int = -1
    category: int = -1


def _pages() -> tuple[Page, ...]:
    shelves = [
        Page(f"/collections/{each}", each.replace("-", " ").title(), Kind.COLLECTION, -1, place)
        for place, each in enumerate(CATEGORIES)
    ]
    wares = [
        Page(each.path, each.name, Kind.PRODUCT, place, each.category)
        for place, each in enumerate(PRODUCTS)
    ]
    sought = [
        Page(f"/search?q={term.replace(' ', '+')}", f"Search: {term}", Kind.SEARCH)
        for term, _ in SEARCHES
    ]
    return (
        Page("/", "Demo shop: outdoor clothing and gear", Kind.HOME),
        *shelves,
        Page("/collections/new", "New in", Kind.COLLECTION),
        Page("/collections/sale", "Sale", Kind.COLLECTION),
        *wares,
        *(Page(f"/blog/{slug}", title, Kind.BLOG) for slug, title in BLOG),
        *sought,
        *(Page(f"/help/{slug}", title, Kind.HELP) for slug, title in HELP),
        Page("/cart", "Your cart", Kind.CART),
        Page("/checkout", "Checkout: delivery", Kind.CHECKOUT),
        Page("/checkout/payment", "Checkout: payment", Kind.PAYMENT),
        Page("/checkout/thank-you", "Thank you for your order", Kind.THANKS),
        Page("/account", "Your account", Kind.ACCOUNT),
        Page("/club", "Outdoor Club", Kind.CLUB),
        Page("/business", "For companies and clubs", Kind.BUSINESS),
    )


PAGES = _pages()
KIND = np.array([each.kind for each in PAGES], dtype=np.int64)
PRODUCT = np.array([each.product for each in PAGES], dtype=np.int64)
CATEGORY = np.array([each.category for each in PAGES], dtype=np.int64)
FIRST = tuple(int(np.argmax(kind == KIND)) for kind in Kind)
COUNT = tuple(int(np.count_nonzero(kind == KIND)) for kind in Kind)
SALE = FIRST[Kind.COLLECTION] + len(CATEGORIES) + 1

# Within a category a few products draw most of the looks.
_FAME = ladder([1 / (place * 7 % PER_CATEGORY + 2) for place in range(PER_CATEGORY)])
_SOUGHT = ladder(SOUGHT)
_ACCESSORIES = CATEGORIES.index("accessories")


def tastes(draw: Draw, count: int) -> Ints:
    """The category that each of `count` people is after."""
    return draw.pick(_SOUGHT, count)


def pages_of(kinds: Ints, taste: Ints, draw: Draw) -> Ints:
    """A page (its place in `PAGES`) of each kind, mostly of the person's taste."""
    count = len(kinds)
    wander = draw.chance(0.28, count)
    category = np.where(wander, draw.pick(_SOUGHT, count), taste)
    page = np.asarray(FIRST)[kinds] + (draw.shares(count) * np.asarray(COUNT)[kinds]).astype(int)
    page = np.where(kinds == Kind.PRODUCT, products_of(category, draw), page)
    shelf = np.where(wander & draw.chance(0.5, count), SALE, FIRST[Kind.COLLECTION] + category)
    return np.asarray(np.where(kinds == Kind.COLLECTION, shelf, page), dtype=np.int64)


def products_of(category: Ints, draw: Draw) -> Ints:
    """A product's page of each category, the famous ones more often."""
    within = draw.pick(_FAME, len(category))
    return FIRST[Kind.PRODUCT] + category * PER_CATEGORY + within


def another(page: Ints) -> Ints:
    """The product page that stands next on the same shelf."""
    product = page - FIRST[Kind.PRODUCT]
    shelf = product // PER_CATEGORY * PER_CATEGORY
    return FIRST[Kind.PRODUCT] + shelf + (product - shelf + 1) % PER_CATEGORY


def extras(draw: Draw, count: int) -> Ints:
    """Product pages of the small things that are bought on top."""
    return products_of(np.full(count, _ACCESSORIES), draw)


def euros(cents: int) -> str:
    """An amount as JSON writes it: exact, two decimals."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def item_text(product: Product, cents: int | None = None, variant: str = "", count: int = 0) -> str:
    """A product as an item of an event: at its own price or another one, as JSON text."""
    size = f'"variant_id":"{product.id}-{variant}",' if variant else ""
    quantity = f',"quantity":{count}' if count else ""
    price = euros(product.cents if cents is None else cents)
    return (
        f'{{"item_id":"{product.id}",{size}"item_name":"{product.name}",'
        f'"item_category":"{CATEGORIES[product.category]}","price":{price}{quantity}}}'
    )
