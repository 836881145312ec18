"""Numbers from the period's start to each bucket's end, in one statement per fact table.

Nothing is asked bucket by bucket: every thing is counted in the bucket with which it comes in, and
what came in so far is what there is. A person comes in with the first bucket that has a row of
theirs; so persons are never counted twice, and nothing unique is ever added up.
"""

from __future__ import annotations

from functools import reduce

from footfall.catalogue import Source
from footfall.errors import RequestError
from footfall.query.writer import Cells, Statement, Writer, conjunction, group_by, named


def statement(writer: Writer) -> Statement:
    """The statement: what comes in with each bucket, for each source."""
    names = [name for name, _ in writer.cells()]
    parts = [] if writer.fact.is_lasting else [_rows(writer)]
    for at, source in enumerate(writer.sources):
        if writer.fact.is_lasting:
            parts += _coming_and_going(writer, at, source)
        elif source.aggregate == "unique":
            parts.append(_firsts(writer, at, source))
    sums = [f"sum(n{at}) AS t{at}" for at in range(len(writer.sources))]
    sql = f"SELECT {', '.join([*names, *sums])} FROM ({' UNION ALL '.join(parts)}) AS parts"
    return writer.statement(sql + group_by(names), is_entering=True)


def values(writer: Writer, cells: Cells) -> str:
    """What a median is the middle of: the cell and the value of every row, or of every thing."""
    source = writer.sources[0]
    if writer.fact.thing is None:
        columns = [*named(cells), f"{source.column} AS measured"]
        met = conjunction(writer.filter(), writer.met(source), f"{source.column} IS NOT NULL")
        return f"SELECT {', '.join(columns)} FROM {writer.relation} WHERE {met}"
    columns = [*(name for name, _ in cells), f"{source.column}_ AS measured"]
    met = conjunction(writer.met(source, merged=True), f"{source.column}_ IS NOT NULL")
    return f"SELECT {', '.join(columns)} FROM ({writer.things(cells)}) AS things WHERE {met}"


def _rows(writer: Writer) -> str:
    """What adds up, by the bucket it is in; of persons those who have one session only."""
    cells = writer.cells()
    names = [name for name, _ in cells]
    merged = writer.fact.thing is not None
    numbers = [
        f"{_number(writer, source, merged=merged)} AS n{at}"
        for at, source in enumerate(writer.sources)
    ]
    if merged:
        things = f"FROM ({writer.things(cells)}) AS things"
        return f"SELECT {', '.join(names + numbers)} {things}" + group_by(names)
    return (
        f"SELECT {', '.join(named(cells) + numbers)} FROM {writer.relation} "
        f"WHERE {writer.rows()}" + group_by(expression for _, expression in cells)
    )


def _number(writer: Writer, source: Source, *, merged: bool) -> str:
    if source.aggregate != "unique":
        return writer.number(source, merged=merged)
    if not writer.counts_persons(source):
        return "0"
    return f"count(CASE WHEN {conjunction(writer.met(source), str(writer.is_alone()))} THEN 1 END)"


def _firsts(writer: Writer, at: int, source: Source) -> str:
    """Unique things, each in the first bucket in which it counts."""
    (bucket, bucket_sql), *by = writer.cells()
    names = [name for name, _ in by]
    if writer.fact.thing is None:
        others = f"NOT ({writer.is_alone()})" if writer.counts_persons(source) else ""
        met = conjunction(
            writer.filter(), writer.met(source), f"{source.column} IS NOT NULL", others
        )
        inner = (
            f"SELECT {', '.join([*named(by), f'min({bucket_sql}) AS {bucket}'])} "
            f"FROM {writer.relation} WHERE {met}"
            + group_by([*(expression for _, expression in by), str(source.column)])
        )
    else:
        met = conjunction(writer.met(source, merged=True), f"{source.column}_ IS NOT NULL")
        inner = (
            f"SELECT {', '.join([*names, f'min({bucket}) AS first_bucket'])} "
            f"FROM ({writer.things(writer.cells())}) AS things WHERE {met}"
            + group_by([*names, f"{source.column}_"])
        )
        bucket = "first_bucket"
    return _counted(writer, at, inner, bucket)


def _coming_and_going(writer: Writer, at: int, source: Source) -> list[str]:
    """Things that live on over many buckets, such as persons.

    Each comes in with the bucket from which on all that has to be true of it is true, and goes out
    again with what must not be.
    """
    if source.aggregate != "count" or not all(isinstance(is_, bool) for _, is_ in source.where):
        raise RequestError(
            f"{writer.fact.name} cannot be cumulated by anything but what its things did or did "
            "not; ask without --cumulate"
        )
    (_, bucket), *by = writer.cells()
    names = [name for name, _ in by]
    flags = dict(source.where)
    firsts = [f"min(CASE WHEN {flag} THEN {bucket} END) AS begun_{flag}" for flag in flags]
    inner = (
        f"SELECT {', '.join([*named(by), f'min({bucket}) AS begun', *firsts])} "
        f"FROM {writer.relation} WHERE {writer.filter()}"
        + group_by([*(expression for _, expression in by), str(writer.fact.thing)])
    )
    came = [f"begun_{flag}" for flag, wanted in flags.items() if wanted] or ["begun"]
    went = [f"begun_{flag}" for flag, wanted in flags.items() if not wanted]
    known = " AND ".join(f"{each} IS NOT NULL" for each in came)
    lives = f"FROM ({inner}) AS lives WHERE {known}"
    coming = f"{reduce(_later, came)} AS came"
    if not went:
        return [_counted(writer, at, f"SELECT {', '.join([*names, coming])} {lives}", "came")]
    going = f"{reduce(_earlier, went)} AS went"
    spans = f"(SELECT {', '.join([*names, coming, going])} {lives}) AS spans"
    came_in = f"SELECT {', '.join([*names, 'came'])} FROM {spans} WHERE went IS NULL OR went > came"
    went_out = f"SELECT {', '.join([*names, 'went'])} FROM {spans} WHERE went > came"
    return [
        _counted(writer, at, came_in, "came"),
        _counted(writer, at, went_out, "went", sign="-"),
    ]


def _counted(writer: Writer, at: int, inner: str, bucket: str, sign: str = "") -> str:
    """How many come in with each bucket, as the part of a statement with all sources."""
    (name, _), *by = writer.cells()
    names = [each for each, _ in by]
    numbers = [
        f"{f'{sign}count(*)' if each == at else '0'} AS n{each}"
        for each in range(len(writer.sources))
    ]
    columns = [f"{bucket} AS {name}" if bucket != name else name, *names, *numbers]
    return f"SELECT {', '.join(columns)} FROM ({inner}) AS entered" + group_by([bucket, *names])


def _later(one: str, other: str) -> str:
    return f"(CASE WHEN {one} > {other} THEN {one} ELSE {other} END)"


def _earlier(one: str, other: str) -> str:
    """The earlier of two that may be null; null if both are."""
    return f"(CASE WHEN {one} IS NULL OR {other} < {one} THEN {other} ELSE {one} END)"
