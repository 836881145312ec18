"""The methods for counts, many p-values, beliefs, caps, and yearly amounts."""

from __future__ import annotations

import re
from math import sqrt

from footfall.calculator.arms import arm
from footfall.calculator.fields import MOST, Fields
from footfall.calculator.shown import Outputs, level, pair
from footfall.statistics.allocation import allocation
from footfall.statistics.arm import (
    NEGATIVE_CONTROL,
    UNCLEAR_CONTROL,
    ZERO_CONTROL,
    not_comparable,
)
from footfall.statistics.capping import USUAL_SHARE, cap_of, capped
from footfall.statistics.comparison import compare, status_of
from footfall.statistics.impact import USUAL_EFFECT, Traffic, impact
from footfall.statistics.moments import of_rows
from footfall.statistics.multiple import benjamini_hochberg, holm
from footfall.statistics.posterior import Posterior, Prior, lift_posterior, posterior
from footfall.statistics.power import (
    ALPHA,
)


def srm(fields: Fields) -> Outputs:
    """M10, one look."""
    counts = _counts(fields, "observed")
    weights = fields.numbers("weights", 2)
    if len(weights) != len(counts):
        right = f"write one for each of the {len(counts)} variants"
        raise fields.wrong("weights", f"there are {len(weights)}", right)
    if min(weights) < 0:
        raise fields.wrong("weights", "has one below 0", "write the planned shares, such as 0.5")
    found = allocation(counts, weights)
    if found is None:
        status = status_of("fewer than two variants with a weight, or nobody assigned")
        return {"chi2": None, "df": None, "p_value": None, "flag": None, "status": status}
    return {
        "chi2": found.chi2,
        "df": found.df,
        "p_value": found.p.p,
        "log10_p": found.p.log10,
        "flag": found.is_mismatch,
        "excluded": list(found.excluded),
        "status": "estimated",
    }


def _counts(fields: Fields, key: str) -> list[int]:
    """A list of whole numbers."""
    found = [
        fields.number_of(each, f"{key}[{at}]") for at, each in enumerate(fields.listed(key, 2))
    ]
    if any(each.denominator != 1 or not 0 <= each <= MOST for each in found):
        raise fields.wrong(key, "has what is no count", f"write whole numbers up to {MOST:,}")
    return [int(each) for each in found]


def multiplicity(fields: Fields) -> Outputs:
    """M12."""
    p_values = fields.numbers("p_values")
    if not all(0 <= p <= 1 for p in p_values):
        raise fields.wrong("p_values", "has what is no probability", "write numbers from 0 to 1")
    alpha = fields.level("alpha", ALPHA)
    by_rate, by_any = benjamini_hochberg(p_values), holm(p_values)
    return {
        "bh_adjusted": by_rate,
        "bh_rejected": sum(p <= alpha for p in by_rate),
        "holm_adjusted": by_any,
        "holm_rejected": sum(p <= alpha for p in by_any),
    }


def bayes_normal(fields: Fields) -> Outputs:
    """M9."""
    control, treatment = arm(fields.inner("control")), arm(fields.inner("treatment"))
    told = fields.inner("prior") if fields.has("prior") else Fields({}, fields.place)
    scale = told.word("scale", ("relative", "absolute"), "relative")
    sd = told.positive("sd", 0.05) if not told.has("variance") else sqrt(told.positive("variance"))
    prior = Prior(told.number("mean", 0.0), sd)
    told.only(("sd",))
    found: Posterior | None = None
    reason = not_comparable(control, treatment)
    if reason is None and scale == "absolute":
        change = compare(control, treatment).difference
        found = posterior(change.estimate, change.se, prior) if change else None
    elif reason is None:
        found = lift_posterior(control, treatment, prior)
        reason = None if found else ZERO_CONTROL if control.mean == 0 else NEGATIVE_CONTROL
    shown = found.interval(fields.level("alpha", ALPHA)) if found else None
    return {
        "mean": found.mean if found else None,
        "sd": found.sd if found else None,
        "p_better": found.p_better if found else None,
        "loss_treat": found.loss_of_shipping if found else None,
        "loss_control": found.loss_of_not_shipping if found else None,
        "lo": shown.low if shown else None,
        "hi": shown.high if shown else None,
        "prior": {"mean": prior.mean, "sd": prior.sd, "scale": scale},
        "status": status_of(reason),
    }


_VALUES = re.compile(
    r"first value (?P<first>[-\d.e+]+), then (?P<times>\d{1,7}) times "
    r"\((?P<rest>[-\d.e+]+(?:, *[-\d.e+]+)*)\)"
)


def variance_stability(fields: Fields) -> Outputs:
    """Mean and standard deviation of values, as the moments keep them.

    The values are a list, or told as "first value A, then N times (B, C)".
    """
    told = fields.value("data", "write a list of numbers")
    if fields.has("n") and isinstance(told, list) and fields.count("n") != len(told):
        raise fields.wrong("n", f"is not {len(told)}", "leave it out, or count the values")
    if isinstance(told, str):
        parts = _VALUES.fullmatch(told.strip())
        if parts is None:
            right = 'write a list of numbers, or "first value A, then N times (B, C)"'
            raise fields.wrong("data", f"{told[:40]!r} tells no values", right)
        rest = [float(each) for each in parts["rest"].split(",")]
        values = [float(parts["first"]), *rest * int(parts["times"])]
    else:
        values = fields.numbers("data")
    found = of_rows(("y",), values).arm("y")
    spread = found.n > 1
    return {
        "n": found.n,
        "mean": found.mean,
        "sd": sqrt(found.var) if spread else None,
        "var": found.var if spread else None,
        "status": status_of(None if spread else "fewer than two values"),
    }


def revenue_impact(fields: Fields) -> Outputs:
    """M19."""
    control, treatment = arm(fields.inner("control")), arm(fields.inner("treatment"))
    traffic = Traffic(
        control.n + treatment.n if not fields.has("units") else fields.count("units"),
        fields.positive("days"),
        fields.part("traffic_share_of_eligible", 1.0),
        fields.positive("seasonality", 1.0),
        fields.positive("persistence", 1.0),
        fields.number("traffic_cv", 0.0, least=0),
    )
    alpha = fields.level("alpha", ALPHA)
    effect_sd = fields.positive("shrink_prior_sd_relative", USUAL_EFFECT)
    found = compare(control, treatment, alpha=alpha)
    reason = found.reason or (UNCLEAR_CONTROL if control.mean <= 0 else None)
    if reason or found.critical is None or found.p is None:
        return {"annual": None, "shrunk_annual": None, "status": status_of(reason)}
    told = impact(control, treatment, traffic, found.critical, effect_sd=effect_sd, alpha=alpha)
    return {
        "delta": told.difference.estimate,
        "se": told.difference.se,
        "df": told.difference.df,
        "p_value": found.p.p,
        "units_per_year": told.units_per_year,
        "annual": told.raw.value,
        "annual_se": told.raw.se,
        f"annual_ci{level(alpha)}": pair(told.raw.interval),
        "shrunk_delta": told.believed.mean,
        "shrunk_annual": told.shrunk.value,
        f"shrunk_ci{level(alpha)}": pair(told.shrunk.interval),
        "probability_positive": told.believed.p_better,
        "status": "estimated",
    }


def winsorize(fields: Fields) -> Outputs:
    """M13."""
    variants = {name: fields.numbers(name, 0) for name in ("control", "treatment")}
    share = fields.share("percentile", USUAL_SHARE)
    cap = cap_of(list(variants.values()), share)
    if cap is None:
        return {"cap": None, "units_capped": 0, "status": status_of("no unit that is not zero")}
    cut = {name: capped(values, cap) for name, values in variants.items()}
    sums = {f"{name}_sum": sum(values) for name, values in cut.items()}
    squares = {
        f"{name}_sum_sq": sum(each * each for each in values) for name, values in cut.items()
    }
    return {
        "cap": cap.value,
        "units_capped": cap.units,
        "share_removed": cap.removed,
        **sums,
        **squares,
        "status": "estimated",
    }
