"""Visitors of clients that know none: the same for a day, nobody's after it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.doors.collector.nameless import VISIT_MS, Nameless
from footfall.log.control import open_control

if TYPE_CHECKING:
    import pytest

MIDNIGHT = 1_767_657_600_000  # 2026-01-06T00:00:00Z
MONDAY, TUESDAY = b"m" * 16, b"t" * 16
WHO = ("shop", "192.0.2.7", "Mozilla/5.0")


def test_a_visitor_is_the_same_for_a_day() -> None:
    nameless = Nameless()
    name = nameless.visitor((MONDAY, None), MIDNIGHT - 9 * VISIT_MS, *WHO)
    assert nameless.visitor((MONDAY, None), MIDNIGHT - 1, *WHO) == name
    others = {
        nameless.visitor((MONDAY, None), MIDNIGHT - 1, *other)
        for other in (
            ("shop2", *WHO[1:]), ("shop", "192.0.2.8", WHO[2]), ("shop", WHO[1], "Opera"),
            ("shop1", "92.0.2.7", WHO[2]), ("shop", "192.0.2.7M", "ozilla/5.0"),
        )
    }  # fmt: skip
    assert len(others | {name}) == 6
    assert not any(part in name for part in WHO)


def test_the_next_day_nobody_knows_who_it_was() -> None:
    nameless = Nameless()
    name = nameless.visitor((MONDAY, None), MIDNIGHT - VISIT_MS, *WHO)
    assert nameless.visitor((TUESDAY, MONDAY), MIDNIGHT, *WHO) != name


def test_a_visit_goes_over_midnight() -> None:
    nameless = Nameless()
    name = nameless.visitor((MONDAY, None), MIDNIGHT - 1, *WHO)
    for at in range(MIDNIGHT, MIDNIGHT + 3 * VISIT_MS, VISIT_MS // 2):
        assert nameless.visitor((TUESDAY, MONDAY), at, *WHO) == name
    later = MIDNIGHT + 5 * VISIT_MS
    assert nameless.visitor((TUESDAY, MONDAY), later, *WHO) != name


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footfall.doors.collector.nameless.REMEMBERED", 10)
    nameless = Nameless()
    for number in range(100):
        nameless.visitor((MONDAY, None), MIDNIGHT - 1, "shop", str(number))
    assert len(nameless._seen) <= 10


def test_a_salt_lives_for_a_day_and_is_destroyed_after_the_next(tmp_path: Path) -> None:
    path = tmp_path / "control.sqlite"
    control = open_control(path)
    first, none = control.salts.of(20_000)
    assert (len(first), none) == (16, None)
    assert control.salts.of(20_000) == (first, None)
    second, before = control.salts.of(20_001)
    assert (before, second != first) == (first, True)
    third, before = control.salts.of(20_002)
    assert (before, third != second) == (second, True)
    control.close()
    with sqlite3.connect(path) as opened:
        left = opened.execute("SELECT day FROM salts ORDER BY day").fetchall()
    assert left == [(20_001,), (20_002,)]
    again = open_control(path)
    assert again.salts.of(20_001)[0] == second  # a clock that goes back finds what there was
    again.close()
