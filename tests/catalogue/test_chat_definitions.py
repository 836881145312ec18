"""The KPIs of chat experiences and of acquisition say what the contract says."""

from __future__ import annotations

from collections import Counter

import pytest

from footfall.catalogue import built_in
from footfall.errors import RequestError
from footfall.query.question import choose

SESSION = (
    "device browser os country region channel source medium campaign landing_page visitor_type"
    " intent experiment variant"
)
CHANNELS = "web_push reminder newsletter sms profiling".split()
KINDS = "opt_ins_asked opt_ins_single opt_ins_double opt_ins_rejected opt_outs".split()
METHODS = "facebook email native twitter whatsapp link".split()
COUNTED = """
    chat_starts screen_time participations new_customers participants customers_deleted
    web_push_asked advent_calendar_opened pins_sent pins_succeeded pins_failed""".split()
# Each row: the dimensions, and which KPIs have them.
DIMENSIONS = {
    f"{SESSION} experience folder": """
        chat_sessions chat_sessions_with_conversation chat_bounces chat_bounce_rate
        chat_conversations""".split(),
    f"{SESSION} experience folder module": [
        *COUNTED,
        *(f"{kind}_{channel}" for kind in KINDS for channel in CHANNELS),
        *(f"shares_{method}" for method in METHODS),
    ],
    f"{SESSION} experience folder module field": ["data_entered", "data_entered_events"],
    f"{SESSION} experience folder module agent": """
        nps nps_answers promoters passives detractors nps_distribution""".split(),
    "channel source medium campaign": """
        ad_spend ad_impressions ad_clicks ad_ctr cpc cpa roas""".split(),
    "campaign": """
        email_open_rate email_click_rate email_click_to_open_rate email_unsubscribe_rate""".split(),
    "page query country device": """
        search_impressions search_clicks search_ctr search_position""".split(),
}
EXPECTED = {kpi: names.split() for names, ids in DIMENSIONS.items() for kpi in ids}
DAILY = [
    kpi
    for names, ids in DIMENSIONS.items()
    if names in ("channel source medium campaign", "campaign", "page query country device")
    for kpi in ids
]


def test_every_kpi_of_the_two_groups_is_defined_and_no_other() -> None:
    groups = ("Chat experiences", "Acquisition")
    assert {kpi.id for kpi in built_in() if kpi.group in groups} == set(EXPECTED)
    assert Counter(kpi.group for kpi in built_in() if kpi.id in EXPECTED) == {
        "Chat experiences": 55,
        "Acquisition": 15,
    }


@pytest.mark.parametrize("kpi", EXPECTED)
def test_a_kpi_has_exactly_the_dimensions_of_the_contract(kpi: str) -> None:
    assert sorted(built_in()[kpi].dimensions) == sorted(EXPECTED[kpi])
    assert built_in()[kpi].answers(EXPECTED[kpi])


@pytest.mark.parametrize("kpi", EXPECTED)
def test_the_unit_fits_what_is_computed(kpi: str) -> None:
    definition = built_in()[kpi]
    assert (definition.unit == "money") == definition.is_money
    if definition.unit in ("count", "minutes"):
        assert not definition.is_ratio
    elif definition.unit != "money":
        assert definition.is_ratio


def test_the_benchmark_of_the_contract_stands_beside_the_nps() -> None:
    told = str(built_in()["nps"].benchmark)
    assert all(mark in told for mark in ("30 remarkable", "50 excellent", "70 exceptional"))
    assert {kpi for kpi in EXPECTED if built_in()[kpi].benchmark} == {"nps"}


@pytest.mark.parametrize("kpi", DAILY)
def test_what_knows_days_only_is_refused_by_the_hour(kpi: str) -> None:
    with pytest.raises(RequestError, match=f"--every hour: {kpi} comes from imported tables"):
        choose(built_in(), [kpi], (), (), "hour")
    assert choose(built_in(), [kpi], (), (), "day")[0][0].id == kpi


def test_without_names_the_others_are_asked_by_the_hour() -> None:
    chosen, left_out = choose(built_in(), (), (), (), "hour")
    assert {kpi.id for kpi in left_out} >= set(DAILY)
    assert not {kpi.id for kpi in chosen} & set(DAILY)
    assert "chat_sessions" in {kpi.id for kpi in chosen}
