"""Other programs' exports that are read without a mapping, and how a file's program is found."""

from __future__ import annotations

from collections.abc import Sequence

from footfall.doors.importers.vendors import ga4, loyjoy, segment, shopify, shopify_csv
from footfall.doors.importers.vendors.vendor import Vendor
from footfall.vendors import ga4 as ga4_words
from footfall.vendors import segment as segment_words
from footfall.vendors import shopify as shopify_words
from footfall.vendors.words import Event, Row

__all__ = ["FORMATS", "VENDORS", "Vendor", "recognised"]


def _none_alone(_row: Row) -> Sequence[Event]:
    """Rows that only together are something."""
    return ()


VENDORS = {
    "ga4": (
        Vendor(
            "ga4", "rows of GA4's events_ tables", ga4_words.PREFIX, ga4.SIGNS, ga4.events,
            ga4.refuse,
        ),
    ),
    "segment": (
        Vendor(
            "segment", "calls of Segment", segment_words.PREFIX, segment.SIGNS,
            segment.events, segment.refuse,
        ),
    ),
    "shopify-orders": (
        Vendor(
            "shopify-orders", "orders or refunds of Shopify", "shopify_",
            (*shopify.ORDER_SIGNS, *shopify.REFUND_SIGNS), shopify_words.events, shopify.refuse,
            wrappers=shopify.WRAPPERS,
        ),
        Vendor(
            "shopify-orders", "orders of Shopify as CSV", "shopify_", shopify_csv.SIGNS,
            _none_alone, shopify.refuse, shopify_csv.key, shopify_csv.events,
        ),
    ),
    "loyjoy": (
        Vendor(
            "loyjoy", "facts of LoyJoy", loyjoy.PREFIX, (loyjoy.FACT,), loyjoy.events,
            loyjoy.refuse, joined="entity_id",
        ),
        Vendor(
            "loyjoy", "dimensions of LoyJoy", loyjoy.PREFIX, (loyjoy.DIMENSIONS,), _none_alone,
            loyjoy.refuse, joined="entity_id", joins=True,
        ),
    ),
}  # fmt: skip
"""A format's name → the forms in which that program exports."""
FORMATS = tuple(VENDORS)


def recognised(names: frozenset[str], formats: Sequence[str] = FORMATS) -> Vendor | None:
    """The program whose rows have these columns; None where it is none of these."""
    every = (vendor for name in formats for vendor in VENDORS[name])
    return next((vendor for vendor in every if vendor.recognises(names)), None)
