"""All experiments of a site in short: what each is about, how far it is, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from footfall.experiment.result import Report, plain
from footfall.statistics.arm import Interval


@dataclass(frozen=True, slots=True)
class Entry:
    """One experiment in short."""

    report: Report

    @property
    def lift(self) -> tuple[float | None, Interval | None]:
        """The primary's lift of the variant that the headline is about; nothing if untrusted."""
        report = self.report
        if report.primary is None or report.is_invalid:
            return None, None
        name = report.headline.variant
        found = next(each for each in report.primary.readings if each.variant == name)
        return found.lift, found.lift_interval


@dataclass(frozen=True, slots=True)
class Listing:
    """The experiments, the latest first, and what is wrong with designs that cannot be read."""

    entries: tuple[Entry, ...]
    faults: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The list as data."""
        return {
            "experiments": [_told(entry) for entry in self.entries],
            "faults": [
                {"experiment": name, "faults": text.split("\n")}
                for name, text in self.faults.items()
            ],
        }


def listed(reports: Sequence[Report], faults: Mapping[str, str]) -> Listing:
    """The list of these reports."""
    latest = sorted(reports, key=lambda each: (-each.design.start.toordinal(), each.design.id))
    return Listing(tuple(Entry(report) for report in latest), dict(faults))


def _told(entry: Entry) -> dict[str, Any]:
    report = entry.report
    lift, interval = entry.lift
    return {
        "experiment": report.design.id,
        "name": report.design.name,
        "start": report.design.start.isoformat(),
        "end": report.design.end.isoformat() if report.design.end else None,
        "through": report.through.isoformat() if report.through else None,
        "units": sum(report.checks.units.values()),
        "primary": report.design.primary.kpi,
        "decision": report.headline.decision,
        "rule": report.headline.rule,
        "reasons": list(report.headline.reasons),
        "ship": report.shipped,
        "lift": plain(lift),
        "lift_interval": plain(interval),
    }
