"""Cases in, outputs out: each names its method and gives its inputs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np

from footfall.calculator import comparisons, others, sizes, verdicts
from footfall.calculator.fields import Fields
from footfall.calculator.shown import Outputs, plain
from footfall.errors import RequestError, unknown
from footfall.statistics.arm import OUT_OF_RANGE

METHODS: dict[str, Callable[[Fields], Outputs]] = {
    "welch_abs": comparisons.welch_abs,
    "mean_abs_rel": comparisons.mean_abs_rel,
    "newcombe": comparisons.newcombe_interval,
    "proportion": comparisons.proportion,
    "edge_zero": comparisons.edge_zero,
    "ratio_abs_rel": comparisons.ratio_abs_rel,
    "cuped_mean": comparisons.cuped_mean,
    "cuped_ratio": comparisons.cuped_of_ratio,
    "acs": comparisons.anytime,
    "acs_tuning": sizes.tuning,
    "group_sequential": sizes.group_sequential,
    "srm": others.srm,
    "multiplicity": others.multiplicity,
    "non_inferiority": comparisons.non_inferior,
    "power": sizes.power,
    "power_gs": sizes.power_of_looks,
    "bayes_normal": others.bayes_normal,
    "revenue_impact": others.revenue_impact,
    "variance_stability": others.variance_stability,
    "winsorize": others.winsorize,
    "decision": verdicts.decision,
}
SAME = "same_as"


@dataclass(frozen=True, slots=True)
class Case:
    """One calculation: where it stands, which method, what it is given."""

    place: str
    id: str | None
    method: str
    inputs: Mapping[str, Any]


def calculate(text: str, file: str) -> Outputs | list[Outputs]:
    """The outputs of the case in a text, or of each case of a list, in order.

    The text is JSON: a case `{"method": …, "inputs": …}`, a list of cases, or `{"cases": […]}`.
    Raises RequestError with what is wrong in each case; nothing is answered then.
    """
    told = _parsed(text, file)
    listed = told.get("cases") if isinstance(told, dict) and "cases" in told else told
    if not isinstance(listed, list):
        return _all([_case(listed, file, "")])[0]
    if not listed:
        raise RequestError(f"{file}: has no case; {_FORM}")
    cases = [_case(each, file, f"case {at}") for at, each in enumerate(listed, 1)]
    return _all(cases)


_FORM = 'write { "method": "mean_abs_rel", "inputs": { … } } or a list of such cases'


def _parsed(text: str, file: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except json.JSONDecodeError as fault:
        raise RequestError(f"{file}:{fault.lineno}: not JSON: {fault.msg.lower()}") from fault
    except RecursionError as fault:
        raise RequestError(f"{file}: is nested too deep; {_FORM}") from fault
    except ValueError as fault:
        raise RequestError(f"{file}: {fault}; write numbers that a computer can hold") from fault


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _case(told: Any, file: str, name: str) -> Case | RequestError:
    place = f"{file}: {name}" if name else file
    if not isinstance(told, dict):
        return RequestError(f"{place}: is no case; {_FORM}")
    own = told.get("id")
    if own is not None:
        place = f"{place} ({own})" if name else f"{file}: {own}"
    inputs = told.get("inputs")
    if not isinstance(inputs, dict):
        return RequestError(f"{place}: inputs: are missing; {_FORM}")
    # The published decisions name no method.
    method = told.get("method", "decision" if "primary_ci" in inputs else None)
    if method not in METHODS:
        wrong = unknown("method", str(method), METHODS) if method else f"is missing; {_FORM}"
        return RequestError(f"{place}: {'' if method else 'method: '}{wrong}")
    return Case(place, None if own is None else str(own), method, inputs)


def _all(cases: Sequence[Case | RequestError]) -> list[Outputs]:
    by_id = {each.id: each for each in cases if isinstance(each, Case) and each.id}
    found = [_answered(each, by_id) for each in cases]
    faults = [str(each) for each in found if isinstance(each, RequestError)]
    if faults:
        raise RequestError("\n".join(faults))
    return [each for each in found if not isinstance(each, RequestError)]


def _answered(case: Case | RequestError, by_id: Mapping[str, Case]) -> Outputs | RequestError:
    if isinstance(case, RequestError):
        return case
    try:
        fields = Fields(_inherited(case, by_id), f"{case.place}: inputs")
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            outputs = plain(METHODS[case.method](fields))
        fields.only()
    except RequestError as fault:
        return fault
    except ArithmeticError:
        return RequestError(f"{case.place}: inputs: {OUT_OF_RANGE}; write them in other units")
    return ({"id": case.id} if case.id else {}) | outputs


def _inherited(case: Case, by_id: Mapping[str, Case]) -> Mapping[str, Any]:
    """The inputs, with those of the case that they are the same as, but for what they say anew."""
    inputs = dict(case.inputs)
    seen = {case.id}
    while (same := inputs.pop(SAME, None)) is not None:
        if not isinstance(same, str) or same not in by_id or same in seen:
            known = [each for each in by_id if each not in seen]
            raise RequestError(f"{case.place}: {SAME}: {unknown('case', str(same), known)}")
        seen.add(same)
        inputs = {**by_id[same].inputs, **inputs}
    return inputs
