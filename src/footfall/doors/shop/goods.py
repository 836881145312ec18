"""What the demo shop sells, and what somebody has put into the cart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

MOST = 9
"""Of one product in a cart."""
_LINE = re.compile(r"([a-z]+)\.([1-9])")


@dataclass(frozen=True, slots=True)
class Product:
    """A product; `id` is its `item_id`."""

    id: str
    name: str
    category: str
    price: Decimal
    about: str


PRODUCTS = {
    each.id: each
    for each in (
        Product("lamp", "Halo lamp", "Lighting", Decimal("79.90"),
                "A ring of warm light on an oak foot, dimmed by a touch."),
        Product("pendant", "Dome pendant", "Lighting", Decimal("119.00"),
                "Spun steel, matt outside and white inside, on two metres of cloth cable."),
        Product("chair", "Bow chair", "Furniture", Decimal("149.00"),
                "Bent ash and a woven seat. Stacks four high."),
        Product("vase", "Drop vase", "Living", Decimal("34.50"),
                "Mouth-blown glass for a single branch."),
        Product("mug", "Pebble mug", "Kitchen", Decimal("16.00"),
                "Stoneware that lies well in a cold hand."),
        Product("blanket", "Field blanket", "Living", Decimal("89.00"),
                "Lambswool in three stripes, woven where the sheep live."),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A product and how many of it."""

    product: Product
    quantity: int

    @property
    def price(self) -> Decimal:
        """What they cost together."""
        return self.product.price * self.quantity

    def item(self) -> dict[str, Any]:
        """As GA4's e-commerce events have it."""
        return {**item(self.product), "quantity": self.quantity}


@dataclass(frozen=True, slots=True)
class Cart:
    """What somebody is about to buy."""

    lines: tuple[Line, ...] = ()

    @classmethod
    def read(cls, text: str) -> Cart:
        """A cart from a cookie; whatever is no line of it is left out."""
        return cls(tuple(_lines(text)))

    def text(self) -> str:
        """As a cookie keeps it."""
        return "-".join(f"{line.product.id}.{line.quantity}" for line in self.lines)

    def with_more(self, product: Product, number: int) -> Cart:
        """With so many more, or fewer, of a product."""
        counts = {line.product.id: line.quantity for line in self.lines}
        counts[product.id] = min(MOST, counts.get(product.id, 0) + number)
        return Cart(tuple(Line(PRODUCTS[key], many) for key, many in counts.items() if many > 0))

    @property
    def units(self) -> int:
        """How many things are in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def total(self) -> Decimal:
        """What they cost together."""
        return sum((line.price for line in self.lines), Decimal())

    def ecommerce(self, currency: str, **more: Any) -> dict[str, Any]:
        """As a shop tells Google's dataLayer."""
        items = [line.item() for line in self.lines]
        return {"currency": currency, "value": float(self.total), "items": items, **more}


def item(product: Product) -> dict[str, Any]:
    """A product as GA4's e-commerce events have it."""
    return {
        "item_id": product.id,
        "item_name": product.name,
        "item_category": product.category,
        "price": float(product.price),
    }


def _lines(text: str) -> Iterator[Line]:
    for part in text.split("-"):
        found = _LINE.fullmatch(part)
        if found and found[1] in PRODUCTS:
            yield Line(PRODUCTS[found[1]], int(found[2]))
