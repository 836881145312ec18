"""How the service is: for whoever restarts it, sends it requests, or watches it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import msgspec

from footfall.doors.collector.applier import Progress
from footfall.doors.collector.http import Answered, Asked
from footfall.doors.collector.intake import Intake
from footfall.doors.server.deadlines import Watch

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(slots=True)
class Health:
    """What there is to watch; what a role does not do is None."""

    watch: Watch
    intake: Intake | None = None
    progress: Progress | None = None
    has_facts: Callable[[], bool] | None = None

    def state(self) -> dict[str, str]:
        """Each part of the service in a word."""
        found = {}
        if self.intake is not None:
            trouble = self.intake.journal.trouble
            found["collector"] = trouble.code if trouble else "ok"
        if self.has_facts is not None:
            found["facts"] = "ok" if self.has_facts() else "catching up"
        if self.progress is not None and self.progress.trouble:
            found["facts"] = "failing"
        return found

    def alive(self, _: Asked, answer: Callable[[Answered], None]) -> None:
        """`/healthz`: the process lives; `degraded` says that something has to be looked at."""
        state = self.state()
        good = {"ok", "catching up"}
        status = "ok" if good.issuperset(state.values()) else "degraded"
        answer(_told(200, {"status": status, **state}))

    def ready(self, _: Asked, answer: Callable[[Answered], None]) -> None:
        """`/readyz`: whether events may be sent here; or questions, where no events are taken."""
        state = self.state()
        leading = state.get("collector", state.get("facts", "ok"))
        status = leading if leading != "catching up" else "starting"
        answer(_told(200 if leading == "ok" else 503, {"status": status, **state}))

    def metrics(self, _: Asked, answer: Callable[[Answered], None]) -> None:
        """`/metrics` in Prometheus' text format; no sites, visitors or keys are in it."""
        answer(Answered(200, "".join(self._lines()).encode(), TEXT))

    def _lines(self) -> Iterator[str]:
        yield from _metric("connections", "gauge", "Open lines.", {"": len(self.watch.lines)})
        yield from _metric(
            "connections_ended_total", "counter", "Lines ended for being slow.",
            {"": self.watch.ended},
        )  # fmt: skip
        if self.intake is not None:
            yield from _of_intake(self.intake)
        if self.progress is not None:
            yield from _of_progress(self.progress)


def _of_intake(intake: Intake) -> Iterator[str]:
    counts, journal = intake.counts, intake.journal
    requests = {
        f'{{door="{door}",status="{status}"}}': number
        for (door, status), number in counts.requests.items()
    }
    yield from _metric("requests_total", "counter", "Requests by door and answer.", requests)
    events = {f'{{outcome="{name}"}}': number for name, number in counts.events.items()}
    yield from _metric("events_total", "counter", "Events by what became of them.", events)
    refused = {f'{{code="{name}"}}': number for name, number in counts.refused.items()}
    yield from _metric("events_refused_total", "counter", "Refused events by reason.", refused)
    written = journal.written
    yield from _metric("journal_bytes_total", "counter", "Written bytes.", {"": written.bytes})
    yield from _metric("journal_records_total", "counter", "Records.", {"": written.records})
    yield from _metric("journal_syncs_total", "counter", "Syncs.", {"": written.syncs})
    yield from _metric("journal_failures_total", "counter", "Failed.", {"": written.failures})
    yield from _metric(
        "journal_waiting_bytes", "gauge", "Waiting to be written.", {"": journal.waiting_bytes}
    )
    yield from _metric("journal_ok", "gauge", "Whether it takes.", {"": int(not journal.trouble)})


def _of_progress(progress: Progress) -> Iterator[str]:
    lag = monotonic() - progress.caught_up_at if progress.behind else 0.0
    yield from _metric("applied_events_total", "counter", "Taken in.", {"": progress.events})
    yield from _metric("applier_lag_seconds", "gauge", "How far behind.", {"": round(lag, 3)})
    yield from _metric("applier_ok", "gauge", "Whether it works.", {"": int(not progress.trouble)})


def _metric(name: str, kind: str, about: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP footfall_{name} {about}\n# TYPE footfall_{name} {kind}\n"
    for labels, value in values.items():
        yield f"footfall_{name}{labels} {value}\n"


def _told(status: int, told: Mapping[str, Any]) -> Answered:
    return Answered(status, msgspec.json.encode(told))
