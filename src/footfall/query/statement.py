"""Needs → one portable statement per fact table (`footfall.query.writer`)."""

from __future__ import annotations

from collections.abc import Iterator

from footfall.catalogue import Kpi, Source
from footfall.query import running
from footfall.query.question import Question
from footfall.query.writer import Cells, Statement, Writer, conjunction, group_by, named


def compile_question(question: Question) -> list[Statement]:
    """One statement for each fact table that the question needs; each source is asked once.

    What counts in the channels with costs only is asked apart from the rest of its fact. A median
    has a statement of its own: its rows are put in order first.
    """
    needs: dict[tuple[str, bool], dict[Source, None]] = {}
    medians: dict[Source, None] = {}
    for kpi in question.kpis:
        for _, sources in sources_of(kpi, question):
            for source in sources.values():
                if source.aggregate == "median":
                    medians[source] = None
                else:
                    needs.setdefault((source.fact_name, source.costed), {})[source] = None
    statements = [_statement(Writer(question, tuple(sources))) for sources in needs.values()]
    return statements + [_median(Writer(question, (source, source.known))) for source in medians]


def sources_of(kpi: Kpi, question: Question) -> Iterator[tuple[str | None, dict[str, Source]]]:
    """What each of a KPI's rows is computed from (`Kpi.parts`): its measures' sources by name."""
    for part, measures in kpi.parts.items():
        found = {}
        for name, measure in measures.items():
            source = measure.source_for(question.dimensions, in_session=question.in_session)
            assert source is not None  # noqa: S101 - a KPI without the dimensions is never asked
            found[name] = source
        yield part, found


def rows_of(question: Question, fact: str) -> tuple[str, tuple[str, ...]]:
    """The rows of a fact that a question asks about, as what follows ``FROM``; parameters."""
    writer = Writer(question, (Source(fact, "count"),))
    return f"{writer.relation} WHERE {writer.filter()}", tuple(writer.parameters)


def _statement(writer: Writer) -> Statement:
    """The statement: cells first, then a number for each source."""
    if writer.question.is_cumulated:
        return running.statement(writer)
    if writer.fact.thing is not None:
        return writer.statement(_of_things(writer))
    if writer.is_alone() and any(writer.counts_persons(source) for source in writer.sources):
        return writer.statement(_of_visits(writer))
    unique = [source.column for source in writer.sources if source.aggregate == "unique"]
    if len(unique) > 1 and len(set(unique)) == 1:
        return writer.statement(_of_persons(writer, str(unique[0])))
    return writer.statement(_of_rows(writer))


def _of_rows(writer: Writer) -> str:
    cells = writer.cells()
    numbers = [f"{writer.number(source)} AS n{at}" for at, source in enumerate(writer.sources)]
    return (
        f"SELECT {', '.join(named(cells) + numbers)} FROM {writer.relation} "
        f"WHERE {writer.rows()}" + group_by(expression for _, expression in cells)
    )


def _of_persons(writer: Writer, key: str) -> str:
    """Rows put together by whom they are of, and then counted: one pass for many unique counts."""
    cells = writer.cells()
    numbers = [
        f"{_mark(writer, source) if source.aggregate == 'unique' else writer.number(source)}"
        f" AS n{at}"
        for at, source in enumerate(writer.sources)
    ]
    inner = (
        f"SELECT {', '.join(named(cells) + numbers)} FROM {writer.relation} "
        f"WHERE {writer.rows()}" + group_by([*(expression for _, expression in cells), key])
    )
    names = [name for name, _ in cells]
    # over no rows a count is 0 in every engine, a sum nothing
    sums = [
        f"{f'sum(n{at})' if source.aggregate == 'sum' else f'coalesce(sum(n{at}), 0)'} AS t{at}"
        for at, source in enumerate(writer.sources)
    ]
    return f"SELECT {', '.join(names + sums)} FROM ({inner}) AS persons" + group_by(names)


def _mark(writer: Writer, source: Source) -> str:
    """Whether anything of one person is counted; what is of nobody is not."""
    met = conjunction(f"{source.column} IS NOT NULL", writer.met(source))
    return f"max(CASE WHEN {met} THEN 1 ELSE 0 END)"


def _of_things(writer: Writer) -> str:
    """Each thing once in each cell, whatever number of rows speak of it there."""
    cells = writer.cells()
    numbers = [
        f"{writer.number(source, merged=True)} AS n{at}" for at, source in enumerate(writer.sources)
    ]
    names = [name for name, _ in cells]
    return f"SELECT {', '.join(names + numbers)} FROM ({writer.things(cells)}) AS things" + (
        group_by(names)
    )


def _of_visits(writer: Writer) -> str:
    """Sessions with their persons: who is alone in a bucket is counted as he comes.

    Only persons with several sessions in a bucket are put together, so that exact unique persons
    cost little more than sessions.
    """
    cells = writer.cells()
    keys = [expression for _, expression in cells]
    once = [
        f"{_alone(writer, source) if writer.counts_persons(source) else writer.number(source)}"
        f" AS n{at}"
        for at, source in enumerate(writer.sources)
    ]
    first = f"SELECT {', '.join([*named(cells), *once])} FROM sessions WHERE {writer.filter()}"
    names = [name for name, _ in cells]
    again = [
        f"{f'sum(m{at})' if writer.counts_persons(source) else '0'} AS n{at}"
        for at, source in enumerate(writer.sources)
    ]
    second = f"SELECT {', '.join([*names, *again])} FROM ({_met_again(writer, cells)}) AS met"
    sums = [f"sum(n{at}) AS t{at}" for at in range(len(writer.sources))]
    return (
        f"SELECT {', '.join([*names, *sums])} FROM "
        f"({first}{group_by(keys)} UNION ALL {second}{group_by(names)}) AS parts" + group_by(names)
    )


def _alone(writer: Writer, source: Source) -> str:
    met = conjunction(writer.met(source), str(writer.is_alone()))
    return f"count(CASE WHEN {met} THEN 1 END)"


def _met_again(writer: Writer, cells: Cells) -> str:
    """The persons with several sessions in a bucket, and which sources count them."""
    marks = [
        f"max(CASE WHEN {writer.met(source) or 'true'} THEN 1 ELSE 0 END) AS m{at}"
        for at, source in enumerate(writer.sources)
        if writer.counts_persons(source)
    ]
    return (
        f"SELECT {', '.join([*named(cells), 'person', *marks])} FROM sessions "
        f"WHERE {writer.filter()} AND NOT ({writer.is_alone()})"
        + group_by([*(expression for _, expression in cells), "person"])
    )


def _median(writer: Writer) -> Statement:
    """The statement of a median: twice the middle value of each cell, and of how many it is.

    The values of a cell are put in order; of the two in the middle of an even number both count,
    the one of an odd number twice.
    """
    cells = writer.cells()
    names = [name for name, _ in cells]
    values = running.values(writer, cells)
    if writer.question.is_cumulated:
        return writer.statement(values, is_entering=True)
    within = f"PARTITION BY {', '.join(names)}" if names else ""
    ordered = (
        f"SELECT {', '.join([*names, 'measured'])}, "
        f"row_number() OVER ({within} ORDER BY measured) AS place, "
        f"count(*) OVER ({within}) AS many FROM ({values}) AS found"
    )
    middle = "2 * place >= many AND 2 * place <= many + 2"
    twice = "CASE WHEN many % 2 = 1 THEN 2 * measured ELSE measured END"
    columns = [
        *names,
        f"sum(CASE WHEN {middle} THEN {twice} END) AS n0",
        "coalesce(max(many), 0) AS n1",
    ]
    sql = f"SELECT {', '.join(columns)} FROM ({ordered}) AS ordered" + group_by(names)
    return writer.statement(sql)
