"""Compares the product's rows with the slow reference's: counts exactly, money to 12 decimals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from footfall.query.answer import Row

Key = tuple[str, str | None, tuple[tuple[str, str | None], ...]]
Numbers = tuple[Any, Any, Any]
NOTHING: Numbers = (None, None, None)
RELATIVE = Fraction(1, 10**12)
LAST_DECIMALS = Fraction(1, 10**11)
"""Scaled lines and converted amounts are cut to 12 decimals each; a few of them are summed."""


def ours(rows: Iterable[Row]) -> dict[Key, Numbers]:
    """The product's rows by KPI, bucket and segment."""
    return {
        _key(row.kpi, row.bucket, row.segment): (row.value, row.numerator, row.denominator)
        for row in rows
    }


def theirs(rows: Iterable[Mapping[str, Any]]) -> dict[Key, Numbers]:
    """The reference's rows by KPI, bucket and segment."""
    return {
        _key(row["kpi"], row["bucket"], row["segment"]): (
            row["value"],
            row["numerator"],
            row["denominator"],
        )
        for row in rows
    }


def _key(kpi: str, bucket: str | None, segment: Mapping[str, Any]) -> Key:
    """An hour of the day is a text in the product and a number in the reference."""
    texts = ((name, None if value is None else str(value)) for name, value in segment.items())
    return kpi, bucket, tuple(sorted(texts))


def differences(got: Mapping[Key, Numbers], want: Mapping[Key, Numbers]) -> list[str]:
    """What is not the same, in words. A row that one side lacks says nothing: 0, or no value."""
    return [
        f"{_told(key)}: got {got.get(key, NOTHING)}, the reference has {want.get(key, NOTHING)}"
        for key in {**want, **got}
        if not _same_rows(got.get(key, NOTHING), want.get(key, NOTHING))
    ]


def _told(key: Key) -> str:
    kpi, bucket, segment = key
    parts = [kpi] + ([bucket] if bucket else []) + [f"{name}={value}" for name, value in segment]
    return " ".join(parts)


def _same_rows(got: Numbers, want: Numbers) -> bool:
    if NOTHING in (got, want):
        return all(not number for number in (*got, *want))
    return all(same(a, b) for a, b in zip(got, want, strict=True))


def same(got: object, want: object) -> bool:
    """Whether two numbers are the same: whole ones exactly, quotients to 12 digits."""
    if got is None or want is None:
        return got is None and want is None
    if isinstance(got, int) and isinstance(want, int):
        return got == want
    a, b = _exact(got), _exact(want)
    near = RELATIVE * max(abs(a), abs(b)) if isinstance(got, float) else LAST_DECIMALS
    return abs(a - b) <= near


def _exact(number: object) -> Fraction:
    assert isinstance(number, int | float | Decimal)
    return Fraction(number)
