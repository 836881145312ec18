"""What one would write by hand: FastAPI, pydantic models of the contract, and the same journal."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal

import uvicorn
from fastapi import FastAPI, Header, HTTPException
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator

from footfall.clock import SystemClock
from footfall.journal import Commit, Journal, Trouble

ID = Annotated[str, Field(min_length=1, max_length=64)]
LONG_ID = Annotated[str, Field(min_length=1, max_length=128)]
ADDRESS = Annotated[str, Field(max_length=2048)]
SHORT = Annotated[str, Field(max_length=256)]
TEXT_CHARS, PROPERTIES, LIMIT, DAY = 1024, 64, 10**12, 86400


class Event(BaseModel):
    """An event of the contract: its envelope, and the limits of its properties."""

    model_config = ConfigDict(extra="forbid")
    event_id: ID
    event: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    occurred_at: AwareDatetime
    visitor_id: LONG_ID | None = None
    customer_id: LONG_ID | None = None
    url: ADDRESS | None = None
    title: ADDRESS | None = None
    referrer: ADDRESS | None = None
    utm_source: SHORT | None = None
    utm_medium: SHORT | None = None
    utm_campaign: SHORT | None = None
    utm_term: SHORT | None = None
    utm_content: SHORT | None = None
    device: Literal["desktop", "mobile", "tablet", "other"] | None = None
    browser: str | None = None
    os: str | None = None
    country: Annotated[str, Field(pattern=r"^[A-Za-z]{2}$")] | None = None
    region: str | None = None
    properties: dict[str, Any] = {}

    @field_validator("occurred_at")
    @classmethod
    def near(cls, at: AwareDatetime) -> AwareDatetime:
        """Neither too old nor of tomorrow."""
        now = time.time()
        if not now - 30 * DAY <= at.timestamp() <= now + DAY:
            raise ValueError("too far away")
        return at

    @field_validator("properties")
    @classmethod
    def within_limits(cls, properties: dict[str, Any]) -> dict[str, Any]:
        """No more, no longer, no larger than allowed."""
        if len(properties) > PROPERTIES:
            raise ValueError("too many")
        for key, value in properties.items():
            if len(key) > 64 or (isinstance(value, str) and len(value) > TEXT_CHARS):
                raise ValueError("too long")
            if isinstance(value, int | float) and not -LIMIT < value < LIMIT:
                raise ValueError("too large")
        return properties


class Batch(BaseModel):
    """Some events."""

    events: Annotated[list[Event], Field(max_length=1000)]
    sent_at: AwareDatetime | None = None


class Accepted(BaseModel):
    """What is answered."""

    accepted: int


def application(folder: Path) -> FastAPI:
    """The collector."""
    app = FastAPI()
    journal = Journal(folder, SystemClock())
    journal.start()

    @app.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ok"}

    @app.post("/v1/events", status_code=202)
    async def take(batch: Batch, authorization: Annotated[str, Header()]) -> Accepted:
        if not authorization.startswith("Bearer w_"):
            raise HTTPException(401)
        loop = asyncio.get_running_loop()
        journal.deliver = loop.call_soon_threadsafe
        done: asyncio.Future[Commit | Trouble] = loop.create_future()
        journal.append(batch.model_dump_json().encode(), done.set_result)
        if isinstance(await done, Trouble):
            raise HTTPException(503)
        return Accepted(accepted=len(batch.events))

    return app


def main() -> None:
    """Serves a folder on a port."""
    uvicorn.run(
        application(Path(sys.argv[1])), port=int(sys.argv[2]), log_level="error", access_log=False
    )


if __name__ == "__main__":
    main()
