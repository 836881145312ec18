"""The pages: every site beside the others, one site, one KPI, and what the KPIs mean."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from footfall.catalogue import built_in
from footfall.doors.web import spec
from footfall.doors.web.build import build, chart_of, table_of, tiles_of
from footfall.doors.web.frame import Desk, frame, told
from footfall.doors.web.frame import explained as why
from footfall.doors.web.params import Parameter
from footfall.doors.web.problems import NotFoundError
from footfall.doors.web.render import page
from footfall.errors import unknown
from footfall.report.explained import explained
from footfall.report.local import Local
from footfall.report.quality import Worth, sections
from footfall.report.words import formula, groups, label, measures, named_sets

if TYPE_CHECKING:
    from starlette.requests import Request

    from footfall.workspace import Workspace

SHOWN_THINGS = 100
USUAL_TABLES = ("device", "channel", "visitor_type")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a workspace that this process holds."""

    desk: Desk

    def routes(self) -> list[Route]:
        """The pages' addresses."""
        addresses: tuple[tuple[str, Callable[[Request], Response]], ...] = (
            ("/", self.overview),
            ("/learn", self.learn),
            ("/learn/{kpi}", self.learn_one),
            ("/s/{site}", self.site),
            ("/s/{site}/kpi/{kpi}", self.kpi),
            ("/s/{site}/quality", self.quality),
            ("/s/{site}/explain/{kpi}", self.explain),
            ("/s/{site}/experience", self.experience),
            ("/s/{site}/experience/{tab}", self.experience),
            ("/s/{site}/folder", self.experience),
            ("/s/{site}/{page}", self.page),
            ("/s/{site}/{page}/{tab}", self.page),
        )
        return [Route(path, told(answer), methods=["GET"]) for path, answer in addresses]

    def overview(self, request: Request) -> Response:
        """Every site beside the others."""
        with self.desk.held.view() as workspace:
            sites = list(workspace.settings.sites.values())
            if not sites:
                return page("empty.html", **frame(workspace, None, request, "Overview"))
            if len(sites) == 1:
                return RedirectResponse(f"/s/{sites[0].id}{_asked_of(request)}", 307)
            askers = [self.desk.asker(workspace, site, request) for site in sites]
            cards = [
                (asker.site, list(tiles_of(asker, spec.SITE_HEADLINE).values())) for asker in askers
            ]
            around = frame(workspace, askers[0], request, "Overview")
            return page("overview.html", cards=cards, **around)

    def site(self, request: Request) -> Response:
        """One site in short."""
        with self.desk.asking(request) as asker:
            tab = spec.Tab("", "Overview", spec.SITE_HEADLINE, spec.SITE_CHARTS)
            around = frame(asker.workspace, asker, request, asker.site.name)
            return page("tab.html", page=None, tab=tab, built=build(asker, tab), **around)

    def page(self, request: Request) -> Response:
        """One page of a site, with its tabs."""
        found = spec.PAGES.get(request.path_params["page"])
        tab = found.tab(request.path_params.get("tab", "")) if found else None
        if found is None or tab is None:
            raise NotFoundError("there is no such page")
        with self.desk.asking(request) as asker:
            around = frame(asker.workspace, asker, request, found.title)
            return page(
                "tab.html", page=found, tab=tab, built=build(asker, tab, found.id), **around
            )

    def experience(self, request: Request) -> Response:
        """One chat experience, or all of a folder."""
        kind = request.url.path.split("/")[3]
        tab = spec.EXPERIENCE.tab(request.path_params.get("tab", ""))
        thing = Parameter(kind, "What the page is of.", is_required=True)
        if tab is None:
            raise NotFoundError("there is no such page")
        with self.desk.asking(request, (thing,)) as asker:
            name = asker.state.given.one(kind) or ""
            asker.scope = {kind: [name]}
            title = (
                asker.site.names["experiences"].get(name, name) if kind == "experience" else name
            )
            found = spec.EXPERIENCE if kind == "experience" else spec.FOLDER
            words: dict[str, Any] = {
                "page": found,
                "tab": tab,
                "built": build(asker, tab, "experience"),
                "thing": (kind, name),
            }
            return page("tab.html", **words, **frame(asker.workspace, asker, request, title))

    def explain(self, request: Request) -> Response:
        """Why a KPI has its value."""
        with self.desk.asking(request) as asker:
            told = why(asker, request, SHOWN_THINGS)
            words: dict[str, Any] = {
                "told": told,
                "kpi": told.kpi,
                "parts_of": explained(told, asker.local),
            }
            around = frame(asker.workspace, asker, request, f"{label(told.kpi)}, explained")
            return page("explain.html", **words, **around)

    def kpi(self, request: Request) -> Response:
        """Everything about one KPI of a site."""
        with self.desk.asking(request) as asker:
            kpi = asker.catalogue.kpis.get(request.path_params["kpi"])
            if kpi is None:
                raise NotFoundError(
                    unknown("KPI", request.path_params["kpi"], asker.catalogue.kpis)
                )
            only = spec.ChartSpec(label(kpi), (kpi.id,), "bars" if kpi.split else "lines")
            summed = spec.ChartSpec(f"{label(kpi)}, cumulated", (kpi.id,), is_cumulated=True)
            wanted = [only] if kpi.split else [only, summed]
            dimensions = [kpi.requires] if kpi.requires else list(USUAL_TABLES)
            dimensions += [each for each in (request.query_params.get("by"),) if each]
            tables = [
                spec.TableSpec(f"By {each.replace('_', ' ')}", each, (kpi.id,))
                for each in dict.fromkeys(dimensions)
                if each in kpi.dimensions
            ]
            words: dict[str, Any] = {
                "kpi": kpi,
                "label": label(kpi),
                "tile": tiles_of(asker, [kpi.id]).get(kpi.id),
                "charts": [drawn for each in wanted if (drawn := chart_of(asker, each))],
                "tables": [table for each in tables if (table := table_of(asker, each))],
                "formula": formula(kpi),
            }
            return page("kpi.html", **words, **frame(asker.workspace, asker, request, label(kpi)))

    def quality(self, request: Request) -> Response:
        """What of the data could not be taken at its word."""
        with self.desk.asking(request) as asker:
            told = sections(asker.quality())
            parts_of = [
                (title, [(what, _much(asker.local, much), note) for what, much, note in lines])
                for title, lines in told
            ]
            around = frame(asker.workspace, asker, request, "Data quality")
            return page("quality.html", parts_of=parts_of, **around)

    def learn(self, request: Request) -> Response:
        """What all KPIs mean."""
        with self.desk.held.view() as workspace:
            around = frame(workspace, None, request, "KPI reference")
            return page("learn.html", groups=groups(_book(workspace).values()), **around)

    def learn_one(self, request: Request) -> Response:
        """What one KPI means."""
        with self.desk.held.view() as workspace:
            book = _book(workspace)
            kpi = book.get(request.path_params["kpi"])
            if kpi is None:
                raise NotFoundError(unknown("KPI", request.path_params["kpi"], book))
            words = {
                "kpi": kpi, "label": label(kpi), "formula": formula(kpi),
                "measures": measures(kpi), "sets": named_sets(kpi),
            }  # fmt: skip
            return page("learn_kpi.html", **words, **frame(workspace, None, request, label(kpi)))


def _book(workspace: Workspace) -> dict[str, Any]:
    """All KPIs of all sites by their ids."""
    found = dict(built_in().kpis)
    for site in workspace.settings.sites.values():
        found |= workspace.catalogue(site).kpis
    return found


def _much(local: Local, much: int | Worth) -> str:
    """A number of data quality as it is written here; what is worth something in its currency."""
    return (
        local.count(much)
        if isinstance(much, int)
        else replace(local, currency=much[1]).money(much[0])
    )


def _asked_of(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""
