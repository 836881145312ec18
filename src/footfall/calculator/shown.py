"""What a calculation answers, in the words of the known answers."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from footfall.statistics.arm import Arm, Interval
from footfall.statistics.comparison import Comparison, status_of

Outputs = dict[str, Any]


def pair(interval: Interval | None) -> list[float] | None:
    """An interval as JSON has it."""
    return None if interval is None else [interval.low, interval.high]


def level(alpha: float) -> str:
    """The level that an interval's name carries: 95."""
    return f"{100 * (1 - alpha):.6g}"


def means(control: Arm, treatment: Arm) -> Outputs:
    """The KPI of both; null where there is nobody."""
    return {
        "mean_control": control.mean if control.n else None,
        "mean_treatment": treatment.mean if treatment.n else None,
    }


def absolute(found: Comparison) -> Outputs:
    """The difference and its test; nulls and a reason where there is none."""
    change = found.difference
    tested = change if found.test == "welch" else None
    return {
        "abs_diff": change.estimate if change else None,
        "se": change.se if change else None,
        "df": tested.df if tested else None,
        "t": tested.statistic if tested else None,
        "p_value": found.p.p if found.p else None,
        "log10_p": found.p.log10 if found.p else None,
        f"abs_ci{level(found.alpha)}": pair(found.interval),
        "test": found.test if found.p else None,
        "status": found.status,
    }


def relative(found: Comparison) -> Outputs:
    """The lift and its interval; nulls and a reason where there is none."""
    return {
        "rel_lift": found.lift.estimate,
        "fieller_g": found.lift.g,
        f"rel_ci{level(found.alpha)}_fieller": pair(found.lift.interval),
        "relative_status": status_of(found.lift.reason),
    }


def both(found: Comparison) -> Outputs:
    """Means, difference and lift."""
    return means(found.control, found.treatment) | absolute(found) | relative(found)


def plain(outputs: Mapping[str, Any]) -> Outputs:
    """The outputs as JSON has them. Raises OverflowError for what is no number there."""
    return {key: _plain(value) for key, value in outputs.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not isfinite(value):
        raise OverflowError
    return float(value) if isinstance(value, float) else value
