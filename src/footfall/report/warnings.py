"""What a reader should know of the data before trusting its numbers, a sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from footfall.report.numbers import count

if TYPE_CHECKING:
    from footfall.facts.quality import Quality


def warnings(quality: Quality) -> list[str]:
    """What of a site's data could not be taken at its word, of all time; nothing where all can."""
    total = quality.total
    told = (
        (total.refused, "row was", "rows were", "refused and waits in quarantine",
         "refused and wait in quarantine"),
        (total.duplicate_conflicts, "event was", "events were",
         "refused: its id was known with other words",
         "refused: their ids were known with other words"),
        (quality.orders_without_revenue, "order has", "orders have",
         "no revenue in the site’s currency, and counts as an order only",
         "no revenue in the site’s currency, and count as orders only"),
        (quality.refunds_without_money, "refund is", "refunds are",
         "of an unknown order or worth, and takes nothing from the revenue",
         "of unknown orders or worth, and take nothing from the revenue"),
        (quality.damaged_order_ids, "order id was", "order ids were",
         "damaged by a spreadsheet", "damaged by a spreadsheet"),
    )  # fmt: skip
    return [
        f"{count(number)} {one if number == 1 else many} {what if number == 1 else whats}."
        for number, one, many, what, whats in told
        if number
    ]
