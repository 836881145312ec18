"""`footfall team` and `footfall export`: the desk and the lists, for people and programs."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest

from support.process import Footfall, event

TALK = {"conversation_id": "C1"}
EVENTS = [
    event(0, "conversation_request", "a", url="https://shop.example/help?x=1", channel="text",
          initiator="visitor", **TALK),
    event(1, "conversation_message", "a", sender="visitor", **TALK),
    event(2, "conversation_message", "a", sender="agent", agent_id="mia", **TALK),
    event(3, "survey_response", "a", survey_type="rating", score=4, feedback="=1+1", **TALK),
    event(4, "auto_message_sent", "b", message_id="m1", trigger_id="exit"),
    event(5, "purchase", "a", transaction_id="T1", value=49.9),
    event(6, "conversation_request", "b", channel="video", initiator="visitor",
          conversation_id="C2"),
    event(7, "call_ended", "b", conversation_id="C2"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Footfall:
    """A shop in which one request is answered and one given up."""
    made = Footfall(tmp_path_factory.mktemp("desk"))
    made.write("events.jsonl", EVENTS)
    assert made("import", "events.jsonl").code == 0
    return made


def test_people_read_what_the_desk_does(shop: Footfall) -> None:
    ran = shop("team")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "Shop · team · 2026-01-05 · UTC",
        "",
        "Leaderboard",
        "                          Acceptance",
        "                Requests     rate of",
        "       Average        of     agents'                 Attributed  Attributed",
        "agent   rating    agents    requests  Conversations       sales      orders",
        "mia        4.0         0           –              1      €49.90           1",
        "",
        "What became of requests",
        "asked    for    requests  accepted  withdrawn  open  unanswered      rate",
        "visitor  text          1         1          0     0           0  100.00 %",
        "visitor  video         1         0          1     0           0    0.00 %",
        "",
        "Requests by hour",
        "hour   requests  text  video",
        "09:00         2     1      1",
        "",
        "Where people ask",
        "page                       requests  conversations  accepted",
        "https://shop.example/help         1              1  100.00 %",
        "",
        "Most clicked automatic messages",
        "message  trigger  target  sent  clicks  clicked",
        "m1       exit     –          1       0   0.00 %",
        "",
        "Feedback",
        "date        visitor  agent  stars  words",
        "2026-01-05  a        mia        4  =1+1",
    ]


def test_programs_get_the_keys_of_the_contract(shop: Footfall) -> None:
    told = shop("team", "--format", "json", "--every", "day").told
    line = {
        "agent": "mia", "avg_rating": 4.0, "conversations": 1,
        "agent_attributed_sales": "49.90", "agent_attributed_orders": 1,
    }  # fmt: skip
    assert told["leaderboard"] == [line]
    assert told["trend"] == [line | {"bucket": "2026-01-05"}]
    assert list(told["requests_by_hour"]) == [str(hour) for hour in range(24)]
    assert told["requests_by_hour"]["9"] == {
        "requests": 2, "text_requests": 1, "video_requests": 1,
    }  # fmt: skip
    assert [(each["outcome"], each["requests"]) for each in with_outcome(told)] == [
        ("accepted", 1),
        ("withdrawn", 1),
    ]
    assert told["feedback"][0]["text"] == "=1+1"
    assert "trend" not in shop("team", "--format", "json").told


def with_outcome(told: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """The states' lines, each with the only state that it has."""
    states = ("accepted", "withdrawn", "open", "unanswered")
    return [
        line | {"outcome": next(state for state in states if line[state])}
        for line in told["states"]
    ]


def test_the_leaderboard_is_a_table_for_spreadsheets(shop: Footfall) -> None:
    head = ["agent", "avg_rating", "agent_requests", "agent_request_acceptance_rate",
            "conversations", "agent_attributed_sales", "agent_attributed_orders"]  # fmt: skip
    assert lines(shop("team", "--format", "csv").out) == [
        head,
        ["mia", "4.0", "0", "", "1", "49.90", "1"],
    ]
    assert lines(shop("team", "--every", "week", "--format", "csv").out) == [
        ["agent", "bucket", *head[1:]],
        ["mia", "2026-01-05", "4.0", "0", "", "1", "49.90", "1"],
    ]


def lines(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_one_agent_can_be_looked_at_and_nothing_else(shop: Footfall) -> None:
    told = shop("team", "--where", "agent=mia", "--format", "json").told
    assert told["requests_by_hour"]["9"]["requests"] == 1
    assert told["auto_messages"] == []
    nobody = shop("team", "--where", "agent=", "--format", "json").told
    assert (nobody["leaderboard"], nobody["feedback"]) == ([], [])
    assert nobody["requests_by_hour"]["9"]["requests"] == 1
    ran = shop("team", "--where", "device=mobile")
    assert (ran.code, ran.err) == (
        2,
        "footfall: the team has no dimension 'device'; it has: agent\n",
    )


def test_a_day_without_talk_says_so(shop: Footfall) -> None:
    ran = shop("team", "--from", "2025-01-01", "--to", "2025-01-02")
    assert ran.code == 0
    assert "Nobody asked for a conversation." in ran.out


# --- lists ----------------------------------------------------------------------------------

ORDER = {
    "transaction_id": "T1", "event_id": "e5", "person": "v:a", "revenue": "49.90", "units": 0,
    "money_event_id": "e5", "contributed": False, "direct_lines": 0, "direct_sales": "0.00",
    "refunded": "0.00", "conversation": "C1", "video_conversation": None,
}  # fmt: skip


def test_a_list_is_json_csv_or_parquet(shop: Footfall) -> None:
    (order,) = shop("export", "orders", "--format", "json").told
    assert order.items() >= ORDER.items()
    head, row = lines(shop("export", "orders").out)
    assert head == list(order)
    assert dict(zip(head, row, strict=True))["revenue"] == "49.90"
    assert shop("export", "orders", "--format", "parquet", "--out", "o.parquet").code == 0
    (stored,) = pq.read_table(shop.folder / "o.parquet").to_pylist()
    assert list(stored) == head
    assert stored["conversation"] == "C1"


def test_a_list_can_be_written_into_a_file_and_of_some_days_only(shop: Footfall) -> None:
    ran = shop("export", "sessions", "--format", "json", "--out", "s.json")
    assert (ran.code, ran.out) == (0, "")
    told = json.loads((shop.folder / "s.json").read_text("utf-8"))
    assert [(each["visitor_id"], each["events"], each["orders"]) for each in told] == [
        ("a", 4, 1),  # what the agent says, and what the system does, is not her own
        ("b", 1, 0),
    ]
    assert shop("export", "sessions", "--from", "2026-01-06", "--format", "json").told == []


def test_the_requests_are_the_list_of_conversations(shop: Footfall) -> None:
    first, second = shop("export", "conversations", "--format", "json").told
    assert (first["conversation_id"], first["agent"], first["url"]) == (
        "C1",
        "mia",
        "https://shop.example/help",
    )
    assert (second["accepted_at"], second["agent_responded"]) == (None, False)


def test_what_is_no_list_or_no_form_is_refused(shop: Footfall) -> None:
    ran = shop("export", "order")
    assert ran.code == 2
    assert "unknown list 'order'; did you mean 'orders'? there are: sessions, orders" in ran.err
    assert "unknown format 'table'" in shop("export", "orders", "--format", "table").err
