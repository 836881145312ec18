"""Requests, conversations and the orders they get credit for (R9, R10)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from .accept import Event
from .clock import DAY
from .identity import text_id
from .orders import Order
from .origin import without_query
from .vocabulary import TALK


@dataclass(eq=False, slots=True)
class Talk:
    """One request, by its events; a conversation when both sides have responded."""

    id: str
    events: list[Event]

    @property
    def first(self) -> Event:
        """R9: gives its time, person and url."""
        return self.events[0]

    @property
    def time(self) -> int:
        """R1: a request's time is that of its first event."""
        return self.first.time

    @property
    def person(self) -> str | None:
        """The person of its first event."""
        return self.first.person

    @property
    def url(self) -> str | None:
        """R9: the url without query."""
        return without_query(self.first.fields.get("url"))

    @property
    def request(self) -> Event | None:
        """Its first `conversation_request`."""
        return next((e for e in self.events if e.name == "conversation_request"), None)

    @property
    def initiator(self) -> str | None:
        """R9: its first request's, else by its first event."""
        if self.request is not None:
            return text_id(self.request.props.get("initiator"))
        return text_id(self.first.props.get("sender"))

    @property
    def channel(self) -> str | None:
        """R9: its first request's, else by its first event."""
        if self.request is not None:
            return text_id(self.request.props.get("channel"))
        return "text" if self.first.name == "conversation_message" else "video"

    def _sides(self, name: str, sender: str) -> list[int]:
        return [e.time for e in self.events if e.name == name and e.props.get("sender") == sender]

    def _both(self, name: str) -> int | None:
        """The moment when the second side responded."""
        sides = [self._sides(name, sender) for sender in ("visitor", "agent")]
        return max(min(side) for side in sides) if all(sides) else None

    @property
    def text_at(self) -> int | None:
        """R9: at least one message of each side."""
        return self._both("conversation_message")

    @property
    def video_at(self) -> int | None:
        """R9: both sides joined the call."""
        return self._both("call_joined")

    @property
    def accepted_at(self) -> int | None:
        """R9: the earlier of text and video."""
        return min((at for at in (self.text_at, self.video_at) if at is not None), default=None)

    def responses(self, sender: str | None) -> list[int]:
        """The times of a side's messages and joins."""
        names = ("conversation_message", "call_joined")
        return [at for name in names for at in self._sides(name, str(sender))]

    @property
    def response_ms(self) -> int | None:
        """From the first event to the other side's first message or join."""
        other = "agent" if self.initiator == "visitor" else "visitor"
        answers = self.responses(other)
        return min(answers) - self.time if answers else None

    @property
    def agent_responded(self) -> bool:
        """Whether the agent's side ever sent a message or joined."""
        return bool(self.responses("agent"))

    @property
    def duration_ms(self) -> int | None:
        """Last minus first message or call event."""
        times = [e.time for e in self.events if e.name != "conversation_request"]
        return max(times) - min(times) if times else None

    @property
    def agent(self) -> str | None:
        """R9: the earliest agent-side event's that has one, else the request's."""
        agents = [text_id(e.props.get("agent_id")) for e in self.events if _agent_side(e)]
        of_request = self.request and text_id(self.request.props.get("agent_id"))
        return next((a for a in agents if a is not None), of_request or None)


def _agent_side(event: Event) -> bool:
    key = "initiator" if event.name == "conversation_request" else "sender"
    return event.props.get(key) == "agent"


def make_talks(events: list[Event]) -> list[Talk]:
    """R9: one per conversation id, in order of time."""
    found: dict[str, list[Event]] = defaultdict(list)
    for event in sorted(events, key=lambda e: e.order):
        talk_id = text_id(event.props.get("conversation_id"))
        if event.name in TALK and talk_id is not None:
            found[talk_id].append(event)
    return sorted((Talk(i, group) for i, group in found.items()), key=lambda t: (t.time, t.id))


def credit_talks(orders: list[Order], talks: list[Talk], site: dict[str, Any]) -> None:
    """R10: sets the credited conversation of each order, and the video one."""
    window = int(site.get("attribution_window_days", 7) * DAY)
    for order in orders:
        own = [t for t in talks if t.person == order.person and order.person is not None]
        order.conversation = _latest([(t.accepted_at, t) for t in own], order, window)
        order.video_conversation = _latest([(t.video_at, t) for t in own], order, window)


def _latest(found: list[tuple[int | None, Talk]], order: Order, window: int) -> Talk | None:
    """R10: the latest at or before the purchase and within the window; ties: the smallest id."""
    within = [(at, t) for at, t in found if at is not None and 0 <= order.time - at <= window]
    return min(within, key=lambda pair: (-pair[0], pair[1].id))[1] if within else None
