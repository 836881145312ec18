"""Questions that grew: what they say is what plainer questions say, asked one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from footfall.catalogue import Kpi
from footfall.engine.duckdb import DuckEngine
from footfall.localtime import bucket_end, buckets_of
from footfall.query.answer import Row
from footfall.query.ask import ask
from footfall.query.compare import Comparison
from footfall.query.question import Question
from footfall.query.segment import AllOf, AnyOf, Condition, Did, Is, Measured, Not, Segment, Was
from reference import Reference
from support import rows
from support.hold import EXAMPLES, hold_drawing
from support.judge import reference_of, shop_for
from support.shop import Shop
from support.streams import Dice, Stream, rich_stream, streams

BY = ((), ("device",), ("asset",), ("product",), ("visitor_type",), ("variant",), ("page",))
WHERE: tuple[Mapping[str, Sequence[str | None]], ...] = (
    {}, {"device": ["mobile", None]}, {"visitor_type": ["new"]}, {"variant": ["A"]},
)  # fmt: skip
LATER = 24 * 200_000
"""An hour in the 26th century: nothing is open any more (`Comparison`)."""


@pytest.fixture(scope="module")
def rich() -> Iterator[tuple[Shop, Reference]]:
    made = rich_stream(31, "Europe/Berlin")
    with shop_for(made) as shop:
        yield shop, reference_of(made)


def asked(shop: Shop, question: Question) -> tuple[Row, ...]:
    return ask(DuckEngine(shop.con), question, shop.site.timezone)


def only(found: Mapping[rows.Key, rows.Numbers], bucket: str | None) -> dict[Any, Any]:
    return {(key[0], None, key[2]): value for key, value in found.items() if key[1] == bucket}


def of_its_own_time(question: Question) -> tuple[Kpi, ...]:
    """The KPIs of which a bucket does not depend on the rest of the period asked for."""
    return tuple(
        kpi
        for kpi in question.kpis
        if not any(each.costed for measure in kpi.measures.values() for each in measure.sources)
    )


def cumulated_differences(
    shop: Shop, by: Sequence[str], every: str, where: Mapping[str, Sequence[str | None]]
) -> list[str]:
    """Where a bucket does not say what a question up to its end says."""
    question = replace(shop.question((), by=by, every=every, where=where), is_cumulated=True)
    question = replace(question, kpis=of_its_own_time(question))
    got = rows.ours(asked(shop, question))
    found = []
    for start in buckets_of(question.start, question.end, every):
        end = bucket_end(start, every, question.end)
        plain = replace(question, end=end, every=None, is_cumulated=False)
        want = rows.ours(asked(shop, plain))
        found += rows.differences(only(got, start.isoformat()), want)
    return found


def test_a_cumulated_bucket_is_the_question_up_to_its_end() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_for(stream) as shop:
            by, where = dice.pick(BY), dice.pick(WHERE)
            every = dice.pick(("day", "week", "month"))
            assert cumulated_differences(shop, by, every, where) == []

    hold_drawing(law, streams())


@pytest.mark.parametrize("by", BY, ids=str)
def test_every_kpi_can_be_cumulated(rich: tuple[Shop, Reference], by: tuple[str, ...]) -> None:
    assert cumulated_differences(rich[0], by, "week", {}) == []


def test_the_last_cumulated_bucket_is_the_whole_period(rich: tuple[Shop, Reference]) -> None:
    shop, _ = rich
    question = replace(shop.question((), every="month"), is_cumulated=True)
    got = asked(shop, question)
    whole = rows.ours(asked(shop, shop.question(())))
    assert rows.differences(only(rows.ours(got), got[-1].bucket), whole) == []


def test_the_reference_says_what_a_cumulated_bucket_says(rich: tuple[Shop, Reference]) -> None:
    shop, reference = rich
    question = replace(shop.question((), by=("device",), every="month"), is_cumulated=True)
    question = replace(question, kpis=of_its_own_time(question))
    got = rows.ours(asked(shop, question))
    for start in buckets_of(question.start, question.end, "month"):
        end = bucket_end(start, "month", question.end).isoformat()
        ids = [kpi.id for kpi in question.kpis]
        want = reference.kpis(ids, question.start.isoformat(), end, ("device",))
        assert rows.differences(only(got, start.isoformat()), rows.theirs(want)) == []


def test_cumulated_hours_end_with_the_day_and_never_fall() -> None:
    stream = rich_stream(11, "Europe/Berlin")
    with shop_for(stream) as shop:
        first, last = shop.period()
        day = next(
            first + timedelta(days=at)
            for at in range((last - first).days)
            if (shop.value("visitors", start=first + timedelta(days=at),
                           end=first + timedelta(days=at)) > 1)
        )  # fmt: skip
        whole = rows.ours(asked(shop, shop.question((), day, day)))
        question = replace(shop.question((), day, day, every="hour"), is_cumulated=True)
        found = asked(shop, question)
        hours = list(dict.fromkeys(row.bucket for row in found))
        assert rows.differences(only(rows.ours(found), hours[-1]), whole) == []
        visitors: list[Any] = [row.value for row in found if row.kpi == "visitors"]
        assert visitors == sorted(visitors)
        assert visitors[-1] > visitors[0] or visitors[0] == visitors[-1] > 1


# --- compared -----------------------------------------------------------------------------


@pytest.mark.parametrize("is_cumulated", [False, True])
def test_what_it_is_compared_with_is_the_question_of_those_days(is_cumulated: bool) -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_for(stream) as shop:
            _, last = shop.period()
            start = last - timedelta(days=dice.number(0, 3))
            question = shop.question(
                (), start, last, dice.pick(BY), dice.pick(("day", "week", "month"))
            )
            question = replace(question, is_cumulated=is_cumulated)
            with_, align = dice.pick(("previous", "year")), dice.pick(("days", "weekday"))
            assert comparison_differences(shop, question, with_, align) == []

    hold_drawing(law, streams(), EXAMPLES // 2)


def comparison_differences(shop: Shop, question: Question, with_: str, align: str) -> list[str]:
    """Where `previous` is not what asking the earlier days says, bucket by bucket."""
    comparison = Comparison.of(with_, align, question.start, question.end, LATER)
    question = replace(question, kpis=of_its_own_time(question))
    found = ask(DuckEngine(shop.con), question, shop.site.timezone, comparison)
    earlier, wrong = timedelta(days=comparison.days), list[str]()
    assert question.every is not None
    for bucket in buckets_of(question.start, question.end, question.every):
        end = bucket_end(bucket, question.every, question.end)
        start = question.start if question.is_cumulated else max(bucket, question.start)
        plain = replace(
            question, start=start - earlier, end=end - earlier, every=None, is_cumulated=False
        )
        want = {key: (value[0], None, None) for key, value in rows.ours(asked(shop, plain)).items()}
        got = {
            rows.ours([row]).popitem()[0]: (row.previous, None, None)
            for row in found
            if row.bucket == bucket.isoformat()
        }
        wrong += rows.differences(only(got, bucket.isoformat()), want)
    return wrong


def test_what_is_compared_is_what_is_not_compared(rich: tuple[Shop, Reference]) -> None:
    shop, _ = rich
    first, last = shop.period()
    question = shop.question((), first + (last - first) / 2, last, ("device",), "day")
    comparison = Comparison.of("previous", "days", question.start, question.end, LATER)
    compared = ask(DuckEngine(shop.con), question, shop.site.timezone, comparison)
    assert rows.differences(rows.ours(compared), rows.ours(asked(shop, question))) == []
    assert sum(row.change is not None for row in compared) > 20


# --- segments -----------------------------------------------------------------------------

SESSION_CONDITIONS: tuple[Condition, ...] = (
    Measured("page_views", ((">=", 2),)),
    Measured("duration", ((">", 0), ("<=", 600_000))),
    Did("added_to_cart", wanted=True),
    Did("converted", wanted=False),
    Was("exit_page", ("/", None)),
)
CONDITIONS: tuple[Condition, ...] = (
    *SESSION_CONDITIONS,
    Is("device", ("mobile", None)),
    Is("visitor_type", ("new",)),
    Not(Is("country", ("DE",))),
)


def segment(*parts: Condition) -> Segment:
    return Segment("some", "Some", "", AllOf(parts))


def drawn(dice: Dice, depth: int = 2) -> Condition:
    """A condition, with others in it."""
    kind = dice.pick(("leaf", "all", "any", "not")) if depth else "leaf"
    if kind == "leaf":
        return dice.pick(CONDITIONS)
    if kind == "not":
        return Not(drawn(dice, depth - 1))
    parts = (drawn(dice, depth - 1), drawn(dice, depth - 1))
    return AllOf(parts) if kind == "all" else AnyOf(parts)


def in_segment(shop: Shop, which: Segment, by: Sequence[str] = ()) -> Question:
    kpis = tuple(
        kpi
        for kpi in shop.catalogue
        if kpi.requires is None
        and kpi.answers((*by, *which.dimensions), in_session=bool(which.session_facts))
    )
    return Question(kpis, *shop.period(), tuple(by), segment=which)


@pytest.mark.parametrize("by", [(), ("device",), ("product",), ("experiment",)])
@pytest.mark.parametrize("where", [*WHERE[1:], {"asset": ["a1"]}, {"product": ["p1", None]}],
                         ids=str)  # fmt: skip
def test_a_segment_of_dimensions_is_a_filter(
    rich: tuple[Shop, Reference], where: Mapping[str, Sequence[str | None]], by: tuple[str, ...]
) -> None:
    shop, _ = rich
    which = segment(*(Is(name, tuple(values)) for name, values in where.items()))
    question = in_segment(shop, which, by)
    plain = shop.question([kpi.id for kpi in question.kpis], by=by, where=where)
    got, want = rows.ours(asked(shop, question)), rows.ours(asked(shop, plain))
    assert rows.differences(got, want) == []


def counts(shop: Shop, question: Question) -> dict[str, Any]:
    return {row.kpi: row.value for row in asked(shop, question)}


def test_a_segment_and_all_that_is_not_in_it_add_up() -> None:
    def law(stream: Stream, dice: Dice) -> None:
        with shop_for(stream) as shop:
            inside = drawn(dice)
            question = in_segment(shop, segment(inside))
            adding = tuple(kpi for kpi in question.kpis if kpi.is_additive and not kpi.is_money)
            parts = [
                counts(shop, replace(question, kpis=adding, segment=each))
                for each in (segment(inside), segment(Not(inside)), None)
            ]  # fmt: skip
            assert {kpi: parts[0][kpi] + parts[1][kpi] for kpi in parts[2]} == parts[2], inside

    hold_drawing(law, streams())


def sessions_in(reference: Reference, condition: Condition) -> list[dict[str, Any]]:
    """The sessions that meet a condition on sessions, by the slow reference."""
    return [each for each in reference.sessions() if meets(each, condition)]


def meets(session: dict[str, Any], condition: Condition) -> bool:
    match condition:
        case Measured("page_views", ((_, least),)):
            return bool(session["page_views"] >= least)
        case Measured("duration", ((_, more), (_, most))):
            return bool(more < session["end"] - session["start"] <= most)
        case Was("exit_page", values):
            return session["exit_page"] in values
    raise AssertionError(condition)


@pytest.mark.parametrize("condition", [SESSION_CONDITIONS[0], *SESSION_CONDITIONS[1::3]], ids=str)
def test_a_segment_of_session_facts_is_what_happened_in_those_sessions(
    rich: tuple[Shop, Reference], condition: Condition
) -> None:
    shop, reference = rich
    inside = sessions_in(reference, condition)
    assert 0 < len(inside) < len(reference.sessions())
    places = {(each["visitor_id"], each["start"]) for each in inside}
    orders = [fact.thing for fact in reference.facts.lists["orders"]]
    asked_ = {row.kpi: row.value for row in asked(shop, in_segment(shop, segment(condition)))}
    assert asked_["sessions"] == len(inside)
    assert asked_["visitors"] == len({each["person"] for each in inside})
    assert asked_["orders"] == sum(
        order.session is not None and (order.session.visitor, order.session.start) in places
        for order in orders
    )


def test_an_exposure_stands_at_the_top_of_a_segment(rich: tuple[Shop, Reference]) -> None:
    shop, _ = rich
    visits = Measured("page_views", (("<", 2),))
    which, rest = segment(Is("experiment", ("x1",)), visits), segment(visits)
    kpis = ["sessions", "orders", "page_views", "visitors"]
    chosen = shop.question(kpis, where={"experiment": ["x1"]})
    got = asked(shop, replace(chosen, where={}, segment=which))
    assert [row.value for row in got] == [
        row.value for row in asked(shop, replace(chosen, segment=rest))
    ]
    assert any(row.value for row in got)
