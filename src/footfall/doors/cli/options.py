"""What people type after `footfall`: options, and the nearest word for a wrong one."""

from __future__ import annotations

from argparse import SUPPRESS, ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from footfall.errors import RequestError, nearest

Run = Callable[[Namespace], int]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does in a line, its options, an example or two, and how it is run.

    `run` answers the exit code.
    """

    name: str
    about: str
    options: Callable[[ArgumentParser], None]
    run: Run
    examples: str = ""
    site: bool = True


class Parser(ArgumentParser):
    """A parser that refuses as the rest of the program does."""

    def error(self, message: str) -> NoReturn:
        """Refuses in words; the message names the option."""
        said = message.removeprefix("argument ")
        raise RequestError(f"{said}; see `{self.prog} --help`")


def parser_of(command: Command) -> Parser:
    """The parser of a command's options."""
    parser = Parser(
        prog=f"footfall {command.name}",
        description=command.about,
        epilog=f"examples:\n{command.examples}" if command.examples else None,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.options(parser)
    common = parser.add_argument_group("common options")
    add_workspace(common.add_argument)
    if command.site:
        common.add_argument(
            "--site", metavar="ID", default=SUPPRESS, help="the site, where there are several"
        )
    return parser


def add_workspace(add: Callable[..., object]) -> None:
    """The option that every command has."""
    add(
        "-w",
        "--workspace",
        metavar="DIR",
        default=SUPPRESS,
        help="the workspace (default: $FOOTFALL_WORKSPACE, else the nearest one above)",
    )


def add_period(parser: ArgumentParser) -> None:
    """The days that are asked for."""
    add = parser.add_argument
    add("--from", dest="start", metavar="DAY", help="first day, such as 2026-01-01")
    add("--to", dest="end", metavar="DAY", help="last day, included; without both, all time")


def add_whom(parser: ArgumentParser) -> None:
    """The filters and the named segment."""
    add_where(parser)
    named = "only a named segment: segments/NAME.toml"
    parser.add_argument("--segment", metavar="NAME", help=named)


def add_where(parser: ArgumentParser) -> None:
    """The filters; `footfall.query.said.read_where` reads them."""
    parser.add_argument(
        "--where",
        metavar="DIM=VALUE",
        action="append",
        default=[],
        help="only these; the same DIM again means or, another DIM and; DIM= is without a value",
    )


def read(command: Command, words: Sequence[str], given: Namespace) -> Namespace:
    """The options of a command; `given` are those that came before it. Raises RequestError."""
    parser = parser_of(command)
    args, unknown = parser.parse_known_intermixed_args(list(words), given)
    if unknown:
        raise RequestError(_unknown(unknown[0], parser))
    return args


def _unknown(word: str, parser: ArgumentParser) -> str:
    """A sentence for a word that has no meaning here, and the one that was probably meant."""
    if not word.startswith("-") or word == "-":
        return f"{parser.prog} does not know what to do with {word!r}; see `{parser.prog} --help`"
    known = [name for name in parser._option_string_actions if name.startswith("--")]  # noqa: SLF001
    option = word.partition("=")[0]
    close = nearest(option, known)
    hint = f"did you mean {close}? " if close else ""
    return f"unknown option {option}; {hint}{parser.prog} has: {', '.join(known)}"
