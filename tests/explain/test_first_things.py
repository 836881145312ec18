"""The first things of an explanation, where their days are not in the order of time."""

from __future__ import annotations

from datetime import date

from support.explained import explained
from support.shop import shop_of

NEWFOUNDLAND = {"timezone": "America/St_Johns"}


def test_where_the_clock_goes_back_over_midnight_the_first_visits_are_still_the_first() -> None:
    """At 00:01 of 7 November 2010 it became 23:01 of the 6th once more, as it did in St. John's."""
    visits = {
        "before": "2010-11-06T20:00:00Z",  # 17:30 of the 6th
        "midnight": "2010-11-07T02:30:30Z",  # 00:00:30 of the 7th
        "again": "2010-11-07T03:00:00Z",  # 23:30 of the 6th
    }
    events = [
        {
            "event_id": name, "event": "page_view", "occurred_at": at, "visitor_id": name,
            "url": "https://shop.example/", "properties": {"bot": True},
        }
        for name, at in visits.items()
    ]  # fmt: skip
    with shop_of(events, NEWFOUNDLAND) as shop:
        days = date(2010, 11, 6), date(2010, 11, 7)
        [part] = explained(shop, shop.question(["sessions"], *days), 2)
        assert [thing.id for thing in part.things] == ["before", "midnight"]
        assert (part.counted, part.not_counted) == (0, 3)
