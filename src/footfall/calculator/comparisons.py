"""The methods that compare two variants."""

from __future__ import annotations

from collections.abc import Callable

from footfall.calculator.arms import BEFORE, arm, moments, names_of, rate, ratio_moments
from footfall.calculator.fields import Fields
from footfall.calculator.shown import Outputs, absolute, both, level, means, pair, relative
from footfall.statistics.anytime import tuned
from footfall.statistics.arm import Arm, not_comparable
from footfall.statistics.comparison import compare, status_of
from footfall.statistics.cuped import Adjusted, cuped, cuped_ratio
from footfall.statistics.difference import difference
from footfall.statistics.guardrail import State, Tolerated, guardrail
from footfall.statistics.margin import Better, non_inferiority
from footfall.statistics.monitoring import Anytime
from footfall.statistics.proportion import fisher, newcombe, pooled_z
from footfall.statistics.ratio import NOTHING_TO_DIVIDE_BY, ratio_arm

ALPHA = 0.05


def _arms(fields: Fields, read: Callable[[Fields], Arm] = arm) -> tuple[Arm, Arm]:
    return read(fields.inner("control")), read(fields.inner("treatment"))


def welch_abs(fields: Fields) -> Outputs:
    """M1."""
    control, treatment = _arms(fields)
    return absolute(compare(control, treatment, alpha=fields.level("alpha", ALPHA)))


def mean_abs_rel(fields: Fields) -> Outputs:
    """M1 and M2."""
    control, treatment = _arms(fields)
    return both(compare(control, treatment, alpha=fields.level("alpha", ALPHA)))


def newcombe_interval(fields: Fields) -> Outputs:
    """M3: the interval alone."""
    control, treatment = _arms(fields, rate)
    alpha = fields.level("alpha", ALPHA)
    some = control.n > 0 and treatment.n > 0
    return {
        "abs_diff": treatment.mean - control.mean if some else None,
        f"abs_ci{level(alpha)}": pair(newcombe(control, treatment, alpha) if some else None),
        "status": status_of(None if some else "nobody in a variant"),
    }


def proportion(fields: Fields) -> Outputs:
    """M3: the test that decides, and beside it the others."""
    control, treatment = _arms(fields, rate)
    alpha = fields.level("alpha", ALPHA)
    found = compare(control, treatment, alpha=alpha)
    return both(found) | _exact(control, treatment, alpha)


def _exact(control: Arm, treatment: Arm, alpha: float) -> Outputs:
    name = f"newcombe_ci{level(alpha)}"
    if not (control.n and treatment.n):
        return {"pooled_z": None, "pooled_z_p": None, "fisher_p": None, name: None}
    textbook = pooled_z(control, treatment)
    # Where nobody converts, or everybody, every table with these margins is this one.
    return {
        "pooled_z": textbook[0] if textbook else None,
        "pooled_z_p": textbook[1].p if textbook else None,
        "fisher_p": fisher(control, treatment).p if textbook else None,
        name: pair(newcombe(control, treatment, alpha)),
    }


def edge_zero(fields: Fields) -> Outputs:
    """M3 where nobody converts in a variant."""
    control, treatment = _arms(fields, rate)
    alpha = fields.level("alpha", ALPHA)
    found = compare(control, treatment, alpha=alpha)
    exact = _exact(control, treatment, alpha)
    return {
        "abs_diff": found.difference.estimate if found.difference else None,
        f"newcombe_ci{level(alpha)}": exact[f"newcombe_ci{level(alpha)}"],
        "fisher_p": exact["fisher_p"],
        "status": found.status,
        "relative_lift": found.lift.estimate,
        "relative_status": status_of(found.lift.reason),
    }


def ratio_abs_rel(fields: Fields) -> Outputs:
    """M4, then M1 and M2."""
    control, treatment = (
        ratio_arm(*ratio_moments(fields.inner(name))) for name in ("control", "treatment")
    )
    return _compared(fields, control, treatment)


def _compared(fields: Fields, control: Arm | None, treatment: Arm | None) -> Outputs:
    alpha = fields.level("alpha", ALPHA)
    if control is not None and treatment is not None:
        return both(compare(control, treatment, alpha=alpha))
    nobody = Arm(0, 0.0, 0.0)
    empty = both(compare(control or nobody, treatment or nobody, alpha=alpha))
    status = status_of(NOTHING_TO_DIVIDE_BY)
    return empty | {"status": status, "relative_status": status}


def cuped_mean(fields: Fields) -> Outputs:
    """M5: the outcome is the first column, the covariates are the others."""
    variants = [fields.inner("control"), fields.inner("treatment")]
    names = names_of(variants[0])
    before = [name for name in names if name.endswith(BEFORE)] or list(names[1:])
    outcome = next((name for name in names if name not in before), None)
    if outcome is None or not before:
        right = 'write "sum:y", "sum:x" and their products, x being the covariate'
        raise variants[0].wrong("", "has no outcome with a covariate", right)
    columns = (outcome, *before)
    found = cuped([moments(each, columns) for each in variants], outcome, before)
    _read_all(variants)
    theta = found.theta[0] if len(found.theta) == 1 else list(found.theta)
    return {"theta": theta} | _reductions(found) | _compared(fields, *found.arms)


def cuped_of_ratio(fields: Fields) -> Outputs:
    """M6: two columns, and the same two before the experiment."""
    variants = [fields.inner("control"), fields.inner("treatment")]
    names = names_of(variants[0])
    before = [name for name in names if name.endswith(BEFORE)] or list(names[2:])
    now = [name for name in names if name not in before]
    if len(now) != 2 or len(before) != 2:
        right = 'write "sum:a", "sum:b", "sum:a_covariate", "sum:b_covariate" and their products'
        raise variants[0].wrong("", "has no ratio with the same ratio before", right)
    before.sort(key=lambda name: name.removesuffix(BEFORE) != now[0])
    cells = [moments(each, (*now, *before)) for each in variants]
    _read_all(variants)
    found = cuped_ratio(cells, (now[0], now[1]), (before[0], before[1]))
    if found is None:
        return {"theta": None} | _compared(fields, None, None)
    return {"theta": found.theta[0]} | _reductions(found) | _compared(fields, *found.arms)


def _read_all(variants: list[Fields]) -> None:
    for each in variants:
        each.only()


def _reductions(found: Adjusted) -> Outputs:
    control, treatment = found.reductions
    return {"variance_reduction_control": control, "variance_reduction_treatment": treatment}


def anytime(fields: Fields) -> Outputs:
    """M7."""
    control, treatment = _arms(fields)
    alpha = fields.level("alpha", ALPHA)
    n_star = fields.positive("n_star")
    look = Anytime(control.n + treatment.n, n_star)
    found = compare(control, treatment, look, alpha)
    told = absolute(found) | relative(found)
    return {
        "rho2": tuned(n_star),
        "n_total": look.n,
        "critical_multiplier": look.critical(alpha, 1.0) if look.n else None,
        "abs_diff": told["abs_diff"],
        "se": told["se"],
        f"abs_cs{level(alpha)}": told[f"abs_ci{level(alpha)}"],
        "always_valid_p": told["p_value"],
        "log10_p": told["log10_p"],
        "status": told["status"],
        "rel_lift": told["rel_lift"],
        f"rel_cs{level(alpha)}_fieller": told[f"rel_ci{level(alpha)}_fieller"],
        "fieller_bounded": found.lift.interval is not None,
        "relative_status": told["relative_status"],
    }


def non_inferior(fields: Fields) -> Outputs:
    """M11."""
    control, treatment = _arms(fields)
    margin = fields.share("margin_relative")
    alpha = fields.level("alpha_one_sided", ALPHA)
    better: Better = "lower" if fields.word("better", _WAYS, "higher") == "lower" else "higher"
    reason = not_comparable(control, treatment)
    if reason:
        return {"p_noninferior": None, "verdict": str(State.INCONCLUSIVE),
                "status": status_of(reason)}  # fmt: skip
    against = non_inferiority(control, treatment, margin, better)
    state = guardrail(control, treatment, Tolerated(margin, better), alpha=alpha)
    both_ways = compare(control, treatment)
    return {
        "rho0": against.rho0,
        "statistic": against.statistic,
        "df": against.df,
        "p_noninferior": against.p,
        "verdict": str(state.state),
        "superiority_p_two_sided": both_ways.p.p if both_ways.p else None,
        "abs_diff": difference(control, treatment).estimate,
        "status": "estimated",
    } | means(control, treatment)


_WAYS = ("higher", "lower")
