"""The catalogue in a terminal: every KPI is there, whatever the width, and its card is complete."""

from __future__ import annotations

import json

import pytest

from footfall.catalogue.catalogue import built_in
from footfall.report.card import card
from footfall.report.catalogue import card_json, catalogue_json, report
from footfall.report.table import cells
from footfall.report.words import dimension_sets, formula, named_sets


@pytest.mark.parametrize("width", [80, 140, 200])
def test_every_kpi_is_listed_within_the_width(width: int) -> None:
    told = report(built_in(), width)
    assert max(map(cells, told)) <= width
    text = "\n".join(told)
    for kpi in built_in():
        assert kpi.name in text
        assert kpi.id in text


@pytest.mark.parametrize("kpi_id", [kpi.id for kpi in built_in()])
def test_a_card_tells_all_within_the_width(kpi_id: str) -> None:
    kpi = built_in()[kpi_id]
    told = card(kpi, "EUR", 80)
    assert max(map(cells, told)) <= 80
    text = " ".join(" ".join(told).split())
    for word in (kpi.name, kpi.help, kpi.traps or "", *(example.about for example in kpi.examples)):
        assert " ".join(word.split()) in text
    assert all(name in text for name in kpi.dimensions)


def test_the_value_of_an_example_is_shown_in_its_unit() -> None:
    told = card(built_in()["revenue"], "EUR", 80)
    assert "  → €50.50" in told
    assert "  → €54.00 for product p1" in told


def test_a_formula_is_told_in_words_and_signs() -> None:
    catalogue = built_in()
    assert formula(catalogue["ctr"]) == "asset_clicks ÷ asset_views"
    assert formula(catalogue["revenue"]) == "Σ revenue of orders"
    assert formula(catalogue["net_revenue"]) == "revenue − refunded_revenue"


def test_dimensions_come_in_sets_and_none_is_lost() -> None:
    for kpi in built_in():
        told = named_sets(kpi)
        assert sorted(name for names in told.values() for name in names) == sorted(kpi.dimensions)
    assert list(named_sets(built_in()["exit_rate"])) == ["session", "exposure", "page"]
    assert list(named_sets(built_in()["data_entered"])) == ["session", "exposure", "chat", "field"]
    assert list(named_sets(built_in()["cpa"])) == ["cost"]
    assert list(named_sets(built_in()["search_ctr"])) == ["search"]
    assert set(dimension_sets()) == {
        "session", "exposure", "asset", "line", "talk", "auto message", "chat", "cost", "search",
    }  # fmt: skip


def test_the_catalogue_is_data_too() -> None:
    told = json.loads(json.dumps(catalogue_json(built_in())))
    assert [kpi["id"] for kpi in told["kpis"]] == [kpi.id for kpi in built_in()]
    ctr = next(kpi for kpi in told["kpis"] if kpi["id"] == "ctr")
    assert ctr["formula"] == "asset_clicks / asset_views"
    assert (ctr["unit"], ctr["source"], ctr["is_ratio"]) == ("rate", "D", True)
    assert "asset" in ctr["dimensions"]
    first = card_json(built_in()["ctr"])["examples"][0]
    assert first["value"] == 0.25
    assert len(first["events"]) == 6
