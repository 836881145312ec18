"""Every worked example holds: on the slow reference, and through the whole product."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from examples_runner import Value, answer_of, answers, holds, reference_answer
from footfall.catalogue import Example, Kpi, built_in, with_workspace
from footfall.settings import site_from_mapping

OWN = Path(__file__).parents[2] / "examples" / "kpis"
EXAMPLES = {
    f"{kpi.id}-{number}": (kpi, example)
    for kpi in built_in()
    for number, example in enumerate(kpi.examples, 1)
}
OWN_EXAMPLES = {
    f"{kpi.id}-{number}": (kpi, example)
    for kpi in with_workspace(OWN)
    if kpi.group == "Own"
    for number, example in enumerate(kpi.examples, 1)
}


@pytest.fixture(scope="module")
def answered() -> dict[str, Value]:
    return dict(zip(EXAMPLES, answers(list(EXAMPLES.values())), strict=True))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_reference_gives_what_was_worked_out_by_hand(name: str) -> None:
    kpi, example = EXAMPLES[name]
    assert_holds(example, reference_answer(kpi, example))


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_product_gives_what_was_worked_out_by_hand(
    name: str, answered: dict[str, Value]
) -> None:
    assert_holds(EXAMPLES[name][1], answered[name])


@pytest.mark.parametrize("name", OWN_EXAMPLES)
def test_a_shops_own_kpi_gives_what_was_worked_out_by_hand(name: str) -> None:
    kpi, example = OWN_EXAMPLES[name]
    assert_holds(example, answer_of(kpi, example, sorted(OWN.glob("*.toml"))))


def test_every_kpi_is_worked_out_by_hand_at_least_once() -> None:
    assert [kpi.id for kpi in with_workspace(OWN) if not kpi.examples] == []


@pytest.mark.parametrize(("rule", "value"), [("guide", 1), ("reader", 1)])
def test_each_micro_conversion_rule_is_counted_by_itself(rule: str, value: int) -> None:
    example = replace(built_in()["micro_conversions"].examples[0], value=value)
    site = site_from_mapping("shop", example.site)
    kpi = built_in().for_site(site)[f"micro_conversions_{rule}"]
    assert_holds(example, reference_answer(kpi, example))
    assert_holds(example, answer_of(kpi, example))


def test_an_example_alone_is_what_it_is_among_others() -> None:
    kpi: Kpi = built_in()["direct_sales"]
    alone = [answer_of(kpi, example) for example in kpi.examples]
    assert alone == answers([(kpi, example) for example in kpi.examples])


def assert_holds(example: Example, found: Value) -> None:
    assert holds(example, found), f"{example.about}: expected {example.value}, found {found}"
