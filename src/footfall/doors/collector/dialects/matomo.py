"""Matomo's HTTP tracking API, with e-commerce and bulk requests.

Source: developer.matomo.org/api-reference/tracking-api. A visitor is `cid` or `_id`; a request
without one belongs to a visitor that nobody can trace. An event's id follows from its content if it
says its time (`cdt`) or a random number (`rand`, `r`), as Matomo's own clients do; else it is new
whenever it comes. The key stands in `idsite`, in `token_auth` or in the address.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from footfall.doors.collector.dialects.answering import image, json_answer, refusal
from footfall.doors.collector.dialects.heard import Answer, Heard, Meant, Outcome, Said
from footfall.doors.collector.dialects.reading import (
    Dialect,
    decoded,
    form_of,
    json_of,
    object_of,
    parts,
)
from footfall.event.canonical import exact
from footfall.event.codes import shown
from footfall.money import CONTEXT
from footfall.vendors.countries import country_code
from footfall.vendors.words import (
    Event,
    Unmappable,
    amount,
    custom,
    fingerprint,
    listed,
    number,
    present,
    text,
)

PREFIX = "matomo_"
TELLING = ("cdt", "rand", "r")
UTM = {"source": "source", "medium": "medium", "campaign": "campaign", "keyword": "term"}
UTM |= {"kwd": "term", "content": "content"}
CAMPAIGN = re.compile(r"(?:mtm|pk|piwik)_(source|medium|campaign|keyword|kwd|content)")
COLUMNS = ("item_id", "item_name", "item_category", "price", "quantity")
"""What one of `ec_items` says, in its order."""

Hit = dict[str, str]


def _hits(heard: Heard) -> Meant:
    """One hit in address and form, or a list of them as JSON."""
    shared = form_of(heard.query)
    if heard.body.lstrip()[:1] == b"{":
        return _bulk(heard, shared)
    hit = {**shared, **form_of(decoded(heard.body))}
    quiet = hit.get("send_image") == "0"

    def answer(outcome: Outcome) -> Answer:
        if outcome.nothing_good:
            return refusal(outcome)
        return Answer(204) if quiet else image()

    return _meant(heard, [hit], hit, answer)


def _bulk(heard: Heard, shared: Hit) -> Meant:
    body = object_of(heard.body)
    requests = body.get("requests")
    if not isinstance(requests, list):
        why = f"requests must be a list of hits, got {shown(requests)}"
        raise Unmappable("wrong_type", "/requests", why)
    first = next((_hit(each, shared) for each in requests if isinstance(each, str | dict)), shared)
    token = text(body.get("token_auth")) or ""
    return _meant(heard, requests, {**first, "token_auth": token}, _tracked, shared)


def _tracked(outcome: Outcome) -> Answer:
    if outcome.nothing_good:
        return refusal(outcome)
    taken = outcome.accepted + outcome.duplicates
    invalid = [each["index"] for each in outcome.rejected]
    said = {"status": "success", "tracked": taken, "invalid": len(invalid)}
    return json_answer(200, {**said, "invalid_indices": invalid})


def _meant(
    heard: Heard,
    each: list[Any],
    first: Hit,
    answer: Callable[[Outcome], Answer],
    shared: Hit | None = None,
) -> Meant:
    def make(index: int, said: Any) -> Iterable[Said]:
        return _said(heard, index, _hit(said, shared or {}))

    found = parts(heard, each, make, (first.get("idsite"), first.get("token_auth")))
    return Meant(found.keys, found.said, found.refused, found.left_out, answer)


def _hit(said: Any, shared: Hit) -> Hit:
    """One of a bulk request's hits: a query, or its parameters."""
    if isinstance(said, str):
        return {**shared, **form_of(said.partition("?")[2] if "?" in said else said)}
    if not isinstance(said, dict):
        raise Unmappable("wrong_type", "", f"a hit must be a query or an object, got {shown(said)}")
    return {**shared, **{key: found for key, each in said.items() if (found := _plain(each))}}


def _plain(value: Any) -> str:
    return text(value) or ""


def _said(heard: Heard, index: int, hit: Hit) -> Iterable[Said]:
    told = any(hit.get(key) for key in TELLING)
    base = fingerprint(index, hit) if told else f"{heard.number}-{index}"
    shared = _shared(heard, hit)
    for turn, (name, properties) in enumerate(_acts(hit)):
        own = {"event_id": f"{PREFIX}{base}" + f"-{turn}" * bool(turn), "event": name}
        event = present({**own, **shared, "properties": present(properties)})
        yield Said(index, event, otherwise=hit.get("uid") or None, cookieless=True)


def _shared(heard: Heard, hit: Hit) -> Event:
    """What is said of whatever happened: when, who, where."""
    return {
        "occurred_at": _time(hit.get("cdt", ""), heard),
        "visitor_id": text(hit.get("cid")) or text(hit.get("_id")),
        "customer_id": text(hit.get("uid")),
        "url": text(hit.get("url")),
        "title": text(hit.get("action_name")),
        "referrer": text(hit.get("urlref")),
        **_campaign(hit),
        "country": country_code(hit.get("country")),
        "region": text(hit.get("region")),
        "user_agent": text(hit.get("ua")),
    }


def _time(said: str, heard: Heard) -> int | str:
    """`cdt` is seconds since 1970, or a UTC date and time."""
    if not said:
        return heard.received_ms
    if said.isascii() and said.isdecimal():
        return int(said[:20]) * 1000
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return said
    return said if found.tzinfo else f"{said.replace(' ', 'T')}Z"


def _campaign(hit: Hit) -> Event:
    """The campaign: as said of the visit, else by Matomo's own parameters of the address."""
    found: Event = {}
    for key, value in form_of(hit.get("url", "").partition("?")[2].partition("#")[0]).items():
        if (own := CAMPAIGN.fullmatch(key)) and value:
            found.setdefault(f"utm_{UTM[own[1]]}", value)
    said = {"utm_campaign": hit.get("_rcn"), "utm_term": hit.get("_rck")}
    return {**found, **present(said)}


def _acts(hit: Hit) -> Iterable[tuple[str, Event]]:
    """What happened, and the fields of its own: the first of these that the hit is about."""
    if hit.get("idgoal") == "0":
        yield _order(hit) if hit.get("ec_id") else ("matomo_cart_update", _cart(hit))
    elif hit.get("idgoal"):
        yield "matomo_goal", {"goal_id": hit["idgoal"], "value": number(hit.get("revenue"))}
    elif "search" in hit:
        found = number(hit.get("search_count"))
        yield "search", {"search_term": hit["search"], "results": found}
    elif hit.get("link"):
        yield "click", {"href": hit["link"]}
    elif hit.get("download"):
        yield "matomo_download", {"href": hit["download"]}
    elif hit.get("e_c") or hit.get("e_a"):
        yield _event(hit)
    elif hit.get("c_n"):
        yield _content(hit)
    elif hit.get("ping") == "1":
        yield "page_leave", {}
    elif hit.get("ca") != "1":
        yield "page_view", {}
        yield from _product(hit)


def _event(hit: Hit) -> tuple[str, Event]:
    said = {"category": "e_c", "action": "e_a", "name": "e_n"}
    own: Event = {ours: hit.get(theirs) for ours, theirs in said.items()}
    value = number(hit.get("e_v"))
    return custom(PREFIX, hit.get("e_a") or hit["e_c"]), {**own, "value": value}


def _content(hit: Hit) -> tuple[str, Event]:
    """A content block: that it was there says nothing of whether it was seen."""
    own = {"asset_id": hit["c_n"], "asset_type": "content", "piece": hit.get("c_p")}
    if not hit.get("c_i"):
        return "asset_load", own
    return "asset_interaction", {**own, "action": hit["c_i"], "target_url": hit.get("c_t")}


def _product(hit: Hit) -> Iterable[tuple[str, Event]]:
    """A page of a product, or of a category."""
    keys = ("_pks", "_pkn", "_pkc", "_pkp")
    if hit.get("_pks") or hit.get("_pkn"):
        yield "view_item", {"items": [_item([hit.get(key) for key in keys])]}
    elif hit.get("_pkc"):
        yield "view_item_list", {"item_category": hit["_pkc"]}


def _order(hit: Hit) -> tuple[str, Event]:
    return "purchase", {
        "transaction_id": hit["ec_id"],
        **_cart(hit),
        "value": _worth(hit),
        "tax": number(hit.get("ec_tx")),
        "shipping": number(hit.get("ec_sh")),
        "discount": number(hit.get("ec_dt")),
    }


def _cart(hit: Hit) -> Event:
    items = json_of(hit["ec_items"].encode()) if hit.get("ec_items") else []
    if not isinstance(items, list):
        raise Unmappable("wrong_type", "/ec_items", f"ec_items must be a list, got {shown(items)}")
    own: Event = {"value": number(hit.get("revenue"))}
    return {**own, "items": [_item(listed(each)) for each in items]} if items else own


def _item(said: list[Any]) -> Event:
    """A product as a row: SKU, name, category (or several), price, quantity."""
    found = dict(zip(COLUMNS, said, strict=False))
    category = found.get("item_category")
    first = next(iter(listed(category)), None) if isinstance(category, list) else category
    return present({
        "item_id": text(found.get("item_id")) or text(found.get("item_name")),
        "item_name": text(found.get("item_name")),
        "item_category": text(first),
        "price": number(found.get("price")),
        "quantity": number(found.get("quantity")),
    })  # fmt: skip


def _worth(hit: Hit) -> Decimal | int | None:
    """The grand total without tax and shipping, which it holds; else the subtotal without tax."""
    total, subtotal = number(hit.get("revenue")), number(hit.get("ec_st"))
    whole = total is not None and (subtotal is None or bool(hit.get("ec_sh")))
    worth, off = (total, ("ec_tx", "ec_sh")) if whole else (subtotal, ("ec_tx",))
    if worth is None:
        return None
    left = amount(worth)
    for name in off:
        left = CONTEXT.subtract(left, amount(number(hit.get(name)) or 0))
    return exact(str(left))


MATOMO = Dialect("matomo", "Matomo's HTTP tracking API", _hits, lambda _: image())

ROUTES = {
    (method, path): MATOMO
    for method in ("GET", "POST")
    for path in ("/matomo.php", "/piwik.php", "/matomo", "/piwik")
}
