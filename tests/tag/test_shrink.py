"""The tag's short form: small enough, said so in the README, and the same program."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from footfall.doors.collector.http import Answered, Asked
from footfall.doors.collector.tag import answer_tag, served, source
from footfall.doors.collector.tag.shrink import shrink

MOST = 6_000
README = Path(__file__).parents[2] / "README.md"


def asked(**headers: str) -> Answered:
    """What `GET /tag.js` answers."""
    found: list[Answered] = []
    answer_tag(Asked("GET", "/tag.js", headers=headers), found.append)
    return found[0]


def test_it_has_at_most_6_kilobytes_compressed() -> None:
    answered = asked(**{"accept-encoding": "gzip, br"})
    assert answered.headers["content-encoding"] == "gzip"
    assert len(answered.body) <= MOST
    assert gzip.decompress(answered.body) == asked().body == served().script


def test_the_readme_says_how_large_it_is() -> None:
    told = re.search(r"([\d.]+) kB compressed", README.read_text("utf-8"))
    assert told is not None
    assert told[1] == f"{len(served().packed) / 1000:.1f}"


def test_it_is_asked_for_again_only_when_it_has_changed() -> None:
    first = asked()
    assert first.headers["cache-control"] == "public, max-age=3600"
    again = asked(**{"if-none-match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_it_needs_no_leave_to_evaluate_anything() -> None:
    words = ("eval", "Function(", "innerHTML", "document.write", "setAttribute('style'", ".cssText")
    assert [word for word in words if word in source()] == []


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("const answer = 6 * 7; // all of it\nconst other = answer;", "let e=6*7,t=e;"),
        ("const f = (one, two) => one.one + two[0.5];", "let e=(e,t)=>e.one+t[.5];"),
        ("const f = (it) => ({ it: it, other: [it] });", "let e=e=>({it:e,other:[e]});"),
        ("const f = () => { const [a, b] = g; return a; };", "let e=()=>{let[e,t]=g;return e};"),
        ("const r = /[/'\"]\\/x/gi.test(s) / 2; const q = 'it\\'s // no';",
         "let e=/[/'\"]\\/x/gi.test(s)/2,t='it\\'s // no';"),
        ("let at = 1; for (let no = 0; no < at; no++) h(+ +no, - -at);",
         "let e=1;for(let t=0;t<e;t++)h(+ +t,- -e);"),
        ("try { a(); } catch { b(); } try { c(); } catch (wrong) { d(wrong); }",
         "try{a()}catch{b()}try{c()}catch(wrong){d(wrong)}"),
        ("const a = b ? { c: true } : undefined; const d = [...b, a,];",
         "let e=b?{c:!0}:void 0,t=[...b,e];"),
        ("const e = t => { const n = e; };", "let e=t=>{let n=e};"),
        ("const a = (b) => { if (b) { const c = d; c(); } };", "let e=e=>{if(e){let e=d;e()}};"),
    ],
)  # fmt: skip
def test_a_program_is_made_short_and_stays_what_it_is(long: str, short: str) -> None:
    assert shrink(long) == short


def test_what_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        shrink("const a = 1;\nconst b = `text`;")


def test_the_short_form_is_a_program() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed here; the browser's tests say so as well")
    checked = subprocess.run(
        [node, "--check", "-"], input=served().script, capture_output=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
