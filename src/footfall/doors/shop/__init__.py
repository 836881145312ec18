"""The demo shop: a few pages on which to try the tag, measured like any shop's."""

from footfall.doors.shop.pages import Stand, routes

__all__ = ["Stand", "routes"]
