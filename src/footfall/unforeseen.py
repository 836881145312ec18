"""What nobody foresaw: a sentence for people, and the details in a file for whoever repairs it."""

from __future__ import annotations

import platform
import shlex
import sys
import tempfile
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from footfall.clock import SystemClock
from footfall.version import installed_version

LONGEST = 160


def told(error: BaseException, folders: Iterable[Path]) -> str:
    """The sentence; the details are in the first of the folders that can be written to."""
    first, *_ = str(error).splitlines() or [""]
    said = first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    path = _written(_details(error), [*folders, Path(tempfile.gettempdir())])
    where = f"the details are in {path}" if path else "the details could not be written"
    return f"something went wrong that nobody foresaw ({what}); {where}"


def _details(error: BaseException) -> str:
    """The stack trace, with what is needed to make sense of it."""
    about = (
        f"footfall {installed_version()}, Python {platform.python_version()}, "
        f"{platform.platform()}\n{shlex.join(sys.argv)}\n\n"
    )
    return about + "".join(traceback.format_exception(error))


def _written(details: str, folders: Iterable[Path]) -> Path | None:
    """Where the details are now."""
    moment = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC)
    name = f"{moment:%Y%m%dT%H%M%S%f}.txt"
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(details, "utf-8", errors="replace")
        except OSError:
            continue
        return folder / name
    return None
