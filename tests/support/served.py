"""`footfall serve` as people have it: a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from support.process import COMMAND, Footfall, heed_ctrl_c

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Got:
    """What a request came to."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def told(self) -> Any:
        """The body as data."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Served:
    """A running server."""

    footfall: Footfall
    process: subprocess.Popen[str]
    url: str

    def get(self, path: str, **headers: str) -> Got:
        """What is at an address of it."""
        request = urllib.request.Request(self.url + path.removeprefix("/"), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
                return _got(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return _got(refused)

    def stop(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Ends it; the exit code, and what it said at last."""
        self.process.send_signal(how)
        _, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, err


def serving(footfall: Footfall, *words: str) -> AbstractContextManager[Served]:
    """A server of a workspace on a free port, for as long as the block lasts."""
    return started(footfall, "serve", "--port", "0", *words)


@contextmanager
def started(footfall: Footfall, *words: str) -> Iterator[Served]:
    """A command that serves, for as long as the block lasts."""
    process = subprocess.Popen(
        [*COMMAND, *words],
        cwd=footfall.folder,
        env=footfall.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - nothing here has threads yet
    )
    try:
        yield Served(footfall, process, _address(process))
    finally:
        process.kill()
        process.communicate()


def _address(process: subprocess.Popen[str]) -> str:
    """The address that it prints when it can be asked."""
    assert process.stdout is not None
    assert process.stderr is not None
    too_long = threading.Timer(PATIENCE_SECONDS, process.kill)
    too_long.start()
    try:
        for line in process.stdout:
            if found := [word for word in line.split() if word.startswith("http://")]:
                return found[0]
        raise AssertionError(f"it did not say where it is: {process.stderr.read()}")
    finally:
        too_long.cancel()


def _got(answer: Any) -> Got:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return Got(answer.status, headers, answer.read().decode())
