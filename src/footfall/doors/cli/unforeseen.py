"""What nobody foresaw, in a terminal."""

from __future__ import annotations

import sys
from pathlib import Path


def tell_unforeseen(error: BaseException, workspace: str | None) -> None:
    """Says that something unforeseen happened, and where the details are."""
    from footfall.unforeseen import told  # noqa: PLC0415 - seldom needed

    sys.stderr.write(f"footfall: {told(error, _folders(workspace))}\n")


def _folders(workspace: str | None) -> list[Path]:
    from footfall.folder import SETTINGS_FILE, find  # noqa: PLC0415

    found = find(workspace)
    return [found / "data" / "errors"] if (found / SETTINGS_FILE).is_file() else []
