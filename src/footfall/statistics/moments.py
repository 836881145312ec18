"""What is kept of a variant's units: counts, means, and central moments that add up.

Never sums of squares: (sum_sq - sum^2 / n) / (n - 1) in floating point gives a variance of -0.03
where 0.01 is right (NIST StRD, NumAcc4). Cells by day and segment are merged instead.
Source of the merge: Chan, Golub, LeVeque 1983; third moments as in Pebay 2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from footfall.statistics.arm import Arm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """A cell of units: its columns by name, and what was measured of them.

    `scatter[i, j]` = sum (x_i - mean_i)(x_j - mean_j); `cubes[i]` = sum (x_i - mean_i)^3;
    `nonzero[i]` counts the units that are not 0 there. Units: those of the columns, multiplied.
    """

    names: tuple[str, ...]
    n: int
    means: Floats
    scatter: Floats
    cubes: Floats
    nonzero: Ints

    def __add__(self, other: Moments) -> Moments:
        """Both cells as one, as if their units had been measured together."""
        return merged(self, other)

    @property
    def covariance(self) -> Floats:
        """Variances and covariances per unit (ddof 1); zeros where there is one unit only."""
        return self.scatter / max(self.n - 1, 1)

    def at(self, name: str) -> int:
        """The place of a column."""
        return self.names.index(name)

    def arm(self, name: str) -> Arm:
        """One column's mean as a variant's KPI."""
        at = self.at(name)
        third = float(self.cubes[at]) / self.n if self.n else None
        return Arm(self.n, float(self.means[at]), float(self.covariance[at, at]), third)


def of_rows(names: Sequence[str], rows: Any) -> Moments:
    """The moments of units, one row each and one column per name; two passes, so exact enough."""
    table = np.asarray(rows, dtype=np.float64).reshape(-1, len(names))
    if not len(table):
        return nobody(names)
    means = table.mean(axis=0)
    apart = table - means
    # The first mean is rounded; what is left over is taken off again.
    rest = apart.mean(axis=0)
    apart -= rest
    nonzero = np.count_nonzero(table, axis=0).astype(np.int64)
    cubes = (apart**3).sum(axis=0)
    return Moments(tuple(names), len(table), means + rest, apart.T @ apart, cubes, nonzero)


def of_sample(
    names: Sequence[str],
    n: int,
    means: Sequence[float],
    covariance: Sequence[Sequence[float]],
    *,
    thirds: Sequence[float] | None = None,
    nonzero: Sequence[int] | None = None,
) -> Moments:
    """The moments that a database computes: var_samp, covar_samp, mean third powers.

    `thirds` are third central moments (divided by n), not a number where they are not known.
    """
    width = len(names)
    scatter = np.asarray(covariance, dtype=np.float64).reshape(width, width) * max(n - 1, 0)
    cubes = np.full(width, np.nan) if thirds is None else np.asarray(thirds, dtype=np.float64) * n
    counts = np.full(width, n) if nonzero is None else np.asarray(nonzero)
    return Moments(
        tuple(names),
        n,
        np.asarray(means, dtype=np.float64),
        scatter,
        cubes,
        counts.astype(np.int64),
    )


def nobody(names: Sequence[str]) -> Moments:
    """A cell without units: what merging begins with."""
    width = len(names)
    zeros = np.zeros(width)
    return Moments(tuple(names), 0, zeros, np.zeros((width, width)), zeros, zeros.astype(np.int64))


def merged(a: Moments, b: Moments) -> Moments:
    """Two cells as one.

    With d = mean_b - mean_a and N = n_a + n_b: mean = mean_a + d n_b / N,
    C = C_a + C_b + d_x d_y n_a n_b / N,
    M3 = M3_a + M3_b + d^3 n_a n_b (n_a - n_b) / N^2 + 3 d (n_a M2_b - n_b M2_a) / N.
    """
    if not a.n or not b.n:
        return a if a.n else b
    n = a.n + b.n
    share_a, share_b = a.n / n, b.n / n
    d = b.means - a.means
    scatter = a.scatter + b.scatter + np.outer(d, d) * (a.n * share_b)
    cubes = (
        a.cubes
        + b.cubes
        + d**3 * (a.n * share_b) * (share_a - share_b)
        + 3 * d * (share_a * np.diag(b.scatter) - share_b * np.diag(a.scatter))
    )
    means = a.means + d * share_b
    return Moments(a.names, n, means, scatter, cubes, a.nonzero + b.nonzero)


def total(cells: Sequence[Moments]) -> Moments:
    """All cells as one; there is at least one."""
    return reduce(merged, cells)


def combination(moments: Moments, weights: dict[str, float]) -> tuple[float, float]:
    """The mean and the variance per unit of a weighted sum of columns: w'm and w'Sw."""
    vector = np.zeros(len(moments.names))
    for name, weight in weights.items():
        vector[moments.at(name)] = weight
    covariance = moments.covariance
    return float(vector @ moments.means), float(vector @ covariance @ vector)
