"""The clients that Footfall understands, found by method and path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from footfall.doors.collector.dialects import (
    ga4,
    gtag,
    matomo,
    plausible,
    posthog,
    segment,
    shopify,
    snowplow,
    umami,
)
from footfall.doors.collector.dialects.heard import Answer, Heard, Meant, Outcome, Said
from footfall.doors.collector.dialects.reading import PUBLIC, Dialect
from footfall.doors.collector.dialects.settling import settled

__all__ = [
    "ROUTES", "Answer", "Dialect", "Heard", "Meant", "Outcome", "Said", "find", "methods",
    "settled", "understand",
]  # fmt: skip

ROUTES: Mapping[tuple[str, str], Dialect] = {
    **segment.ROUTES,
    **ga4.ROUTES,
    **gtag.ROUTES,
    **plausible.ROUTES,
    **matomo.ROUTES,
    **shopify.ROUTES,
    **snowplow.ROUTES,
    **posthog.ROUTES,
    **umami.ROUTES,
}
"""(method, path) → dialect. A path ends with `*` where anything may follow."""


def understand(heard: Heard) -> Meant | None:
    """What a request means; None where no client of ours asks for this.

    A public key may stand before the path, for clients that have no other place for it:
    `/w_…/matomo.php`.
    """
    dialect = find(heard.method, heard.path)
    if dialect is None:
        return None
    key, path = _apart(heard.path)
    meant = dialect.read(replace(heard, path=path))
    return replace(meant, keys=tuple(dict.fromkeys((*meant.keys, key)))) if key else meant


def find(method: str, path: str) -> Dialect | None:
    """The dialect that a request speaks; None where no client of ours asks for this."""
    plain = _apart(path)[1]
    return ROUTES.get((method, plain)) or next(
        (
            dialect
            for (known, pattern), dialect in ROUTES.items()
            if known == method and pattern.endswith("*") and plain.startswith(pattern[:-1])
        ),
        None,
    )


def _apart(path: str) -> tuple[str, str]:
    """The key before a path, if there is one, and the path without a slash at its end."""
    plain = path.rstrip("/") or "/"
    if not plain.startswith(f"/{PUBLIC}"):
        return "", plain
    key, _, rest = plain[1:].partition("/")
    return key, f"/{rest}"


def methods(path: str) -> tuple[str, ...]:
    """How a path may be asked; empty where it is nobody's."""
    return tuple(method for method in ("GET", "POST") if find(method, path) is not None)
