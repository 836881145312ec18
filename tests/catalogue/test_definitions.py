"""The KPI files of the package say what the contract says."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from footfall.catalogue import Kpi, built_in
from footfall.catalogue.formula import Tree
from footfall.errors import RequestError
from footfall.query.question import choose
from footfall.settings import site_from_mapping

SESSION = (
    "device browser os country region channel source medium campaign landing_page visitor_type"
    " intent experiment variant"
)
PAGE, ASSET, LINE = "page", "asset asset_type placement", "product category"
# Each row: what the KPIs have besides the dimensions of sessions and exposures, and which KPIs.
DIMENSIONS = {
    "": """
        visitors new_visitors returning_visitors sessions pages_per_session avg_session_duration
        bounce_rate key_events conversions conversion_rate visitor_conversion_rate
        session_conversion_rate orders aov rpv rps refunds refunded_revenue net_revenue refund_rate
        add_to_cart_rate product_to_cart_rate cart_to_checkout_rate checkout_completion_rate
        cart_abandonment_rate checkout_abandonment_rate micro_conversions micro_conversion_rate
        leads qualified_leads qualified_lead_rate lead_qualification_rate sign_ups sign_up_rate
        trials trial_to_paid_rate activation_rate customers repeat_purchase_rate
        purchase_frequency revenue_per_customer contributed_revenue_share""",
    PAGE: "page_views exit_rate avg_time_on_page avg_scroll_depth",
    LINE: "units revenue product_views product_conversion_rate",
    ASSET: """
        asset_loads asset_views asset_clicks asset_interactions asset_view_rate ctr
        contributed_sessions contributed_transactions contributed_revenue contributed_aov aov_beta
        cvr engaged_avg_session_time engaged_avg_page_views""",
    f"{ASSET} {LINE}": "direct_sales pure_transactions",
}
EXPECTED = {
    kpi: f"{SESSION} {more}".split() for more, ids in DIMENSIONS.items() for kpi in ids.split()
}
NAMES = {
    "visitors": "Visitors",
    "page_views": "Page views",
    "avg_time_on_page": "Avg. time on page (s)",
    "avg_scroll_depth": "Scroll depth (%)",
    "visitor_conversion_rate": "Converting visitors",
    "aov": "Average order value",
    "product_to_cart_rate": "Product → cart",
    "cart_abandonment_rate": "Cart abandonment",
    "activation_rate": "Activation",
    "asset_view_rate": "Seen of loaded",
    "ctr": "Click-through rate",
    "contributed_aov": "Average order value (assets)",
    "aov_beta": "AOV Beta",
    "cvr": "Conversion rate (assets)",
    "engaged_avg_session_time": "Average session time (s)",
}
ADDITIVE = """
    sessions page_views product_views key_events conversions orders revenue units refunds
    refunded_revenue net_revenue micro_conversions trials
    asset_loads asset_views asset_clicks asset_interactions""".split()


def store_and_assets() -> list[Kpi]:
    """The KPIs of the two groups that this page is about."""
    return [kpi for kpi in built_in() if kpi.group in ("Store", "Assets")]


def test_every_store_and_asset_kpi_of_the_contract_is_defined_and_no_other() -> None:
    assert {kpi.id for kpi in store_and_assets()} == set(EXPECTED)


@pytest.mark.parametrize("kpi", EXPECTED)
def test_a_kpi_has_exactly_the_dimensions_of_the_contract(kpi: str) -> None:
    assert sorted(built_in()[kpi].dimensions) == sorted(EXPECTED[kpi])


@pytest.mark.parametrize("kpi", EXPECTED)
def test_a_kpi_can_be_cut_by_all_of_its_dimensions_together(kpi: str) -> None:
    assert built_in()[kpi].answers(EXPECTED[kpi])


def test_asset_kpis_are_the_seventeen_in_their_group() -> None:
    assert Counter(kpi.group for kpi in store_and_assets()) == {"Store": 49, "Assets": 17}


def test_names_and_help_tell_the_kpis_apart() -> None:
    for texts in (
        [kpi.name for kpi in built_in()],
        [kpi.help for kpi in built_in()],
        [(kpi.group, str(kpi.order)) for kpi in built_in()],
    ):
        assert [text for text, often in Counter(texts).items() if often > 1] == []


def test_names_are_the_labels_of_the_contract() -> None:
    assert {kpi: built_in()[kpi].name for kpi in NAMES} == NAMES


def test_help_and_traps_are_whole_sentences() -> None:
    texts = [text for kpi in built_in() for text in (kpi.help, kpi.traps) if text is not None]
    assert [text for text in texts if not re.fullmatch(r"[A-Z].*[^.]\.", text)] == []


def test_the_benchmarks_of_the_contract_stand_beside_their_kpis() -> None:
    told = {kpi.id: kpi.benchmark for kpi in store_and_assets() if kpi.benchmark}
    assert set(told) == {"conversion_rate", "cart_abandonment_rate"}
    assert "2–3 %" in str(told["conversion_rate"])
    assert "70 %" in str(told["cart_abandonment_rate"])


@pytest.mark.parametrize("kpi", EXPECTED)
def test_the_unit_fits_what_is_computed(kpi: str) -> None:
    """Money is shown as money, and a count is never something that can have no value."""
    definition = built_in()[kpi]
    assert (definition.unit == "money") == definition.is_money
    if definition.unit != "money":
        assert (definition.unit == "count") == (not definition.is_ratio)


def test_only_counts_and_sums_add_up() -> None:
    assert [kpi.id for kpi in store_and_assets() if kpi.is_additive] == ADDITIVE


def leaves(tree: Tree) -> list[str]:
    """The names in a formula."""
    if isinstance(tree, tuple):
        return leaves(tree[1]) + leaves(tree[2])
    return [tree] if isinstance(tree, str) else []


@pytest.mark.parametrize(
    ("kpi", "of"),
    [
        ("rpv", ["revenue", "visitors"]),
        ("conversion_rate", ["conversions", "visitors"]),
        ("net_revenue", ["revenue", "refunded_revenue"]),
        ("ctr", ["asset_clicks", "asset_views"]),
        ("cvr", ["contributed_transactions", "contributed_sessions"]),
        ("returning_visitors", ["visitors", "new_visitors"]),
        ("qualified_lead_rate", ["qualified_leads", "visitors"]),
        ("lead_qualification_rate", ["qualified_leads", "leads"]),
    ],
)
def test_a_kpi_of_other_kpis_reads_exactly_their_measures(kpi: str, of: list[str]) -> None:
    catalogue = built_in()
    found = [catalogue[kpi].measures[name] for name in leaves(catalogue[kpi].formula.tree)]
    assert found == [measure for part in of for measure in catalogue[part].measures.values()]


def test_revenue_is_of_orders_and_by_product_of_their_lines() -> None:
    (measure,) = built_in()["revenue"].measures.values()
    assert [
        source and source.fact_name
        for source in map(
            measure.source_for, ([], ["device"], ["product"], ["device", "category"], ["page"])
        )
    ] == ["orders", "orders", "lines", "lines", None]


def test_views_of_a_product_are_its_items_and_else_the_events() -> None:
    (measure,) = built_in()["product_views"].measures.values()
    assert [
        source and source.fact_name
        for source in map(
            measure.source_for, ([], ["device"], ["product"], ["device", "category"], ["page"])
        )
    ] == ["item_views", "item_views", "product_views", "product_views", None]


def test_the_exit_rate_is_asked_by_page_only() -> None:
    chosen, left_out = choose(built_in(), (), ["device"], ())
    assert "exit_rate" in {kpi.id for kpi in left_out}
    assert "exit_rate" in {kpi.id for kpi in choose(built_in(), (), ["page"], ())[0]}
    with pytest.raises(RequestError, match="exit_rate has a value only by page: add --by page"):
        choose(built_in(), ["exit_rate"], ["device"], ())
    assert {kpi.id for kpi in store_and_assets()} - {kpi.id for kpi in chosen} == {"exit_rate"}


def test_a_dimension_that_a_kpi_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(RequestError) as refused:
        choose(built_in(), ["revenue", "orders"], ["product"], ())
    assert "orders has no dimension 'product'; it has: device, browser" in str(refused.value)


def test_an_unknown_kpi_is_refused_with_the_nearest_word() -> None:
    with pytest.raises(RequestError, match="unknown KPI 'visitor'; did you mean 'visitors'"):
        built_in()["visitor"]


def test_every_micro_conversion_rule_of_a_site_is_a_kpi() -> None:
    rules = [
        {"id": "guide", "event": "download"},
        {"id": "reader", "page": "/blog*", "engaged_seconds": 9},
    ]
    catalogue = built_in().for_site(site_from_mapping("shop", {"micro_conversions": rules}))
    assert sorted(catalogue["micro_conversions_guide"].dimensions) == sorted(SESSION.split())
    ids = [kpi.id for kpi in catalogue]
    at = ids.index("micro_conversions")
    assert ids[at : at + 3] == [
        "micro_conversions",
        "micro_conversions_guide",
        "micro_conversions_reader",
    ]
    assert len(ids) == len(built_in().kpis) + 2
