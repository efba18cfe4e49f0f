"""The tree of a plan as `status --format json` gives it and a compiled report keeps it (design section 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypedDict

from tracker.domain.canonical import encode
from tracker.domain.evidence import Coverage
from tracker.domain.facts import InstitutionRef, PlanFacts, ProductFact
from tracker.domain.plans import NodeKind
from tracker.domain.progress import FULL, Figure, Share, as_percent
from tracker.domain.report_document import (
    ActivityLine,
    CommitmentLine,
    CoverageCount,
    MilestoneLine,
    PartLine,
    PointFigure,
    ProductLine,
)
from tracker.domain.report_rows import (
    Moment,
    as_cents,
    institution_reports,
    means_lines,
    own_report,
    plain,
)
from tracker.domain.report_values import Aggregate
from tracker.domain.tree import NodeStatus


def outline(
    status: NodeStatus,
    facts: PlanFacts,
    as_of: date,
    *,
    institution: InstitutionRef | None = None,
    zone: tzinfo = UTC,
) -> dict[str, Any]:
    """The JSON of `status`: the commitments of a plan, or those in which an institution takes part."""
    lines = commitment_lines(status, Moment(as_of, zone), institution)
    return {
        "plan": facts.root.number,
        "as_of": as_of.isoformat(),
        "commitments": encode(lines, number=float, detail=False),
    }


def takes_part(status: NodeStatus, institution: InstitutionRef) -> bool:
    """True where the institution has a part in the item, its own or inherited, or reported on it."""
    if any(one.institution.uid == institution.uid for one in status.roles):
        return True
    return any(one.institution.uid == institution.uid for one in institution_reports(status))


def is_kept(status: NodeStatus, institution: InstitutionRef | None) -> bool:
    """True for an item to show: every one, or those of an institution and what stands above them."""
    if institution is None or takes_part(status, institution):
        return True
    return any(is_kept(child, institution) for child in status.children)


def commitment_lines(
    status: NodeStatus, moment: Moment, institution: InstitutionRef | None = None
) -> tuple[CommitmentLine, ...]:
    """The commitments of a plan with all below them; figures of a commitment are its own, never a part's."""
    lines = []
    for parent in (status, *(one for one in status.children if one.facts.kind is NodeKind.AXIS)):
        axis = parent.facts.title if parent.facts.kind is NodeKind.AXIS else ""
        for one in _of_kind(parent, NodeKind.COMMITMENT, institution):
            lines.append(_commitment(one, axis, moment, institution))
    return tuple(sorted(lines, key=lambda line: (line.number, line.label)))


def _of_kind(
    status: NodeStatus, kind: NodeKind, institution: InstitutionRef | None
) -> tuple[NodeStatus, ...]:
    return tuple(
        child for child in status.children if child.facts.kind is kind and is_kept(child, institution)
    )


def _commitment(
    status: NodeStatus, axis: str, moment: Moment, institution: InstitutionRef | None
) -> CommitmentLine:
    return CommitmentLine(
        **_shared(status, moment),
        validated=aggregate(status, "validated"),
        reported=aggregate(status, "reported"),
        level=status.level,
        axis=axis,
        milestones=tuple(
            MilestoneLine(
                **_shared(one, moment),
                validated=aggregate(one, "validated"),
                reported=aggregate(one, "reported"),
                activities=_activities(one, moment, institution),
            )
            for one in _of_kind(status, NodeKind.MILESTONE, institution)
        ),
        activities=_activities(status, moment, institution),
    )


def _activities(
    status: NodeStatus, moment: Moment, institution: InstitutionRef | None
) -> tuple[ActivityLine, ...]:
    return tuple(
        ActivityLine(
            **_shared(one, moment),
            validated=point(one.own.validated if one.own else None, decided=True),
            reported=point(one.own.reported if one.own else None),
        )
        for one in _of_kind(status, NodeKind.ACTIVITY, institution)
    )


class _Shared(TypedDict):
    number: int
    label: str
    uid: str
    title: str
    windows: Any
    due_on: date | None
    baseline_due_on: date | None
    roles: tuple[PartLine, ...]
    product: str
    verification_means: tuple[str, ...]
    coverage: CoverageCount
    state: Any
    days_late: int | None
    institution_reports: Any
    roles_inherited: bool
    baseline_windows: Any
    days_late_baseline: int | None
    products: tuple[ProductLine, ...]
    means: Any


def _shared(status: NodeStatus, moment: Moment) -> _Shared:
    """What all levels show."""
    node = status.facts
    return {
        "number": node.number,
        "label": node.label,
        "uid": node.uid,
        "title": node.title,
        "windows": node.schedule.current,
        "due_on": status.due_on,
        "baseline_due_on": status.baseline_due_on,
        "roles": tuple(PartLine(one.institution.label, one.role) for one in status.roles),
        "product": "; ".join(one.text for one in node.products),
        "verification_means": tuple(one.text for one in node.means),
        "coverage": coverage_count(status.coverage),
        "state": status.state,
        "days_late": status.days_late,
        "institution_reports": tuple(own_report(status, one, moment) for one in institution_reports(status)),
        "roles_inherited": status.roles_inherited and bool(status.roles),
        "baseline_windows": node.schedule.baseline,
        "days_late_baseline": status.own.standing.days_late_baseline if status.own else None,
        "products": tuple(_product(one) for one in node.products),
        "means": means_lines(status),
    }


def _product(product: ProductFact) -> ProductLine:
    return ProductLine(product.text, product.unit, plain(product.planned), product.quote)


def coverage_count(coverage: Coverage) -> CoverageCount:
    """Means answered out of means required, as counts."""
    return CoverageCount(len(coverage.answered), len(coverage.required))


def point(figure: Figure | None, *, decided: bool = False) -> PointFigure | None:
    """An activity's figure with date and author: who reported it, or who accepted it."""
    if figure is None:
        return None
    by = figure.decided_by if decided and any(figure.decided_by) else figure.by
    return PointFigure(
        percent=as_cents(figure.percent) or Decimal("0.00"),
        on=figure.on,
        by=", ".join(by),
        completed_on=figure.completed_on,
        missing=figure.missing,
    )


def aggregate(status: NodeStatus, name: str) -> Aggregate:
    """A figure above activities: its floor, the mean of those informed, how many informed."""
    share: Share = getattr(status, name)
    whole: Share = getattr(status, f"{name}_with_withdrawn")
    points = [one for one in _points(status, name) if one is not None]
    complete = share.informed == share.total and share.floor >= FULL
    completed = [one.completed_on for one in points]
    return Aggregate(
        percent=_percent(share.percent),
        on=max((one.on for one in points), default=None),
        by=", ".join(dict.fromkeys(one.by for one in points)),
        completed_on=_last(completed) if complete else None,
        floor=as_percent(share.floor),
        informed_mean=_percent(share.informed_mean),
        informed=share.informed,
        total=share.total,
        not_started=share.not_started,
        missing=share.missing,
        floor_with_withdrawn=as_percent(whole.floor),
        informed_mean_with_withdrawn=_percent(whole.informed_mean),
    )


def _points(status: NodeStatus, name: str) -> Iterable[PointFigure | None]:
    for one in status.walk():
        if one.own is not None and not one.is_withdrawn:
            yield point(getattr(one.own, name), decided=name == "validated")


def _percent(value: Fraction | None) -> Decimal | None:
    return None if value is None else as_percent(value)


def _last(days: Iterable[date | None]) -> date | None:
    """The last of the days, when every one is known."""
    given = list(days)
    known = [day for day in given if day is not None]
    return max(known) if known and len(known) == len(given) else None
