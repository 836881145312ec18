"""The pages: every site beside the others, one site, one KPI, and what the KPIs mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from footfall.catalogue import built_in
from footfall.doors.web import spec
from footfall.doors.web.asking import Asker, Memory, last_days, today_of
from footfall.doors.web.build import build, chart_of, table_of, tiles_of
from footfall.doors.web.params import Parameter
from footfall.doors.web.problems import NotFoundError, said
from footfall.doors.web.render import page
from footfall.doors.web.state import COMPARISONS, PRESETS, State
from footfall.errors import FootfallError, RequestError, unknown
from footfall.holding import Held
from footfall.localtime import EVERY
from footfall.query.question import all_dimensions
from footfall.report.data import kpis_csv
from footfall.report.drilldown import answers_csv
from footfall.report.explained import explained
from footfall.report.explanation import explanation_csv
from footfall.report.local import Local
from footfall.report.quality import Worth, sections
from footfall.report.words import formula, groups, label, measures, named_sets
from footfall.settings import Site

if TYPE_CHECKING:
    from starlette.requests import Request

    from footfall.explain import Explanation
    from footfall.workspace import Workspace

EXPORTED = (
    Parameter("kpi", "The KPIs.", repeatable=True),
    Parameter("by", "Cut by this dimension."),
    Parameter("cumulate", "From the first day on."),
)
FURTHER = (
    Parameter("by", "A table of this dimension."),
    Parameter("page", "The page whose clicks are shown."),
)
SHOWN_THINGS = 100
USUAL_TABLES = ("device", "channel", "visitor_type")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages of a workspace that this process holds."""

    held: Held
    memory: Memory

    def routes(self) -> list[Route]:
        """The pages' addresses."""
        addresses: tuple[tuple[str, Callable[[Request], Response]], ...] = (
            ("/", self.overview),
            ("/learn", self.learn),
            ("/learn/{kpi}", self.learn_one),
            ("/s/{site}", self.site),
            ("/s/{site}/kpi/{kpi}", self.kpi),
            ("/s/{site}/quality", self.quality),
            ("/s/{site}/export.csv", self.export),
            ("/s/{site}/explain/{kpi}", self.explain),
            ("/s/{site}/explain/{kpi}/things.csv", self.things),
            ("/s/{site}/answers.csv", self.answers),
            ("/s/{site}/experience", self.experience),
            ("/s/{site}/experience/{tab}", self.experience),
            ("/s/{site}/folder", self.experience),
            ("/s/{site}/{page}", self.page),
            ("/s/{site}/{page}/{tab}", self.page),
        )
        return [Route(path, _told(answer), methods=["GET"]) for path, answer in addresses]

    def overview(self, request: Request) -> Response:
        """Every site beside the others."""
        with self.held.view() as workspace:
            sites = list(workspace.settings.sites.values())
            if not sites:
                return page("empty.html", **_frame(workspace, None, request, "Overview"))
            if len(sites) == 1:
                return RedirectResponse(f"/s/{sites[0].id}{_asked_of(request)}", 307)
            askers = [self._asker(workspace, site, request) for site in sites]
            cards = [
                (asker.site, list(tiles_of(asker, spec.SITE_HEADLINE).values())) for asker in askers
            ]
            frame = _frame(workspace, askers[0], request, "Overview")
            return page("overview.html", cards=cards, **frame)

    def site(self, request: Request) -> Response:
        """One site in short."""
        with self._asking(request) as asker:
            tab = spec.Tab("", "Overview", spec.SITE_HEADLINE, spec.SITE_CHARTS)
            frame = _frame(asker.workspace, asker, request, asker.site.name)
            return page("tab.html", page=None, tab=tab, built=build(asker, tab), **frame)

    def page(self, request: Request) -> Response:
        """One page of a site, with its tabs."""
        found = spec.PAGES.get(request.path_params["page"])
        tab = found.tab(request.path_params.get("tab", "")) if found else None
        if found is None or tab is None:
            raise NotFoundError("there is no such page")
        with self._asking(request) as asker:
            frame = _frame(asker.workspace, asker, request, found.title)
            return page("tab.html", page=found, tab=tab, built=build(asker, tab, found.id), **frame)

    def experience(self, request: Request) -> Response:
        """One chat experience, or all of a folder."""
        kind = request.url.path.split("/")[3]
        tab = spec.EXPERIENCE.tab(request.path_params.get("tab", ""))
        thing = Parameter(kind, "What the page is of.", is_required=True)
        if tab is None:
            raise NotFoundError("there is no such page")
        with self._asking(request, (thing,)) as asker:
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
            return page("tab.html", **words, **_frame(asker.workspace, asker, request, title))

    def explain(self, request: Request) -> Response:
        """Why a KPI has its value."""
        with self._asking(request) as asker:
            told = self._explained(asker, request, SHOWN_THINGS)
            words: dict[str, Any] = {
                "told": told,
                "kpi": told.kpi,
                "parts_of": explained(told, asker.local),
            }
            frame = _frame(asker.workspace, asker, request, f"{label(told.kpi)}, explained")
            return page("explain.html", **words, **frame)

    def things(self, request: Request) -> Response:
        """Everything that a KPI counted and did not count, as CSV."""
        with self._asking(request) as asker:
            told = self._explained(asker, request, None)
            return _csv(explanation_csv(told), f"{asker.site.id}-{told.kpi.id}-explained")

    def _explained(self, asker: Asker, request: Request, limit: int | None) -> Explanation:
        kpi = request.path_params["kpi"]
        if kpi not in asker.catalogue.kpis:
            raise NotFoundError(unknown("KPI", kpi, asker.catalogue.kpis))
        first, last = asker.days
        return asker.workspace.explain(
            kpi, start=first, end=last, where=asker.state.where, segment=asker.state.segment,
            limit=limit, site=asker.site.id,
        )  # fmt: skip

    def answers(self, request: Request) -> Response:
        """What was typed about the recommendation, of one band, as CSV."""
        further = (
            Parameter("experience", "The experience.", is_required=True),
            Parameter("band", "Whose."),
        )
        with self._asking(request, further) as asker:
            given = asker.state.given
            experience, band = given.one("experience") or "", given.one("band") or "all"
            found = asker.ask("drilldown", experience=experience, answers=band)
            return _csv(answers_csv(found), f"{asker.site.id}-answers-{band}")

    def kpi(self, request: Request) -> Response:
        """Everything about one KPI of a site."""
        with self._asking(request) as asker:
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
            return page("kpi.html", **words, **_frame(asker.workspace, asker, request, label(kpi)))

    def quality(self, request: Request) -> Response:
        """What of the data could not be taken at its word."""
        with self._asking(request) as asker:
            told = sections(asker.workspace.quality(asker.site.id))
            parts_of = [
                (title, [(what, _much(asker.local, much), note) for what, much, note in lines])
                for title, lines in told
            ]
            frame = _frame(asker.workspace, asker, request, "Data quality")
            return page("quality.html", parts_of=parts_of, **frame)

    def learn(self, request: Request) -> Response:
        """What all KPIs mean."""
        with self.held.view() as workspace:
            frame = _frame(workspace, None, request, "KPI reference")
            return page("learn.html", groups=groups(_book(workspace).values()), **frame)

    def learn_one(self, request: Request) -> Response:
        """What one KPI means."""
        with self.held.view() as workspace:
            book = _book(workspace)
            kpi = book.get(request.path_params["kpi"])
            if kpi is None:
                raise NotFoundError(unknown("KPI", request.path_params["kpi"], book))
            words = {
                "kpi": kpi, "label": label(kpi), "formula": formula(kpi),
                "measures": measures(kpi), "sets": named_sets(kpi),
            }  # fmt: skip
            return page("learn_kpi.html", **words, **_frame(workspace, None, request, label(kpi)))

    def export(self, request: Request) -> Response:
        """The numbers of a chart or a table as CSV."""
        with self._asking(request, EXPORTED) as asker:
            given = asker.state.given
            answer = asker.kpis(
                given.many("kpi"),
                by=tuple((given.one("by") or "").split(",")) if given.one("by") else (),
                every=given.one("every"),
                cumulate=given.flag("cumulate"),
            )
            text = kpis_csv(answer) if answer else "kpi,bucket,value,numerator,denominator\n"
        return _csv(text, f"{asker.site.id}-{'-'.join(given.many('kpi')[:3]) or 'kpis'}")

    @contextmanager
    def _asking(self, request: Request, further: tuple[Parameter, ...] = ()) -> Iterator[Asker]:
        with self.held.view() as workspace:
            name = request.path_params["site"]
            site = workspace.settings.sites.get(name)
            if site is None:
                raise NotFoundError(unknown("site", name, workspace.settings.sites))
            yield self._asker(workspace, site, request, further)

    def _asker(
        self,
        workspace: Workspace,
        site: Site,
        request: Request,
        further: tuple[Parameter, ...] = (),
    ) -> Asker:
        state = State.of(request.query_params, today_of(workspace, site), further or FURTHER)
        return Asker(workspace, site, state, self.memory)


def _book(workspace: Workspace) -> dict[str, Any]:
    """All KPIs of all sites by their ids."""
    found = dict(built_in().kpis)
    for site in workspace.settings.sites.values():
        found |= workspace.catalogue(site).kpis
    return found


def _frame(
    workspace: Workspace, asker: Asker | None, request: Request, title: str
) -> dict[str, Any]:
    """What surrounds every page: the sites, the pages, the period, the filters."""
    sites = list(workspace.settings.sites.values())
    state = asker.state if asker else None
    return {
        "title": title,
        "sites": sites,
        "asker": asker,
        "state": state,
        "pages": list(spec.PAGES.values()),
        "presets": PRESETS,
        "comparisons": COMPARISONS,
        "lengths": tuple(EVERY),
        "dimensions": sorted(all_dimensions()),
        "path": request.url.path,
        "section": _section(request),
        "query": state.query() if state else "",
        "is_empty": bool(asker and asker.known_days is None),
        "latest": _latest(asker),
    }


def _section(request: Request) -> str:
    """The page of the site to which a page of one thing belongs."""
    _, *parts = request.url.path.split("/")
    if len(parts) > 2 and parts[0] == "s" and parts[2] in ("experience", "folder"):
        return spec.CHAT.id
    kpi = built_in().kpis.get(request.path_params.get("kpi", ""))
    groups_of = {tab.group: page_.id for page_ in spec.PAGES.values() for tab in page_.tabs}
    return groups_of.get(kpi.group, "") if kpi and parts[0] == "s" else ""


def _latest(asker: Asker | None) -> dict[str, str] | None:
    """Where there are events, if there are none in the days of the page."""
    if asker is None or asker.known_days is None:
        return None
    first, last = asker.days
    known = asker.known_days
    if first <= known[1] and last >= known[0]:
        return None
    return {
        "known": asker.local.span(*known),
        "link": asker.state.for_days(*last_days(known)),
    }


def _told(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """The page, or why there is none."""

    def handle(request: Request) -> Response:
        try:
            return answer(request)
        except NotFoundError as error:
            return page("problem.html", 404, title="Not found", detail=said(error))
        except RequestError as error:
            return page("problem.html", 400, title="That cannot be asked", detail=said(error))
        except FootfallError as error:
            return page("problem.html", 500, title="That went wrong", detail=said(error))

    return handle


def _csv(text: str, name: str) -> Response:
    """A file of numbers to be kept."""
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
    headers = {"content-disposition": f'attachment; filename="{safe}.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _much(local: Local, much: int | Worth) -> str:
    """A number of data quality as it is written here; what is worth something in its currency."""
    return (
        local.count(much)
        if isinstance(much, int)
        else replace(local, currency=much[1]).money(much[0])
    )


def _asked_of(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""
