"""Progress and evidence of published plans as everybody may read them, the last recorded first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.facts import InstitutionRef, RedactionFact, ReportFact
from tracker.domain.history import Cut
from tracker.domain.tree import InstitutionReport
from tracker.domain.workflow import STANDING, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence, Redaction
from tracker.models.plans import VerificationMeans
from tracker.models.progress import ProgressReport
from tracker.queries.history import report_fact
from tracker.queries.portal.evidence import PublicEvidence, load_beside, public_evidence
from tracker.queries.portal.listing import PUBLIC_PLANS, Position, Slice, find_public_institution, slice_of
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.published import Statement, accepted_evidence, statement
from tracker.queries.portal.records import ItemRef
from tracker.queries.portal.rows import institution_links
from tracker.queries.portal.search_public import is_accepted_evidence


@dataclass(frozen=True)
class WantedReports:
    """Which reports, or evidence of which, are asked for; what is empty asks for all."""

    plan: int | None = None
    commitment: str = ""
    activity: str = ""
    institution: str = ""
    reviewed: bool | None = None
    as_of: date | None = None
    """Nothing dated later: a decision counts from its report's day (rule 8)."""


@dataclass(frozen=True)
class Subject:
    """The item that something is about, and where it stands."""

    plan: int
    commitment: int
    item: ItemRef


@dataclass(frozen=True)
class ReportRecord:
    """A report that stands: percent, day and institution; words and evidence once they were accepted."""

    uid: str
    thread: str
    version: int
    subject: Subject
    occurrence: str
    submitted_at: datetime | None
    said: Statement
    evidence: tuple[str, ...]
    """Uids of what was accepted with it."""


@dataclass(frozen=True)
class EvidenceRecord:
    """An accepted item with the report and the means that it is of."""

    report_uid: str
    subject: Subject
    institution: str
    means: tuple[VerificationMeansRef, ...]
    item: PublicEvidence


@dataclass(frozen=True)
class VerificationMeansRef:
    """A means that an item answers."""

    uid: str
    text: str


_ITEM, _ABOVE = NODES.alias("item"), NODES.alias("above")
_ABOUT: tuple[Any, ...] = (
    *(_ITEM.c[name].label(f"node_{name}") for name in ("uid", "label", "title", "number")),
    _ABOVE.c.number.label("commitment"),
    PUBLIC_PLANS.c.number.label("plan"),
)


def slice_reports(wanted: WantedReports, position: Position, limit: int) -> Slice[ReportRecord]:
    """Reports that stand, from a position on; NotFound for a plan or an institution that is not there."""
    statement = _about(select(ProgressReport, *_ABOUT), wanted).options(*_WITH)
    if wanted.reviewed is not None:
        validated = ProgressReport.status == ReportStatus.VALIDATED
        statement = statement.where(validated if wanted.reviewed else ~validated)
    return _reports(statement, position, limit)


def get_report(uid: str) -> ReportRecord:
    """One report that stands, of a published plan; else NotFound."""
    statement = _about(select(ProgressReport, *_ABOUT), WantedReports()).options(*_WITH)
    found = _reports(statement.where(ProgressReport.uid == uid), (), 1).rows
    if not found:
        raise NotFound("report-not-found")
    return found[0]


_WITH = (
    joinedload(ProgressReport.institution),
    selectinload(ProgressReport.actions),
    selectinload(ProgressReport.evidence).joinedload(Evidence.file),
    selectinload(ProgressReport.evidence).selectinload(Evidence.means),
    selectinload(ProgressReport.evidence).selectinload(Evidence.redactions).joinedload(Redaction.file),
)


def _about(statement: Select[Any], wanted: WantedReports) -> Select[Any]:
    """Of published plans what stands, and is about what was asked for."""
    statement = (
        statement.select_from(ProgressReport)
        .join(_ITEM, _ITEM.c.id == ProgressReport.node_id)
        .join(_ABOVE, _ABOVE.c.id == _ITEM.c.commitment_id)
        .join(PUBLIC_PLANS, PUBLIC_PLANS.c.id == _ITEM.c.plan_id)
        .where(ProgressReport.status.in_(sorted(STANDING)))
    )
    return statement.where(*_conditions(wanted))


def _conditions(wanted: WantedReports) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.plan is not None:
        _check_plan(wanted.plan)
        where.append(PUBLIC_PLANS.c.number == wanted.plan)
    if wanted.commitment:
        is_number = wanted.commitment.isdecimal() and len(wanted.commitment) < 10
        where.append(
            _ABOVE.c.number == int(wanted.commitment) if is_number else _ABOVE.c.uid == wanted.commitment
        )
    if wanted.activity:
        where.append(_ITEM.c.uid == wanted.activity)
    if wanted.institution:
        where.append(ProgressReport.institution_id == find_public_institution(wanted.institution).id)
    if wanted.as_of is not None:
        where.append(ProgressReport.reported_on <= wanted.as_of)
    return where


def _check_plan(number: int) -> None:
    if db.session.scalar(select(PUBLIC_PLANS.c.id).where(PUBLIC_PLANS.c.number == number)) is None:
        raise NotFound("plan-not-found", number=number)


def _reports(statement: Select[Any], position: Position, limit: int) -> Slice[ReportRecord]:
    if position:
        statement = statement.where(ProgressReport.recorded_seq < position[0])
    rows = db.session.execute(statement.order_by(ProgressReport.recorded_seq.desc()).limit(limit + 1)).all()
    links = institution_links(row.ProgressReport.institution.uid for row in rows)
    facts = {row.ProgressReport.id: _fact(row.ProgressReport, row.node_uid) for row in rows}
    beside = load_beside(accepted_evidence(facts.values()))

    def record(row: Any) -> ReportRecord:
        one: ProgressReport = row.ProgressReport
        fact = facts[one.id]
        own = InstitutionReport(
            fact.institution, None, fact, governs=False, timeliness=None, percent=fact.percent
        )
        return ReportRecord(
            uid=one.uid,
            thread=one.thread_uid,
            version=one.version,
            subject=_subject(row),
            occurrence=one.occurrence or "",
            submitted_at=one.submitted_at,
            said=statement_of(own, one, links, beside),
            evidence=tuple(item.uid for item in accepted_evidence([fact])),
        )

    return slice_of((((row.ProgressReport.recorded_seq,), record(row)) for row in rows), limit)


def statement_of(own: InstitutionReport, row: ProgressReport, links: Any, beside: Any) -> Statement:
    """The public words of one report, with the day on which it says that the item was completed."""
    dated = InstitutionReport(
        own.institution, None, own.report, False, None, percent=own.percent, completed_on=row.completed_on
    )
    return statement(dated, (), links, beside)


def _subject(row: Any) -> Subject:
    item = ItemRef(row.node_uid, row.node_label, row.node_title, row.node_number)
    return Subject(row.plan, row.commitment, item)


def _fact(row: ProgressReport, node_uid: str) -> ReportFact:
    """A report of today as the rules read it."""
    who = InstitutionRef(row.institution.uid, row.institution.name, row.institution.acronym)
    evidence = [(one, one.file, tuple(means.uid for means in one.means)) for one in row.evidence]
    recorded = _redactions(row.evidence)
    return report_fact(row, node_uid, who, row.actions, evidence, Cut(date.max), recorded)


def _redactions(evidence: Sequence[Evidence]) -> dict[int, RedactionFact]:
    """The last public version handed in beside each item."""
    found = {}
    for item in evidence:
        for one in item.redactions:
            if one.recorded_seq is not None:
                found[item.id] = RedactionFact(one.sha256, one.file.size, one.file.media_type, one.created_at)
    return found


def slice_evidence(wanted: WantedReports, position: Position, limit: int) -> Slice[EvidenceRecord]:
    """Accepted evidence, restricted or not, from a position on; NotFound as for reports."""
    return _evidence(select(Evidence.id).where(is_accepted_evidence()), wanted, position, limit)


def get_evidence(uid: str) -> EvidenceRecord:
    """One accepted item of a published plan; else NotFound."""
    chosen = select(Evidence.id).where(is_accepted_evidence(), Evidence.uid == uid)
    found = _evidence(chosen, WantedReports(), (), 1).rows
    if not found:
        raise NotFound("evidence-not-found")
    return found[0]


def _evidence(
    chosen: Select[Any], wanted: WantedReports, position: Position, limit: int
) -> Slice[EvidenceRecord]:
    chosen = _about(
        chosen.add_columns(ProgressReport.id, *_ABOUT, Institution.acronym, Institution.name), wanted
    )
    chosen = chosen.join(Evidence, Evidence.report_id == ProgressReport.id).join(
        Institution, Institution.id == ProgressReport.institution_id
    )
    if position:
        chosen = chosen.where(Evidence.id < position[0])
    rows = db.session.execute(chosen.order_by(Evidence.id.desc()).limit(limit + 1)).all()
    reports = {
        one.id: one
        for one in db.session.scalars(
            select(ProgressReport).where(ProgressReport.id.in_({row[1] for row in rows})).options(*_WITH)
        )
    }
    facts = {row[0]: _evidence_fact(reports[row[1]], row[0]) for row in rows}
    beside = load_beside(fact for fact, _ in facts.values())

    def record(row: Any) -> EvidenceRecord:
        fact, means = facts[row[0]]
        return EvidenceRecord(
            report_uid=reports[row[1]].uid,
            subject=_subject(row),
            institution=row.acronym or row.name,
            means=tuple(VerificationMeansRef(one.uid, one.text) for one in means),
            item=public_evidence(fact, beside),
        )

    return slice_of((((row[0],), record(row)) for row in rows), limit)


def _evidence_fact(report: ProgressReport, evidence_id: int) -> tuple[Any, Sequence[VerificationMeans]]:
    """One item as the rules read it, with the means that it answers."""
    item = next(one for one in report.evidence if one.id == evidence_id)
    fact = next(one for one in _fact(report, "").evidence if one.uid == item.uid)
    return fact, item.means
