"""Serving a workspace: each role holds what it needs, answers over HTTP, and lets go in order."""

from __future__ import annotations

import asyncio
import fcntl
import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from footfall.clock import SteadyClock
from footfall.doors import shop as demo_shop
from footfall.doors.collector.applier import Applier
from footfall.doors.collector.intake import Intake
from footfall.doors.collector.keyring import Keyring
from footfall.doors.collector.routes import Handle, Routes
from footfall.doors.mail.worker import sending
from footfall.doors.server.deadlines import Watch
from footfall.doors.server.front import Front
from footfall.doors.server.health import Health
from footfall.doors.server.stands import Stands
from footfall.doors.web.app import application
from footfall.errors import FootfallError, RequestError, unknown
from footfall.held import refuse_second
from footfall.holding import Elsewhere, holding
from footfall.journal import Journal
from footfall.unforeseen import told
from footfall.workspace import Told, Workspace

if TYPE_CHECKING:
    from starlette.types import ASGIApp

STOP_SECONDS = 10
START_SECONDS = 10.0
BACKLOG = 1024
MOST_PORTS = 65_535
SWITCH_SECONDS = 0.001
"""How long one thread may keep the others waiting: the journal's must not wait for a picture."""
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")
ALL, COLLECTOR, DASHBOARD, WORKER = "all", "collector", "dashboard", "worker"
ROLES = (ALL, COLLECTOR, DASHBOARD, WORKER)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be served, and where."""

    folder: Path
    host: str
    port: int
    role: str = ALL


@dataclass
class Service:
    """What a role holds, and the socket on which it will be asked."""

    listening: socket.socket
    address: str
    app: ASGIApp
    health: Health
    routes: Routes | None = None
    applier: Applier | None = None
    watch: Watch = field(default_factory=Watch)

    def run(self, ready: Callable[[str], None]) -> None:
        """Answers until it is interrupted; `ready` is told the address."""
        line = type("Line", (Front,), {"find": staticmethod(self.find), "watch": self.health.watch})
        config = uvicorn.Config(
            self.app, http=line, log_level="critical", access_log=False, server_header=False,
            lifespan="off", ws="none", timeout_graceful_shutdown=STOP_SECONDS,
            timeout_keep_alive=60, proxy_headers=False, backlog=BACKLOG,
        )  # fmt: skip
        sys.setswitchinterval(SWITCH_SECONDS)
        _Server(config, self, lambda: ready(self.address)).run(sockets=[self.listening])

    def find(self, path: str) -> Handle | None:
        """Who answers at a path without going through the dashboard's application."""
        match path:
            case "/healthz":
                return self.health.alive
            case "/readyz":
                return self.health.ready
            case "/metrics":
                return self.health.metrics
        return self.routes.find(path) if self.routes is not None else None


@contextmanager
def opened(wish: Wish, tell: Told) -> Iterator[Service]:
    """What a role needs, ready to be served.

    Raises RequestError for an address that others could reach, or where it is served already.
    """
    if wish.role not in ROLES:
        raise RequestError(unknown("role", wish.role, ROLES))
    if wish.role != COLLECTOR:
        check_local(wish.host)
    with ExitStack() as stack:
        listening = stack.enter_context(_listening(wish.host, wish.port))
        address = _url(wish.host, listening.getsockname()[1])
        watch = Watch()
        service = Service(listening, address, _nothing, Health(watch), watch=watch)
        if wish.role in {ALL, WORKER}:
            with Workspace(wish.folder) as workspace:
                refuse_second(workspace.data)
        if wish.role in {ALL, COLLECTOR}:
            _collect(service, wish.folder, stack)
        if wish.role in {ALL, WORKER}:
            _hold(service, wish, stack, tell)
        if wish.role == DASHBOARD:
            service.app = application(Elsewhere(wish.folder))
        yield service


def _collect(service: Service, folder: Path, stack: ExitStack) -> None:
    """Takes events in: the journal is this process's."""
    with Workspace(folder) as workspace:
        data = workspace.data
    stack.enter_context(_only_one(data / "journal", "collects for"))
    clock = SteadyClock()
    keyring = Keyring(data / "control.sqlite")
    keyring.start()
    stack.callback(keyring.stop)
    journal = Journal(data / "journal", clock)
    journal.start()
    stack.callback(journal.close)
    service.routes = Routes(Intake(journal, keyring, clock))
    service.health.intake = service.routes.intake


def _hold(service: Service, wish: Wish, stack: ExitStack, tell: Told) -> None:
    """Holds the database, answers other processes, and takes the journal in."""
    held = stack.enter_context(holding(wish.folder, service.address))
    threading.excepthook = lambda told: _note(told.exc_value, held.errors)
    applier = Applier(
        held, wish.folder / "data" / "journal",
        lambda _, error: _note(error, held.errors), lambda: held.prepare(tell),
    )  # fmt: skip
    applier.start()
    stack.callback(applier.stop)
    service.applier = applier
    service.health.progress = applier.progress
    service.health.has_facts = held.is_ready
    stack.enter_context(sending(held))
    if wish.role == ALL:
        shop = (
            demo_shop.routes(Stands(held, service.routes.intake.keyring)) if service.routes else ()
        )
        service.app = application(held, shop)


@contextmanager
def _only_one(folder: Path, what: str) -> Iterator[None]:
    """Nobody else does so while the block lasts."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("wb")
    except OSError:
        yield  # where nothing can be written, nobody writes
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RequestError(
                f"another process {what} {folder.parent.parent} already; one is enough"
            ) from None
        yield


async def _nothing(scope: Any, _: Any, send: Any) -> None:
    """What a role without pages answers."""
    if scope["type"] == "http":
        headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 404, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def check_local(host: str) -> None:
    """Refuses addresses that other machines can reach: nobody is asked who they are yet."""
    if host not in LOCAL_NAMES and not _is_loopback(host):
        raise RequestError(
            f"--host {host}: only this machine may be served, for there are no users and passwords "
            "yet; write --host 127.0.0.1, and reach it from elsewhere through a tunnel, such as "
            "ssh -L 8000:127.0.0.1:8000"
        )


class _Server(uvicorn.Server):
    """Stops when it is asked to, and leaves it to others to end the process."""

    def __init__(self, config: uvicorn.Config, service: Service, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._service, self._ready = service, ready
        self._tasks: list[asyncio.Task[None]] = []

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stops in order at Ctrl-C and when the system says so."""
        heard = (signal.SIGINT, signal.SIGTERM)
        before = {each: signal.signal(each, self.handle_exit) for each in heard}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to answer."""
        loop = asyncio.get_running_loop()
        if self._service.routes is not None:
            journal = self._service.routes.intake.journal
            journal.deliver, journal.soon = lambda call: _deliver(loop, call), loop.call_soon
        await super().startup(sockets)
        self._tasks = [
            loop.create_task(self._service.watch.run()),
            loop.create_task(self._say_ready(loop.time() + START_SECONDS)),
        ]

    async def _say_ready(self, until: float) -> None:
        """Says where it is when its numbers are current, or when that takes long."""
        has_facts = self._service.health.has_facts
        while has_facts is not None and not has_facts():
            if asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(0.02)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answers what is under way, and ends."""
        await super().shutdown(sockets)
        for each in self._tasks:
            each.cancel()


def _deliver(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Brings a group's outcomes to those who wait; where nobody does any more they are lost."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


def _note(error: BaseException | None, folder: Path) -> None:
    """Says what went wrong where nobody waits for an answer."""
    if isinstance(error, FootfallError):
        sys.stderr.write(f"footfall: {error}\n")
    elif error is not None:
        sys.stderr.write(f"footfall: {told(error, [folder])}\n")


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    if not 0 <= port <= MOST_PORTS:
        raise RequestError(f"--port {port} is no port; write one from 1 to {MOST_PORTS}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else str(error)
            raise FootfallError(
                f"--port {port} cannot be had ({why.lower()}); name another one, such as "
                f"--port {port + 1 if port < MOST_PORTS else port - 1}"
            ) from error
        yield found


def is_free(host: str, port: int) -> bool:
    """Whether nobody has a port."""
    try:
        with _listening(host, port):
            return True
    except FootfallError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
