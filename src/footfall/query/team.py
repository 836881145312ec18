"""The advice desk: who talks how well, when people ask, and what became of their requests.

Everything but the states of requests are KPIs of the catalogue, asked by agent, by hour of the day,
by url, by message. A state that nobody can know before it is looked at (`open`: something happened
in the last 24 hours) follows from the time of the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from footfall.catalogue import Catalogue
from footfall.engine import Engine
from footfall.errors import RequestError
from footfall.localtime import DAY_US, OFFSET_STEP, day_number
from footfall.money import to_text
from footfall.query.answer import Row, bucket_label, reading_order
from footfall.query.ask import ask
from footfall.query.question import Question
from footfall.query.writer import bucket_sql
from footfall.settings import Site

LEADERBOARD = (
    "avg_rating", "agent_requests", "agent_request_acceptance_rate", "conversations",
    "agent_attributed_sales", "agent_attributed_orders",
)  # fmt: skip
BY_HOUR = ("requests", "text_requests", "video_requests")
BY_URL = ("requests", "conversations", "acceptance_rate")
BY_MESSAGE = ("auto_messages_sent", "auto_message_clicks", "auto_message_ctr")
MESSAGE = ("trigger", "message", "target_url")
STATES = ("accepted", "withdrawn", "open", "unanswered")
"""What can have become of a request; it is in exactly one of them."""
BY_STATE = ("initiator", "conversation_channel", "hour_of_day")
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """What is asked of the desk: the local days, buckets of the trend, and of which agents."""

    start: date
    end: date
    every: str | None = None
    agents: tuple[str | None, ...] = ()

    @property
    def where(self) -> dict[str, tuple[str | None, ...]]:
        """The agents as a condition."""
        return {"agent": self.agents} if self.agents else {}


def agents_of(where: Mapping[str, Sequence[str | None]]) -> tuple[str | None, ...]:
    """The agents that a condition names. Raises RequestError for any other dimension."""
    for name in where:
        if name != "agent":
            raise RequestError(f"the team has no dimension {name!r}; it has: agent")
    return tuple(where.get("agent", ()))


@dataclass(frozen=True)
class Team:
    """The desk's numbers. Lines name what they are of, then KPIs by id: those that say something.

    Money is exact and unrounded; `to_json` gives it as text.
    """

    site: str
    currency: str
    timezone: str
    asked: Asked
    as_of: int
    definitions: str
    leaderboard: tuple[Line, ...]
    trend: tuple[Line, ...]
    requests_by_hour: Mapping[str, Line]
    states: tuple[Line, ...]
    top_urls: tuple[Line, ...]
    auto_messages: tuple[Line, ...]
    feedback: tuple[Line, ...]

    def to_json(self) -> dict[str, Any]:
        """The numbers as ``footfall team --format json`` gives them."""
        trend = {} if self.asked.every is None else {"trend": self._plain(self.trend)}
        return {
            "site": self.site,
            "from": self.asked.start.isoformat(),
            "to": self.asked.end.isoformat(),
            "timezone": self.timezone,
            "every": self.asked.every,
            "as_of": self.as_of,
            "definitions": self.definitions,
            "leaderboard": self._plain(self.leaderboard),
            **trend,
            "requests_by_hour": {hour: dict(line) for hour, line in self.requests_by_hour.items()},
            "states": self._plain(self.states),
            "top_urls": self._plain(self.top_urls),
            "auto_messages": self._plain(self.auto_messages),
            "feedback": self._plain(self.feedback),
        }

    def _plain(self, lines: Iterable[Line]) -> list[dict[str, Any]]:
        return [{name: self._value(value) for name, value in line.items()} for line in lines]

    def _value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return to_text(value, self.currency)
        return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class Desk:
    """Asks the facts of a site about its desk."""

    engine: Engine
    catalogue: Catalogue
    site: Site
    asked: Asked

    def team(self, as_of: int, now_us: int, feedback: Iterable[Line]) -> Team:
        """All of it, as it is at a moment (µs); ``feedback`` comes from the list of answers."""
        site = self.site
        return Team(
            site.id, site.currency, site.timezone, self.asked, as_of, self.catalogue.definitions,
            self.leaderboard(), self.trend(), self.requests_by_hour(), self.states(now_us),
            self.top_urls(), self.auto_messages(), tuple(feedback),
        )  # fmt: skip

    def leaderboard(self) -> tuple[Line, ...]:
        """The agents, who sold most first; what nobody has the credit for last."""
        return tuple(sorted(_lines(self._rows(LEADERBOARD, ("agent",))), key=_rank))

    def trend(self) -> tuple[Line, ...]:
        """The agents' numbers in each bucket."""
        if self.asked.every is None:
            return ()
        return tuple(_lines(self._rows(LEADERBOARD, ("agent",), self.asked.every)))

    def requests_by_hour(self) -> dict[str, Line]:
        """The requests of each hour of the day, also of those in which nobody asked."""
        found: dict[str, dict[str, Any]] = {
            str(hour): dict.fromkeys(BY_HOUR, 0) for hour in range(24)
        }
        for row in self._rows(BY_HOUR, ("hour_of_day",)):
            found[str(row.segment["hour_of_day"])][row.kpi] = row.value
        return dict(found)

    def top_urls(self) -> tuple[Line, ...]:
        """The pages on which most people ask first; one that is not known is none of them."""
        lines = [line for line in _lines(self._rows(BY_URL, ("url",))) if line["url"] is not None]
        return tuple(sorted(lines, key=lambda line: (-line["requests"], line["url"])))

    def auto_messages(self) -> tuple[Line, ...]:
        """The automatic messages, the most clicked first; of no agent in particular."""
        if self.asked.agents:
            return ()
        return tuple(sorted(_lines(self._rows(BY_MESSAGE, MESSAGE)), key=_clicks))

    def states(self, now_us: int) -> tuple[Line, ...]:
        """How many requests are in which state, by who asked, how, and at which hour of the day."""
        question = self._question((), BY_STATE, self.asked.every)
        bucket = bucket_sql(question)
        statement, parameters = _states_sql(question, bucket, now_us)
        found = self.engine.rows(statement, parameters)
        return tuple(
            _state(row, self.asked.every if bucket else None)
            for row in sorted(found, key=lambda row: _state_order(row, has_bucket=bool(bucket)))
        )

    def _rows(self, ids: Sequence[str], by: tuple[str, ...], every: str | None = None) -> list[Row]:
        rows = ask(self.engine, self._question(ids, by, every), self.site.timezone)
        return [row for row in rows if row.value or row.denominator]

    def _question(self, ids: Sequence[str], by: tuple[str, ...], every: str | None) -> Question:
        kpis = tuple(self.catalogue[each] for each in ids)
        return Question(kpis, self.asked.start, self.asked.end, by, every, self.asked.where)


def _lines(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """One line for each segment (and bucket), with the KPIs that say something there."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row.bucket, *row.segment.values())
        bucket = {} if row.bucket is None else {"bucket": row.bucket}
        found.setdefault(key, {**row.segment, **bucket})[row.kpi] = row.value
    return [found[key] for key in sorted(found, key=reading_order)]


def _rank(line: Line) -> tuple[Any, ...]:
    order = ("agent_attributed_sales", "agent_attributed_orders", "conversations")
    return (line["agent"] is None, *(-line.get(kpi, 0) for kpi in order), line["agent"] or "")


def _clicks(line: Line) -> tuple[Any, ...]:
    order = ("auto_message_clicks", "auto_messages_sent")
    return (*(-line.get(kpi, 0) for kpi in order), reading_order([line[name] for name in MESSAGE]))


_HOUR = f"(hour % {24 * OFFSET_STEP} - hour % {OFFSET_STEP})"


def _states_sql(question: Question, bucket: str | None, now_us: int) -> tuple[str, tuple[str, ...]]:
    cells = {"initiator": "initiator", "channel_": "conversation_channel", "hour_": _HOUR}
    if bucket is not None:
        cells = {"bucket": bucket, **cells}
    is_open = f"outcome = 'waiting' AND last_ts > {now_us - DAY_US}"
    counts = ("outcome = 'accepted'", "outcome = 'withdrawn'", is_open)
    numbers = [f"count(CASE WHEN {met} THEN 1 END) AS n{at}" for at, met in enumerate(counts, 1)]
    columns = [f"{expression} AS {name}" for name, expression in cells.items()]
    agents = question.where.get("agent", ())
    named = [agent for agent in agents if agent is not None]
    conditions = [f"day >= {day_number(question.start)}", f"day <= {day_number(question.end)}"]
    if agents:
        listed = ", ".join(f":p{at}" for at in range(len(named)))
        parts = [f"agent IN ({listed})"] if named else []
        parts += ["agent IS NULL"] if None in agents else []
        conditions.append(f"({' OR '.join(parts)})")
    grouped = ", ".join(text for text in cells.values() if not text.isdigit())
    selected = ", ".join([*columns, "count(*) AS n0", *numbers])
    met = " AND ".join(conditions)
    return f"SELECT {selected} FROM requests WHERE {met} GROUP BY {grouped}", tuple(named)


def _state(row: Sequence[Any], every: str | None) -> Line:
    initiator, channel, hour, requests, accepted, withdrawn, opened = row[-7:]
    states = (accepted, withdrawn, opened, requests - accepted - withdrawn - opened)
    return {
        **({} if every is None else {"bucket": bucket_label(row[0], every)}),
        "initiator": initiator,
        "conversation_channel": channel,
        "hour_of_day": str(hour // OFFSET_STEP),
        "requests": requests,
        **dict(zip(STATES, states, strict=True)),
    }


def _state_order(row: Sequence[Any], *, has_bucket: bool) -> tuple[Any, ...]:
    initiator, channel, hour = row[-7:-4]
    return (row[0] if has_bucket else 0, reading_order([initiator, channel]), hour)
