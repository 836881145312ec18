"""Who sees which variant: the same person always the same one, decided without asking anybody.

A hash of the experiment and the person says it, so the page's tag and the server agree, and no
list is kept. Hash: MurmurHash3 x86, 32 bits, of UTF-8 (Appleby 2010); whole numbers up to 2^32
only, so JavaScript computes the same. Three hashes with different words are drawn, so that who is
held out, who takes part and who sees what have nothing to do with each other: letting more people
in later moves nobody to another variant.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

SPACE = 1 << 32
PLACES = 10_000
_MASK = SPACE - 1
_C1, _C2 = 0xCC9E2D51, 0x1B873593
SEPARATOR = "\x1f"
"""Stands in no id that people type, so ("a", "bc") and ("ab", "c") differ."""


def murmur3(data: bytes, seed: int = 0) -> int:
    """MurmurHash3 x86 32, from 0 to 2^32 - 1."""
    h = seed & _MASK
    whole = len(data) & ~3
    for at in range(0, whole, 4):
        h = _rotated(h ^ _mixed(int.from_bytes(data[at : at + 4], "little")), 13)
        h = (h * 5 + 0xE6546B64) & _MASK
    if len(data) > whole:
        h ^= _mixed(int.from_bytes(data[whole:], "little"))
    h ^= len(data)
    h = ((h ^ (h >> 16)) * 0x85EBCA6B) & _MASK
    h = ((h ^ (h >> 13)) * 0xC2B2AE35) & _MASK
    return h ^ (h >> 16)


def _mixed(block: int) -> int:
    return (_rotated((block * _C1) & _MASK, 15) * _C2) & _MASK


def _rotated(value: int, by: int) -> int:
    return ((value << by) | (value >> (32 - by))) & _MASK


def place(word: str, salt: str, person: str) -> int:
    """A person's place among 10,000, in a draw of its own: floor(hash 10000 / 2^32)."""
    text = SEPARATOR.join((word, salt, person))
    return murmur3(text.encode()) * PLACES // SPACE


def is_held_out(holdout: str, person: str, share: float) -> bool:
    """Whether a person is kept out of all experiments that share a holdout, to measure them all."""
    return place("holdout", holdout, person) < _places(share)


def takes_part(experiment: str, person: str, share: float = 1.0) -> bool:
    """Whether a person is among the share of the traffic that is enrolled."""
    return place("traffic", experiment, person) < _places(share)


def variant_of(experiment: str, person: str, weights: Sequence[float]) -> int:
    """The place of the variant that a person sees; weights of 0 get nobody.

    Each variant has its part of the 10,000 places, in order; the bounds are rounded sums of the
    weights, so that the last one is 10,000 whatever their rounding.
    """
    drawn = place("variant", experiment, person)
    bounds = bounds_of(weights)
    return next(at for at, bound in enumerate(bounds) if drawn < bound)


def bounds_of(weights: Sequence[float]) -> list[int]:
    """Where each variant's part of the 10,000 places ends."""
    whole = fsum(weights)
    return [_places(fsum(weights[: at + 1]) / whole) for at in range(len(weights))]


def _places(share: float) -> int:
    """A share in places: floor(10000 share + 1/2), as JavaScript's Math.round has it."""
    return int(share * PLACES + 0.5)


def assigned(
    experiment: str,
    person: str,
    weights: Sequence[float],
    traffic: float = 1.0,
    holdout: tuple[str, float] | None = None,
) -> int | None:
    """The place of a person's variant; None for who is held out or not enrolled.

    `holdout` is a holdout's name and its share.
    """
    if holdout and is_held_out(holdout[0], person, holdout[1]):
        return None
    if not takes_part(experiment, person, traffic):
        return None
    return variant_of(experiment, person, weights)
