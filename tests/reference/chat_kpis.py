"""The Chat-experience KPIs, formula by formula as the contract's table has them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .accept import Event, number
from .cells import Cell
from .facts import GROUPS
from .registry import BASE, Value, kpi, persons, plain, ratio, total
from .sessions import Session
from .talk_kpis import distribution, scores

SESSION_CHAT = BASE | {"experience", "folder"}
CHAT = BASE | frozenset(GROUPS["chat"])
FIELD = CHAT | {"field"}
NPS = CHAT | {"agent"}
OPT_IN_CHANNELS = ("web_push", "reminder", "newsletter", "sms", "profiling")
OPT_INS = {
    "opt_ins_asked": "opt_in_asked",
    "opt_ins_single": "opt_in_single",
    "opt_ins_double": "opt_in_double",
    "opt_ins_rejected": "opt_in_rejected",
    "opt_outs": "opt_out",
}
SHARE_METHODS = ("facebook", "email", "native", "twitter", "whatsapp", "link")
BANDS = {"detractors": (0, 6), "passives": (7, 8), "promoters": (9, 10)}


def counted(name: str, event: str, dims: frozenset[str] = CHAT) -> None:
    """A KPI that counts events."""
    kpi(name, dims)(lambda c: plain(len(c.events(event))))


def unique(
    name: str,
    event: str,
    dims: frozenset[str] = CHAT,
    holds: Callable[[Event], bool] = lambda _: True,
) -> None:
    """A KPI that counts the unique persons with an event."""
    kpi(name, dims)(lambda c: plain(len(persons(e for e in c.events(event) if holds(e)))))


def having(key: str, value: str) -> Callable[[Event], bool]:
    """Events with this value of a property."""
    return lambda event: event.props.get(key) == value


counted("chat_starts", "experience_start")
counted("participations", "participation")
counted("pins_sent", "pin_email_sent")
counted("pins_succeeded", "pin_succeeded")
counted("pins_failed", "pin_failed")
counted("data_entered_events", "data_entered", FIELD)
unique("participants", "participation")
unique("new_customers", "customer_created")
unique("advent_calendar_opened", "advent_calendar_open")
unique("data_entered", "data_entered", FIELD)
kpi("customers_deleted", CHAT)(lambda c: plain(len(c("deletions"))))
for channel in OPT_IN_CHANNELS:
    for prefix, event_name in OPT_INS.items():
        unique(f"{prefix}_{channel}", event_name, holds=having("channel", channel))
unique("web_push_asked", "opt_in_asked", holds=having("channel", "web_push"))
for method in SHARE_METHODS:
    unique(f"shares_{method}", "share", holds=having("method", method))


@kpi("screen_time", CHAT)
def screen_time(c: Cell) -> Value:
    """Minutes: sum of seconds / 60."""
    found = total(number(e.props.get("seconds")) for e in c.events("screen_time"))
    return plain(Decimal(found) / 60)


def with_conversation(c: Cell) -> list[Session]:
    """R11: with conversation if it has an `experience_interaction`."""
    return [s for s in c("chat_sessions") if s.named("experience_interaction")]


def bounces(c: Cell) -> int:
    """R11: chat sessions minus those with conversation."""
    return len(c("chat_sessions")) - len(with_conversation(c))


kpi("chat_sessions", SESSION_CHAT)(lambda c: plain(len(c("chat_sessions"))))
kpi("chat_sessions_with_conversation", SESSION_CHAT)(lambda c: plain(len(with_conversation(c))))
kpi("chat_bounces", SESSION_CHAT)(lambda c: plain(bounces(c)))
kpi("chat_bounce_rate", SESSION_CHAT)(lambda c: ratio(bounces(c), len(c("chat_sessions"))))
kpi("chat_conversations", SESSION_CHAT)(lambda c: plain(len(c("exchanges"))))


def in_band(answers: list[Event], band: str) -> int:
    """R12: how many answers are in a band."""
    least, most = BANDS[band]
    return sum(least <= score <= most for score in scores(answers))


@kpi("nps", NPS)
def nps(c: Cell) -> Value:
    """R12: 100 x (promoters - detractors) / answers."""
    answers = c("answers:nps")
    balance = in_band(answers, "promoters") - in_band(answers, "detractors")
    return ratio(balance, len(answers), scale=100)


def banded(band: str) -> None:
    """A KPI that counts the answers of a band."""
    kpi(band, NPS)(lambda c: plain(in_band(c("answers:nps"), band)))


for band_name in BANDS:
    banded(band_name)
kpi("nps_answers", NPS)(lambda c: plain(len(c("answers:nps"))))
kpi("nps_distribution", NPS)(lambda c: distribution(c("answers:nps"), 0, 10))
