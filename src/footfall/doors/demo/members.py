"""Accounts: who signs up, who logs in, who becomes active; and from when the shop knows them."""

from __future__ import annotations

import numpy as np

from footfall.doors.demo.draw import Draw, Ints
from footfall.doors.demo.gathered import Gathered, phrases
from footfall.doors.demo.visits import Stage
from footfall.doors.demo.world import World

METHODS = ("email", "email", "email", "google", "apple")


def members(world: World, day: Gathered, draw: Draw) -> None:
    """Sign-ups, log-ins and activations of a day; sets the visits' `known`."""
    _remembered(world, day, draw)
    _log_in(world, day, draw)
    _sign_up(world, day, draw)


def _remembered(world: World, day: Gathered, draw: Draw) -> None:
    """Some are still logged in from last time: every event of the visit says who they are."""
    visits = day.visits
    still = visits.human & visits.back & draw.chance(0.45, len(visits.visitor))
    still &= world.people.joined[visits.person]
    visits.known[still] = 0


def _log_in(world: World, day: Gathered, draw: Draw) -> None:
    visits, people = day.visits, world.people
    count = len(visits.visitor)
    readiness = np.where(visits.stage >= Stage.CHECKOUT, 0.8, 0.3)
    unknown = visits.human & (visits.known > 0) & (visits.stage > Stage.BOUNCE)
    does = np.flatnonzero(unknown & people.joined[visits.person] & draw.chance(readiness, count))
    row = _rows_of(day, does, draw)
    at = day.rows.at[row] + 220
    methods = phrases().places([{"method": each} for each in METHODS])
    failed = draw.chance(0.06, len(does))
    wrong = np.full(int(failed.sum()), phrases().place({"method": "email", "success": False}))
    day.many("login", row[failed], at[failed] - 150, wrong)
    day.many("login", row, at, methods[draw.whole(0, len(METHODS), len(does))])
    visits.known[does] = at
    fresh = ~people.active[visits.person[does]] & draw.chance(0.5, len(does))
    _activate(world, day, does[fresh], row[fresh], at[fresh] + 30)


def _sign_up(world: World, day: Gathered, draw: Draw) -> None:
    """New accounts: mostly at the checkout, some on the way; a part is active at once."""
    visits, people = day.visits, world.people
    count = len(visits.visitor)
    readiness = np.where(visits.stage == Stage.ORDER, 0.34, 0.009)
    wants = visits.human & (visits.stage > Stage.BOUNCE) & draw.chance(readiness, count)
    does = np.flatnonzero(wants & ~people.joined[visits.person])
    row = _rows_of(day, does, draw)
    at = day.rows.at[row] + 260
    methods = phrases().places([{"method": each} for each in METHODS])
    day.many("sign_up", row, at, methods[draw.whole(0, len(METHODS), len(does))])
    visits.known[does] = at
    people.joined[visits.person[does]] = True
    at_once = draw.chance(0.3, len(does))
    _activate(world, day, does[at_once], row[at_once], at[at_once] + 60)


def _activate(world: World, day: Gathered, visit: Ints, row: Ints, at: Ints) -> None:
    day.many("activation", row, at, np.full(len(row), phrases().place({"milestone": "profile"})))
    world.people.active[day.visits.person[visit]] = True


def _rows_of(day: Gathered, visit: Ints, draw: Draw) -> Ints:
    """Where in each visit it happens: at the checkout, else on any page that was browsed."""
    visits = day.visits
    anywhere = (draw.shares(len(visit)) * visits.browsed[visit]).astype(np.int64)
    checkout = visits.browsed[visit] + 1 + 2 * visits.detour[visit]
    place = np.where(visits.stage[visit] >= Stage.CHECKOUT, checkout, anywhere)
    return visits.first[visit] + place
