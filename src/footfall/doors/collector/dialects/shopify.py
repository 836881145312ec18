"""Shopify's webhooks of orders and refunds: the shop's own word for what was sold.

Source: shopify.dev, Webhooks (topics, headers, HMAC) and REST Admin API, Order and Refund. An order
comes several times (created, paid, updated): each is a `purchase` of one transaction, which counts
once, as it was first. Refunds come by their own topic, so an order's list of them is left out.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

from footfall.doors.collector.dialects.answering import json_answer, refusal
from footfall.doors.collector.dialects.heard import (
    Answer,
    Heard,
    Meant,
    Outcome,
    Said,
    Signature,
    Unsaid,
)
from footfall.doors.collector.dialects.reading import Dialect, object_of, parts
from footfall.event.codes import shown
from footfall.vendors import shopify
from footfall.vendors.words import Event, Row, Unmappable, id_of, moment, needed

ORDERS = (
    "orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/fulfilled",
    "orders/partially_fulfilled",
)  # fmt: skip
REFUNDS = ("refunds/create",)
TOPIC, HMAC = "x-shopify-topic", "x-shopify-hmac-sha256"


def _webhook(heard: Heard) -> Meant:
    signature = Signature(_given(heard), heard.body)
    try:
        found = _order_or_refund(heard)
    except Unmappable as why:
        found = Meant(refused=(Unsaid(None, *why.said),))
    known = heard.headers.get(TOPIC) in {*ORDERS, *REFUNDS}
    answer = _answer if known else refusal
    return Meant((), found.said, found.refused, found.left_out, answer, signature=signature)


def _order_or_refund(heard: Heard) -> Meant:
    topic = heard.headers.get(TOPIC, "")
    body = object_of(heard.body)

    def make(index: int, said: Any) -> Iterable[Said]:
        if topic in REFUNDS:
            yield Said(index, shopify.refund(said))
        elif topic not in ORDERS:
            raise Unmappable("wrong_type", "", _why_not(topic))
        elif said.get("test") is not True:
            yield Said(index, _purchase(said))

    return parts(heard, [body], make, ())


def _purchase(order: Row) -> Event:
    """An order as it was at a time: its versions are told apart, and stand in their order."""
    changed = "updated_at" if order.get("updated_at") else "created_at"
    when = moment(needed(order, changed), changed)
    event = shopify.purchase(order)
    return {**event, "event_id": id_of("", f"{event['event_id']}-{when:013}")}


def _why_not(topic: str) -> str:
    known = ", ".join((*ORDERS, *REFUNDS))
    return f"the topic is {shown(topic)}; what is taken is {known}"


def _given(heard: Heard) -> bytes:
    try:
        return base64.b64decode(heard.headers.get(HMAC, ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _answer(outcome: Outcome) -> Answer:
    """Taken, also where it is refused and kept: Shopify ends a webhook that is answered otherwise.

    Whoever runs the shop finds the refused ones in the quarantine.
    """
    refused = {"rejected": list(outcome.rejected)} if outcome.rejected else {}
    return json_answer(200, {"accepted": outcome.accepted, **refused})


SHOPIFY = Dialect("shopify", "Shopify's webhooks", _webhook, _answer)

ROUTES = {("POST", "/hooks/shopify"): SHOPIFY}
