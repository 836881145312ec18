"""Handing a letter to the mail server, so that it is known at every moment how far it came."""

from __future__ import annotations

import os
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from footfall.errors import FootfallError
from footfall.settings import Mail
from footfall.settings.mail import STARTTLS, TLS

PATIENCE_SECONDS = 300
"""How long a server may think about a whole letter before it says whether it has it (RFC 5321)."""
OK, FORWARDED, GO_ON, REFUSED = 250, 251, 354, 500
Step = Callable[[], None]
LONGEST = 300
NOTHING: Step = lambda: None  # noqa: E731 - what is done where nobody wants to know
_DOT = re.compile(rb"^\.", re.MULTILINE)


class PostError(FootfallError):
    """A letter was not taken.

    `is_final`: the server will never take it. `is_doubtful`: it had all of it and did not answer,
    so nobody knows whether it was taken.
    """

    def __init__(self, told: str, *, is_final: bool = False, is_doubtful: bool = False) -> None:
        super().__init__(told)
        self.is_final, self.is_doubtful = is_final, is_doubtful


@dataclass(frozen=True, slots=True)
class Post:
    """A mail server, and what it wants to hear before it takes letters."""

    mail: Mail
    password: str | None = None
    ca_file: str | None = None
    patience_seconds: float = PATIENCE_SECONDS

    @classmethod
    def of(cls, mail: Mail, folder: Path, environment: Mapping[str, str] | None = None) -> Post:
        """The mail server of a workspace. Raises PostError where its password is nowhere."""
        password = _password(mail, folder, os.environ if environment is None else environment)
        return cls(mail, password, str(folder / mail.ca_file) if mail.ca_file else None)

    def hand_over(
        self, letter: EmailMessage, address: str, last_byte: Step = NOTHING, taken: Step = NOTHING
    ) -> None:
        """Hands a letter over. Raises PostError.

        `last_byte` is called when the server has all of it but the end: without the end it takes
        nothing, and with it everything. `taken` is called as soon as it says that it has it.
        """
        data = letter.as_bytes()
        with self._line() as line:
            _expect(line.mail(self.mail.sender), OK, f"the sender {self.mail.sender}")
            _expect(line.rcpt(address), OK, f"the recipient {address}")
            _expect(line.docmd("DATA"), GO_ON, "the letter")
            line.send(_DOT.sub(b"..", data) + (b"" if data.endswith(b"\r\n") else b"\r\n"))
            last_byte()
            _expect(self._answered(line), OK, "the letter")
            taken()

    def _answered(self, line: smtplib.SMTP) -> tuple[int, bytes]:
        """What the server says to the end of a letter."""
        if line.sock is not None:
            line.sock.settimeout(self.patience_seconds)
        try:
            line.send(b".\r\n")
            return line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise PostError(
                f"the mail server did not say whether it has the letter ({_why(error)})",
                is_doubtful=True,
            ) from error

    @contextmanager
    def _line(self) -> Iterator[smtplib.SMTP]:
        """A line to the server, on which it knows who we are."""
        where = f"{self.mail.host}:{self.mail.port}"
        try:
            with self._connected() as line:
                yield line
        except smtplib.SMTPAuthenticationError as error:
            raise PostError(
                f"{where} does not let {self.mail.user} in "
                f"({_said(error.smtp_code, error.smtp_error)}); "
                f"check user and the password in {_where(self.mail)}"
            ) from error
        except ssl.SSLCertVerificationError as error:
            raise PostError(
                f"{where}: its certificate is not to be trusted ({error.verify_message}); "
                "name its authority in ca_file, or the host as the certificate has it"
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            raise PostError(f"{where} cannot be used: {_why(error)}") from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        mail = self.mail
        context = ssl.create_default_context(cafile=self.ca_file)
        line = self._opened(context)
        try:
            line.ehlo_or_helo_if_needed()
            if mail.security == STARTTLS:
                line.starttls(context=context)
                line.ehlo_or_helo_if_needed()
            if mail.user and self.password is not None:
                line.login(mail.user, self.password)
            yield line
            with suppress(OSError, smtplib.SMTPException):
                if line.sock is not None:
                    line.sock.settimeout(mail.timeout_seconds)
                line.quit()
        finally:
            line.close()

    def _opened(self, context: ssl.SSLContext) -> smtplib.SMTP:
        mail, seconds = self.mail, self.mail.timeout_seconds
        if mail.security == TLS:
            return smtplib.SMTP_SSL(
                mail.host, mail.port, mail.domain, timeout=seconds, context=context
            )
        return smtplib.SMTP(mail.host, mail.port, mail.domain, timeout=seconds)


def _expect(answer: tuple[int, bytes], code: int, what: str) -> None:
    got, said = answer
    if got != code and not (code == OK and got == FORWARDED):
        raise PostError(
            f"the mail server does not take {what}: {_said(got, said)}", is_final=got >= REFUSED
        )


def _password(mail: Mail, folder: Path, environment: Mapping[str, str]) -> str | None:
    if mail.user is None:
        return None
    if mail.password_file is None:
        if (found := environment.get(mail.password_env)) is None:
            raise PostError(
                f"the mail server's password is missing: put it into the environment variable "
                f"{mail.password_env}, or into a file that password_file names"
            )
        return found
    path = folder / mail.password_file
    try:
        return path.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PostError(f"{path}: the mail server's password cannot be read: {error}") from error


def _where(mail: Mail) -> str:
    """Where the password is."""
    return mail.password_file or f"the environment variable {mail.password_env}"


def _why(error: Exception) -> str:
    """What went wrong with a line, in words."""
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "it did not answer in time"
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return _clean(text or type(error).__name__)


def _said(code: int, said: bytes | str) -> str:
    """What a server said, as one line without signs that are not seen."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return _clean(f"{code} {text}")


def _clean(text: str) -> str:
    told = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return told if len(told) <= LONGEST else told[: LONGEST - 1] + "…"
