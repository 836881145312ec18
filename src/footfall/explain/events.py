"""Events behind a fact that are not in it: bots', deleted people's, repeats, what came second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from footfall.catalogue import Source
from footfall.event.vocabulary import EVENTS, INTERACTIONS
from footfall.explain.listing import Listing
from footfall.explain.reasons import BOT, DELETED, REPEAT
from footfall.facts.tables import TALKS, kept_in, names_sql
from footfall.localtime import day_number
from footfall.query.question import Question
from footfall.settings import Site

COLUMNS = ("ts", "visitor", "event_key", "name", "thing", "why")
_KINDS = {
    "lead": ("generate_lead",),
    "qualified_lead": ("qualify_lead",),
    "sign_up": ("sign_up",),
    "trial": ("trial_start",),
    "start": ("sign_up", "trial_start"),
}
"""The events that a milestone of a kind is."""
_SECOND = {
    "trial": ("not_first", "not the person's first trial, or nobody is known"),
    "start": ("not_first", "not the person's first sign-up or trial, or nobody is known"),
    "qualified_lead": ("no_stage", "its stage is neither mql nor sql"),
}
"""Why an event of its name is no milestone of its kind."""
_COLUMNS = {
    ("pages", "page_views"): ("page_view",),
    ("pages", "engaged_ms"): ("page_leave",),
    ("pages", "scroll_pct"): ("page_leave",),
    ("pages", "scrolls"): ("page_leave",),
    ("asset_events", "loads"): ("asset_load",),
    ("asset_events", "views"): ("asset_view",),
    ("asset_events", "clicks"): ("asset_click",),
    ("asset_events", "interactions"): tuple(sorted(INTERACTIONS)),
    ("auto_messages", "sent"): ("auto_message_sent",),
    ("auto_messages", "clicks"): ("auto_message_click",),
}
"""The events that a column of a gathered fact counts."""
_FACTS = {
    "orders": ("purchase",),
    "lines": ("purchase",),
    "contributed_orders": ("purchase",),
    "direct_lines": ("purchase",),
    "conversation_orders": ("purchase",),
    "refunds": ("refund",),
    "item_views": ("view_item",),
    "product_views": ("view_item",),
    "surveys": ("survey_response",),
    "requests": tuple(sorted(TALKS)),
    "data_entries": ("data_entered",),
    "deletions": ("customer_deleted",),
}
"""The events that all rows of a fact are made of."""
VISIT = "visit"
VISITS = ("sessions", "exits", "chat_sessions", "contributed_sessions", "micro_conversions")
"""Facts of sessions: of bots and deleted people the first event of a visitor's day is shown."""


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A listing of events, and the reason and the words for each `why` in it.

    ``per_day``, where given, asks how many things there are by day: where only the first things are
    wanted it is enough to look at the days that they are of.
    """

    listing: Listing
    reasons: Mapping[str, str]
    per_day: str = ""


def uncounted(question: Question, source: Source, site: Site) -> Uncounted | None:
    """The events of a source that are in no fact.

    None where a filter is asked, for they have neither a session nor its dimensions.
    """
    if question.dimensions or question.in_session:
        return None
    reasons = {BOT: "told by a bot", DELETED: "of somebody who was deleted"}
    if source.fact_name in VISITS:
        return Uncounted(_visits(_days(question)), reasons, _visits_per_day(question))
    names = event_names(source, site)
    if not names:
        return None
    whys = [f"WHEN bot THEN '{BOT}'"]
    if source.fact_name != "deletions":
        whys.append(f"WHEN NOT live THEN '{DELETED}'")
    # what a bot tells does not live either
    conditions = ["NOT live"] if source.fact_name != "deletions" else ["bot"]
    for words, name, condition in _further(source):
        whys.append(f"WHEN {condition} THEN '{name}'")
        conditions.append(f"({condition})")
        reasons[name] = words
    sql = (
        f"SELECT ts, visitor, seq AS event_key, name, thing, CASE {' '.join(whys)} END AS why "
        f"FROM {kept_in(names)} WHERE {_days(question)} AND name IN ({names_sql(names)}) "
        f"AND ({' OR '.join(conditions)})"
    )
    return Uncounted(Listing(COLUMNS, sql, ()), reasons)


def first_visits(question: Question, per_day: Mapping[int, int], limit: int) -> Listing:
    """The listing of visits, of as many days as have so many of them."""
    so_far, last = 0, day_number(question.end)
    for day in sorted(per_day):
        so_far += per_day[day]
        if so_far >= limit:
            last = day + 1  # a clock that is put back at midnight has a day twice
            break
    return _visits(f"{_days(question)} AND day <= {last}")


def _visits(days: str) -> Listing:
    sql = (
        "SELECT min(ts) AS ts, visitor, arg_min(seq, ts) AS event_key, "
        f"'{VISIT}' AS name, NULL AS thing, CASE WHEN bot THEN '{BOT}' ELSE '{DELETED}' END AS why "
        f"FROM {_unseen(days)} GROUP BY visitor, day, bot"
    )
    return Listing(COLUMNS, sql, ())


def _visits_per_day(question: Question) -> str:
    """How many visits `_visits` lists of each day, bots and others apart."""
    found = _unseen(_days(question))
    return f"SELECT day, count(DISTINCT visitor) AS many FROM {found} GROUP BY day, bot"


def _unseen(days: str) -> str:
    """What bots and deleted people did as visitors, as what follows ``FROM``."""
    opening = names_sql(name for name, event in EVENTS.items() if not event.opens)
    return (
        f"events WHERE {days} AND NOT live AND NOT system AND visitor IS NOT NULL "
        f"AND name NOT IN ({opening})"
    )


def _days(question: Question) -> str:
    return f"day >= {day_number(question.start)} AND day <= {day_number(question.end)}"


def event_names(source: Source, site: Site) -> tuple[str, ...]:
    """The names of the events that a source counts; none where they are not known."""
    told = dict(source.where)
    if source.fact_name == "milestones":
        return _KINDS.get(str(told.get("kind")), ())
    if source.fact_name == "key_events":
        return tuple(site.conversions if told.get("conversion") is True else site.key_events)
    if isinstance(event := told.get("event"), str | tuple):
        return (event,) if isinstance(event, str) else tuple(map(str, event))
    column = (source.fact_name, source.column or "")
    return _COLUMNS.get(column, _FACTS.get(source.fact_name, ()))


def _further(source: Source) -> list[tuple[str, str, str]]:
    """What else keeps an event from counting: words, the reason, and its condition."""
    found = []
    if "purchase" in _FACTS.get(source.fact_name, ()) or source.fact_name == "key_events":
        found.append((
            "repeat of transaction", REPEAT,
            "name = 'purchase' AND seq NOT IN (SELECT order_key FROM orders)",
        ))  # fmt: skip
    kind = str(dict(source.where).get("kind"))
    if source.fact_name == "milestones" and kind in _SECOND:
        reason, words = _SECOND[kind]
        chosen = f"SELECT event_key FROM milestones WHERE kind = '{kind}'"
        found.append((words, reason, f"seq NOT IN ({chosen})"))
    return found
