"""The default demonstration looks like a shop: its figures lie where a shop's would."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from footfall.doors.demo import write_jsonl
from footfall.event.accept import Acceptor, Rejection
from footfall.event.vocabulary import EVENTS
from footfall.schema.log import LOG_NAMES

if TYPE_CHECKING:
    import pyarrow as pa

Ask = Callable[[str], list[tuple[Any, ...]]]

UNTIL = date(2026, 4, 30)
RECEIVED_MS = 1_780_000_000_000

# A statement over the demonstration, and the band in which its only number lies.
BANDS = {
    "events per visitor": ("select count(*) / 20000 from sent", 9, 12),
    "visits per visitor": ("select count(*) / count(distinct visitor_id) from visits", 1.25, 1.5),
    "pages per visit": ("select avg(pages) from visits", 1.9, 2.8),
    "seconds per visit": ("select avg(lasted) / 1000 from visits", 90, 220),
    "bounce rate": ("select avg((pages <= 1 and not active)::int) from visits", 0.42, 0.58),
    "cart rate": ("select avg(carts::int) from visits", 0.05, 0.08),
    "cart abandonment": ("select 1 - avg(orders::int) from visits where carts", 0.66, 0.75),
    "checkout completion": ("select avg(orders::int) from visits where checkouts", 0.5, 0.62),
    "orders per visitor": ("select count(*) / 20000 from orders", 0.021, 0.032),
    "order value": ("select avg(value) from orders where currency = 'EUR'", 85, 130),
    "foreign orders": ("select avg((currency <> 'EUR')::int) from orders", 0.05, 0.18),
    "refunds per order": (
        "select (select count(*) from once where event = 'refund') / count(*) from orders",
        0.05,
        0.15,
    ),
    "mobile share": ("select avg((device = 'mobile')::int) from visits", 0.58, 0.7),
    "orders of phones": (
        "select avg(orders::int) from visits where device = 'mobile'",
        0.009,
        0.018,
    ),
    "orders of desktops": (
        "select avg(orders::int) from visits where device = 'desktop'",
        0.025,
        0.042,
    ),
    "visits with an asset": ("select avg(engaged::int) from visits", 0.03, 0.08),
    "orders of those": ("select avg(orders::int) from visits where engaged", 0.07, 0.18),
    "seen of loaded": (
        """select count(*) filter (event = 'asset_view') / count(*) filter (event = 'asset_load')
        from once""",
        0.4,
        0.7,
    ),
    "asset click rate": (
        """select count(*) filter (event = 'asset_click') / count(*) filter (event = 'asset_view')
        from once""",
        0.03,
        0.1,
    ),
    "acceptance rate": (
        """with sides as (
            select properties ->> 'conversation_id' as id,
                count(distinct properties ->> 'sender') as sides from once
            where event in ('conversation_message', 'call_joined') group by 1)
        select avg((sides = 2)::int) from sides""",
        0.5,
        0.85,
    ),
    "rating": (
        """select avg((properties ->> 'score')::int) from once
        where properties ->> 'survey_type' = 'rating'""",
        3.9,
        4.7,
    ),
    "nps": (
        """select 100 * avg(case when score >= 9 then 1 when score <= 6 then -1 else 0 end)
        from (select (properties ->> 'score')::int as score from once
            where properties ->> 'survey_type' = 'nps')
        where score is not null""",
        20,
        50,
    ),
    "silent chats": (
        """with starts as (select count(*) as n from once where event = 'experience_start'),
        talking as (select count(distinct (visitor_id, properties ->> 'experience_id')) as n
            from once where event = 'experience_interaction')
        select 1 - talking.n / starts.n from starts, talking""",
        0.1,
        0.25,
    ),
    "share of robots": ("select avg(robot::int) from once", 0.005, 0.02),
    "sunday over friday": (
        """with days as (select dayname(make_timestamp(occurred_at * 1000)) as day, count(*) as n
            from once group by 1)
        select any_value(n) filter (day = 'Sunday') / any_value(n) filter (day = 'Friday')
        from days""",
        1.2,
        1.7,
    ),
    "spend per order": ("select sum(cost) / (select count(*) from orders) from ad_costs", 2, 12),
}


@pytest.mark.parametrize("figure", BANDS)
def test_figure_is_a_shops(ask: Ask, figure: str) -> None:
    statement, least, most = BANDS[figure]
    [(number,)] = ask(statement)
    assert least <= number <= most


def test_every_event_of_the_vocabulary_happens(ask: Ask) -> None:
    happened = {name for (name,) in ask("select distinct event from once")}
    assert set(EVENTS) <= happened
    assert happened - set(EVENTS) == {"size_guide_open", "brochure_download", "wishlist_add"}


@pytest.mark.parametrize("visitors", [1500, pytest.param(20_000, marks=pytest.mark.slow)])
def test_nothing_is_refused(tmp_path: Path, visitors: int) -> None:
    file = tmp_path / "shop.jsonl"
    lines = write_jsonl(file, 90, UNTIL, visitors=visitors)
    acceptor = Acceptor(RECEIVED_MS)
    with file.open("rb") as text:
        answers = [acceptor.accept_line(line.rstrip(b"\n")) for line in text]
    assert [each for each in answers if isinstance(each, Rejection)] == []
    assert len(answers) == lines


def test_flat_rows_are_accepted_as_lines_are(sent: pa.Table) -> None:
    acceptor = Acceptor(RECEIVED_MS)
    for row in sent.slice(100_000, 3000).to_pylist():
        told = {key: value for key, value in row.items() if value is not None}
        if "properties" in told:
            told["properties"] = json.loads(told["properties"])
        assert acceptor.accept(row, flat_file=True) == acceptor.accept(told)


def test_robots_are_found_and_nobody_else(ask: Ask) -> None:
    acceptor = Acceptor(RECEIVED_MS)
    base = {"event_id": "e", "event": "page_view", "occurred_at": RECEIVED_MS, "visitor_id": "v"}
    found = {True: 0, False: 0}
    for agent, told in ask(
        """select distinct user_agent, coalesce((properties ->> 'bot')::boolean, false)
        from once where event = 'page_view'"""
    ):
        row = acceptor.accept(base | {"user_agent": agent, "properties": {"bot": told}})
        assert not isinstance(row, Rejection)
        found[bool(row[LOG_NAMES.index("bot")])] += 1
    assert found == {True: 7, False: 15}


def test_people_have_devices_that_exist(ask: Ask) -> None:
    pairs = ask("select distinct device, os from once where not robot and url is not null")
    assert ("mobile", "Windows") not in pairs
    assert {device for device, _ in pairs} == {"mobile", "desktop", "tablet", "other"}
    assert {os for device, os in pairs if device == "mobile"} == {"iOS", "Android"}


def test_a_visitor_keeps_device_and_country(ask: Ask) -> None:
    [(most,)] = ask(
        """select max(n) from (select count(distinct (user_agent, country, region)) as n
        from once where url is not null group by visitor_id)"""
    )
    assert most == 1


def test_orders_are_told_more_than_once_and_by_several(ask: Ask) -> None:
    ways: dict[str, int] = dict(
        ask("select array_to_string(told_by, '+'), count(*) from orders group by 1")
    )
    assert ways["tag"] > ways["server+tag"] > ways["server"] > 0
    assert any("import" in way for way in ways)
    assert any("tag+tag" in way for way in ways)


def test_an_orders_lines_add_up(ask: Ask) -> None:
    [(orders, wrong)] = ask(
        """with told as (
            select event_id, (properties ->> 'value')::decimal(12, 2) as value,
                unnest(from_json(properties -> 'items',
                    '[{"price": "DECIMAL(12,2)", "quantity": "INTEGER"}]')) as item
            from once where event = 'purchase'
        ), sums as (
            select value, sum(item.price * item.quantity) as worth from told
            group by event_id, value
        )
        select count(*), count(*) filter (value <> worth) from sums"""
    )
    assert orders > 500
    assert wrong == 0


def test_refunds_are_of_every_kind(ask: Ask) -> None:
    kinds = {
        kind
        for (kind,) in ask(
            """select distinct case
                when id is null then 'of an unknown order'
                when (properties -> 'items') is not null then 'by items'
                when (properties ->> 'value') is null then 'of the rest'
                when (properties ->> 'value')::decimal(12, 2) < value then 'partial'
                else 'full' end
            from once left join orders on id = properties ->> 'transaction_id'
            where event = 'refund'"""
        )
    }
    assert kinds == {"of an unknown order", "by items", "of the rest", "partial", "full"}


def test_people_come_back_log_in_and_use_two_devices(ask: Ask) -> None:
    [(returning,)] = ask(
        "select count(*) from (select 1 from visits group by visitor_id having count(*) > 1)"
    )
    assert 2000 < returning < 6000
    [(two_devices,)] = ask(
        """select count(*) from (select 1 from once where customer_id is not null
        group by customer_id having count(distinct visitor_id) > 1)"""
    )
    assert two_devices > 10
    [(conflicts,)] = ask(
        """select count(*) from (select 1 from once where visitor_id is not null
        group by visitor_id having count(distinct customer_id) > 1)"""
    )
    assert 0 < conflicts < 20


def test_every_agent_talks_and_the_best_is_better(ask: Ask) -> None:
    ratings: dict[str, float] = dict(
        ask(
            """select properties ->> 'agent_id', avg((properties ->> 'score')::int) from once
            where properties ->> 'survey_type' = 'rating' group by 1"""
        )
    )
    assert len(ratings) == 6
    assert ratings["agent-lena"] > ratings["agent-emil"]


def test_modules_fall_off(ask: Ask) -> None:
    shown = ask(
        """select properties ->> 'experience_id', (properties ->> 'position')::int as place,
            count(*) from once where event = 'module_shown' group by 1, 2 order by 1, 2"""
    )
    by_experience: dict[str, list[int]] = {}
    for experience, _, count in shown:
        by_experience.setdefault(experience, []).append(count)
    assert len(by_experience) == 5
    for counts in by_experience.values():
        assert counts == sorted(counts, reverse=True)
        assert counts[-1] < counts[0] * 0.6


def test_every_channel_asks_for_opt_ins(ask: Ask) -> None:
    asked = ask("select distinct properties ->> 'channel' from once where event = 'opt_in_asked'")
    channels = {"web_push", "reminder", "newsletter", "sms", "profiling"}
    assert {channel for (channel,) in asked} == channels


def test_an_experiment_shows_a_person_one_variant(ask: Ask) -> None:
    groups = ask(
        """select properties ->> 'experiment_id' as experiment,
            count(*) filter (properties ->> 'variant' = 'control'),
            count(*) filter (properties ->> 'variant' = 'variant'),
            count(*) - count(distinct visitor_id)
        from once where event = 'experiment_exposure' group by 1"""
    )
    shares = {name: variant / (control + variant) for name, control, variant, _ in groups}
    # On a device that somebody else borrowed, a second person is shown a variant.
    assert max(twice for *_, twice in groups) < 10
    assert shares.pop("collection-grid") == pytest.approx(0.7 / 1.7, abs=0.035)
    assert len(shares) == 3
    for share in shares.values():
        assert share == pytest.approx(0.5, abs=0.045)


def test_few_are_late_and_few_come_twice(ask: Ask) -> None:
    [(late, rows, events)] = ask(
        "select count(sent_at), count(*), count(distinct event_id) from sent"
    )
    assert 0 < late < 0.001 * rows
    assert 0 < rows - events < 0.002 * rows
    [(different,)] = ask(
        """select count(*) from (select 1 from (select distinct * exclude (sent_at) from sent)
        group by event_id having count(*) > 1)"""
    )
    assert different == 0
