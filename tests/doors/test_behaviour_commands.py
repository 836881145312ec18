"""The commands of behaviour: for people, for programs, from Python, and what they refuse."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import footfall as package
from support.process import Footfall, event

CHECKOUT = """
name = "Checkout"
steps = ["page_view", { event = "add_to_cart", name = "Into the cart" }, "purchase"]
"""
URL = "https://shop.example"


@pytest.fixture(scope="module")
def bought(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A shop in which Ann buys, Ben puts something into the cart, and Cy looks."""
    made = Footfall(tmp_path_factory.mktemp("bought"))
    made.write(
        "events.jsonl",
        [
            event(0, visitor="ann", device="mobile", url=f"{URL}/"),
            event(1, "click", visitor="ann", url=f"{URL}/", selector="=buy", x_pct=10, y_px=20),
            event(2, "add_to_cart", visitor="ann", url=f"{URL}/cart"),
            event(4, "purchase", visitor="ann", transaction_id="T1", value=9.99),
            event(5, visitor="ben", device="desktop", url=f"{URL}/"),
            event(9, "add_to_cart", visitor="ben"),
            event(6, visitor="cy", url=f"{URL}/blog"),
        ],
    )
    assert made("import", "events.jsonl").code == 0
    (made.workspace / "funnels" / "checkout.toml").write_text(CHECKOUT, "utf-8")
    return made


def test_a_funnel_is_what_people_read(bought: Footfall) -> None:
    ran = bought("funnel", "checkout")
    assert (ran.code, ran.err) == (0, "")
    head, blank, *table = ran.out.splitlines()
    assert (head, blank) == ("Shop · Checkout · persons · within 7d · 2026-01-05 · UTC", "")
    assert [line.split() for line in table[-3:]] == [
        ["1", "page_view", "3", "█" * 24],
        [*"2 Into the cart 2 66.67 % 66.67 % 1 3 min 00 s".split(), "█" * 16],
        [*"3 purchase 1 50.00 % 33.33 % 1 2 min 00 s".split(), "█" * 8],
    ]


def test_json_has_the_keys_of_the_published_cases(bought: Footfall) -> None:
    steps = bought("funnel", "--steps", "page_view,purchase", "--format", "json").told
    assert steps == [
        {
            "step": 1, "event": "page_view", "count": 3, "rate_previous": None, "rate_first": 1.0,
            "drop_off": 0, "median_seconds": None,
        },
        {
            "step": 2, "event": "purchase", "count": 1, "rate_previous": 1 / 3,
            "rate_first": 1 / 3, "drop_off": 2, "median_seconds": 240.0,
        },
    ]  # fmt: skip
    told = bought("retention", "--format", "json").told
    cohort = {"cohort": "2026-01-05", "size": 3, "later": []}
    assert told == {"returning": [cohort], "buying_again": [cohort | {"size": 1}]}


def test_csv_has_a_column_for_each_key_and_is_safe_to_open(bought: Footfall) -> None:
    ran = bought("clickmap", "/", "--format", "csv")
    (element, position) = csv.DictReader(io.StringIO(ran.out))
    assert (element["kind"], element["selector"], element["clicks"]) == ("element", "'=buy", "1")
    assert (position["x_pct"], position["y_px"], position["share"]) == ("10", "0", "1.0")


def test_a_breakdown_has_a_segment(bought: Footfall) -> None:
    told = bought("funnel", "checkout", "--by", "device", "--format", "json").told
    firsts = [(step["segment"], step["count"]) for step in told if step["step"] == 1]
    assert firsts == [({"device": "desktop"}, 1), ({"device": "mobile"}, 1), ({"device": None}, 1)]


def test_paths_and_pages_say_what_they_are_of(bought: Footfall) -> None:
    told = bought("paths", "--kind", "channels", "--format", "json").told
    assert told == {
        "site": "shop", "from": "2026-01-05", "to": "2026-01-05", "timezone": "UTC", "as_of": 7,
        "by": [],
        "rows": [{
            "kind": "channels", "path": "direct", "steps": 1, "conversions": 1, "share": 1.0,
            "revenue": "9.99",
        }],
    }  # fmt: skip
    pages = bought("pages", "--kind", "landing", "--format", "json").told["rows"]
    assert [(row["page"], row["landings"]) for row in pages] == [("/", 2), ("/blog", 1)]


def test_leaks_go_by_device_if_nothing_is_told(bought: Footfall) -> None:
    ran = bought("leaks", "checkout")
    assert "leaks against best" in ran.out
    assert "by device" in ran.out
    assert "No leak: every difference between the rates may be chance." in ran.out


def test_a_table_is_a_file_of_parquet_too(bought: Footfall, tmp_path: Path) -> None:
    out = tmp_path / "funnel.parquet"
    assert bought("funnel", "checkout", "--format", "parquet", "--out", str(out)).code == 0
    assert pq.read_table(out)["count"].to_pylist() == [3, 2, 1]


def test_python_has_the_same(bought: Footfall) -> None:
    with package.open(bought.workspace) as shop:
        funnel = shop.funnel("checkout", by="device", where={"device": ["mobile", "desktop"]})
        assert [row["count"] for row in funnel.rows] == [1, 1, 0, 1, 1, 1]
        assert funnel.to_arrow().column_names[:3] == ["device", "step", "event"]
        assert funnel.to_polars()["count"].to_list() == [1, 1, 0, 1, 1, 1]
        assert shop.funnel("checkout", window="3min").to_pandas()["count"].tolist() == [3, 1, 0]
        assert shop.retention("month").rows[0]["size"] == 3
        assert shop.paths(kind="page_types").rows[0]["revenue"] == Decimal("9.99")
        assert shop.clickmap("/").to_json()["elements"][0]["selector"] == "=buy"
        assert shop.pages().rows[0]["page"] == "/"
        assert shop.leaks("checkout").to_arrow().num_rows == len(shop.leaks("checkout"))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["funnel"], "name a funnel or give its steps"),
        (["funnel", "checkout", "--steps", "page_view"], "name a funnel or give its steps"),
        (["funnel", "chekout"], "did you mean 'checkout'?"),
        (["funnel", "--steps", "page_vew"], "did you mean 'page_view'?"),
        (["funnel", "--steps", "page_view[size=1]"], "its 'size' is not kept"),
        (["funnel", "--steps", "page_view", "--scope", "persn"], "did you mean 'person'?"),
        (["funnel", "--steps", "page_view", "--order", "strct"], "did you mean 'strict'?"),
        (["funnel", "--steps", "page_view", "--window", "7"], "'7' is no length of time"),
        (["funnel", "--steps", "page_view", "--by", "devise"], "did you mean 'device'?"),
        (["funnel", "--steps", "page_view", "--by", "asset"], "unknown dimension"),
        (["funnel", "--steps", "page_view", "--from", "soon"], "'soon' is no date"),
        (["retention", "--every", "day"], "unknown --every 'day'"),
        (["retention", "--by", "variant"], "retention has no dimension 'variant'"),
        (["paths", "--kind", "channel"], "did you mean 'channels'?"),
        (["pages", "--kind", "landings"], "did you mean 'landing'?"),
        (["pages", "--limit", "0"], "give at least 1"),
        (["clickmap", "cart"], "write its path, such as /cart"),
        (["leaks", "--against", "previous"], "give --from and --to"),
        (
            ["leaks", "--against", "previous", "--from", "2026-01-05", "--to", "2026-01-05"],
            "the first event is of 2026-01-05",
        ),
        (["leaks", "--steps", "page_view"], "a leak is between two steps"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(
    bought: Footfall, words: list[str], said: str
) -> None:
    ran = bought(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""
