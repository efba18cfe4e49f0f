"""Warnings out of what institutions themselves last said: later dates, obstacles, no progress again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.current import ActivityCurrent
from tracker.models.progress import ProgressReport
from tracker.models.rounds import RoundAnswer
from tracker.queries.alert_rows import Alert, AlertFilter, AlertKind, alert_of, open_items
from tracker.queries.progress_scope import commitment, item, plan, with_line

# No progress is a pattern from the second report in a row that says so.
IN_A_ROW = 2
_said = aliased(ProgressReport, name="alert_report")


def _last_said() -> ColumnElement[bool]:
    """The last report of its line (item, institution, occurrence) that stands."""
    later = aliased(ProgressReport, name="later_report")
    return ~exists(
        select(later.id).where(
            later.node_id == _said.node_id,
            later.institution_id == _said.institution_id,
            func.coalesce(later.occurrence, "") == func.coalesce(_said.occurrence, ""),
            later.status.in_(STANDING),
            later.recorded_seq > _said.recorded_seq,
        )
    )


def _told(chosen: AlertFilter, today: date, *where: ColumnElement[bool]) -> list[Any]:
    """What institutions last said of open items, each under its own name."""
    conditions = [*open_items(chosen, today), _said.status.in_(STANDING), _last_said(), *where]
    if chosen.institution:
        conditions.append(Institution.uid == chosen.institution)
    return list(
        db.session.execute(
            with_line(select(item, ActivityCurrent, commitment, plan.number, _said, Institution))
            .join(_said, _said.node_id == item.id)
            .join(Institution, Institution.id == _said.institution_id)
            .where(*conditions)
            .order_by(_said.recorded_seq.desc())
        )
    )


def _said_alert(kind: AlertKind, row: Any, **more: Any) -> Alert:
    node, current, group, number, report, institution = row
    return alert_of(
        kind,
        node,
        current,
        group,
        number,
        institutions=(institution.label,),
        percent=report.percent,
        on=report.reported_on,
        declared_on=report.new_expected_on,
        occurrences=(report.occurrence,) if report.occurrence else (),
        obstacle_kind=report.obstacle_kind,
        obstacle=report.obstacle,
        needed=report.needed,
        **more,
    )


def declared_late(chosen: AlertFilter, today: date) -> tuple[Alert, ...]:
    """Institutions that themselves expect to be done after the due date in force; the furthest first."""
    rows = _told(chosen, today, _said.new_expected_on > ActivityCurrent.due_on)
    alerts = [
        _said_alert(AlertKind.DECLARED_LATE, row, days=(row[4].new_expected_on - row[1].due_on).days)
        for row in rows
    ]
    return tuple(sorted(alerts, key=lambda one: -one.days))


def obstacles(chosen: AlertFilter, today: date) -> list[tuple[Alert, str]]:
    """What institutions last said that stands in the way, with the uid of the institution."""
    where: list[ColumnElement[bool]] = [or_(_said.obstacle_kind.is_not(None), _said.obstacle != "")]
    known = [one for one in ObstacleKind if one.value == chosen.obstacle]
    if chosen.obstacle:
        where.append(_said.obstacle_kind.in_(known))
    found = []
    for row in _told(chosen, today, *where):
        alert = _said_alert(AlertKind.OBSTACLE, row)
        # Obstacles from before their kind was asked for count among the others.
        kind = alert.obstacle_kind or ObstacleKind.OTHER
        found.append((replace(alert, obstacle_kind=kind), row[5].uid))
    return found


def stalled(chosen: AlertFilter, today: date) -> tuple[Alert, ...]:
    """No progress several rounds in a row: reports that say so since the last one that did not."""
    line = (_said.node_id, _said.institution_id, func.coalesce(_said.occurrence, ""))
    moved = (
        select(
            line[0].label("node_id"),
            line[1].label("institution_id"),
            line[2].label("occurrence"),
            func.max(case((_said.no_progress.is_(False), _said.recorded_seq))).label("seq"),
        )
        .where(_said.status.in_(STANDING))
        .group_by(*line)
        .subquery("moved")
    )
    # A round counts once; a report that answers none stands for itself.
    streak = func.count(func.distinct(func.coalesce(RoundAnswer.round_id, -_said.id)))
    rows = db.session.execute(
        select(func.max(_said.id), streak)
        .outerjoin(RoundAnswer, RoundAnswer.report_id == _said.id)
        .where(
            moved.c.node_id == line[0],
            moved.c.institution_id == line[1],
            moved.c.occurrence == line[2],
            _said.status.in_(STANDING),
            _said.no_progress.is_(True),
            _said.recorded_seq > func.coalesce(moved.c.seq, 0),
        )
        .group_by(*line)
        .having(streak >= IN_A_ROW)
    )
    streaks = dict(rows.all())
    alerts = [
        _said_alert(AlertKind.STALLED, row, in_a_row=streaks[row[4].id])
        for row in _told(chosen, today, _said.id.in_(list(streaks)))
    ]
    return tuple(sorted(alerts, key=lambda one: -one.in_a_row))
