"""`footfall kpis` with segments, comparisons and cumulated numbers, as people type them."""

from __future__ import annotations

import csv
import io

import pytest

import footfall as package
from footfall.report.notebook import ShownAnswer
from support.process import Footfall, event

ENGAGED = """
name = "Engaged"
[when]
page_views = { at_least = 2 }
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A visitor with two page views and an order, and one with a page view."""
    made = Footfall(tmp_path_factory.mktemp("seen"))
    made.write(
        "events.jsonl",
        [
            event(1, visitor="a", device="mobile"),
            event(2, visitor="a", device="mobile"),
            event(3, "purchase", visitor="a", device="mobile", transaction_id="T1", value=10),
            event(4, visitor="b", device="desktop"),
        ],
    )
    assert made("import", "events.jsonl").code == 0
    (made.workspace / "segments" / "engaged.toml").write_text(ENGAGED)
    return made


def test_a_segment_is_a_file_of_the_workspace(seen: Footfall) -> None:
    told = seen("kpis", "visitors", "revenue", "--segment", "engaged", "--format", "json").told
    assert told["segment"] == "engaged"
    assert [row["value"] for row in told["rows"]] == [1, "10.00"]
    assert "in segment engaged" in seen("kpis", "visitors", "--segment", "engaged").out
    plain = seen("kpis", "visitors", "--format", "json").told
    assert "segment" not in plain
    assert plain["definitions"] != told["definitions"]


def test_a_faulty_or_unknown_segment_is_refused(seen: Footfall) -> None:
    path = seen.workspace / "segments" / "wrong.toml"
    path.write_text("[when]\npage_view = 3\n")
    ran = seen("kpis", "--segment", "wrong")
    assert ran.code == 2
    assert "wrong.toml:2: when.page_view: unknown condition 'page_view'; did you mean" in ran.err
    path.unlink()
    ran = seen("kpis", "--segment", "engagd")
    assert ran.code == 2
    assert "unknown segment 'engagd'; did you mean 'engaged'?" in ran.err


def test_a_comparison_adds_its_columns(seen: Footfall) -> None:
    words = ("kpis", "orders", "ctr", "--from", "2026-01-05", "--to", "2026-01-05",
             "--compare", "previous")  # fmt: skip
    [orders, ctr] = seen(*words, "--format", "json").told["rows"]
    assert (orders["previous"], orders["change"], orders["change_points"]) == (0, None, None)
    assert (ctr["previous"], ctr["open"]) == (None, False)
    rows = list(csv.DictReader(io.StringIO(seen(*words, "--format", "csv").out)))
    assert list(rows[0])[-4:] == ["previous", "change", "change_points", "open"]
    assert rows[0]["previous"] == "0"
    assert "compared with 2026-01-04" in seen(*words).out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--compare", "previos"), "unknown --compare 'previos'; did you mean 'previous'?"),
        (("--align", "weekday"), "add --compare previous"),
        (("--compare", "year", "--align", "weekdays"), "did you mean 'weekday'?"),
        (("--cumulate",), "add --every day"),
    ],
)
def test_what_cannot_be_asked_is_refused(seen: Footfall, words: tuple[str, ...], told: str) -> None:
    ran = seen("kpis", *words)
    assert ran.code == 2
    assert told in ran.err


def test_python_asks_the_same(seen: Footfall) -> None:
    with package.open(seen.workspace) as shop:
        answer = shop.kpis(
            "visitors", start="2026-01-04", end="2026-01-06", every="day", segment="engaged",
            compare="previous", align="weekday", cumulate=True,
        )  # fmt: skip
        assert [(row.value, row.previous) for row in answer] == [(0, 0), (1, 0), (1, 0)]
        assert answer.cumulated
        assert answer.comparison is not None
        assert answer.comparison.days == 7
        assert isinstance(answer, ShownAnswer)
        assert "in segment engaged · compared with" in answer._repr_html_()
