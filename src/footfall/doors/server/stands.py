"""Whose site the demo shop's events are, and the key with which its pages send them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from time import monotonic, sleep

from footfall.doors.collector.keyring import FRESH_SECONDS, Keyring
from footfall.doors.shop import Stand
from footfall.holding import Held
from footfall.log.keys import Keys
from footfall.settings import Site

NAME = "demo shop"
PREFERRED = "demo"
"""The site that `footfall demo` makes; where there is none, the first one."""
WRITE = "write"
PAUSE_SECONDS = 0.02


@dataclass
class Stands:
    """A stand for each site, made when somebody comes to the shop for the first time."""

    held: Held
    keyring: Keyring
    _secrets: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, wanted: str) -> Stand | None:
        """The stand of the site that is wanted, or of the preferred one; None without one."""
        with self.held.view() as workspace:
            sites = workspace.settings.sites
            first = PREFERRED if PREFERRED in sites else next(iter(sites), "")
            site = sites.get(wanted or first)
            if site is None:
                return None
            with self._lock:
                if site.id not in self._secrets:
                    now_ms = workspace.clock.now_ms()
                    self._secrets[site.id] = self._made(workspace.control.keys, site, now_ms)
            return Stand(site.id, site.name, site.currency, site.locale, self._secrets[site.id])

    def _made(self, keys: Keys, site: Site, now_ms: int) -> str:
        """A key of its own, in the place of the one that an earlier process made and forgot."""
        for old in keys.listed(site.id):
            if old.name == NAME and old.revoked_ms is None:
                keys.revoke(old.key_id, now_ms)
        secret, _ = keys.create(site.id, WRITE, NAME, now_ms)
        until = monotonic() + 2 * FRESH_SECONDS
        while self.keyring.find([secret]) is None and monotonic() < until:
            sleep(PAUSE_SECONDS)  # the collector reads its keys once a second
        return secret
