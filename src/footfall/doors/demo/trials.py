"""The experiments that the demonstration shop runs, and what they truly do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from footfall.doors.demo.draw import Bools, Floats, Ints, mixed
from footfall.doors.demo.shop import Kind

CONTROL, VARIANT = "control", "variant"


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment: who sees a page of the kind, within a part of the period, is in it.

    `orders`, `scrolling` and `refunds` are the variant's true factors; `lost` is the share of its
    exposures that are never sent, which makes the groups unequal without anybody's wish.
    """

    id: str
    kind: Kind
    first: float
    last: float
    orders: float = 1.0
    scrolling: float = 1.0
    refunds: float = 1.0
    lost: float = 0.0

    def runs(self, day: int, days: int) -> bool:
        """Whether it is on, on a day of the period."""
        return self.first <= (day + 0.5) / days < self.last

    @property
    def place(self) -> int:
        """Its place among the experiments."""
        return TRIALS.index(self)

    def in_variant(self, person: Ints) -> Bools:
        """Which persons are in the variant's group: half of them, always the same."""
        return (mixed(person, 101 + self.place) & np.uint64(1)).astype(np.bool_)

    def loses(self, person: Ints) -> Bools:
        """Whose exposures get lost, if they are in the variant's group."""
        return mixed(person, 201 + self.place) % np.uint64(1000) < self.lost * 1000


DEEPER = 1.17
"""How much further down people scroll, so that they are 10 % further down on average: nobody gets
beyond the end of a page."""
TRIALS = (
    Trial("home-hero-aa", Kind.HOME, 0.1, 0.5),
    Trial("product-gallery", Kind.PRODUCT, 0.35, 0.9, orders=1.10, scrolling=DEEPER),
    Trial("express-checkout", Kind.CHECKOUT, 0.2, 0.8, orders=1.05, refunds=3.5),
    Trial("collection-grid", Kind.COLLECTION, 0.3, 0.55, lost=0.3),
)


def order_factor(person: Ints, day: int, days: int) -> Floats:
    """How much readier to order each person is by the experiments that run."""
    factor = np.ones(len(person))
    for trial in TRIALS:
        if trial.runs(day, days):
            factor = np.where(trial.in_variant(person), factor * trial.orders, factor)
    return factor


def scroll_factor(person: Ints, day: int, days: int) -> Floats:
    """How much further down each person scrolls."""
    factor = np.ones(len(person))
    for trial in TRIALS:
        if trial.runs(day, days) and trial.scrolling != 1:
            factor = np.where(trial.in_variant(person), factor * trial.scrolling, factor)
    return factor


def refund_factor(person: Ints, day: int, days: int) -> Floats:
    """How much readier to send things back."""
    factor = np.ones(len(person))
    for trial in TRIALS:
        if trial.runs(day, days):
            factor = np.where(trial.in_variant(person), factor * trial.refunds, factor)
    return factor
