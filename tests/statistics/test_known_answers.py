"""The published known answers and decisions, each equal; and what is calculated for others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from footfall.calculator.calculate import METHODS, calculate

SHARED = Path(os.environ.get("FOOTFALL_SHARED", "/nonexistent")) / "stats_cases"
NEAR = 1e-8
"""Our own tolerance, nearer than the published ones; D13 is published to six digits."""

pytestmark = pytest.mark.skipif(
    not SHARED.is_dir(), reason="FOOTFALL_SHARED names no folder with the cases"
)


@cache
def cases(name: str) -> dict[str, dict[str, Any]]:
    told = json.loads((SHARED / f"{name}.json").read_text("utf-8"))["cases"]
    return {case["id"]: case for case in told}


@cache
def outputs(name: str) -> dict[str, dict[str, Any]]:
    """The whole file through the calculator, as a person would do it."""
    found = calculate((SHARED / f"{name}.json").read_text("utf-8"), f"{name}.json")
    assert isinstance(found, list)
    return {each["id"]: each for each in found}


def names(name: str) -> list[str]:
    return list(cases(name)) if SHARED.is_dir() else []


def differences(told: Any, expected: Any, place: str, near: float) -> Iterator[str]:
    """Where an output is not what was expected."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            if key in told:
                yield from differences(told[key], value, f"{place}.{key}", near)
            else:
                yield f"{place}.{key} is missing"
    elif isinstance(expected, list):
        for at, value in enumerate(expected):
            yield from differences(told[at], value, f"{place}[{at}]", near)
    elif isinstance(expected, float):
        if told != pytest.approx(expected, rel=near, abs=0):
            yield f"{place}: {told} is not {expected}"
    elif told != expected:
        yield f"{place}: {told!r} is not {expected!r}"


@pytest.mark.parametrize("case_id", names("known_answers"))
def test_a_known_answer_is_found(case_id: str) -> None:
    case = cases("known_answers")[case_id]
    near = max(NEAR, case["rel_tolerance"]) if case_id == "D13" else NEAR
    found = differences(outputs("known_answers")[case_id], case["expected"], case_id, near)
    assert list(found) == []


@pytest.mark.parametrize("case_id", names("known_answers"))
def test_what_others_compute_wrongly_is_not_found(case_id: str) -> None:
    """The symmetric delta-method interval, and its p-value."""
    notes = cases("known_answers")[case_id].get("notes")
    wrong = notes.get("must_not_be", {}) if isinstance(notes, dict) else {}
    told = outputs("known_answers")[case_id]
    for other in wrong.values():
        assert told["rel_ci95_fieller"] != pytest.approx(other["ci95"], rel=1e-3)
        assert "p" not in other or told["p_value"] != pytest.approx(other["p"], rel=1e-3)


@pytest.mark.parametrize("case_id", names("known_answers"))
def test_a_published_p_value_is_met_as_far_as_it_is_printed(case_id: str) -> None:
    published = cases("known_answers")[case_id].get("published_value", {})
    told = outputs("known_answers")[case_id]
    if isinstance(published.get("p"), float):
        assert told["p_value"] == pytest.approx(published["p"], rel=0.02)


@pytest.mark.parametrize("case_id", names("decisions"))
def test_a_published_decision_is_made(case_id: str) -> None:
    expected, told = cases("decisions")[case_id]["expected"], outputs("decisions")[case_id]
    assert {key: told[key] for key in expected} == expected


def test_every_method_of_the_calculator_has_a_published_case() -> None:
    methods = {case["method"] for case in cases("known_answers").values()}
    assert methods | {"decision"} == set(METHODS)
