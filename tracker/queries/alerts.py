"""Early warning: what is about to go wrong in plans in course, and why it stalls (design section 5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from tracker.db import db
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import Role
from tracker.domain.progress import as_percent
from tracker.domain.states import State
from tracker.models.current import ActivityCurrent
from tracker.models.notices import OverdueFlag
from tracker.models.plans import NodeWindow
from tracker.queries.alert_reports import declared_late, stalled
from tracker.queries.alert_reports import obstacles as obstacles_told
from tracker.queries.alert_rows import Alert, AlertFilter, AlertKind, alert_of, open_items
from tracker.queries.links import list_down_of
from tracker.queries.progress import Part, parts_of
from tracker.queries.progress_scope import (
    OPEN,
    commitment,
    holder,
    in_institution,
    item,
    overdue_on,
    plan,
    with_line,
)
from tracker.queries.silence import SilentRow, list_silent


@dataclass(frozen=True)
class ObstacleRow:
    """How many items of an institution each kind of obstacle holds up."""

    institution: str
    institution_uid: str
    counts: Mapping[ObstacleKind, int]

    @property
    def total(self) -> int:
        """All kinds together."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Warnings:
    """Everything that the page shows."""

    alerts: Mapping[AlertKind, tuple[Alert, ...]]
    obstacles: tuple[ObstacleRow, ...]
    silent: tuple[SilentRow, ...]

    def count(self, kind: AlertKind) -> int:
        """How many items a kind warns of."""
        return len({one.node_uid for one in self.alerts[kind]})

    def of_obstacle(self, kind: ObstacleKind) -> int:
        """How many items a kind of obstacle holds up, whoever says so."""
        return len({a.node_uid for a in self.alerts[AlertKind.OBSTACLE] if a.obstacle_kind is kind})


def get_warnings(actor: Actor, chosen: AlertFilter, today: date) -> Warnings:
    """Every warning of plans in course, the gravest of each kind first, in constantly many queries.

    For who reads everything (contact point, technical table, auditors); NotAllowed for others.
    """
    require(actor, Permission.REPORT_READ_ALL)
    found: dict[AlertKind, tuple[Alert, ...]] = {
        AlertKind.OCCURRENCES: _occurrences(chosen, today),
        AlertKind.DUE_SOON: _due_soon(chosen, today),
        AlertKind.BEHIND: _behind(chosen, today),
        AlertKind.DECLARED_LATE: declared_late(chosen, today),
        AlertKind.STALLED: stalled(chosen, today),
        AlertKind.LINK_DOWN: _links_down(chosen),
    }
    obstacles = obstacles_told(chosen, today)
    found[AlertKind.OBSTACLE] = tuple(alert for alert, _ in obstacles)
    return Warnings(found, _by_institution(obstacles), list_silent(chosen.plan, chosen.institution, today))


def _links_down(chosen: AlertFilter) -> tuple[Alert, ...]:
    """Evidence whose link leads nowhere, of whatever item: what is complete rests on it too."""
    return tuple(
        Alert(
            kind=AlertKind.LINK_DOWN,
            node_uid=one.node_uid,
            label=one.label,
            title=one.node_title,
            plan_number=one.plan_number,
            commitment=one.commitment,
            institutions=(one.institution,),
            due_on=None,
            baseline_due_on=None,
            on=one.down_since,
            link=one.title,
        )
        for one in list_down_of(chosen.plan, chosen.commitment, chosen.institution)
    )


def _items(chosen: AlertFilter, today: date, *where: ColumnElement[bool]) -> list[Any]:
    """Items with the institutions that answer for them."""
    conditions = [*open_items(chosen, today), *where]
    if chosen.institution:
        conditions.append(in_institution(chosen.institution))
    return list(
        db.session.execute(
            with_line(select(item, ActivityCurrent, commitment, plan.number, holder.label("holder_id")))
            .where(*conditions)
            .order_by(ActivityCurrent.due_on, plan.number.desc(), commitment.number, item.label, item.id)
        )
    )


def _leads(rows: Sequence[Any]) -> dict[int, tuple[str, ...]]:
    """Who answers for each item: the leads, else the coordinators."""
    parts = parts_of({row.holder_id for row in rows})
    return {holder_id: _governing(own) for holder_id, own in parts.items()}


def _governing(parts: Sequence[Part]) -> tuple[str, ...]:
    for role in (Role.LEAD, Role.COORDINATOR):
        named = tuple(one.institution for one in parts if one.role is role)
        if named:
            return named
    return ()


def _behind(chosen: AlertFilter, today: date) -> tuple[Alert, ...]:
    """Less submitted than the elapsed time asked for on the day of that report; the widest gap first."""
    rows = _items(chosen, today, ActivityCurrent.state == State.BEHIND, ~overdue_on(today))
    leads = _leads(rows)
    alerts = []
    for node, current, group, number, holder_id in rows:
        expected = as_percent(Fraction(current.expected)) if current.expected else None
        more = {
            "institutions": leads.get(holder_id, ()),
            "percent": current.reported_percent,
            "expected": expected,
            "on": current.reported_on,
        }
        alerts.append(alert_of(AlertKind.BEHIND, node, current, group, number, **more))
    return tuple(sorted(alerts, key=lambda one: (one.percent or 0) - (one.expected or 0)))


def _due_soon(chosen: AlertFilter, today: date) -> tuple[Alert, ...]:
    """Due within the plan's own days, and nobody who answers for it has said anything."""
    rows = _items(
        chosen,
        today,
        ActivityCurrent.state.in_(OPEN),
        ActivityCurrent.due_on.between(today, today + timedelta(days=366)),
        ActivityCurrent.reported_percent.is_(None),
    )
    days = dict(db.session.execute(select(plan.number, plan.due_soon_days)).all())
    leads = _leads(rows)
    return tuple(
        alert_of(
            AlertKind.DUE_SOON,
            node,
            current,
            group,
            number,
            institutions=leads.get(holder_id, ()),
            days=(current.due_on - today).days,
        )
        for node, current, group, number, holder_id in rows
        if (current.due_on - today).days <= days[number]
    )


def _occurrences(chosen: AlertFilter, today: date) -> tuple[Alert, ...]:
    """Deliveries gone by of items that have several: each with its own due date, missed until it is met."""
    several = or_(
        item.frequency.is_not(None),
        exists(select(NodeWindow.id).where(NodeWindow.node_id == item.id, NodeWindow.position > 0)),
    )
    open_flag = (OverdueFlag.node_id == item.id) & OverdueFlag.closed_on.is_(None)
    rows = _items(
        chosen, today, several, or_(overdue_on(today), exists(select(OverdueFlag.id).where(open_flag)))
    )
    missed: dict[int, list[OverdueFlag]] = {}
    for flag in db.session.scalars(
        select(OverdueFlag)
        .where(OverdueFlag.closed_on.is_(None), OverdueFlag.node_id.in_([row[0].id for row in rows]))
        .order_by(OverdueFlag.due_on)
    ):
        missed.setdefault(flag.node_id, []).append(flag)
    leads = _leads(rows)
    alerts = []
    for node, current, group, number, holder_id in rows:
        flags = missed.get(node.id, [])
        more = {
            "institutions": leads.get(holder_id, ()),
            "occurrences": tuple(one.occurrence for one in flags),
            # What fell due since flags were last brought to the day has none yet.
            "days": max(((today - one.due_on).days for one in flags), default=(today - current.due_on).days),
        }
        alerts.append(alert_of(AlertKind.OCCURRENCES, node, current, group, number, **more))
    return tuple(sorted(alerts, key=lambda one: (-len(one.occurrences), -one.days)))


def _by_institution(obstacles: Sequence[tuple[Alert, str]]) -> tuple[ObstacleRow, ...]:
    """Items held up, by institution and kind; the institution with the most first."""
    items: dict[tuple[str, str], dict[ObstacleKind, set[str]]] = {}
    for alert, uid in obstacles:
        if alert.obstacle_kind is not None:
            kinds = items.setdefault((alert.institutions[0], uid), {})
            kinds.setdefault(alert.obstacle_kind, set()).add(alert.node_uid)
    rows = [
        ObstacleRow(name, uid, {kind: len(kinds.get(kind, ())) for kind in ObstacleKind})
        for (name, uid), kinds in items.items()
    ]
    return tuple(sorted(rows, key=lambda one: (-one.total, one.institution)))
