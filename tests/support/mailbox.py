"""A mail server on this machine, as real ones are: it takes letters, and it can refuse them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 taken"


@dataclass
class Mailbox:
    """What came in, and what the server says at each step; it may also do something there."""

    letters: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to: list[list[str]] = field(default_factory=list)
    port: int = 0
    at_recipient: Callable[[str], str] = lambda _: "250 fine"
    at_end: Callable[[], str] = lambda: TAKEN

    async def handle_RCPT(  # noqa: N802 - the name that the library calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        said = await asyncio.to_thread(self.at_recipient, address)
        if said.startswith("2"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        self._keep(envelope, envelope.original_content or b"")
        said = await asyncio.to_thread(self.at_end)
        if not said.startswith("2"):
            self._forget()
        return said

    def _keep(self, envelope: Envelope, content: bytes) -> None:
        found = message_from_bytes(content, policy=default)
        assert isinstance(found, EmailMessage)
        self.letters.append(found)
        self.raw.append(content)
        self.to.append(list(envelope.rcpt_tos))

    def _forget(self) -> None:
        for each in (self.letters, self.raw, self.to):
            each.pop()


def settings(box: Mailbox, **further: str) -> str:
    """The `[mail]` of a workspace that uses it."""
    told = {
        "host": "127.0.0.1",
        "security": "none",
        "from": "reports@shop.example",
        **further,
    }
    lines = "".join(f'{key} = "{value}"\n' for key, value in told.items())
    return f"\n[mail]\nport = {box.port}\n{lines}"


def write_settings(folder: Path, box: Mailbox, **further: str) -> None:
    """Names the mail server in a workspace's settings, instead of any other."""
    path = folder / "footfall.toml"
    text = path.read_text("utf-8").partition("\n[mail]\n")[0]
    path.write_text(text + settings(box, **further), "utf-8")


@contextmanager
def receiving(
    box: Mailbox | None = None, *, tls: ssl.SSLContext | None = None, wrapped: bool = False,
    password: str | None = None,
) -> Iterator[Mailbox]:  # fmt: skip
    """A mail server for as long as the block lasts.

    `tls`: it can be asked for STARTTLS, or is `wrapped` from the first byte. `password`: it lets in
    only the user `ana` with it.
    """
    found = box or Mailbox()

    def authenticate(
        _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, told: Any
    ) -> AuthResult:
        is_right = (
            mechanism in ("LOGIN", "PLAIN")
            and isinstance(told, LoginPassword)
            and (told.login, told.password) == (b"ana", (password or "").encode())
        )
        return AuthResult(success=is_right, handled=False)

    words: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
    if tls is not None:
        words |= {"ssl_context": tls} if wrapped else {"tls_context": tls, "require_starttls": True}
    if password is not None:
        words |= {
            "authenticator": authenticate,
            "auth_required": True,
            "auth_require_tls": tls is not None and not wrapped,
        }
    controller = _AnyPort(found, **words)
    controller.start()
    try:
        found.port = controller.port
        yield found
    finally:
        controller.stop()


class _AnyPort(Controller):
    """A server on a free port."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]
