"""One institution's report on an item, and its evidence, as rows of a compiled report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal

from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.facts import EvidenceFact, InstitutionRef, NodeFacts, ReportFact
from tracker.domain.history import recorded_after
from tracker.domain.progress import CENT
from tracker.domain.report_document import EarlierReport, EvidenceLine, MeansLine, OwnReport
from tracker.domain.tree import InstitutionReport, NodeStatus
from tracker.domain.workflow import STANDING, ReportStatus


@dataclass(frozen=True)
class Moment:
    """The date of the cut, and the civil time zone in which the day of recording is told."""

    as_of: date
    zone: tzinfo = UTC

    def day_of(self, instant: datetime) -> date:
        """The civil date of an instant."""
        return instant.astimezone(self.zone).date()


def institution_reports(status: NodeStatus) -> tuple[InstitutionReport, ...]:
    """Every institution's own last report: also on an item that only carries narratives."""
    if status.own is not None:
        return status.own.institution_reports
    last: dict[InstitutionRef, ReportFact] = {}
    for report in status.narratives:
        if report.status in STANDING:
            last[report.institution] = report
    return tuple(
        InstitutionReport(
            institution,
            next((one.role for one in status.roles if one.institution == institution), None),
            report,
            governs=False,
            timeliness=None,
        )
        for institution, report in last.items()
    )


def all_reports(status: NodeStatus) -> tuple[ReportFact, ...]:
    """All reports on an item, in order, whatever became of them."""
    return status.own.reports if status.own is not None else status.narratives


def own_report(status: NodeStatus, one: InstitutionReport, moment: Moment) -> OwnReport:
    """An institution's own last report as the compiled report shows it."""
    report, time = one.report, one.timeliness
    decision = report.decision if report.status is ReportStatus.VALIDATED else None
    recorded_on = moment.day_of(report.recorded_at)
    return OwnReport(
        institution=one.institution.label,
        role=one.role,
        percent=as_cents(one.percent),
        on=report.reported_on,
        completed_on=one.completed_on,
        uid=report.uid,
        claimed_role=report.claimed_role,
        is_contribution=not one.governs,
        status=report.status,
        state=time.state if time else None,
        days_late=time.days_late if time else None,
        days_late_baseline=time.days_late_baseline if time else None,
        outside_period=one.outside_period,
        recorded_on=recorded_on,
        recorded_after_cutoff=recorded_after(recorded_on, moment.as_of),
        delivered=plain(report.delivered),
        departure_reason=report.departure_reason,
        no_progress=report.no_progress,
        narrative=report.narrative,
        validated_by=decision.by if decision else "",
        validated_on=moment.day_of(decision.decided_at) if decision else None,
        exception=decision.exception if decision else "",
        evidence=evidence_lines(status.facts, report),
        links=links(report),
        means_handed_in=len(means_named(status, (report,))),
        earlier=_earlier(status, one),
    )


def _earlier(status: NodeStatus, one: InstitutionReport) -> tuple[EarlierReport, ...]:
    """The institution's standing reports on the item other than its last one, newest first."""
    return tuple(
        EarlierReport(
            uid=report.uid,
            percent=as_cents(report.percent),
            on=report.reported_on,
            completed_on=report.completed_on,
            occurrence=report.occurrence,
            status=report.status,
            narrative=report.narrative,
            evidence=evidence_lines(status.facts, report),
            links=links(report),
        )
        for report in reversed(all_reports(status))
        if report.institution == one.institution and report.status in STANDING and report is not one.report
    )


def evidence_lines(node: NodeFacts, report: ReportFact) -> tuple[EvidenceLine, ...]:
    """The evidence of a report."""
    texts = {means.uid: means.text for means in node.means}
    decided = report.status is ReportStatus.VALIDATED
    return tuple(evidence_line(item, texts, decided=decided) for item in report.evidence)


def evidence_line(item: EvidenceFact, texts: Mapping[str, str], *, decided: bool) -> EvidenceLine:
    """One item of evidence; a restricted one shows only that it exists, its date, hash and mark.

    Until its report is decided on, it is neither accepted nor set aside.
    """
    is_open = item.access is Access.PUBLIC
    return EvidenceLine(
        uid=item.uid,
        kind=item.kind,
        title=item.title if is_open else "",
        on=item.effective_on,
        access=item.access,
        url=item.url if is_open else "",
        sha256=item.sha256,
        size=item.size,
        media_type=item.media_type if is_open else "",
        means=tuple(texts[uid] for uid in item.means if uid in texts),
        accepted=item.accepted if decided else None,
    )


def links(report: ReportFact) -> tuple[str, ...]:
    """The public links that were handed in with a report, each once."""
    found = (
        item.url
        for item in report.evidence
        if item.kind is EvidenceKind.LINK and item.access is Access.PUBLIC and item.url
    )
    return tuple(dict.fromkeys(found))


def means_named(status: NodeStatus, reports: Sequence[ReportFact]) -> frozenset[str]:
    """The required means for which these reports hand in evidence that was not set aside."""
    required = frozenset(means.uid for means in status.facts.means)
    named = {uid for report in reports for item in report.evidence if item.accepted for uid in item.means}
    return required & named


def means_lines(status: NodeStatus) -> tuple[MeansLine, ...]:
    """The required means of an item, each with what answers it."""
    answered = status.own.coverage.answered if status.own else frozenset()
    handed_in = [
        uid
        for report in all_reports(status)
        if report.status in STANDING
        for item in report.evidence
        if item.accepted
        for uid in item.means
    ]
    return tuple(
        MeansLine(means.uid, means.text, means.access, means.uid in answered, handed_in.count(means.uid))
        for means in status.facts.means
    )


def as_cents(percent: Decimal | None) -> Decimal | None:
    """A percent as it was reported, with two decimals."""
    return None if percent is None else percent.quantize(CENT)


def plain(quantity: Decimal | None) -> Decimal | None:
    """A quantity without trailing zeros and never in powers of ten."""
    if quantity is None:
        return None
    whole = quantity.to_integral_value()
    return Decimal(whole) if quantity == whole else quantity.normalize()
