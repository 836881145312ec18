"""The clients that Footfall understands, found by method and path."""

from __future__ import annotations

from footfall.doors.collector.dialects.heard import Answer, Dialect, Heard, Meant, Outcome, Said

__all__ = ["ROUTES", "Answer", "Dialect", "Heard", "Meant", "Outcome", "Said", "find", "methods"]

ROUTES: dict[tuple[str, str], Dialect] = {}
"""(method, path) → dialect. A path ends with `*` where anything may follow."""


def find(method: str, path: str) -> Dialect | None:
    """The dialect that a request speaks; None where no client of ours asks for this."""
    plain = path.rstrip("/") or "/"
    return ROUTES.get((method, plain)) or next(
        (
            dialect
            for (known, pattern), dialect in ROUTES.items()
            if known == method and pattern.endswith("*") and plain.startswith(pattern[:-1])
        ),
        None,
    )


def methods(path: str) -> tuple[str, ...]:
    """How a path may be asked; empty where it is nobody's."""
    return tuple(method for method in ("GET", "POST") if find(method, path) is not None)
