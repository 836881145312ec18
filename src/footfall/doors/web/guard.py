"""What holds for every answer: it goes to this machine's names, and the browser loads nothing else.

No page may run or show anything but what this server sends as a file of its own; so a name that
holds markup, wherever it came from, could not act even if it were not shown as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders

from footfall.doors.web.problems import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

# blob: is a chart on its way into a PNG
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
OWN_NAMES = ("127.0.0.1", "localhost", "::1", "[::1]")


class Guard:
    """Wraps the application: refuses foreign host names, and puts the headers on every answer.

    A page elsewhere could have its own name lead to this machine; it would ask under that name.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        if _is_own(Headers(scope=scope).get("host", "")):
            await self._app(scope, receive, guarded)
        else:
            refused = problem(421, "wrong_host", "this server answers under this machine's names")
            await refused(scope, receive, guarded)


def _is_own(host: str) -> bool:
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name.lower() in OWN_NAMES or name.startswith("127.")
