"""Many small files of the log become one, and nobody can tell but from the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.facts import join
from footfall.workspace import Workspace
from support.collected import Shop, collecting
from support.ledger import page_view, stored_ids, until_taken_in
from support.posting import post

FILES = 6


def names(shop: Shop) -> list[str]:
    return sorted(path.name for path in log(shop).glob("*.parquet"))


def log(shop: Shop) -> Path:
    return shop.footfall.workspace / "data" / "log" / "shop"


def test_files_are_joined_and_everything_stays(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting(shop) as served:
        for number in range(FILES):
            assert post(served, page_view(f"j{number}"), shop.write).status == 202
            until_taken_in(served.get, number + 1)
        served.stop()
    assert len(names(shop)) == FILES
    before = shop.footfall.numbers()
    monkeypatch.setattr(join, "MANY", FILES)
    with Workspace(shop.footfall.workspace) as workspace:
        assert workspace.join_files(workspace.site()) == FILES
        assert workspace.join_files(workspace.site()) == 0
    assert names(shop) == [f"00000001-events-{FILES:08d}.parquet"]
    assert shop.footfall.numbers() == before
    with Workspace(shop.footfall.workspace) as workspace:
        mark = workspace.projection(workspace.site()).mark()
        assert workspace.rebuild(workspace.site()) == FILES
        assert workspace.projection(workspace.site()).mark() == mark
    assert shop.footfall.numbers() == before
    assert shop.footfall("verify").code == 0
    with collecting(shop) as served:
        assert post(served, page_view("j0"), shop.write).status == 202  # for ever known
        assert post(served, page_view("later"), shop.write).status == 202
        until_taken_in(served.get, FILES + 1)
        served.stop()
    assert stored_ids(shop.footfall).total() == FILES + 1
    assert names(shop)[-1] == f"{FILES + 1:08d}-events.parquet"


@pytest.mark.slow
def test_a_join_that_was_killed_is_taken_up(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting(shop) as served:
        for number in range(FILES):
            assert post(served, page_view(f"j{number}"), shop.write).status == 202
            until_taken_in(served.get, number + 1)
        served.stop()
    before = shop.footfall.numbers()
    monkeypatch.setattr(join, "MANY", FILES)

    class Killed(BaseException):
        pass

    def die(place: str) -> None:
        if place == "joined":
            raise Killed

    monkeypatch.setattr("footfall.facts.projection.may_die", die)
    with pytest.raises(Killed), Workspace(shop.footfall.workspace) as workspace:
        workspace.join_files(workspace.site())
    assert len(names(shop)) == FILES + 1
    monkeypatch.undo()
    assert shop.footfall.numbers() == before
    assert stored_ids(shop.footfall).total() == FILES
    with Workspace(shop.footfall.workspace) as workspace:
        assert workspace.rebuild(workspace.site()) == FILES
    assert shop.footfall.numbers() == before
