"""From the frozen document to the report in words."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.domain.compilation import CompilationKind
from tracker.domain.report_document import EvidenceLine, OwnReport, ReportDocument
from tracker.renderers.present_chapters import chapters
from tracker.renderers.present_charts import charts
from tracker.renderers.present_detail import item_card
from tracker.renderers.present_excerpt import excerpt
from tracker.renderers.present_findings import finding_groups, sentences_by_item
from tracker.renderers.present_lines import Placed, anchor, every_item, number
from tracker.renderers.present_summary import commitment_rows, facts, paragraph, sections
from tracker.renderers.presentation import EvidenceRow, Pair, Presentation
from tracker.renderers.words import Words

# Headings that every format prints as they are.
_HEADINGS = ("chapter.", "col.", "states.", "figure.validated", "figure.reported", "commitments.")
_FILLED = {"col.own", "states.note"}
_SINGLE = (
    "contents",
    "page",
    "findings.empty",
    "annex.lead",
    "annex.empty",
    "annex.caption",
    "report.links",
    "report.nobody",
    "cover.hash",
    "cover.both_figures",
    "none",
    "chart.table",
)


def present(document: ReportDocument, language: str = "es") -> Presentation:
    """The report in words of a language; the same document gives the same words."""
    words = Words(language)
    index = {placed.line.uid: placed for placed in every_item(document)}
    told = sentences_by_item(words, document)
    found = len(document.findings)
    own = document.institution.label if document.institution else ""
    report = Presentation(
        language=language,
        title=_title(words, document),
        subject=_subject(words, document),
        plan=document.plan.title,
        as_of=words("cover.as_of", day=words.day(document.cutoff)),
        issuer=document.imprint.issuer,
        note=words("cover.both_figures"),
        cover=tuple(_cover(words, document)),
        paragraph=paragraph(words, document),
        facts=facts(words, document),
        states_note=words("states.note", word=document.plan.milestone_word),
        commitments=commitment_rows(words, document),
        sections=sections(words, document, index),
        own_column=words("col.own", institution=own) if own else "",
        findings_lead=words("findings.lead", found) if found else words("findings.empty"),
        findings=finding_groups(words, document, index),
        items=tuple(item_card(words, document, line, told) for line in document.commitments),
        detail_note="",
        annex=tuple(_annex(words, document)),
        method=tuple(_method(words, document)),
        sha256=document.imprint.sha256,
        chapters=chapters(words, document, index),
        charts=charts(words, document),
        words=_headings(words),
    )
    if document.kind is CompilationKind.MONTHLY:
        return excerpt(report, document, words("detail.excerpt"))
    return report


def _headings(words: Words) -> dict[str, str]:
    keys = [
        key
        for key in words.all_keys()
        if (key.startswith(_HEADINGS) or key in _SINGLE) and key not in _FILLED
    ]
    return {key.replace(".", "_"): words.pattern(key) for key in keys}


def _title(words: Words, document: ReportDocument) -> str:
    if document.kind is CompilationKind.SELF_ASSESSMENT and document.assessment is not None:
        return words(f"chapter.assessment.{document.assessment.phase.value}")
    return words(f"kind.{document.kind.value}")


def _subject(words: Words, document: ReportDocument) -> str:
    institution = document.institution
    if document.kind is CompilationKind.COMMITMENT:
        line = document.commitments[0]
        return words("subject.commitment", number=line.label, title=line.title)
    if institution is None:
        return document.plan.title
    return f"{institution.name} ({institution.acronym})" if institution.acronym else institution.name


def _cover(words: Words, document: ReportDocument) -> Iterator[Pair]:
    yield Pair(words("cover.cutoff"), words.day(document.cutoff))
    plan, imprint = document.plan, document.imprint
    if plan.starts_on and plan.ends_on:
        period = words("period", start=words.day(plan.starts_on), end=words.day(plan.ends_on))
        yield Pair(words("cover.period"), period)
    yield Pair(words("cover.known_at"), words("cover.sequence", sequence=document.known_at))
    if imprint.version is not None:
        yield Pair(words("cover.version"), str(imprint.version))
    if imprint.sha256:
        yield Pair(words("cover.hash"), imprint.sha256)


def _annex(words: Words, document: ReportDocument) -> Iterator[EvidenceRow]:
    own = document.institution.label if document.institution else None
    for placed in every_item(document):
        for report in placed.line.institution_reports:
            if own is None or report.institution == own:
                yield from _evidence_of(words, placed, report)


def _evidence_of(words: Words, placed: Placed, report: OwnReport) -> Iterator[EvidenceRow]:
    items = (*report.evidence, *(item for one in report.earlier for item in one.evidence))
    for item in items:
        yield EvidenceRow(
            anchor=anchor(placed.line.uid),
            number=number(placed),
            institution=report.institution,
            kind=words(f"evidence.{item.kind.value}"),
            title=item.title or item.url or words("evidence.restricted"),
            url=item.url,
            on=words.short_day(item.on),
            sha256=item.sha256,
            mark=_mark(words, item),
        )


def _mark(words: Words, item: EvidenceLine) -> str:
    access = words(f"evidence.{item.access.value}")
    return access if item.accepted is not False else f"{access}, {words('evidence.set_aside')}"


def _method(words: Words, document: ReportDocument) -> Iterator[Pair]:
    values = {
        "due_soon": document.plan.due_soon_days,
        "substantial": words.percent(document.plan.substantial_from),
        "cutoff": words.day(document.cutoff),
        "known_at": document.known_at,
    }
    for name in ("figures", "silence", "formula", "evidence", "lateness", "scale", "cut", "hash"):
        yield Pair(words(f"method.{name}.title"), words(f"method.{name}", **values))
