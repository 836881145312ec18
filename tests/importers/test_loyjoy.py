"""LoyJoy's warehouse export: facts without visitors, joined with their dimensions."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from footfall.doors.importers.vendors.loyjoy import NAMES
from footfall.errors import RequestError
from footfall.event.vocabulary import EVENTS

Made = Callable[..., Any]
Write = Callable[..., Path]
Row = dict[str, Any]

EXPORTS = Path(__file__).parent / "exports"
FACTS, DIMENSIONS = EXPORTS / "loyjoy_facts.csv", EXPORTS / "loyjoy_dimensions.csv"


def own(row: Row) -> Row:
    found: Row = json.loads(row["properties"])
    return found


@pytest.fixture(scope="module")
def rows(stage_once: Made) -> list[Row]:
    result = stage_once(FACTS, DIMENSIONS)
    assert result.rejected == []
    # two rows of dimensions, and a fact of nothing
    assert (result.staged.read, result.staged.dropped, result.staged.accepted) == (14, 3, 23)
    found: list[Row] = result.rows
    return found


def test_a_fact_is_so_many_events(rows: list[Row]) -> None:
    assert Counter(row["event"] for row in rows) == {
        "experience_start": 3,
        "module_shown": 5,
        "survey_response": 2,
        "opt_in_double": 1,
        "loyjoy_session_started": 4,
        "quiz_answer": 1,
        "customer_deleted": 1,
        "conversation_request": 2,
        "decision_made": 1,
        "data_entered": 1,
        "loyjoy_something_new": 2,
    }
    assert len({row["event_id"] for row in rows}) == 23


def test_facts_say_no_visitor_and_open_no_visit(rows: list[Row]) -> None:
    assert all(row["system"] and row["visitor_id"] is None for row in rows)
    customers = {row["event"] for row in rows if row["customer_id"]}
    assert customers == {"customer_deleted"}  # an id that nobody has


def test_facts_are_joined_with_their_dimensions(rows: list[Row]) -> None:
    said = own(rows[0])
    assert (said["experience_id"], said["experience_name"]) == ("p1", "Gift finder")
    assert rows[0]["occurred_ms"] == 1_767_603_600_000
    chat = next(row for row in rows if row["event"] == "conversation_request")
    assert "experience_id" not in own(chat)  # no dimension says where e9 belongs


def test_what_an_event_type_says(rows: list[Row]) -> None:
    said = {row["event"]: own(row) for row in rows}
    survey = said["survey_response"]
    assert (survey["survey_type"], survey["score"], survey["status"]) == ("nps", 9, "submitted")
    assert said["opt_in_double"]["channel"] == "newsletter"
    assert said["quiz_answer"]["correct"] is False
    assert said["decision_made"]["option"] == "3"
    assert said["data_entered"]["field"] == "first_name"
    assert said["loyjoy_something_new"]["event_name"] == "somethingNew"
    requests = [own(row) for row in rows if row["event"] == "conversation_request"]
    assert {each["initiator"] for each in requests} == {"visitor"}
    assert len({each["conversation_id"] for each in requests}) == 2


def test_joined_before_and_as_parquet_it_is_the_same(
    stage: Made, tmp_path: Path, rows: list[Row]
) -> None:
    with FACTS.open(newline="") as facts, DIMENSIONS.open(newline="") as dimensions:
        said = {row["entity_id"]: row for row in csv.DictReader(dimensions)}
        joined = [{**said.get(row["entity_id"], {}), **row} for row in csv.DictReader(facts)]
    for row in joined:
        row |= {
            "amount": int(row["amount"]),
            "created_at": datetime.fromisoformat(row["created_at"].replace(" UTC", "+00:00")),
        }
    path = tmp_path / "joined.parquet"
    pq.write_table(pa.Table.from_pylist(joined), path)
    found = stage(path, format="loyjoy").rows
    assert {(row["event_id"], row["content_hash"]) for row in found} == {
        (row["event_id"], row["content_hash"]) for row in rows
    }


def test_bad_facts_are_named(stage: Made, file: Write) -> None:
    head = "amount,created_at,entity_id,event_type,id,tenant_id\n"
    bad = (
        "1,2026-01-05 09:00:00 UTC,e1,start,f1,t1\n"
        "x,2026-01-05 09:00:00 UTC,e1,start,f2,t1\n"
        "1,2026-01-05 09:00:00,e1,start,f3,t1\n"
        "-1,2026-01-05 09:00:00 UTC,e1,start,f4,t1\n"
        "1,2026-01-05 09:00:00 UTC,e1,,f5,t1\n"
        "1,2026-01-05 09:00:00 UTC,e1,nps_survey_score_11,f6,t1\n"
        "1,2026-01-05 09"
    )
    result = stage(file("facts.csv", head + bad))
    assert result.refusals == [
        (3, "invalid_number"),
        (4, "invalid_timestamp"),
        (5, "invalid_number"),
        (6, "missing_field"),
        (7, "invalid_number"),
        (8, "invalid_row"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("evt,bot_id,process_id\nstart,b,p\n", "events of LoyJoy in the page"),
        ("created_at,entity_id,event_type\n1,2,3\n", "there must be amount, created_at"),
        ("", "is empty"),
        ("amount,created_at,entity_id,event_type,id\n", "not one row below it"),
    ],
)
def test_what_is_none_is_refused(stage: Made, file: Write, text: str, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        stage(file("facts.csv", text), format="loyjoy")


def test_every_name_leads_to_an_event_of_ours() -> None:
    assert {event for event, _ in NAMES.values()} <= set(EVENTS)
    for event, properties in NAMES.values():
        assert set(properties) <= set(EVENTS[event].properties)
