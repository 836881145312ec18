"""What nobody foresaw: a sentence for people, and the details in a file for whoever repairs it."""

from __future__ import annotations

import platform
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from footfall.clock import SystemClock

LONGEST = 160


def tell_unforeseen(
    kind: type[BaseException],
    error: BaseException,
    trace: TracebackType | None,
    workspace: str | None,
) -> None:
    """Says that something unforeseen happened, and where the details are."""
    first, *_ = str(error).splitlines() or [""]
    said = first if len(first) <= LONGEST else first[: LONGEST - 1] + "…"
    what = f"{kind.__name__}: {said}" if said else kind.__name__
    path = _written(_details(kind, error, trace), workspace)
    where = f"the details are in {path}" if path else "the details could not be written"
    sys.stderr.write(f"footfall: something went wrong that nobody foresaw ({what}); {where}\n")


def _details(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> str:
    """The stack trace, with what is needed to make sense of it."""
    import traceback  # noqa: PLC0415 - seldom needed

    from footfall.version import installed_version  # noqa: PLC0415

    about = (
        f"footfall {installed_version()}, Python {platform.python_version()}, "
        f"{platform.platform()}\n{shlex.join(sys.argv)}\n\n"
    )
    return about + "".join(traceback.format_exception(kind, error, trace))


def _written(details: str, workspace: str | None) -> Path | None:
    """Where the details are now: in the workspace, else among the system's temporary files."""
    moment = datetime.fromtimestamp(SystemClock().now_ms() / 1000, UTC)
    name = f"{moment:%Y%m%dT%H%M%S%f}.txt"
    for folder in _folders(workspace):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(details, "utf-8", errors="replace")
        except OSError:
            continue
        return folder / name
    return None


def _folders(workspace: str | None) -> list[Path]:
    import tempfile  # noqa: PLC0415 - seldom needed

    from footfall.workspace import SETTINGS_FILE, find  # noqa: PLC0415

    found = find(workspace)
    inside = [found / "data" / "errors"] if (found / SETTINGS_FILE).is_file() else []
    return [*inside, Path(tempfile.gettempdir())]
