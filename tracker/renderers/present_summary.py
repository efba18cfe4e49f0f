"""The summary of a compiled report: a paragraph written from the figures, large figures, chart, tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tracker.domain.compilation import CompilationKind
from tracker.domain.report_document import ClaimCounts, ReportDocument, Summary
from tracker.domain.report_values import RowRef
from tracker.domain.states import COMPLETE, State
from tracker.renderers.present_lines import (
    Placed,
    anchor,
    answering,
    bars,
    number,
    role_word,
    shown,
    state_pill,
)
from tracker.renderers.presentation import CommitmentRow, Fact, ListRow, ListSection
from tracker.renderers.words import Words

SECTION_TONES = {
    "late": "late",
    "without_information": "warn",
    "awaiting_validation": "claimed",
    "at_risk": "warn",
    "complete": "ok",
}


def paragraph(words: Words, document: ReportDocument) -> str:
    """The summary in sentences, each from a figure of the document."""
    opening = _institution(words, document) if document.institution else _plan(words, document)
    return " ".join([*opening, *_claims(words, document.summary)])


def _institution(words: Words, document: ReportDocument) -> list[str]:
    summary, institution = document.summary, document.institution
    parts = words.listed([f"{one.count} {_as_part(words, one.role)}" for one in summary.parts if one.count])
    return [
        words(
            "summary.institutional",
            day=words.day(document.cutoff),
            institution=institution.label if institution else "",
            commitments=words("commitments", summary.commitments),
            plan=document.plan.title,
            activities=words("activities", summary.activities),
            parts=f" ({parts})" if parts else "",
        )
    ]


def _as_part(words: Words, role: object) -> str:
    value = getattr(role, "value", "none")
    return words(f"part.{value}")


def _plan(words: Words, document: ReportDocument) -> list[str]:
    summary = document.summary
    word = document.plan.milestone_word
    is_sheet = document.kind is CompilationKind.COMMITMENT
    one = document.commitments[0] if is_sheet else None
    first = words(
        "summary.commitment" if is_sheet else "summary.plan",
        day=words.day(document.cutoff),
        plan=document.plan.title,
        number=one.label if one else "",
        title=one.title if one else "",
        commitments=words("commitments", summary.commitments),
        milestones=words("milestones", summary.milestones, word=word, words=f"{word}s"),
        activities=words("activities", summary.activities),
    )
    validated, reported = summary.validated, summary.reported
    if validated is None or reported is None or reported.percent is None:
        return [first, words("summary.plan.nothing")]
    key = "summary.plan.figures" if validated.informed else "summary.plan.nothing_validated"
    return [
        first,
        words(
            key,
            validated=words.percent(validated.percent),
            validated_informed=validated.informed,
            reported=words.percent(reported.percent),
            reported_informed=reported.informed,
            total=reported.total,
        ),
    ]


def _claims(words: Words, summary: Summary) -> Iterator[str]:
    claims, required = summary.claims, summary.coverage.required
    if not claims.reports:
        yield words("summary.claims.none")
    else:
        more = words("summary.contributions", claims.contributions) if claims.contributions else ""
        yield words("summary.claims", claims.reports, full=_full(words, claims), contributions=more)
        key = "summary.validated" if claims.validated else "summary.validated.none"
        yield words(key, claims.validated)
    if required:
        answered = summary.coverage.answered
        key = "summary.coverage" if answered else "summary.coverage.none"
        yield words(key, answered, answered=answered, required=required)
    counts = (
        ("summary.without", claims.full_without_evidence),
        ("summary.partial", claims.full_with_partial_evidence),
        ("summary.late", claims.full_late),
        ("summary.undated", claims.full_undated),
    )
    parts = [words(key, count) for key, count in counts if count]
    if parts:
        yield words("summary.of_full", parts=words.listed(parts))
    if claims.narratives:
        yield words("summary.narratives", claims.narratives)


def _full(words: Words, claims: ClaimCounts) -> str:
    if claims.full == 0:
        return words("summary.full.none")
    if claims.full == claims.reports:
        return words("summary.full.one" if claims.full == 1 else "summary.full.all")
    return words("summary.full", claims.full)


def facts(words: Words, document: ReportDocument) -> tuple[Fact, ...]:
    """The figures to see first."""
    summary = document.summary
    claims, sections = summary.claims, summary.sections
    complete = sum(one.count for one in summary.states if one.state in COMPLETE)
    late, silent = len(sections.late), len(sections.without_information)
    without = claims.full_without_evidence
    return (
        Fact(_of(words, complete, summary.items), words("fact.validated"), "ok" if complete else "mute"),
        Fact(str(claims.full), words("fact.full"), "claimed" if claims.full else "mute"),
        Fact(str(without), words("fact.without_evidence"), "late" if without else "mute"),
        Fact(
            _of(words, summary.coverage.answered, summary.coverage.required),
            words("fact.coverage"),
        ),
        Fact(str(late), words("fact.late"), "late" if late else "mute"),
        Fact(str(silent), words("fact.silent"), "warn" if silent else "mute"),
    )


def _of(words: Words, count: int, total: int) -> str:
    return words("of", n=count, total=total)


def share_of(words: Words, count: int, total: int) -> str:
    """A part of a count, to one decimal."""
    return words.percent((Decimal(count * 100) / total).quantize(Decimal("0.1")))


CHART_ORDER = (
    State.COMPLETE_EARLY,
    State.COMPLETE_ON_TIME,
    State.COMPLETE_LATE,
    State.COMPLETE_UNDATED,
    State.AWAITING_VALIDATION,
    State.IN_PROGRESS,
    State.BEHIND,
    State.DUE_SOON,
    State.OVERDUE,
    State.NOT_DUE,
    State.NO_DATE,
    State.WITHDRAWN,
)


def commitment_rows(words: Words, document: ReportDocument) -> tuple[CommitmentRow, ...]:
    """Both figures of each commitment."""
    rows = []
    for line in document.commitments:
        validated, reported = shown(words, line)
        coverage = _of(words, line.coverage.answered, line.coverage.required)
        rows.append(
            CommitmentRow(
                anchor(line.uid),
                line.label,
                line.title,
                bars(words, line),
                validated,
                reported,
                coverage,
                state_pill(words, line),
            )
        )
    return tuple(rows)


def sections(words: Words, document: ReportDocument, index: Mapping[str, Placed]) -> tuple[ListSection, ...]:
    """The deliveries by how they stand, late things first."""
    return tuple(
        ListSection(
            title=words(f"section.{name}"),
            lead=words(f"section.{name}.lead"),
            empty=words(f"section.{name}.empty"),
            tone=tone,
            rows=tuple(_list_row(words, document, index[ref.uid]) for ref in _refs(document.summary, name)),
        )
        for name, tone in SECTION_TONES.items()
    )


def _refs(summary: Summary, name: str) -> tuple[RowRef, ...]:
    found: tuple[RowRef, ...] = getattr(summary.sections, name)
    return found


def _list_row(words: Words, document: ReportDocument, placed: Placed) -> ListRow:
    line = placed.line
    validated, reported = shown(words, line)
    return ListRow(
        anchor=anchor(line.uid),
        number=number(placed),
        title=line.title,
        answers=answering(line) or words("none"),
        due=words.short_day(line.due_on),
        validated=validated,
        reported=reported,
        own=_own(words, document, placed),
        late=words("days_late", line.days_late) if line.days_late else words("none"),
    )


def _own(words: Words, document: ReportDocument, placed: Placed) -> str:
    """What the report's own institution says of it, with its part where it does not govern the figure."""
    if document.institution is None:
        return ""
    for one in placed.line.institution_reports:
        if one.institution == document.institution.label and one.percent is not None:
            percent = words.percent(one.percent)
            return f"{percent} ({role_word(words, one.role)})" if one.is_contribution else percent
    return words("none")
