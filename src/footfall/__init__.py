"""Footfall: the KPI engine for conversion optimisation.

>>> import footfall
>>> shop = footfall.open("my-workspace")                                # doctest: +SKIP
>>> answer = shop.kpis(["aov", "ctr"], by="device", every="day")        # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from footfall.errors import FootfallError, RequestError

if TYPE_CHECKING:
    from footfall.workspace import Workspace, open  # noqa: A004 - footfall.open reads well

__version__ = "0.1.0"
__all__ = ["FootfallError", "RequestError", "Workspace", "open"]


def __getattr__(name: str) -> Any:
    """What only who asks needs: a command that opens no workspace starts without it."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from footfall import workspace  # noqa: PLC0415

    return getattr(workspace, name)
