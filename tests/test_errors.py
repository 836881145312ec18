"""What people are told about names that do not exist."""

from __future__ import annotations

import pytest

from footfall.errors import FootfallError, RequestError, nearest, unknown

DIMENSIONS = ["browser", "device", "landing_page", "visitor_type"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("devise", "device"),
        ("Device", "device"),
        ("landing-page", "landing_page"),
        ("Landing Page", "landing_page"),
        ("visitor_typ", "visitor_type"),
        ("weather", None),
        ("", None),
        ("---", None),
    ],
)
def test_the_nearest_word_is_the_one_that_was_probably_meant(word: str, meant: str | None) -> None:
    assert nearest(word, DIMENSIONS) == meant


def test_nothing_is_near_where_there_is_nothing() -> None:
    assert nearest("device", []) is None


def test_of_equally_near_words_the_order_given_does_not_decide() -> None:
    assert nearest("b", ["bb", "ba"]) == nearest("b", ["ba", "bb"]) == "ba"


def test_an_unknown_name_comes_with_the_nearest_and_all_that_exist() -> None:
    assert unknown("dimension", "devise", DIMENSIONS) == (
        "unknown dimension 'devise'; did you mean 'device'? "
        "there are: browser, device, landing_page, visitor_type"
    )


def test_without_a_near_name_only_those_that_exist_are_told() -> None:
    assert unknown("site", "x", ["shop"]) == "unknown site 'x'; there are: shop"
    assert unknown("site", "x", []) == "unknown site 'x'; there are none"


def test_a_long_list_is_cut_and_says_so() -> None:
    told = unknown("KPI", "?", [f"kpi_{number:02}" for number in range(50)])
    assert told.endswith("kpi_39 and 10 more")


def test_a_wrong_request_ends_with_2_and_anything_else_with_1() -> None:
    assert RequestError("wrong").exit_code == 2
    assert FootfallError("broken").exit_code == 1
