"""From a day's gathered events to the flat rows that a sender would have sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.doors.demo import crowd
from footfall.doors.demo.arrivals import ARRIVALS
from footfall.doors.demo.draw import Bools, Draw, Ints, Words, mixed
from footfall.doors.demo.gathered import NAMES, Gathered, customers_known, joined
from footfall.doors.demo.shop import HOST, PAGES, PAYMENT_PAGE, Kind
from footfall.doors.demo.visits import Rows, Visits

Bytes: TypeAlias = npt.NDArray[np.uint8]

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
GEAR_FIELDS = ("device", "browser", "os", "user_agent")
TEXTS = ("visitor_id", "customer_id", "url", "title", "referrer", *UTM)

# The event contract's envelope as flat columns; times are epoch milliseconds.
SCHEMA = pa.schema(
    [
        pa.field("event_id", pa.string(), nullable=False),
        pa.field("event", pa.string(), nullable=False),
        pa.field("occurred_at", pa.int64(), nullable=False),
        pa.field("sent_at", pa.int64()),
        *(pa.field(name, pa.string()) for name in TEXTS),
        *(pa.field(name, pa.string()) for name in ("device", "browser", "os", "country", "region")),
        pa.field("user_agent", pa.string()),
        pa.field("properties", pa.string()),
    ]
)

DELAYED = 0.0004
REPEATED = 0.0008
MOST_DELAY_MS = 70 * 3_600_000
BATCH_ROWS = 1 << 16


def batches(
    gathered: Gathered, day: int, date_of_day: date, draw: Draw
) -> Iterator[pa.RecordBatch]:
    """The day's events as record batches of `SCHEMA`, in order of time; some were sent twice.

    A few have a `sent_at` hours or days later: they arrive then.
    """
    (code, row, actor, at, phrase), texts = gathered.all()
    order = np.argsort(at, kind="stable")
    order = np.repeat(order, 1 + draw.chance(REPEATED, len(at)))
    serial = (day << 32) + order
    late = draw.chance(DELAYED, len(order))
    sent = at[order] + draw.whole(600_000, MOST_DELAY_MS, len(order))
    who, where = Who(gathered), Where(gathered, date_of_day, draw)
    for start in range(0, len(order), BATCH_ROWS):
        part = slice(start, start + BATCH_ROWS)
        here = order[part]
        columns = {
            "event_id": _event_ids(at[here], serial[part]),
            "event": _taken(_names(), code[here]),
            "occurred_at": pa.array(at[here]),
            "sent_at": pa.array(sent[part], mask=~late[part]),
            **who.columns(actor[here], at[here]),
            **where.columns(row[here]),
            **_with_what(gathered.visits, actor[here], row[here]),
            "properties": _taken(texts, phrase[here]),
        }
        arrays = [columns[name] for name in SCHEMA.names]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _taken(words: pa.StringArray, places: Ints) -> pa.StringArray:
    """The word at each place; -1 is no word."""
    return words.take(pa.array(places, mask=places < 0))


@cache
def _names() -> pa.StringArray:
    return pa.array(NAMES, pa.string())


def hexed(numbers: Ints | Words, digits: int) -> pa.StringArray:
    """Numbers as texts of so many hexadecimal digits, an even number of them."""
    width = digits // 2
    digits_of = numbers.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 8 - width :]
    return _hex_texts(digits_of)


def _event_ids(at: Ints, serial: Ints) -> pa.StringArray:
    """Ids that sort by time and cannot meet: the moment, then the serial number, scattered."""
    scattered = (serial * 0x5DEECE66D) & 0xFFFFFFFFFFFF
    parts = [each.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:] for each in (at, scattered)]
    return _hex_texts(np.hstack(parts))


def _hex_texts(parts: Bytes) -> pa.StringArray:
    count, width = parts.shape
    data = np.ascontiguousarray(parts).tobytes().hex().encode()
    offsets = np.arange(count + 1, dtype=np.int32) * (2 * width)
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(data))


class Who:
    """Visitor and customer ids of a day's actors."""

    def __init__(self, gathered: Gathered) -> None:
        visitor, person, self._known = customers_known(gathered.visits, gathered.strangers)
        self._visits_here = visitor >= 0
        self._ids = hexed(mixed(np.maximum(visitor, 0), 7), 16)
        numbers = pa.array(100_000 + np.maximum(person, 0)).cast(pa.string())
        self._customers = joined(pa.scalar("C-"), numbers)

    def columns(self, actor: Ints, at: Ints) -> dict[str, pa.Array]:
        """Who did it; the customer only from the moment it is known."""
        return {
            "visitor_id": _taken(self._ids, np.where(self._visits_here[actor], actor, -1)),
            "customer_id": _taken(self._customers, np.where(at >= self._known[actor], actor, -1)),
        }


def _with_what(visits: Visits, actor: Ints, row: Ints) -> dict[str, pa.Array]:
    """Device and place of whatever a browser sent."""
    visit = np.where(row >= 0, actor, -1)
    gear = _at_row(visits.gear, visit)
    place = _at_row(visits.place, visit)
    return {
        **{name: _taken(words, gear) for name, words in _gear_words().items()},
        **{name: _taken(words, place) for name, words in _place_words().items()},
    }


@cache
def _gear_words() -> dict[str, pa.Array]:
    told = [(each.device, each.browser, each.os, each.agent) for each in crowd.GEARS]
    columns = zip(*told, strict=True)
    return {
        name: pa.array(each, pa.string()) for name, each in zip(GEAR_FIELDS, columns, strict=True)
    }


@cache
def _place_words() -> dict[str, pa.Array]:
    return {
        "country": pa.array([each.country for each in crowd.PLACES]),
        "region": pa.array([each.region for each in crowd.PLACES]),
    }


class Where:
    """Page, referrer and campaign of a day's page rows."""

    def __init__(self, gathered: Gathered, day: date, draw: Draw) -> None:
        visits, self._rows = gathered.visits, gathered.rows
        self._urls, self._url = _urls(visits, self._rows, day, draw)
        told = _referrers(visits, self._rows, self._urls, self._url, draw)
        self._referrers, self._referrer = told
        self._campaigns = _campaigns(day)
        arrival = visits.arrival[self._rows.visit]
        self._campaign = np.where(self._rows.landing & _sends()[arrival], arrival, -1)

    def columns(self, row: Ints) -> dict[str, pa.Array]:
        """Where it happened; nowhere for what no browser sent."""
        campaign = _at_row(self._campaign, row)
        return {
            "url": _taken(self._urls, _at_row(self._url, row)),
            "title": _taken(_titles(), _at_row(self._rows.page, row)),
            "referrer": _taken(self._referrers, _at_row(self._referrer, row)),
            **{name: _taken(self._campaigns[name], campaign) for name in UTM},
        }


def _at_row(values: Ints, row: Ints) -> Ints:
    """The value at each place; at -1 it is -1."""
    return np.append(values, -1)[row]


@cache
def _titles() -> pa.StringArray:
    return pa.array([each.title for each in PAGES], pa.string())


@cache
def _sends() -> Bools:
    return np.array([each.sent for each in ARRIVALS])


def _campaigns(day: date) -> dict[str, pa.Array]:
    nothing = (None,) * len(UTM)
    words = [each.campaign.words(day) if each.campaign else nothing for each in ARRIVALS]
    columns = zip(*words, strict=True)
    return {name: pa.array(each, pa.string()) for name, each in zip(UTM, columns, strict=True)}


def _urls(visits: Visits, rows: Rows, day: date, draw: Draw) -> tuple[pa.StringArray, Ints]:
    """All urls of the day, and which of them each row has; landings carry the link's query."""
    queries = [each.query(day) for each in ARRIVALS]
    asks = np.array([bool(each) for each in queries])[visits.arrival[rows.visit]]
    special = np.flatnonzero(rows.landing & asks)
    arrival = visits.arrival[rows.visit[special]]
    clicks = np.array([bool(each.click_id and not each.campaign) for each in ARRIVALS])[arrival]
    tokens = hexed(draw.whole(0, 1 << 48, len(special)).astype(np.uint64), 12)
    landed = joined(
        _pages().take(pa.array(rows.page[special])),
        pa.array(queries, pa.string()).take(pa.array(arrival)),
        pc.if_else(pa.array(clicks), tokens, ""),
    )
    url = rows.page.copy()
    url[special] = len(PAGES) + np.arange(len(special))
    return pa.concat_arrays([_pages(), landed]), url


@cache
def _pages() -> pa.StringArray:
    return pa.array([HOST + each.path for each in PAGES], pa.string())


def _referrers(
    visits: Visits, rows: Rows, urls: pa.StringArray, url: Ints, draw: Draw
) -> tuple[pa.StringArray, Ints]:
    """The page before, the page that linked here, or the payment service after paying."""
    outside = pa.array([*(each.referrer for each in ARRIVALS), PAYMENT_PAGE], pa.string())
    from_outside = np.array([each.referrer is not None for each in ARRIVALS])
    arrival = visits.arrival[rows.visit]
    landed = np.where(from_outside[arrival], len(urls) + arrival, -1)
    referrer = np.where(rows.landing, landed, np.roll(url, 1))
    paid = (rows.kind == Kind.THANKS) & draw.chance(0.4, len(url))
    referrer = np.where(paid, len(urls) + len(ARRIVALS), referrer)
    return pa.concat_arrays([urls, outside]), referrer
