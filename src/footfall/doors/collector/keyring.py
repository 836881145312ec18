"""The keys at hand: which site a request's key is of, without asking the disk for every request."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from footfall.clock import DAY_MS, Clock, SystemClock
from footfall.errors import FootfallError
from footfall.log.control import Control, open_control
from footfall.log.keys import Key, Keys, digest

FRESH_SECONDS = 1.0
LONGEST = 128


@dataclass
class Keyring:
    """The keys and the webhooks' secrets of a workspace, as they were a moment ago."""

    path: Path
    clock: Clock = field(default_factory=SystemClock)
    salts: tuple[bytes, bytes | None] = (b"", None)
    """With which visitors are named that name themselves not: today's, and the day's before."""
    _keys: dict[bytes, Key] = field(default_factory=dict)
    _by_text: dict[str, Key] = field(default_factory=dict)
    _secrets: list[tuple[str, str, bytes]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _was_read: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._keep_fresh, name="keys", daemon=True)

    def start(self) -> None:
        """Reads the keys, and from now on again every second."""
        self._thread.start()
        self._was_read.wait()

    def stop(self) -> None:
        """Reads them no more."""
        self._stop.set()
        self._thread.join()

    def find(self, told: Iterable[str]) -> Key | None:
        """The first of the keys told that is one."""
        for text in told:
            if (known := self._by_text.get(text)) is not None:
                return known
            if text and len(text) <= LONGEST and (found := self._keys.get(digest(text))):
                self._by_text[text] = found
                return found
        return None

    def secrets(self, door: str) -> list[tuple[str, bytes]]:
        """The secrets with which a door's webhooks are signed, each with its site."""
        return [(site, secret) for site, name, secret in self._secrets if name == door]

    def _keep_fresh(self) -> None:
        control = self._read(None)
        self._was_read.set()
        while not self._stop.wait(FRESH_SECONDS):
            control = self._read(control)
        if control is not None:
            control.close()

    def _read(self, control: Control | None) -> Control | None:
        """Reads what is kept. A disk that cannot be read now takes nobody's key away."""
        try:
            control = control or open_control(self.path)
            keys, self._secrets = control.keys.in_use(), control.keys.secrets()
            self.salts = control.salts.of(self.clock.now_ms() // DAY_MS)
        except (FootfallError, OSError):
            self._read_only()
            return None
        if keys != self._keys:
            self._keys, self._by_text = keys, {}
        return control

    def _read_only(self) -> None:
        """Reads the keys, if none were read yet, from a disk that cannot be written to."""
        if self._keys or not self.path.exists():
            return
        with suppress(sqlite3.Error):
            connection = sqlite3.connect(f"file:{self.path}?mode=ro&immutable=1", uri=True)
            self._keys, self._secrets = Keys(connection).in_use(), Keys(connection).secrets()
            connection.close()
