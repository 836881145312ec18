"""Nothing is lost in silence: received = stored + duplicates + conflicts + refused + left out.

Of all time, on every day, after every import and replay; and each of these is what is really there:
in the log, in the quarantine, in the files.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from footfall.clock import SystemClock
from footfall.doors.importers.replay import replay
from footfall.doors.importers.run import Wish, import_events
from footfall.facts.quality import Quality, Received
from footfall.workspace import Workspace

NOW_MS = 1_780_272_000_000  # 2026-06-01T00:00:00Z
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def event(number: int, **fields: Any) -> str:
    told = {
        "event_id": f"e{number}",
        "event": "page_view",
        "occurred_at": NOW_MS - DAY_MS + number,
        "visitor_id": f"v{number % 5}",
    }
    return json.dumps({**told, **fields})


def stream(draw: random.Random) -> list[str]:
    """Some lines: good events, some of them again, some contradicting, some that are none."""
    lines = []
    for _ in range(draw.randrange(5, 60)):
        number = draw.randrange(40)
        lines.append(
            draw.choice(
                [
                    event(number),
                    event(number),
                    event(number, title=f"title {draw.randrange(3)}"),
                    event(number, event="Not A Name"),
                    event(number, occurred_at=NOW_MS + 2 * DAY_MS + 10 * HOUR_MS),  # not yet
                    "{",
                ]
            )
        )
    return lines


def ga4(draw: random.Random) -> list[str]:
    """Rows of another program, some of which are left out."""
    names = ("session_start", "page_view", "my_own_event")
    row = {"event_params": [], "user_pseudo_id": "u"}
    return [
        json.dumps(
            {
                **row,
                "event_name": draw.choice(names),
                "event_timestamp": str((NOW_MS - DAY_MS + draw.randrange(30)) * 1000),
            }
        )
        for _ in range(draw.randrange(1, 30))
    ]


def holds(told: Received) -> bool:
    parts = (told.stored, told.duplicates, told.duplicate_conflicts, told.refused, told.left_out)
    return told.received == sum(parts)


def check(workspace: Workspace, received: int) -> Quality:
    """The law, and that the counts are those of the log and the quarantine."""
    quality = workspace.quality()
    assert holds(quality.total)
    assert all(holds(each) for each in quality.days.values())
    assert quality.total.received == received
    assert sum(each.received for each in quality.days.values()) == received
    assert quality.total.stored == workspace.projection(workspace.site()).position()
    return quality


@pytest.mark.parametrize("seed", range(3))
def test_all_that_is_received_is_accounted_for(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = random.Random(seed)
    now = [NOW_MS]
    monkeypatch.setattr(SystemClock, "now_ms", lambda _: now[0])
    folder, received = tmp_path / "w", 0
    for number in range(4):
        now[0] = NOW_MS + number * 10 * HOUR_MS
        lines = ga4(draw) if number == 2 else stream(draw)
        file = tmp_path / f"{number}.jsonl"
        file.write_text("\n".join(lines))
        for _ in range(2):  # the second time changes nothing
            import_events(folder, None, Wish((str(file),)))
        received += len(lines)
        with Workspace(folder) as workspace:
            quality = check(workspace, received)
    assert len(quality.days) > 1
    assert quality.unknown_names.keys() <= {"ga4_my_own_event"}
    # what was not yet, is by now
    now[0] = NOW_MS + 3 * DAY_MS
    with Workspace(folder) as workspace:
        bad = workspace.control.quarantine.by_code("shop").get("timestamp_future", 0)
        taken = replay(workspace, workspace.site())
        after = check(workspace, received)
    assert taken.stored + taken.duplicate <= bad
    assert after.total.stored == quality.total.stored + taken.stored
    assert after.total.duplicates == quality.total.duplicates + taken.duplicate
    assert after.total.received == quality.total.received


def test_table_rows_are_accounted_for_apart(tmp_path: Path) -> None:
    file = tmp_path / "rates.csv"
    file.write_text("date,currency,rate\n2026-05-01,USD,0.9\n2026-05-01,USD,0.8\n2026-05-02,X,1\n")
    report = import_events(tmp_path / "w", None, Wish((str(file),)))
    assert [(each.read, each.stored) for each in report.files] == [(3, 1)]
    with Workspace(tmp_path / "w") as workspace:
        quality = workspace.quality()
    assert quality.total.received == 0
    rates = quality.tables["fx_rates"]
    assert (rates.received, rates.stored, rates.refused, rates.left_out) == (3, 1, 1, 1)
    assert holds(rates)


def test_the_answer_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    file = tmp_path / "e.jsonl"
    file.write_text("\n".join([event(1), event(1), event(1, title="x"), event(2, event="A b")]))
    import_events(tmp_path / "w", None, Wish((str(file),)))
    with Workspace(tmp_path / "w") as workspace:
        told = workspace.quality().to_json()
    contract = {
        "duplicates": 1, "duplicate_conflicts": 1, "refused": 1, "bot_events": 0,
        "identity_conflicts": 0, "orders_without_revenue": 0, "refunds_without_money": 0,
    }  # fmt: skip
    assert told["data_quality"] == contract
    assert {key: told[key] for key in contract} == contract
    (day,) = told["days"]
    assert (day["received"], day["refused_by_code"]) == (4, {"invalid_name": 1})
