"""The demo shop's pages: each says its events to a dataLayer, as shops do, and has the tag's line.

Nothing is remembered here: the cart and the last order are cookies of whoever looks around.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from babel.numbers import format_currency
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from footfall.doors.shop.goods import PRODUCTS, Cart, Product, item

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from starlette.requests import Request

ROOT = "/demo-shop"
CART, ORDER, SITE, ASK = "cart", "order", "site", "ask"
STATIC = files("footfall.doors.shop") / "static"
KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Stand:
    """What the shop's events belong to: a site, and the write key that its tag sends with."""

    site: str
    name: str
    currency: str
    locale: str
    key: str


Stands = Callable[[str], Stand | None]
"""The stand of a site, or of the one that is there where none is named; None without one."""
Page = tuple[str, "Mapping[str, Any]"]
"""A template and what it shows."""


def routes(stands: Stands) -> list[Mount]:
    """The shop's addresses, all of them below `/demo-shop`."""
    shop = _Shop(stands)
    get, post = ["GET"], ["POST"]
    return [Mount(ROOT, routes=[
        Route("/", shop.page(_home), methods=get),
        Route("/products/{product}", shop.page(_product), methods=get),
        Route("/cart", shop.page(_cart), methods=get),
        Route("/cart", shop.change, methods=post),
        Route("/checkout", shop.page(_checkout), methods=get),
        Route("/checkout", shop.buy, methods=post),
        Route("/thanks", shop.page(_thanks), methods=get),
        Route("/help", shop.page(_help), methods=get),
        Route("/files/{name}", _file, methods=get),
    ])]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks around: their cart, their last order, and the stand at which they are."""

    request: Request
    stand: Stand
    cart: Cart

    def pushed(self, event: str, ecommerce: dict[str, Any]) -> dict[str, Any]:
        """An e-commerce event as it is pushed."""
        return {"event": event, "ecommerce": ecommerce}

    def list_of(self, *products: Product) -> dict[str, Any]:
        """Products as an e-commerce event has them."""
        value = {"value": float(products[0].price)} if len(products) == 1 else {}
        return {
            "currency": self.stand.currency,
            **value,
            "items": [item(each) for each in products],
        }


@dataclass(frozen=True, slots=True)
class _Shop:
    stands: Stands

    def page(
        self, show: Callable[[Visit], Page | None]
    ) -> Callable[[Request], Awaitable[Response]]:
        """A page that is shown; where there is nothing to show, the first one."""

        async def answer(request: Request) -> Response:
            wanted = request.query_params.get(SITE) or request.cookies.get(SITE, "")
            stand = await run_in_threadpool(self.stands, wanted)
            if stand is None:
                return _closed()
            visit = Visit(request, stand, Cart.read(request.cookies.get(CART, "")))
            found = show(visit)
            if found is None:
                return RedirectResponse(f"{ROOT}/", 303)
            template, words = found
            shown = HTMLResponse(_rendered(template, visit, words))
            _keep(shown, request, SITE, request.query_params.get(SITE))
            _keep(shown, request, ASK, request.query_params.get("consent"))
            return shown

        return answer

    async def change(self, request: Request) -> Response:
        """Puts something into the cart, or takes it out."""
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        cart = Cart.read(request.cookies.get(CART, ""))
        product = PRODUCTS.get(form.get("product", ""))
        if product is not None:
            cart = cart.with_more(product, -1 if form.get("less") else 1)
        answer = RedirectResponse(f"{ROOT}/cart", 303)
        _keep(answer, request, CART, cart.text())
        return answer

    async def buy(self, request: Request) -> Response:
        """Makes an order of the cart. No money moves."""
        cart = Cart.read(request.cookies.get(CART, ""))
        if not cart.lines:
            return RedirectResponse(f"{ROOT}/cart", 303)
        answer = RedirectResponse(f"{ROOT}/thanks", 303)
        _keep(answer, request, ORDER, f"{secrets.token_hex(4).upper()}_{cart.text()}")
        _keep(answer, request, CART, "")
        return answer


# --- what pages show ------------------------------------------------------------------------------


def _home(visit: Visit) -> Page:
    some = list(PRODUCTS.values())
    return "home.html", {
        "products": some,
        "push": [visit.pushed("view_item_list", visit.list_of(*some))],
    }


def _product(visit: Visit) -> Page | None:
    product = PRODUCTS.get(visit.request.path_params["product"])
    if product is None:
        return None
    others = [each for each in PRODUCTS.values() if each.id != product.id][:3]
    push = [visit.pushed("view_item", visit.list_of(product))]
    added = visit.pushed("add_to_cart", visit.list_of(product))
    return "product.html", {
        "product": product,
        "others": others,
        "push": push,
        "on_submit": [added],
    }


def _cart(visit: Visit) -> Page:
    booster = next((each for each in PRODUCTS.values() if each not in
                    [line.product for line in visit.cart.lines]), None)  # fmt: skip
    push = [visit.pushed("view_cart", visit.cart.ecommerce(visit.stand.currency))]
    return "cart.html", {"booster": booster, "push": push if visit.cart.lines else []}


def _checkout(visit: Visit) -> Page | None:
    if not visit.cart.lines:
        return None
    told = visit.cart.ecommerce(visit.stand.currency)
    steps = ("add_shipping_info", "add_payment_info")
    return "checkout.html", {
        "push": [visit.pushed("begin_checkout", told)],
        "on_submit": [visit.pushed(step, told) for step in steps],
    }


def _thanks(visit: Visit) -> Page | None:
    order, _, text = visit.request.cookies.get(ORDER, "").partition("_")
    cart = Cart.read(text)
    if not cart.lines:
        return None
    told = cart.ecommerce(visit.stand.currency, transaction_id=order, shipping=0)
    return "thanks.html", {"order": order, "bought": cart, "push": [visit.pushed("purchase", told)]}


def _help(_: Visit) -> Page:
    return "help.html", {"push": []}


# --- how they are sent ----------------------------------------------------------------------------


def _rendered(template: str, visit: Visit, words: Mapping[str, Any]) -> str:
    stand = visit.stand
    ask = visit.request.query_params.get("consent", visit.request.cookies.get(ASK, ""))
    return _templates().get_template(template).render(
        {"on_submit": []} | dict(words),
        root=ROOT, stand=stand, cart=visit.cart, asks=ask == "required",
        money=lambda amount: format_currency(amount, stand.currency, locale=stand.locale),
    )  # fmt: skip


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("footfall.doors.shop"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


def _closed() -> Response:
    return HTMLResponse(_templates().get_template("closed.html").render(root=ROOT), 404)


def _keep(answer: Response, request: Request, name: str, value: str | None) -> None:
    """A cookie of the shop's own; the tag has its own, which the page may read."""
    if value:
        is_secure = request.url.scheme == "https"
        answer.set_cookie(name, value, path=ROOT, httponly=True, samesite="lax", secure=is_secure)
    elif value is not None:
        answer.delete_cookie(name, path=ROOT)


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    kind = KINDS.get(name.rpartition(".")[2])
    if kind is None or name not in _names():
        return Response("there is no such file", 404)
    content = (STATIC / name).read_bytes()
    return Response(content, media_type=kind, headers={"cache-control": "no-cache"})


@cache
def _names() -> frozenset[str]:
    return frozenset(each.name for each in STATIC.iterdir())
