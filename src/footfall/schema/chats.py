"""The facts of chat experiences: sessions with chat, their events, and who asked to be deleted."""

from __future__ import annotations

from footfall.schema.fact import (
    CHAT_DIMENSIONS,
    EXPERIENCE_DIMENSIONS,
    MONEY,
    SESSION,
    SESSION_DIMENSIONS,
    Column,
    Fact,
    flag,
)

_KEY = Column("event_key", "BIGINT", "the event's key")
_PERSON = Column("person", "BIGINT", "the person's key")

CHATSESSIONS = Fact(
    "chat_sessions",
    "one chat session (R11), with the first experience in it",
    (*SESSION_DIMENSIONS, *EXPERIENCE_DIMENSIONS),
    (
        SESSION,
        Column("end_ts", "BIGINT", "the session's last event, µs"),
        flag("with_conversation", "has an experience_interaction; else it is a bounce"),
    ),
    moment="end_ts",
)
CHAT_CONVERSATIONS = Fact(
    "chat_conversations",
    "one session and one experience that it interacted with, at its first interaction",
    (*SESSION_DIMENSIONS, *EXPERIENCE_DIMENSIONS),
    (SESSION,),
)
CHAT_EVENTS = Fact(
    "chat_events",
    "one event that speaks of a chat experience",
    (*SESSION_DIMENSIONS, *CHAT_DIMENSIONS),
    (
        _KEY,
        Column("event_id", "VARCHAR", "its id: events of one moment go by it"),
        Column("event", "VARCHAR", "the event's name"),
        SESSION,
        _PERSON,
        Column("module_type", "VARCHAR", "properties.module_type"),
        Column("position", MONEY, "properties.position: the module's place in the experience"),
        Column(
            "detail",
            "VARCHAR",
            "what it is about: an opt-in's channel, a share's method, a decision's option, a quiz "
            "answer's question",
        ),
        flag("succeeded", "the answer or code was right, the player won; null if not told"),
        Column("amount", MONEY, "points, seconds of screen time, coupons uploaded"),
    ),
)
DATA_ENTRIES = Fact(
    "data_entries",
    "one data_entered event",
    (*SESSION_DIMENSIONS, *CHAT_DIMENSIONS, "field"),
    (_KEY, SESSION, _PERSON),
)
DELETIONS = Fact(
    "deletions",
    "one customer_deleted event; nothing else remembers the person (R16)",
    (*SESSION_DIMENSIONS, *CHAT_DIMENSIONS),
    (_KEY, SESSION),
)

CHAT_FACTS = (CHATSESSIONS, CHAT_CONVERSATIONS, CHAT_EVENTS, DATA_ENTRIES, DELETIONS)
