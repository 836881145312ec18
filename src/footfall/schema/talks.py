"""The facts of one-to-one conversations: requests, their orders, surveys, automatic messages."""

from __future__ import annotations

from footfall.schema.fact import (
    AUTO_MESSAGE_DIMENSIONS,
    CHAT_DIMENSIONS,
    MONEY,
    SESSION,
    SESSION_DIMENSIONS,
    TALK_DIMENSIONS,
    Column,
    Fact,
    flag,
)

_REQUEST = Column("request", "BIGINT", "the request's key: the log position of its first event")
_PERSON = Column("person", "BIGINT", "the person's key; null if nobody is known")
_TALK_HOUR = Column("talk_hour", "BIGINT", "the request's hour, as in hour")

REQUESTS = Fact(
    "requests",
    "one request, which became a conversation or did not (R9)",
    TALK_DIMENSIONS,
    (
        _REQUEST,
        Column("conversation_id", "VARCHAR", "its id, as sent"),
        _PERSON,
        flag("accepted", "both sides responded: it is a conversation"),
        flag("by_text", "a message of each side"),
        flag("by_video", "both sides joined the call"),
        flag("agent_responded", "a message of the agent's side, or it joined"),
        Column(
            "outcome",
            "VARCHAR",
            "accepted; withdrawn: the side that asked ended it before the other side responded; "
            "else waiting: open, or unanswered when nothing has happened for 24 h",
        ),
        Column("text_ts", "BIGINT", "when the second side had written, µs; null if it never did"),
        Column("video_ts", "BIGINT", "when the second side joined the call, µs; null if never"),
        Column("accepted_ts", "BIGINT", "the earlier of both, µs; null if not accepted"),
        Column("last_ts", "BIGINT", "its last event, µs"),
        Column("response_ms", "BIGINT", "first event → the other side's first message or join"),
        Column("duration_ms", "BIGINT", "first → last message or call event; null without any"),
    ),
    hours=(("hour_of_day", "hour"),),
)
CONVERSATION_ORDERS = Fact(
    "conversation_orders",
    "one order and a conversation before it (R10), with the conversation's dimensions",
    TALK_DIMENSIONS,
    (
        Column("order_key", "BIGINT", "the order's key"),
        _REQUEST,
        _PERSON,
        Column("revenue", MONEY, "the order's revenue; null if unknown"),
        flag("credited", "the latest conversation, which has the credit"),
        flag("called", "the latest whose both sides joined the call (attributed_gmv)"),
        _TALK_HOUR,
    ),
    hours=(("hour_of_day", "talk_hour"),),
)
TALKERS = Fact(
    "talkers",
    "one conversation, or one conversation order, of a person who was in a conversation",
    TALK_DIMENSIONS,
    (
        Column("person", "BIGINT", "the person's key"),
        flag("talked", "the row is a conversation"),
        flag("ordered", "the row is a conversation order"),
        _TALK_HOUR,
    ),
    thing="person",
    hours=(("hour_of_day", "talk_hour"),),
)

SURVEYS = Fact(
    "surveys",
    "one answer to a survey, also one that was closed without a score (R12)",
    (*SESSION_DIMENSIONS, "agent", *CHAT_DIMENSIONS),
    (
        SESSION,
        Column("event_key", "BIGINT", "the event's key"),
        Column("person", "BIGINT", "the person's key"),
        Column("survey_type", "VARCHAR", "rating (1–5) or nps (0–10)"),
        Column("points", MONEY, "the score as a number; null if closed without one"),
        Column("score", "VARCHAR", "the score as a text: 0, 1, 2 …; null without a whole one"),
        Column("band", "VARCHAR", "of an nps score: detractor, passive or promoter"),
        Column("status", "VARCHAR", "submitted or closed"),
        Column("feedback", "VARCHAR", "what was typed"),
        Column("conversation_id", "VARCHAR", "the conversation that was asked about"),
    ),
)

AUTO_MESSAGES = Fact(
    "auto_messages",
    "what one automatic message came to in one session and hour",
    (*SESSION_DIMENSIONS, *AUTO_MESSAGE_DIMENSIONS),
    (
        SESSION,
        Column("sent", "BIGINT", "auto_message_sent events"),
        Column("clicks", "BIGINT", "auto_message_click events"),
    ),
)

TALK_FACTS = (REQUESTS, CONVERSATION_ORDERS, TALKERS, SURVEYS, AUTO_MESSAGES)
