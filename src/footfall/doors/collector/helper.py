"""A process that stages stretches of the journal, and whoever asks it to."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from typing import BinaryIO, cast

from footfall import messages
from footfall.doors.collector.stager import Staged, Stretch, stage
from footfall.errors import FootfallError

START = """
import sys
sys.path[:] = {path!r}
from footfall.doors.collector.helper import main
main()
"""


def main() -> None:
    """Stretches come in, what they came to goes out, until the other side has gone."""
    stretches, outcomes = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # whatever prints would disturb the conversation
    with suppress(BrokenPipeError, KeyboardInterrupt):
        while (stretch := messages.receive(stretches)) is not None:
            messages.send(outcomes, _done(cast("Stretch", stretch)))


def _done(stretch: Stretch) -> Staged | FootfallError:
    try:
        return stage(stretch)
    except FootfallError as error:
        return error
    except OSError as error:
        return FootfallError(f"the journal cannot be staged: {error}")


class Helper:
    """The process at work; a new one where the last has died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def stage(self, stretch: Stretch) -> Staged:
        """A stretch, staged. Raises FootfallError where that cannot be done now."""
        process = self._running()
        try:
            messages.send(cast("BinaryIO", process.stdin), stretch)
            answer = messages.receive(cast("BinaryIO", process.stdout))
        except OSError:
            answer = None
        if isinstance(answer, Staged):
            return answer
        if isinstance(answer, FootfallError):
            raise answer
        self.stop()
        raise FootfallError("the process that reads the journal ended; the next one goes on")

    def stop(self) -> None:
        """Ends the process: what it has begun can be done again."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                cast("BinaryIO", pipe).close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.stop()
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-c", START.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                start_new_session=True,
            )
        return self._process
