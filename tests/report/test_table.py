"""Tables keep to their room, whatever is in them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from footfall.report.table import (
    Column,
    Style,
    Table,
    blocks,
    cells,
    clean,
    cut,
    end_of,
    lines,
    natural_width,
)

PEOPLE = Table(
    (Column("name"), Column("orders", right=True), Column("id", rank=1)),
    (("Anna", "12", "a-1"), "Others", ("Ben", "1,204", "b-22")),
)
words = st.text(st.characters(codec="utf-8"), max_size=30)


def test_texts_stand_left_and_numbers_right() -> None:
    assert lines(PEOPLE, 80) == [
        "name  orders  id",
        "Anna      12  a-1",
        "Others",
        "Ben    1,204  b-22",
    ]


def test_what_matters_least_is_given_up_first() -> None:
    assert natural_width(PEOPLE) == 18
    assert lines(PEOPLE, 17)[0] == "name  orders"


def test_a_long_text_is_shortened_and_a_number_never() -> None:
    table = Table((Column("page"), Column("views", right=True)), (("/a" * 40, "1,234,567"),))
    assert lines(table, 40)[1] == "/a/a/a/a/a/a/a/a/a/a/a/a/a/a…  1,234,567"


def test_of_a_path_the_end_is_kept() -> None:
    assert end_of("a/long/way/to/events.jsonl", 14) == "…/events.jsonl"
    assert end_of("events.jsonl", 14) == "events.jsonl"


def test_a_long_head_takes_several_lines() -> None:
    table = Table((Column("day"), Column("Average order value", right=True)), (("Mon", "€9.00"),))
    assert lines(table, 80) == ["     Average", "       order", "day    value", "Mon    €9.00"]


def test_a_table_with_many_numbers_is_cut_into_several() -> None:
    heads = [Column("day"), *(Column(f"kpi{at}", right=True) for at in range(5))]
    table = Table(tuple(heads), (("Mon", "1", "2", "3", "4", "5"),))
    found = [lines(block, 16) for block in blocks(table, 16, 1)]
    assert found == [
        ["day  kpi0  kpi1", "Mon     1     2"],
        ["day  kpi2  kpi3", "Mon     3     4"],
        ["day  kpi4", "Mon     5"],
    ]


def test_a_style_takes_no_room() -> None:
    style = Style(strong=lambda text: f"<{text}>", faint=lambda text: f"({text})")
    assert lines(PEOPLE, 80, style) == [
        "(name  orders  id)",
        "Anna      12  a-1",
        "<Others>",
        "Ben    1,204  b-22",
    ]


def test_wide_signs_take_two_places() -> None:
    assert cells("東京") == 4
    assert cells("e\N{COMBINING ACUTE ACCENT}") == 1
    table = Table((Column("city"), Column("n", right=True)), (("東京", "1"), ("Rome", "2")))
    assert lines(table, 80)[1:] == ["東京  1", "Rome  2"]
    assert cut("東京都", 5) == "東京…"


def test_what_comes_from_outside_commands_nothing() -> None:
    assert clean("red\x1b[31m\nline\u202eleft") == "red�[31m�line�left"
    table = Table((Column("x"),), (("\x1b[2J",),), "title\r\n")
    assert lines(table, 80) == ["title��", "x", "�[2J"]


@given(st.lists(st.tuples(words, words, words), max_size=6), st.integers(40, 200))
def test_no_line_is_wider_than_the_terminal(rows: list[tuple[str, ...]], width: int) -> None:
    columns = (Column("first"), Column("second", rank=2), Column("third", rank=1))
    table = Table(columns, tuple(rows), "a title " * 20)
    assert all(cells(line) <= width for line in lines(table, width))


@given(words, st.integers(1, 40))
def test_a_cut_text_fits_and_a_fitting_text_is_not_cut(text: str, most: int) -> None:
    assert cells(cut(text, most)) <= most
    assert cells(text) > most or cut(text, most) == text
