"""Why a number is what it is: the things counted, and those that are not, each with its reason."""

from __future__ import annotations

from footfall.explain.explain import explain
from footfall.explain.explanation import Explanation, Part, Thing

__all__ = ["Explanation", "Part", "Thing", "explain"]
