"""A workspace with a key, and the server that collects for it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.process import COMMAND, Footfall, heed_ctrl_c
from support.served import Served, _address


@dataclass(frozen=True)
class Shop:
    """A workspace, and its keys."""

    footfall: Footfall
    write: str
    server: str


def shop_in(folder: Path) -> Shop:
    """A new workspace with a write key and a server's."""
    made = Footfall(folder)
    assert made("init").code == 0
    keys = [made("key", "create", "--scope", scope).out.strip() for scope in ("write", "server")]
    return Shop(made, *keys)


@contextmanager
def collecting(
    shop: Shop, *words: str, prefix: tuple[str, ...] = (), **environment: str
) -> Iterator[Served]:
    """Its server, in a process group of its own, for as long as the block lasts."""
    process = subprocess.Popen(
        [*prefix, *COMMAND, "serve", "--port", "0", *words],
        cwd=shop.footfall.folder,
        env=shop.footfall.environment | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - nothing here has threads yet
    )
    try:
        yield Served(shop.footfall, process, _address(process))
    finally:
        kill(process)
        process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    """Ends a process and everything it has begun, at once."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def died(process: subprocess.Popen[str], seconds: float = 30) -> bool:
    """Whether a process ends by itself."""
    until = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    return process.poll() is not None
