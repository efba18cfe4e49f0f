"""Open data of progress: what institutions report, who accepted it, and the evidence it stands on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tracker.domain.facts import EvidenceFact, ReportFact
from tracker.domain.progress import part_of
from tracker.domain.tree import InstitutionReport, NodeStatus
from tracker.domain.workflow import STANDING
from tracker.queries.portal.evidence import Beside, public_evidence
from tracker.queries.portal.open_data_rows import Row
from tracker.queries.portal.published import accepted_evidence, statement

Record = tuple[str, Row]


def report_rows(
    commitment: NodeStatus, status: NodeStatus, outside: Collection[str], beside: Mapping[str, Beside]
) -> Iterator[Record]:
    """Every report that stands on an item, with its words and evidence where it was accepted."""
    required = {one.uid for node in commitment.walk() for one in node.facts.means}
    for report in status.own.reports if status.own else status.narratives:
        if report.status not in STANDING:
            continue
        yield "progress", _report(status, report, is_outside=report.uid in outside)
        for fact in accepted_evidence([report]):
            yield "evidence", {"report_uid": report.uid, **_evidence(fact, beside)}
            for uid in dict.fromkeys(fact.means):
                if uid in required:
                    yield "evidence_means", {"evidence_uid": fact.uid, "means_uid": uid}


def _report(status: NodeStatus, report: ReportFact, *, is_outside: bool) -> Row:
    part = part_of(status.roles, report.institution)
    said = statement(
        InstitutionReport(
            report.institution,
            part.role if part else None,
            report,
            governs=False,
            timeliness=None,
            outside_period=is_outside,
            percent=report.percent,
            completed_on=report.completed_on,
        ),
        (),
        {},
    )
    return {
        "uid": report.uid,
        "item_uid": status.facts.uid,
        "institution_uid": report.institution.uid,
        "role": said.role,
        "status": report.status,
        "percent": said.percent,
        "reported_on": said.on,
        "completed_on": said.completed_on,
        "occurrence": report.occurrence,
        "submitted_at": report.recorded_at,
        "outside_period": said.outside_period,
        "letter_number": said.letter_number,
        "letter_on": said.letter_on,
        "decided_by": said.decided_by,
        "decided_at": said.decided_at,
        "exception": said.exception,
        "narrative": said.narrative,
    }


def _evidence(fact: EvidenceFact, beside: Mapping[str, Beside]) -> Row:
    one = public_evidence(fact, beside)
    other = one.public_version or one.copy
    path = ""
    if one.sha256:
        path = f"/evidencias/{one.uid}" if one.is_open else ""
        if one.public_version:
            path = f"/evidencias/{one.uid}/version-publica"
    return {
        "uid": one.uid,
        "kind": one.kind,
        "access": one.access,
        "title": one.title,
        "url": one.url,
        "effective_on": one.effective_on,
        "version": one.version,
        "media_type": one.media_type,
        "size": one.size if one.sha256 else None,
        "sha256": one.sha256,
        "public_sha256": other.sha256 if other else "",
        "legal_ground": one.legal_ground,
        "resolution_number": one.resolution_number,
        "resolution_authority": one.resolution_authority,
        "resolution_on": one.resolution_on,
        "reserved_until": one.reserved_until,
        "download": path,
    }
