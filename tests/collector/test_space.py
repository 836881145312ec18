"""A disk that is full, or cannot be written to: told, got over, and nothing is lost (D8, D9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from faults.space import has_unshare, run

NO_DISKS = "no disk of its own can be made for a process here"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not has_unshare(), reason=NO_DISKS),
]


@pytest.mark.parametrize(
    ("what", "read_only", "code"),
    [("journal", False, "storage_full"), ("data", False, "storage_full"),
     ("data", True, "read_only")],
)  # fmt: skip
def test_a_disk_that_takes_nothing(tmp_path: Path, what: str, read_only: bool, code: str) -> None:
    told = run(tmp_path, what, read_only=read_only, size="16m" if what == "journal" else "64m")
    assert told.refused is not None
    assert told.health is not None
    assert (told.refused.status, told.refused.told["collector"]) == (503, code)
    assert told.health.told["status"] == "degraded"
    assert told.reads == [200, 200, 200]
    assert told.again_seconds < 10
    assert set(told.answers) == {202, 503}
    assert told.wrong == []
    assert told.compared is not None
    assert told.compared.is_good
