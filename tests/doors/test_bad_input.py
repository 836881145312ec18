"""Bad input: each is refused in words that say what would be right, and nothing is lost."""

from __future__ import annotations

import gzip
import random

import pytest

from support.process import GOOD, Footfall, event

SYNTAX = 'id = "mine\n'
KPI = """
id = "{id}"
name = "Mine"
group = "Own"
help = "Mine."
unit = "ratio"
better = "higher"
source = "me"
formula = "{formula}"
"""


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


BAD_FILES = {
    "empty.jsonl": (b"", ["empty.jsonl is empty"]),
    "blank.csv": (b"\n\n", ["blank.csv is empty"]),
    "picture.jsonl": (bytes(range(256)) * 20, ["picture.jsonl holds binary data"]),
    "workbook.csv": (b"PK\x03\x04" + bytes(100), ["workbook.csv is a zip archive or an Excel"]),
    "header.csv": (
        b"event_id,evnt,occurred_at,visitor_id\n1,page_view,2026-01-05T09:00:00Z,v\n",
        ["header.csv, line 1", "'event'", "did you mean 'evnt'?"],
    ),
    "naive.csv": (
        b"event_id,event,occurred_at,visitor_id\n1,page_view,2026-01-05 09:00:00,v\n",
        ["naive.csv, line 2", "occurred_at", "has no offset from UTC", "zone"],
    ),
    "naive.jsonl": (
        b'{"event_id": "1", "event": "page_view", "occurred_at": "2026-01-05T09:00:00"}\n',
        ["naive.jsonl, line 1", "has no offset from UTC"],
    ),
    "twice.csv": (
        b"event_id,event,occurred_at,event\n1,page_view,2026-01-05T09:00:00Z,v\n",
        ["twice.csv, line 1", "the column 'event' is there twice"],
    ),
    "only-a-header.csv": (b"event_id,event,occurred_at\n", ["line 1", "not one row"]),
    "start-of-a-gzip.jsonl.gz": (gzip.compress(b"x")[:12], ["cut off", "not one line"]),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_and_makes_nothing(footfall: Footfall, name: str) -> None:
    content, said = BAD_FILES[name]
    footfall.write(name, content)
    ran = footfall("import", name)
    assert (ran.code, ran.out) == (2, "")
    assert all(words in ran.err for words in said), ran.err
    assert ran.err.startswith("footfall: ")
    assert "Traceback" not in ran.err
    assert not footfall.workspace.exists()


def test_a_missing_file_is_refused_with_the_nearest_one(shop: Footfall) -> None:
    ran = shop("import", "god.jsonl")
    assert ran.code == 2
    assert ran.err == "footfall: god.jsonl: there is no such file; did you mean good.jsonl?\n"


def test_one_bad_file_of_several_stops_the_import_before_it_begins(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    footfall.write("empty.jsonl", b"")
    ran = footfall("import", "good.jsonl", "empty.jsonl", "missing.csv")
    assert ran.code == 2
    assert ran.err.count("\n") == 2
    assert not footfall.workspace.exists()


def test_the_complete_lines_of_half_a_gzip_are_kept_and_counted(footfall: Footfall) -> None:
    letters = random.Random(5)
    lines = [event(at % 600, title=f"{letters.random()}") for at in range(600)]
    whole = footfall.write("whole.jsonl", lines)
    packed = gzip.compress((footfall.folder / whole).read_bytes())
    footfall.write("half.jsonl.gz", half(packed))
    ran = footfall("import", "half.jsonl.gz")
    assert ran.code == 2
    kept = footfall.value("page_views")
    assert 100 < kept < 500
    assert ran.row("half.jsonl.gz") == [kept, kept, 0, 0]
    assert "it was cut off" in ran.err
    assert f"the {kept} rows before that are kept" in ran.err
    assert footfall("import", whole).code == 0
    assert footfall.value("page_views") == 600


REFUSED = [
    (event(20, title="x" * 40_000), "too_large"),
    ({**event(21), "occurred_at": "1970-01-01T00:00:00Z"}, "timestamp_too_old"),
    ({**event(22), "occurred_at": "2099-01-01T00:00:00Z"}, "timestamp_future"),
    (event(23, "survey_response", survey_type="nps", score=11), "invalid_number"),
    (event(24, "purchase", transaction_id="T2", value=float("nan")), "invalid_number"),
    (event(25, "purchase", transaction_id="T3", value=float("inf")), "invalid_number"),
]


def test_refused_rows_are_counted_named_and_in_quarantine(footfall: Footfall) -> None:
    footfall.write("mixed.jsonl", [GOOD[0], *(row for row, _ in REFUSED), *GOOD[1:]])
    ran = footfall("import", "mixed.jsonl")
    assert (ran.code, ran.err) == (0, "")
    assert ran.row("mixed.jsonl") == [15, 9, 0, 6]
    assert "6 rows in quarantine, the first 5 of them" in ran.out
    for line, (_, code) in enumerate(REFUSED[:5], 2):
        assert f"mixed.jsonl:{line}  {code}" in ran.out
    listed = footfall("quarantine", "list", "--format", "json").told
    assert [(row["line"], row["code"]) for row in listed] == [
        (line, code) for line, (_, code) in enumerate(REFUSED, 2)
    ]
    assert footfall.quality()["refused_by_code"] == {
        "invalid_number": 3, "timestamp_future": 1, "timestamp_too_old": 1, "too_large": 1,
    }  # fmt: skip
    assert footfall("import", "mixed.jsonl", "--strict").code == 2
    assert footfall.quality()["refused"] == 6


def test_an_import_without_a_good_row_fails(footfall: Footfall) -> None:
    footfall.write("bad.jsonl", [row for row, _ in REFUSED])
    ran = footfall("import", "bad.jsonl")
    assert ran.code == 2
    assert ran.err == "footfall: there is no good row: nothing was stored\n"
    assert len(footfall("quarantine", "list", "--format", "json").told) == 6


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["kpis", "--by", "devise"], "unknown dimension 'devise'; did you mean 'device'?"),
        (["kpis", "--where", "devise=x"], "unknown dimension 'devise'; did you mean 'device'?"),
        (["kpis", "visitrs"], "unknown KPI 'visitrs'; did you mean 'visitors'?"),
        (["catalogue", "visitrs"], "unknown KPI 'visitrs'; did you mean 'visitors'?"),
        (["kpis", "--site", "shp"], "unknown site 'shp'; did you mean 'shop'?"),
        (["kpis", "visitors", "--by", "page"], "visitors has no dimension 'page'; it has: device,"),
        (["kpis", "exit_rate"], "exit_rate has a value only by page: add --by page"),
        (
            ["kpis", "--from", "2026-02-01", "--to", "2026-01-01"],
            "the period ends (2026-01-01) before it starts (2026-02-01)",
        ),
        (["kpis", "--from", "1.2.2026"], "--from '1.2.2026' is no date; write it as 2026-01-31"),
        (["kpis", "--every", "dya"], "unknown --every 'dya'; did you mean 'day'?"),
        (["kpis", "--where", "device"], "--where 'device' is no condition; write DIM=VALUE"),
        (["kpis", "--where", "=x"], "--where '=x' is no condition"),
        (["kpis", "--format", "jsn"], "unknown format 'jsn'; did you mean 'json'?"),
        (["kpis", "--form", "json"], "unknown option --form; did you mean --format?"),
        (["kpis", "--from"], "--from: expected one argument"),
        (["kpis", "--out", "x.csv"], "--out is for data"),
        (["kpi"], "unknown command 'kpi'; did you mean 'kpis'?"),
        (["--wrkspace", "x", "kpis"], "unknown option '--wrkspace'; did you mean '--workspace'?"),
        (["-w", "nowhere", "kpis"], "nowhere: there is no workspace here"),
        (["import"], "FILE"),
        (["import", "good.jsonl", "--format", "cvs"], "unknown format 'cvs'; did you mean 'csv'?"),
        (["import", "good.jsonl", "--map", "none.toml"], "none.toml: there is no such file"),
        (["quarantine", "lst"], "unknown action 'lst'; did you mean 'list'?"),
        (["quarantine", "list", "--limit", "0"], "--limit 0 shows nothing"),
        (["quarantine", "list", "--limit", "x"], "--limit: invalid int value: 'x'"),
        (["init"], "is a workspace already; nothing was changed"),
        (["init", "good.jsonl"], "good.jsonl is a file"),
        (["demo", "--until", "soon"], "--until 'soon' is no date"),
        (["rebuild", "everything"], "does not know what to do with 'everything'"),
    ],
)
def test_a_wrong_request_is_answered_with_what_would_be_right(
    shop: Footfall, words: list[str], said: str
) -> None:
    ran = shop(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("footfall: ")
    assert said in ran.err


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"mine": SYNTAX}, ["mine.toml:1: not TOML"]),
        (
            {"mine": KPI.format(id="mine", formula="sesions / orders")},
            ["mine.toml", "unknown measure or KPI 'sesions'; did you mean 'sessions'?"],
        ),
        (
            {
                "mine": KPI.format(id="mine", formula="yours / orders"),
                "yours": KPI.format(id="yours", formula="mine + orders"),
            },
            ["mine.toml", "a circle: mine → yours → mine"],
        ),
    ],
)
def test_a_wrong_kpi_file_is_refused_by_its_line(
    footfall: Footfall, files: dict[str, str], said: list[str]
) -> None:
    assert footfall("init").code == 0
    for name, text in files.items():
        (footfall.workspace / "kpis" / f"{name}.toml").write_text(text)
    for command in ("catalogue", "kpis"):
        ran = footfall(command)
        assert (ran.code, ran.out) == (2, "")
        assert all(words in ran.err for words in said), ran.err


def test_wrong_settings_are_refused_all_at_once(footfall: Footfall) -> None:
    assert footfall("init").code == 0
    settings = footfall.workspace / "footfall.toml"
    settings.write_text('[site.shop]\ntimezone = "Europe/Berln"\ncurency = "EUR"\n')
    ran = footfall("kpis")
    assert ran.code == 2
    assert 'footfall.toml:2: site.shop.timezone: "Europe/Berln"' in ran.err
    assert "footfall.toml:3: site.shop.curency" in ran.err
    assert "did you mean 'currency'?" in ran.err


def test_a_site_cannot_have_any_name(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    for words in (["init"], ["import", "good.jsonl"]):
        ran = footfall(*words, "--site", "My Shop")
        assert (ran.code, ran.out) == (2, "")
        assert "My Shop" in ran.err
        assert not footfall.workspace.exists()


def test_a_value_that_a_dimension_never_has_is_told(shop: Footfall) -> None:
    ran = shop("kpis", "visitors", "--where", "device=mobil")
    assert ran.code == 0
    assert ran.err == (
        "note: device is never 'mobil'; did you mean 'mobile'? "
        "it is one of: desktop, mobile, tablet, other\n"
    )
    ran = shop("kpis", "requests", "--where", "hour_of_day=25")
    assert ran.err.startswith("note: hour_of_day is never '25'; ")
    assert ran.err.endswith("it is one of: " + ", ".join(map(str, range(24))) + "\n")


def test_what_nobody_foresaw_is_a_sentence_and_a_file(footfall: Footfall) -> None:
    footfall.write("good.jsonl", GOOD)
    assert footfall("import", "good.jsonl").code == 0
    log = next((footfall.workspace / "data" / "log" / "shop").glob("*.parquet"))
    log.write_bytes(b"this is no Parquet")
    ran = footfall("rebuild")
    assert (ran.code, ran.out) == (1, "")
    assert "Traceback" not in ran.err
    assert ran.err.count("\n") == 1
    details = next((footfall.workspace / "data" / "errors").glob("*.txt"))
    assert str(details) in ran.err
    assert "Traceback" in details.read_text()
    assert footfall.value("orders") == 1
