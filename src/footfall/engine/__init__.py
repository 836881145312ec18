"""What runs SQL: each engine's connection and spelling, and nothing of what the numbers mean."""

from __future__ import annotations

from footfall.engine.protocol import Engine

__all__ = ["Engine"]
