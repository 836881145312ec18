"""Carts, checkouts, orders and what becomes of them: copies, repeats, refunds, second visits."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from footfall.doors.demo import crowd, shop
from footfall.doors.demo.draw import Bools, Dice, Draw, Floats, Ints
from footfall.doors.demo.gathered import Gathered
from footfall.doors.demo.rhythm import DAY_MS
from footfall.doors.demo.shop import PRODUCTS, VARIANTS, Kind, euros, item_text
from footfall.doors.demo.visits import NEVER, Stage
from footfall.doors.demo.world import Later, World

# What a price in euros is elsewhere, in percent; the shop's own price lists.
PRICE_LISTS = {"EUR": 100, "CHF": 106, "GBP": 90, "SEK": 1120}
TAX_PER_MILLE = {"DE": 190, "AT": 200, "CH": 81, "FR": 200, "NL": 210, "IT": 220, "GB": 200}
FREE_SHIPPING = 7900
SHIPPING = 495
COUPONS = ("WELCOME10", "TRAIL10", "CLUB10")
FIRST_ORDER = 100_001


@dataclass
class Line:
    """Something in a cart: the unit price in cents of the cart's currency."""

    product: int
    variant: str
    cents: int
    count: int

    def text(self) -> str:
        """The line as an item."""
        return item_text(PRODUCTS[self.product], self.cents, self.variant, self.count)


@dataclass
class Basket:
    """A visit's cart while it fills."""

    visit: int
    currency: str
    lines: list[Line] = field(default_factory=list)

    def cents(self) -> int:
        """The cart's worth."""
        return sum(each.cents * each.count for each in self.lines)

    def worth(self, lines: list[Line] | None = None) -> str:
        """Items, value and currency, the inside of a JSON object."""
        chosen = self.lines if lines is None else lines
        value = sum(each.cents * each.count for each in chosen)
        items = ",".join(each.text() for each in chosen)
        return f'"items":[{items}],"value":{euros(value)},"currency":"{self.currency}"'


class Till:
    """The shop's tills on one day."""

    def __init__(self, world: World, day: Gathered, reached: Bools, draw: Draw) -> None:
        self.world, self.day, self.dice = world, day, draw.dice()
        rows = day.rows
        self._reached: list[bool] = reached.tolist()
        self._at, self._dwell = rows.at.tolist(), rows.dwell.tolist()
        self._page, self._kind = rows.page.tolist(), rows.kind.tolist()
        self.adds: list[tuple[int, int]] = []

    def serve(self, refunds: Floats) -> tuple[Ints, Ints]:
        """All visits that fill a cart, each with its factor of refunds; rows and times of adds."""
        for visit in np.flatnonzero(self.day.visits.stage >= Stage.CART).tolist():
            self._serve(visit, float(refunds[visit]))
        rows, moments = np.array(self.adds, dtype=np.int64).reshape(-1, 2).T
        return rows, moments

    def _serve(self, visit: int, refunds: float) -> None:
        visits = self.day.visits
        first, browsed = int(visits.first[visit]), int(visits.browsed[visit])
        stage = Stage(int(visits.stage[visit]))
        place = crowd.PLACES[int(visits.place[visit])]
        basket = Basket(visit, place.currency)
        for row in range(first, first + int(visits.count[visit])):
            kind = self._kind[row]
            if kind == Kind.PRODUCT:
                self._add(basket, row, self._readiness(row, first + browsed))
            elif kind == Kind.CART:
                self._view_cart(basket, row)
            elif kind == Kind.CHECKOUT:
                self._check_out(basket, row, stage)
            elif kind == Kind.PAYMENT and stage >= Stage.PAYMENT:
                self._pay(basket, row)
            elif kind == Kind.THANKS:
                self._order(basket, row, place.country).follow(refunds)

    def _readiness(self, row: int, cart: int) -> float:
        """The chance that a product seen goes into the cart, which is first opened on a row."""
        if row == cart - 1:
            return 1.0
        if row > cart:
            return 0.8
        return 0.6 if self._reached[row] else 0.2

    def _add(self, basket: Basket, row: int, readiness: float) -> None:
        dice = self.dice
        product = self._page[row] - shop.FIRST[Kind.PRODUCT]
        if not dice.chance(readiness) or any(each.product == product for each in basket.lines):
            return
        cents = PRODUCTS[product].cents * PRICE_LISTS[basket.currency] // 100
        small = PRODUCTS[product].cents < 4000
        count = 1 + dice.pick((0.6, 0.27, 0.13) if small else (0.94, 0.06))
        variant = dice.of(VARIANTS) if PRODUCTS[product].category in {0, 1, 2, 6} else ""
        line = Line(product, variant, cents, count)
        basket.lines.append(line)
        at = self._at[row] + self._dwell[row] * (55 + dice.whole(0, 30)) // 100
        self.day.one("add_to_cart", at, row, f"{{{basket.worth([line])}}}")
        self.adds.append((row, at))

    def _view_cart(self, basket: Basket, row: int) -> None:
        self.day.one("view_cart", self._at[row] + 110, row, f"{{{basket.worth()}}}")
        if len(basket.lines) > 1 and self.dice.chance(0.18):
            gone = basket.lines.pop(self.dice.whole(0, len(basket.lines)))
            at = self._at[row] + self._dwell[row] // 2
            self.day.one("remove_from_cart", at, row, f"{{{basket.worth([gone])}}}")

    def _check_out(self, basket: Basket, row: int, stage: Stage) -> None:
        text = f'{{{basket.worth()},"step":%d}}'
        self.day.one("begin_checkout", self._at[row] + 130, row, text % 1)
        if stage >= Stage.SHIPPING:
            at = self._at[row] + self._dwell[row] * 9 // 10
            self.day.one("add_shipping_info", at, row, text % 2)

    def _pay(self, basket: Basket, row: int) -> None:
        at = self._at[row] + self._dwell[row] * 8 // 10
        self.day.one("add_payment_info", at, row, f'{{{basket.worth()},"step":3}}')

    def _order(self, basket: Basket, row: int, country: str) -> Order:
        order = Order(self.world, self.day, basket, self.dice)
        order.place(row, self._at[row] + 160, TAX_PER_MILLE.get(country, 190))
        return order


class Order:
    """One order and its aftermath."""

    def __init__(self, world: World, day: Gathered, basket: Basket, dice: Dice) -> None:
        self.world, self.day, self.basket, self.dice = world, day, basket, dice
        self.id = f"R-{FIRST_ORDER + world.orders}"
        self.at = 0
        world.orders += 1
        visits = day.visits
        self.visitor = int(visits.visitor[basket.visit])
        person, known = int(visits.person[basket.visit]), int(visits.known[basket.visit])
        self.customer = person if known < NEVER else -1

    def place(self, row: int, at: int, tax_per_mille: int) -> None:
        """The purchase on the thank-you page, and whatever else tells of it."""
        self.at = at
        coupon = self._discount()
        text = self._text(coupon, tax_per_mille)
        if self.dice.chance(0.955):
            self.day.one("purchase", at, row, f"{{{text}}}")
            self._copy(text)
            self._repeat(row, text)
        else:  # the tag was blocked: only the shop's server tells
            self._tell("server", at + 1500, text, self.visitor)

    def _discount(self) -> str:
        """Prices after the coupon, if there is one."""
        if not self.dice.chance(0.13):
            return ""
        for line in self.basket.lines:
            line.cents = line.cents * 9 // 10
        return f'"coupon":"{self.dice.of(COUPONS)}",'

    def _text(self, coupon: str, tax_per_mille: int) -> str:
        value = self.basket.cents()
        tax = (value * tax_per_mille + 500) // 1000
        paid_shipping = 0 if value >= FREE_SHIPPING else SHIPPING
        return (
            f'"transaction_id":"{self.id}",{self.basket.worth()},"tax":{euros(tax)},'
            f'{coupon}"shipping":{euros(paid_shipping)}'
        )

    def _copy(self, text: str) -> None:
        """Many orders are told by the shop's server too, some by its nightly import."""
        if self.dice.chance(0.38):
            visitor = self.visitor if self.dice.chance(0.5) else -1
            self._tell("server", self.at + self.dice.whole(800, 25_000), text, visitor)
        if self.dice.chance(0.04):
            self._tell("import", self.at // 1000 * 1000, text, -1)

    def _tell(self, source: str, at: int, text: str, visitor: int) -> None:
        told_text = f'{{{text},"source":"{source}"}}'
        self.day.outside(Later("purchase", at, visitor, self.customer, told_text))

    def _repeat(self, row: int, text: str) -> None:
        """A reloaded thank-you page tells of the order again."""
        if self.dice.chance(0.05):
            at = self.at + self.dice.whole(4000, 1_200_000)
            self.day.one("page_view", at - 160, row)
            self.day.one("purchase", at, row, f"{{{text}}}")

    def follow(self, refunds: float) -> None:
        """What comes later: an opinion, things sent back, another visit, an account closed."""
        dice = self.dice
        if dice.chance(0.075 * refunds):
            self._refund()
        if dice.chance(0.28):
            day = self.world.calendar.place(self.at + dice.whole(6, 45) * DAY_MS)
            self.world.comebacks[day].append(self.visitor)
        if self.customer >= 0 and dice.chance(0.012):
            at = self.at + dice.whole(4, 30) * DAY_MS
            self.world.due(Later("customer_deleted", at, -1, self.customer, None))

    def _refund(self) -> None:
        """All of it, with or without a sum; a part as a sum or as things; or of no known order."""
        dice = self.dice
        value, lines = self.basket.cents(), self.basket.lines
        way = dice.pick((0.4, 0.16, 0.2, 0.2, 0.04))
        order = self.id if way < 4 else f"R-{FIRST_ORDER - dice.whole(1, 900)}"
        sum_told = f',"currency":"{self.basket.currency}","value":'
        inside = (
            "",
            sum_told + euros(value),
            sum_told + euros(value * dice.whole(10, 60) // 100),
            f',"items":[{dice.of(lines).text()}]',
            sum_told + euros(value),
        )[way]
        at = self.at + dice.whole(3 * DAY_MS, 24 * DAY_MS)
        text = f'{{"transaction_id":"{order}"{inside}}}'
        self.world.due(Later("refund", at, -1, -1, text))
