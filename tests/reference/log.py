"""The stream as it is kept: refusals and duplicates counted, bots set aside (R4, R15)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from .accept import Event, RefusedError, accept

BOTS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|headless|python-requests|python-urllib|curl/|wget|httpclient"
    r"|go-http-client|okhttp|libwww|scrapy|phantomjs|lighthouse",
    re.IGNORECASE,
)


class Log:
    """All accepted events once, in order of arrival, without bots; and what was not taken."""

    def __init__(self, raw: Iterable[dict[str, Any] | str | bytes], received: int) -> None:
        self.counts: Counter[str] = Counter()
        self.refusals: list[tuple[int, str]] = []
        self.events: list[Event] = []
        self.bots: list[Event] = []
        seen: dict[str, tuple[object, ...]] = {}
        for line, item in enumerate(raw, 1):
            if not item or (not isinstance(item, dict) and not item.strip()):
                continue  # an empty line
            try:
                event = accept(item, received, BOTS)
            except RefusedError as why:
                self.refusals.append((line, str(why)))
                continue
            self._store(event, seen)
        self.counts["refused"] = len(self.refusals)
        self.counts["bot_events"] = len(self.bots)

    def _store(self, event: Event, seen: dict[str, tuple[object, ...]]) -> None:
        """R4 and events.md: the first received is kept; one that differs is a conflict."""
        if event.id not in seen:
            seen[event.id] = event.said()
            (self.bots if event.bot else self.events).append(event)
        elif seen[event.id] == event.said():
            self.counts["duplicates"] += 1
        else:
            self.counts["duplicate_conflicts"] += 1
