"""The report to edit: a Word file of real styles, tables and links, the same bytes every time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tracker.domain.report_document import ReportDocument
from tracker.renderers.docx_body import Body, anchors_of, bookmark_names
from tracker.renderers.docx_chapters import own_chapters
from tracker.renderers.docx_charts import embedded
from tracker.renderers.docx_detail import annex, detail, method, pair
from tracker.renderers.docx_package import Package, Properties, part_relation
from tracker.renderers.docx_summary import findings, standing, summary
from tracker.renderers.docx_xml import DECLARATION, declared, page_of_pages, paragraph, run, tab
from tracker.renderers.present import present
from tracker.renderers.presentation import Presentation

_FOOTER_LENGTH = 90  # so that the subject and the number of the page share a line
# Letter paper, in twentieths of a point; the text is 10080 wide.
_PAPER = (
    '<w:pgSz w:w="12240" w:h="15840"/><w:pgMar w:top="1300" w:right="1080" w:bottom="1130" w:left="1080"'
    ' w:header="600" w:footer="560" w:gutter="0"/><w:titlePg/>'
)


class DocxRenderer:
    """A Word file; its time is the cut-off's."""

    format = "docx"
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    extension = "docx"

    def __init__(self, language: str = "es") -> None:
        self.language = language

    def render(self, document: ReportDocument) -> bytes:
        """The same order and contents as on paper."""
        report = present(document, self.language)
        title = f"{report.title}: {report.subject}. {report.as_of}"
        return written(
            report, Properties(title, report.subject, report.issuer, self.language, document.cutoff)
        )


def written(report: Presentation, properties: Properties) -> bytes:
    """The report in words as a Word file."""
    package = Package(properties)
    body = Body(package, bookmark_names(anchors_of(report.items)))
    chapters = "".join(_chapters(report, body, package))
    relations = "".join(
        f'<w:{part}Reference w:type="default" r:id="{part_relation(part)}"/>' for part in ("header", "footer")
    )
    text = "".join(
        (
            f"{DECLARATION}<w:document {declared('w', 'r', 'wp', 'a', 'pic', 'asvg')}><w:body>",
            *_cover(report),
            body.contents(report.words["contents"]),
            chapters,
            f"<w:sectPr>{relations}{_PAPER}</w:sectPr></w:body></w:document>",
        )
    )
    return package.packed(text, _header(report), _footer(report))


def _chapters(report: Presentation, body: Body, package: Package) -> Iterator[str]:
    yield from summary(report, body, embedded(report.charts, package))
    yield from own_chapters(report, body)
    yield from findings(report, body)
    yield from standing(report, body)
    yield from detail(report, body)
    yield from annex(report, body)
    yield from method(report, body)


def _cover(report: Presentation) -> Iterator[str]:
    lines = {
        "CumpleEmisor": report.issuer,
        "CumplePlan": report.plan,
        "Title": report.title,
        "Subtitle": report.subject,
        "CumpleCorte": report.as_of,
        "CumpleAclaracion": report.note,
    }
    for style, text in lines.items():
        yield paragraph(style, run(text))
    for one in report.cover:
        yield pair(one, "CumpleDatoPortada")


def _header(report: Presentation) -> str:
    line = paragraph("Header", run(report.title), tab(), run(report.as_of))
    return f"{DECLARATION}<w:hdr {declared('w')}>{line}</w:hdr>"


def _footer(report: Presentation) -> str:
    subject = textwrap.shorten(report.subject, _FOOTER_LENGTH, placeholder=" …")
    line = paragraph("Footer", run(subject), tab(), *page_of_pages(report.words["page"]))
    return f"{DECLARATION}<w:ftr {declared('w')}>{line}</w:ftr>"
