"""The bell: who gets the numbers of a site or of a chat experience by e-mail, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from footfall.doors.web.forms import Fields, taken
from footfall.doors.web.frame import Desk, frame, told
from footfall.doors.web.params import Parameter
from footfall.doors.web.problems import NotFoundError
from footfall.doors.web.render import page
from footfall.errors import RequestError, unknown
from footfall.localtime import moment_text
from footfall.log.subscriptions import (
    CADENCES,
    DOUBTFUL,
    REFUSED,
    SENT,
    WAITING,
    Delivery,
    Subscription,
)
from footfall.report.due import next_due
from footfall.report.local import Local
from footfall.settings import Site, recipient

if TYPE_CHECKING:
    from starlette.requests import Request

    from footfall.workspace import Workspace

HOURS = range(24)
STATES = {
    SENT: "sent", WAITING: "not sent yet", REFUSED: "refused by the mail server",
    DOUBTFUL: "perhaps sent",
}  # fmt: skip
FURTHER = (
    Parameter("experience", "Whose bell it is."),
    Parameter("new", "The subscription that was just made."),
)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription in words."""

    number: int
    address: str
    token: str
    of: str
    when: str
    last: str
    trouble: str
    following: str


@dataclass(frozen=True, slots=True)
class Bell:
    """The subscriptions of a workspace's sites."""

    desk: Desk

    def routes(self) -> list[Route]:
        """Their addresses."""
        return [
            Route("/s/{site}/reports", told(self.page), methods=["GET"]),
            Route("/s/{site}/reports", taken(self.change), methods=["POST"]),
            Route("/unsubscribe/{token}", told(self.leave), methods=["GET"]),
            Route("/unsubscribe/{token}", taken(self.left, by_anybody=True), methods=["POST"]),
        ]

    def page(self, request: Request) -> Response:
        """Who gets what, and what became of it."""
        with self.desk.asking(request, FURTHER) as asker:
            workspace, given = asker.workspace, asker.state.given
            store = workspace.control.subscriptions
            lines = [
                _line(workspace, asker.site, each, store.latest(each))
                for each in store.listed(asker.site.id)
            ]
            new = next((each for each in lines if str(each.number) == given.one("new")), None)
            words: dict[str, Any] = {
                "lines": lines,
                "new": new,
                "has_server": workspace.settings.mail is not None,
                "experience": given.one("experience") or "",
            }
            around = frame(workspace, asker, request, "Reports by e-mail")
            return page("reports.html", **words, **(around | {"state": None}))

    def change(self, request: Request, fields: Fields) -> Response:
        """Subscribes or unsubscribes an address."""

        def answer(request: Request) -> Response:
            with self.desk.held.view() as workspace:
                name = request.path_params["site"]
                if name not in workspace.settings.sites:
                    raise NotFoundError(unknown("site", name, workspace.settings.sites))
                now, store = workspace.clock.now_ms(), workspace.control.subscriptions
                if "end" in fields:
                    store.end(fields["end"], now)
                    return RedirectResponse(f"/s/{name}/reports", 303)
                new = store.add(name, *_wanted(fields), now)
                return RedirectResponse(f"/s/{name}/reports?new={new.id}", 303)

        return told(answer)(request)

    def leave(self, request: Request) -> Response:
        """Asks whether somebody wants to leave: looking at a link changes nothing."""
        with self.desk.held.view() as workspace:
            token = request.path_params["token"]
            found = workspace.control.subscriptions.by_token(token)
            of = _of(workspace, found)
            return page("unsubscribe.html", found=found, of=of, is_done=False)

    def left(self, request: Request, _: Fields) -> Response:
        """Ends a subscription; its letters alone know the word that does it."""

        def answer(request: Request) -> Response:
            with self.desk.held.view() as workspace:
                store = workspace.control.subscriptions
                found = store.end(request.path_params["token"], workspace.clock.now_ms())
                of = _of(workspace, found)
                return page("unsubscribe.html", found=found, of=of, is_done=True)

        return told(answer)(request)


def _wanted(fields: Fields) -> tuple[str, str, str, int]:
    """The experience, the address, how often, and at which hour. Raises RequestError."""
    cadence, hour = fields.get("cadence", ""), fields.get("hour", "")
    if cadence not in CADENCES:
        raise RequestError(unknown("cadence", cadence, CADENCES))
    if not (hour.isascii() and hour.isdecimal() and int(hour) in HOURS):
        raise RequestError(f"hour={hour!r} is no full hour of a day; choose one from 0 to 23")
    return fields.get("experience", ""), recipient(fields.get("address", "")), cadence, int(hour)


def _of(workspace: Workspace, found: Subscription | None) -> str:
    """What a subscription is of, by its shown name."""
    if found is None or found.site not in workspace.settings.sites:
        return found.site if found else ""
    site = workspace.settings.sites[found.site]
    return _named(site, found.experience) if found.experience else site.name


def _named(site: Site, experience: str) -> str:
    return site.names["experiences"].get(experience, experience)


def _line(
    workspace: Workspace, site: Site, found: Subscription, letter: Delivery | None
) -> Subscribed:
    local = Local.of(site)
    now_us = workspace.clock.now_ms() * 1000
    following = next_due(found.cadence, found.hour, site.timezone, now_us)
    return Subscribed(
        found.id,
        found.address,
        found.token,
        _named(site, found.experience) if found.experience else "",
        f"{found.cadence}, {found.hour}:00",
        _last(local, site, letter),
        _trouble(local, site, letter),
        _moment(local, site, following.moment) if following else "",
    )


def _last(local: Local, site: Site, letter: Delivery | None) -> str:
    if letter is None or letter.state not in STATES:
        return ""
    return f"{STATES[letter.state]}, {_moment(local, site, letter.changed_ms * 1000)}"


def _trouble(local: Local, site: Site, letter: Delivery | None) -> str:
    """Why the last letter was not sent, and when it is tried again."""
    if letter is None or not letter.error or letter.state == SENT:
        return ""
    again = letter.state == WAITING
    when = f"; next try {_moment(local, site, letter.next_ms * 1000)}" if again else ""
    return f"{letter.error}{when}"


def _moment(local: Local, site: Site, ts_us: int) -> str:
    """A moment on the site's clock."""
    told = moment_text(ts_us, site.timezone)
    return f"{local.day(date.fromisoformat(told[:10]))} {told[11:16]}"
