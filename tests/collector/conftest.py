"""A shop with keys, and its running server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.collected import Shop, collecting, shop_in
from support.served import Served


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A new workspace with a write key and a server's."""
    return shop_in(tmp_path)


@pytest.fixture(scope="module")
def one_shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """A workspace that a module's tests share."""
    return shop_in(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def running(one_shop: Shop) -> Iterator[Served]:
    """Its server."""
    with collecting(one_shop) as served:
        yield served
