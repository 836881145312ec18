"""From a question to an answer: the needs of all KPIs, one statement per fact, then arithmetic."""

from __future__ import annotations

from footfall.query.answer import Answer, Row
from footfall.query.ask import ask
from footfall.query.question import Question

__all__ = ["Answer", "Question", "Row", "ask"]
