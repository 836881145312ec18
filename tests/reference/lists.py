"""The exported lists: sessions, orders, conversations."""

from __future__ import annotations

from typing import Any

from .credit import direct_lines
from .orders import Order
from .registry import total
from .sessions import Session
from .talks import Talk

Row = dict[str, Any]


def session_row(s: Session) -> Row:
    """One session."""
    return {
        "visitor_id": s.visitor,
        "person": s.person,
        "start": s.start,
        "end": s.end,
        "events": len(s.activity),
        "page_views": s.page_views,
        "orders": len(s.orders),
        "bounced": s.bounced,
        "is_new": s.is_new,
        "exit_page": s.exit_page,
        **s.dims,
    }


def order_row(o: Order) -> Row:
    """One order."""
    return {
        "transaction_id": o.transaction_id,
        "event_id": o.lead.id,
        "time": o.time,
        "person": o.person,
        "revenue": o.revenue,
        "units": o.units,
        "session_start": None if o.session is None else o.session.start,
        "money_event_id": o.money.id,
        "contributed": bool(o.touches),
        "direct_lines": len(direct_lines(o)),
        "direct_sales": total(line.revenue for line in direct_lines(o)),
        "refunded": total(refund.money for refund in o.refunds),
        "conversation": o.conversation and o.conversation.id,
        "video_conversation": o.video_conversation and o.video_conversation.id,
    }


def talk_row(t: Talk) -> Row:
    """One request, or conversation."""
    return {
        "conversation_id": t.id,
        "time": t.time,
        "person": t.person,
        "initiator": t.initiator,
        "channel": t.channel,
        "text_at": t.text_at,
        "video_at": t.video_at,
        "accepted_at": t.accepted_at,
        "agent": t.agent,
        "duration_ms": t.duration_ms,
        "response_ms": t.response_ms,
        "agent_responded": t.agent_responded,
        "url": t.url,
    }
