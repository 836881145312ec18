"""Funnels as people write them: steps in a line, named ones as TOML, and what is wrong with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.catalogue.funnel import Step, read_step, read_steps, read_window, window_text
from footfall.catalogue.funnels import named_funnel, read_funnel
from footfall.errors import RequestError

WEEK = 604_800_000
GOOD = """
name = "Shoes"
scope = "session"
window = "2h"
order = "strict"
steps = [
  "view_item[category=Shoes,category=Boots]",
  { event = "add_to_cart", name = "Into the cart", where = { size = [38, ""], gift = true } },
  { event = "purchase", benchmark = 0.4 },
]
"""


def test_a_file_is_a_funnel() -> None:
    funnel = read_funnel(GOOD, "shoes.toml", "shoes")
    assert funnel.steps == (
        Step("view_item", {"category": ("Shoes", "Boots")}),
        Step("add_to_cart", {"size": ("38", None), "gift": ("true",)}, "Into the cart"),
        Step("purchase", benchmark=0.4),
    )
    assert (funnel.scope, funnel.window_ms, funnel.strict) == ("session", 7_200_000, True)
    assert funnel.name == "Shoes"


def test_what_is_not_told_is_usual() -> None:
    person = read_funnel('steps = ["page_view"]', "x.toml", "x")
    session = read_funnel('scope = "session"\nsteps = ["page_view"]', "x.toml", "x")
    assert (person.scope, window_text(person.window_ms), person.strict) == ("person", "7d", False)
    assert (window_text(session.window_ms), session.name) == ("30min", "x")


def test_every_fault_is_told_with_its_line() -> None:
    text = """scop = "person"
order = "sometimes"
window = "soon"
steps = [
  "Add To Cart",
  { event = "purchase", benchmrk = 1 },
  { event = "purchase", benchmark = 2 },
  { event = "purchase", where = { size = [] } },
  7,
  "view_item[category]",
]
"""
    with pytest.raises(RequestError) as refused:
        read_funnel(text, "funnels/x.toml", "x")
    told = str(refused.value).splitlines()
    assert [line.split(": ")[0] for line in told] == [
        f"funnels/x.toml:{number}" for number in (1, 2, 3, 5, 6, 7, 8, 9, 10)
    ]
    assert "did you mean 'scope'?" in told[0]
    assert "did you mean 'benchmark'?" in told[4]
    assert "write KEY=VALUE, such as category=Shoes" in told[8]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps = [", "x.toml:1: not TOML"),
        ("", "x.toml: steps: is missing; write steps = "),
        ("steps = []", "x.toml:1: steps: [] is no list of steps"),
        ("steps = [" + '"a",' * 21 + "]", "21 steps are too many"),
    ],
)
def test_what_is_no_funnel_is_refused(text: str, said: str) -> None:
    with pytest.raises(RequestError) as refused:
        read_funnel(text, "x.toml", "x")
    assert said in str(refused.value)


def test_a_name_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "checkout.toml").write_text(GOOD, "utf-8")
    (tmp_path / "latin.toml").write_bytes(b"\xe9")
    assert named_funnel(tmp_path, "checkout").name == "Shoes"
    with pytest.raises(RequestError, match="unknown funnel 'chekout'; did you mean 'checkout'"):
        named_funnel(tmp_path, "chekout")
    with pytest.raises(RequestError, match="not UTF-8"):
        named_funnel(tmp_path, "latin")


def test_commas_in_brackets_are_of_the_step() -> None:
    steps = read_steps("page_view[page=/a], view_item[category=Shoes,product=],purchase")
    assert [step.text for step in steps] == [
        "page_view[page=/a]", "view_item[category=Shoes,product=]", "purchase",
    ]  # fmt: skip
    assert steps[1].where == {"category": ("Shoes",), "product": (None,)}


@pytest.mark.parametrize("text", ["", "Page View", "page_view[", "page_view[x]", "a[=1]", "a]b"])
def test_what_is_no_step_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        read_step(text)


@pytest.mark.parametrize(
    ("text", "ms"),
    [("90s", 90_000), ("30min", 1_800_000), ("12h", 43_200_000), ("7d", WEEK), (" 1 w ", WEEK)],
)
def test_a_window_has_a_unit(text: str, ms: int) -> None:
    assert read_window(text) == ms


@pytest.mark.parametrize("text", ["7", "d", "0d", "-1d", "7 days", "1.5h", "9999999d", "7x"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="window"):
        read_window(text)
