"""The One-to-one KPIs, formula by formula as the contract's table has them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from statistics import median

from .accept import Event, number
from .cells import Cell
from .facts import GROUPS
from .orders import Order
from .registry import BASE, TALK, Value, kpi, persons, plain, ratio, total
from .store_kpis import known
from .talks import Talk

AGENT = BASE | {"agent"}
AUTO = BASE | frozenset(GROUPS["auto"])
Filter = Callable[[Talk], bool]


def requests(c: Cell, holds: Filter | None = None) -> list[Talk]:
    """R9: the requests of the cell that a filter lets through."""
    return [talk for talk in c("requests") if holds is None or holds(talk)]


def any_talk(_talk: Talk) -> bool:
    """Every request."""
    return True


def accepted(talk: Talk) -> bool:
    """R9: a request becomes a conversation when both sides have responded."""
    return talk.accepted_at is not None


def by_visitor(talk: Talk) -> bool:
    """Whether the visitor asked."""
    return talk.initiator == "visitor"


def by_agent(talk: Talk) -> bool:
    """Whether the agent asked."""
    return talk.initiator == "agent"


def counted(name: str, holds: Filter) -> None:
    """A KPI that counts requests."""
    kpi(name, TALK)(lambda c: plain(len(requests(c, holds))))


def acceptance(name: str, holds: Filter) -> None:
    """Requests that became conversations / requests."""
    kpi(name, TALK)(
        lambda c: ratio(
            len(requests(c, lambda t: holds(t) and accepted(t))), len(requests(c, holds))
        )
    )


counted("requests", any_talk)
counted("visitor_requests", by_visitor)
counted("agent_requests", by_agent)
counted("text_requests", lambda t: t.channel == "text")
counted("video_requests", lambda t: t.channel == "video")
counted("conversations", accepted)
counted("text_conversations", lambda t: t.text_at is not None)
counted("video_conversations", lambda t: t.video_at is not None)
counted("unsuccessful_requests", lambda t: not accepted(t))
counted("unanswered_visitor_requests", lambda t: by_visitor(t) and not t.agent_responded)
acceptance("acceptance_rate", any_talk)
acceptance("agent_request_acceptance_rate", by_agent)
acceptance("visitor_request_acceptance_rate", by_visitor)


@kpi("avg_conversation_duration", TALK)
def avg_conversation_duration(c: Cell) -> Value:
    """Minutes: mean over conversations of last minus first message or call event."""
    talks = requests(c, accepted)
    return ratio(Decimal(sum(t.duration_ms or 0 for t in talks)) / 60_000, len(talks))


@kpi("first_response_time", TALK)
def first_response_time(c: Cell) -> Value:
    """Median seconds to the other side's first message or join; denominator: the waits."""
    waits = [Decimal(t.response_ms) / 1000 for t in requests(c) if t.response_ms is not None]
    return Value(median(waits) if waits else None, None, len(waits))


@kpi("conversation_conversion_rate", TALK)
def conversation_conversion_rate(c: Cell) -> Value:
    """Persons in a conversation with a conversation order in the cell / those persons."""
    talkers = persons(requests(c, accepted))
    return ratio(len(talkers & persons(c("talk_orders"))), len(talkers))


def gmv(orders: list[Order]) -> Value:
    """The revenue of orders."""
    return plain(total(order.revenue for order in orders))


kpi("conversation_visitors", TALK)(lambda c: plain(len(persons(requests(c, accepted)))))
kpi("conversation_orders", TALK)(lambda c: plain(len(c("talk_orders"))))
kpi("conversation_gmv", TALK)(lambda c: gmv(c("talk_orders")))
kpi("conversation_aov", TALK)(
    lambda c: ratio(gmv(c("talk_orders")).value or 0, len(known(c("talk_orders"))))
)
kpi("attributed_gmv", TALK)(lambda c: gmv(c("video_orders")))
kpi("agent_attributed_sales", TALK)(lambda c: gmv(c("talk_orders")))
kpi("agent_attributed_orders", TALK)(lambda c: plain(len(c("talk_orders"))))


def seen_by(c: Cell) -> set[str]:
    """Unique persons with an impression of the widget."""
    return persons(c.events("widget_impression"))


@kpi("widget_ctr")
def widget_ctr(c: Cell) -> Value:
    """Unique persons with a click / unique persons with an impression."""
    return ratio(len(persons(c.events("widget_click"))), len(seen_by(c)))


kpi("visitors_with_widget_impression")(lambda c: plain(len(seen_by(c))))
kpi("visitors_with_widget_click")(lambda c: plain(len(persons(c.events("widget_click")))))
kpi("auto_messages_sent", AUTO)(lambda c: plain(len(c.events("auto_message_sent"))))
kpi("auto_message_clicks", AUTO)(lambda c: plain(len(c.events("auto_message_click"))))
kpi("auto_message_ctr", AUTO)(
    lambda c: ratio(len(c.events("auto_message_click")), len(c.events("auto_message_sent")))
)


def scores(answers: list[Event]) -> list[Decimal]:
    """The scores of answers."""
    return [score for e in answers if (score := number(e.props.get("score"))) is not None]


def distribution(answers: list[Event], least: int, most: int) -> list[Value]:
    """Answers per score, as rows with segment key `score`."""
    found = scores(answers)
    return [
        Value(sum(score == n for score in found), extra=(("score", str(n)),))
        for n in range(least, most + 1)
    ]


@kpi("avg_rating", AGENT)
def avg_rating(c: Cell) -> Value:
    """Mean score of the `rating` answers that have one."""
    found = scores(c("answers:rating"))
    return ratio(total(found), len(found))


kpi("rating_distribution", AGENT)(lambda c: distribution(c("answers:rating"), 1, 5))
