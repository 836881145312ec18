"""Where a process may die, so that tests can let it die exactly there.

`FOOTFALL_DIES_AT=name:3` kills the process the third time that it gets to the place of that name.
Without it nothing happens, and a place costs a comparison.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "FOOTFALL_DIES_AT"
_at, _, _times = os.environ.get(VARIABLE, "").partition(":")
_left = int(_times or 1)


def may_die(place: str) -> None:
    """A place where everything may end at once, without a word and without tidying up."""
    global _left  # noqa: PLW0603 - there is one process to die
    if place != _at:
        return
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)


def dies_at(place: str) -> bool:
    """Whether this is the place, for whoever has to prepare it."""
    return place == _at and _left <= 1
