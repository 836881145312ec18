"""The pages of experiments: all of them, one with its story, and that one as a file to be kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.routing import Route

from footfall.doors.web.frame import Desk, frame, told
from footfall.doors.web.problems import NotFoundError
from footfall.doors.web.render import page, text
from footfall.doors.web.single import brought
from footfall.errors import unknown
from footfall.experiment.listing import Entry
from footfall.experiments import FOLDER
from footfall.report.experiment import story
from footfall.report.experiment_course import course_chart
from footfall.report.experiment_grids import Mark
from footfall.report.local import Local
from footfall.report.verdict import WORDS, tone
from footfall.report.writing import Here, between, lift

if TYPE_CHECKING:
    from starlette.requests import Request

    from footfall.doors.web.asking import Asker
    from footfall.experiment.result import Report
    from footfall.settings import Site


@dataclass(frozen=True, slots=True)
class ExperimentPages:
    """The experiments of a workspace that this process holds."""

    desk: Desk

    def routes(self) -> list[Route]:
        """The pages' addresses."""
        addresses: tuple[tuple[str, Callable[[Request], Response]], ...] = (
            ("/s/{site}/experiments", self.every),
            ("/s/{site}/experiments/{name}", self.one),
            ("/s/{site}/experiments/{name}/report.html", self.file),
        )
        return [Route(path, told(answer), methods=["GET"]) for path, answer in addresses]

    def every(self, request: Request) -> Response:
        """All experiments of a site."""
        with self.desk.asking(request) as asker:
            found = _ask(asker, "experiments")
            to = Here(asker.local)
            cards = [_card(entry, to) for entry in found.entries]
            marks = [card["mark"] for card in cards if card["mark"]]
            reach = max((max(abs(mark.low), abs(mark.high)) for mark in marks), default=1.0)
            faults = {name: text.split("\n") for name, text in found.faults.items()}
            words: dict[str, Any] = {"cards": cards, "reach": min(reach, 1.0), "faults": faults}
            return page("experiments.html", **words, **_around(asker, request, "Experiments"))

    def one(self, request: Request) -> Response:
        """One experiment and what came of it."""
        with self.desk.asking(request) as asker:
            found = self._found(asker, request)
            around = _around(asker, request, found.design.name)
            return page("experiment.html", **_words(found, asker.site), **around)

    def file(self, request: Request) -> Response:
        """The same as one file that needs nothing else."""
        with self.desk.asking(request) as asker:
            found = self._found(asker, request)
            headers = {"content-disposition": f'attachment; filename="{found.design.id}.html"'}
            content = experiment_file(found, asker.site)
            return Response(content, media_type="text/html; charset=utf-8", headers=headers)

    def _found(self, asker: Asker, request: Request) -> Report:
        name = request.path_params["name"]
        listing = _ask(asker, "experiments")
        known = [*(entry.report.design.id for entry in listing.entries), *listing.faults]
        if name not in known:
            raise NotFoundError(unknown("experiment", name, known))
        found: Report = _ask(asker, "experiment", name=name)
        return found


def _ask(asker: Asker, method: str, **words: str) -> Any:
    """What the workspace answers; what it answered of the same designs is remembered."""
    folder = asker.workspace.folder / FOLDER
    told = tuple(
        (path.name, path.stat().st_mtime_ns, path.stat().st_size)
        for path in sorted(folder.glob("*.toml"))
    )
    return asker.ask_of_all_days(method, told, **words)


def experiment_file(report: Report, site: Site) -> str:
    """An experiment as one HTML file."""
    return text("experiment_file.html", site=site, **_words(report, site), **brought())


def _words(report: Report, site: Site) -> dict[str, Any]:
    return {"story": story(report, Here(Local.of(site))), "chart": course_chart(report, site)}


def _around(asker: Asker, request: Request, title: str) -> dict[str, Any]:
    """What surrounds the page; the days of an experiment are its own, so none are chosen."""
    around = frame(asker.workspace, asker, request, title)
    return around | {"state": None, "latest": None, "is_empty": False}


def _card(entry: Entry, to: Here) -> dict[str, Any]:
    """An experiment in short."""
    report, headline = entry.report, entry.report.headline
    value, interval = entry.lift
    outcome = report.primary
    return {
        "id": report.design.id,
        "name": report.design.name,
        "word": WORDS[headline.decision],
        "tone": tone(headline),
        "begins": to.day(report.design.start),
        "days": report.days,
        "people": to.count(sum(report.checks.units.values())),
        "kpi": outcome.name if outcome else report.design.primary.kpi.replace("_", " "),
        "lift": lift(to, value),
        "between": between(to, interval),
        "mark": Mark(interval.low, interval.high, value) if interval else None,
    }
