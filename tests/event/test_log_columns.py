"""What one accepted event is on disk."""

from __future__ import annotations

import os
import subprocess
import sys

import pyarrow as pa
import pytest

from footfall.event.accept import Acceptor, Rejection
from footfall.event.codes import CODES, pointer_to, shown
from footfall.schema import log
from footfall.schema.log import LOG_COLUMNS, LOG_NAMES, LOG_SCHEMA

RECEIVED_MS = 1_780_272_000_000


def test_the_columns_in_their_order() -> None:
    assert LOG_NAMES == (
        "event_id",
        "event",
        "occurred_ms",
        "received_ms",
        "visitor_id",
        "customer_id",
        "url",
        "title",
        "referrer",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "utm_term",
        "utm_content",
        "device",
        "browser",
        "os",
        "country",
        "region",
        "user_agent",
        "bot",
        "system",
        "host",
        "path",
        "referrer_host",
        "click_id",
        "properties",
        "content_hash",
    )


def test_every_column_says_what_it_means() -> None:
    assert [each.name for each in LOG_SCHEMA] == list(LOG_NAMES)
    for field, column in zip(LOG_SCHEMA, LOG_COLUMNS, strict=True):
        assert field.metadata == {b"meaning": column.meaning.encode()}
        assert field.nullable == (not column.required)


@pytest.mark.parametrize("said", [{}, {"url": "/p?utm_source=é", "user_agent": "curl/8"}])
def test_rows_fit_the_schema(said: dict[str, object]) -> None:
    least = {"event_id": "e", "event": "refund", "occurred_at": RECEIVED_MS}
    row = Acceptor(RECEIVED_MS).accept({**least, **said})
    assert not isinstance(row, Rejection)
    columns = [pa.array([value], field.type) for value, field in zip(row, LOG_SCHEMA, strict=True)]
    table = pa.table(columns, schema=LOG_SCHEMA)
    table.validate(full=True)
    required = [each.name for each in LOG_COLUMNS if each.required]
    assert [table[name].null_count for name in required] == [0] * len(required)


def test_another_name_is_none_of_the_page() -> None:
    with pytest.raises(AttributeError, match="LOG_SCHEME"):
        _ = log.LOG_SCHEME


def test_the_words_are_there_without_arrow() -> None:
    """Starting a command that needs no table does not wait for a library that does."""
    code = (
        "import sys, footfall.schema.log, footfall.event.vocabulary, footfall.event.traffic;"
        "sys.exit(any(name in sys.modules for name in ('pyarrow', 'ua_parser')))"
    )
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, **path}, check=False)
    assert done.returncode == 0


def test_every_code_says_what_it_means() -> None:
    assert all(code.isidentifier() and meaning for code, meaning in CODES.items())


def test_pointers_are_escaped() -> None:
    assert pointer_to("properties", "a/b~c", 0) == "/properties/a~1b~0c/0"
    assert pointer_to() == ""


def test_values_are_shown_in_one_short_line() -> None:
    assert shown("a\nb\x1b\u202e") == r"'a\nb\x1b\u202e'"
    assert shown("x" * 100) == "'" + "x" * 59 + "…"
    assert shown(10**5000) == "a number of more than 60 digits"
