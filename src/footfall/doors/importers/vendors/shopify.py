"""Shopify's orders and refunds in files: how they are told from others' rows."""

from __future__ import annotations

ORDER_SIGNS = (
    frozenset({"financial_status", "total_price"}),
    frozenset({"line_items", "subtotal_price", "order_number"}),
)
REFUND_SIGNS = (frozenset({"order_id", "refund_line_items"}),)
WRAPPERS = frozenset({"orders", "order", "refunds", "refund"})


def refuse(names: frozenset[str]) -> str | None:
    """Why rows with these keys are no orders of the REST Admin API."""
    if names & {"abandoned_checkout_url"} or "checkouts" in names:
        return "it holds abandoned checkouts, which are no orders; export the orders"
    if "data" in names or {"displayFinancialStatus", "totalPriceSet", "lineItems"} & names:
        return (
            "it comes from Shopify's GraphQL API; export the orders as CSV in the admin, or as "
            "JSON of the REST Admin API (GET /admin/api/…/orders.json)"
        )
    return None
