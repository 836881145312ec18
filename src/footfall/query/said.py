"""The words of a question as people say them: lists of names, wanted values, days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from footfall.errors import RequestError
from footfall.query.question import check_period

Where = Mapping[str, str | Sequence[str | None] | None]
_YEARS = range(1970, 3000)


def listed(names: Sequence[str] | str) -> tuple[str, ...]:
    """``"a,b"`` or a list of names."""
    parts = names.split(",") if isinstance(names, str) else names
    return tuple(dict.fromkeys(name.strip() for name in parts if name.strip()))


def wanted(where: Where | None) -> dict[str, tuple[str | None, ...]]:
    """For each dimension the wanted values, None for null."""
    return {name: _values(value) for name, value in (where or {}).items()}


def _values(value: str | Sequence[str | None] | None) -> tuple[str | None, ...]:
    return (value,) if value is None or isinstance(value, str) else tuple(value)


def read_where(told: Iterable[str]) -> dict[str, list[str | None]]:
    """The conditions by dimension. Raises RequestError where one is not DIM=VALUE."""
    found: dict[str, list[str | None]] = {}
    for each in told:
        name, sign, value = each.partition("=")
        if not sign or not name.strip():
            raise RequestError(
                f"--where {each!r} is no condition; write DIM=VALUE, such as device=mobile, "
                "or DIM= for what has no value"
            )
        found.setdefault(name.strip(), []).append(value or None)
    return found


def asked_days(start: str | date | None, end: str | date | None) -> tuple[date | None, date | None]:
    """The days of a period, each of which may be open. Raises RequestError where one is no day."""
    first, last = _day(start, "--from"), _day(end, "--to")
    if first and last:
        check_period(first, last)
    return first, last


def _day(value: str | date | None, option: str) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        day = value if isinstance(value, date) else date.fromisoformat(value)
    except ValueError as error:
        raise RequestError(f"{option} {value!r} is no date; write it as 2026-01-31") from error
    if day.year not in _YEARS:
        raise RequestError(f"{option} {day}: events are of the years 2000 to 2999")
    return day
