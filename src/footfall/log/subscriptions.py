"""Who is sent which report when, and what became of every letter that was due.

A letter is known by its subscription and the local day on which it is due: there is one line for
it, whatever happens, and each step is committed before the next one is taken. So after a crash the
line says how far it came:

    begun      it was being made; the mail server has nothing of it: it is sent again
    handing    its last byte was about to go: the mail server may have it, so it is never sent again
    sent       the mail server said that it has it
    waiting    the mail server could not be reached or would not take it yet; tried again
    refused    the mail server will not take it
    doubtful   it was `handing` when the process or the line broke off
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from footfall.log.sqlite import transaction

CADENCES = ("daily", "weekly", "monthly")
BEGUN, HANDING, SENT = "begun", "handing", "sent"
WAITING, REFUSED, DOUBTFUL = "waiting", "refused", "doubtful"
BROKE_OFF = "the process ended just as it was handed over"

SUBSCRIPTIONS_SCHEMA = (
    """
    CREATE TABLE subscriptions (
        subscription_id INTEGER PRIMARY KEY AUTOINCREMENT,
        site TEXT NOT NULL,
        experience TEXT NOT NULL,
        address TEXT NOT NULL,
        cadence TEXT NOT NULL,
        hour INTEGER NOT NULL,
        since_ms INTEGER NOT NULL,
        ended_ms INTEGER,
        token TEXT NOT NULL UNIQUE,
        UNIQUE (site, experience, address, cadence)
    )
    """,
    """
    CREATE TABLE deliveries (
        subscription_id INTEGER NOT NULL REFERENCES subscriptions,
        day TEXT NOT NULL,
        state TEXT NOT NULL,
        message_id TEXT NOT NULL,
        tries INTEGER NOT NULL,
        changed_ms INTEGER NOT NULL,
        next_ms INTEGER NOT NULL,
        error TEXT NOT NULL,
        PRIMARY KEY (subscription_id, day)
    ) WITHOUT ROWID
    """,
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """An address that is sent a report of a site, or of one of its chat experiences.

    `hour` is the site's own; `token` is what only its letters know, and ends it.
    """

    id: int
    site: str
    experience: str
    address: str
    cadence: str
    hour: int
    since_ms: int
    token: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A letter that was due on a day, and what became of it."""

    subscription: int
    day: str
    state: str
    message_id: str
    tries: int
    changed_ms: int
    next_ms: int
    error: str


_COLUMNS = "subscription_id, site, experience, address, cadence, hour, since_ms, token"
_LETTER = "subscription_id, day, state, message_id, tries, changed_ms, next_ms, error"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """The subscriptions and letters of a workspace."""

    connection: sqlite3.Connection

    def add(  # noqa: PLR0917 - the words of a subscription
        self, site: str, experience: str, address: str, cadence: str, hour: int, now_ms: int
    ) -> Subscription:
        """Subscribes an address; who is subscribed already gets the other hour."""
        words = (site, experience, address, cadence)
        with transaction(self.connection):
            self.connection.execute(
                "INSERT INTO subscriptions (site, experience, address, cadence, hour, since_ms, "
                "token) VALUES (?, ?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (site, experience, address, cadence) DO UPDATE SET "
                "hour = excluded.hour, ended_ms = NULL, "
                "since_ms = iif(ended_ms IS NULL, since_ms, excluded.since_ms)",
                (*words, hour, now_ms, secrets.token_urlsafe(24)),
            )
            (found,) = self._where(
                "site = ? AND experience = ? AND address = ? AND cadence = ?", words
            )
        return found

    def end(self, token: str, now_ms: int) -> Subscription | None:
        """Ends the subscription with this token; None where there is none any more."""
        with transaction(self.connection):
            found = self.by_token(token)
            self.connection.execute(
                "UPDATE subscriptions SET ended_ms = ? WHERE token = ? AND ended_ms IS NULL",
                (now_ms, token),
            )
        return found

    def by_token(self, token: str) -> Subscription | None:
        """The subscription with this token, if it has not ended."""
        return next(iter(self._where("token = ?", (token,))), None)

    def listed(self, site: str | None = None) -> list[Subscription]:
        """Those of a site, or of all sites, that have not ended."""
        return self._where("site = ?", (site,)) if site else self._where("1", ())

    def _where(self, condition: str, words: Sequence[object]) -> list[Subscription]:
        rows = self.connection.execute(
            f"SELECT {_COLUMNS} FROM subscriptions WHERE ended_ms IS NULL AND {condition} "
            "ORDER BY site, experience, address, cadence",
            words,
        )
        return [Subscription(*row) for row in rows]

    # --- letters ---------------------------------------------------------------------------

    def latest(self, subscription: Subscription) -> Delivery | None:
        """The letter that was due last."""
        return self._letter("ORDER BY day DESC LIMIT 1", (subscription.id,))

    def begin(
        self, subscription: Subscription, day: str, message_id: str, now_ms: int
    ) -> Delivery | None:
        """The letter of a day, to be sent now; None where that was done, or is not to be tried yet.

        Its message id is the one that it was first begun with.
        """
        with transaction(self.connection):
            known = self._letter("AND day = ?", (subscription.id, day))
            if known and (known.state != WAITING or known.next_ms > now_ms):
                return None
            begun = known or Delivery(subscription.id, day, BEGUN, message_id, 0, 0, 0, "")
            begun = replace(begun, state=BEGUN, tries=begun.tries + 1, changed_ms=now_ms)
            self._keep(begun)
        return begun

    def note(
        self, delivery: Delivery, state: str, now_ms: int, error: str = "", next_ms: int = 0
    ) -> Delivery:
        """Notes for good how far a letter has come."""
        noted = replace(delivery, state=state, changed_ms=now_ms, error=error, next_ms=next_ms)
        with transaction(self.connection):
            self._keep(noted)
        return noted

    def settle(self, now_ms: int) -> int:
        """Decides what became of letters that no process is at work on any more; how many.

        To be called only by whoever alone sends letters of this workspace.
        """
        with transaction(self.connection):
            found = self.connection.execute(
                "UPDATE deliveries SET state = iif(state = ?, ?, ?), error = ?, next_ms = ?, "
                "changed_ms = ? WHERE state IN (?, ?)",
                (HANDING, DOUBTFUL, WAITING, BROKE_OFF, now_ms, now_ms, BEGUN, HANDING),
            )
        return found.rowcount

    def _letter(self, condition: str, words: Sequence[object]) -> Delivery | None:
        row = self.connection.execute(
            f"SELECT {_LETTER} FROM deliveries WHERE subscription_id = ? {condition}", words
        ).fetchone()
        return Delivery(*row) if row else None

    def _keep(self, delivery: Delivery) -> None:
        self.connection.execute(
            f"INSERT OR REPLACE INTO deliveries ({_LETTER}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                delivery.subscription, delivery.day, delivery.state, delivery.message_id,
                delivery.tries, delivery.changed_ms, delivery.next_ms, delivery.error,
            ),
        )  # fmt: skip
