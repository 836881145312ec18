"""M10: whether the variants got the units that they should have got (sample-ratio mismatch).

Where they did not, something sorts people before they are counted, and no other number can be
trusted. Sources: Fabijan et al., KDD 2019; Lindon and Malek, NeurIPS 2022.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, lgamma, log

from footfall.statistics.tails import PValue, chi_square_tail, p_of_log

MISMATCH, SEQUENTIAL_WARNING = 0.001, 0.01
CONCENTRATION = 200


@dataclass(frozen=True, slots=True)
class Allocation:
    """Chi-square of the counts; `excluded` are the places of variants that should get nobody."""

    chi2: float
    df: int
    p: PValue
    excluded: tuple[int, ...] = ()

    @property
    def is_mismatch(self) -> bool:
        """Whether p < 0.001."""
        return self.p.p < MISMATCH


def allocation(counts: Sequence[int], weights: Sequence[float]) -> Allocation | None:
    """How far the counts are from the weights, over the variants with weight > 0.

    chi2 = sum (n_i - N w_i)^2 / (N w_i), df = live variants - 1. None where fewer than two are
    live, or nobody came.
    """
    live = [at for at, weight in enumerate(weights) if weight > 0]
    n = sum(counts[at] for at in live)
    if len(live) < 2 or n == 0:
        return None
    whole = fsum(weights[at] for at in live)
    expected = [n * weights[at] / whole for at in live]
    apart = ((counts[at] - due) ** 2 / due for at, due in zip(live, expected, strict=True))
    chi2 = fsum(apart)
    excluded = tuple(at for at in range(len(weights)) if at not in live)
    return Allocation(chi2, len(live) - 1, chi_square_tail(chi2, len(live) - 1), excluded)


def sequential_allocation(looks: Iterable[Sequence[int]], weights: Sequence[float]) -> PValue:
    """The same for every look at once: the smallest 1 / Bayes factor so far.

    `looks` are the counts so far at each look. log BF = lnG(A) - lnG(A+N) + sum[lnG(a_i+n_i) -
    lnG(a_i)] - sum n_i ln w_i, a_i = 200 w_i. Below 0.01 it warns.
    """
    live = [at for at, weight in enumerate(weights) if weight > 0]
    whole = fsum(weights[at] for at in live)
    shares = [weights[at] / whole for at in live]
    logs = [-_log_bayes_factor([counts[at] for at in live], shares) for counts in looks]
    return p_of_log(min([0.0, *logs]))


def _log_bayes_factor(counts: Sequence[int], shares: Sequence[float]) -> float:
    """How much likelier the counts are if the shares are others than the planned ones."""
    n = sum(counts)
    of_arms = (
        lgamma(CONCENTRATION * share + count) - lgamma(CONCENTRATION * share) - count * log(share)
        for count, share in zip(counts, shares, strict=True)
    )
    return lgamma(CONCENTRATION) - lgamma(CONCENTRATION + n) + fsum(of_arms)
