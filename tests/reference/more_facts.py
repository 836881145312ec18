"""The countable things of conversations, surveys, chat experiences and imported tables."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from .accept import Event, number
from .clock import Calendar
from .facts import Dims, Facts, Groups
from .identity import text_id
from .money import Rates
from .orders import Order
from .origin import Origin, Origins
from .sessions import Session
from .talks import Talk
from .vocabulary import CHAT_EVENTS

TABLE_KEYS = {
    "ad_costs": ("date", "source", "medium", "campaign"),
    "email_sends": ("date", "campaign"),
    "search_performance": ("date", "page", "query", "country", "device"),
}
TableRow = dict[str, Any]


def add_talks(facts: Facts, talks: list[Talk], orders: list[Order], calendar: Calendar) -> None:
    """R9, R10: requests, and orders by the conversation that has the credit."""
    groups = {talk: {"talk": [_talk_dims(talk, calendar)]} for talk in talks}
    for talk in talks:
        facts.add("requests", talk.time, talk, groups[talk])
    for order in orders:
        if order.conversation is not None:
            facts.add("talk_orders", order.time, order, groups[order.conversation])
        if order.video_conversation is not None:
            facts.add("video_orders", order.time, order, groups[order.video_conversation])


def _talk_dims(talk: Talk, calendar: Calendar) -> Dims:
    return {
        "agent": talk.agent,
        "conversation_channel": talk.channel,
        "initiator": talk.initiator,
        "url": talk.url,
        "hour_of_day": calendar.local(talk.time).hour,
    }


def add_surveys(facts: Facts, events: list[Event], talks: list[Talk]) -> None:
    """R12: the answers with a score; agent = the answer's, else its conversation's."""
    agents = {talk.id: talk.agent for talk in talks}
    for event in events:
        if event.name == "survey_response" and number(event.props.get("score")) is not None:
            conversation = text_id(event.props.get("conversation_id"))
            agent = text_id(event.props.get("agent_id")) or agents.get(conversation or "")
            groups = facts.of_event(event) | facts.event_groups(event)
            groups |= {"talk": [{"agent": agent}]}
            facts.add(f"answers:{event.props.get('survey_type')}", event.time, event, groups)


class Exchange(NamedTuple):
    """A chat conversation: what one session said in one experience."""

    session: Session
    experience: str | None


def add_chat(facts: Facts, sessions: list[Session], kept: list[Event]) -> None:
    """R11; and the `customer_deleted` events, which only `customers_deleted` remembers (R16)."""
    for session in sessions:
        events = sorted((e for e in session.events if e.name in CHAT_EVENTS), key=lambda e: e.order)
        if events:
            groups = facts.of_session(session)
            groups |= {"chat": facts.event_groups(events[0])["chat"]}
            facts.add("chat_sessions", session.start, session, groups)
        _add_exchanges(facts, session, events)
    for event in kept:
        if event.name == "customer_deleted":
            groups = facts.of_event(event) | facts.event_groups(event)
            facts.add("deletions", event.time, event, groups)


def _add_exchanges(facts: Facts, session: Session, events: list[Event]) -> None:
    """R1: a chat conversation's time is its first interaction."""
    seen: set[str | None] = set()
    for event in events:
        experience = text_id(event.props.get("experience_id"))
        if event.name == "experience_interaction" and experience not in seen:
            seen.add(experience)
            groups = facts.of_event(event) | facts.event_groups(event)
            facts.add("exchanges", event.time, Exchange(session, experience), groups)


def add_tables(
    facts: Facts, tables: dict[str, list[TableRow]], rates: Rates, origins: Origins
) -> None:
    """The imported tables: a second row of the same key replaces the first."""
    for name, keys in TABLE_KEYS.items():
        rows = {tuple(row.get(key) for key in keys): row for row in tables.get(name, [])}
        for row in rows.values():
            day = str(row["date"])
            numbers = {k: _decimal(v) for k, v in row.items()}
            if name == "ad_costs":
                rate = rates.on(row.get("currency"), day)
                cost = numbers["cost"]
                numbers["cost"] = None if rate is None or cost is None else cost * rate
            time = rates.calendar.midnight(date.fromisoformat(day))
            facts.add(name, time, numbers, _table_groups(row, origins))


def _decimal(value: object) -> Decimal | None:
    known = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal(str(value)) if known else None


def _table_groups(row: TableRow, origins: Origins) -> Groups:
    """The channel of a cost row follows from its source, medium and campaign."""
    names = ("source", "medium", "campaign", "country", "device", "page", "query")
    dims: Dims = {name: text_id(row.get(name)) for name in names}
    origin = Origin(dims["source"], dims["medium"], dims["campaign"])
    dims["channel"] = origins.channel(origin)
    return {"session": [dims], "page": [dims], "query": [dims]}
