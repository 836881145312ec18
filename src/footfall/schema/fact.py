"""What a fact table is: its columns with their meaning, and the dimensions that facts can have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

MONEY = "DECIMAL(38,12)"
SESSION_DIMENSIONS = (
    "device", "browser", "os", "country", "region", "channel", "source", "medium", "campaign",
    "landing_page", "visitor_type", "intent",
)  # fmt: skip
EXPOSURE_DIMENSIONS = ("experiment", "variant")
ASSET_DIMENSIONS = ("asset", "asset_type", "placement")
LINE_DIMENSIONS = ("product", "category")
TALK_DIMENSIONS = ("agent", "conversation_channel", "initiator", "url")
AUTO_MESSAGE_DIMENSIONS = ("trigger", "message", "target_url")
EXPERIENCE_DIMENSIONS = ("experience", "folder")
CHAT_DIMENSIONS = (*EXPERIENCE_DIMENSIONS, "module")
COST_DIMENSIONS = ("channel", "source", "medium", "campaign")
SEARCH_DIMENSIONS = ("page", "query", "country", "device")


@dataclass(frozen=True)
class Column:
    """One column of a fact: its type in the portable subset and its meaning."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Fact:
    """One fact table.

    ``dimensions`` can be cut by; ``thing``, where given, names the column of the thing that the
    rows speak of several times (an order once per asset): it is counted once in each cell.
    ``moment`` is the column (µs) that an exposure to an experiment must not come after.
    ``hours``: dimensions that are an hour of the day (0–23 local), each with the column of the hour
    (as in ``hour``) that it is of; they need no column of their own.
    ``days_only``: its rows are of imported tables, which know days and no visitors.
    """

    name: str
    grain: str
    dimensions: tuple[str, ...]
    own: tuple[Column, ...]
    thing: str | None = None
    moment: str = "ts"
    hours: tuple[tuple[str, str], ...] = ()
    days_only: bool = False

    @cached_property
    def derived(self) -> dict[str, str]:
        """Dimensions that follow from a column, with that column."""
        return dict(self.hours)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """All columns: place in time, dimensions, then the fact's own."""
        return PLACE + tuple(_dimension(name) for name in self.dimensions) + self.own

    @cached_property
    def types(self) -> dict[str, str]:
        """Column name → type."""
        return {column.name: column.type for column in self.columns}

    @property
    def is_lasting(self) -> bool:
        """Whether its things are persons, whose rows lie at different times."""
        return self.thing == "person"

    @property
    def knows_session(self) -> bool:
        """Whether its rows know the session they are in."""
        return "session" in self.types

    @cached_property
    def legal_dimensions(self) -> tuple[str, ...]:
        """What a measure of this fact can be cut by."""
        is_of_visits = "device" in self.dimensions and not self.days_only
        exposure = EXPOSURE_DIMENSIONS if is_of_visits else ()
        return self.dimensions + tuple(self.derived) + exposure


PLACE = (
    Column(
        "visitor",
        "INTEGER",
        "the visitor's key; the customer's, negative, where no visitor is told; null for nobody",
    ),
    Column("ts", "BIGINT", "when, in µs since 1970 UTC (whole milliseconds)"),
    Column("day", "INTEGER", "local day, days since 1970-01-01"),
    Column("hour", "BIGINT", "local wall-clock hour with its offset (see footfall.localtime)"),
)


SESSION = Column("session", "BIGINT", "the session's key; null without")


def _dimension(name: str) -> Column:
    return Column(name, "VARCHAR", f"dimension {name}")


def flag(name: str, meaning: str) -> Column:
    """A column that says yes or no."""
    return Column(name, "BOOLEAN", meaning)
