"""The report in words as plain headings, paragraphs and tables, and the bare libraries that print those.

Run by itself it is the typesetter's process: the parts as JSON on standard input, the PDF on standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import typst
from jinja2 import Environment, FileSystemLoader

from tracker.domain.report_document import ReportDocument
from tracker.renderers.present import present
from tracker.renderers.presentation import ItemCard, Presentation, ReportCard

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "tracker" / "renderers" / "fonts"
Part = dict[str, Any]
Rows = Sequence[Sequence[str]]


def plain_parts(document: ReportDocument) -> dict[str, Any]:
    """Every text of the report, in order, without its looks, links, contents and drawings."""
    report = present(document)
    parts = (*_summary(report), *_lists(report), *_detail(report), *_annex(report))
    return {"title": report.title, "parts": parts}


def _part(level: int, text: str) -> Part:
    return {"level": level, "text": text, "heads": (), "shares": (), "rows": ()}


def _table(shares: Sequence[int], heads: Sequence[str], rows: Rows) -> Part:
    return {"level": 0, "text": "", "heads": heads, "shares": shares, "rows": rows}


def _summary(report: Presentation) -> Iterator[Part]:
    yield _part(1, report.title)
    yield from (_part(0, text) for text in (report.plan, report.subject, report.as_of, report.note))
    yield _table((1, 3), ("", ""), [(one.label, one.value) for one in report.cover])
    yield _part(1, report.words["chapter_summary"])
    yield _part(0, report.paragraph)
    yield _table((1, 3), ("", ""), [(one.value, one.label) for one in report.facts])
    for chart in report.charts:
        yield _part(2, chart.title)
        yield _table([1] * len(chart.columns), chart.columns, chart.rows)
    yield _part(2, report.words["commitments_caption"])
    rows = [
        (one.number, one.title, one.pill.text, one.validated, one.reported, one.coverage)
        for one in report.commitments
    ]
    yield _table(
        (1, 4, 3, 2, 2, 2), _heads(report, "number title progress validated reported coverage"), rows
    )


def _heads(report: Presentation, names: str) -> list[str]:
    return [report.words[f"col_{name}"] for name in names.split()]


def _lists(report: Presentation) -> Iterator[Part]:
    yield _part(1, report.words["chapter_findings"])
    for group in report.findings:
        yield _part(2, group.title)
        yield _part(0, group.why)
        found = [(one.number, one.title, one.institution, one.detail) for one in group.rows]
        yield _table((1, 4, 2, 4), _heads(report, "number title institution detail"), found)
        for line in group.lines:
            yield _part(0, f"{line.text}: {', '.join(one.text for one in line.references)}")
    yield _part(1, report.words["chapter_standing"])
    names = "number title answers due validated reported late"
    for section in report.sections:
        yield _part(2, section.title)
        yield _part(0, section.lead if section.rows else section.empty)
        rows = [[getattr(one, name) for name in names.split()] for one in section.rows]
        yield _table((1, 4, 2, 2, 2, 2, 1), _heads(report, names), rows)


def _detail(report: Presentation) -> Iterator[Part]:
    yield _part(1, report.words["chapter_detail"])
    for item in report.items:
        yield from _item(report, item, 2)


def _item(report: Presentation, item: ItemCard, level: int) -> Iterator[Part]:
    yield _part(level, f"{item.heading}. {item.title}")
    rows = [
        (item.pill.text, item.coverage),
        (report.words["figure_validated"], item.bars.validated_text),
        (report.words["figure_reported"], item.bars.reported_text),
        *((one.label, one.value) for one in item.fields),
        *(row for one in item.reports for row in _told(report, one)),
        *(("", text) for text in item.findings),
    ]
    yield _table((1, 3), ("", ""), rows)
    means = [(one.text, one.handed_in, one.accepted) for one in item.means]
    yield _table((4, 1, 1), _heads(report, "means handed_in accepted"), means)
    for child in item.children:
        yield from _item(report, child, level + 1)


def _told(report: Presentation, one: ReportCard) -> Iterator[tuple[str, str]]:
    yield f"{one.heading} ({one.note})", " ".join((one.claim, *(mark.text for mark in one.marks)))
    texts = (one.narrative, *one.remarks, one.evidence, *(f"{when} {text}" for when, text in one.earlier))
    yield from (("", text) for text in texts if text)
    yield from ((report.words["report_links"], url) for url in one.links)


def _annex(report: Presentation) -> Iterator[Part]:
    yield _part(1, report.words["chapter_annex"])
    rows = [
        (one.number, f"{one.kind}: {one.title} {one.url} {one.sha256}", one.institution, one.on, one.mark)
        for one in report.annex
    ]
    yield _table((1, 5, 2, 2, 2), _heads(report, "number evidence institution date mark"), rows)
    yield _part(1, report.words["chapter_method"])
    for pair in report.method:
        yield _part(2, pair.label)
        yield _part(0, pair.value)


def bare_pdf(report: dict[str, Any]) -> bytes:
    """Typst alone with the same fonts and standards, in a process of its own like ours."""
    command = [sys.executable, "-m", "bench.bare_report"]
    done = subprocess.run(  # noqa: S603 - this program
        command, input=json.dumps(report).encode(), capture_output=True, check=True
    )
    return done.stdout


def bare_html(report: dict[str, Any]) -> bytes:
    """Jinja alone."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True)
    return environment.get_template("bare_report.html").render(report=report).encode()


def main() -> None:
    """Read, typeset, write."""
    compiler = typst.Compiler(
        HERE / "bare_report.typ",
        root=HERE,
        font_paths=[FONTS],
        ignore_system_fonts=True,
        sys_inputs={"report": sys.stdin.read()},
    )
    made = compiler.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=0)
    sys.stdout.buffer.write(made)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
