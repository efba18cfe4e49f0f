"""The reports that a token may read: its institution's own, or all that were handed in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, select, true

from tracker.db import db
from tracker.domain.api_tokens import Caller
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Permission, can
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.progress import ProgressReport
from tracker.queries.portal.listing import Position, Slice, slice_of
from tracker.queries.portal.parts import NODES
from tracker.queries.progress_reports import ReportVersion, load_versions

_ITEM, _PLAN = NODES.alias("item"), NODES.alias("plan")


@dataclass(frozen=True)
class OwnSubmission:
    """A report with the item that it is of."""

    version: ReportVersion
    node_uid: str
    label: str
    plan: int


def slice_submissions(
    caller: Caller, position: Position, limit: int, *, activity: str = "", status: ReportStatus | None = None
) -> Slice[OwnSubmission]:
    """The reports that the caller may read, the one begun last first, from a position on."""
    where = [_readable(caller)]
    if activity:
        where.append(_ITEM.c.uid == activity)
    if status is not None:
        where.append(ProgressReport.status == status)
    if position:
        where.append(ProgressReport.id < position[0])
    rows = db.session.execute(
        select(ProgressReport.id, ProgressReport.uid, _ITEM.c.uid, _ITEM.c.label, _PLAN.c.number)
        .join(_ITEM, _ITEM.c.id == ProgressReport.node_id)
        .join(_PLAN, _PLAN.c.id == _ITEM.c.plan_id)
        .where(*where)
        .order_by(ProgressReport.id.desc())
        .limit(limit + 1)
    ).all()
    found = {
        one.uid: one for one in load_versions(caller.actor, ProgressReport.id.in_([row[0] for row in rows]))
    }
    return slice_of(
        (((row[0],), OwnSubmission(found[row[1]], *row[2:])) for row in rows if row[1] in found), limit
    )


def get_submission(caller: Caller, uid: str) -> OwnSubmission:
    """One of them; NotFound for any other report."""
    row = db.session.execute(
        select(_ITEM.c.uid, _ITEM.c.label, _PLAN.c.number)
        .select_from(ProgressReport)
        .join(_ITEM, _ITEM.c.id == ProgressReport.node_id)
        .join(_PLAN, _PLAN.c.id == _ITEM.c.plan_id)
        .where(ProgressReport.uid == uid, _readable(caller))
    ).first()
    found = load_versions(caller.actor, ProgressReport.uid == uid) if row else ()
    if row is None or not found:
        raise NotFound("report-not-found")
    return OwnSubmission(found[0], *row)


def _readable(caller: Caller) -> ColumnElement[bool]:
    """What the caller may know of: drafts are their own institution's alone."""
    actor = caller.actor
    own = ProgressReport.institution_id.in_(actor.institution_ids)
    reads_all = can(actor, Permission.REPORT_READ_ALL)
    handed_in = and_(ProgressReport.status != ReportStatus.DRAFT, true() if reads_all else false())
    of_token = (
        ProgressReport.institution_id.in_(
            select(Institution.id).where(Institution.uid == caller.institution_uid)
        )
        if reads_all and caller.institution_uid
        else true()
    )
    return and_(own | handed_in, of_token)
