"""Footfall: the KPI engine for conversion optimisation.

>>> import footfall
>>> shop = footfall.open("my-workspace")                                # doctest: +SKIP
>>> answer = shop.kpis(["aov", "ctr"], by="device", every="day")        # doctest: +SKIP
"""

from __future__ import annotations

from footfall.errors import FootfallError, RequestError
from footfall.workspace import Workspace, open  # noqa: A004 - footfall.open reads well

__version__ = "0.1.0"
__all__ = ["FootfallError", "RequestError", "Workspace", "open"]
