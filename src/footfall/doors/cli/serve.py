"""`footfall serve`: the dashboard and the API, until it is interrupted."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from contextlib import ExitStack
from pathlib import Path

from footfall import folder as folders
from footfall.doors.cli.options import Command
from footfall.doors.cli.progress import telling
from footfall.doors.cli.screen import note, show

HOST, PORT = "127.0.0.1", 8000


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("--host", metavar="ADDRESS", default=HOST, help=f"of this machine only ({HOST})")
    add("--port", metavar="N", type=int, default=PORT, help=f"({PORT}; 0 takes a free one)")
    add("--role", metavar="ROLE", default="all", help="all, collector, dashboard or worker (all)")


def _run(args: Namespace) -> int:
    serve_until_stopped(folders.find(args.workspace), args.host, args.port, role=args.role)
    return 0


def serve_until_stopped(
    folder: Path, host: str = HOST, port: int = PORT, *, any_port: bool = False, role: str = "all"
) -> None:
    """Serves a workspace, says where, and ends at Ctrl-C.

    `any_port`: another port will do where this one is taken.
    """
    from footfall.doors.server.serve import (  # noqa: PLC0415 - only who serves needs it
        Wish,
        is_free,
        opened,
    )

    if any_port and not is_free(host, port):
        port = 0
    with ExitStack() as stack:
        with telling("opening the workspace") as tell:
            service = stack.enter_context(opened(Wish(folder, host, port, role), tell))
        service.run(_say_where)
    note("stopped; everything is kept")


def _say_where(url: str) -> None:
    show([f"Footfall is at {url} until you press Ctrl-C."])


COMMAND = Command(
    "serve",
    "Serves the dashboard and the API on this machine until it is interrupted. Meanwhile all other "
    "commands and footfall.open() work too.",
    _options,
    _run,
    "  footfall serve\n  footfall serve --port 8080",
    site=False,
)
