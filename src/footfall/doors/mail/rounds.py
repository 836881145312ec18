"""Sending what is due: each letter once, whatever breaks off in between.

One process at a time is at it, by a lock that the system takes back when a process dies. So what is
found half done is nobody's any more, and the record says how far it came.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from footfall.doors.mail.digest import Digest, Wish, digest_of
from footfall.doors.mail.letter import Envelope, Links, letter_of
from footfall.doors.mail.post import Post, PostError
from footfall.errors import FootfallError
from footfall.log.subscriptions import (
    DOUBTFUL,
    HANDING,
    REFUSED,
    SENT,
    WAITING,
    Delivery,
    Subscription,
    Subscriptions,
)
from footfall.report.due import Due, latest_due

if TYPE_CHECKING:
    from footfall.clock import Clock
    from footfall.settings import Mail
    from footfall.workspace import Workspace

LOCK = "mail.lock"
USUAL_URL = "http://127.0.0.1:8000/"
WAITS_MINUTES = (1, 5, 15, 60)
"""How long after each failure the next try is; after the last one always so."""
NO_SERVER = "no mail server is set; write [mail] into footfall.toml"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter in a round."""

    subscription: Subscription
    delivery: Delivery


@dataclass
class Round:
    """One round through all subscriptions of a workspace."""

    workspace: Workspace
    base: str = USUAL_URL
    """Where the dashboard is, if the settings do not say so."""
    site: str | None = None
    _digests: dict[Wish, Digest] = field(default_factory=dict)

    def run(self) -> list[Outcome]:
        """Sends what is due; nothing where another process is at it."""
        outcomes = []
        with _alone(self.workspace) as is_alone:
            if not is_alone:
                return []
            self._store.settle(self._now())
            for subscription, due in self.due():
                if (outcome := self._send(subscription, due)) is not None:
                    outcomes.append(outcome)
        return outcomes

    def due(self) -> Iterator[tuple[Subscription, Due]]:
        """Every subscription with the report of it that was due last, since it began."""
        sites = self.workspace.settings.sites
        for each in self._store.listed(self.site):
            if (site := sites.get(each.site)) is None:
                continue
            found = latest_due(each.cadence, each.hour, site.timezone, self._now() * 1000)
            if found is not None and found.moment > each.since_ms * 1000:
                yield each, found

    @property
    def _store(self) -> Subscriptions:
        return self.workspace.control.subscriptions

    def _now(self) -> int:
        return self.workspace.clock.now_ms()

    def _send(self, subscription: Subscription, due: Due) -> Outcome | None:
        """One letter; None where it was sent before, or is to wait longer."""
        mail = self.workspace.settings.mail
        begun = self._store.begin(
            subscription, due.day.isoformat(), new_message_id(mail), self._now()
        )
        if begun is None:
            return None
        record = _Record(self._store, self.workspace.clock, begun)
        try:
            self._hand_over(subscription, due, record)
        except FootfallError as error:
            record.failed(error)
        except Exception:
            # whoever called is told; the other letters do not wait for this one meanwhile
            record.failed(FootfallError("something went wrong that nobody foresaw"))
            raise
        return Outcome(subscription, record.letter)

    def _hand_over(self, subscription: Subscription, due: Due, record: _Record) -> None:
        mail = self.workspace.settings.mail
        if mail is None:
            raise PostError(NO_SERVER)
        post = Post.of(mail, self.workspace.folder)
        wish = Wish(subscription.site, due.days, subscription.experience)
        if wish not in self._digests:
            self._digests[wish] = digest_of(self.workspace, wish)
        letter = letter_of(
            self._digests[wish],
            Envelope(mail, subscription.address, record.letter.message_id, self._now()),
            Links.of(mail.url or self.base, wish, subscription.token),
        )
        post.hand_over(letter, subscription.address, record.last_byte, record.taken)


@dataclass
class _Record:
    """How far a letter has come, noted for good at each step."""

    store: Subscriptions
    clock: Clock
    letter: Delivery

    def last_byte(self) -> None:
        """The server has all of it but the end."""
        self._note(HANDING)

    def taken(self) -> None:
        """The server says that it has it."""
        self._note(SENT)

    def failed(self, error: FootfallError) -> None:
        """Why it was not taken, and when it is tried again, if it is.

        A server that answered, or that never had the end, does not have it; in all other cases it
        may.
        """
        if self.letter.state == SENT:
            return
        if isinstance(error, PostError):
            state = DOUBTFUL if error.is_doubtful else REFUSED if error.is_final else WAITING
        else:
            state = DOUBTFUL if self.letter.state == HANDING else WAITING
        wait = WAITS_MINUTES[min(self.letter.tries, len(WAITS_MINUTES)) - 1]
        again = self.clock.now_ms() + wait * 60_000 if state == WAITING else 0
        self._note(state, str(error), again)

    def _note(self, state: str, error: str = "", again: int = 0) -> None:
        self.letter = self.store.note(self.letter, state, self.clock.now_ms(), error, again)


def new_message_id(mail: Mail | None) -> str:
    """An id for a letter that nothing else has."""
    return f"<footfall.{secrets.token_hex(16)}@{mail.domain if mail else 'footfall.invalid'}>"


@contextmanager
def _alone(workspace: Workspace) -> Iterator[bool]:
    """Whether nobody else sends this workspace's letters while the block lasts."""
    workspace.data.mkdir(parents=True, exist_ok=True)
    with (workspace.data / LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
