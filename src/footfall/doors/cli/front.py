"""The front door: finds the command, runs it, and says in a sentence what went wrong."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType

from footfall.doors.cli.options import Command, Parser, add_workspace, parser_of, read
from footfall.doors.cli.unforeseen import tell_unforeseen
from footfall.errors import FootfallError, RequestError, unknown

DONE, FAILED, INTERRUPTED = 0, 1, 130
QUERY_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C while it computes; its transaction is rolled back by then."""


def main(words: Sequence[str] | None = None) -> int:
    """Runs `footfall …`; the exit code: 0 done, 2 the request is wrong, 1 anything else.

    What nobody foresaw is left to the interpreter, which is told to say it in a sentence.
    """
    _prepare_streams()
    given = Namespace(workspace=None, site=None)
    sys.excepthook = lambda _, error, __: tell_unforeseen(error, given.workspace)
    try:
        code = _run(sys.argv[1:] if words is None else words, given)
        sys.stdout.flush()
    except FootfallError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt as error:
        return _interrupted(str(error))
    except RuntimeError as error:
        if str(error) != QUERY_INTERRUPTED:
            raise
        return _interrupted()
    except BrokenPipeError:
        # whoever read along has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except OSError as error:
        return _fail(_trouble(error), FAILED)
    return code


def _interrupted(kept: str = "") -> int:
    return _fail(f"interrupted: {kept or 'nothing was changed'}", INTERRUPTED)


def _run(words: Sequence[str], given: Namespace) -> int:
    name, rest = _split(words, given)
    if name is None or (name == "help" and not rest):
        from footfall.doors.cli.overview import overview  # noqa: PLC0415 - only where it is asked for

        sys.stdout.write(overview(rest))
        return DONE
    if name == "help":
        sys.stdout.write(parser_of(_command(rest[0])).format_help())
        return DONE
    command = _command(name)
    return command.run(read(command, rest, given))


def _split(words: Sequence[str], given: Namespace) -> tuple[str | None, list[str]]:
    """The command, and what follows it; options that stand before it go into `given`."""
    at = 0
    takes_value = ("-w", "--workspace", "--site")
    while at < len(words) and words[at].startswith("-") and words[at] != "-":
        if words[at] in ("-h", "--help", "--version", "-V"):
            return None, [words[at]]
        at += 2 if words[at] in takes_value else 1
    parser = Parser(prog="footfall", add_help=False, allow_abbrev=False)
    add_workspace(parser.add_argument)
    parser.add_argument("--site")
    _, wrong = parser.parse_known_args(list(words[:at]), given)
    if wrong:
        raise RequestError(
            unknown("option", wrong[0], ("--workspace", "--site", "--help", "--version"))
        )
    return (words[at], list(words[at + 1 :])) if at < len(words) else (None, [])


def _command(name: str) -> Command:
    if name not in COMMANDS:
        raise RequestError(unknown("command", name, COMMANDS))
    command: Command = COMMANDS[name]().COMMAND
    return command


COMMANDS: dict[str, Callable[[], ModuleType]] = {
    "demo": lambda: import_module("footfall.doors.cli.demo"),
    "init": lambda: import_module("footfall.doors.cli.init"),
    "import": lambda: import_module("footfall.doors.cli.imports"),
    "kpis": lambda: import_module("footfall.doors.cli.kpis"),
    "explain": lambda: import_module("footfall.doors.cli.explain"),
    "funnel": lambda: import_module("footfall.doors.cli.funnel"),
    "retention": lambda: import_module("footfall.doors.cli.retention"),
    "leaks": lambda: import_module("footfall.doors.cli.leaks"),
    "paths": lambda: import_module("footfall.doors.cli.paths"),
    "pages": lambda: import_module("footfall.doors.cli.pages"),
    "clickmap": lambda: import_module("footfall.doors.cli.clickmap"),
    "catalogue": lambda: import_module("footfall.doors.cli.catalogue"),
    "team": lambda: import_module("footfall.doors.cli.team"),
    "export": lambda: import_module("footfall.doors.cli.export"),
    "drilldown": lambda: import_module("footfall.doors.cli.drilldown"),
    "experiment": lambda: import_module("footfall.doors.cli.experiment"),
    "quality": lambda: import_module("footfall.doors.cli.quality"),
    "quarantine": lambda: import_module("footfall.doors.cli.quarantine"),
    "report": lambda: import_module("footfall.doors.cli.report"),
    "serve": lambda: import_module("footfall.doors.cli.serve"),
    "key": lambda: import_module("footfall.doors.cli.key"),
    "verify": lambda: import_module("footfall.doors.cli.verify"),
    "rebuild": lambda: import_module("footfall.doors.cli.rebuild"),
}
"""Each command's module, which is imported only when it is asked for."""


def _trouble(error: OSError) -> str:
    """What the system would not do, in words."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{(error.strerror or str(error)).lower()}"


def _fail(message: str, code: int) -> int:
    """Says what went wrong, where nobody takes it for an answer."""
    try:
        sys.stdout.flush()
    except OSError:
        code = code or FAILED
    for line in message.splitlines() or [""]:
        sys.stderr.write(f"footfall: {line}\n")
    return code


def _prepare_streams() -> None:
    """A terminal that cannot show a sign shows another one; nobody sees an error for it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
