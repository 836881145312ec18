"""The calculator: what is answered for numbers from elsewhere, and what is refused, and how."""

from __future__ import annotations

import json
from typing import Any

import pytest

from footfall.calculator.calculate import METHODS, calculate
from footfall.errors import RequestError

RATES = {"control": {"n": 1000, "successes": 40}, "treatment": {"n": 1000, "successes": 62}}
MEANS = {
    "control": {"n": 100, "mean": 10.0, "var": 4.0},
    "treatment": {"n": 90, "mean": 11.0, "var": 5.0},
}


NOBODY = {"control": {"n": 9, "sum:a": 1, "sum:a*a": 1}, "treatment": {}}
OVER = {"primary_ci": None, "days_run": 7, "min_days": 7, "planned_end_reached": True}


def _with(control: object) -> dict[str, Any]:
    return MEANS | {"control": control}


def told(method: str, **inputs: Any) -> Any:
    return calculate(json.dumps({"method": method, "inputs": inputs}), "case.json")


def refused(text: str) -> str:
    with pytest.raises(RequestError) as fault:
        calculate(text, "case.json")
    return str(fault.value)


def refusal(method: str, **inputs: Any) -> str:
    return refused(json.dumps({"method": method, "inputs": inputs}))


def test_a_variant_is_told_in_any_form() -> None:
    """2, 4, 6, 8 and 3, 5, 8, 12: sums 20 and 28, squares 120 and 242."""
    forms = [
        ({"n": 4, "sum": 20, "sum_sq": 120}, {"n": 4, "sum": 28, "sum_sq": 242}),
        ({"n": 4, "mean": 5, "var": 20 / 3}, {"n": 4, "mean": 7, "var": 46 / 3}),
        ({"n": 4, "mean": 5, "sd": (20 / 3) ** 0.5}, {"n": 4, "mean": 7, "sd": (46 / 3) ** 0.5}),
        ({"n": 4, "sum:y": 20, "sum:y*y": 120}, {"n": 4, "sum:y": 28, "sum:y*y": 242}),
    ]
    found = [told("welch_abs", control=c, treatment=t) for c, t in forms]
    for each in found:
        assert each["abs_diff"] == 2
        assert each["se"] == pytest.approx((66 / 12) ** 0.5)
        assert each["p_value"] == pytest.approx(found[0]["p_value"])


def test_large_sums_lose_nothing_on_the_way() -> None:
    """The squares of 10,000,001 and 10,000,003 differ in the 15th digit of their sum."""
    control = {"n": 2, "sum": 20_000_004, "sum_sq": 10_000_001**2 + 10_000_003**2}
    treatment = {"n": 2, "sum": 20_000_000, "sum_sq": 9_999_999**2 + 10_000_001**2}
    found = told("welch_abs", control=control, treatment=treatment)
    assert found["status"] == "not_estimable: no variance in any variant"


def test_the_upper_column_of_a_ratio_is_the_first_of_the_product() -> None:
    """Whatever the order in the file."""
    c = {"n": 50, "sum:z": 30, "sum:z*z": 60, "sum:a": 80, "sum:a*a": 200, "sum:z*a": 70}
    t = c | {"sum:z": 36}
    backwards = dict(reversed(c.items())), dict(reversed(t.items()))
    for control, treatment in ((c, t), backwards):
        found = told("ratio_abs_rel", control=control, treatment=treatment)
        means = (found["mean_control"], found["mean_treatment"])
        assert means == pytest.approx((30 / 80, 36 / 80))


def test_the_level_is_in_the_name_of_the_interval() -> None:
    found = told("mean_abs_rel", **MEANS, alpha=0.1)
    assert {"abs_ci90", "rel_ci90_fieller"} < set(found)
    wide = told("mean_abs_rel", **MEANS, alpha=0.01)
    assert wide["abs_ci99"][0] < found["abs_ci90"][0]


@pytest.mark.parametrize("k", [(0, 0), (1000, 1000)])
def test_where_all_do_the_same_there_is_nothing_to_compare(k: tuple[int, int]) -> None:
    found = told("proportion", control={"n": 1000, "successes": k[0]},
                 treatment={"n": 1000, "successes": k[1]})  # fmt: skip
    assert found["status"] == "not_estimable: no variance in any variant"
    assert (found["p_value"], found["abs_ci95"], found["fisher_p"]) == (None, None, None)


def test_few_conversions_have_no_lift() -> None:
    found = told("proportion", control={"n": 400, "successes": 4},
                 treatment={"n": 400, "successes": 12})  # fmt: skip
    assert found["test"] == "fisher"
    assert found["p_value"] == found["fisher_p"]
    assert found["abs_ci95"] == found["newcombe_ci95"]
    assert found["rel_lift"] is None
    assert "fewer than 10 successes" in found["relative_status"]


@pytest.mark.parametrize(
    ("method", "inputs"),
    [
        (
            "ratio_abs_rel",
            {"control": {"n": 9, "sum_y": 0, "sum_yy": 0, "sum_x": 0, "sum_xx": 0, "sum_xy": 0}},
        ),
        ("mean_abs_rel", {"control": {"n": 0, "sum": 0, "sum_sq": 0}}),
        ("acs", {"control": {"n": 1, "mean": 2, "var": 0}, "n_star": 100}),
        ("non_inferiority", {"control": {"n": 1, "mean": 2, "var": 0}, "margin_relative": 0.1}),
        ("bayes_normal", {"control": {"n": 9, "mean": -2, "var": 1}}),
        ("revenue_impact", {"control": {"n": 9, "mean": -2, "var": 1}, "days": 14}),
        ("newcombe", {"control": {"n": 0, "successes": 0}}),
        ("edge_zero", {"control": {"n": 0, "successes": 0}}),
    ],
)
def test_what_cannot_be_told_has_a_reason_and_no_number(
    method: str, inputs: dict[str, Any]
) -> None:
    other = {
        "ratio_abs_rel": {"n": 9, "sum_y": 3, "sum_yy": 5, "sum_x": 9, "sum_xx": 9, "sum_xy": 3},
        "newcombe": {"n": 10, "successes": 3},
        "edge_zero": {"n": 10, "successes": 3},
    }.get(method, {"n": 90, "mean": 2, "var": 3})
    found = told(method, **inputs, treatment=other)
    assert found["status"].startswith("not_estimable: ")
    assert not any(isinstance(found.get(key), float) for key in ("p_value", "rel_lift", "annual"))


def test_a_case_may_be_the_same_as_another_but_for_something() -> None:
    cases = [
        {"id": "b", "method": "mean_abs_rel", "inputs": {"same_as": "a", "alpha": 0.1}},
        {"id": "a", "method": "mean_abs_rel", "inputs": MEANS},
    ]
    found = calculate(json.dumps(cases), "cases.json")
    assert isinstance(found, list)
    assert [each["id"] for each in found] == ["b", "a"]
    assert found[0]["abs_diff"] == found[1]["abs_diff"] == 1
    assert "abs_ci90" in found[0]


def test_sizes_are_told_one_by_one_too() -> None:
    found = told("power", test="z unpooled", mean=2.1, sd=20.0, rel_mde=0.05, ratio=1, r2=0.3)
    assert found == {"n_per_arm": pytest.approx(0.7 * 2 * 7.848879734 * 400 / 0.105**2, rel=1e-6)}
    assert set(told("power_gs", looks=[3])) == {"obf K=3", "pocock K=3"}


def test_weights_of_zero_are_left_out_and_named() -> None:
    found = told("srm", observed=[50, 3, 60], weights=[1, 0, 1])
    assert (found["df"], found["excluded"], found["flag"]) == (1, [1], False)
    assert told("srm", observed=[5, 3], weights=[1, 0])["status"].startswith("not_estimable")


def test_beliefs_may_be_about_the_difference() -> None:
    prior = {"mean": 0.0, "sd": 0.5, "scale": "absolute"}
    found = told("bayes_normal", **MEANS, prior=prior)
    precision = 1 / (0.04 + 5 / 90) + 1 / 0.25
    assert found["mean"] == pytest.approx(1 / (0.04 + 5 / 90) / precision)
    assert told("bayes_normal", **MEANS)["prior"] == {"mean": 0.0, "sd": 0.05, "scale": "relative"}


def test_a_yearly_amount_may_count_other_units() -> None:
    one = told("revenue_impact", **MEANS, days=14)
    two = told("revenue_impact", **MEANS, days=14, units=380)
    assert two["annual"] == pytest.approx(2 * one["annual"])


def test_a_decision_names_its_rule_and_what_it_costs() -> None:
    returns = {"ci": [-0.01, -0.001], "margin": 0.02, "name": "returns"}
    inputs = OVER | {"days_run": 28, "primary_ci": [0.01, 0.02], "mde": 0.03}
    found = told("decision", **inputs, guardrails=[returns])
    assert found == {"decision": "SHIP", "reasons": ["pass"], "rule": 5, "costs": ["returns"]}


@pytest.mark.parametrize(
    ("method", "inputs", "said"),
    [
        ("mean_abs", {}, ["case.json", "'mean_abs'", "did you mean 'mean_abs_rel'?"]),
        ("mean_abs_rel", {}, ["inputs.control", "is missing"]),
        ("mean_abs_rel", {"contol": {}}, ["inputs.control", "but there is 'contol'"]),
        ("mean_abs_rel", MEANS | {"alhpa": 0.1}, ["'alhpa'", "did you mean 'alpha'?"]),
        ("mean_abs_rel", MEANS | {"alpha": 5}, ["inputs.alpha: 5 is no share", "such as 0.05"]),
        ("mean_abs_rel", _with({"n": 9}), ["inputs.control: tells no sums", "{ n, mean, var }"]),
        ("mean_abs_rel", _with(7), ["inputs.control: 7 is not an object"]),
        ("mean_abs_rel", _with({"n": 1.5, "mean": 1, "var": 1}), ["control.n: 1.5 does not count"]),
        ("mean_abs_rel", _with({"n": 9, "mean": 1, "var": -1}), ["control.var: -1 is too small"]),
        (
            "mean_abs_rel",
            _with({"n": "9", "mean": 1, "var": 1}),
            ['control.n: "9" is not such a number'],
        ),
        ("mean_abs_rel", _with({"n": 9, "sum": 9, "sum_sq": 5}), ["no data have such sums"]),
        (
            "mean_abs_rel",
            _with({"n": 9, "mean": 1, "vars": 2}),
            ["control.var: is missing, but there is 'vars'"],
        ),
        ("proportion", RATES | {"control": {"n": 9, "successes": 10}}, ["10 of 9 units"]),
        ("ratio_abs_rel", NOBODY, ["has 1 columns where a ratio has two"]),
        ("cuped_mean", NOBODY, ["no outcome with a covariate"]),
        ("cuped_ratio", NOBODY, ["no ratio with the same ratio before"]),
        ("srm", {"observed": [1, 2], "weights": [1]}, ["inputs.weights", "at least 2"]),
        (
            "srm",
            {"observed": [1, 2], "weights": [1, 1, 1]},
            ["write one for each of the 2 variants"],
        ),
        ("srm", {"observed": [1, 2.5], "weights": [1, 1]}, ["observed: has what is no count"]),
        ("srm", {"observed": [1, 2], "weights": [1, -1]}, ["weights: has one below 0"]),
        ("multiplicity", {"p_values": [0.5, 2]}, ["no probability"]),
        ("multiplicity", {"p_values": []}, ["at least 1"]),
        ("group_sequential", {"info_fractions": [0.5, 0.5]}, ["no looks in order"]),
        ("power", {"test": "tt"}, ["unknown test 'tt'; did you mean 't'?"]),
        ("power", {"test": "t", "delta": 0, "sd": 1}, ["delta: is no effect"]),
        ("power", {"test": "z unpooled", "p_control": 0.6, "rel_mde": 1}, ["makes 0.6 no rate"]),
        (
            "power",
            {"test": "two proportions pooled-null", "p1": 0.5, "p2": 0.5},
            ["the same as p1"],
        ),
        ("power_gs", {"looks": "often"}, ["tells no number of looks"]),
        ("power_gs", {"looks": 100000}, ["at most 400"]),
        ("acs", RATES | {"n_star": 0}, ["n_star: 0 is not above 0"]),
        ("acs_tuning", {"n_star": [0]}, ["n_star: is not above 0"]),
        (
            "non_inferiority",
            RATES | {"margin_relative": 0.1, "better": "up"},
            ["unknown better 'up'", "higher, lower"],
        ),
        ("variance_stability", {"data": "some"}, ["'some' tells no values"]),
        ("variance_stability", {"data": [1, 2], "n": 3}, ["n: is not 2"]),
        ("revenue_impact", MEANS | {"days": 1e-306}, ["too large or too small", "other units"]),
        (
            "revenue_impact",
            MEANS | {"days": 9, "persistence": 0},
            ["persistence: 0 is not above 0"],
        ),
        (
            "revenue_impact",
            MEANS | {"days": 9, "traffic_share_of_eligible": 0},
            ["traffic_share_of_eligible: is none of it"],
        ),
        ("welch_abs", MEANS | {"alpha": 1e-300}, ["alpha: 1e-300 is too small"]),
        ("welch_abs", _with({"n": 1e16, "mean": 1, "var": 1}), ["n: 1E+16 does not count"]),
        ("welch_abs", _with({"n": 9, "mean": 1e200, "var": 1}), ["a number of at most 1e+100"]),
        ("power_gs", {"looks": ["x"]}, ["tells no number of looks"]),
        ("mean_abs_rel", {"same_as": [1]}, ["same_as: unknown case"]),
        ("decision", {"days_run": 1}, ["primary_ci: is missing"]),
        ("decision", {"primary_ci": [2, 1], "days_run": 1}, ["is no interval; write [low, high]"]),
        ("decision", OVER | {"planned_end_reached": "no"}, ["neither yes nor no"]),
        ("decision", OVER | {"guardrails": [{"ci": None}]}, ["guardrails[0].margin: is missing"]),
    ],
)
def test_a_wrong_case_is_refused_in_words(
    method: str, inputs: dict[str, Any], said: list[str]
) -> None:
    message = refusal(method, **inputs)
    assert [word for word in said if word not in message] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"method": "srm",\n "inputs": {', "case.json:2: not JSON"),
        ("[]", "case.json: has no case"),
        ("7", "case.json: is no case"),
        ('[{"method": "srm"}]', "case 1: inputs: are missing"),
        ('{"inputs": {}}', "case.json: method: is missing"),
        ('{"method": "srm", "inputs": {"observed": [NaN], "weights": []}}', "NaN is no number"),
        ('{"method": "acs", "inputs": {"n_star": 1e9999999}}', "inputs.control"),
        ("[" * 100_000, "nested too deep"),
        (
            '[{"id": "a", "method": "srm", "inputs": {"same_as": "a"}}]',
            "same_as: unknown case 'a'; there are none",
        ),
    ],
)
def test_what_is_no_case_is_refused_in_words(text: str, said: str) -> None:
    assert said in refused(text)


def test_all_faults_are_told_at_once() -> None:
    cases = [
        {"method": "srn", "inputs": {}},
        {"method": "mean_abs_rel", "inputs": MEANS},
        {"id": "C", "method": "srm", "inputs": {}},
    ]
    first, second = refused(json.dumps(cases)).splitlines()
    assert first.startswith("case.json: case 1: unknown method 'srn'; did you mean 'srm'?")
    assert second.startswith("case.json: case 3 (C): inputs.observed: is missing")


@pytest.mark.parametrize("digits", ["1e-999999999", "1e-400", "0.0000000001e-310"])
def test_numbers_too_small_to_hold_are_as_good_as_none(digits: str) -> None:
    text = f'{{"method": "variance_stability", "inputs": {{"data": [{digits}, 0]}}}}'
    found = calculate(text, "case.json")
    assert isinstance(found, dict)
    assert found["mean"] == pytest.approx(0, abs=1e-300)


def test_what_is_answered_is_json_that_any_program_reads() -> None:
    for method in METHODS:
        inputs: dict[str, Any] = {"looks": 2} if method == "power_gs" else {}
        if method in ("acs_tuning", "power_gs"):
            json.dumps(told(method, **inputs), allow_nan=False)
    huge = {"n": 10**9, "mean": 1e90, "var": 1e99}
    found = told("mean_abs_rel", control=huge, treatment=huge | {"mean": 2e90})
    json.dumps(found, allow_nan=False)
