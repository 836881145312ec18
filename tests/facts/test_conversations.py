"""Requests, what becomes of them, and whose orders they have the credit for: by hand (R9, R10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from footfall.engine.duckdb import DuckEngine
from footfall.query.team import STATES, Asked, Desk
from support.arrivals import Arrival, broken
from support.shop import Shop, shop_of
from support.streams import Stream

Event = dict[str, Any]
NOON = datetime.fromisoformat("2026-01-05T12:00:00+00:00")
DAY = timedelta(days=1)
MS = timedelta(milliseconds=1)
_ids = count()


def event(name: str, after: timedelta, visitor: str | None = "anna", **more: Any) -> Event:
    """Something that happened so long after noon."""
    customer = more.pop("customer", None)
    told = {
        "event_id": f"e{next(_ids):05}",
        "event": name,
        "occurred_at": round((NOON + after).timestamp() * 1000),
        "visitor_id": visitor,
        "customer_id": customer,
        "properties": more,
    }
    return {key: value for key, value in told.items() if value is not None}


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def asks(side: str = "visitor", after: float = 0, talk: str = "C1", **more: Any) -> Event:
    return event(
        "conversation_request", seconds(after), conversation_id=talk, initiator=side,
        channel="text", **more,
    )  # fmt: skip


def writes(side: str, after: float, talk: str = "C1", **more: Any) -> Event:
    return event("conversation_message", seconds(after), conversation_id=talk, sender=side, **more)


def joins(side: str, after: float, talk: str = "C1", **more: Any) -> Event:
    return event("call_joined", seconds(after), conversation_id=talk, sender=side, **more)


def ends(after: float, talk: str = "C1", **more: Any) -> Event:
    return event("call_ended", seconds(after), conversation_id=talk, **more)


def buys(after: timedelta, order: str = "T1", visitor: str | None = "anna", **more: Any) -> Event:
    return event("purchase", after, visitor, transaction_id=order, **{"value": 20, **more})


def states(shop: Shop, now: timedelta = timedelta()) -> dict[str, int]:
    """How many requests are in which state, so long after noon."""
    desk = Desk(DuckEngine(shop.con), shop.catalogue, shop.site, Asked(*shop.period()))
    lines = desk.states(round((NOON + now).timestamp()) * 1_000_000)
    return {state: n for state in STATES if (n := sum(line[state] for line in lines))}


ANSWERED = [asks(), writes("visitor", 0), writes("agent", 60, agent_id="mia")]


@pytest.mark.parametrize(
    ("what", "events", "state"),
    [
        ("both sides wrote", ANSWERED, "accepted"),
        ("both joined", [asks(), joins("agent", 5), joins("visitor", 9), ends(60)], "accepted"),
        ("one wrote, the other joined", [asks(), writes("visitor", 1), joins("agent", 9)], "open"),
        ("nobody said anything", [asks()], "open"),
        ("the visitor gave up", [asks(), writes("visitor", 0), ends(30)], "withdrawn"),
        ("the agent gave up", [asks("agent"), joins("agent", 0), ends(30)], "withdrawn"),
        ("who asked says so", [asks(), ends(30, sender="visitor")], "withdrawn"),
        ("the asked side declined", [asks(), ends(30, sender="agent")], "open"),
        ("it declined, then the asking side ended it", [
            asks(), ends(30, sender="agent"), ends(40)], "withdrawn"),
        ("answered, then ended", [asks(), joins("agent", 20), ends(30)], "open"),
        ("answered and ended at once", [asks(), joins("agent", 30), ends(30)], "open"),
        ("ended just before", [asks(), ends(29.999), joins("agent", 30)], "withdrawn"),
        ("ended, and held all the same", [
            asks(), ends(5), joins("agent", 30), joins("visitor", 40)], "accepted"),
        ("nobody asked, the agent wrote", [writes("agent", 0), ends(5)], "withdrawn"),
    ],
)  # fmt: skip
def test_a_request_is_in_one_state(what: str, events: list[Event], state: str) -> None:
    with shop_of(events) as shop:
        assert states(shop) == {state: 1}, what


@pytest.mark.parametrize(
    ("after", "state"), [(DAY - MS * 1000, "open"), (DAY, "unanswered"), (7 * DAY, "unanswered")]
)
def test_a_request_is_open_for_less_than_a_day_after_its_last_event(
    after: timedelta, state: str
) -> None:
    with shop_of([asks(after=-300), writes("visitor", 0)]) as shop:
        assert states(shop, after) == {state: 1}
        assert shop.value("unanswered_visitor_requests") == 1


def test_what_was_withdrawn_or_held_does_not_become_unanswered() -> None:
    with shop_of([*ANSWERED, asks(talk="C2"), ends(9, "C2"), asks("agent", talk="C3")]) as shop:
        later = {"accepted": 1, "withdrawn": 1, "unanswered": 1}
        assert states(shop, 30 * DAY) == later
        assert shop.value("requests") == sum(later.values())


def test_who_began_and_how_is_told_by_the_request_else_by_the_first_event() -> None:
    told = [
        writes("agent", 0, "C1"), asks("visitor", 5, "C1"),
        joins("agent", 0, "C2"),
        writes("visitor", 0, "C3"), writes("agent", 1, "C3"),
        ends(0, "C4"),
    ]  # fmt: skip
    with shop_of(told) as shop:
        found = shop.con.execute("""
            SELECT conversation_id, initiator, conversation_channel, response_ms FROM requests
            ORDER BY conversation_id""").fetchall()
    assert found == [
        ("C1", "visitor", "text", 0),  # the agent's own word was the first event
        ("C2", "agent", "video", None),
        ("C3", "visitor", "text", 1000),
        ("C4", None, "video", None),
    ]


@pytest.mark.parametrize(
    ("events", "agent"),
    [
        ([asks(agent_id="rota"), writes("agent", 5, agent_id="mia")], "mia"),
        ([asks(agent_id="rota"), writes("agent", 5), writes("agent", 9, agent_id="ole")], "ole"),
        ([asks(agent_id="rota"), writes("visitor", 5, agent_id="mia")], "rota"),
        ([asks("agent", agent_id="mia"), writes("agent", 5, agent_id="ole")], "mia"),
        ([asks(), writes("agent", 5, agent_id="null")], None),
    ],
)
def test_the_agent_is_the_first_of_the_agents_side_else_the_requests(
    events: list[Event], agent: str | None
) -> None:
    with shop_of(events) as shop:
        assert shop.values("requests", by=["agent"]) == {agent: 1}


def test_the_url_has_no_query_and_the_hour_is_the_sites() -> None:
    asked = asks() | {"url": "https://shop.example/help?utm_source=a#top"}
    with shop_of([asked], {"timezone": "Asia/Kathmandu"}) as shop:  # 12:00 UTC is 17:45
        by = {"url": "https://shop.example/help", "hour_of_day": "17"}
        assert shop.value("requests", by) == 1


# --- orders (R10) -----------------------------------------------------------------------------

ACCEPTED = seconds(60)
WEEK = 7 * DAY


@pytest.mark.parametrize(
    ("bought", "orders"),
    [
        (ACCEPTED - MS, 0),
        (ACCEPTED, 1),
        (ACCEPTED + WEEK, 1),
        (ACCEPTED + WEEK + MS, 0),
        (WEEK + seconds(30), 1),  # the window begins when it was accepted, not when it was asked
    ],
)
def test_the_window_begins_with_the_second_response_and_includes_both_ends(
    bought: timedelta, orders: int
) -> None:
    with shop_of([*ANSWERED, buys(bought)]) as shop:
        assert shop.value("conversation_orders") == orders
        assert shop.value("agent_attributed_orders", {"agent": "mia"}) == orders


def test_the_window_is_a_setting() -> None:
    with shop_of([*ANSWERED, buys(ACCEPTED + DAY + MS)], {"attribution_window_days": 1}) as shop:
        assert shop.value("conversation_orders") == 0


def credit(events: Sequence[Event]) -> dict[str | None, int]:
    with shop_of(events) as shop:
        found: dict[str | None, int] = shop.values("conversation_orders", by=["agent"])
        return found


def talk(name: str, agent: str, after: float, answered: float) -> list[Event]:
    return [
        asks(after=after, talk=name),
        writes("visitor", after, name),
        writes("agent", answered, name, agent_id=agent),
    ]


def test_the_credit_goes_to_the_latest_accepted_not_to_the_latest_asked() -> None:
    asked_first = talk("C1", "mia", 0, 900)
    asked_later = talk("C2", "ole", 300, 400)
    assert credit([*asked_first, *asked_later, buys(seconds(1000))]) == {"mia": 1}
    assert credit([*asked_first, *asked_later, buys(seconds(800))]) == {"ole": 1}


def test_of_two_at_the_same_moment_the_smallest_id_has_the_credit() -> None:
    """Ids compare as text: C10 is smaller than C9."""
    same = [*talk("C9", "mia", 0, 60), *talk("C10", "ole", 0, 60)]
    assert credit([*same, buys(DAY)]) == {"ole": 1}


def test_a_call_and_a_later_text_share_an_order_each_in_its_own_kpi() -> None:
    call = [joins("visitor", 0, "V1"), joins("agent", 9, "V1", agent_id="mia")]
    told = [*call, *talk("C1", "ole", 60, 90), buys(DAY, value=50), buys(DAY, "T2", value=None)]
    with shop_of([{**each} for each in told]) as shop:
        assert shop.values("conversation_gmv", by=["agent"]) == {"ole": Decimal(50)}
        assert shop.values("attributed_gmv", by=["agent"]) == {"mia": Decimal(50)}
        assert shop.values("agent_attributed_orders", by=["agent"]) == {"ole": 2}
        assert shop.value("conversation_aov") == Decimal(50)  # T2 is of unknown worth
        assert shop.value("conversation_conversion_rate") == 1.0
        assert shop.value("conversation_conversion_rate", {"agent": "mia"}) == 0.0


def test_only_orders_of_unknown_worth_are_worth_nothing_and_have_no_mean() -> None:
    with shop_of([*ANSWERED, buys(DAY, value=None)]) as shop:
        assert shop.value("conversation_orders") == 1
        assert shop.value("conversation_gmv") == 0
        assert shop.value("conversation_aov") is None


def test_nobodys_order_and_nobodys_conversation_do_not_meet() -> None:
    nobody = [
        asks("agent", visitor=None), writes("agent", 1, visitor=None),
        event("conversation_message", seconds(2), None, conversation_id="C1", sender="visitor",
              source="server"),
    ]  # fmt: skip
    order = event("purchase", DAY, None, transaction_id="T1", value=9, source="import")
    with shop_of([*nobody, order]) as shop:
        assert shop.value("conversations") == 1
        assert shop.value("orders") == 1
        assert shop.value("conversation_orders") == 0
        assert shop.value("conversation_visitors") == 0


# --- one thing after the other -------------------------------------------------------------------

LINKED = event("login", 2 * DAY, "anna", customer="c9")
DELETED = event("customer_deleted", 3 * DAY, None, customer="c9")
BOUGHT = event("purchase", DAY, None, customer="c9", transaction_id="T1", value=20, source="import")
REST = [
    event("survey_response", 2 * DAY, "ben", survey_type="rating", score=4, conversation_id="C1"),
]
AGENTS_WORD = writes("agent", 60, agent_id="mia", visitor=None)


@pytest.mark.parametrize(
    ("what", "imports", "orders", "requests"),
    [
        ("a link after the order", ([*ANSWERED, BOUGHT], [LINKED]), 1, 1),
        ("the answer comes last, of nobody",
         ([asks(), writes("visitor", 0), BOUGHT, LINKED], REST, [AGENTS_WORD]), 1, 1),
        ("an order moves to an earlier purchase", (
            [*ANSWERED, buys(WEEK + DAY)], [buys(DAY)]), 1, 1),
        ("somebody is forgotten", ([*ANSWERED, BOUGHT, LINKED], REST, [DELETED]), 0, 0),
        ("a forgotten one is told of later", ([LINKED, DELETED], [*ANSWERED, BOUGHT]), 0, 0),
    ],
)  # fmt: skip
def test_what_comes_later_is_in_the_numbers_of_before(
    what: str, imports: tuple[list[Event], ...], orders: int, requests: int
) -> None:
    everything = tuple(each for some in imports for each in some)
    with shop_of() as shop:
        for some in imports:
            shop.append(some)
        assert shop.value("conversation_orders") == orders, what
        assert shop.value("requests") == requests, what
    stream = Stream({}, (), everything)
    assert broken(stream, Arrival(tuple(map(tuple, imports)), 0)) == []


def test_a_rating_judges_the_agent_whom_its_conversation_gets_later() -> None:
    with shop_of([asks(), *REST]) as shop:
        assert shop.values("avg_rating", by=["agent"]) == {None: 4}
        shop.append([AGENTS_WORD])
        assert shop.values("avg_rating", by=["agent"]) == {"mia": 4}
        assert shop.values("requests", by=["agent"]) == {"mia": 1}


def test_a_request_is_of_the_day_on_which_it_was_asked() -> None:
    with shop_of([asks(after=-DAY.total_seconds()), *ANSWERED[1:]]) as shop:
        assert shop.value("conversations", start=date(2026, 1, 5)) == 0
        assert shop.value("conversations", start=date(2026, 1, 4), end=date(2026, 1, 4)) == 1
