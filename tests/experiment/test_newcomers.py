"""Experiments as somebody tries them for the first time: clear words, no number that misleads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from footfall.catalogue import built_in
from footfall.engine.duckdb import DuckEngine
from footfall.errors import RequestError
from footfall.experiment.design import Design
from footfall.experiment.design_file import read_design
from footfall.experiment.evaluate import Around, evaluate
from footfall.experiment.result import Report
from footfall.report.experiment import story
from footfall.report.experiment_table import report as lines_of
from footfall.report.writing import Plain
from support.shop import Shop, shop_of
from support.tried import DAY, Human, Visit, crowd, events_of

OVER = date(2026, 2, 28)
GOOD = """\
hypothesis = "It helps."
experiment = "try"
start = 2026-01-05
days = 14

[variants]
control = 50
b = 50

[primary]
kpi = "visitor_conversion_rate"
minimum_effect = 0.05
"""
GUARDED = GOOD + '\n[[guardrails]]\nkpi = "refund_rate"\nmargin = 0.02\n'


def read(text: str, name: str = "try") -> Design:
    return read_design(text, f"experiments/{name}.toml", name, built_in())


def report(
    shop: Shop, text: str = GOOD, over: date = OVER, others: tuple[Design, ...] = ()
) -> Report:
    around = Around(shop.site, shop.catalogue, over, 0, others)
    return evaluate(DuckEngine(shop.con), read(text), around)


def said(found: Report) -> str:
    """What a terminal shows, in one line."""
    return " ".join(" ".join(lines_of(story(found, Plain("EUR")), "Shop", 100)).split())


def reported(people: list[Human], text: str = GOOD, over: date = OVER) -> Report:
    with shop_of(events_of(people)) as shop:
        return report(shop, text, over)


# --- designs -------------------------------------------------------------------------------


def test_a_guardrail_without_a_margin_is_refused_with_its_line() -> None:
    with pytest.raises(RequestError) as fault:
        read(GUARDED.replace("margin = 0.02\n", ""))
    assert str(fault.value) == (
        "experiments/try.toml:14: guardrails[0].margin: is missing: without it nobody can say "
        "whether the guardrail holds; write how much worse it may get, such as margin = 0.02 "
        "(2 %); or move refund_rate to diagnostics"
    )


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("days = 14", "days = 10", "4: days: 10 days are no whole weeks"),
        ("days = 14", "end = 2026-01-17", "4: end: 13 days from the start are no whole weeks"),
        ("days = 14", "days = 14\nunits = 500", "5: units: is a second plan beside the days"),
        ("b = 50", "b = 0", "6: variants: 1 variants get people"),
        ("b = 50", 'b = "half"', "8: variants.b: 'half' is no share"),
        ("minimum_effect = 0.05\n", "", "10: primary.minimum_effect: is missing"),
        ('"visitor_conversion_rate"', '"convertion_rate"', "did you mean 'conversion_rate'?"),
        ('"visitor_conversion_rate"', '"ad_spend"', "ad_spend has no value per person"),
        ('"visitor_conversion_rate"', '"first_response_time"', "a median of all is no sum"),
        ("days = 14", 'days = 14\nsegments = ["devise"]', "did you mean 'device'?"),
        ("days = 14", 'days = 14\nlooks = "hourly"', "unknown rhythm of looks 'hourly'"),
        ("days = 14", "days = 14\nlooks = [0.5, 0.2]", "is not in order up to 1"),
        ("days = 14", 'days = 14\ndiagnostics = ["visitor_conversion_rate"]', "is the primary"),
        ("days = 14", 'days = 14\nunit = "session"', "unknown unit 'session'"),
        ("start = 2026-01-05", 'start = "soon"', "3: start: 'soon' is no day"),
        ("[primary]", "[primry]", "unknown key 'primry'; did you mean 'primary'?"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_the_right_word(
    old: str, new: str, told: str
) -> None:
    with pytest.raises(RequestError) as fault:
        read(GOOD.replace(old, new))
    assert told in str(fault.value)


def test_all_faults_are_told_at_once() -> None:
    text = GOOD.replace("days = 14", "days = 10").replace("b = 50", "b = -1")
    with pytest.raises(RequestError) as fault:
        read(text)
    assert len(str(fault.value).splitlines()) == 2


def test_what_is_left_out_is_as_the_how_to_says() -> None:
    found = read(GOOD)
    assert found.name == found.id == "try"
    assert found.control.name == "control"
    assert (found.min_days, found.looks, found.spending, found.alpha) == (14, "daily", "obf", 0.05)
    assert found.primary.better == "higher"
    assert read(GUARDED).guardrails[0].better == "lower"
    assert read(GOOD.replace("control = 50\nb = 50", "x = 1\ny = 1")).control.name == "x"
    assert read(GOOD.replace("0.05", '"5%"')).primary.minimum_effect == 0.05


# --- data ----------------------------------------------------------------------------------


def test_before_it_begins_nothing_is_told_but_that() -> None:
    found = reported(crowd(1, 20, {"control": 1, "b": 1}), over=date(2026, 1, 3))
    assert found.headline.decision == "KEEP_RUNNING"
    assert found.primary is None
    assert "It begins on 2026-01-05" in said(found)


def test_a_variant_that_nobody_saw_is_named_with_what_they_saw_instead() -> None:
    found = reported(crowd(1, 60, {"control": 1, "B": 1}))
    assert found.headline.decision == "INVALID"
    assert "exposure_in_one_arm" in found.headline.reasons
    assert "Nobody was ever exposed to b: there is nothing to compare." in said(found)
    assert "Exposures name B: is it spelled differently?" in said(found)


def test_nobody_was_exposed_at_all() -> None:
    found = reported(crowd(1, 20, {"control": 1, "b": 1}), GOOD.replace('"try"', '"other"'))
    assert found.headline.decision == "KEEP_RUNNING"
    assert "Nobody was exposed to 'other' yet." in said(found)
    assert_no_false_number(found.to_json())


def test_a_kpi_without_variance_has_a_reason_and_no_number() -> None:
    text = GOOD.replace("visitor_conversion_rate", "leads")
    found = reported(crowd(1, 60, {"control": 1, "b": 1}), text)
    assert found.primary is not None
    (reading,) = found.primary.readings
    assert (reading.difference, reading.interval, reading.p, reading.lift) == (None,) * 4
    assert reading.reason == "no variance in any variant"
    assert found.headline.decision == "KEEP_RUNNING"
    assert "none: no variance in any variant" in said(found)
    assert_no_false_number(found.to_json())


def test_a_ratio_with_nothing_to_divide_by_has_a_reason() -> None:
    people = [Human(f"v{at}", [Visit(at * 60_000, 2, exposed="cb"[at % 2])]) for at in range(40)]
    text = GOOD.replace("control = 50\nb = 50", "c = 50\nb = 50").replace(
        "visitor_conversion_rate", "aov"
    )
    found = reported(people, text)
    assert found.primary is not None
    assert found.primary.readings[0].reason == "nothing to divide by in a variant"
    assert found.primary.control.units == 20
    assert_no_false_number(found.to_json())


def test_a_broken_split_is_told_before_any_effect() -> None:
    found = reported(crowd(2, 400, {"control": 3, "b": 2}, lifts={"b": 2.0}))
    told = found.to_json()
    assert (told["decision"], told["reasons"]) == ("INVALID", ["srm"])
    assert told["primary"] is None
    assert told["untrusted"]["primary"]["readings"][0]["difference"] is not None
    assert "The variants did not get the people they should have" in said(found)


def test_too_many_who_saw_both_make_it_invalid() -> None:
    found = reported(crowd(3, 200, {"control": 1, "b": 1}, switchers=0.2))
    assert found.headline.reasons == ("multi_variant",)
    assert "saw several variants, more than 1.0 % is too many" in said(found)


def test_a_change_while_it_runs_makes_it_invalid() -> None:
    text = GOOD.replace("days = 14", 'days = 14\nchanged = "the split, on 10 January"')
    found = reported(crowd(1, 60, {"control": 1, "b": 1}), text)
    assert found.headline.reasons == ("changed_mid_run",)
    assert "It was changed while it ran: the split, on 10 January." in said(found)


def test_few_people_decide_nothing() -> None:
    found = reported(crowd(1, 60, {"control": 1, "b": 1}, lifts={"b": 3.0}))
    assert (found.headline.decision, found.headline.rule) == ("KEEP_RUNNING", 1)
    assert "fewer than 100 people" in said(found)


def test_who_came_too_early_too_late_or_saw_something_else_is_counted() -> None:
    people = [
        Human("early", [Visit(-DAY, 2, exposed="b")]),
        Human("late", [Visit(20 * DAY, 2, exposed="b")]),
        Human("other", [Visit(DAY, 2, exposed="c")]),
        Human("one", [Visit(DAY, 2, exposed="b")]),
    ]
    checks = reported(people).checks
    assert (checks.early, checks.late, checks.strangers) == (1, 1, {"c": 1})
    assert checks.units == {"control": 0, "b": 1}


def test_another_variant_that_was_seen_after_the_run_changes_nothing() -> None:
    people = [Human("a", [Visit(DAY, 2, exposed="b"), Visit(20 * DAY, 2, exposed="control")])]
    checks = reported(people).checks
    assert (checks.units["b"], checks.several) == (1, {})


# --- other experiments ---------------------------------------------------------------------


@pytest.mark.parametrize(("is_entangled", "told"), [(False, "nothing to do"), (True, "entangled")])
def test_experiments_with_the_same_people_are_named(is_entangled: bool, told: str) -> None:
    people = crowd(5, 150, {"control": 1, "b": 1})
    more = []
    for at, human in enumerate(people):
        visit = next(each for each in human.visits if each.exposed)
        other = visit.exposed if is_entangled else "xy"[at % 2]
        more.append(Human(human.name, [Visit(visit.begins + 1, 1, exposed=other)]))
    second = events_of(more, "second")
    renamed = [{**event, "event_id": f"2-{event['event_id']}"} for event in second]
    design = read(GOOD.replace('"try"', '"second"'), "second")
    with shop_of([*events_of(people), *renamed]) as shop:
        found = report(shop, others=(design,))
    (overlap,) = found.checks.overlaps
    assert (overlap.experiment, overlap.is_dependent) == ("second", is_entangled)
    assert overlap.units > 100
    assert told in said(found)


def test_two_designs_of_the_same_exposures_are_told() -> None:
    twin = read(GOOD, "twin")
    with shop_of(events_of(crowd(1, 20, {"control": 1, "b": 1}))) as shop:
        found = report(shop, others=(twin,))
    assert found.same_exposures == ("twin",)
    assert "Another design counts the same exposures in the same days: twin." in said(found)


def assert_no_false_number(told: Any) -> None:
    """No NaN, no infinity, no p of exactly 0, no interval of no width, none the wrong way round."""
    json.dumps(told, allow_nan=False)
    if isinstance(told, Mapping):
        for key, value in told.items():
            if key in ("p", "srm_p"):
                assert value is None or 0 < value <= 1
            if key.endswith("interval") and value is not None:
                assert value[0] < value[1]
            assert_no_false_number(value)
    elif isinstance(told, list):
        for each in told:
            assert_no_false_number(each)
