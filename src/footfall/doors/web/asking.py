"""Asking for a page: the questions of one request, and the answers that are known already."""

from __future__ import annotations

import pickle
import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from footfall.catalogue import Catalogue
from footfall.doors.web.state import State, usual_every
from footfall.localtime import bucket_end, local_day, local_hour
from footfall.query.question import choose
from footfall.query.segment import Segment
from footfall.query.segment_file import find_segment, segment_names
from footfall.report.local import Local
from footfall.settings import Site
from footfall.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from footfall.facts.quality import Quality
    from footfall.query.answer import Answer

MOST_BYTES = 64_000_000
OF_ONE = {"drilldown": ("experience", "folder")}
"""The filters that a report of one thing has in that already."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock

OF_EVERYBODY = ("team",)
"""The reports that know no segment."""


@dataclass
class Memory:
    """The latest answers. An answer is known by its question and all that it was computed from.

    It holds so many bytes at most, counted as an answer is sent to another process: at work it
    takes some four times as much.
    """

    most_bytes: int = MOST_BYTES
    _known: OrderedDict[Hashable, tuple[Any, int]] = field(default_factory=OrderedDict)
    _bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable) -> Any | None:
        """The answer to a question, if it is known."""
        with self._lock:
            if key not in self._known:
                return None
            self._known.move_to_end(key)
            return self._known[key][0]

    def keep(self, key: Hashable, answer: Any) -> None:
        """Keeps an answer, unless it is too big; forgets those that nobody asked for longest."""
        size = len(pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL))
        if size > self.most_bytes:
            return
        with self._lock:
            self._bytes += size - self._known.pop(key, (None, 0))[1]
            self._known[key] = answer, size
            while self._bytes > self.most_bytes:
                _, (_, freed) = self._known.popitem(last=False)
                self._bytes -= freed


@dataclass
class Asker:
    """What one request asks of one site."""

    workspace: Workspace
    site: Site
    state: State
    memory: Memory
    scope: dict[str, list[str | None]] = field(default_factory=dict)
    """What the page is of, as a filter: one experience, one folder."""
    _fits: dict[Hashable, set[str]] = field(default_factory=dict)

    @cached_property
    def local(self) -> Local:
        """How the site's people write."""
        return Local.of(self.site)

    @cached_property
    def catalogue(self) -> Catalogue:
        """The site's KPIs."""
        return self.workspace.catalogue(self.site)

    @cached_property
    def known_days(self) -> tuple[date, date] | None:
        """The days of the first and the last event; None where there are no events."""
        key = ("days", self.site.id, self._position)
        if (known := self.memory.get(key)) is None:
            known = self.workspace.known_days(self.site.id) or ()
            self.memory.keep(key, known)
        return known or None

    @cached_property
    def days(self) -> tuple[date, date]:
        """The days of the page, from the first to the last."""
        first, last = self.state.days()
        known = self.known_days or (self.state.today, self.state.today)
        return (
            first or min(known[0], last or known[0]),
            last or max(known[1], first or known[1]),
        )

    @property
    def every(self) -> str:
        """The length of buckets: as it was chosen, else of the usual length."""
        return self.state.every or usual_every(*self.days)

    def open_from(self, buckets: Sequence[str]) -> int | None:
        """The first of these buckets whose time is not over yet."""
        hour = local_hour(self.workspace.clock.now_ms() * 1000, self.site.timezone)
        now = (_EPOCH + timedelta(hours=hour)).isoformat()
        return next((at for at, each in enumerate(buckets) if self._end(each) > now), None)

    def _end(self, bucket: str) -> str:
        """When a bucket is over, on the wall clock."""
        if self.every == "hour":
            return (datetime.fromisoformat(bucket[:16]) + timedelta(hours=1)).isoformat()
        last = bucket_end(date.fromisoformat(bucket), self.every, self.days[1])
        return datetime.combine(last + timedelta(days=1), time.min).isoformat()

    @cached_property
    def _basis(self) -> Hashable:
        """All that answers are computed from, but the question."""
        hour = self.workspace.clock.now_ms() // 3_600_000
        return self.site.definition_hash(), self.catalogue.definitions, self._position, hour

    @cached_property
    def _position(self) -> Hashable:
        """How far the facts are: events of the log, and its files (tables have no events)."""
        return self.workspace.log_state(self.site.id)

    def kpis(
        self,
        ids: Iterable[str],
        *,
        by: Sequence[str] = (),
        every: str | None = None,
        cumulate: bool = False,
        compare: bool = False,
    ) -> Answer | None:
        """The KPIs of the page's days and filters; None where none of them can be asked so."""
        only = {**self.state.where, **self.scope}
        chosen = self.fitting(ids, by, tuple(only), every)
        if not chosen:
            return None
        first, last = self.days
        words = {
            "start": first,
            "end": last,
            "by": tuple(by),
            "every": every,
            "segment": self.state.segment,
            "cumulate": cumulate,
            "compare": self.state.compare if compare and self.state.compare != "none" else None,
            "site": self.site.id,
        }
        told = tuple((name, tuple(values)) for name, values in only.items())
        key = (self._basis, self.segment, tuple(chosen), tuple(words.items()), told)
        if (known := self.memory.get(key)) is None:
            known = self.workspace.kpis(chosen, where=only, **words)  # type: ignore[arg-type]
            self.memory.keep(key, known)
        return known

    def ask(self, method: str, **words: Any) -> Any:
        """Another report of the workspace, of the page's days and filters."""
        first, last = self.days
        asked = {**words, "start": first, "end": last, "site": self.site.id}
        if method not in OF_EVERYBODY:
            asked["segment"] = self.state.segment
        within = OF_ONE.get(method, ())
        only = {name: each for name, each in self.state.where.items() if name not in within}
        told = tuple((name, tuple(values)) for name, values in only.items())
        key = (self._basis, self.segment, method, tuple(asked.items()), told)
        if (known := self.memory.get(key)) is None:
            known = getattr(self.workspace, method)(where=only, **asked)
            self.memory.keep(key, known)
        return known

    def quality(self) -> Quality:
        """The site's data quality, which knows of imports too that no fact has come of."""
        written = tuple(
            (found.stat().st_mtime_ns, found.stat().st_size)
            for found in sorted(self.workspace.data.glob("control.sqlite*"))
            if not found.name.endswith("-shm")
        )
        key = (self._basis, "quality", written)
        if (known := self.memory.get(key)) is None:
            known = self.workspace.quality(self.site.id)
            self.memory.keep(key, known)
        return cast("Quality", known)

    def ask_of_all_days(self, method: str, basis: Hashable, **words: Any) -> Any:
        """A report that has days and filters of its own; `basis` is what else it is made of."""
        key = (self._basis, self.site.id, basis, method, tuple(words.items()))
        if (known := self.memory.get(key)) is None:
            known = getattr(self.workspace, method)(site=self.site.id, **words)
            self.memory.keep(key, known)
        return known

    def query(self, **changes: str | list[str] | None) -> str:
        """The choices for another page that is to show the numbers of this one."""
        only = {**self.state.where, **self.scope}
        told = [f"{name}={each or ''}" for name, values in only.items() for each in values]
        return self.state.query(where=told, **changes)

    @property
    def by(self) -> str | None:
        """The dimension that a table is asked by."""
        return self.state.given.one("by")

    def fitting(
        self, ids: Iterable[str], by: Sequence[str], where: Sequence[str], every: str | None
    ) -> list[str]:
        """Those KPIs that can be asked so."""
        key = (tuple(by), tuple(where), every)
        if key not in self._fits:
            fits, _ = choose(self.catalogue, (), by, where, every, segment=self.segment)
            self._fits[key] = {kpi.id for kpi in fits}
        return [each for each in dict.fromkeys(ids) if each in self._fits[key]]

    @cached_property
    def segment(self) -> Segment | None:
        """The named segment, where one was chosen."""
        name = self.state.segment
        return find_segment(self._segments, name) if name else None

    @property
    def segment_names(self) -> list[str]:
        """The named segments that can be chosen."""
        return segment_names(self._segments)

    @property
    def _segments(self) -> Path:
        return self.workspace.folder / "segments"


def today_of(workspace: Workspace, site: Site) -> date:
    """The day that it is in a site."""
    return local_day(workspace.clock.now_ms() * 1000, site.timezone)


def last_days(known: tuple[date, date], number: int = 30) -> tuple[date, date]:
    """The last days that there are events of."""
    return max(known[0], known[1] - timedelta(days=number - 1)), known[1]
