"""M8: bounds for looks at planned shares of the information, which together spend alpha once.

Sources: Lan and DeMets 1983, Biometrika 70:659; the recursion of Armitage, McPherson, Rowe 1969;
repeated intervals of Jennison and Turnbull 1989.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, e, log, log1p, sqrt
from typing import Literal

import numpy as np
from scipy import special
from scipy.optimize import brentq

from footfall.statistics.moments import Floats
from footfall.statistics.tails import z_quantile

Spending = Literal["obf", "pocock"]
SMALLEST_SPEND = 1e-290
CONVERGED = 1e-10
PER_SPREAD, FEWEST, MOST = 6, 96, 1200


def spent(fraction: float, alpha: float, spending: Spending = "obf") -> float:
    """How much of one side's alpha / 2 may be used up at a share of the planned information.

    obf: 2 (1 - Phi(z_{alpha/4} / sqrt t)); pocock: alpha / 2 ln(1 + (e - 1) t).
    """
    t = min(fraction, 1.0)
    if t <= 0:
        return 0.0
    if spending == "pocock":
        return alpha / 2 * log1p((e - 1) * t)
    return 2 * float(special.ndtr(-z_quantile(alpha / 2) / sqrt(t)))


def bounds(
    fractions: tuple[float, ...], alpha: float = 0.05, spending: Spending = "obf"
) -> tuple[float, ...]:
    """The bound of each look, in standard errors, two-sided and symmetric.

    `fractions` are shares of the planned information, one per look, in order. What comes after
    the plan's end, or brings no new information, has nothing left to spend: it keeps the bound
    of the look before.
    """
    return _bounds(tuple(min(t, 1.0) for t in fractions), alpha, spending)


@lru_cache(maxsize=4096)
def _bounds(fractions: tuple[float, ...], alpha: float, spending: Spending) -> tuple[float, ...]:
    return tuple(look.bound for look in looks(fractions, alpha, spending))


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Where the runs stand that have crossed no bound: values of Z sqrt t, and how many each."""

    t: float
    values: Floats
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A look: its share of the information, its bound, and the runs that come to it."""

    t: float
    bound: float
    paths: Paths

    def crossing(self, drift: float = 0.0) -> float:
        """The share of the runs that cross the bound, either way.

        `drift` is Z's mean at t = 1. The runs are those without drift, weighed by how much
        likelier they are with it: exp(drift B - drift^2 t / 2).
        """
        return sum(_crossing(self.paths, self.t, self.bound, each) for each in (drift, -drift))


def looks(fractions: tuple[float, ...], alpha: float, spending: Spending) -> Iterator[Look]:
    """Each look with its bound; one without new information is as the look before."""
    paths, used = Paths(0.0, np.zeros(1), np.ones(1)), 0.0
    look: Look | None = None
    for t in fractions:
        if look is None or t > look.t:
            goal = spent(t, alpha, spending)
            paths = _within(look) if look else paths
            look = Look(t, _solved(paths, t, max(goal - used, SMALLEST_SPEND)), paths)
            used = goal
        yield look


def _crossing(paths: Paths, t: float, bound: float, drift: float = 0.0) -> float:
    """The share of the runs that cross the bound upwards at t; runs are as many up as down."""
    step = t - paths.t
    ahead = paths.values + drift * step - bound * sqrt(t)
    likelier = np.exp(drift * paths.values - drift * drift * paths.t / 2)
    return float((paths.weights * likelier) @ special.ndtr(ahead / sqrt(step)))


def _within(look: Look) -> Paths:
    """The runs that are within both bounds after a look, on nodes that are dense enough."""
    paths = look.paths
    reach, step = look.bound * sqrt(look.t), sqrt(look.t - paths.t)
    nodes, node_weights = _nodes(2 * reach / step)
    values = nodes * reach
    apart = (values[:, None] - paths.values[None, :]) / step
    density = np.exp(-0.5 * apart * apart) @ paths.weights / step
    return Paths(look.t, values, density * node_weights * (reach / sqrt(2 * np.pi)))


def _solved(paths: Paths, t: float, goal: float) -> float:
    """The bound that is crossed upwards with probability `goal`."""
    low, high = 0.0, 2.0
    while _crossing(paths, t, high) > goal:
        low, high = high, high + 2.0
    if _crossing(paths, t, low) <= goal:
        return low
    least, log_goal = SMALLEST_SPEND**1.05, log(goal)
    return float(
        brentq(
            lambda bound: log(max(_crossing(paths, t, bound), least)) - log_goal,
            low,
            high,
            xtol=CONVERGED,
            rtol=CONVERGED,
        )
    )


def _nodes(spreads: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes on [-1, 1], enough of them for a width told in standard deviations."""
    wanted = min(max(ceil(PER_SPREAD * spreads), FEWEST), MOST)
    return _legendre(-(-wanted // 32) * 32)


@lru_cache(maxsize=64)
def _legendre(count: int) -> tuple[Floats, Floats]:
    nodes, weights = special.roots_legendre(count)
    return np.asarray(nodes), np.asarray(weights)
