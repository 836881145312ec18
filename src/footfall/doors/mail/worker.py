"""The worker inside `footfall serve` that sends reports when they are due."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from footfall.doors.mail.rounds import Outcome, Round
from footfall.errors import FootfallError
from footfall.holding import Held
from footfall.log.subscriptions import SENT
from footfall.unforeseen import told

EVERY_SECONDS = 20.0
STOP_SECONDS = 10.0


@dataclass
class Worker:
    """Looks again and again whether something is due, and sends it."""

    held: Held
    every_seconds: float = EVERY_SECONDS
    _stop: threading.Event = field(default_factory=threading.Event)
    _said: str = ""
    _unforeseen: str = ""

    def run(self) -> None:
        """Works until it is stopped. Nothing that goes wrong in a round ends it."""
        while True:
            self.turn()
            if self._stop.wait(self.every_seconds):
                return

    def stop(self) -> None:
        """No further round."""
        self._stop.set()

    def turn(self) -> list[Outcome]:
        """One round, with the time and the settings of this moment; trouble is said once."""
        try:
            with self.held.view() as workspace:
                outcomes = Round(workspace, self.held.address).run()
        except (FootfallError, OSError) as error:
            self._say(f"reports cannot be sent: {error}")
            return []
        except Exception as error:  # noqa: BLE001 - said once, kept in a file, and tried again
            if self._unforeseen != (unforeseen := f"{type(error).__name__} {error}"):
                self._unforeseen = unforeseen
                self._say(told(error, [self.held.errors]))
            return []
        for each in outcomes:
            self._say(_line(each))
        return outcomes

    def _say(self, text: str) -> None:
        if text and text != self._said:
            sys.stderr.write(f"footfall: {text}\n")
        self._said = text


def _line(outcome: Outcome) -> str:
    """What is said of a letter that was not sent."""
    if outcome.delivery.state == SENT:
        return ""
    of, letter = outcome.subscription, outcome.delivery
    return f"the {of.cadence} report of {of.site} to {of.address} is {letter.state}: {letter.error}"


@contextmanager
def sending(held: Held) -> Iterator[Worker]:
    """Sends reports in a thread of its own while the block lasts.

    What is under way when the block ends may finish; a process that ends in the middle of it leaves
    a record that says how far it came.
    """
    worker = Worker(held)
    thread = threading.Thread(target=worker.run, name="reports", daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(STOP_SECONDS)
