"""The command line as people have it: a process of its own, with what it says and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footfall.workspace import Workspace

SOURCE = Path(__file__).parents[2] / "src"
START = "import sys; from footfall.doors.cli import main; sys.exit(main())"
COMMAND = (sys.executable, "-c", START)
DAY = "2026-01-05"


def heed_ctrl_c() -> None:
    """For a child: what runs in the background ignores Ctrl-C, a terminal does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True)
class Ran:
    """What a process came to."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        """What it wrote, as data."""
        return json.loads(self.out)

    def row(self, name: str) -> list[int]:
        """The numbers of a table's row, such as what became of a file."""
        line = next(line for line in self.out.splitlines() if line.startswith(f"{name} "))
        return [int(word.replace(",", "")) for word in line.removeprefix(name).split()]


@dataclass(frozen=True)
class Footfall:
    """The command in a folder of its own, with a workspace that may not be there yet."""

    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / "ws"

    @property
    def environment(self) -> dict[str, str]:
        left_out = ("NO_COLOR", "TERM", "COLUMNS")
        told = {name: value for name, value in os.environ.items() if name not in left_out}
        told |= {"PYTHONPATH": str(SOURCE), "FOOTFALL_WORKSPACE": str(self.workspace)}
        return told | {"TERM": "xterm", "COLUMNS": "100"}

    def __call__(self, *words: str, stdin: bytes = b"", **environment: str) -> Ran:
        done = subprocess.run(
            [*COMMAND, *words],
            cwd=self.folder,
            env=self.environment | environment,
            input=stdin,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def write(self, name: str, content: str | bytes | Sequence[dict[str, Any]]) -> str:
        """A file in the folder: text, bytes, or events as JSON lines; its name."""
        if isinstance(content, str):
            content = content.encode()
        elif not isinstance(content, bytes):
            content = "".join(json.dumps(each) + "\n" for each in content).encode()
        (self.folder / name).write_bytes(content)
        return name

    def quality(self) -> Any:
        """The data quality of its only site, without a process."""
        with Workspace(self.workspace) as found:
            return found.quality().to_json()

    def numbers(self, site: str | None = None) -> Any:
        """Every KPI of a site over all time, without a process."""
        with Workspace(self.workspace) as found:
            return found.kpis(every="day", site=site).to_json()

    def value(self, kpi: str, site: str | None = None) -> Any:
        """One KPI's value over all time, without a process."""
        with Workspace(self.workspace) as found:
            return found.kpis([kpi], site=site).to_json()["rows"][0]["value"]


def event(number: int, name: str = "page_view", visitor: str = "v1", **more: Any) -> dict[str, Any]:
    """An event of the first Monday of 2026; what is no field of the envelope is a property."""
    fields = {key: more.pop(key) for key in ("title", "url", "device") if key in more}
    told: dict[str, Any] = {
        "event_id": f"e{number}",
        "event": name,
        "occurred_at": f"{DAY}T{9 + number // 60:02}:{number % 60:02}:00Z",
        "visitor_id": visitor,
    }
    return told | fields | {"properties": more}


GOOD = [event(at) for at in range(8)] + [event(8, "purchase", transaction_id="T1", value=49.9)]
