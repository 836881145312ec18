"""The keys: who may send events to a site, and who may read its numbers.

A key is 256 random bits behind a letter that says its scope. Only its SHA-256 is kept, so whoever
reads this file cannot use any; the key itself is shown once, when it is made.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from footfall.errors import RequestError, unknown
from footfall.log.sqlite import transaction

KEYS_SCHEMA = (
    """
    CREATE TABLE keys (
        key_id TEXT PRIMARY KEY,
        site TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('write', 'server', 'read', 'admin')),
        sha256 BLOB NOT NULL UNIQUE,
        name TEXT NOT NULL,
        created_ms INTEGER NOT NULL,
        revoked_ms INTEGER
    )
    """,
    """
    CREATE TABLE hook_secrets (
        site TEXT NOT NULL, door TEXT NOT NULL, secret BLOB NOT NULL, created_ms INTEGER NOT NULL,
        PRIMARY KEY (site, door, secret)
    )
    """,
)
SCOPES = {"write": "w_", "server": "s_", "read": "r_", "admin": "a_"}
"""Scope → how its keys begin."""
SHOWN = 10
_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be shown: `key_id` is how it begins."""

    key_id: str
    site: str
    scope: str
    name: str
    created_ms: int
    revoked_ms: int | None


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of all sites of a workspace."""

    connection: sqlite3.Connection

    def create(self, site: str, scope: str, name: str, created_ms: int) -> tuple[str, Key]:
        """A new key: the key itself, which nobody can show again, and what is known of it."""
        if scope not in SCOPES:
            raise RequestError(unknown("scope", scope, SCOPES))
        secret = SCOPES[scope] + secrets.token_urlsafe(_BYTES)
        made = Key(secret[:SHOWN], site, scope, name, created_ms, None)
        with transaction(self.connection):
            self.connection.execute(
                "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, NULL)",
                (made.key_id, site, scope, digest(secret), name, created_ms),
            )
        return secret, made

    def listed(self, site: str | None = None) -> list[Key]:
        """The keys of a site, or of all, the oldest first."""
        rows = self.connection.execute(
            "SELECT key_id, site, scope, name, created_ms, revoked_ms FROM keys "
            "WHERE ? IS NULL OR site = ? ORDER BY created_ms, key_id",
            (site, site),
        )
        return [Key(*row) for row in rows]

    def revoke(self, key_id: str, revoked_ms: int) -> Key:
        """Takes a key out of use, for good. Raises RequestError where there is no such key."""
        known = {key.key_id: key for key in self.listed()}
        if key_id[:SHOWN] not in known:
            raise RequestError(unknown("key", key_id[:SHOWN], known))
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE keys SET revoked_ms = coalesce(revoked_ms, ?) WHERE key_id = ?",
                (revoked_ms, key_id[:SHOWN]),
            )
        return known[key_id[:SHOWN]]

    def in_use(self) -> dict[bytes, Key]:
        """Every key that is not revoked, by its SHA-256."""
        rows = self.connection.execute(
            "SELECT sha256, key_id, site, scope, name, created_ms, revoked_ms FROM keys "
            "WHERE revoked_ms IS NULL"
        )
        return {hashed: Key(*row) for hashed, *row in rows}

    def add_secret(self, site: str, door: str, secret: str, created_ms: int) -> None:
        """Remembers what another system signs its webhooks with; it must be known as it is."""
        with transaction(self.connection):
            self.connection.execute(
                "INSERT OR IGNORE INTO hook_secrets VALUES (?, ?, ?, ?)",
                (site, door, secret.encode(), created_ms),
            )

    def secrets(self) -> list[tuple[str, str, bytes]]:
        """Every webhook's secret: its site, its door, and itself."""
        rows = self.connection.execute("SELECT site, door, secret FROM hook_secrets")
        return rows.fetchall()


def digest(secret: str) -> bytes:
    """What is kept of a key."""
    return hashlib.sha256(secret.encode()).digest()
