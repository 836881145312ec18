"""The explanation is the number: what counts adds up to it, for every KPI and segment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from footfall.catalogue import Kpi
from footfall.query.question import Question
from footfall.query.segment import AllOf, Did, Is, Measured, Not, Segment
from support.explained import explained, unlike
from support.hold import EXAMPLES, hold_drawing
from support.judge import shop_for
from support.own import KINDS, MIDDLE_ENGAGED, MIDDLE_VISIT, own
from support.shop import Shop
from support.streams import Dice, Stream, rich_stream, streams

WHERE: tuple[Mapping[str, Sequence[str | None]], ...] = (
    {}, {"device": ["mobile", None]}, {"visitor_type": ["new"]}, {"variant": ["A"]},
    {"asset": ["a1"]}, {"product": ["p1", None]}, {"agent": [None]}, {"page": ["/"]},
    {"channel": ["direct"]},
)  # fmt: skip
SEGMENTS = (
    AllOf((Measured("page_views", ((">=", 1),)),)),
    AllOf((Not(AllOf((Did("bounced", wanted=True), Is("device", (None,))))),)),
)
OWN = tuple(map(own, (MIDDLE_VISIT, MIDDLE_ENGAGED, KINDS)))


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with shop_for(rich_stream(42, "Europe/Berlin")) as found:
        yield found


def questions(shop: Shop, where: Mapping[str, Sequence[str | None]]) -> Iterator[Question]:
    """A question for each KPI that has the dimensions."""
    wanted = {name: tuple(values) for name, values in where.items()}
    for kpi in (*shop.catalogue, *OWN):
        if kpi.answers(tuple(wanted)) and kpi.requires is None:
            yield Question((kpi,), *shop.period(), (), None, wanted)


def differences(shop: Shop, asked: Iterator[Question] | Sequence[Question]) -> list[str]:
    return [each for question in asked for each in unlike(shop, question)]


@pytest.mark.parametrize("where", WHERE, ids=str)
def test_every_kpi_is_what_its_explanation_comes_to(
    shop: Shop, where: Mapping[str, Sequence[str | None]]
) -> None:
    asked = list(questions(shop, where))
    assert len(asked) > 2
    assert differences(shop, asked) == []


@pytest.mark.parametrize("when", SEGMENTS, ids=["session facts", "nested"])
def test_in_a_segment_too(shop: Shop, when: AllOf) -> None:
    which = Segment("s", "S", "", when)
    asked = [
        replace(question, segment=which)
        for question in questions(shop, {})
        if _answers(question.kpis[0], which)
    ]
    assert len(asked) > 50
    assert differences(shop, asked) == []


def _answers(kpi: Kpi, which: Segment) -> bool:
    return kpi.answers(which.dimensions, in_session=bool(which.session_facts))


def test_of_any_stream_and_any_days() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_for(stream) as shop:
            first, last = shop.period()
            start = first + (last - first) / 2 if dice.pick((False, True)) else first
            asked = questions(shop, dice.pick(WHERE[:4]))
            assert differences(shop, [replace(each, start=start) for each in asked]) == []

    hold_drawing(law, streams(), EXAMPLES // 2)


@pytest.mark.parametrize("limit", [1, 20])
def test_the_first_things_are_the_first_of_all(shop: Shop, limit: int) -> None:
    for question in questions(shop, {}):
        whole, short = explained(shop, question), explained(shop, question, limit)
        for every, some in zip(whole, short, strict=True):
            assert some.things == every.things[:limit], question.kpis[0].id
            counts = (some.counted, some.not_counted, some.adds)
            assert counts == (every.counted, every.not_counted, every.adds), question.kpis[0].id


def test_everything_that_is_not_counted_has_a_reason(shop: Shop) -> None:
    reasons = {
        thing.reason
        for question in questions(shop, {})
        for part in explained(shop, question)
        for thing in part.things
    }
    assert reasons >= {
        "", "bot", "repeat", "counted_already", "no_interaction", "no_rate", "nobody",
        "never_clicked", "clicked_too_early", "conversation_too_early", "not_first",
    }  # fmt: skip
