"""Bounds for looks, and how many units it takes."""

from __future__ import annotations

import re
from itertools import pairwise

from footfall.calculator.fields import Fields
from footfall.calculator.shown import Outputs
from footfall.statistics.anytime import multiplier, tuned
from footfall.statistics.power import (
    ALPHA,
    POWER,
    Baseline,
    Demand,
    control_size,
    equal_looks,
    inflation,
    size_of_pooled_rates,
    size_of_t,
)
from footfall.statistics.spending import bounds, spent

USUAL_STARS = (1000, 5000, 10000, 100000)
USUAL_MOMENTS = ((2000, 5000), (6461, 5000), (20000, 5000))
MOST_LOOKS = 400


def tuning(fields: Fields) -> Outputs:
    """M7: r for several n*, and multipliers where there are `n` units."""
    alpha = fields.level("alpha", ALPHA)
    stars = fields.numbers("n_star") if fields.has("n_star") else USUAL_STARS
    told = fields.objects("moments")
    moments = [(each.positive("n"), each.positive("n_star")) for each in told] or USUAL_MOMENTS
    if min(stars) <= 0:
        raise fields.wrong("n_star", "is not above 0", "write numbers of units")
    return {
        "rho2_two_sided": {f"{n_star:g}": tuned(n_star, alpha) for n_star in stars},
        "multipliers": {
            f"n={n:g},n*={n_star:g}": multiplier(n, tuned(n_star, alpha), alpha)
            for n, n_star in moments
        },
    }


def group_sequential(fields: Fields) -> Outputs:
    """M8."""
    fractions = fields.numbers("info_fractions")
    alpha = fields.level("alpha_two_sided", ALPHA)
    rising = all(one < other for one, other in pairwise(fractions))
    if fractions[0] <= 0 or not rising or len(fractions) > MOST_LOOKS:
        right = f"write at most {MOST_LOOKS} rising shares of the information, such as [0.5, 1.0]"
        raise fields.wrong("info_fractions", "are no looks in order", right)
    looks = tuple(fractions)
    return {
        "obf_type": bounds(looks, alpha),
        "pocock_type": bounds(looks, alpha, "pocock"),
        "obf_cumulative_spend_two_sided": [2 * spent(t, alpha) for t in looks],
        "pocock_cumulative_spend_two_sided": [2 * spent(t, alpha, "pocock") for t in looks],
    }


def power(fields: Fields) -> Outputs:
    """M15: units in each variant (in the control, where the ratio is not 1)."""
    if not fields.has("cases"):
        return {"n_per_arm": _size(fields)}
    return {"n_per_arm": [_size(each) for each in fields.objects("cases")]}


def _size(fields: Fields) -> float:
    test = fields.word("test", _TESTS)
    alpha, goal = fields.level("alpha", ALPHA), fields.level("power", POWER)
    if test == _TESTS[0]:
        size = size_of_t(abs(_effect(fields, "delta")), fields.positive("sd"), alpha, goal)
    elif test == _TESTS[1]:
        p1, p2 = fields.share("p1"), fields.share("p2")
        if p1 == p2:
            raise fields.wrong("p2", "is the same as p1", "write the rate that is to be found")
        size = size_of_pooled_rates(p1, p2, alpha, goal)
    else:
        size = _unpooled(fields, alpha, goal)
    fields.only()
    return size


_TESTS = ("t", "two proportions pooled-null", "z unpooled")


def _effect(fields: Fields, key: str) -> float:
    effect = fields.number(key)
    if effect == 0:
        raise fields.wrong(key, "is no effect", "write the smallest effect that is of use")
    return effect


def _unpooled(fields: Fields, alpha: float, goal: float) -> float:
    lift = _effect(fields, "rel_mde")
    if fields.has("p_control"):
        rate = fields.share("p_control")
        baseline = Baseline(rate, rate * (1 - rate), binary=True)
        if not 0 < rate * (1 + lift) < 1:
            right = "write an effect that leaves a rate between 0 and 1"
            raise fields.wrong("rel_mde", f"{lift:g} makes {rate:g} no rate", right)
    else:
        var = fields.positive("var") if fields.has("var") else fields.positive("sd") ** 2
        baseline = Baseline(fields.positive("mean"), var)
    demand = Demand(
        alpha,
        goal,
        fields.positive("ratio", 1.0),
        fields.share("r2", 0.0, ends=True),
        fields.positive("inflation", 1.0),
        int(fields.number("guardrails", 0, least=0)),
    )
    return control_size(baseline, lift, demand)


def power_of_looks(fields: Fields) -> Outputs:
    """M15: how many times the units of a single look it takes."""
    told = fields.value("looks", "write such as [4, 5] or 28")
    listed = re.findall(r"\d+", told) if isinstance(told, str) else told
    numbers = listed if isinstance(listed, list) else [listed]
    counts = [int(each) for each in numbers if str(each).isdecimal()]
    if not counts or not all(1 <= each <= MOST_LOOKS for each in counts):
        right = f"write numbers of equally distant looks, at most {MOST_LOOKS}, such as [4, 5]"
        raise fields.wrong("looks", f"{told!r} tells no number of looks", right)
    alpha, goal = fields.level("alpha", ALPHA), fields.level("power", POWER)
    return {
        f"{name} K={count}": inflation(equal_looks(count), alpha, goal, name)
        for count in counts
        for name in ("obf", "pocock")
    }
