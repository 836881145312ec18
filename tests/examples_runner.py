"""Asks KPIs about their own worked examples: the slow reference, and the product from a file on.

reference_answer(kpi, example)       # the second source, which shares no code with the product
answer_of(kpi, example)              # settings, a file of events, an import, a question
answers([(kpi, example), …])         # the same for many, with one import for each kind of site
holds(example, answer)               # whether that is what a person worked out by hand
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from footfall.catalogue import Example, Kpi
from footfall.doors.importers.stage import Options, stage_events
from footfall.settings import add_site, site_from_mapping
from footfall.workspace import SETTINGS_FILE, Workspace, create
from reference import Reference

ENVELOPE = (
    "url", "title", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term",
    "utm_content", "device", "browser", "os", "country", "region", "user_agent",
)  # fmt: skip
WORDS = {"at", "event", "visitor", "customer", *ENVELOPE}
OWN_IDS = ("transaction_id", "lead_id", "conversation_id")
CLOSE_ENOUGH = Fraction(1, 10**9)
APART = timedelta(weeks=5)
AT_ONE_SITE = 100
Value = Any  # a count, exact money, a mean or rate, or None
Sent = dict[str, Any]


def holds(example: Example, answer: Value) -> bool:
    """Whether a value is the one worked out by hand: counts and sums of money exactly."""
    if example.value is None or answer is None:
        return answer is None and example.value is None
    off = abs(Fraction(str(example.value)) - Fraction(answer))
    return off <= (CLOSE_ENOUGH if isinstance(answer, float | Decimal) else 0)


def reference_answer(kpi: Kpi, example: Example) -> Value:
    """What the slow reference says of the example's segment."""
    place = _Place(kpi, example)
    start, end = map(str, place.days())
    reference = Reference(place.events(), dict(example.site))
    rows = reference.kpis([kpi.id], start, end, by=list(example.by))
    return _value_of(kpi, example, [(row["segment"], row["value"]) for row in rows])


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
                _import(shop, site, [event for place in told for event in place.events()])
            return [_ask(shop, place) for place in places]


@dataclass(frozen=True)
class _Place:
    """Where an example stands: at which site, and how much earlier than it is told."""

    kpi: Kpi
    example: Example
    site: str = "shop"
    number: int = 0

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(str(self.example.site.get("timezone", "UTC")))

    def moment(self, told: str) -> datetime:
        return datetime.fromisoformat(told).replace(tzinfo=self.zone) - self.number * APART

    def days(self) -> tuple[date, date]:
        """The days that are asked for; where none are, those of the first and the last event."""
        told = [datetime.fromisoformat(event["at"]).date() for event in self.example.events]
        start, end = self.example.start or min(told), self.example.end or max(told)
        return start - self.number * APART, end - self.number * APART

    def events(self) -> list[Sent]:
        """The events as they would be sent; their ids are their places in the example."""
        return [self._event(at, told) for at, told in enumerate(self.example.events)]

    def _event(self, at: int, told: Mapping[str, Any]) -> Sent:
        sent = {
            "event_id": f"{self.number:03d}-{at:03d}",
            "event": told["event"],
            "occurred_at": self.moment(told["at"]).isoformat(timespec="milliseconds"),
            "visitor_id": self._own(told.get("visitor")),
            "customer_id": self._own(told.get("customer")),
            **{name: told[name] for name in ENVELOPE if name in told},
            "properties": {
                name: self._own(value) if name in OWN_IDS else value
                for name, value in told.items()
                if name not in WORDS
            },
        }
        return {name: value for name, value in sent.items() if value is not None}

    def _own(self, told: str | None) -> str | None:
        """The example's own people and orders, so that it shares nothing with its neighbours."""
        return told and f"{self.number:03d}-{told}"


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


def _ask(shop: Workspace, place: _Place) -> Value:
    kpi, example = place.kpi, place.example
    start, end = place.days()
    rows = shop.kpis([kpi.id], start=start, end=end, by=list(example.by), site=place.site)
    return _value_of(kpi, example, _told(rows))


def _told(rows: Iterable[Any]) -> list[tuple[Mapping[str, Value], Value]]:
    return [(row.segment, row.value) for row in rows]


def _value_of(
    kpi: Kpi, example: Example, rows: Sequence[tuple[Mapping[str, Value], Value]]
) -> Value:
    """The value of the example's segment; a segment without a row has nothing in it (R13, R17)."""
    found = [value for segment, value in rows if dict(segment) == dict(example.by)]
    assert len(found) < 2, f"{kpi.id}: a segment has one row"
    return found[0] if found else None if kpi.is_ratio else 0
