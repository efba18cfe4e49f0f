"""What a compiled report says aloud: claims above evidence, late completions, silence (design section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tracker.domain.evidence import Access
from tracker.domain.facts import InstitutionRef, PlanFacts, ReportFact, VariantFact
from tracker.domain.plans import NodeKind
from tracker.domain.progress import FULL, governing
from tracker.domain.quantities import claims_above_quantity
from tracker.domain.report_document import Finding, FindingCode
from tracker.domain.report_rows import Moment, all_reports, institution_reports, means_named, plain
from tracker.domain.report_values import RowRef
from tracker.domain.schedule import has_opened
from tracker.domain.tree import InstitutionReport, NodeStatus
from tracker.domain.workflow import STANDING, ReportStatus

Params = dict[str, str]
Found = tuple[FindingCode, Params]


@dataclass(frozen=True)
class Row:
    """An item of the report with what stands above it and how the report refers to it."""

    status: NodeStatus
    above: tuple[NodeStatus, ...]
    ref: RowRef


def rows(status: NodeStatus, above: tuple[NodeStatus, ...] = (), commitment: int = 0) -> Iterator[Row]:
    """Every item from the commitments down, in the plan's order."""
    node = status.facts
    if node.kind is NodeKind.COMMITMENT:
        commitment = node.number
    if node.kind not in {NodeKind.PLAN, NodeKind.AXIS}:
        yield Row(status, above, RowRef(commitment, node.label, node.uid))
    for child in status.children:
        yield from rows(child, (*above, status), commitment)


def find_all(
    items: tuple[Row, ...], facts: PlanFacts, moment: Moment, institution: InstitutionRef | None
) -> tuple[Finding, ...]:
    """All findings of these items, gravest first; of one institution's reports where one is named."""
    found = [
        Finding(code, row.ref, label, params)
        for row in items
        for label, code, params in _of_row(row, facts, moment, institution)
    ]
    order = list(FindingCode)
    return tuple(sorted(found, key=lambda one: order.index(one.code)))


def _of_row(
    row: Row, facts: PlanFacts, moment: Moment, institution: InstitutionRef | None
) -> Iterator[tuple[str, FindingCode, Params]]:
    for one in institution_reports(row.status):
        if institution is None or one.institution.uid == institution.uid:
            for code, params in _of_claim(row, one, moment):
                yield one.institution.label, code, params
    for report in all_reports(row.status):
        if institution is None or report.institution.uid == institution.uid:
            for code, params in _of_report(report, facts, moment):
                yield report.institution.label, code, params
    for code, params in _of_silence(row, moment.as_of):
        yield params["leads"], code, params


def _of_claim(row: Row, one: InstitutionReport, moment: Moment) -> Iterator[Found]:
    """What there is to say of an institution's last report on an item."""
    yield from _evidence_of_full_claim(row.status, one)
    yield from _quantity(row.status, one)
    yield from _part(row, one)
    yield from _completion(row.status, one)
    recorded_on = moment.day_of(one.report.recorded_at)
    if recorded_on > moment.as_of:
        yield FindingCode.RECORDED_AFTER_CUTOFF, {"recorded_on": recorded_on.isoformat()}


def is_full(one: InstitutionReport) -> bool:
    """True for a claim of 100 %."""
    return one.percent is not None and one.percent >= FULL


def missing_evidence(status: NodeStatus, one: InstitutionReport) -> FindingCode | None:
    """What a claim of 100 % lacks: all evidence, evidence for some means, or nothing (None).

    Evidence of any standing report on the item counts, accepted or not yet decided; set aside it does not.
    """
    if not is_full(one):
        return None
    standing = [report for report in all_reports(status) if report.status in STANDING]
    if not any(item.accepted for report in standing for item in report.evidence):
        return FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE
    if len(means_named(status, standing)) < len(status.facts.means):
        return FindingCode.FULL_CLAIM_WITH_PARTIAL_EVIDENCE
    return None


def _evidence_of_full_claim(status: NodeStatus, one: InstitutionReport) -> Iterator[Found]:
    decision = one.report.decision
    if one.report.status is ReportStatus.VALIDATED and decision is not None and decision.exception:
        yield (
            FindingCode.VALIDATED_BY_EXCEPTION,
            {"by": decision.by, "quote": decision.exception, "percent": str(one.percent)},
        )
        return
    code = missing_evidence(status, one)
    if code is None:
        return
    standing = [report for report in all_reports(status) if report.status in STANDING]
    yield (
        code,
        {
            "percent": "100.00",
            "required": str(len(status.facts.means)),
            "named": str(len(means_named(status, standing))),
            "items": str(sum(len(report.evidence) for report in standing)),
        },
    )


def _quantity(status: NodeStatus, one: InstitutionReport) -> Iterator[Found]:
    delivered = one.report.delivered
    for product in status.facts.products:
        if claims_above_quantity(one.percent, delivered, product.planned):
            params = {"percent": str(one.percent), "unit": product.unit}
            params |= {"delivered": f"{plain(delivered):f}", "planned": f"{plain(product.planned):f}"}
            yield FindingCode.CLAIM_ABOVE_QUANTITY, params


def _part(row: Row, one: InstitutionReport) -> Iterator[Found]:
    """A claim on an item in which the plan gives no part, or another part than the one claimed."""
    claimed = one.report.claimed_role
    if one.role is None:
        params = {"claimed_role": claimed.value if claimed else ""}
        yield FindingCode.CLAIM_WITHOUT_PART, params | _variant(row, one.institution)
    elif claimed is not None and claimed is not one.role:
        yield FindingCode.PART_DIFFERS, {"claimed_role": claimed.value, "role": one.role.value}


def _variant(row: Row, institution: InstitutionRef) -> Params:
    """The source that does give the institution a part in the item, or in what stands above it."""
    for status in (row.status, *reversed(row.above)):
        for variant in status.facts.variants:
            if {institution.acronym, institution.name} & set(variant.institutions):
                return _variant_params(variant, status)
    return {}


def _variant_params(variant: VariantFact, status: NodeStatus) -> Params:
    return {
        "source": variant.source,
        "source_version": variant.source_version,
        "is_draft": "true" if variant.is_draft else "false",
        "item_kind": status.facts.kind.value,
        "item_label": status.facts.label,
    }


def _completion(status: NodeStatus, one: InstitutionReport) -> Iterator[Found]:
    if not is_full(one):
        return
    if one.completed_on is None:
        yield FindingCode.COMPLETION_UNDATED, {}
        return
    time = one.timeliness
    if time is None or not (time.days_late or time.days_late_baseline):
        return
    yield (
        FindingCode.COMPLETED_LATE,
        {
            "completed_on": one.completed_on.isoformat(),
            "due_on": _iso(status.due_on),
            "baseline_due_on": _iso(status.baseline_due_on),
            "days_late": str(time.days_late or 0),
            "days_late_baseline": str(time.days_late_baseline or 0),
        },
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _of_report(report: ReportFact, facts: PlanFacts, moment: Moment) -> Iterator[Found]:
    """What there is to say of a report, whatever became of it."""
    decision = report.decision
    percent = {"percent": "" if report.percent is None else f"{report.percent:.2f}"}
    if decision is not None and decision.contradicts_narrative:
        yield FindingCode.NARRATIVE_CONTRADICTS, percent | {"quote": report.narrative, "by": decision.by}
    if report.status is ReportStatus.RETURNED:
        yield FindingCode.REPORT_RETURNED, percent | {"on": report.reported_on.isoformat()}
    if report.status not in STANDING:
        return
    for item in report.evidence:
        if item.effective_on > moment.as_of:
            title = item.title if item.access is Access.PUBLIC else ""
            params = {"title": title, "access": item.access.value, "on": item.effective_on.isoformat()}
            yield FindingCode.EVIDENCE_AFTER_CUTOFF, params
    if facts.outside_period(report):
        params = {"on": report.reported_on.isoformat(), "ends_on": _iso(facts.ends_on)}
        yield FindingCode.OUTSIDE_PERIOD, percent | params


def is_silent(status: NodeStatus, as_of: date) -> bool:
    """True for an item whose windows have opened and of which its governing institution said nothing."""
    own, windows = status.own, status.facts.schedule.current
    if own is None or status.is_withdrawn or own.reported is not None:
        return False
    return not windows or has_opened(windows, as_of)


def _of_silence(row: Row, as_of: date) -> Iterator[Found]:
    own = row.status.own
    if own is None or row.status.is_withdrawn:
        return
    if is_silent(row.status, as_of):
        leads = ", ".join(one.label for one in governing(row.status.roles))
        others = ", ".join(
            one.institution.label for one in own.institution_reports if one.percent is not None
        )
        yield FindingCode.NO_INFORMATION, {"leads": leads, "contributions": others}
    elif own.reported is not None and own.reported.missing:
        params = {"leads": ", ".join(own.reported.missing), "reported_by": ", ".join(own.reported.by)}
        yield FindingCode.LEAD_NOT_REPORTED, params
