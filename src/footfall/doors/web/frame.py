"""What surrounds every page: who asks what of which site, the links, what is said in trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from footfall.catalogue import built_in
from footfall.doors.web import forms, spec
from footfall.doors.web.asking import Asker, Memory, last_days, today_of
from footfall.doors.web.params import Parameter
from footfall.doors.web.problems import NotFoundError, said
from footfall.doors.web.render import page
from footfall.doors.web.state import COMPARISONS, PRESETS, State
from footfall.errors import FootfallError, RequestError, unknown
from footfall.holding import Views
from footfall.localtime import EVERY
from footfall.query.question import all_dimensions
from footfall.settings import Site

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from footfall.explain import Explanation
    from footfall.workspace import Workspace

FURTHER = (
    Parameter("by", "A table of this dimension."),
    Parameter("page", "The page whose clicks are shown."),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where requests are read: the workspace that this process holds, and the latest answers."""

    held: Views
    memory: Memory

    @contextmanager
    def asking(self, request: Request, further: tuple[Parameter, ...] = ()) -> Iterator[Asker]:
        """The site that a request is of, and what it asks of it."""
        with self.held.view() as workspace:
            name = request.path_params["site"]
            site = workspace.settings.sites.get(name)
            if site is None:
                raise NotFoundError(unknown("site", name, workspace.settings.sites))
            yield self.asker(workspace, site, request, further)

    def asker(
        self,
        workspace: Workspace,
        site: Site,
        request: Request,
        further: tuple[Parameter, ...] = (),
    ) -> Asker:
        """What a request asks of a site."""
        state = State.of(request.query_params, today_of(workspace, site), further or FURTHER)
        return Asker(workspace, site, state, self.memory)


def explained(asker: Asker, request: Request, limit: int | None) -> Explanation:
    """Why the KPI that a request names has its value."""
    kpi = request.path_params["kpi"]
    if kpi not in asker.catalogue.kpis:
        raise NotFoundError(unknown("KPI", kpi, asker.catalogue.kpis))
    if limit is not None:
        return cast("Explanation", asker.ask("explain", kpi=kpi, limit=limit))
    first, last = asker.days  # all things of a KPI can be millions: those are not kept
    return asker.workspace.explain(
        kpi, start=first, end=last, where=asker.state.where, segment=asker.state.segment,
        site=asker.site.id,
    )  # fmt: skip


def frame(
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
        "form": forms.TOKEN,
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


def told(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
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
