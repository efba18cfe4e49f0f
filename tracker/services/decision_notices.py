"""Notices of decisions: what came back, what was accepted, what waits too long, which dates were decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.db import db
from tracker.domain.notifications import Event, Notification, Whose
from tracker.domain.permissions import Permission, can
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution, User
from tracker.models.notices import Notice
from tracker.models.plans import PlanNode, Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport
from tracker.queries import notices as queries
from tracker.queries.accounts import actor_of
from tracker.queries.review_rows import QueueRow, load_waiting
from tracker.services.matrix import notification
from tracker.services.notices import NoticeCounts
from tracker.services.told import Told

_OF_STATUS = {ReportStatus.RETURNED: Event.RETURNED, ReportStatus.VALIDATED: Event.VALIDATED}
_OF_REPORTS = (Event.RETURNED, Event.VALIDATED, Event.REVIEW_LATE)
# What was decided is news for a month.
LASTS = timedelta(days=30)


def tell_of_reports(reports: Iterable[ProgressReport], *, now: datetime, today: date) -> None:
    """Tell an institution's people what was decided of its reports; clear what was told and no longer holds.

    To be called after every step of a report: a corrected version handed in, a reopening, a withdrawal too.
    """
    rows = [one for one in reports if one.status is not ReportStatus.DRAFT]
    if not rows:
        return
    told = Told({uid for one in rows for uid in (one.thread_uid, one.uid)}, now=now)
    decided = [one for one in rows if one.status in _OF_STATUS]
    recipients = queries.list_recipients(today) if decided else None
    labels = _labels(one.node for one in decided)
    for report in rows:
        _clear(told, report)
        if recipients is not None and report in decided:
            event = notification(_OF_STATUS[report.status])
            people = _people(event, report.institution, recipients, author=report.author_user_id)
            params = _report_params(report, labels) | {"told_on": today.isoformat()}
            told.tell(event.event, report.thread_uid, _cause(report), people, params)


def _cause(report: ProgressReport) -> str:
    """The decision that it is told of, by its place in the order of recording."""
    return str(max(one.recorded_seq for one in report.actions))


def _clear(told: Told, report: ProgressReport) -> None:
    """What was told of another version or an earlier step, and that it waits."""
    event, cause = _OF_STATUS.get(report.status), _cause(report)

    def is_gone(notice: Notice) -> bool:
        if notice.subject_uid not in {report.thread_uid, report.uid}:
            return False
        return event is None or (notice.kind, notice.cause) != (event.value, cause)

    told.clear(_OF_REPORTS, is_gone)


def _people(
    event: Notification,
    institution: Institution,
    recipients: queries.Recipients,
    *,
    author: int | None = None,
) -> Iterator[int]:
    """Ids of those whom the matrix names: of the institution on the day, or who wrote the report."""
    for telling in event.to:
        if telling.whose is Whose.INSTITUTION:
            found = recipients.by_institution.get((telling.role, institution.uid), ())
            yield from (one.user_id for one in found)
        if telling.whose is Whose.AUTHOR:
            yield from (
                one.user_id for one in recipients.by_role.get(telling.role, ()) if one.user_id == author
            )


def _labels(nodes: Iterable[PlanNode]) -> dict[int, str]:
    """The labels of the commitments and plans above some items, by id."""
    ids = {one for node in nodes for one in (node.commitment_id, node.plan_id) if one is not None}
    rows = db.session.execute(select(PlanNode.id, PlanNode.label).where(PlanNode.id.in_(ids)))
    return dict(rows.all())


def _item_params(node: PlanNode, institution: Institution, labels: dict[int, str]) -> dict[str, str]:
    return {
        "node": node.uid,
        "label": node.label,
        "title": node.title,
        "commitment": labels.get(node.commitment_id or 0, ""),
        "plan": labels.get(node.plan_id or 0, ""),
        "institution": institution.label,
    }


def _report_params(report: ProgressReport, labels: dict[int, str]) -> dict[str, str]:
    last = max(report.actions, key=lambda one: one.recorded_seq)
    return _item_params(report.node, report.institution, labels) | {
        "percent": "" if report.percent is None else format(report.percent.normalize(), "f"),
        "occurrence": report.occurrence or "",
        "reported_on": report.reported_on.isoformat(),
        "comment": last.comment,
        "comment_field": last.comment_field,
    }


def tell_of_reschedulings(requests: Sequence[Rescheduling], *, now: datetime, today: date) -> None:
    """Tell the institution's people what was decided of other dates; nobody where it was taken back."""
    decided = [
        one for one in requests if one.status is not ReschedulingStatus.REQUESTED and not one.is_withdrawn
    ]
    if not decided:
        return
    told, recipients = Told({one.uid for one in decided}, now=now), queries.list_recipients(today)
    event, labels = notification(Event.RESCHEDULING_DECIDED), _labels(one.node for one in decided)
    for request in decided:
        params = _item_params(request.node, request.institution, labels) | {
            "outcome": request.status.value,
            "resolution": request.resolution,
            "resolution_number": request.resolution_number,
            "told_on": today.isoformat(),
        }
        people = _people(event, request.institution, recipients)
        told.tell(event.event, request.uid, request.status.value, people, params)


def tell_of_late_reviews(*, on: date, zone: str, now: datetime) -> NoticeCounts:
    """Tell those who may decide on a report that it waits beyond its plan's review days, then every week.

    What was told of a report that waits no longer, or is in time again, is cleared.
    """
    event = notification(Event.REVIEW_LATE)
    waiting = {user.id: _late(user, on, zone) for user in queries.list_users({one.role for one in event.to})}
    still = {row.uid for rows in waiting.values() for row in rows}
    told = Told(still | queries.list_live_subjects(Event.REVIEW_LATE.value), now=now)
    cleared = told.clear([Event.REVIEW_LATE], lambda one: one.subject_uid not in still)
    opened = 0
    for user_id, rows in waiting.items():
        for row in rows:
            cause = f"{row.review_due_on}/{(row.review_days_late - 1) // 7}"
            opened += told.tell(event.event, row.uid, cause, [user_id], _waiting_params(row, on))
    return NoticeCounts(opened, cleared)


def _late(user: User, on: date, zone: str) -> list[QueueRow]:
    """What waits too long for a person who may decide on it; of plans that are over nobody is reminded."""
    actor = actor_of(user, on)
    rows = load_waiting(actor, today=on, zone=zone) if can(actor, Permission.REPORT_VALIDATE) else []
    return [row for row in rows if row.may_decide and row.review_days_late > 0 and not row.plan_is_over]


def _waiting_params(row: QueueRow, on: date) -> dict[str, str]:
    return {
        "node": row.node_uid,
        "label": row.label,
        "title": row.title,
        "commitment": row.commitment_label,
        "plan": str(row.plan_number),
        "institution": row.institution,
        "due_on": row.review_due_on.isoformat(),
        "told_on": on.isoformat(),
    }


def clear_old_news(*, on: date, now: datetime) -> int:
    """Clear what was told of decisions a month ago: it is news no longer."""
    news = (*queries.NEWS, Event.CONSULTATION_OPENED)
    told = Told(queries.list_live_subjects(*(one.value for one in news)), now=now)
    before = (on - LASTS).isoformat()
    return told.clear(news, lambda one: one.params["told_on"] < before)
