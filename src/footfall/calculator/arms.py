"""From the sums of a case to moments: subtracted exactly, so that nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from footfall.calculator.fields import Fields
from footfall.statistics.arm import Arm, converting
from footfall.statistics.moments import Moments

SUM = "sum:"
BEFORE = "_covariate"
ROUNDED = Fraction(1, 10**13)
"""Below this share of its own sum of squares a variance cannot be told from rounded sums."""
_FORMS = (
    "write { n, sum, sum_sq }, { n, mean, var }, { n, mean, sd }, { n, successes } "
    'or { n, "sum:x", "sum:x*x" }'
)


def arm(fields: Fields) -> Arm:
    """One KPI of one variant, in any of the forms."""
    if fields.has("successes"):
        return rate(fields)
    n = fields.count("n")
    names = names_of(fields)
    if names:
        return moments(fields, names[:1]).arm(names[0])
    if fields.has("mean"):
        mean = fields.number("mean")
        var = fields.number("sd", least=0) ** 2 if fields.has("sd") else None
        var = fields.number("var", least=0) if var is None else var
        fields.only(("var", "sd"))
        return Arm(n, mean, var)
    if not fields.has("sum"):
        raise fields.wrong("", "tells no sums", _FORMS)
    sums, squares = fields.exact("sum"), fields.exact("sum_sq")
    fields.only(("mean", "var", "sd", "successes"))
    return _moments(fields, ("y",), n, {"y": sums}, {("y", "y"): squares}).arm("y")


def rate(fields: Fields) -> Arm:
    """A variant in which each unit converts or not."""
    n, successes = fields.count("n"), fields.count("successes")
    fields.only()
    if successes > n:
        right = "count each unit once, whether it converts or not"
        raise fields.wrong("successes", f"{successes} of {n} units", right)
    return converting(n, successes)


def names_of(fields: Fields) -> tuple[str, ...]:
    """The columns of a variant told as "sum:…" fields.

    Their order is that of the products ("sum:orders*sessions" has orders above sessions), else
    that of the file.
    """
    keys = [key.removeprefix(SUM) for key in fields.told if key.startswith(SUM)]
    singles = [key for key in keys if "*" not in key]
    pairs = [tuple(key.split("*", 1)) for key in keys if "*" in key]
    behind = {name: sum(pair[1] == name != pair[0] for pair in pairs) for name in singles}
    return tuple(sorted(singles, key=lambda name: behind[name]))


def moments(fields: Fields, names: Sequence[str]) -> Moments:
    """Several columns of a variant told as "sum:…" fields."""
    n = fields.count("n")
    sums = {name: fields.exact(f"{SUM}{name}") for name in names}
    products = {}
    for at, one in enumerate(names):
        for other in names[at:]:
            turned = f"{SUM}{other}*{one}"
            key = turned if fields.has(turned) else f"{SUM}{one}*{other}"
            products[one, other] = fields.exact(key)
    return _moments(fields, names, n, sums, products)


def ratio_moments(fields: Fields) -> tuple[Moments, str, str]:
    """The two columns of a ratio, the upper one first: as sum_y and sum_x, or by their names."""
    if fields.has("sum_y") or fields.has("sum_x"):
        keys = {("y", "y"): "sum_yy", ("y", "x"): "sum_xy", ("x", "x"): "sum_xx"}
        n = fields.count("n")
        sums = {"y": fields.exact("sum_y"), "x": fields.exact("sum_x")}
        products = {pair: fields.exact(key) for pair, key in keys.items()}
        fields.only()
        return _moments(fields, ("y", "x"), n, sums, products), "y", "x"
    names = names_of(fields)
    if len(names) != 2:
        right = "write sum_y, sum_yy, sum_x, sum_xx and sum_xy, or the same by two names"
        raise fields.wrong("", f"has {len(names)} columns where a ratio has two", right)
    found = moments(fields, names)
    fields.only()
    return found, names[0], names[1]


def _moments(
    fields: Fields,
    names: Sequence[str],
    n: int,
    sums: Mapping[str, Fraction],
    products: Mapping[tuple[str, str], Fraction],
) -> Moments:
    """C = S_xy - S_x S_y / n, in exact fractions, then rounded once."""
    count = max(n, 1)
    scatter = np.zeros((len(names), len(names)))
    for (one, other), product in products.items():
        left = product - sums[one] * sums[other] / count
        if one == other:
            left = _variance(fields, one, left, product)
        i, j = names.index(one), names.index(other)
        scatter[i, j] = scatter[j, i] = float(left)
    means = np.array([float(sums[name] / count) for name in names])
    unknown = np.full(len(names), np.nan)
    return Moments(tuple(names), n, means, scatter, unknown, np.full(len(names), n))


def _variance(fields: Fields, name: str, left: Fraction, squares: Fraction) -> Fraction:
    if abs(left) <= ROUNDED * squares:
        return Fraction(0)
    if left < 0:
        right = "the sum of squares is at least the squared sum divided by n"
        raise fields.wrong("", f"no data have such sums of {name}", right)
    return left
