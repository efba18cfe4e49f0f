"""Compiled reports of the demonstration: one published, one that waits for its approval."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tracker.db import transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.permissions import Actor
from tracker.queries.plans import get_plan
from tracker.queries.reports import get_institution_uid
from tracker.queries.scheduled_reports import has_report
from tracker.services.compilations import Order
from tracker.services.reports import Press, approve, compile_requested, publish, request_compilation

FINAL_CUT = date(2020, 8, 28)
SIGNED = "INFOM (demostración)"


def publish_final_report(
    plan: int, actors: Mapping[str, Actor], press: Press, *, now: datetime, today: date
) -> None:
    """INFOM's final report on the historical plan: asked for and signed by its head, then published."""
    institution = get_institution_uid("INFOM")
    kind = CompilationKind.INSTITUTIONAL
    if has_report(get_plan(plan).id, kind, FINAL_CUT, institution):
        return
    order = Order(plan, kind, FINAL_CUT, None, institution, None)
    head = actors["titular.infom"]
    uid = _compiled(head, order, press, now=now, today=today)
    with transaction():
        approve(head, uid, SIGNED, now=now + timedelta(minutes=10))
        publish(actors["contacto"], uid, now=now + timedelta(minutes=20))


def compile_progress(
    plan: int, actors: Mapping[str, Actor], press: Press, *, now: datetime, today: date
) -> None:
    """The report on the plan in course as of its day, which the contact point has yet to approve."""
    order = Order(plan, CompilationKind.PLAN, today, None, "", None)
    _compiled(actors["contacto"], order, press, now=now, today=today)


def _compiled(actor: Actor, order: Order, press: Press, *, now: datetime, today: date) -> str:
    """Asked for, and compiled a moment later."""
    with transaction():
        uid = request_compilation(actor, order, today=today, now=now)
    compile_requested(uid, press=press, unit=transaction, clock=lambda: now + timedelta(minutes=1))
    return uid
