"""The Store KPIs, formula by formula as the contract's table has them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from .accept import Event, number
from .cells import Cell
from .money import exact
from .orders import Order
from .origin import page_of
from .registry import BASE, LINE, PAGE, Kpi, Number, Value, kpi, persons, plain, ratio, total
from .sessions import Session, glob

Rule = dict[str, Any]


def page_views_of(sessions: list[Session]) -> int:
    """Page views of the sessions."""
    return sum(s.page_views for s in sessions)


def new_and_returning(c: Cell) -> tuple[int, int]:
    """R17: visitors whose first session ever starts in the bucket (of the period) / the others."""
    first = c.table.facts.first_start
    visitors = persons(c("sessions"))
    new = {person for person in visitors if c.has(first[person])}
    return len(new), len(visitors - new)


kpi("visitors")(lambda c: plain(len(persons(c("sessions")))))
kpi("new_visitors")(lambda c: plain(new_and_returning(c)[0]))
kpi("returning_visitors")(lambda c: plain(new_and_returning(c)[1]))
kpi("sessions")(lambda c: plain(len(c("sessions"))))
kpi("page_views", BASE | PAGE)(lambda c: plain(len(c.events("page_view"))))
kpi("pages_per_session")(lambda c: ratio(page_views_of(c("sessions")), len(c("sessions"))))


@kpi("avg_time_on_page", BASE | PAGE)
def avg_time_on_page(c: Cell) -> Value:
    """Sum of `engaged_ms` of `page_leave` / 1000 / page views."""
    engaged = total(number(e.props.get("engaged_ms")) for e in c.events("page_leave"))
    return ratio(Decimal(engaged) / 1000, len(c.events("page_view")))


@kpi("avg_scroll_depth", BASE | PAGE)
def avg_scroll_depth(c: Cell) -> Value:
    """Mean `max_scroll_pct` over the `page_leave` events that have it."""
    depths = [number(e.props.get("max_scroll_pct")) for e in c.events("page_leave")]
    known = [depth for depth in depths if depth is not None]
    return ratio(total(known), len(known))


@kpi("exit_rate", BASE | PAGE, needs=PAGE)
def exit_rate(c: Cell) -> list[Value]:
    """Sessions whose exit page is the page / page views of the page; no row for null."""
    views, exits = c.events("page_view"), c("exits")
    if "page" in c.table.question.by and c.segment["page"] is None:
        return []
    return [ratio(len(exits), len(views))]


def product_views_in(c: Cell) -> int:
    """`view_item` events; by product or category once for each of its items."""
    return len(c("viewed_items")) if c.dims & LINE else len(c.events("view_item"))


def orders_in(c: Cell) -> list[Order]:
    """Orders; by product or category those with the product."""
    return list({line.order: None for line in c("lines")}) if c.dims & LINE else c("orders")


kpi("product_views", BASE | LINE)(lambda c: plain(product_views_in(c)))
kpi("product_conversion_rate", BASE | LINE)(lambda c: ratio(len(orders_in(c)), product_views_in(c)))


@kpi("avg_session_duration")
def avg_session_duration(c: Cell) -> Value:
    """Sum of durations (s) / sessions."""
    return ratio(seconds(c("sessions")), len(c("sessions")))


def seconds(sessions: list[Session]) -> Decimal:
    """The duration of sessions in seconds."""
    return Decimal(sum(s.duration for s in sessions)) / 1000


kpi("bounce_rate")(lambda c: ratio(sum(s.bounced for s in c("sessions")), len(c("sessions"))))


def named_in(c: Cell, names: list[str]) -> list[Event | Order]:
    """The events of these names; orders for `purchase`, which count once (R4)."""
    things: list[Event | Order] = [*c("orders")] if "purchase" in names else []
    return things + c.events(*(name for name in names if name != "purchase"))


def key_events(c: Cell) -> list[Event | Order]:
    """Events named in the site's `key_events`, default `purchase`."""
    return named_in(c, c.site.get("key_events", ["purchase"]))


def conversion_names(c: Cell) -> list[str]:
    """The key events marked as conversions, default orders."""
    names: list[str] = c.site.get("conversions", ["purchase"])
    return names


def conversions(c: Cell) -> list[Event | Order]:
    """Key events marked as conversions."""
    return named_in(c, conversion_names(c))


kpi("key_events")(lambda c: plain(len(key_events(c))))
kpi("conversions")(lambda c: plain(len(conversions(c))))
kpi("conversion_rate")(lambda c: ratio(len(conversions(c)), len(persons(c("sessions")))))


@kpi("visitor_conversion_rate")
def visitor_conversion_rate(c: Cell) -> Value:
    """Those of the visitors with a conversion in the cell / visitors."""
    visitors = persons(c("sessions"))
    return ratio(len(visitors & persons(conversions(c))), len(visitors))


@kpi("session_conversion_rate")
def session_conversion_rate(c: Cell) -> Value:
    """Sessions with a conversion / sessions."""
    names = conversion_names(c)
    converted = [
        s
        for s in c("sessions")
        if ("purchase" in names and s.orders)
        or any(e.name in names and e.name != "purchase" for e in s.events)
    ]
    return ratio(len(converted), len(c("sessions")))


def revenue(c: Cell) -> Number:
    """Sum of order revenue; by product or category of line revenue."""
    things = c("lines") if c.dims & LINE else c("orders")
    return total(thing.revenue for thing in things)


def units(c: Cell) -> Number:
    """Sum of quantities."""
    found = total(line.quantity for line in c("lines"))
    return int(found) if found == int(found) else found


def known(orders: list[Order]) -> list[Order]:
    """R5: the orders with known revenue."""
    return [order for order in orders if order.revenue is not None]


def refunded(c: Cell) -> Number:
    """Sum of refund worth."""
    return total(refund.money for refund in c("refunds"))


@kpi("net_revenue")
@exact
def net_revenue(c: Cell) -> Value:
    """R5: revenue minus refunded revenue."""
    return plain(revenue(c) - refunded(c))


kpi("orders")(lambda c: plain(len(c("orders"))))
kpi("revenue", BASE | LINE)(lambda c: plain(revenue(c)))
kpi("units", BASE | LINE)(lambda c: plain(units(c)))
kpi("aov")(lambda c: ratio(revenue(c), len(known(c("orders")))))
kpi("rpv")(lambda c: ratio(revenue(c), len(persons(c("sessions")))))
kpi("rps")(lambda c: ratio(revenue(c), len(c("sessions"))))
kpi("refunds")(lambda c: plain(len(c("refunds"))))
kpi("refunded_revenue")(lambda c: plain(refunded(c)))
kpi("refund_rate")(lambda c: ratio(sum(bool(o.refunds) for o in c("orders")), len(c("orders"))))


def steps(session: Session, name: str) -> list[tuple[int, str]]:
    """The moments of a step in a session; `purchase` is an order (R4)."""
    if name == "purchase":
        return [order.lead.order for order in session.orders]
    return [event.order for event in session.named(name)]


def then(session: Session, first: str, later: str) -> bool:
    """Whether a session has a step and a later other one (by `occurred_at`, then `event_id`)."""
    return any(a < b for a in steps(session, first) for b in steps(session, later))


def with_step(c: Cell, name: str) -> list[Session]:
    """The cell's sessions with a step."""
    return [s for s in c("sessions") if steps(s, name)]


def step_rate(first: str, later: str, *, abandoned: bool = False) -> Callable[[Cell], Value]:
    """Sessions with `first` and a later (or no later) `later` / sessions with `first`."""

    def formula(c: Cell) -> Value:
        sessions = with_step(c, first)
        return ratio(sum(then(s, first, later) != abandoned for s in sessions), len(sessions))

    return formula


kpi("add_to_cart_rate")(lambda c: ratio(len(with_step(c, "add_to_cart")), len(c("sessions"))))
kpi("product_to_cart_rate")(step_rate("view_item", "add_to_cart"))
kpi("cart_to_checkout_rate")(step_rate("add_to_cart", "begin_checkout"))
kpi("checkout_completion_rate")(step_rate("begin_checkout", "purchase"))
kpi("cart_abandonment_rate")(step_rate("add_to_cart", "purchase", abandoned=True))
kpi("checkout_abandonment_rate")(step_rate("begin_checkout", "purchase", abandoned=True))


def meets(session: Session, rule: Rule) -> bool:
    """An event; or at least N engaged seconds on one page that matches."""
    if "event" in rule:
        return bool(session.named(rule["event"]))
    engaged: dict[str, Decimal] = {}
    for event in session.named("page_leave"):
        page = page_of(event.fields.get("url"))
        if page is not None and glob(rule["page"]).fullmatch(page):
            ms = number(event.props.get("engaged_ms")) or Decimal(0)
            engaged[page] = engaged.get(page, Decimal(0)) + ms
    return any(ms >= rule["engaged_seconds"] * 1000 for ms in engaged.values())


def micro_sessions(c: Cell, rules: list[Rule]) -> int:
    """Sessions meeting a micro-conversion rule of the site."""
    return sum(any(meets(s, rule) for rule in rules) for s in c("sessions"))


def site_rules(c: Cell) -> list[Rule]:
    """The site's micro-conversion rules."""
    rules: list[Rule] = c.site.get("micro_conversions", [])
    return rules


kpi("micro_conversions")(lambda c: plain(micro_sessions(c, site_rules(c))))
kpi("micro_conversion_rate")(lambda c: ratio(micro_sessions(c, site_rules(c)), len(c("sessions"))))


def rule_kpis(site: dict[str, Any]) -> dict[str, Kpi]:
    """Each rule is also a KPI, `micro_conversions_<rule>`."""
    found = {}
    for rule in site.get("micro_conversions", []):
        name = f"micro_conversions_{rule['id']}"
        found[name] = Kpi(name, _one_rule(rule), BASE, frozenset())
    return found


def _one_rule(rule: Rule) -> Callable[[Cell], Value]:
    return lambda c: plain(micro_sessions(c, [rule]))


def leads(c: Cell) -> int:
    """Persons with `generate_lead`."""
    return len(persons(c.events("generate_lead")))


def qualified(c: Cell) -> int:
    """Persons with `qualify_lead` (mql or sql)."""
    return len(persons(c("qualified_leads")))


def sign_ups(c: Cell) -> int:
    """Persons with `sign_up`."""
    return len(persons(c.events("sign_up")))


kpi("leads")(lambda c: plain(leads(c)))
kpi("qualified_leads")(lambda c: plain(qualified(c)))
kpi("qualified_lead_rate")(lambda c: ratio(qualified(c), len(persons(c("sessions")))))
kpi("lead_qualification_rate")(lambda c: ratio(qualified(c), leads(c)))
kpi("sign_ups")(lambda c: plain(sign_ups(c)))
kpi("sign_up_rate")(lambda c: ratio(sign_ups(c), len(persons(c("sessions")))))
kpi("trials")(lambda c: plain(len(c("trials"))))
kpi("trial_to_paid_rate")(lambda c: ratio(sum(ok for _, ok in c("trials")), len(c("trials"))))
kpi("activation_rate")(lambda c: ratio(sum(ok for _, ok in c("beginners")), len(c("beginners"))))


@kpi("repeat_purchase_rate")
def repeat_purchase_rate(c: Cell) -> Value:
    """Customers with an order in the cell that is not their first ever / customers."""
    again = persons(order for order in c("orders") if not order.is_first)
    return ratio(len(again), len(persons(c("orders"))))


kpi("customers")(lambda c: plain(len(persons(c("orders")))))
kpi("purchase_frequency")(lambda c: ratio(len(c("orders")), len(persons(c("orders")))))
kpi("revenue_per_customer")(lambda c: ratio(revenue(c), len(persons(c("orders")))))
