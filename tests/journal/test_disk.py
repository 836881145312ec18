"""Whatever the disk does, nothing is said to be stored that is not."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from faults.disk import cut, every_call, failing


@pytest.mark.parametrize("seed", range(0, 120, 40))
def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path, seed: int) -> None:
    cuts = []
    for each in range(seed, seed + 40):
        folder = tmp_path / str(each)
        folder.mkdir()
        cuts.append(cut(folder, each))
    assert [(each.lost, each.invented) for each in cuts] == [(0, 0)] * len(cuts)
    assert sum(each.acknowledged for each in cuts) > 500
    assert any(each.acknowledged == 0 for each in cuts) or seed


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_a_call_that_fails_is_told_and_got_over(error: int) -> None:
    assert every_call(error, stride=4) > 40


def test_a_disk_that_takes_half_of_it_is_asked_for_the_rest(tmp_path: Path) -> None:
    assert failing(tmp_path, 6, errno.EIO, short=True)
