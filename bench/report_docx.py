"""What the Word report costs: our writer against bare python-docx writing the same paragraphs and rows.

    .venv/bin/python -m bench.report_docx

A ratio, not a time: the best of several runs of each, on the same machine. Exit 1 where ours takes over 1.5
times as long as the bare library, which sets no links, no bookmarks, no contents and no widths.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from tests.support.factories import documents, facts
from tracker.domain.facts import PlanFacts, ProductFact
from tracker.renderers.docx import DocxRenderer

ACTIVITIES = 1056
PER_MILESTONE = 11
RUNS = 3
MOST = 1.5
NARRATIVE = (
    "La institución convocó a las mesas técnicas, levantó actas y publicó los acuerdos en su portal. " * 6
)


@dataclass(frozen=True)
class Block:
    """A paragraph, or the rows of a table where there are any."""

    text: str
    rows: tuple[tuple[str, ...], ...] = ()


def main() -> int:
    """Write the same report both ways, print both, and say whether the bar holds."""
    document = documents.document(_plan())
    ours, data = _best(lambda: DocxRenderer().render(document))
    blocks = _blocks(data)
    bare, plain = _best(lambda: _bare(blocks))
    rows = sum(len(block.rows) for block in blocks)
    assert rows > ACTIVITIES
    print(f"{ACTIVITIES} activities: {sum(not one.rows for one in blocks)} paragraphs, {rows} rows")
    print(f"{'ours, words included':<24}{ours:>8.2f} s{len(data):>12} bytes")
    print(f"{'bare python-docx':<24}{bare:>8.2f} s{len(plain):>12} bytes")
    print(f"ratio {ours / bare:.2f}, at most {MOST}: {ours / bare <= MOST}")
    return 0 if ours / bare <= MOST else 1


def _plan() -> PlanFacts:
    nodes = [facts.commitment()]
    reports = []
    for number in range(1, ACTIVITIES + 1):
        milestone, place = divmod(number - 1, PER_MILESTONE)
        if not place:
            nodes.append(facts.milestone(f"m{milestone}", number=milestone + 1, label=str(milestone + 1)))
        uid = f"a{number}"
        nodes.append(
            facts.activity(
                uid,
                number=place + 1,
                label=f"{milestone + 1}.{place + 1}",
                parent=f"m{milestone}",
                title=f"Actividad número {number} con un nombre de largo ordinario",
                means=facts.means(f"v{number}", f"w{number}"),
                products=(ProductFact(f"p{number}", "Informe de resultados"),),
                schedule=facts.schedule(facts.month(2020, 2)),
            )
        )
        reports.append(documents.told(100, uid, number, narrative=NARRATIVE))
    return facts.plan(nodes, reports)


def _best(write: Callable[[], bytes]) -> tuple[float, bytes]:
    taken = []
    data = b""
    for _ in range(RUNS):
        start = time.perf_counter()
        data = write()
        taken.append(time.perf_counter() - start)
    return min(taken), data


def _blocks(data: bytes) -> list[Block]:
    """What our file says, block by block."""
    blocks = []
    for one in docx.Document(io.BytesIO(data)).iter_inner_content():
        if isinstance(one, Table):
            rows = tuple(tuple(cell.text for cell in row.cells) for row in one.rows)
            blocks.append(Block("", rows))
        elif isinstance(one, Paragraph):
            blocks.append(Block(one.text))
    return blocks


def _bare(blocks: list[Block]) -> bytes:
    """The same blocks by the library alone, its tables filled row by row: the quickest way it documents."""
    made = docx.Document()
    for block in blocks:
        if not block.rows:
            made.add_paragraph(block.text)
            continue
        table = made.add_table(len(block.rows), len(block.rows[0]))
        for row, texts in zip(table.rows, block.rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    packed = io.BytesIO()
    made.save(packed)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())
