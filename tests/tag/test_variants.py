"""Who sees which variant: the tag says what the server would say, and tells it once."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.tagged import Shop

if TYPE_CHECKING:
    from playwright.sync_api import Page

VECTORS = Path(__file__).parents[1] / "statistics" / "assignment_vectors.json"
SOURCE = (files("footfall.doors.collector.tag") / "source" / "experiments.js").read_text("utf-8")
ALONE = (
    "([name, given]) => { let id = given.shift(); const mayStore = () => true, visitor = () => 1, "
    f"track = () => 1; {SOURCE} return {{ murmur3: murmur3, variantOf: variantOf }}[name](...given); }}"
)
"""The part of the tag that assigns, by itself: for the ids of other people."""


# Published values of MurmurHash3 x86 32 with the seed 0 (Wikipedia's and the reference's own).
@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("", 0),
        ("test", 0xBA6BD213),
        ("Hello, world!", 0xC0363E43),
        ("The quick brown fox jumps over the lazy dog", 0x2E4FF723),
    ],
)
def test_the_hash_is_the_published_one(page: Page, text: str, published: int) -> None:
    assert page.evaluate(ALONE, ["murmur3", ["", text]]) == published


def test_the_tag_assigns_as_the_server_does(page: Page) -> None:
    if not VECTORS.exists():
        pytest.skip("the statistics, whose test vectors these are, are not in this tree")
    vectors: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))["assignments"]
    assert len(vectors) > 50
    for each in (one for one in vectors if one["person"]):  # the tag never has nobody
        variants = list(range(len(each["weights"])))
        wish = {"weights": each["weights"], "traffic": each["traffic"], "holdout": each["holdout"]}
        given = [each["person"], each["experiment"], variants, wish]
        assert page.evaluate(ALONE, ["variantOf", given]) == each["variant"], each


def test_a_variant_is_the_same_on_every_page_and_told_once_on_each(
    page: Page, tagged: Shop
) -> None:
    found: list[str] = []
    for path in ("/a", "/b"):
        page.goto(tagged.page(path))
        tagged.wait_for("page_view", len(found) + 1)
        found += [page.evaluate("footfall.variant('e-1', ['control', 'warm'])") for _ in range(2)][
            :1
        ]
    first, second = tagged.wait_for("experiment_exposure", 2)
    assert first["properties"] == {"experiment_id": "e-1", "variant": found[0]}
    assert second["properties"] == first["properties"]
    assert found[0] == found[1]
    assert len(tagged.named("experiment_exposure")) == 2


def test_what_was_asked_before_the_tag_came_is_answered(page: Page, tagged: Shop) -> None:
    source = (
        "window.footfall = function () { (footfall.q = footfall.q || []).push(arguments); };"
        "footfall('variant', 'e-1', ['only'], {}, (found) => { document.title = 'sees ' + found; });"
    )
    page.goto(tagged.page("/a", head=tagged.script("/s.js", source)))
    tagged.wait_for("experiment_exposure")
    assert page.title() == "sees only"


def test_an_exposure_of_an_experiment_run_elsewhere_is_told(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    page.evaluate("footfall('exposure', 'theirs', 'B'); footfall('exposure', 'theirs', 'B')")
    page.evaluate("footfall('track', 'the_end')")
    tagged.wait_for("the_end")
    (told,) = tagged.named("experiment_exposure")
    assert told["properties"] == {"experiment_id": "theirs", "variant": "B"}


def test_nobody_is_told_who_takes_no_part(page: Page, tagged: Shop) -> None:
    page.goto(tagged.page("/a"))
    tagged.wait_for("page_view")
    for wish in ("{ traffic: 0 }", "{ holdout: ['all', 1] }"):
        assert page.evaluate(f"footfall.variant('e', ['a', 'b'], {wish})") is None
    assert page.evaluate("footfall.variant('e', ['a', 'b'], { weights: [0, 1] })") == "b"
    tagged.wait_for("experiment_exposure")
    assert len(tagged.named("experiment_exposure")) == 1
