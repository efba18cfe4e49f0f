"""The first chapters of the Word report: summary, findings and how things stand."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.renderers.docx_body import Body
from tracker.renderers.docx_charts import Picture, picture
from tracker.renderers.docx_styles import ink_style, tone_style
from tracker.renderers.docx_table import Cell, Column, figures_table, table
from tracker.renderers.docx_xml import paragraph, run
from tracker.renderers.presentation import (
    Chart,
    CommitmentRow,
    FindingGroup,
    FindingLine,
    ListSection,
    Pill,
    Presentation,
)

NUMBER_WIDTH = 1000
_STEPS = 40  # of a bar: as many spaces, some of them shaded
_STEP = "\N{NO-BREAK SPACE}"


def pill(one: Pill) -> str:
    """A state in words on the wash of its tone."""
    return run(f"{_STEP}{one.text}{_STEP}", tone_style(one.tone))


def bar(percent: str, style: str) -> str:
    """A bar of shaded spaces: it moves and prints like text; none where nothing is known."""
    if not percent:
        return ""
    share = min(max(float(percent), 0.0), 100.0)
    steps = round(share * _STEPS / 100)
    if 0 < share < 100:
        steps = min(max(steps, 1), _STEPS - 1)
    full = run(_STEP * steps, style) if steps else ""
    rest = run(_STEP * (_STEPS - steps), "CumpleBarraResto") if steps < _STEPS else ""
    return full + rest


def summary(report: Presentation, body: Body, pictures: dict[str, Picture]) -> Iterator[str]:
    """The paragraph, the large figures, the states, both figures of each commitment, the charts."""
    words = report.words
    title = words["chapter_summary"]
    yield body.heading(1, title)
    yield paragraph("CumpleResumen", run(report.paragraph))
    facts = [
        (run(one.value, ink_style(one.tone) if one.tone != "mute" else ""), run(one.label))
        for one in report.facts
    ]
    if facts:
        yield figures_table(facts, 3, title, report.paragraph)
    for chart in report.charts:
        if chart.key == "states":
            yield from _chart(chart, pictures[chart.key])
            yield paragraph("CumpleNota", run(report.states_note))
    if report.commitments:
        yield body.heading(2, words["commitments_caption"])
        yield _commitments(report, body)
        yield paragraph("CumpleNota", run(words["commitments_note"]))
    for chart in report.charts:
        if chart.key != "states":
            yield from _chart(chart, pictures[chart.key])


def _commitments(report: Presentation, body: Body) -> str:
    words = report.words
    columns = (
        Column(words["col_number"], 800),
        Column(words["col_title"]),
        Column(words["col_validated"], 1850),
        Column(words["col_reported"], 1850),
        Column(words["col_coverage"], 1250, is_number=True),
    )
    rows = (_commitment(one, body) for one in report.commitments)
    return table(columns, rows, words["commitments_caption"], words["commitments_note"])


def _commitment(row: CommitmentRow, body: Body) -> tuple[Cell, ...]:
    validated, reported = (
        (run(text), drawn) if drawn else run(text)
        for text, drawn in (
            (row.validated, bar(row.bars.validated, "CumpleBarraComprobado")),
            (row.reported, bar(row.bars.reported, "CumpleBarraDeclarado")),
        )
    )
    title = (body.to(row.anchor, row.title), pill(row.pill))
    return run(row.number), title, validated, reported, run(row.coverage)


def _chart(chart: Chart, drawn: Picture) -> Iterator[str]:
    """A chart with its title above and the table of its figures below."""
    yield paragraph("Caption", run(chart.title))
    yield paragraph("CumpleGrafica", picture(drawn, chart.title, chart.alt))
    columns = [
        Column(title, 0 if place == 0 else min(1800, 6000 // max(len(chart.columns) - 1, 1)), place > 0)
        for place, title in enumerate(chart.columns)
    ]
    rows = [[run(text) for text in row] for row in chart.rows]
    yield table(columns, rows, chart.title, chart.alt)


def findings(report: Presentation, body: Body) -> Iterator[str]:
    """Every kind of finding with its rows, gravest first."""
    yield body.heading(1, report.words["chapter_findings"])
    yield paragraph("BodyText", run(report.findings_lead))
    for group in report.findings:
        yield body.heading(2, group.title, count=group.count, tone=group.tone)
        yield paragraph("CumpleEntrada", run(group.why))
        if group.rows:
            yield _finding_rows(report, group, body)
        for line in group.lines:
            yield paragraph("BodyText", _finding_line(line, body))


def _finding_rows(report: Presentation, group: FindingGroup, body: Body) -> str:
    words = report.words
    columns = (
        Column(words["col_number"], NUMBER_WIDTH),
        Column(words["col_title"]),
        Column(words["col_institution"], 1500),
        Column(words["col_detail"], 4000),
    )
    rows = (
        (body.to(one.anchor, one.number), run(one.title), run(one.institution), run(one.detail))
        for one in group.rows
    )
    return table(columns, rows, group.title, group.why)


def _finding_line(line: FindingLine, body: Body) -> str:
    links = run(", ").join(body.to(one.anchor, one.text.replace(" ", _STEP)) for one in line.references)
    return f"{run(f'{line.text}: ')}{links}{run('.')}"


def standing(report: Presentation, body: Body) -> Iterator[str]:
    """The deliveries by how they stand."""
    yield body.heading(1, report.words["chapter_standing"])
    for section in report.sections:
        tone = section.tone if section.rows else "mute"
        yield body.heading(2, section.title, count=len(section.rows), tone=tone)
        if section.rows:
            yield paragraph("CumpleEntrada", run(section.lead))
            yield _deliveries(report, section, body)
        else:
            yield paragraph("CumpleNota", run(section.empty))


def _deliveries(report: Presentation, section: ListSection, body: Body) -> str:
    words = report.words
    own = [Column(report.own_column, 1300, is_number=True)] if report.own_column else []
    figure = 1250 if own else 1450
    columns = (
        Column(words["col_number"], NUMBER_WIDTH - 50),
        Column(words["col_title"]),
        Column(words["col_answers"], 1200),
        Column(words["col_due"], 1250),
        Column(words["col_validated"], figure, is_number=True),
        Column(words["col_reported"], figure, is_number=True),
        *own,
        Column(words["col_late"], 950, is_number=True),
    )
    rows = (
        (
            body.to(one.anchor, one.number),
            *(run(text) for text in (one.title, one.answers, one.due, one.validated, one.reported)),
            *([run(one.own)] if own else []),
            run(one.late),
        )
        for one in section.rows
    )
    return table(columns, rows, section.title, section.lead)
