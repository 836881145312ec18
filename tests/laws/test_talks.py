"""Requests are in one state each, states add up, shares of conversations are shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from footfall.engine.duckdb import DuckEngine
from footfall.query.team import STATES, Asked, Desk
from reference import Reference
from reference.talks import Talk
from support.hold import EXAMPLES, hold, hold_drawing
from support.judge import reference_of, shop_for
from support.shop import Shop
from support.streams import Dice, Stream, streams

DAY = 86_400_000
SHARES = (
    "acceptance_rate", "agent_request_acceptance_rate", "visitor_request_acceptance_rate",
    "conversation_conversion_rate",
)  # fmt: skip
BREAKDOWNS: tuple[dict[str, Any], ...] = (
    {},
    {"every": "day"},
    {"by": ["agent"]},
    {"by": ["hour_of_day"], "every": "week"},
    {"by": ["initiator", "conversation_channel"]},
)
Place = tuple[str | None, str | None, str]


def state_of(talk: Talk, now: int) -> str:
    """A request's state, in the words of those who ordered it."""
    other = "agent" if talk.initiator == "visitor" else "visitor"
    asking = "visitor" if other == "agent" else "agent"
    if talk.accepted_at is not None:
        return "accepted"
    answered = min(talk.responses(other), default=None)
    ended = [
        event.time
        for event in talk.events
        if event.name == "call_ended" and event.props.get("sender") in (None, "", asking)
    ]
    if any(answered is None or at < answered for at in ended):
        return "withdrawn"
    last = max(event.time for event in talk.events)
    return "open" if now - last < DAY else "unanswered"


def expected_states(reference: Reference, agents: Sequence[str | None], now: int) -> Any:
    """How many requests are where, from the slow reference's requests."""
    found: Counter[tuple[Place, str]] = Counter()
    for fact in reference.facts.lists["requests"]:
        dims = fact.groups["talk"][0]
        if not agents or dims["agent"] in agents:
            place = (dims["initiator"], dims["conversation_channel"], str(dims["hour_of_day"]))
            found[place, state_of(fact.thing, now)] += 1
    return found


def told_states(shop: Shop, agents: Sequence[str | None], now: int) -> Any:
    """The same as the product says it; every line adds up."""
    asked = Asked(*shop.period(), agents=tuple(agents))
    desk = Desk(DuckEngine(shop.con), shop.catalogue, shop.site, asked)
    found: Counter[tuple[Place, str]] = Counter()
    for line in desk.states(now * 1000):
        place = (line["initiator"], line["conversation_channel"], line["hour_of_day"])
        assert line["requests"] == sum(line[state] for state in STATES)
        found.update({(place, state): line[state] for state in STATES if line[state]})
    return found


def test_every_request_is_in_the_state_that_its_events_say() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        reference = reference_of(stream)
        last = max((talk.events[-1].time for talk in reference._talks), default=0)
        now = last + dice.pick((0, DAY - 1, DAY, DAY + 1, -DAY))
        with shop_for(stream) as shop:
            for agents in ((), ("mia",), ("mia", None)):
                told = told_states(shop, agents, now)
                assert told == expected_states(reference, agents, now)
            assert sum(told_states(shop, (), now).values()) == shop.value("requests")

    hold_drawing(law, streams(), EXAMPLES // 2)


def test_the_shares_of_requests_lie_between_nothing_and_everything() -> None:
    def law(stream: Stream) -> None:
        with shop_for(stream) as shop:
            for asked in BREAKDOWNS:
                for row in shop.ask(shop.question(SHARES, **asked)):
                    assert row.value is None or 0 <= row.value <= 1, row
                    assert (row.value is None) == (row.denominator == 0), row

    hold(law, streams(), EXAMPLES // 3)
