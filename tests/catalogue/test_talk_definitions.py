"""The One-to-one KPIs say what the contract says."""

from __future__ import annotations

import pytest

from footfall.catalogue import built_in
from footfall.catalogue.read import read_kpis
from footfall.errors import RequestError
from footfall.query.question import choose

SESSION = (
    "device browser os country region channel source medium campaign landing_page visitor_type"
    " intent experiment variant"
)
# Each row: the dimensions, and which KPIs have them.
DIMENSIONS = {
    "agent conversation_channel initiator url hour_of_day": """
        conversations text_conversations video_conversations avg_conversation_duration
        conversation_visitors conversation_conversion_rate conversation_orders conversation_gmv
        conversation_aov attributed_gmv requests visitor_requests agent_requests text_requests
        video_requests unsuccessful_requests unanswered_visitor_requests acceptance_rate
        agent_request_acceptance_rate visitor_request_acceptance_rate first_response_time
        agent_attributed_sales agent_attributed_orders""",
    SESSION: "visitors_with_widget_impression visitors_with_widget_click widget_ctr",
    f"{SESSION} agent": "avg_rating rating_distribution",
    f"{SESSION} trigger message target_url": """
        auto_messages_sent auto_message_clicks auto_message_ctr""",
}
EXPECTED = {kpi: names.split() for names, ids in DIMENSIONS.items() for kpi in ids.split()}
ADDITIVE = """
    requests visitor_requests agent_requests text_requests video_requests conversations
    text_conversations video_conversations unsuccessful_requests unanswered_visitor_requests
    conversation_orders conversation_gmv attributed_gmv agent_attributed_sales
    agent_attributed_orders rating_distribution auto_messages_sent auto_message_clicks""".split()


def test_every_kpi_of_the_group_is_defined_and_no_other() -> None:
    found = [kpi.id for kpi in built_in() if kpi.group == "One-to-one"]
    assert sorted(found) == sorted(EXPECTED)
    assert len(found) == 31


@pytest.mark.parametrize("kpi", EXPECTED)
def test_a_kpi_has_exactly_the_dimensions_of_the_contract(kpi: str) -> None:
    assert sorted(built_in()[kpi].dimensions) == sorted(EXPECTED[kpi])
    assert built_in()[kpi].answers(EXPECTED[kpi])


@pytest.mark.parametrize("kpi", EXPECTED)
def test_the_unit_fits_what_is_computed(kpi: str) -> None:
    definition = built_in()[kpi]
    assert (definition.unit == "money") == definition.is_money
    if definition.unit != "money":
        assert (definition.unit == "count") == (not definition.is_ratio)


def test_only_counts_and_sums_add_up() -> None:
    assert [kpi for kpi in EXPECTED if built_in()[kpi].is_additive] == [
        kpi for kpi in EXPECTED if kpi in ADDITIVE
    ]


@pytest.mark.parametrize(
    ("kpi", "dimension"),
    [
        ("widget_ctr", "page"),
        ("visitors_with_widget_click", "page"),
        ("avg_rating", "experience"),
        ("rating_distribution", "module"),
        ("conversations", "device"),
        ("auto_message_ctr", "agent"),
    ],
)
def test_a_dimension_that_a_kpi_does_without_is_refused(kpi: str, dimension: str) -> None:
    """Also where its fact has it, and where the KPI is made of others that do without it."""
    with pytest.raises(RequestError, match=f"{kpi} has no dimension '{dimension}'; it has: "):
        choose(built_in(), [kpi], [dimension], ())
    assert kpi in {kpi.id for kpi in choose(built_in(), (), [dimension], ())[1]}


OWN = """
id = "own"
name = "Own"
group = "Own"
help = "…"
unit = "count"
better = "neither"
source = "the shop"
formula = "told"
{line}

[measures.told]
fact = "actions"
count = true
"""


def test_what_a_kpi_does_without_is_a_list_of_dimensions() -> None:
    (kpi,) = read_kpis(OWN.format(line='without = ["page", "device"]'), "own.toml", "own")
    assert not {"page", "device"} & set(kpi.dimensions)
    assert "browser" in kpi.dimensions
    with pytest.raises(
        RequestError, match=r"own.toml:10: without: unknown dimension 'pages'.*page"
    ):
        read_kpis(OWN.format(line='without = ["pages"]'), "own.toml", "own")
    with pytest.raises(RequestError, match=r"own.toml:10: without: 'page' does not fit"):
        read_kpis(OWN.format(line='without = "page"'), "own.toml", "own")
