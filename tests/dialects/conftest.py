"""What the tests of other programs' clients share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared cases and samples."""
    folder = os.environ.get("FOOTFALL_SHARED")
    if not folder:
        pytest.skip("FOOTFALL_SHARED does not name the folder of shared samples")
    return Path(folder)
