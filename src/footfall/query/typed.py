"""What people typed when they were asked how likely they would recommend the store (R12)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from footfall.engine import Engine
from footfall.errors import RequestError, unknown
from footfall.query.modules import BANDS
from footfall.query.question import Question
from footfall.query.statement import rows_of

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Typed:
    """One typed answer: when on the store's clock, in which module, the score, and the text."""

    at: str
    module_id: str | None
    score: int
    band: str
    text: str

    def to_json(self) -> dict[str, Any]:
        """The answer as data."""
        return asdict(self)


def typed_answers(
    engine: Engine, question: Question, timezone: str, band: str | None = None
) -> tuple[Typed, ...]:
    """The typed NPS answers that a question asks about, in order of time; of a band or of all.

    Raises RequestError where there is no such band.
    """
    if band is not None and band not in BANDS:
        raise RequestError(unknown("band", band, BANDS))
    rows, parameters = rows_of(question, "surveys")
    wanted = ", ".join(f"'{each}'" for each in ([band] if band else BANDS))
    told = engine.rows(
        f"SELECT ts, module, score, band, feedback FROM {rows} "
        f"AND band IN ({wanted}) AND feedback IS NOT NULL AND score IS NOT NULL",
        parameters,
    )
    zone = ZoneInfo(timezone)
    return tuple(
        Typed(_local(ts, zone), module, int(score), own, text)
        for ts, module, score, own, text in sorted(told, key=lambda row: (row[0], row[4]))
    )


def _local(ts: int, zone: ZoneInfo) -> str:
    moment = (_EPOCH + timedelta(microseconds=ts)).astimezone(zone)
    return moment.isoformat(timespec="seconds")
