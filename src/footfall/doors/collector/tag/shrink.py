"""The tag as it is served: its source without comments and blanks, its own names made short.

A step of our own, so that nothing has to be installed to make a page's script. It knows the part of
JavaScript in which the tag is written: every statement ends with a semicolon, every function is an
arrow, there are no templates, labels and classes, and an object's keys are written out
(`{ a: a }`, never `{ a }`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count, product

_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<blank> \s+ )
  | (?P<text> '(?:[^'\\\n]|\\.)*' )
  | (?P<number> 0x[0-9a-f]+ | [\d.]*\d(?:e\d+)? )
  | (?P<name> [A-Za-z_$][\w$]* )
  | (?P<sign> \.\.\. | \?\?=? | \?\.(?!\d) | => | [=!]==? | [<>]=? | (?:&&|\|\|)=? | \+\+ | --
             | \*\*
            | >>>?=? | <<=? | [-+*/%&|^]=? | [{}()\[\];,!~?:=.] )
    """,
    re.VERBOSE | re.DOTALL,
)
_SHIFT = re.compile(r">>>?=?|<<=?")
_REGEX = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_ENDS_A_VALUE = re.compile(r"[\w$)\]']")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_WORDS = frozenset(
    "break case catch const continue delete do else finally for if in instanceof let new null of"
    " return this throw true false try typeof undefined var void while".split()
)
_DECLARING = frozenset({"const", "let"})
_LETTERS = "etnaoirscludpmhfgvbywkxjqzETNAOIRSCLUDPMHFGVBYWKXJQZ_$"
FEW, KEPT = 20, 4
"""A scope of more names than a few leaves the first letters to the small ones: alike packs well."""
_SHORTER = {"const": "let", "undefined": "void 0", "true": "!0", "false": "!1"}
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(slots=True)
class _Scope:
    """Where names are known: from one piece to another."""

    start: int
    end: int
    names: dict[str, str] = field(default_factory=dict)


def shrink(source: str) -> str:
    """The source in fewer bytes; it does the same. Raises ValueError for what it does not know."""
    tokens = _renamed(list(_tokens(source)))
    for step in (_without_parentheses, _one_declaration, _without_last_marks):
        tokens = step(tokens)
    return _joined(tokens)


# --- tokens ---------------------------------------------------------------------------------------


def _tokens(source: str) -> Iterator[str]:
    """Everything that means something; a regular expression is one piece."""
    at, last = 0, ""
    while at < len(source):
        found = _next(source, at, last)
        if found is None:
            line, rest = source.count("\n", 0, at) + 1, source[at : at + 20]
            raise ValueError(f"line {line} is beyond what is understood here: {rest!r}")
        at = found.end()
        if found.lastgroup not in {"comment", "blank"}:
            last = found[0]
            yield last


def _next(source: str, at: int, last: str) -> re.Match[str] | None:
    is_value = bool(_ENDS_A_VALUE.match(last[-1:])) and last not in {"return", "typeof"}
    if source[at] == "/" and source[at + 1] not in "/*" and not is_value:
        return _REGEX.match(source, at)
    return _SHIFT.match(source, at) or _TOKEN.match(source, at)


def _without_parentheses(tokens: Sequence[str]) -> list[str]:
    """`x => …` for `(x) => …`."""
    out: list[str] = []
    for piece in tokens:
        if piece == "=>" and out[-1] == ")" and out[-3] == "(" and out[-2] not in _OPENING:
            out[-3:] = [out[-2]]
        out.append(piece)
    return out


def _one_declaration(tokens: Sequence[str]) -> list[str]:
    """`let a = 1, b = 2;` for `const a = 1; const b = 2;`."""
    out: list[str] = []
    kinds = [""]
    """Of each open bracket how the statement in it begins."""
    starts = True
    for piece in tokens:
        said = _SHORTER.get(piece, piece).removeprefix("0" if piece.startswith("0.") else "")
        if starts and said == "let" and kinds[-1] == "let" and out[-1] == ";":
            out[-1] = ","
            starts = False
            continue
        if piece in _OPENING:
            kinds.append("")
        elif piece in _CLOSING:
            kinds.pop()
        elif starts:
            kinds[-1] = said
        starts = piece in {";", "{"} or (piece == "}" and kinds[-1] != "let")
        out.append(said)
    return out


def _without_last_marks(tokens: Sequence[str]) -> list[str]:
    """No semicolon or comma before the bracket that ends what it stands in."""
    pairs = zip(tokens, [*tokens[1:], ""], strict=True)
    return [
        piece
        for piece, after in pairs
        if not (piece == ";" and after == "}") and not (piece == "," and after in _CLOSING)
    ]


def _joined(tokens: Sequence[str]) -> str:
    out: list[str] = []
    for piece in tokens:
        if out and _would_join(out[-1], piece):
            out.append(" ")
        out.append(piece)
    return "".join(out)


def _would_join(before: str, after: str) -> bool:
    """Whether two tokens would be read as one without a blank between them."""
    both = before[-1:] + after[:1]
    return bool(re.fullmatch(r"[\w$]{2}", both)) or both in {"++", "--", "//"}


# --- names ----------------------------------------------------------------------------------------


def _renamed(tokens: Sequence[str]) -> list[str]:
    """The tokens, every name that is declared among them replaced by a short one."""
    partner = _partners(tokens)
    scopes = _scopes(tokens, partner)
    of = _Owners(tokens, scopes)
    out = list(tokens)
    inside: dict[int, list[int]] = {number: [] for number in range(len(scopes))}
    for at, number in of.owner.items():
        inside[number].append(at)
    for number, scope in sorted(enumerate(scopes), key=lambda each: each[1].start):
        taken = _WORDS | {
            out[at]
            for at in of.uses_within(scope)
            if of.owner.get(at, -1) != number and out[at] != ""
        }
        _give_names(scope, inside[number], tokens, out, taken)
    return out


def _give_names(
    scope: _Scope,
    uses: Sequence[int],
    tokens: Sequence[str],
    out: list[str],
    taken: set[str] | frozenset[str],
) -> None:
    """Short names for a scope's own, the most used first; none means something else there."""
    often = Counter(tokens[at] for at in uses)
    first = {name: at for at in reversed(uses) for name in [tokens[at]]}
    is_large = len(often) > FEW
    letters = _LETTERS[KEPT:] + _LETTERS[:KEPT] if is_large else _LETTERS
    names = (name for name in _short(letters) if name not in taken)
    for name in sorted(
        often, key=lambda each: (-often[each], first[each]) if is_large else (first[each],)
    ):
        scope.names[name] = next(names)
    for at in uses:
        out[at] = scope.names[tokens[at]]


def _short(letters: str) -> Iterator[str]:
    return chain.from_iterable(map("".join, product(letters, repeat=size)) for size in count(1))


class _Owners:
    """Of every name in the tokens the scope that declares it; none where it is the browser's."""

    def __init__(self, tokens: Sequence[str], scopes: Sequence[_Scope]) -> None:
        self.owner: dict[int, int] = {}
        self.uses = [at for at, piece in enumerate(tokens) if _is_use(tokens, at, piece)]
        innermost = sorted(range(len(scopes)), key=lambda number: -scopes[number].start)
        for at in self.uses:
            for number in innermost:
                scope = scopes[number]
                if scope.start <= at <= scope.end and tokens[at] in scope.names:
                    self.owner[at] = number
                    break

    def uses_within(self, scope: _Scope) -> Sequence[int]:
        """Where names are used in a scope."""
        first = bisect_right(self.uses, scope.start - 1)
        return self.uses[first : bisect_right(self.uses, scope.end)]


def _is_use(tokens: Sequence[str], at: int, piece: str) -> bool:
    """Whether a name stands for itself, and not for a property or a key."""
    if not _NAME.fullmatch(piece) or piece in _WORDS:
        return False
    before, after = tokens[at - 1] if at else "", tokens[at + 1] if at + 1 < len(tokens) else ""
    return before not in {".", "?."} and not (after == ":" and before in {"{", ","})


def _partners(tokens: Sequence[str]) -> dict[int, int]:
    """Of every bracket the one that belongs to it."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for at, piece in enumerate(tokens):
        if piece in _OPENING:
            stack.append(at)
        elif piece in _CLOSING:
            found[at] = stack.pop()
            found[found[at]] = at
    return found


def _scopes(tokens: Sequence[str], partner: dict[int, int]) -> list[_Scope]:
    """The whole, every block, and every function, with the names that they declare.

    A function and its block are one: what stands in it may not have the name of a parameter.
    """
    scopes = [_Scope(0, len(tokens) - 1)]
    for at, piece in enumerate(tokens):
        if piece == "=>":
            start = partner[at - 1] if tokens[at - 1] == ")" else at - 1
            names = dict.fromkeys(_parameters(tokens, start, at - 1), "")
            scopes.append(_Scope(start, _body_end(tokens, partner, at + 1), names))
        elif piece == "{" and tokens[at - 1] != "=>":
            scopes.append(_Scope(at, partner[at]))
    for at, piece in enumerate(tokens):
        if piece in _DECLARING:
            around = (each for each in scopes if each.start <= at <= each.end)
            inner = max(around, key=lambda each: each.start)
            inner.names |= dict.fromkeys(_declared(tokens, partner, at + 1), "")
    return scopes


def _declared(tokens: Sequence[str], partner: dict[int, int], at: int) -> list[str]:
    """The names that a declaration makes: one, or those of a list's pattern."""
    some = tokens[at : partner[at]] if tokens[at] == "[" else [tokens[at]]
    return [each for each in some if _NAME.fullmatch(each)]


def _parameters(tokens: Sequence[str], start: int, end: int) -> list[str]:
    if start == end:
        return [tokens[start]]
    pairs = zip(tokens[start:end], tokens[start + 1 : end], strict=False)
    return [each for before, each in pairs if before in {"(", ",", "..."} and _NAME.fullmatch(each)]


def _body_end(tokens: Sequence[str], partner: dict[int, int], at: int) -> int:
    """Where a function's body ends: a block, or an expression."""
    if tokens[at] == "{":
        return partner[at]
    while tokens[at] not in {",", ";", *_CLOSING}:
        at = partner[at] + 1 if tokens[at] in _OPENING else at + 1
    return at - 1
