"""The event log's columns: what one accepted event is on disk, in this order.

The log is the truth: facts can always be built again from it, and nothing in it is ever changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    LOG_SCHEMA: pa.Schema


@dataclass(frozen=True, slots=True)
class LogColumn:
    """One column of the log: its type (`string`, `int64` or `bool`), and what it means."""

    name: str
    type: str
    meaning: str
    required: bool


def _always(name: str, meaning: str, kind: str = "string") -> LogColumn:
    return LogColumn(name, kind, meaning, required=True)


def _perhaps(name: str, meaning: str) -> LogColumn:
    return LogColumn(name, "string", meaning, required=False)


LOG_COLUMNS = (
    _always("event_id", "idempotency key, unique in a site"),
    _always("event", "name from the vocabulary, or a custom name"),
    _always("occurred_ms", "when it happened, epoch milliseconds", "int64"),
    _always("received_ms", "when it was received, epoch milliseconds", "int64"),
    _perhaps("visitor_id", "first-party id of one browser or device"),
    _perhaps("customer_id", "the store's own id of a known person"),
    _perhaps("url", "the page's address, as sent"),
    _perhaps("title", "the page's title, as sent"),
    _perhaps("referrer", "address of the page before, as sent"),
    _perhaps("utm_source", "as sent, else read from the url"),
    _perhaps("utm_medium", "as sent, else read from the url"),
    _perhaps("utm_campaign", "as sent, else read from the url"),
    _perhaps("utm_term", "as sent, else read from the url"),
    _perhaps("utm_content", "as sent, else read from the url"),
    _perhaps("device", "desktop, mobile, tablet, other; else from the user agent"),
    _perhaps("browser", "as sent, else read from the user agent"),
    _perhaps("os", "as sent, else read from the user agent"),
    _perhaps("country", "ISO 3166-1 alpha-2, upper case"),
    _perhaps("region", "as sent"),
    _perhaps("user_agent", "as sent"),
    _always("bot", "its user agent is a bot's, or properties.bot is true", "bool"),
    _always("system", "not the visitor's own activity", "bool"),
    _perhaps("host", "the url's host: lower case, no port, no www."),
    _perhaps("path", "the page: the url's path as sent, empty = /"),
    _perhaps("referrer_host", "the referrer's host: lower case, no port, no www."),
    _perhaps("click_id", "name of the first click id in the url's query"),
    _always("properties", "the event's own fields as canonical JSON"),
    _always("content_hash", "equal for two events that say the same", "int64"),
)
LOG_NAMES = tuple(column.name for column in LOG_COLUMNS)


@cache
def log_schema() -> pa.Schema:
    """The log's Arrow schema; every column carries its meaning as metadata."""
    import pyarrow as pa  # noqa: PLC0415 - slow to import, and a catalogue needs no table

    types = {"string": pa.string(), "int64": pa.int64(), "bool": pa.bool_()}
    return pa.schema(
        pa.field(
            column.name,
            types[column.type],
            nullable=not column.required,
            metadata={"meaning": column.meaning},
        )
        for column in LOG_COLUMNS
    )


def __getattr__(name: str) -> pa.Schema:
    """`LOG_SCHEMA`, made when it is first asked for."""
    if name == "LOG_SCHEMA":
        return log_schema()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
