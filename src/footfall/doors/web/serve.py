"""Serving a workspace: it is held, answered over HTTP on this machine, and let go of in order."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from footfall.doors.web.app import application
from footfall.errors import FootfallError, RequestError
from footfall.holding import Held, holding
from footfall.unforeseen import told
from footfall.workspace import Told

STOP_SECONDS = 10
MOST_PORTS = 65_535
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Service:
    """A workspace that is held, and the socket on which it will be asked."""

    held: Held
    listening: socket.socket

    def run(self, ready: Callable[[str], None]) -> None:
        """Answers until it is interrupted; `ready` is told the address."""
        config = uvicorn.Config(
            application(self.held), log_level="critical", access_log=False, server_header=False,
            lifespan="off", ws="none", timeout_graceful_shutdown=STOP_SECONDS,
            proxy_headers=False,
        )  # fmt: skip
        threading.excepthook = lambda told: _note(told.exc_value, self.held)
        _Server(config, lambda: ready(self.held.address)).run(sockets=[self.listening])


@contextmanager
def opened(folder: Path, host: str, port: int, tell: Told) -> Iterator[Service]:
    """A workspace ready to be served, with all its facts up to date.

    Raises RequestError for an address that others could reach, or where it is served already.
    """
    check_local(host)
    with (
        _listening(host, port) as listening,
        holding(folder, _url(host, listening.getsockname()[1])) as held,
    ):
        held.prepare(tell)
        yield Service(held, listening)


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

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

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
        """Says so when it can be asked."""
        await super().startup(sockets)
        self._ready()


def _note(error: BaseException | None, held: Held) -> None:
    """Says what went wrong in a call of another process; that one is told that it broke off."""
    if error is not None:
        sys.stderr.write(f"footfall: {told(error, [held.errors])}\n")


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
