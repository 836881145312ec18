"""Who sees what: the same in every language, evenly, and no experiment knows the other."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from footfall.statistics.allocation import allocation
from footfall.statistics.assignment import (
    PLACES,
    assigned,
    bounds_of,
    is_held_out,
    murmur3,
    place,
    takes_part,
    variant_of,
)

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parent / "assignment_vectors.json").read_text("utf-8")
)
PEOPLE = [f"visitor-{number}" for number in range(20_000)]


@pytest.mark.parametrize(
    ("text", "seed", "published"),
    [
        ("", 0, 0),
        ("", 1, 0x514E28B7),
        ("", 0xFFFFFFFF, 0x81F16F39),
        ("test", 0, 0xBA6BD213),
        ("test", 0x9747B28C, 0x704B81DC),
        ("Hello, world!", 0x9747B28C, 0x24884CBA),
        ("The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
    ],
)
def test_the_hash_is_the_published_one(text: str, seed: int, published: int) -> None:
    assert murmur3(text.encode(), seed) == published


@pytest.mark.parametrize("vector", VECTORS["hashes"], ids=lambda each: repr(each["text"]))
def test_the_hash_is_that_of_the_other_implementation(vector: dict[str, Any]) -> None:
    assert murmur3(vector["text"].encode(), vector["seed"]) == vector["hash"]


@pytest.mark.parametrize("vector", VECTORS["assignments"])
def test_a_person_sees_what_the_other_implementation_says(vector: dict[str, Any]) -> None:
    experiment, person = vector["experiment"], vector["person"]
    assert place("variant", experiment, person) == vector["place"]
    holdout = (vector["holdout"][0], vector["holdout"][1]) if vector["holdout"] else None
    told = assigned(experiment, person, vector["weights"], vector["traffic"], holdout)
    assert told == vector["variant"]


@pytest.mark.parametrize("weights", [(1, 1), (9, 1), (1, 1, 1), (0.5, 0, 0.5), (0.2, 0.3, 0.5)])
@pytest.mark.parametrize("experiment", ["hero", "checkout-2", "x"])
def test_variants_get_what_they_should(experiment: str, weights: tuple[float, ...]) -> None:
    seen = Counter(variant_of(experiment, person, weights) for person in PEOPLE)
    counts = [seen[at] for at in range(len(weights))]
    found = allocation(counts, weights)
    assert found is not None
    assert not found.is_mismatch
    assert all(counts[at] == 0 for at in found.excluded)


def test_experiments_traffic_and_holdouts_know_nothing_of_each_other() -> None:
    draws = {
        "one": [variant_of("one", person, (1, 1)) for person in PEOPLE],
        "other": [variant_of("other", person, (1, 1)) for person in PEOPLE],
        "traffic": [int(takes_part("one", person, 0.5)) for person in PEOPLE],
        "holdout": [int(is_held_out("one", person, 0.5)) for person in PEOPLE],
    }
    names = list(draws)
    for at, first in enumerate(names):
        for second in names[at + 1 :]:
            both = Counter(zip(draws[first], draws[second], strict=True))
            table = [[both[0, 0], both[0, 1]], [both[1, 0], both[1, 1]]]
            assert stats.chi2_contingency(table).pvalue > 0.001, (first, second)


def test_more_traffic_moves_nobody() -> None:
    few = {person: assigned("hero", person, (1, 1), 0.2) for person in PEOPLE[:2000]}
    more = {person: assigned("hero", person, (1, 1), 0.7) for person in PEOPLE[:2000]}
    assert all(more[person] == seen for person, seen in few.items() if seen is not None)
    assert sum(seen is not None for seen in few.values()) == pytest.approx(400, abs=60)
    assert sum(seen is not None for seen in more.values()) == pytest.approx(1400, abs=70)


@pytest.mark.parametrize("weights", [(1,), (1, 1, 1), (1e-9, 1), (0.1,) * 10, (3, 0, 0)])
def test_every_place_belongs_to_a_variant(weights: tuple[float, ...]) -> None:
    bounds = bounds_of(weights)
    assert bounds == sorted(bounds)
    assert bounds[-1] == PLACES


def test_words_do_not_run_together() -> None:
    assert place("a", "bc", "d") != place("ab", "c", "d")
