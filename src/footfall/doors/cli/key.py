"""`footfall key`: who may send events, and who may read numbers."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from getpass import getpass

from footfall import workspace
from footfall.doors.cli.options import Command
from footfall.doors.cli.screen import note, show, style, width
from footfall.errors import RequestError, unknown
from footfall.log.keys import SCOPES, Key
from footfall.report.table import Column, Table, lines
from footfall.workspace import Workspace

ACTIONS = ("create", "list", "revoke", "shopify")
COLUMNS = (Column("key"), Column("site"), Column("scope"), Column("name"), Column("made"),
           Column("revoked"))  # fmt: skip


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "action",
        metavar="create|list|revoke|shopify",
        help="make a key, show them, take one away, or say what Shopify signs its webhooks with",
    )
    add("key", metavar="KEY", nargs="?", help="revoke: the key, or how it begins")
    add("--scope", metavar="SCOPE", help=f"create: {', '.join(SCOPES)}")
    add("--name", metavar="NAME", default="", help="create: what it is for")


def _run(args: Namespace) -> int:
    if args.action not in ACTIONS:
        raise RequestError(unknown("action", args.action, ACTIONS))
    with workspace.open(args.workspace) as found:
        if args.action == "create":
            _create(found, args)
        elif args.action == "list":
            _list(found, args)
        elif args.action == "shopify":
            _hook(found, args)
        else:
            _revoke(found, args)
    return 0


def _create(found: Workspace, args: Namespace) -> None:
    if args.scope is None:
        raise RequestError(f"--scope is missing; it is one of: {', '.join(SCOPES)}")
    site = found.site(args.site)
    secret, made = found.control.keys.create(site.id, args.scope, args.name, found.clock.now_ms())
    show([secret])
    note(
        f"this is the {made.scope} key of {site.id}; it is shown this once, and only its hash is "
        "kept"
    )


def _list(found: Workspace, args: Namespace) -> None:
    site = found.site(args.site).id if args.site else None
    keys = found.control.keys.listed(site)
    if not keys:
        show(["There are no keys; `footfall key create --scope write` makes one."])
        return
    show(lines(Table(COLUMNS, tuple(_row(key) for key in keys)), width(), style()))


def _revoke(found: Workspace, args: Namespace) -> None:
    if not args.key:
        raise RequestError("which key? `footfall key list` shows how each begins")
    key = found.control.keys.revoke(args.key, found.clock.now_ms())
    show([f"{key.key_id}… of {key.site} is revoked; it is refused within a second or two"])


def _row(key: Key) -> tuple[str, ...]:
    revoked = "" if key.revoked_ms is None else _moment(key.revoked_ms)
    return (f"{key.key_id}…", key.site, key.scope, key.name, _moment(key.created_ms), revoked)


def _hook(found: Workspace, args: Namespace) -> None:
    """A secret is asked for or read, so that it stands in no list of commands."""
    site = found.site(args.site)
    ask = sys.stdin.isatty()
    secret = (getpass("The webhooks' signing secret: ") if ask else sys.stdin.readline()).strip()
    if not secret:
        raise RequestError("no secret was given; Shopify shows it beside the webhooks")
    found.control.keys.add_secret(site.id, args.action, secret, found.clock.now_ms())
    show([f"Shopify's webhooks to /hooks/shopify are taken for {site.id} in a second or two"])


def _moment(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%d %H:%M}"


COMMAND = Command(
    "key",
    "Makes, shows and revokes the keys with which events are sent and numbers are read.",
    _options,
    _run,
    "  footfall key create --scope write\n"
    "  footfall key create --scope server --name 'order system'\n"
    "  footfall key list\n"
    "  footfall key shopify < secret.txt\n"
    "  footfall key revoke w_3fZk1aQ9",
)
