"""Validations that lost their ground: 100 % accepted with the help of evidence since reopened (rule 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, select

from tracker.db import db
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence, evidence_means
from tracker.models.plans import PlanNode, VerificationMeans, means_nodes
from tracker.models.progress import ProgressReport, ReportEvent

FULL = Decimal(100)


@dataclass(frozen=True)
class RestingRow:
    """A report validated at 100 % whose means were answered by another that is no longer validated."""

    uid: str
    node_uid: str
    label: str
    title: str
    institution: str
    version: int
    reported_on: date
    missing: tuple[str, ...]
    """The means that nothing accepted answers any more."""
    causes: tuple[str, ...]
    """Reports on which it rested."""


@dataclass
class _Validation:
    """A report that was validated at some time: since when, until when, and the means it then answered."""

    report: ProgressReport
    node_id: int
    intervals: list[tuple[int, int | None]] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    means: set[int] = field(default_factory=set)

    @property
    def since(self) -> int:
        """When it was last validated, in the order of recording."""
        return self.intervals[-1][0]

    def held_at(self, sequence: int) -> bool:
        """True where it stood validated at that point of the order of recording."""
        return any(start < sequence and (end is None or sequence < end) for start, end in self.intervals)

    def stands(self, without: int | None) -> bool:
        """True where it counts now, leaving out the report that is about to be reopened."""
        return self.report.status is ReportStatus.VALIDATED and self.report.id != without

    @property
    def needs_all(self) -> bool:
        """True where every means had to be answered: 100 % without an exception."""
        return self.report.percent == FULL and not self.report.exception


@dataclass(frozen=True)
class _Broken:
    validation: _Validation
    missing: frozenset[int]
    causes: tuple[_Validation, ...]


def list_unsupported(actor: Actor, scope: ColumnElement[bool]) -> tuple[RestingRow, ...]:
    """Validated 100 % that rest on reopened evidence, within the reviewer's scope; five queries at most."""
    require(actor, Permission.REPORT_VALIDATE)
    nodes = _reopened_nodes(scope)
    return _rows(_broken(nodes))


def list_resting_on(actor: Actor, report_uid: str) -> tuple[RestingRow, ...]:
    """What would lose (or has lost) its ground without a report, so that reopening it is done knowingly."""
    require(actor, Permission.REPORT_VALIDATE)
    report = db.session.execute(
        select(ProgressReport.id, ProgressReport.node_id).where(ProgressReport.uid == report_uid)
    ).one()
    nodes = select(PlanNode.id).where(PlanNode.id == report.node_id)
    found = _broken(nodes, without=report.id)
    return _rows(one for one in found if report.id in {cause.report.id for cause in one.causes})


def reports_rested_on(waiting: ColumnElement[bool]) -> frozenset[int]:
    """Reopened reports among those that wait on whose evidence a validated 100 % rests; their ids."""
    found = _broken(_reopened_nodes(waiting))
    return frozenset(cause.report.id for one in found for cause in one.causes)


def _reopened_nodes(scope: ColumnElement[bool]) -> Select[int]:
    """Items of which a validation was taken back and not given again."""
    return (
        select(ProgressReport.node_id)
        .join(ReportEvent, ReportEvent.report_id == ProgressReport.id)
        .where(
            scope,
            ReportEvent.action == ReportAction.REOPEN,
            ProgressReport.status != ReportStatus.VALIDATED,
        )
    )


def _broken(nodes: Select[int], without: int | None = None) -> list[_Broken]:
    validations = _validations(nodes)
    if not validations:
        return []
    _add_means(validations)
    required = _required({one.node_id for one in validations.values()})
    found = (
        _broken_one(one, validations.values(), required[one.node_id], without)
        for one in validations.values()
        if one.stands(without) and one.needs_all
    )
    return [one for one in found if one is not None]


def _broken_one(
    one: _Validation, every: Iterable[_Validation], required: set[int], without: int | None
) -> _Broken | None:
    """What a validation lacks since another was taken back; None where it lacks nothing for that reason."""
    same = [other for other in every if other.node_id == one.node_id]
    covered = {means for other in same if other.stands(without) for means in other.means}
    missing = required - covered
    causes = [
        other
        for other in same
        if not other.stands(without) and other.means & missing and other.held_at(one.since)
    ]
    if not causes:
        return None
    lost = frozenset(missing & {means for cause in causes for means in cause.means})
    return _Broken(one, lost, tuple(causes))


def _validations(nodes: Select[int]) -> dict[int, _Validation]:
    """Every report of these items that was ever validated, with when."""
    rows = db.session.execute(
        select(ReportEvent.action, ReportEvent.recorded_seq, ReportEvent.accepted_evidence, ProgressReport)
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .where(
            ProgressReport.node_id.in_(nodes),
            ReportEvent.action.in_((ReportAction.VALIDATE, ReportAction.REOPEN)),
        )
        .order_by(ReportEvent.recorded_seq)
    )
    found: dict[int, _Validation] = {}
    for action, sequence, accepted, report in rows:
        one = found.setdefault(report.id, _Validation(report, report.node_id))
        if action is ReportAction.VALIDATE:
            one.intervals.append((sequence, None))
            one.accepted = set(accepted)
        else:
            one.intervals[-1] = (one.intervals[-1][0], sequence)
    return found


def _add_means(validations: dict[int, _Validation]) -> None:
    for row in db.session.execute(
        select(Evidence.uid, Evidence.report_id, evidence_means.c.means_id)
        .join(evidence_means, evidence_means.c.evidence_id == Evidence.id)
        .where(Evidence.report_id.in_(validations))
    ):
        if row.uid in validations[row.report_id].accepted:
            validations[row.report_id].means.add(row.means_id)


def _required(nodes: Collection[int]) -> dict[int, set[int]]:
    required: dict[int, set[int]] = defaultdict(set)
    for row in db.session.execute(select(means_nodes).where(means_nodes.c.node_id.in_(nodes))):
        required[row.node_id].add(row.means_id)
    return required


def _rows(broken: Iterable[_Broken]) -> tuple[RestingRow, ...]:
    found = list(broken)
    if not found:
        return ()
    means = {one for each in found for one in each.missing}
    texts: dict[int, str] = {
        row.id: row.text
        for row in db.session.execute(
            select(VerificationMeans.id, VerificationMeans.text).where(VerificationMeans.id.in_(means))
        )
    }
    names = {
        row.id: row
        for row in db.session.execute(
            select(ProgressReport.id, PlanNode.uid, PlanNode.label, PlanNode.title, Institution)
            .join(PlanNode, PlanNode.id == ProgressReport.node_id)
            .join(Institution, Institution.id == ProgressReport.institution_id)
            .where(ProgressReport.id.in_([one.validation.report.id for one in found]))
        )
    }
    return tuple(
        RestingRow(
            uid=(report := one.validation.report).uid,
            node_uid=names[report.id].uid,
            label=names[report.id].label,
            title=names[report.id].title,
            institution=names[report.id].Institution.label,
            version=report.version,
            reported_on=report.reported_on,
            missing=tuple(texts[means_id] for means_id in sorted(one.missing)),
            causes=tuple(cause.report.uid for cause in one.causes),
        )
        for one in found
    )
