"""The demonstration told day by day: a shop's visitors, from the first page to the refund."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pyarrow as pa

from footfall.doors.demo.baskets import Till
from footfall.doors.demo.blocks import Blocks
from footfall.doors.demo.chats import chats
from footfall.doors.demo.draw import Ints
from footfall.doors.demo.envelope import SCHEMA, batches
from footfall.doors.demo.gathered import Gathered
from footfall.doors.demo.leads import chores, leads, memberships, sundries
from footfall.doors.demo.members import members
from footfall.doors.demo.rhythm import Calendar
from footfall.doors.demo.shop import Kind
from footfall.doors.demo.talks import Talks, auto_messages, surveys, widgets
from footfall.doors.demo.traffic import exposures, traffic
from footfall.doors.demo.trials import refund_factor, scroll_factor
from footfall.doors.demo.visits import plan
from footfall.doors.demo.world import World
from footfall.errors import RequestError

DAYS = 90
VISITORS = 20_000
SEED = 1
TIMEZONE = "Europe/Berlin"
FIRST_YEAR = 2000
MOST_DAYS = 3660
MOST_VISITORS = 50_000_000


def generate(
    days: int, until: date, visitors: int = VISITORS, seed: int = SEED, timezone: str = TIMEZONE
) -> Iterator[pa.RecordBatch]:
    """A shop's events day by local day, the last one included, as record batches of `SCHEMA`.

    About ten events per visitor. A batch is of one day; a day's batches are in order of
    `occurred_at`, within and between them. A few events arrive a day or more late, a few twice.
    The same arguments give the same bytes. Raises RequestError for a wish that cannot be told.
    """
    told = days_of(days, until, visitors, seed, timezone)
    return (batch for _, batches_of_day in told for batch in batches_of_day)


def days_of(
    days: int, until: date, visitors: int = VISITORS, seed: int = SEED, timezone: str = TIMEZONE
) -> Iterator[tuple[date, Iterator[pa.RecordBatch]]]:
    """As `generate`, each day with its own batches; they must be taken in order."""
    calendar = calendar_of(days, until, timezone)
    _check(visitors, seed)
    return _days(World.made(calendar, visitors, seed))


def calendar_of(days: int, until: date, timezone: str = TIMEZONE) -> Calendar:
    """The days of a demonstration; raises RequestError where there are none."""
    if not 1 <= days <= MOST_DAYS:
        raise RequestError(f"days: {days} is not between 1 and {MOST_DAYS}")
    if until.toordinal() - days < date(FIRST_YEAR, 1, 1).toordinal():
        raise RequestError(f"until: {days} days up to {until} begin before {FIRST_YEAR}")
    try:
        zone = ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise RequestError(f"timezone: {timezone!r} is no IANA time zone") from error
    return Calendar(until, days, zone)


def _check(visitors: int, seed: int) -> None:
    if not 1 <= visitors <= MOST_VISITORS:
        raise RequestError(f"visitors: {visitors} is not between 1 and {MOST_VISITORS}")
    if seed < 0:
        raise RequestError(f"seed: {seed} is negative; a seed is 0 or more")


def _days(world: World) -> Iterator[tuple[date, Iterator[pa.RecordBatch]]]:
    """Each day's own events and what was held back for it."""
    held: dict[int, list[pa.RecordBatch]] = defaultdict(list)
    for day in range(world.calendar.days):
        yield world.calendar.day(day), _one_day(world, day, held)


def _one_day(
    world: World, day: int, held: dict[int, list[pa.RecordBatch]]
) -> Iterator[pa.RecordBatch]:
    waiting = _sorted(held.pop(day, []))
    told = gathered(world, day)
    for batch in batches(told, day, world.calendar.day(day), world.draw(20, day)):
        kept, spilled = _split(batch, world.calendar, day)
        for place, part in spilled:
            held[place].append(part)
        if kept.num_rows:
            until = int(kept.column("occurred_at")[-1].as_py())
            ready = int(np.searchsorted(_moments(waiting), until, side="right"))
            yield _merged(waiting.slice(0, ready), kept)
            waiting = waiting.slice(ready)
    if waiting.num_rows:
        yield waiting


def gathered(world: World, place: int) -> Gathered:
    """All that happens in the visits of a day, and what was due on it."""
    visits, rows = plan(world, place)
    day = Gathered(visits, rows)
    members(world, day, world.draw(4, place))
    traffic(day, world.draw(5, place), scroll_factor(visits.person, place, world.calendar.days))
    exposures(world, day, place)
    blocks = Blocks(day, world.draw(8, place))
    blocks.show()
    till = Till(world, day, blocks.reached, world.draw(7, place))
    blocks.show_mini_carts(*till.serve(refund_factor(visits.person, place, world.calendar.days)))
    widgets(day, world.draw(9, place))
    auto_messages(day, world.draw(10, place))
    Talks(world, day, world.draw(11, place)).hold()
    surveys(day, np.flatnonzero(rows.kind == Kind.THANKS), world.draw(12, place))
    chats(world, day, world.draw(13, place))
    leads(world, day, world.draw(14, place))
    memberships(world, day, world.draw(15, place))
    sundries(day, world.draw(16, place))
    chores(world, day, place)
    for later in world.later.pop(place, []):
        day.outside(later)
    return day


def _split(
    batch: pa.RecordBatch, calendar: Calendar, day: int
) -> tuple[pa.RecordBatch, list[tuple[int, pa.RecordBatch]]]:
    """What arrives on the day, and by day what arrives later: after midnight, or delayed."""
    arrives = batch.column("sent_at").fill_null(0).to_numpy()
    at = _moments(batch)
    place = np.searchsorted(calendar.midnights, np.maximum(arrives, at), side="right") - 1
    ends = int(np.searchsorted(at, calendar.midnights[day + 1]))
    others = np.flatnonzero(place != day)
    spilled = [
        (int(each), batch.take(pa.array(np.flatnonzero(place == each))))
        for each in np.unique(place[others]).tolist()
        if each < calendar.days
    ]
    return batch.slice(0, ends).filter(pa.array(place[:ends] == day)), spilled


def _merged(extra: pa.RecordBatch, batch: pa.RecordBatch) -> pa.RecordBatch:
    """Both in order of time; only the rows of the batch that the extra ones overlap move."""
    if not extra.num_rows:
        return batch
    last = _moments(extra)[-1]
    ends = int(np.searchsorted(_moments(batch), last, side="right"))
    head = _sorted([extra, batch.slice(0, ends)])
    return pa.concat_batches([head, batch.slice(ends)])


def _sorted(parts: list[pa.RecordBatch]) -> pa.RecordBatch:
    if not parts:
        return pa.RecordBatch.from_pylist([], schema=SCHEMA)
    whole = pa.concat_batches(parts)
    return whole.take(pa.array(np.argsort(_moments(whole), kind="stable")))


def _moments(batch: pa.RecordBatch) -> Ints:
    moments: Ints = batch.column("occurred_at").to_numpy()
    return moments
