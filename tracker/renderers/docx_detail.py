"""The rest of the Word report: the detail of every item, the annex of evidence and the method."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracker.renderers.docx_body import Body
from tracker.renderers.docx_styles import ink_style
from tracker.renderers.docx_summary import NUMBER_WIDTH, bar, pill
from tracker.renderers.docx_table import Cell, Column, table
from tracker.renderers.docx_xml import paragraph, run, tab
from tracker.renderers.presentation import EvidenceRow, ItemCard, MeansRow, Pair, Presentation, ReportCard

_DEEPEST = 4


def detail(report: Presentation, body: Body) -> Iterator[str]:
    """Every commitment with everything below it."""
    yield body.heading(1, report.words["chapter_detail"])
    if report.detail_note:
        yield paragraph("CumpleNota", run(report.detail_note))
    for place, item in enumerate(report.items):
        yield from _item(item, body, report.words, 2, starts_page=place > 0 and _alone(report.items, place))


def pair(one: Pair, style: str = "CumpleCampo") -> str:
    """A label and its value on a line."""
    return paragraph(style, run(one.label, "CumpleRotulo"), tab(), run(one.value))


def _alone(items: Sequence[ItemCard], place: int) -> bool:
    """Commitments with nothing below them follow one another on a page."""
    return any(one.children or one.reports for one in items[place - 1 : place + 1])


def _item(
    item: ItemCard, body: Body, words: dict[str, str], level: int, *, starts_page: bool = False
) -> Iterator[str]:
    title = f"{item.heading}. {item.title}"
    yield body.heading(min(level, _DEEPEST), title, anchor=item.anchor, starts_page=starts_page)
    yield paragraph("CumpleSituacion", pill(item.pill), run(f"  {item.coverage}", "CumpleRotulo"))
    yield from _figures(item, words)
    yield from _fields(item)
    if item.means:
        yield _means(item, words)
    if item.means_note:
        yield paragraph("CumpleNota", run(item.means_note))
    yield from _reports(item, body, words)
    yield from (paragraph("CumpleHallazgo", run(text)) for text in item.findings)
    for child in item.children:
        yield from _item(child, body, words, level + 1)


def _figures(item: ItemCard, words: dict[str, str]) -> Iterator[str]:
    """Both figures, each on a line of its own: its name, its bar and what it is."""
    one = item.bars
    for label, percent, style, text in (
        (words["figure_validated"], one.validated, "CumpleBarraComprobado", one.validated_text),
        (words["figure_reported"], one.reported, "CumpleBarraDeclarado", one.reported_text),
    ):
        drawn = bar(percent, style)
        yield paragraph("CumpleCifra", run(label, "CumpleRotulo"), tab(), drawn, tab(), run(text, "Strong"))


def _fields(item: ItemCard) -> Iterator[str]:
    """What the plan says of it; before a table the last line leaves some space."""
    for place, one in enumerate(item.fields, 1):
        is_last = place == len(item.fields) and item.means
        yield pair(one, "CumpleCampoUltimo" if is_last else "CumpleCampo")


def _means(item: ItemCard, words: dict[str, str]) -> str:
    columns = (
        Column(words["col_means"]),
        Column(words["col_handed_in"], 1300),
        Column(words["col_accepted"], 1200),
    )

    def cells(row: MeansRow) -> tuple[Cell, ...]:
        return run(row.text), run(row.handed_in), run(row.accepted, ink_style(row.tone))

    return table(columns, map(cells, item.means), f"{words['col_means']}: {item.heading}", item.coverage)


def _reports(item: ItemCard, body: Body, words: dict[str, str]) -> Iterator[str]:
    for place, report in enumerate(item.reports, 1):
        is_followed = place == len(item.reports) and bool(item.findings)
        yield from _report(report, body, words, is_followed=is_followed)
    if not item.reports and item.level == "activity":
        yield paragraph("CumpleNota", run(words["report_nobody"]))


def _report(report: ReportCard, body: Body, words: dict[str, str], *, is_followed: bool) -> Iterator[str]:
    """What one institution reports, marked by a line at its side; findings that follow stay with it."""
    note = run(f" ({report.note})", "CumpleRotulo")
    yield paragraph("CumpleInforme", run(report.heading, "Strong"), note)
    marks = "".join(run("  ") + pill(one) for one in report.marks)
    yield paragraph("CumpleInformeTexto", run(report.claim), marks)
    if report.narrative:
        yield paragraph("CumpleRelato", run(report.narrative))
    for remark in report.remarks:
        yield paragraph("CumpleInformeNota", run(remark))
    closing = "CumpleInformeSeguida" if is_followed else "CumpleInformeNota"
    yield paragraph(closing, run(report.evidence))
    if report.links:
        yield paragraph("CumpleInformeSeguida", run(f"{words['report_links']}:"))
        for url in report.links:
            yield paragraph("ListBullet", body.web(url))
    for when, narrative in report.earlier:
        yield paragraph(closing, run(f"{when}: {narrative}" if narrative else when))


def annex(report: Presentation, body: Body) -> Iterator[str]:
    """Every item of evidence with its address and hash."""
    words = report.words
    yield body.heading(1, words["chapter_annex"])
    if not report.annex:
        yield paragraph("CumpleNota", run(words["annex_empty"]))
        return
    yield paragraph("BodyText", run(words["annex_lead"]))
    yield paragraph("Caption", run(words["annex_caption"]))
    columns = (
        Column(words["col_number"], NUMBER_WIDTH),
        Column(words["col_evidence"]),
        Column(words["col_institution"], 1500),
        Column(words["col_date"], 1250),
        Column(words["col_mark"], 1250),
    )
    rows = (_evidence(one, body) for one in report.annex)
    yield table(columns, rows, words["annex_caption"], words["annex_lead"])


def _evidence(row: EvidenceRow, body: Body) -> tuple[Cell, ...]:
    kind = run(f"{row.kind}: ")
    lines = [kind + (body.web(row.url) if row.title == row.url else run(row.title))]
    if row.url and row.url != row.title:
        lines.append(body.web(row.url))
    if row.sha256:
        lines.append(run(row.sha256, "CumpleHuella"))
    return (
        body.to(row.anchor, row.number),
        tuple(lines),
        run(row.institution),
        run(row.on),
        run(row.mark),
    )


def method(report: Presentation, body: Body) -> Iterator[str]:
    """How the figures were reached, and the hash of the content."""
    yield body.heading(1, report.words["chapter_method"])
    for one in report.method:
        yield body.heading(2, one.label)
        yield paragraph("BodyText", run(one.value))
    if report.sha256:
        label = run(f"{report.words['cover_hash']}: ")
        yield paragraph("CumpleNota", label, run(report.sha256, "CumpleHuella"))
