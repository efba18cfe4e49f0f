"""Open data of what stands in the plans, commitment by commitment: no more than one is in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.facts import ReportFact
from tracker.domain.plans import OGP_VALUES, TEMPLATE_FIELDS, NodeKind
from tracker.domain.resources import ResourceKind, ResourceSide, amounts_of_plan
from tracker.domain.schedule import Window
from tracker.domain.tree import NodeStatus, assess
from tracker.queries.history import plan_facts
from tracker.queries.portal.evidence import Beside, load_beside
from tracker.queries.portal.lines import totals
from tracker.queries.portal.open_data_progress import report_rows
from tracker.queries.portal.open_data_rows import Row, View, figures, item, public_plans
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.published import (
    PublicFigure,
    accepted_evidence,
    means_lines,
    public_figure,
)
from tracker.queries.resources import resources_of

Record = tuple[str, Row]
_CENTAVOS = 100
# Texts of a commitment that are no columns of their own here, or stand under another name.
TEXTS = tuple(
    one
    for one in TEMPLATE_FIELDS
    if one not in {"responsible_text", "financial_resources_text", "human_resources_text", "ogp_identifier"}
)


@dataclass(frozen=True)
class Found:
    """A commitment of a published plan at a cut, assessed, with its plan and what stands above it."""

    plan_id: int
    plan_number: int
    commitment_id: int
    day: date
    root: NodeStatus
    starts_on: date | None
    ends_on: date | None
    status: NodeStatus
    reports: tuple[ReportFact, ...] = field(repr=False)
    outside: frozenset[str] = frozenset()
    """Reports after the plan's end."""

    @property
    def plan_uid(self) -> str:
        """The plan's."""
        return self.root.facts.uid

    @property
    def axis(self) -> NodeStatus | None:
        """The axis it stands under, where the plan has any."""
        return next((one for one in self.root.children if one.facts.kind is NodeKind.AXIS), None)


def commitments(view: View) -> Iterator[Found]:
    """Every commitment of every published plan, one at a time."""
    found = (
        (plan_id, number, row[0]) for plan_id, number in public_plans() for row in _commitment_ids(plan_id)
    )
    for plan_id, plan_number, commitment_id in found:
        try:
            facts = plan_facts(plan_id, view.cut, commitment_id=commitment_id)
        except NotFound:
            continue  # the plan was not there yet
        root = assess(facts, view.day)
        status = next((one for one in root.walk() if one.facts.kind is NodeKind.COMMITMENT), None)
        if status is not None:
            outside = frozenset(one.uid for one in facts.reports if facts.outside_period(one))
            yield Found(
                plan_id,
                plan_number,
                commitment_id,
                view.day,
                root,
                facts.starts_on,
                facts.ends_on,
                status,
                facts.reports,
                outside,
            )


def _commitment_ids(plan_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(NODES.c.id)
        .where(NODES.c.plan_id == plan_id, NODES.c.kind == NodeKind.COMMITMENT)
        .order_by(NODES.c.position, NODES.c.number, NODES.c.id)
    ).all()


def tree_rows(view: View) -> Iterator[Record]:
    """All that a commitment's page and those of its activities tell, as rows."""
    for found in commitments(view):
        yield from _commitment(found, view)
        shared: set[str] = set()
        beside = load_beside(accepted_evidence(found.reports))
        for one in found.status.walk():
            yield from _node(found, one, shared, beside)


def _commitment(found: Found, view: View) -> Iterator[Record]:
    status, facts = found.status, found.status.facts
    texts = facts.texts
    values = set(texts.get("ogp_values", "").split(","))
    span = span_of(status)
    yield (
        "commitments",
        {
            "uid": facts.uid,
            "plan_uid": found.plan_uid,
            "axis_uid": found.axis.facts.uid if found.axis else None,
            **item(facts),
            "short_title": texts.get("short_title", ""),
            "ogp_identifier": texts.get("ogp_identifier", ""),
            "starts_on": span.start if span else None,
            "ends_on": span.end if span else None,
            "withdrawn_on": facts.withdrawn_on,
            "continues": texts.get("continues", ""),
            **{f"value_{name}": name in values for name in OGP_VALUES},
            **{name: texts.get(name, "") for name in TEXTS},
            "baseline_due_on": status.baseline_due_on,
            **figures(totals(status, view.day)),
            "page": f"/planes/{found.plan_number}/compromisos/{facts.number}",
        },
    )
    yield from _resources(found, view)


def span_of(status: NodeStatus) -> Window | None:
    """From the first to the last planned day of a commitment: its own windows, else those below it."""
    windows = status.facts.schedule.current or [
        one for child in status.walk() for one in child.facts.schedule.current
    ]
    if not windows:
        return None
    return Window(max(one.end for one in windows), min(one.start or one.end for one in windows))


def _resources(found: Found, view: View) -> Iterator[Record]:
    """The plan's own amounts first, then what was recorded beside them."""
    amounts = amounts_of_plan(found.status.facts.texts.get("financial", ""))
    known = resources_of(found.commitment_id, view.cut, amounts)
    rows: list[dict[str, Any]] = [
        {
            "origin": "plan",
            "kind": ResourceKind.FINANCIAL,
            "side": ResourceSide.PLANNED,
            "provider": provider,
            "amount": Decimal(centavos) / _CENTAVOS,
        }
        for provider, centavos in known.plan_amounts
    ]
    rows += [
        {
            "origin": "recorded",
            "uid": one.uid,
            "kind": one.kind,
            "side": one.side,
            "what": one.what,
            "provider": one.provider,
            "amount": None if one.centavos is None else Decimal(one.centavos) / _CENTAVOS,
            "on": one.on,
            "source": one.source,
        }
        for one in (line.entry for line in known.lines)
    ]
    for position, row in enumerate(rows, start=1):
        yield "resources", {"commitment_uid": found.status.facts.uid, "position": position, **row}


def _node(found: Found, status: NodeStatus, shared: set[str], beside: dict[str, Beside]) -> Iterator[Record]:
    """An item with all that hangs on it; what several items share comes once."""
    facts = status.facts
    is_commitment = facts.kind is NodeKind.COMMITMENT
    yield (
        "items",
        {
            "uid": facts.uid,
            "kind": facts.kind,
            "plan_uid": found.plan_uid,
            "commitment_uid": found.status.facts.uid,
            "parent_uid": None if is_commitment else facts.parent_uid,
            "label": facts.label,
            "title": facts.title,
        },
    )
    if facts.kind is NodeKind.MILESTONE:
        yield "milestones", _milestone(found, status)
    elif facts.kind is NodeKind.ACTIVITY:
        yield "activities", _activity(found, status)
    yield from _windows(status)
    for part in facts.roles:
        yield (
            "roles",
            {
                "item_uid": facts.uid,
                "institution_uid": part.institution.uid,
                "role": part.role,
                "since_on": part.since,
            },
        )
    yield from _products(found, status, shared)
    yield from _means(found, status, shared, beside)
    yield from report_rows(found.status, status, found.outside, beside)


def _page(uid: str) -> str:
    return f"/actividades/{uid}"


def _milestone(found: Found, status: NodeStatus) -> Row:
    facts = status.facts
    return {
        "uid": facts.uid,
        "plan_uid": found.plan_uid,
        "commitment_uid": found.status.facts.uid,
        **item(facts),
        "continuity": facts.texts.get("continuity"),
        "withdrawn_on": facts.withdrawn_on,
        "baseline_due_on": status.baseline_due_on,
        **figures(totals(status, found.day)),
        "page": _page(facts.uid),
    }


def _activity(found: Found, status: NodeStatus) -> Row:
    facts, own = status.facts, status.own
    validated = public_figure(own.validated) if own else None
    reported = public_figure(own.reported) if own else None
    frequency = facts.schedule.frequency
    return {
        "uid": facts.uid,
        "plan_uid": found.plan_uid,
        "commitment_uid": found.status.facts.uid,
        "milestone_uid": None if facts.parent_uid == found.status.facts.uid else facts.parent_uid,
        **item(facts),
        "frequency": frequency,
        "due_on": status.due_on,
        "baseline_due_on": status.baseline_due_on,
        **_validated(validated),
        **_reported(reported),
        "completed_on": next(
            (one.completed_on for one in (validated, reported) if one and one.completed_on), None
        ),
        "means_answered": len(status.coverage.answered),
        "means_required": len(status.coverage.required),
        "state": status.state,
        "days_late": status.days_late,
        "withdrawn_on": facts.withdrawn_on,
        "page": _page(facts.uid),
    }


def _validated(figure: PublicFigure | None) -> dict[str, Any]:
    if figure is None:
        return {}
    return {
        "validated_percent": figure.percent,
        "validated_on": figure.on,
        "validated_by": _joined(figure.by),
        "decided_by": _joined(figure.decided_by),
        "decided_at": figure.decided_at,
    }


def _reported(figure: PublicFigure | None) -> dict[str, Any]:
    if figure is None:
        return {}
    return {
        "reported_percent": figure.percent,
        "reported_on": figure.on,
        "reported_by": _joined(figure.by),
        "reported_reviewed": figure.reviewed,
        "not_informed_by": _joined(figure.missing),
    }


def _joined(names: Iterable[str]) -> str:
    return "; ".join(names)


def _windows(status: NodeStatus) -> Iterator[Record]:
    revisions = status.facts.schedule.revisions
    for number, revision in enumerate(revisions):
        for position, window in enumerate(revision.windows, start=1):
            yield (
                "windows",
                {
                    "item_uid": status.facts.uid,
                    "revision": number,
                    "position": position,
                    "from_on": revision.from_on,
                    "is_current": number == len(revisions) - 1,
                    "start_on": window.start,
                    "end_on": window.end,
                    "start_precision": window.start_precision,
                    "end_precision": window.end_precision,
                },
            )


def _products(found: Found, status: NodeStatus, shared: set[str]) -> Iterator[Record]:
    for one in status.facts.products:
        if one.uid not in shared:
            shared.add(one.uid)
            yield (
                "products",
                {
                    "uid": one.uid,
                    "commitment_uid": found.status.facts.uid,
                    "text": one.text,
                    "unit": one.unit,
                    "planned": one.planned,
                    "quote": one.quote,
                },
            )
        yield "product_items", {"product_uid": one.uid, "item_uid": status.facts.uid}


def _means(found: Found, status: NodeStatus, shared: set[str], beside: dict[str, Beside]) -> Iterator[Record]:
    for one in status.facts.means:
        if one.uid not in shared:
            shared.add(one.uid)
            yield (
                "means",
                {
                    "uid": one.uid,
                    "commitment_uid": found.status.facts.uid,
                    "text": one.text,
                    "access": one.access,
                },
            )
    reports = status.own.reports if status.own else ()
    for line in means_lines(status.facts, reports, beside):
        yield "item_means", {"item_uid": status.facts.uid, "means_uid": line.uid, "status": line.status}
