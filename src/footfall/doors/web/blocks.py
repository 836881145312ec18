"""What some tabs show besides KPIs: funnels, leaks, retention, paths, clicks, modules, the team."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from footfall.doors.web.asking import Asker
from footfall.doors.web.problems import said
from footfall.errors import RequestError
from footfall.query.drilldown import HEATS
from footfall.query.findings import COUNT, NUMBER, RATE, TEXT
from footfall.query.team import STATES
from footfall.report.grid import Grid, cell, grid_of, lines_of
from footfall.report.tile import Shown

if TYPE_CHECKING:
    from footfall.query.clicks import ClickFindings
    from footfall.query.drilldown import Drilldown, Module
    from footfall.query.funnel import FunnelFindings
    from footfall.query.leaks import LeakFindings
    from footfall.query.retention import RetentionFindings
    from footfall.query.team import Team

SHOP_STEPS = "page_view,view_item,add_to_cart,begin_checkout,purchase"
CHAT_STEPS = (
    "chat_sessions", "chat_sessions_with_conversation", "participants", "new_customers",
    "opt_ins_single_web_push", "opt_ins_double_web_push",
)  # fmt: skip
MOST_LATER = 12
MOST_FEEDBACK = 200
HEAT_STEPS = 9


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page: which template shows it, and what it shows."""

    kind: str
    content: Any


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a funnel: how many took it, as a share of the first, and of those before."""

    name: str
    count: Shown
    share: float
    rate_first: str
    rate_previous: str
    wait: str = ""


@dataclass(frozen=True, slots=True)
class Steps:
    """A funnel."""

    title: str
    steps: tuple[Step, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who came for the first time in a week or month, and who of them came again."""

    name: str
    size: str
    cells: tuple[tuple[str, int], ...]
    """What is written, and how hot it is."""


@dataclass(frozen=True, slots=True)
class Cohorts:
    """All cohorts of a kind."""

    title: str
    heads: tuple[str, ...]
    lines: tuple[Cohort, ...]


def _words(event: str) -> str:
    return event.replace("_", " ").capitalize()


def funnel(asker: Asker) -> list[Block]:
    """The way through the shop, for persons."""
    found: FunnelFindings = asker.ask("funnel", steps=SHOP_STEPS)
    first = max(found.rows[0]["count"], 1) if found.rows else 1
    local = asker.local
    steps = tuple(
        Step(
            _words(row["event"]),
            cell(row["count"], COUNT, local),
            row["count"] / first,
            cell(row["rate_first"], RATE, local).text,
            cell(row["rate_previous"], RATE, local).text,
            "" if row["median_seconds"] is None else local.seconds(row["median_seconds"]),
        )
        for row in found.rows
    )
    note = "Persons who took the steps in this order, within 7 days from the first."
    return [Block("steps", Steps("Funnel", steps, note))]


def chat_funnel(asker: Asker) -> list[Block]:
    """From a chat session to an opt-in; people are counted where the KPIs count people."""
    answer = asker.kpis(CHAT_STEPS)
    if answer is None:
        return []
    values = {row.kpi: row.value or 0 for row in answer.rows}
    first = float(max(values.get(CHAT_STEPS[0], 0), 1))
    local, before, steps = asker.local, 0.0, list[Step]()
    for kpi in answer.kpis:
        value = float(values[kpi.id])
        share = local.rate(value / before) if before else "–"
        steps.append(
            Step(kpi.name, cell(values[kpi.id], COUNT, local), value / first,
                 local.rate(value / first), share if steps else "–")
        )  # fmt: skip
        before = value
    note = "Each number is the KPI itself, so one can be more than the one before."
    return [Block("steps", Steps("From session to opt-in", tuple(steps), note))]


def leaks(asker: Asker) -> list[Block]:
    """What is lost where, against the best segment."""
    found: LeakFindings = asker.ask("leaks", by=asker.by or "device")
    heads = {name: name.replace("_", " ") for name in found.by} | {
        "event": "step", "entrants": "came", "rate": "went on", "reference_rate": "could go on",
        "reference": "as in", "lost_revenue": "lost revenue", "lost_revenue_low": "at least",
        "lost_revenue_high": "at most", "leak": "leak",
    }  # fmt: skip
    note = (
        "What is lost against the best segment, with an interval of 95 % for all comparisons "
        "together. Only what is not explained by chance is called a leak."
    )
    marked = frozenset(at for at, row in enumerate(found.rows) if row["leak"])
    rows = [{**row, "event": _words(row["event"])} for row in found.rows]
    grid = replace(grid_of("Leaks", found, heads, asker.local, rows), note=note, marked=marked)
    return [Block("grid", grid)]


def retention(asker: Asker) -> list[Block]:
    """Who comes and who buys again, by the week or month of the first time."""
    every = "month" if (asker.days[1] - asker.days[0]).days > 200 else "week"
    found: RetentionFindings = asker.ask("retention", every=every)
    titles = {"returning": "Who comes again", "buying_again": "Who buys again"}
    told = found.to_json()
    return [Block("cohorts", _cohorts(titles[kind], told[kind], asker)) for kind in titles]


def _cohorts(title: str, told: Sequence[Mapping[str, Any]], asker: Asker) -> Cohorts:
    local = asker.local
    most = max((len(each["later"]) for each in told), default=0)
    heads = tuple(f"+{at}" for at in range(1, min(most, MOST_LATER) + 1))
    top = max((later["share"] or 0 for each in told for later in each["later"]), default=0) or 1
    lines = tuple(
        Cohort(
            local.tick(each["cohort"], "day"),
            local.count(each["size"]),
            tuple(
                (
                    cell(later["share"], RATE, local).text,
                    round(HEAT_STEPS * (later["share"] or 0) / top),
                )
                for later in each["later"][:MOST_LATER]
            ),
        )
        for each in told
    )
    return Cohorts(title, heads, lines)


def paths(asker: Asker) -> list[Block]:
    """The ways to a conversion."""
    found = asker.ask("paths")
    heads = {"path": "way", "conversions": "conversions", "share": "share", "revenue": "revenue"}
    titles = {"channels": "Channels of the visits before", "page_types": "Pages of its visit"}
    grids = [
        grid_of(title, found, heads, asker.local, [r for r in found.rows if r["kind"] == kind])
        for kind, title in titles.items()
        if any(row["kind"] == kind for row in found.rows)
    ]
    return [Block("grid", each) for each in grids or [Grid("Ways to a conversion", (), ())]]


def page_lists(asker: Asker) -> list[Block]:
    """The pages that are seen most, on which visits begin, and on which they end."""
    heads = {
        "page": "page", "page_views": "page views", "avg_time_on_page": "time on page",
        "landings": "visits that begin", "bounce_rate": "of them bounce",
        "exits": "visits that end", "exit_rate": "exit rate",
    }  # fmt: skip
    titles = {"top": "Top pages", "landing": "Landing pages", "exit": "Exit pages"}
    return [
        Block("grid", grid_of(title, asker.ask("pages", kind=kind, limit=25), heads, asker.local))
        for kind, title in titles.items()
    ]


def clicks(asker: Asker) -> list[Block]:
    """What is clicked on a page, and where on it."""
    page = asker.state.given.one("page") or "/"
    found: ClickFindings = asker.ask("clickmap", page=page)
    elements = [row for row in found.rows if row["kind"] == "element"]
    places = [row for row in found.rows if row["kind"] == "position"]
    heads = {
        "selector": "element", "text": "text", "href": "leads to", "clicks": "clicks",
        "visitors": "visitors", "share": "share",
    }  # fmt: skip
    known = [row["page"] for row in asker.ask("pages", kind="top", limit=50).rows]
    return [
        Block("clickmap", {"page": page, "places": _placed(places), "pages": known}),
        Block("grid", grid_of("Elements", found, heads, asker.local, elements))
        if elements
        else Block("grid", Grid("Elements", (), (), nothing="Nobody clicked on this page.")),
    ]


def _placed(places: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    top = max((row["clicks"] for row in places), default=1)
    return [
        {"x": row["x_pct"], "y": row["y_px"], "clicks": row["clicks"], "share": row["clicks"] / top}
        for row in places
    ]


def leaderboard(asker: Asker) -> list[Block]:
    """What became of requests, and what visitors say of the agents."""
    found: Team = asker.ask("team")
    names = asker.site.names["agents"]
    states = {
        "initiator": ("who began", TEXT), "conversation_channel": ("channel", TEXT),
        **{name: (name, COUNT) for name in ("requests", *STATES)},
    }  # fmt: skip
    feedback = [
        {**row, "agent": names.get(row["agent"], row["agent"]), "date": str(row["date"])}
        for row in found.feedback[:MOST_FEEDBACK]
    ]
    said = {
        "date": ("date", TEXT), "visitor": ("visitor", TEXT), "agent": ("agent", TEXT),
        "score": ("score", COUNT), "text": ("text", TEXT),
    }  # fmt: skip
    more = len(found.feedback) - len(feedback)
    note = (
        f"The newest {len(feedback)}; {asker.local.count(more)} more are told by "
        "`footfall team --format json`, or in fewer days."
        if more
        else ""
    )
    return [
        Block("grid", lines_of("Requests", _by_who_began(found.states), states, asker.local)),
        Block("grid", replace(lines_of("Feedback", feedback, said, asker.local), note=note)),
    ]


def _by_who_began(states: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The states of requests, all hours of the day together."""
    found: dict[tuple[Any, Any], Counter[str]] = {}
    for line in states:
        key = (line["initiator"], line["conversation_channel"])
        numbers = {name: line[name] for name in ("requests", *STATES)}
        found.setdefault(key, Counter()).update(numbers)
    return [
        {"initiator": who, "conversation_channel": how, **numbers}
        for (who, how), numbers in found.items()
    ]


def modules(asker: Asker) -> list[Block]:
    """The modules of an experience in sequence, from cold to hot."""
    experience = asker.scope["experience"][0]
    found: Drilldown = asker.ask("drilldown", experience=experience)
    names = asker.site.names["modules"]
    top = max((each.shown for each in found.modules), default=0) or 1
    told = [
        {
            "name": names.get(each.module_id, each.module_id),
            "type": (each.module_type or "–").replace("_", " "),
            "shown": asker.local.count(each.shown),
            "share": each.shown / top,
            "heat": HEATS.index(each.heat),
            "numbers": _numbers(each, asker),
        }
        for each in found.modules
    ]
    return [Block("modules", told)]


def _numbers(module: Module, asker: Asker) -> list[tuple[str, list[tuple[str, str]]]]:
    """A module's own numbers, kind by kind."""
    return [
        (kind.replace("_", " "), list(_flat(numbers, asker)))
        for kind, numbers in module.told().items()
        if numbers
    ]


def _flat(numbers: Mapping[str, Any], asker: Asker) -> list[tuple[str, str]]:
    told = []
    for name, value in numbers.items():
        words = name.replace("_", " ")
        if isinstance(value, Mapping):
            told += [(f"{words}: {inner}", text) for inner, text in _flat(value, asker)]
        elif isinstance(value, list):
            listed = ", ".join(f"{at}: {each}" for at, each in enumerate(value) if each)
            told.append((words, listed or "–"))
        else:
            told.append(
                (
                    words,
                    cell(value, NUMBER if isinstance(value, float) else COUNT, asker.local).text,
                )
            )
    return told


BLOCKS: Mapping[tuple[str, str], Callable[[Asker], list[Block]]] = {
    ("chat", ""): chat_funnel,
    ("experience", ""): chat_funnel,
    ("store", "funnel"): funnel,
    ("store", "leaks"): leaks,
    ("store", "retention"): retention,
    ("store", "paths"): paths,
    ("store", "pages"): page_lists,
    ("store", "clicks"): clicks,
    ("team", ""): leaderboard,
    ("experience", "drilldown"): modules,
}


def blocks_of(asker: Asker, page: str, tab: str) -> list[Block]:
    """The further parts of a tab; of one that cannot be narrowed so, why it cannot."""
    found = BLOCKS.get((page, tab))
    if found is None:
        return []
    try:
        return [*_of_everybody(asker, found), *found(asker)]
    except RequestError as error:
        return [Block("notice", said(error))]


def _of_everybody(asker: Asker, report: Callable[[Asker], list[Block]]) -> list[Block]:
    """What has to be said where a segment is chosen, and the report does not know it."""
    if asker.state.segment is None or report is not leaderboard:
        return []
    return [Block("notice", f"This is of everybody, not only of the segment {asker.state.segment}")]
