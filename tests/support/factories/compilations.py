"""Reported plans and compiled reports in the database; inside an application context."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from flask import current_app

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, MadePlan, make_plan
from tests.support.snapshots import remembered
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.consultations import Outcome
from tracker.domain.permissions import SYSTEM, AccountRole, Actor
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.services import report_consultations as consultations
from tracker.services import reports as services
from tracker.services.audit import EventTag, record
from tracker.services.compilations import Order

RECORDED = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
CUTOFF = date(2026, 6, 10)


def press(formats: tuple[str, ...] = ("json",)) -> services.Press:
    """Where this test's compiled files go."""
    return services.Press(
        Path(current_app.instance_path) / "reports",
        "America/Guatemala",
        "Gobierno de prueba",
        formats,
        evidence_url=current_app.config["EVIDENCE_URL"],
    )


def claim(
    plan: MadePlan, place: int = 0, percent: int = 100, *, on: date = CUTOFF, now: datetime = RECORDED
) -> None:
    """A submitted report of the plan's lead, straight into history. In a transaction of its own."""
    with transaction():
        report = ProgressReport(
            node_id=plan.activities[place].id,
            institution_id=plan.lead.id,
            status=ReportStatus.SUBMITTED,
            percent=percent,
            narrative="Se cumplió.",
            reported_on=on,
            author_uid=SYSTEM.uid,
            created_at=now,
            updated_at=now,
            submitted_at=now,
            recorded_seq=0,
        )
        db.session.add(report)
        db.session.flush()
        report.recorded_seq = record(SYSTEM, EventTag.REPORT_SUBMITTED, "report", report.uid, {}, now=now)
        db.session.add(
            ReportEvent(
                report_id=report.id,
                action=ReportAction.SUBMIT,
                recorded_seq=report.recorded_seq,
                at=now,
                actor_uid=SYSTEM.uid,
                actor_label="Cumple",
            )
        )


@remembered
def make_reported_plan(number: int = 4) -> MadePlan:
    """A plan of two activities, of which the first is claimed at 100 % without evidence."""
    plan = make_plan(number)
    claim(plan)
    return plan


def order_for(plan: MadePlan, kind: CompilationKind = CompilationKind.PLAN, **given: object) -> Order:
    """What to compile of a plan, at the cut-off of these tests."""
    return Order(plan.number, kind, CUTOFF, **given)  # type: ignore[arg-type]  # as the test gives them


def ask(actor: Actor, order: Order) -> str:
    """Ask for a report. In a transaction of its own."""
    with transaction():
        return services.request_compilation(actor, order, today=TODAY, now=NOW)


def compile_now(uid: str, formats: tuple[str, ...] = ("json",)) -> bool:
    """Compile what was asked for."""
    return services.compile_requested(uid, press=press(formats), unit=transaction, clock=lambda: NOW)


def make_compiled(
    plan: MadePlan, actor: Actor = SYSTEM, *, formats: tuple[str, ...] = ("json",), **given: object
) -> str:
    """A report of a plan, asked for and compiled."""
    uid = ask(actor, order_for(plan, **given))  # type: ignore[arg-type]  # as the test gives them
    assert compile_now(uid, formats)
    return uid


def make_consultation(uid: str, contact: Actor = SYSTEM, *, until: date = date(2026, 6, 30)) -> str:
    """A consultation on a compiled report."""
    with transaction():
        return consultations.open_consultation(
            contact, uid, until, today=TODAY, now=NOW, zone="America/Guatemala"
        )


def comment_on(uid: str, who: Actor, text: str = "Falta decir con quién.", item: str = "") -> str:
    """A comment on a report under consultation."""
    with transaction():
        return consultations.add_comment(who, uid, text, item, now=NOW)


def answer_to(uid: str, comment: str, outcome: Outcome = Outcome.ACCEPTED, by: Actor = SYSTEM) -> None:
    """The answer to a comment."""
    with transaction():
        consultations.answer_comment(by, uid, comment, outcome, "Se dirá en la versión 2.", now=NOW)


def make_answered_comment() -> str:
    """A report on a plan of its own with one comment, answered."""
    uid = make_compiled(make_reported_plan(9))
    make_consultation(uid)
    answer_to(uid, comment_on(uid, actor_of(make_user(AccountRole.TABLE_MEMBER))))
    return uid
