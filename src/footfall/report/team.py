"""The advice desk in a terminal: the leaderboard, when people ask, and what they say afterwards."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from footfall.catalogue import Catalogue
from footfall.money import to_text
from footfall.query.team import BY_HOUR, LEADERBOARD, STATES, Line, Team
from footfall.report.cells import bucket_text
from footfall.report.data import safe
from footfall.report.kpis import period
from footfall.report.numbers import NOTHING, count, rate, shown
from footfall.report.table import PLAIN, Column, Style, Table, cut, lines
from footfall.settings import Site

MOST = 10
"""How many urls, messages and answers people read; the data has all of them."""
LONGEST = 60
Names = Mapping[str, str]


def report(
    team: Team, catalogue: Catalogue, site: Site, width: int, style: Style = PLAIN
) -> list[str]:
    """The lines that people read; agents go by the names that the site gives them."""
    heading = f" · team · {period(team.asked.start, team.asked.end)} · {team.timezone}"
    told = [style.strong(site.name) + style.faint(heading), ""]
    names = site.names.get("agents", {})
    tables = [table for table in _tables(team, catalogue, names) if table.rows]
    for table in tables:
        told += [*lines(table, width, style), ""]
    if not tables:
        told += [style.faint("Nobody asked for a conversation."), ""]
    return told[:-1]


def leaderboard_csv(team: Team, catalogue: Catalogue) -> str:
    """The leaderboard as CSV, or with buckets the trend; money in its minor unit."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    bucket = ["bucket"] if team.asked.every else []
    writer.writerow(["agent", *bucket, *LEADERBOARD])
    for line in team.trend if team.asked.every else team.leaderboard:
        writer.writerow(
            [
                safe(line["agent"]),
                *(line[key] for key in bucket),
                *_csv_cells(line, team, catalogue),
            ]
        )
    return out.getvalue()


def _csv_cells(line: Line, team: Team, catalogue: Catalogue) -> Iterator[object]:
    """What a line does not say is 0, or no value (R13)."""
    for each in LEADERBOARD:
        kpi = catalogue[each]
        value = line.get(each, None if kpi.is_ratio else 0)
        yield to_text(Decimal(value or 0), team.currency) if kpi.unit == "money" else value


def _tables(team: Team, catalogue: Catalogue, names: Names) -> Iterator[Table]:
    yield _leaderboard(team, catalogue, names)
    yield from _trends(team, catalogue, names)
    yield _states(team)
    yield _hours(team)
    yield _urls(team)
    yield _messages(team)
    yield _feedback(team, names)


def _leaderboard(team: Team, catalogue: Catalogue, names: Names) -> Table:
    columns = [Column("agent"), *(Column(catalogue[each].name, right=True) for each in LEADERBOARD)]
    rows = tuple(
        (_agent(line["agent"], names), *_numbers(line, team, catalogue))
        for line in team.leaderboard
    )
    return Table(tuple(columns), rows, "Leaderboard")


def _trends(team: Team, catalogue: Catalogue, names: Names) -> Iterator[Table]:
    """For each agent a table: a row for each bucket in which something is."""
    every = team.asked.every
    if every is None:
        return
    heads = [Column(every), *(Column(catalogue[each].name, right=True) for each in LEADERBOARD)]
    by_agent: dict[str | None, list[Line]] = defaultdict(list)
    for line in team.trend:
        by_agent[line["agent"]].append(line)
    for agent, found in by_agent.items():
        rows = tuple(
            (bucket_text(line["bucket"], every), *_numbers(line, team, catalogue)) for line in found
        )
        yield Table(tuple(heads), rows, f"{_agent(agent, names)}, every {every}")


def _numbers(line: Line, team: Team, catalogue: Catalogue) -> Iterator[str]:
    for each in LEADERBOARD:
        kpi = catalogue[each]
        nothing = None if kpi.is_ratio else 0
        yield shown(line.get(each, nothing), kpi.unit, team.currency)


def _states(team: Team) -> Table:
    """What became of the requests, by who asked and how."""
    found: dict[tuple[str | None, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in team.states:
        for key in ("requests", *STATES):
            found[line["initiator"], line["conversation_channel"]][key] += line[key]
    columns = (Column("asked"), Column("for"), *_right("requests", *STATES, "rate"))
    rows = tuple(
        (
            *(NOTHING if part is None else part for part in asked),
            *(count(numbers[key]) for key in ("requests", *STATES)),
            rate(numbers["accepted"] / numbers["requests"]),
        )
        for asked, numbers in found.items()
    )
    return Table(columns, rows, "What became of requests")


def _hours(team: Team) -> Table:
    """The hours of the day in which somebody asked."""
    rows = tuple(
        (f"{int(hour):02}:00", *(count(line[key]) for key in BY_HOUR))
        for hour, line in team.requests_by_hour.items()
        if line["requests"]
    )
    return Table((Column("hour"), *_right("requests", "text", "video")), rows, "Requests by hour")


def _urls(team: Team) -> Table:
    rows = tuple(
        (
            cut(line["url"], LONGEST),
            count(line["requests"]),
            count(line.get("conversations", 0)),
            rate(line["acceptance_rate"]),
        )
        for line in team.top_urls[:MOST]
    )
    columns = (Column("page"), *_right("requests", "conversations", "accepted"))
    return Table(columns, rows, "Where people ask")


def _messages(team: Team) -> Table:
    rows = tuple(
        (
            *(cut(line[key] or NOTHING, LONGEST) for key in ("message", "trigger", "target_url")),
            count(line.get("auto_messages_sent", 0)),
            count(line.get("auto_message_clicks", 0)),
            shown(line.get("auto_message_ctr"), "rate", team.currency),
        )
        for line in team.auto_messages[:MOST]
    )
    columns = (
        Column("message"), Column("trigger", rank=2), Column("target", rank=1),
        *_right("sent", "clicks", "clicked"),
    )  # fmt: skip
    return Table(columns, rows, "Most clicked automatic messages")


def _feedback(team: Team, names: Names) -> Table:
    """The latest ratings."""
    rows = tuple(
        (
            str(line["date"]),
            line["visitor"] or NOTHING,
            _agent(line["agent"], names),
            NOTHING if line["score"] is None else count(line["score"]),
            line["text"] or "",
        )
        for line in team.feedback[:MOST]
    )
    columns = (
        Column("date"), Column("visitor", rank=1), Column("agent"), Column("stars", right=True),
        Column("words"),
    )  # fmt: skip
    return Table(columns, rows, "Feedback")


def _right(*heads: str) -> Sequence[Column]:
    return tuple(Column(head, right=True) for head in heads)


def _agent(agent: str | None, names: Names) -> str:
    return NOTHING if agent is None else names.get(agent, agent)
