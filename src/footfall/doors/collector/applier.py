"""From the journal into every number: one thread takes in what was received, again and again.

The rows of a site and how far they reach are one transaction; counts, refusals and the position
are another, which is told by the first what it has to count. So whenever the process ends, the next
one finds what is in, and goes on exactly behind it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Protocol

from footfall.doors.collector.helper import Helper
from footfall.doors.collector.stager import Staged, StagedSite, Stretch
from footfall.facts.arrivals import Appended
from footfall.facts.mark import Mark
from footfall.journal import drop_before, segments
from footfall.journal.frames import Position
from footfall.log.quarantine import Refused
from footfall.log.received import ANY_SITE, COLLECTOR, Intake, Place
from footfall.log.received import Turned as Taken
from footfall.mishap import may_die
from footfall.settings import Site
from footfall.workspace import Workspace

PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 10.0
CONFLICT = "duplicate_conflict"
_START: Place = (0, 0)


class Holds(Protocol):
    """Whoever holds the workspace."""

    def view(self) -> Workspace:
        """The workspace, for one piece of work."""
        ...

    def mend(self) -> None:
        """Puts the database in order, where something was wrong with it."""
        ...


@dataclass(slots=True)
class Progress:
    """How far it is, for whoever watches."""

    until: Place = _START
    events: int = 0
    behind: bool = True
    trouble: str = ""
    caught_up_at: float = field(default_factory=monotonic)


@dataclass
class Applier:
    """Takes the journal of a workspace in."""

    held: Holds
    folder: Path
    note: Callable[[str, BaseException], None]
    """Is told what could not be done; it is tried again."""
    before: Callable[[], None] = lambda: None
    """What has to be in order before the first stretch, such as facts that are built again."""
    progress: Progress = field(default_factory=Progress)
    _helper: Helper = field(default_factory=Helper)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begins."""
        self._thread = threading.Thread(target=self._run, name="applier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends when the stretch at hand is in."""
        self._stop.set()
        self._thread.join()
        self._helper.stop()

    def _run(self) -> None:
        pause = 0.0
        is_ready = False
        while not self._stop.wait(pause):
            try:
                if pause:
                    self.held.mend()
                if not is_ready:
                    self.before()
                    is_ready = True
                more = self.step()
            except Exception as error:  # noqa: BLE001 - it is told, and tried again
                self.progress.trouble = str(error)
                self.note("taking the journal in", error)
                self._helper.stop()
                pause = min(max(pause, PAUSE_SECONDS) * 2, LONGEST_PAUSE_SECONDS)
                continue
            self.progress.trouble = ""
            pause = 0.0 if more else PAUSE_SECONDS

    def step(self) -> bool:
        """Takes in what there is, up to a bound; whether there is more."""
        with self.held.view() as workspace:
            places = workspace.control.received.places()
            start = places.get(ANY_SITE, _START)
            if not self._has_news(start):
                self._caught_up()
                return False
            marks = self._marks(workspace)
            ahead = [mark.until for mark in marks.values() if mark.until > start]
            with workspace.staging() as staging:
                stretch = Stretch(
                    self.folder, start, min(ahead, default=None), places, staging
                )  # fmt: skip
                staged = self._helper.stage(stretch)
                may_die("staged")
                if staged.until == start:
                    self._caught_up()
                    return False
                self._take(workspace, staged, marks)
        may_die("taken")
        drop_before(self.folder, Position(*staged.until))
        self.progress.until = staged.until
        if not staged.more and not ahead:
            self._caught_up()
        return staged.more or bool(ahead)

    def _caught_up(self) -> None:
        self.progress.behind = False
        self.progress.caught_up_at = monotonic()

    def _has_news(self, start: Place) -> bool:
        """Whether the journal goes on behind a place."""
        for each in segments(self.folder):
            try:
                if (each.number, each.path.stat().st_size) > start:
                    return True
            except FileNotFoundError:
                continue
        return False

    def _marks(self, workspace: Workspace) -> dict[str, Mark]:
        """How far every site's rows reach, by their own word."""
        found = {}
        for site in workspace.settings.sites.values():
            mark = workspace.projection(site).mark()
            if mark is not None:
                found[site.id] = mark
        return found

    def _take(self, workspace: Workspace, staged: Staged, marks: dict[str, Mark]) -> None:
        intakes = []
        for each in staged.sites:
            intakes.append(self._taken(workspace, each, marks.get(each.intake.site)))
            may_die("site taken")
        now_ms = workspace.clock.now_ms()
        workspace.control.received.take(intakes, staged.until, staged.damage, now_ms)
        for each in staged.sites:
            workspace.join_files(_site(workspace, each.intake.site))
        self.progress.events += sum(each.rows for each in staged.sites)

    def _taken(self, workspace: Workspace, share: StagedSite, mark: Mark | None) -> Intake:
        """Puts a site's share into its log and facts, unless it is there; what it came to."""
        intake = share.intake
        if share.part is None:
            return _counted(intake, 0, 0, 0)
        if mark is not None and mark.until >= intake.until:
            # it was put there by a process that could not count it any more
            stored = mark.events - mark.duplicates - mark.conflicts
            return _counted(intake, stored, mark.duplicates, mark.conflicts)
        site = _site(workspace, intake.site)
        appended = workspace.append_events(site, [share.part], until=intake.until)
        intake.turned += _conflicts(appended, intake)
        return _counted(intake, appended.stored, appended.duplicates, len(appended.conflicts))


def _site(workspace: Workspace, site_id: str) -> Site:
    """The site that events are of; one that was taken out of the settings keeps its log."""
    known = workspace.settings.sites
    return known[site_id] if site_id in known else Site(id=site_id, name=site_id)


def _counted(intake: Intake, stored: int, duplicates: int, conflicts: int) -> Intake:
    """The intake with everything in it that is counted."""
    intake.reasons[CONFLICT] += conflicts
    told = intake.reasons[CONFLICT]
    if not told:
        del intake.reasons[CONFLICT]
    intake.counts = replace(
        intake.counts,
        stored=stored,
        duplicate=duplicates,
        conflicts=told,
        quarantined=intake.reasons.total() - told,
    )
    return intake


def _conflicts(appended: Appended, intake: Intake) -> list[Taken]:
    """The events whose id was taken by another one, which said something else."""
    detail = "another event with this event_id, which says something else, came first; it stays"
    return [
        Taken(
            Refused(COLLECTOR, None, CONFLICT, "/event_id", detail, each.event.encode()),
            1, intake.received_ms,
        )
        for each in appended.conflicts
    ]  # fmt: skip


__all__ = ["Applier", "Holds", "Progress"]
