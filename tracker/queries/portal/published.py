"""What of a report the public may read: percent, date and institution at once, the rest after validation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from tracker.domain.facts import (
    EvidenceFact,
    InstitutionRef,
    MeansFact,
    NodeFacts,
    ReportFact,
    RoleFact,
    VariantFact,
)
from tracker.domain.plans import Role
from tracker.domain.progress import Figure
from tracker.domain.states import State
from tracker.domain.tree import InstitutionReport
from tracker.domain.workflow import AWAITING_DECISION, STANDING, ReportStatus
from tracker.queries.portal.evidence import Beside, PublicEvidence, public_evidence
from tracker.queries.portal.rows import InstitutionLink

Links = Mapping[str, InstitutionLink]


@dataclass(frozen=True)
class Part:
    """An institution's part in an item."""

    institution: InstitutionLink
    role: Role


@dataclass(frozen=True)
class PublicFigure:
    """An item's percent with date and author, and who accepted it."""

    percent: Decimal
    on: date
    by: tuple[str, ...]
    reviewed: bool
    decided_by: tuple[str, ...] = ()
    decided_at: datetime | None = None
    completed_on: date | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeansLine:
    """One verification means and what answers it."""

    uid: str
    text: str
    status: str
    """accepted, submitted (in review) or missing."""
    evidence: tuple[PublicEvidence, ...] = ()


@dataclass(frozen=True)
class Statement:
    """An institution's own last standing report on an item; its words only once accepted."""

    institution: InstitutionLink
    role: Role | None
    percent: Decimal | None
    on: date
    completed_on: date | None
    reviewed: bool
    governs: bool
    outside_period: bool = False
    claims_role: Role | None = None
    letter_number: str = ""
    """The official letter by which it was said, recorded on the institution's behalf."""
    letter_on: date | None = None
    narrative: str = ""
    exception: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    state: State | None = None
    days_late: int | None = None
    evidence: tuple[PublicEvidence, ...] = ()
    """Accepted evidence that answers no means of the item."""


@dataclass(frozen=True)
class Variant:
    """What another source says of a field, until the contact point chooses."""

    field: str
    source: str
    source_version: str
    is_draft: bool
    value: str
    institutions: tuple[str, ...]


def link_of(institution: InstitutionRef, links: Links) -> InstitutionLink:
    """The institution as its own page names it."""
    known = links.get(institution.uid)
    return known or InstitutionLink(institution.label, institution.name, "")


def parts_of(roles: Iterable[RoleFact], links: Links) -> tuple[Part, ...]:
    """The parts in an item, by weight of the part."""
    order = list(Role)
    ordered = sorted(roles, key=lambda one: order.index(one.role))
    return tuple(Part(link_of(one.institution, links), one.role) for one in ordered)


def public_figure(figure: Figure | None) -> PublicFigure | None:
    """A figure with its date and authors."""
    if figure is None:
        return None
    reviewed = all(report.status is ReportStatus.VALIDATED for report in figure.reports)
    return PublicFigure(
        percent=figure.percent,
        on=figure.on,
        by=figure.by,
        reviewed=reviewed,
        decided_by=figure.decided_by if reviewed else (),
        decided_at=figure.decided_at if reviewed else None,
        completed_on=figure.completed_on,
        missing=figure.missing,
    )


def accepted_evidence(reports: Iterable[ReportFact]) -> list[EvidenceFact]:
    """The evidence that was accepted with validated reports."""
    return [
        item
        for report in reports
        if report.status is ReportStatus.VALIDATED
        for item in report.evidence
        if item.accepted
    ]


def means_lines(
    node: NodeFacts, reports: Sequence[ReportFact], beside: Mapping[str, Beside]
) -> tuple[MeansLine, ...]:
    """Each verification means with its accepted evidence, else whether something is in review."""
    accepted = accepted_evidence(reports)
    in_review = {
        uid for r in reports if r.status in AWAITING_DECISION for item in r.evidence for uid in item.means
    }
    lines = []
    for means in node.means:
        answers = tuple(public_evidence(item, beside) for item in accepted if means.uid in item.means)
        waiting = "submitted" if means.uid in in_review else "missing"
        lines.append(MeansLine(means.uid, means.text, "accepted" if answers else waiting, answers))
    return tuple(lines)


def statement(
    found: InstitutionReport,
    means: Sequence[MeansFact],
    links: Links,
    beside: Mapping[str, Beside] = MappingProxyType({}),
) -> Statement:
    """An institution's own word on an item."""
    report = found.report
    reviewed = report.status is ReportStatus.VALIDATED
    shown = {one.uid for one in means}
    extra = [item for item in accepted_evidence([report]) if not shown & set(item.means)]
    time = found.timeliness
    return Statement(
        institution=link_of(found.institution, links),
        role=found.role,
        percent=found.percent,
        on=report.reported_on,
        completed_on=found.completed_on,
        reviewed=reviewed,
        governs=found.governs,
        outside_period=found.outside_period,
        claims_role=report.claimed_role,
        letter_number=report.letter_number,
        letter_on=report.letter_on,
        narrative=report.narrative if reviewed else "",
        exception=report.decision.exception if reviewed and report.decision else "",
        decided_by=report.decision.by if reviewed and report.decision else "",
        decided_at=report.decision.decided_at if reviewed and report.decision else None,
        state=time.state if time else None,
        days_late=time.days_late if time else None,
        evidence=tuple(public_evidence(item, beside) for item in extra),
    )


def narrative_statements(reports: Iterable[ReportFact], links: Links) -> tuple[Statement, ...]:
    """Reports on an item that carries no percent of its own: who informed and when, words once accepted."""
    return tuple(
        statement(InstitutionReport(r.institution, None, r, governs=False, timeliness=None), (), links)
        for r in reports
        if r.status in STANDING
    )


def variants_of(variants: Iterable[VariantFact]) -> tuple[Variant, ...]:
    """What other sources say, by field."""
    return tuple(
        Variant(v.field, v.source, v.source_version, v.is_draft, v.value, v.institutions) for v in variants
    )
