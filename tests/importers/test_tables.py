"""Cost and reach tables: their columns, their keys, and what is wrong with a row."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from footfall.doors.importers.tables import read_table
from footfall.errors import RequestError
from footfall.schema.tables import TABLES

Write = Callable[..., Path]
DAY = dt.date(2026, 5, 1)


def test_ad_costs(file: Write) -> None:
    text = (
        "date,source,medium,campaign,impressions,clicks,cost,currency\n"
        '2026-05-01,google,cpc,"shoes, red",1000,10,47.61,EUR\n'
        "2026-05-01,google,,,,,0.000000000001,usd\n"
    )
    table = read_table("ad-costs", [file("a.csv", text)])
    assert table.rows.schema == pa.schema(
        [
            ("date", pa.date32()),
            ("source", pa.string()),
            ("medium", pa.string()),
            ("campaign", pa.string()),
            ("impressions", pa.int64()),
            ("clicks", pa.int64()),
            ("cost", pa.decimal128(38, 12)),
            ("currency", pa.string()),
        ]
    )
    assert table.rows.to_pylist() == [
        {
            "date": DAY,
            "source": "google",
            "medium": "cpc",
            "campaign": "shoes, red",
            "impressions": 1000,
            "clicks": 10,
            "cost": Decimal("47.61"),
            "currency": "EUR",
        },
        {
            "date": DAY,
            "source": "google",
            "medium": None,
            "campaign": None,
            "impressions": None,
            "clicks": None,
            "cost": Decimal("0.000000000001"),
            "currency": "USD",
        },
    ]
    assert (table.name, table.read, table.replaced, table.rejected) == ("ad_costs", 2, 0, ())


def test_a_column_of_currencies_may_be_missing(file: Write) -> None:
    text = "date;source;medium;campaign;impressions;clicks;cost;ctr\n2026-05-01;a;b;c;1;1;2.5;x\n"
    (row,) = read_table("ad_costs", [file("a.csv", text)]).rows.to_pylist()
    assert (row["cost"], row["currency"]) == (Decimal("2.5"), None)


def test_the_other_tables(file: Write) -> None:
    columns = "date,campaign,sent,delivered,opened,clicked,bounced,unsubscribed"
    email = f"{columns}\n2026-05-01,,9,8.0,7,6,1,0\n"
    sends = read_table("email-sends", [file("e.csv.gz", gzip.compress(email.encode()))])
    assert list(sends.rows.to_pylist()[0].values()) == [DAY, None, 9, 8, 7, 6, 1, 0]
    search = (
        "\ufeffdate,page,query,country,device,impressions,clicks,position\r\n"
        "2026-05-01,/p,caf\u00e9,DE,mobile,9,1,3.7\r\n"
    )
    found = read_table("search-performance", [file("s.csv", search)]).rows.to_pylist()[0]
    assert (found["query"], found["position"]) == ("caf\u00e9", Decimal("3.7"))
    rates = read_table("fx-rates", [file("f.csv", "date,currency,rate\n2026-05-01,USD,0.913700\n")])
    assert rates.rows.to_pylist() == [{"date": DAY, "currency": "USD", "rate": Decimal("0.9137")}]


def test_of_rows_with_one_key_the_last_counts(file: Write) -> None:
    first = file(
        "a.csv", "date,currency,rate\n2026-05-01,USD,1\n2026-05-01,GBP,2\n2026-05-01,USD,3\n"
    )
    second = file("b.csv", "date,currency,rate\n2026-05-01,GBP,4\n")
    table = read_table("fx-rates", [first, second])
    assert (table.read, table.replaced) == (4, 2)
    rates = {row["currency"]: row["rate"] for row in table.rows.to_pylist()}
    assert rates == {"USD": 3, "GBP": 4}


def test_bad_rows_are_refused_by_their_line_with_all_that_is_wrong(file: Write) -> None:
    rows = [
        "2026-05-01,USD,1",
        "2026-5-1,USD,1",
        "2026-02-30,USD,1",
        ",USD,1",
        "2026-05-01,USD,x",
        "2026-05-01,,0",
        "2026-05-01,USD,-1",
        "2026-05-01,USD,NaN",
        "2026-05-01,USD",
        "2026-05-01,USD,0.1234567890123",
        '2026-05-01,USD,"1,5"',
        "2026-05-01,EUR,2",
    ]
    table = read_table("fx-rates", [file("a.csv", "date,currency,rate\n" + "\n".join(rows) + "\n")])
    assert [row["currency"] for row in table.rows.to_pylist()] == ["USD", "EUR"]
    assert [row.line for row in table.rejected] == list(range(3, 13))
    reasons = [row.reason for row in table.rejected]
    assert reasons == [
        "date is '2026-5-1'; write days such as 2026-01-31",
        "date is '2026-02-30', a day that does not exist",
        "date is empty; write days such as 2026-01-31",
        "rate is 'x'; it must be a number such as 1234.56",
        "currency is empty; write an ISO 4217 code such as USD; rate is '0'; it must be above 0",
        "rate is '-1'; it may not be negative",
        "rate is 'NaN'; it must be a number such as 1234.56",
        "the row has 2 fields where the header has 3",
        "rate is '0.1234567890123'; 26 digits before and 12 after the point can be kept",
        "rate is '1,5'; it must be a number such as 1234.56",
    ]
    assert table.rejected[0].text == "2026-5-1,USD,1"
    assert table.rejected[0].file.endswith("a.csv")


def test_a_wrong_currency_is_told_with_the_nearest_one(file: Write) -> None:
    table = read_table("fx-rates", [file("a.csv", "date,currency,rate\n2026-05-01,USDD,-1\n")])
    assert table.rejected[0].reason == (
        "currency is 'USDD', no ISO 4217 currency; did you mean USD?; "
        "rate is '-1'; it may not be negative"
    )


def test_counts_are_whole(file: Write) -> None:
    text = (
        "date,source,medium,campaign,impressions,clicks,cost\n"
        "2026-05-01,a,b,c,1.5,1,1\n2026-05-01,a,b,c,1,-1,1\n2026-05-01,a,b,c,1e13,1,1\n"
    )
    reasons = [row.reason for row in read_table("ad-costs", [file("a.csv", text)]).rejected]
    assert reasons == [
        "impressions is '1.5'; it must be a whole number of at most 10^12",
        "clicks is '-1'; it may not be negative",
        "impressions is '1e13'; it must be a whole number of at most 10^12",
    ]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("date,source,medium,campaign,impressions,click,cost", "did you mean 'click'?"),
        ("date,source,medium,campaign,impressions,clicks,cost,cost", "'cost' is there twice"),
        ("when,rate", "there is no column 'date'; "),
    ],
)
def test_a_wrong_header(file: Write, header: str, words: str) -> None:
    with pytest.raises(RequestError) as told:
        read_table("ad-costs", [file("a.csv", f"{header}\n1,2\n")])
    assert words in str(told.value)
    assert "a.csv, line 1: " in str(told.value)


def test_unknown_tables_and_missing_files(file: Write, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="unknown table 'ad-cost'; did you mean 'ad-costs'"):
        read_table("ad-cost", [file("a.csv", "x\n")])
    with pytest.raises(RequestError, match="there is no such file"):
        read_table("ad-costs", [tmp_path / "gone.csv"])


def test_a_header_alone(file: Write) -> None:
    with pytest.raises(RequestError, match=r"a.csv, line 1: there is a header, and not one row"):
        read_table("fx-rates", [file("a.csv", "date,currency,rate\n")])


def test_damage_keeps_what_came_before(file: Write) -> None:
    text = 'date,currency,rate\n2026-05-01,USD,1\n2026-05-02,"USD,1\n'
    table = read_table("fx-rates", [file("a.csv", text)])
    assert table.rows.num_rows == 1
    assert "line 3: a quote is opened and never closed" in table.problems[0]


@pytest.mark.parametrize("case", ["berlin-spring", "new-york-autumn"])
def test_the_tables_of_the_shared_cases(shared: Path, file: Write, case: str) -> None:
    given = json.loads((shared / "cases" / case / "tables.json").read_text(), parse_float=Decimal)
    for name, rows in given.items():
        columns = list(rows[0])
        lines = [",".join(columns)]
        for row in rows:
            cells = ("" if row.get(key) is None else str(row[key]) for key in columns)
            lines.append(",".join('"' + cell.replace('"', '""') + '"' for cell in cells))
        table = read_table(name, [file(f"{case}-{name}.csv", "\n".join(lines) + "\n")])
        assert table.rejected == ()
        assert table.read == len(rows)
        keys = {tuple(str(row.get(key) or "") for key in TABLES[name].key) for row in rows}
        assert table.rows.num_rows == len(keys)


@pytest.mark.parametrize(
    ("table", "text", "row"),
    [
        (  # Search Console's API, and its bulk export's name of the date
            "search-performance",
            ("data_date,query,URL,Country,Device,Clicks,Impressions,CTR,Position\n"
             "2026-05-01,red shoes,https://shop.example/,deu,DESKTOP,3,40,0.075,6.7\n"),
            {
                "date": DAY, "page": "https://shop.example/", "query": "red shoes",
                "country": "DE", "device": "desktop", "impressions": 40, "clicks": 3,
                "position": Decimal("6.7"),
            },
        ),
        (  # Meta's report, with the two columns that it lacks
            "ad-costs",
            ("Day,Campaign name,Impressions,Link clicks,Amount spent (EUR),source,medium\n"
             "2026-05-01,Spring,1000,10,47.61,facebook,paid_social\n"),
            {
                "date": DAY, "source": "facebook", "medium": "paid_social", "campaign": "Spring",
                "impressions": 1000, "clicks": 10, "cost": Decimal("47.61"), "currency": "EUR",
            },
        ),
        (  # Google Ads
            "ad-costs",
            ("Day;Campaign;Currency code;Cost;Impr.;Clicks;Source;Medium\n"
             "2026-05-01;brand;usd;1.5;100;7;google;cpc\n"),
            {
                "date": DAY, "source": "google", "medium": "cpc", "campaign": "brand",
                "impressions": 100, "clicks": 7, "cost": Decimal("1.5"), "currency": "USD",
            },
        ),
    ],
)  # fmt: skip
def test_the_names_of_usual_exports(
    file: Write, table: str, text: str, row: dict[str, object]
) -> None:
    read = read_table(table, [file("export.csv", text)])
    assert read.rows.to_pylist() == [row]


def test_an_own_name_wins_over_a_usual_one(file: Write) -> None:
    text = "date,day,page,query,country,device,impressions,clicks,position\n"
    read = read_table(
        "search-performance", [file("s.csv", text + "2026-05-01,Friday,/,shoes,,,1,0,2\n")]
    )
    assert read.rows.to_pylist()[0]["date"] == DAY
