"""Staging: parts, reports, progress, workers, and what an interruption leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.doors.importers import stage as stage_module
from footfall.doors.importers.pool import Pool
from footfall.doors.importers.stage import Progress
from footfall.errors import FootfallError
from footfall.schema.log import log_schema
from support.process import heed_ctrl_c

Made = Callable[..., Any]
Write = Callable[..., Path]


@pytest.fixture
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few rows, so that little data makes many."""
    monkeypatch.setattr(stage_module, "PART_BYTES", 1)


@pytest.fixture
def many(file: Write, lines: Made) -> list[Path]:
    """Files of good and bad rows, in all formats."""
    bad = b'{"event_id":"bad"}\n'
    text = "event_id,event,occurred_at,visitor_id\nc1,page_view,2026-05-01T12:00:00Z,v\nc2,x\n"
    jsonl = [
        file(f"a{n}.jsonl", lines(50, n * 100) + bad + lines(5, n * 100 + 60)) for n in range(6)
    ]
    return [*jsonl[:3], file("b.csv", text), *jsonl[3:]]


def test_parts_have_the_columns_of_the_log_and_the_place(
    stage: Made, file: Write, lines: Made
) -> None:
    result = stage(file("a.jsonl", lines(3)), file("b.jsonl", lines(3, 10)))
    (part,) = result.staged.parts
    schema = pq.read_schema(part)
    assert part.name == "part-000001.parquet"
    assert schema.names == [*log_schema().names, "file", "line"]
    assert [each.type for each in schema][:-2] == [each.type for each in log_schema()]
    assert [(row["file"], row["line"]) for row in result.rows] == [
        *((0, line) for line in (1, 2, 3)),
        *((1, line) for line in (1, 2, 3)),
    ]


@pytest.mark.usefixtures("small_tasks")
def test_workers_change_nothing(stage: Made, many: list[Path]) -> None:
    alone, shared = stage(*many, workers=1), stage(*many, workers=2)
    assert len(alone.staged.parts) == 7
    assert [p.name for p in alone.staged.parts] == [p.name for p in shared.staged.parts]
    assert [p.read_bytes() for p in alone.staged.parts] == [
        p.read_bytes() for p in shared.staged.parts
    ]
    assert alone.staged.files == shared.staged.files
    assert alone.rejected == shared.rejected
    assert len(alone.rejected) == 7


@pytest.mark.usefixtures("small_tasks")
def test_order_is_the_order_of_the_files(stage: Made, many: list[Path]) -> None:
    rows = stage(*many, workers=2).rows
    places = [(row["file"], row["line"]) for row in rows]
    assert places == sorted(places)


def test_small_imports_start_no_process(
    stage: Made, many: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", forbidden)
    assert stage(*many).staged.accepted == 6 * 55 + 1


def test_counts_add_up(stage: Made, many: list[Path]) -> None:
    staged = stage(*many).staged
    assert staged.read == staged.accepted + staged.rejected == 6 * 56 + 2
    assert [(each.read, each.rejected) for each in staged.files] == [(56, 1)] * 3 + [(2, 1)] + [
        (56, 1)
    ] * 3


@pytest.mark.usefixtures("small_tasks")
def test_progress_goes_up_to_the_end(stage: Made, many: list[Path]) -> None:
    seen: list[Progress] = []
    staged = stage(*many, workers=1, progress=seen.append).staged
    assert [each.rows for each in seen] == sorted(each.rows for each in seen)
    last = seen[-1]
    assert (last.rows, last.accepted, last.rejected) == (
        staged.read,
        staged.accepted,
        staged.rejected,
    )
    assert last.bytes_total == sum(path.stat().st_size for path in many)
    assert 0 < seen[0].bytes_done <= last.bytes_done == last.bytes_total
    assert last.rows_per_second > 0


@pytest.mark.usefixtures("small_tasks")
def test_an_interruption_keeps_what_is_complete(stage: Made, many: list[Path]) -> None:
    for workers in (1, 2):
        presses = iter([KeyboardInterrupt])

        def stop(progress: Progress, presses: Iterator[type[BaseException]] = presses) -> None:
            if progress.rows > 100 and (press := next(presses, None)):
                raise press

        result = stage(*many, workers=workers, progress=stop)
        assert result.staged.interrupted
        assert 100 < result.staged.read < 338
        assert len(result.rows) == result.staged.accepted
        whole = stage(*many).rows
        assert result.rows == whole[: len(result.rows)]
        assert result.staged.problems[-1].endswith("the import was interrupted")
        folder = result.staged.parts[0].parent
        kept = {*result.staged.parts, *result.staged.rejected_parts}
        assert set(folder.iterdir()) == kept


PROGRAM = """
    import sys
    from pathlib import Path
    from footfall.doors.importers import stage

    def say(progress):
        print(progress.rows, flush=True)

    stage.PART_BYTES = 1
    options = stage.Options(workers=2)
    # Not below `if __name__ == "__main__"`: a program need not be prepared for workers.
    staged = stage.stage_events(["-"], options, Path(sys.argv[1]), 1_780_272_000_000, say)
    print("interrupted" if staged.interrupted else "complete", staged.accepted)
"""


def test_control_c_ends_an_import_with_workers_cleanly(tmp_path: Path, lines: Made) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    program = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(tmp_path / "staging")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - it only resets a signal
    )
    assert program.stdin
    assert program.stdout
    chunk = lines(60_000)
    for _ in range(6):
        program.stdin.write(chunk)
    program.stdin.flush()
    assert int(program.stdout.readline()) > 0
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=60)
    word, accepted = out.decode().split("\n")[-2].split()
    assert err == b""
    assert word == "interrupted"
    parts = sorted((tmp_path / "staging").iterdir())
    assert sum(pq.read_metadata(part).num_rows for part in parts) == int(accepted) > 0


def test_a_worker_that_dies_is_told(tmp_path: Path) -> None:
    with Pool(tmp_path, 0, 1) as pool:
        pool._workers[0]._process.kill()
        list(pool.give(1, ()))
        with pytest.raises(FootfallError, match=r"stopped unexpectedly .* signal 9"):
            list(pool.rest())


def test_a_folder_that_cannot_be_written(
    stage: Made, file: Write, lines: Made, tmp_path: Path
) -> None:
    (tmp_path / "staging-0").mkdir()
    (tmp_path / "staging-0" / "part-000001.unfinished").mkdir()
    with pytest.raises(FootfallError, match=r"cannot write .*part-000001.parquet"):
        stage(file("a.jsonl", lines(3)))
    (tmp_path / "staging-1").write_text("a file in the way")
    with pytest.raises(FootfallError, match=r"cannot write .*staging-1: "):
        stage(file("a.jsonl", lines(3)))


@pytest.mark.usefixtures("small_tasks")
def test_a_file_that_grows_or_is_replaced(stage: Made, file: Write, lines: Made) -> None:
    growing, replaced = file("a.jsonl", lines(5)), file("b.jsonl", lines(5, 10))
    other = file("c.jsonl", lines(5, 20))

    def meddle(_: Progress) -> None:
        if growing.stat().st_size == len(lines(5)):
            with growing.open("ab") as held:
                held.write(b'{"half":')
            other.replace(replaced)

    result = stage(growing, replaced, workers=1, progress=meddle)
    assert result.ids[:5] == ["e0", "e1", "e2", "e3", "e4"]
    assert result.ids[5:] in (["e10", "e11", "e12", "e13", "e14"], [f"e{n}" for n in range(20, 25)])
    assert all(json.loads(json.dumps(each.bytes)) > 0 for each in result.staged.files)
