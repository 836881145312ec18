"""An answer as a notebook shows it: a table in HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from footfall.query.answer import Answer
from footfall.report.cells import BUCKET_HEADS, Cube, bucket_text, segment_text
from footfall.report.kpis import BETWEEN, asked, notes
from footfall.report.words import label

MOST_ROWS = 200
LONGEST_TEXT = 80


class ShownAnswer(Answer):
    """An answer that notebooks show as a table; in all else the answer that it is."""

    def _repr_html_(self) -> str:
        """The answer as HTML: what was asked, the numbers, and what was left out."""
        question = BETWEEN.join([self.site, *asked(self), self.timezone])
        told = "".join(f"<p>{escape(note)}</p>" for note in notes(self))
        return f"<div><p>{escape(question)}</p>{_table(self)}{told}</div>"


def _table(answer: Answer) -> str:
    if not answer.rows:
        return ""
    head, rows = _rows(answer)
    texts = len(head) - (1 if _is_list(answer) else len(Cube(answer).kpis))
    body = "".join(_row("td", row, texts) for row in rows[:MOST_ROWS])
    more = len(rows) - MOST_ROWS
    rest = f"<p>and {more:,} further rows</p>" if more > 0 else ""
    return f"<table><thead>{_row('th', head, texts)}</thead><tbody>{body}</tbody></table>{rest}"


def _is_list(answer: Answer) -> bool:
    return not answer.by and answer.every is None


def _rows(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """The head and the rows: KPIs down in a plain list, else KPIs across."""
    cube = Cube(answer)
    if _is_list(answer):
        told = [[kpi.group, label(kpi), kpi.id, cube.text(kpi)] for kpi in cube.kpis]
        return ["group", "KPI", "id", "value"], told
    every = [BUCKET_HEADS[answer.every]] if answer.every else []
    head = [*every, *answer.by, *(label(kpi) for kpi in cube.kpis)]
    return head, list(_places(answer, cube))


def _places(answer: Answer, cube: Cube) -> Iterator[list[str]]:
    for bucket, segment in cube.places:
        yield [
            *([bucket_text(bucket, answer.every)] if answer.every else []),
            *(segment_text((value,), LONGEST_TEXT) for value in segment),
            *(cube.text(kpi, bucket, segment) for kpi in cube.kpis),
        ]


def _row(tag: str, told: Sequence[str], texts: int) -> str:
    cells = "".join(
        f'<{tag} style="text-align:{"left" if at < texts else "right"};white-space:nowrap">'
        f"{escape(cell)}</{tag}>"
        for at, cell in enumerate(told)
    )
    return f"<tr>{cells}</tr>"
