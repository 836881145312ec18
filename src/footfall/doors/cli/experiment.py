"""`footfall experiment`: whether what was tried is better, and how sure that is."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from footfall.doors.cli.options import Command
from footfall.errors import RequestError, unknown


def _options(parser: ArgumentParser) -> None:
    add = parser.add_argument
    add("action", metavar="calc", help="calculate with numbers that come from elsewhere")
    add("subject", metavar="CASE.json", nargs="?", help="a case or a list of them; - reads it")


def _run(args: Namespace) -> int:
    if args.action not in ACTIONS:
        raise RequestError(unknown("action", args.action, ACTIONS))
    return ACTIONS[args.action](args)


def _calc(args: Namespace) -> int:
    """The outputs of a case, or of a list of cases, as JSON."""
    if not args.subject:
        raise RequestError("name the file with the case: footfall experiment calc CASE.json")
    from footfall.calculator.calculate import calculate  # noqa: PLC0415 - scipy is slow to import
    from footfall.report.data import any_json  # noqa: PLC0415

    name = "standard input" if args.subject == "-" else args.subject
    sys.stdout.write(any_json(calculate(_text(args.subject, name), name)))
    return 0


def _text(subject: str, name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if subject == "-" else Path(subject).read_bytes()
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise RequestError(f"{name}: is not UTF-8 text; save the file as UTF-8") from fault
    except (FileNotFoundError, IsADirectoryError) as fault:
        raise RequestError(f"{name}: there is no such file; name one with a case") from fault


ACTIONS: dict[str, Callable[[Namespace], int]] = {"calc": _calc}

COMMAND = Command(
    "experiment",
    "Says whether what was tried is better, and how sure that is.",
    _options,
    _run,
    "  footfall experiment calc case.json\n"
    '  echo \'{"method": "proportion", "inputs": {"control": {"n": 1000, "successes": 40},\n'
    '    "treatment": {"n": 1000, "successes": 62}}}\' | footfall experiment calc -',
    site=False,
)
