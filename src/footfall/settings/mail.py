"""How reports leave by e-mail: the `[mail]` of `footfall.toml`, and who can be written to.

The password is not a setting: it is in the environment, or in a file of its own.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from footfall.errors import RequestError
from footfall.settings import checks
from footfall.settings.faults import Place

INVALID_RECIPIENT = "invalid_recipient"
STARTTLS, TLS, NONE = "starttls", "tls", "none"
PORTS = {STARTTLS: 587, TLS: 465, NONE: 25}
"""The ways to talk to a mail server, and the port at which each is usual."""
PASSWORD_ENV = "FOOTFALL_SMTP_PASSWORD"  # noqa: S105 - its name
KEYS = (
    "host", "port", "security", "user", "password_env", "password_file", "ca_file",
    "from", "name", "url", "timeout_seconds",
)  # fmt: skip
LONGEST_ADDRESS, LONGEST_LOCAL, LONGEST_DOMAIN = 254, 64, 253
MOST_PORTS, MOST_SECONDS = 65_535, 600
VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")


class InvalidRecipientError(RequestError):
    """Nobody can be written to at this address."""

    code = INVALID_RECIPIENT


@dataclass(frozen=True)
class Mail:
    """The mail server that takes our letters, and as whom we write."""

    host: str
    sender: str
    name: str = "Footfall"
    security: str = STARTTLS
    port: int = PORTS[STARTTLS]
    user: str | None = None
    password_env: str = PASSWORD_ENV
    password_file: str | None = None
    ca_file: str | None = None
    url: str | None = None
    """Where people reach the dashboard; links in letters lead there."""
    timeout_seconds: int = 30

    @property
    def domain(self) -> str:
        """The part of the sender's address that says where it is at home."""
        return self.sender.rpartition("@")[2]


def recipient(told: str) -> str:
    """One address that can be written to, its domain as the net has it.

    Raises InvalidRecipientError: for two of them, for a name beside it, and for anything with which
    a letter could be given further lines.
    """
    local, sign, domain = told.strip(" ").rpartition("@")
    host = _ascii(domain)
    is_right = (
        bool(sign)
        and len(local) <= LONGEST_LOCAL
        and _LOCAL.fullmatch(local) is not None
        and checks.HOST.fullmatch(host) is not None
        and len(f"{local}@{host}") <= LONGEST_ADDRESS
    )
    if not is_right:
        raise InvalidRecipientError(
            f"{INVALID_RECIPIENT}: {checks.shown(told)} is not an e-mail address; write one alone, "
            "such as ana@shop.example"
        )
    return f"{local}@{host}"


def mail_settings(value: object, place: Place) -> Mail | None:
    """The `[mail]` table, or None where it is wrong; then its faults are noted."""
    given = checks.table(value, place, KEYS)
    for key in ("host", "from"):
        if key not in given and not place.is_wrong():
            place.wrong(f"without {key}", f'write {key} = "{_EXAMPLES[key]}"')
    if place.is_wrong():
        return None
    security = _security(given.get("security", STARTTLS), place.at("security"))
    port = PORT(given.get("port", PORTS[security]), place.at("port"))
    told = {key: CHECKS[key](each, place.at(key)) for key, each in given.items() if key in CHECKS}
    _is_safe(told, security, place)
    if place.is_wrong():
        return None
    told["sender"] = told.pop("from")
    return Mail(security=security, port=port or 0, **told)  # type: ignore[arg-type]


def _is_safe(told: Mapping[str, object], security: str, place: Place) -> None:
    """A password goes to a mail server in the clear only inside this machine."""
    host = told.get("host")
    if security == NONE and told.get("user") and isinstance(host, str) and not _is_here(host):
        place.at("security").wrong(
            f"the password would go to {host} unprotected", 'write security = "starttls" or "tls"'
        )


def _security(value: object, place: Place) -> str:
    if isinstance(value, str) and value in PORTS:
        return value
    place.wrong(
        f"{checks.shown(value)} is no way to reach a mail server",
        'write "starttls", "tls", or "none" for a server of this machine',
    )
    return STARTTLS


def _server(value: object, place: Place) -> str | None:
    """The name or number of the machine that takes letters."""
    if isinstance(value, str):
        name = value.strip("[]")
        if _is_number(name) or checks.HOST.fullmatch(name.lower()):
            return name
    place.wrong(
        f"{checks.shown(value)} is not a mail server's name", 'write one such as "smtp.example.com"'
    )
    return None


def _address(value: object, place: Place) -> str | None:
    try:
        return recipient(value if isinstance(value, str) else "")
    except InvalidRecipientError:
        place.wrong(
            f"{checks.shown(value)} is not an e-mail address",
            'write one alone, such as "reports@shop.example"; a name goes into name',
        )
        return None


def _line(value: object, place: Place) -> str | None:
    """A text without line ends or other signs that are not seen."""
    told = checks.text(value, place)
    if told is not None and not told.isprintable():
        place.wrong(f"{checks.shown(told)} has signs that cannot be seen", "write one plain line")
    return told


def _variable(value: object, place: Place) -> str | None:
    if isinstance(value, str) and VARIABLE.fullmatch(value):
        return value
    place.wrong(
        "is not an environment variable's name",
        f'write the name of the variable that holds the password, such as "{PASSWORD_ENV}"',
    )
    return None


def _url(value: object, place: Place) -> str | None:
    """The address of the dashboard, with a / at its end."""
    if isinstance(value, str) and value.isprintable() and value.isascii() and " " not in value:
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme in ("http", "https") and parts.hostname and not parts.query:
            return value.rstrip("/") + "/"
    place.wrong(
        f"{checks.shown(value)} is not the address of a page",
        'write one such as "https://kpis.shop.example"',
    )
    return None


def _ascii(domain: str) -> str:
    """A domain as the net has it; what cannot be one stays as it is."""
    try:
        return domain.lower() if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return domain


def _is_here(host: str) -> bool:
    return host.lower() == "localhost" or (
        _is_number(host) and ipaddress.ip_address(host).is_loopback
    )


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


_EXAMPLES = {"host": "smtp.example.com", "from": "reports@shop.example"}
PORT = checks.whole(MOST_PORTS, PORTS[STARTTLS])
CHECKS: dict[str, checks.Check] = {
    "host": _server,
    "user": _line,
    "password_env": _variable,
    "password_file": _line,
    "ca_file": _line,
    "from": _address,
    "name": _line,
    "url": _url,
    "timeout_seconds": checks.whole(MOST_SECONDS, 30),
}
