"""Asks KPIs about their own worked examples: the slow reference, and the product from a file on.

reference_answer(kpi, example)       # the second source, which shares no code with the product
answer_of(kpi, example)              # settings, a file of events, an import, a question
answers([(kpi, example), …])         # the same for many, with one import for each kind of site
holds(example, answer)               # whether that is what a person worked out by hand
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from footfall import proof
from footfall.catalogue import Example, Kpi
from footfall.doors.importers.stage import Options, stage_events
from footfall.facts.costs import stage_rows
from footfall.folder import SETTINGS_FILE, create
from footfall.proof import Script, Sent, asked_by, segment_value
from footfall.settings import add_site, site_from_mapping
from footfall.workspace import Workspace
from reference import Reference

APART = timedelta(weeks=5)
AT_ONE_SITE = 100
Value = Any  # a count, exact money, a mean or rate, or None


def holds(example: Example, answer: Value) -> bool:
    """Whether a value is the one worked out by hand."""
    return proof.holds(example.value, answer)


def reference_answer(kpi: Kpi, example: Example) -> Value:
    """What the slow reference says of the example's segment."""
    script = Script(example)
    start, end = map(str, script.days())
    reference = Reference(script.events(), dict(example.site), script.tables())
    rows = reference.kpis([kpi.id], start, end, by=asked_by(kpi, example))
    return segment_value(kpi, example, ((row["segment"], row["value"]) for row in rows))


def answer_of(kpi: Kpi, example: Example, own: Iterable[Path] = ()) -> Value:
    """What the product says; ``own`` are files of KPIs in the workspace's own folder."""
    return answers([(kpi, example)], own)[0]


def answers(asked: Sequence[tuple[Kpi, Example]], own: Iterable[Path] = ()) -> list[Value]:
    """What the product says of each, in the order asked.

    Examples with the same settings stand side by side in one site, with other people and five weeks
    apart, because an import takes about a second, however few events it has.
    """
    places = _placed(asked)
    with TemporaryDirectory() as name:
        _make_workspace(Path(name), places, own)
        with Workspace(Path(name)) as shop:
            for site, told in groupby(sorted(places, key=attrgetter("site")), attrgetter("site")):
                scripts = [place.script for place in told]
                events = [event for script in scripts for event in script.events()]
                if events:
                    _import(shop, site, events)
                _import_tables(shop, site, scripts)
            return [_ask(shop, place) for place in places]


@dataclass(frozen=True)
class _Place:
    """Where an example stands: at which site, and how much earlier than it is told."""

    kpi: Kpi
    example: Example
    site: str = "shop"
    number: int = 0

    @property
    def script(self) -> Script:
        """The example with people, orders and days of its own."""
        return Script(self.example, f"{self.number:03d}-", self.number * APART)


def _placed(asked: Sequence[tuple[Kpi, Example]]) -> list[_Place]:
    """Every example with its place; a site with a time zone has only one, for its days are told."""
    neighbours: dict[str, int] = {}
    sites: dict[tuple[str, int], str] = {}
    places = []
    for at, (kpi, example) in enumerate(asked):
        alike = json.dumps(example.site, sort_keys=True)
        alike += str(at) if "timezone" in example.site else ""
        number = neighbours[alike] = neighbours.get(alike, -1) + 1
        site = sites.setdefault((alike, number // AT_ONE_SITE), f"shop{len(sites)}")
        places.append(_Place(kpi, example, site, number % AT_ONE_SITE))
    return places


def _make_workspace(folder: Path, places: Sequence[_Place], own: Iterable[Path]) -> None:
    settings = {place.site: place.example.site for place in places}
    for site, told in settings.items():
        add_site(folder / SETTINGS_FILE, site_from_mapping(site, told))
    create(folder, places[0].site)
    for path in own:
        (folder / "kpis" / path.name).write_bytes(path.read_bytes())


def _import(shop: Workspace, site: str, events: Sequence[Sent]) -> None:
    file = shop.folder / f"{site}.jsonl"
    file.write_text("".join(json.dumps(event) + "\n" for event in events), "utf-8")
    staged = stage_events([file], Options(), shop.folder / site, shop.clock.now_ms())
    assert (staged.rejected, staged.accepted) == (0, len(events))
    shop.append_events(shop.site(site), staged.parts)


def _import_tables(shop: Workspace, site: str, scripts: Sequence[Script]) -> None:
    rows: dict[str, list[Sent]] = {}
    for script in scripts:
        for kind, told in script.tables().items():
            rows.setdefault(kind, []).extend(told)
    for kind, told in rows.items():
        staged = stage_rows(kind, told, shop.folder / f"{site}-{kind}.parquet")
        shop.append_table(shop.site(site), kind, staged)


def _ask(shop: Workspace, place: _Place) -> Value:
    kpi, example = place.kpi, place.example
    start, end = place.script.days()
    by = asked_by(kpi, example)
    rows = shop.kpis([kpi.id], start=start, end=end, by=by, site=place.site)
    return segment_value(kpi, example, ((row.segment, row.value) for row in rows))
