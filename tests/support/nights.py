"""Nights of the scheduler: every job due at an instant, and what must hold after whatever befell it."""

from __future__ import annotations

import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event as Stop
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import event, select
from sqlalchemy.orm import aliased

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import make_plan, window
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.domain.slots import civil_day
from tracker.jobs.ledger import run_missing
from tracker.jobs.schedule import JOBS
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.models.jobs import JobRun, JobStatus
from tracker.models.notices import MailStatus, Notice, NoticeStatus, OutboxMail, OverdueFlag
from tracker.models.plans import PlanNode
from tracker.models.rounds import ReportingRound
from tracker.services.audit import EventTag
from tracker.services.preferences import start_rhythms
from tracker.services.verification import verify

LONG = timedelta(minutes=65)
"""After so long what crashed is taken over: longer than any lease, and a dozen of them in a day."""


class Present:
    """A clock that tests set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
        self.at = at
        monkeypatch.setattr(clock, "now", lambda: self.at)

    def move(self, **more: float) -> None:
        """On by so much."""
        self.at += timedelta(**more)


def make_people_and_plans(start: Any, due: Any) -> None:
    """Two plans due on a day, with everybody who is told of it."""
    for number in (4, 5):
        make_plan(
            number,
            commitments=2,
            activities_per_milestone=2,
            windows=[window(start, due)],
            starts_on=start,
            ends_on=due + timedelta(days=400),
            today=start,
        )
    for role, institution in (
        (AccountRole.LIAISON, "INFOM"),
        (AccountRole.LIAISON, "INFOM"),
        (AccountRole.LIAISON, "INAP"),
        (AccountRole.INSTITUTION_HEAD, "INFOM"),
        (AccountRole.CONTACT_POINT, None),
    ):
        make_user(role, institution, today=start)
    with transaction():  # the letter of the night's morning is theirs
        start_rhythms(zone=current_app.config["TIMEZONE"], now=clock.now() - timedelta(hours=2))


def night(app: Flask, stop: Stop | None = None) -> None:
    """Each job of the table once, as the worker's lanes look at them in a minute."""
    for job in JOBS:
        run_missing(app, job, stop or Stop())
        db.session.remove()


def in_a_process(work: Callable[[], object]) -> int:
    """Start a process that does this and nothing else, on connections of its own; gives its id."""
    db.session.remove()
    db.engine.dispose()
    child = os.fork()
    if child:
        return child
    try:
        db.engine.dispose(close=False)
        work()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def ended(child: int) -> int:
    """Wait for a process; its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(statement: int, work: Callable[[], object]) -> bool:
    """Do it in a process that is killed as it sends its n-th statement; False where it ended before that."""

    def counted() -> None:
        left = [statement]

        def count(*_: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(db.engine, "before_cursor_execute", count)
        event.listen(db.engine, "commit", count)
        work()

    code = ended(in_a_process(counted))
    assert code in (0, -signal.SIGKILL)
    return code != 0


def outcome() -> dict[str, Any]:
    """What the nights came to, in words that are the same however often they were disturbed."""
    db.session.rollback()
    nodes = aliased(PlanNode, flat=True)
    plan = aliased(PlanNode, flat=True)
    rows = db.session.execute(
        select(nodes.id, nodes.uid, plan.number, nodes.label).join(plan, plan.id == nodes.plan_id)
    ).all()
    named = {one[0]: (one[2], one[3]) for one in rows}
    by_uid = {one[1]: (one[2], one[3]) for one in rows}
    told = db.session.execute(
        select(User.id, Notice.kind, Notice.subject_uid, Notice.cause, Notice.status)
        .join(User, User.id == Notice.user_id)
        .order_by(User.id)
    ).all()
    people = {one: place for place, one in enumerate(dict.fromkeys(row[0] for row in told))}
    flags = db.session.scalars(select(OverdueFlag)).all()
    rounds = db.session.execute(
        select(plan.number, ReportingRound.period_end).join(plan, plan.id == ReportingRound.plan_id)
    )
    return {
        "notices": Counter(
            (people[one[0]], one[1], by_uid[one[2]], one[3], one[4]) for one in told if one[2] in by_uid
        ),
        "notices of rounds": Counter(
            (people[one[0]], one[1], one[4]) for one in told if one[2] not in by_uid
        ),
        "flags": Counter((named[one.node_id], one.due_on, one.days_late, one.closed_on) for one in flags),
        "rounds": Counter(tuple(row) for row in rounds),
    }


def is_consistent(app: Flask, *, mails_a_day: int = 1) -> None:
    """Nothing lost, nothing twice, nothing half done; `verify` finds everything as history says."""
    db.session.rollback()
    runs = db.session.scalars(select(JobRun)).all()
    assert {one.status for one in runs} <= {JobStatus.DONE}, [(r.job, r.slot, r.error) for r in runs]
    assert max(Counter((one.job, one.slot) for one in runs).values()) == 1
    notices = db.session.scalars(select(Notice)).all()
    keys = Counter((one.user_id, one.kind, one.subject_uid, one.cause) for one in notices)
    assert not keys or max(keys.values()) == 1
    mails = db.session.scalars(select(OutboxMail)).all()
    assert {one.status for one in mails} <= {MailStatus.SENT, MailStatus.CANCELLED}
    zone = app.config["TIMEZONE"]
    days = Counter((one.recipient, civil_day(one.created_at, zone)) for one in mails)
    assert not days or max(days.values()) <= mails_a_day, days
    sent = {one.id for one in mails if one.status is MailStatus.SENT}
    assert all(one.mail_id in sent for one in notices if one.status is NoticeStatus.SENT)
    assert not [one for one in notices if one.status is NoticeStatus.OPEN and one.mail_id is not None]
    openings = Counter(
        db.session.scalars(
            select(AuditEvent.subject_uid).where(AuditEvent.tag == EventTag.OVERDUE_OPENED.value)
        )
    )
    assert not openings or max(openings.values()) == 1
    reports = str(Path(app.instance_path) / "reports")
    assert verify(evidence_url=app.config["EVIDENCE_URL"], reports_folder=reports) == []


def until_done(app: Flask, present: Present, kills: Sequence[int]) -> int:
    """Nights killed at those statements one after the other, then one that is left alone; how many were."""
    killed = 0
    for statement in kills:
        killed += killed_at(statement, lambda: night(app))
        present.at += LONG
    for _ in range(3):
        night(app)
        present.at += LONG
    return killed
