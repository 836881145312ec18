"""A report's content: the numbers of some days of a site, or of one of its chat experiences.

What a page of the dashboard shows is built by the same functions; so the numbers are the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from starlette.datastructures import QueryParams

from footfall.doors.web import spec
from footfall.doors.web.asking import Asker, Memory, today_of
from footfall.doors.web.build import Drawn, Table, chart_of, table_of, tiles_of
from footfall.doors.web.state import State
from footfall.localtime import moment_text
from footfall.query.compare import ALIGNED, Comparison
from footfall.report.cells import Cube
from footfall.report.tile import Tile, tile_of
from footfall.report.warnings import warnings
from footfall.report.words import groups

if TYPE_CHECKING:
    from footfall.catalogue import Kpi
    from footfall.settings import Site
    from footfall.workspace import Workspace

Days = tuple[date, date]
MOST_CHARTS = 4
MOST_ROWS = 12
TRIES = 3
COMPARED = "previous"
_SHOP = ("visitors", "orders", "conversion_rate", "revenue", "aov")
TABLES = (
    spec.TableSpec("Channels", "channel", _SHOP),
    spec.TableSpec("Devices", "device", _SHOP),
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Which report: of a site or of an experience of it, of which days."""

    site: str
    days: Days
    experience: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """All KPIs of a group, with their charts."""

    title: str
    about: str
    tiles: tuple[Tile, ...]
    charts: tuple[Drawn, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """A report, in words: everything in it can be shown as it is."""

    site: Site
    thing: str
    """The experience's shown name; empty for a whole site."""
    span: str
    compared: str
    made: str
    as_of: int
    definitions: str
    headline: tuple[Tile, ...]
    charts: tuple[Drawn, ...]
    sections: tuple[Section, ...]
    quiet: tuple[str, ...]
    """The groups in which nothing happened."""
    notes: tuple[str, ...]
    is_empty: bool
    """Whether nothing at all happened in these days."""

    @property
    def title(self) -> str:
        """What it is of."""
        return f"{self.thing} · {self.site.name}" if self.thing else self.site.name


def digest_of(workspace: Workspace, wish: Wish, *, is_page: bool = False) -> Digest:
    """The report that is wished for. `is_page`: with the charts and tables of a whole page.

    All its numbers are of one state of the data, unless more comes in faster than they are asked.
    """
    for _ in range(TRIES):
        before = workspace.log_state(wish.site)
        found = _digest(workspace, wish, before[1], is_page=is_page)
        if workspace.log_state(wish.site) == before:
            break
    return found


def _digest(workspace: Workspace, wish: Wish, as_of: int, *, is_page: bool) -> Digest:
    asker = _asker(workspace, wish)
    site, local = asker.site, asker.local
    headline = spec.CHAT_KPIS.headline if wish.experience else spec.SITE_HEADLINE
    charts = spec.CHAT_KPIS.charts[:2] if wish.experience else spec.SITE_CHARTS
    tiles = tiles_of(asker, (*headline, *(kpi.id for kpi in asker.catalogue)))
    tiles |= _split_tiles(asker)
    active, quiet = _sections(asker, tiles, is_page=is_page)
    other = Comparison.of(COMPARED, ALIGNED[0], *wish.days, 0)
    now = moment_text(workspace.clock.now_ms() * 1000, site.timezone)
    return Digest(
        site,
        site.names["experiences"].get(wish.experience, wish.experience),
        local.span(*wish.days),
        local.span(other.start, other.end),
        f"{local.day(date.fromisoformat(now[:10]))} {now[11:16]}",
        as_of,
        asker.catalogue.definitions,
        tuple(tiles[each] for each in headline if each in tiles),
        tuple(drawn for each in charts if (drawn := chart_of(asker, each))),
        active,
        quiet,
        tuple(_notes(asker, wish)),
        not active,
    )


def _asker(workspace: Workspace, wish: Wish) -> Asker:
    site = workspace.site(wish.site)
    first, last = map(str, wish.days)
    told = QueryParams({"from": first, "to": last, "compare": COMPARED})
    asker = Asker(workspace, site, State.of(told, today_of(workspace, site)), Memory())
    asker.scope = {"experience": [wish.experience]} if wish.experience else {}
    return asker


def _split_tiles(asker: Asker) -> dict[str, Tile]:
    """Those of KPIs that have a value for each score, one for each of them."""
    answer = asker.kpis([kpi.id for kpi in asker.catalogue if kpi.split], compare=True)
    if answer is None:
        return {}
    cube = Cube(answer)
    return {kpi.id: tile_of(kpi, cube.row(kpi), answer, asker.local) for kpi in cube.kpis}


def _sections(
    asker: Asker, tiles: dict[str, Tile], *, is_page: bool
) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    """The groups of which there are numbers, and the names of those in which nothing happened."""
    active, quiet = [], []
    for title, kpis in groups(asker.catalogue):
        found = tuple(tile for kpi in kpis for tile in _of(kpi, tiles))
        if not any(float(tile.value.plain or 0) for tile in found):
            quiet += [title] if found else []
            continue
        page = next((each for each in spec.PAGES.values() if each.tabs[0].group == title), None)
        charts, tables = _pictured(asker, page, kpis) if is_page else ((), ())
        active.append(Section(title, page.about if page else "", found, charts, tables))
    return tuple(active), tuple(quiet)


def _of(kpi: Kpi, tiles: dict[str, Tile]) -> list[Tile]:
    """A KPI's tile, or one for each of its scores; none for one that needs a dimension."""
    ids = [f"{kpi.id} {part}" for part in kpi.parts] if kpi.split else [kpi.id]
    return [tiles[each] for each in ids if each in tiles]


def _pictured(
    asker: Asker, page: spec.Page | None, kpis: Sequence[Kpi]
) -> tuple[tuple[Drawn, ...], tuple[Table, ...]]:
    """The charts of a group's page, and the tables of what is known by a dimension only."""
    wanted = [each for each in page.tabs[0].charts if not each.is_cumulated] if page else []
    drawn = [chart for each in wanted[:MOST_CHARTS] if (chart := chart_of(asker, each))]
    needed: dict[str, list[str]] = {}
    for kpi in kpis:
        if kpi.requires:
            needed.setdefault(kpi.requires, []).append(kpi.id)
    tables = list(TABLES) if page is spec.STORE else []
    tables += [
        spec.TableSpec(f"By {name.replace('_', ' ')}", name, (*_size(kpis, name), *ids))
        for name, ids in needed.items()
    ]
    return (
        tuple(each for each in drawn if not each.chart.is_empty),
        tuple(_short(found) for each in tables if (found := table_of(asker, each))),
    )


def _size(kpis: Sequence[Kpi], dimension: str) -> list[str]:
    """The first KPI that says how much there is of each value of a dimension."""
    plain = (kpi for kpi in kpis if not kpi.requires and not kpi.split)
    return [kpi.id for kpi in plain if dimension in kpi.dimensions][:1]


def _short(table: Table) -> Table:
    """A table's first rows."""
    left = len(table.lines) - MOST_ROWS
    lines, more = table.lines[:MOST_ROWS], table.more + max(left, 0)
    return Table(table.title, table.head, table.columns, lines, table.export, more)


def _notes(asker: Asker, wish: Wish) -> list[str]:
    """What is to be known before the numbers are read."""
    known, (first, last) = asker.known_days, wish.days
    if known is None:
        return ["There are no events of this site yet."]
    notes = []
    if first > known[1] or last < known[0]:
        span = asker.local.span(*known)
        notes.append(f"Nothing happened in these days: the events are of {span}.")
    if last >= asker.state.today:
        notes.append("These days are not over yet, so they are not compared with others.")
    if wish.experience:
        return notes
    told = warnings(asker.workspace.quality(wish.site))
    return [*notes, *(f"Of all data so far, {each}" for each in told)]
