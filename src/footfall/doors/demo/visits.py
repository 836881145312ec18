"""The plan of a day: who visits, how far each gets, and which pages they see when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from footfall.doors.demo import arrivals, crowd, shop
from footfall.doors.demo.draw import Bools, Draw, Floats, Ints
from footfall.doors.demo.shop import Kind
from footfall.doors.demo.trials import order_factor
from footfall.doors.demo.world import People, World

NEVER = 1 << 62
ROBOT_SHARE = 0.012
# Of the visits of people who were here before, on how many somebody else uses the device.
LENT = 0.004


class Stage(IntEnum):
    """How far a visit gets."""

    BOUNCE = 0
    BROWSE = 1
    CART = 2
    CHECKOUT = 3
    SHIPPING = 4
    PAYMENT = 5
    ORDER = 6


@dataclass
class Visits:
    """The visits of a day, one place in each array per visit; robots come last.

    `person` is -1 for robots. `first` and `count` say which page rows are the visit's, `browsed`
    how many of them come before the cart. `known` is the moment (epoch ms) from which the shop
    knows the customer. `curious` visitors use assets, `talks` and `chats` start such things.
    """

    visitor: Ints
    person: Ints
    gear: Ints
    place: Ints
    taste: Ints
    back: Bools
    start: Ints
    arrival: Ints
    stage: Ints
    curious: Bools
    talks: Bools
    chats: Bools
    detour: Bools
    known: Ints
    first: Ints
    count: Ints
    browsed: Ints

    @property
    def human(self) -> Bools:
        """Which are people's."""
        return self.person >= 0


@dataclass
class Rows:
    """The page views of a day in the order of visits: whose, which page, when, how long (ms)."""

    visit: Ints
    page: Ints
    kind: Ints
    at: Ints
    dwell: Ints
    landing: Bools
    last: Bools


def plan(world: World, day: int) -> tuple[Visits, Rows]:
    """The visits of a day and their pages."""
    draw = world.draw(3, day)
    visits = _visits(world, day, draw)
    rows = _rows(visits, draw)
    _take_time(visits, rows, draw)
    return visits, rows


def _visits(world: World, day: int, draw: Draw) -> Visits:
    people = world.people
    visitor = world.visitors_of(day).astype(np.int64)
    robots = int(len(visitor) * ROBOT_SHARE + draw.shares(1)[0])
    count = len(visitor) + robots
    human = np.arange(count) < len(visitor)
    visitor = np.append(visitor, len(people.person) + day * 100_000 + np.arange(robots))
    known = np.where(human, visitor, 0)
    gear = np.where(
        human, people.gear[known], draw.whole(crowd.ROBOTS.start, crowd.ROBOTS.stop, count)
    )
    back = people.seen[known] & human
    people.seen[visitor[human]] = True
    none = np.zeros(count, dtype=np.int64)
    visits = Visits(
        visitor=visitor,
        person=np.where(human, _persons(people, known, back, draw), -1),
        gear=gear,
        place=np.where(human, people.place[known], crowd.ROBOT_PLACE),
        taste=people.taste[known],
        back=back,
        start=world.calendar.moments(day, draw, count),
        arrival=_arrivals(world, day, gear, back, draw),
        stage=none,
        curious=draw.chance(0.13, count) & human,
        talks=draw.chance(0.011, count) & human,
        chats=draw.chance(0.024, count) & human,
        detour=np.zeros(count, dtype=np.bool_),
        known=np.full(count, NEVER),
        first=none,
        count=none,
        browsed=none,
    )
    visits.arrival = np.where(human, visits.arrival, arrivals.DIRECT)
    visits.stage = _stages(world, day, visits, draw)
    return visits


def _persons(people: People, visitor: Ints, back: Bools, draw: Draw) -> Ints:
    """Who sits there: mostly the one it always is, sometimes a friend who has an account."""
    friends = np.flatnonzero(people.joined)
    lent = back & draw.chance(LENT, len(visitor)) & (len(friends) > 0)
    friend = (draw.shares(len(visitor)) * len(friends)).astype(np.int64)
    person = people.person[visitor]
    person[lent] = friends[friend[lent]]
    return person


def _arrivals(world: World, day: int, gear: Ints, back: Bools, draw: Draw) -> Ints:
    on_sale = world.calendar.on_sale(day)
    mixes = arrivals.mixes(world.calendar.day(day), on_sale=on_sale)
    return draw.pick_of(mixes, back * 2 + crowd.ON_PHONE[gear] * 1)


def _stages(world: World, day: int, visits: Visits, draw: Draw) -> Ints:
    """How far each visit gets: every step is a chance of its own, some are readier than others."""
    count = len(visits.visitor)
    will = _readiness(world, day, visits)
    busy = visits.curious | visits.talks | visits.chats
    bounce = 0.40 * arrivals.BOUNCES[visits.arrival] * np.where(visits.back, 0.8, 1.0)
    steps = (
        ~draw.chance(bounce, count) | busy,
        draw.chance(np.minimum(0.068 * will, 0.9), count),
        draw.chance(np.clip(0.38 + 0.08 * will, 0.25, 0.85), count),
        draw.chance(0.88, count),
        draw.chance(0.85, count),
        draw.chance(_completion(world, day, visits), count),
    )
    stage = np.zeros(count, dtype=np.int64)
    going = np.ones(count, dtype=np.bool_)
    for step in steps:
        going &= step
        stage += going
    return np.where(visits.human, stage, Stage.BROWSE)


def _readiness(world: World, day: int, visits: Visits) -> Floats:
    will = arrivals.BUYS[visits.arrival] * crowd.BUYS[visits.gear]
    will *= np.where(visits.back, 1.5, 0.9)
    will *= np.where(visits.curious, 1.9, 0.9)
    will *= np.where(visits.talks, 2.6, 1.0) * np.where(visits.chats, 1.4, 1.0)
    will *= 1.15 if world.calendar.on_sale(day) else 1.0
    return np.asarray(will, dtype=np.float64)


def _completion(world: World, day: int, visits: Visits) -> Floats:
    """The chance to order once payment was given; only what is here can move an experiment."""
    phone = np.where(crowd.ON_PHONE[visits.gear], 0.65, 0.76)
    return phone * order_factor(visits.person, day, world.calendar.days)


def _rows(visits: Visits, draw: Draw) -> Rows:
    """The pages of all visits: what was browsed, then cart and checkout as far as it got."""
    count = len(visits.visitor)
    landing = draw.pick_of(arrivals.LANDINGS, visits.arrival)
    visits.browsed = _browsed(visits, landing == Kind.PRODUCT, draw)
    buying = visits.stage >= Stage.CART
    cart = (visits.stage >= Stage.CHECKOUT) | (buying & draw.chance(0.55, count))
    visits.detour = cart & visits.curious & draw.chance(0.35, count)
    visits.count = visits.browsed + cart + 2 * visits.detour + _FUNNEL_PAGES[visits.stage]
    visits.first = np.cumsum(visits.count) - visits.count
    visit = np.repeat(np.arange(count), visits.count)
    place = np.arange(len(visit)) - visits.first[visit]
    page = _pages(visits, visit, place, landing, draw)
    return Rows(
        visit=visit,
        page=page,
        kind=shop.KIND[page],
        at=np.zeros(len(visit), dtype=np.int64),
        dwell=np.zeros(len(visit), dtype=np.int64),
        landing=place == 0,
        last=place == visits.count[visit] - 1,
    )


# Pages of the checkout that are seen, by stage.
_FUNNEL_PAGES = np.array([0, 0, 0, 1, 2, 2, 3])


def _browsed(visits: Visits, on_product: Bools, draw: Draw) -> Ints:
    """How many pages before the cart: one for a bounce, and a product for whoever buys."""
    count = len(visits.visitor)
    some = draw.spread((1, 1, 1, 1, 2, 2, 3, 3, 5, 12), count)
    more = draw.spread((1, 2, 2, 2, 3, 3, 4, 6, 8, 18), count)
    browsed = np.where(visits.stage >= Stage.CART, more, some).astype(np.int64)
    browsed = np.where(visits.stage == Stage.BOUNCE, 1, browsed)
    least = np.where((visits.stage >= Stage.CART) & ~on_product, 2, 1)
    robots = np.where(visits.human, 0, 3 + browsed * 2)
    return np.maximum(np.maximum(browsed, least), robots)


# What people look at after the first page.
_INSIDE = np.zeros(len(Kind))
_INSIDE[[Kind.COLLECTION, Kind.PRODUCT, Kind.HOME, Kind.BLOG]] = 0.29, 0.42, 0.06, 0.06
_INSIDE[[Kind.SEARCH, Kind.HELP, Kind.ACCOUNT]] = 0.08, 0.04, 0.025
_INSIDE[[Kind.CLUB, Kind.BUSINESS]] = 0.018, 0.007
_INSIDE_LADDER = np.cumsum(_INSIDE) / np.cumsum(_INSIDE)[-1]


def _pages(visits: Visits, visit: Ints, place: Ints, landing: Ints, draw: Draw) -> Ints:
    """Which page each row is."""
    kind = np.where(place == 0, landing[visit], draw.pick(_INSIDE_LADDER, len(visit)))
    stage, browsed = visits.stage[visit], visits.browsed[visit]
    kind = np.where((stage >= Stage.CART) & (place == browsed - 1), Kind.PRODUCT, kind)
    after = place - browsed
    detour = visits.detour[visit]
    kind = np.where((after == 0) | (detour & (after == 2)), Kind.CART, kind)
    step = after - 1 - 2 * detour
    for beyond, funnel in enumerate((Kind.CHECKOUT, Kind.PAYMENT, Kind.THANKS)):
        kind = np.where((after > 0) & (step == beyond), funnel, kind)
    page = shop.pages_of(kind, visits.taste[visit], draw)
    again = (page == np.roll(page, 1)) & (kind == Kind.PRODUCT) & (place > 0)
    page[again] = shop.another(page[again])
    extra = detour & (after == 1)
    page[extra] = shop.extras(draw, int(extra.sum()))
    return page


# Seconds on a page, as quantiles at equal distances, by kind of page.
_SECONDS = {
    Kind.HOME: (1, 3, 5, 8, 11, 15, 20, 28, 45, 95, 400),
    Kind.COLLECTION: (2, 5, 9, 14, 19, 26, 35, 48, 70, 120, 600),
    Kind.PRODUCT: (2, 6, 12, 18, 26, 36, 48, 66, 95, 160, 800),
    Kind.BLOG: (2, 8, 20, 35, 52, 75, 105, 150, 210, 320, 1100),
}
_OTHERWISE = (3, 7, 10, 14, 19, 25, 33, 45, 62, 100, 420)
_LOADING_MS = 350


def _take_time(visits: Visits, rows: Rows, draw: Draw) -> None:
    """When each page was opened, and for how long: pauses, talks and chats included."""
    count = len(rows.visit)
    seconds = draw.spread(_OTHERWISE, count)
    for kind, levels in _SECONDS.items():
        here = rows.kind == kind
        seconds[here] = draw.spread(levels, int(here.sum()))
    robots = rows.visit >= np.count_nonzero(visits.human)
    seconds[robots] = draw.spread((0.5, 1, 3), int(np.count_nonzero(robots)))
    seconds += _lingering(visits, rows, draw)
    rows.dwell = (seconds * 1000).astype(np.int64) + _LOADING_MS
    ends = np.cumsum(rows.dwell)
    since = ends - rows.dwell
    rows.at = visits.start[rows.visit] + since - since[visits.first[rows.visit]]


def _lingering(visits: Visits, rows: Rows, draw: Draw) -> Floats:
    """Further seconds: some leave the tab for longer than a session, some talk or chat."""
    count = len(rows.visit)
    away = draw.chance(0.012, count) & (rows.kind < Kind.CART)
    longer = np.where(away, draw.spread((1860, 2600, 4200, 10_500), count), 0.0)
    longer += np.where(talk_rows(visits, rows), draw.spread((150, 240, 420, 900), count), 0.0)
    return longer + np.where(chat_rows(visits, rows), draw.spread((60, 110, 170, 320), count), 0.0)


def talk_rows(visits: Visits, rows: Rows) -> Bools:
    """The page on which a talk begins: the last one before the cart."""
    mine = np.zeros(len(rows.visit), dtype=np.bool_)
    mine[(visits.first + visits.browsed - 1)[visits.talks]] = True
    return mine


def chat_rows(visits: Visits, rows: Rows) -> Bools:
    """The page on which a chat begins: the first."""
    mine = np.zeros(len(rows.visit), dtype=np.bool_)
    mine[visits.first[visits.chats]] = True
    return mine
