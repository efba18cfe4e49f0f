"""`verify` of the technical table: whatever is changed past the services is found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select, text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.models.audit import AuditEvent
from tracker.services.agreement_flags import flag_agreements
from tracker.services.audit import erase_payload
from tracker.services.verification import verify


@pytest.fixture
def made(app_context):
    table = make_table()
    table.seat(table.infom)
    meeting = table.held()
    agreement = table.agreed(meeting, TODAY + timedelta(days=1))
    late = TODAY + timedelta(days=4)
    with transaction():
        flag_agreements(on=late, now=table.at(late))
    table.answer(agreement, late)
    table.rule(agreement, late)
    table.approve(meeting)
    with transaction():
        flag_agreements(on=late + timedelta(days=1), now=table.at(late))


def kinds():
    db.session.rollback()
    found = verify(evidence_url=current_app.config["EVIDENCE_URL"], reports_folder="/nowhere")
    return {one.kind for one in found}


def test_the_table_as_its_services_left_it_is_right_also_once_names_were_erased(made):
    assert kinds() == set()
    seq = db.session.scalar(select(AuditEvent.seq).where(AuditEvent.tag == "attendance:recorded"))
    admin = actor_of(make_user(AccountRole.ADMIN))
    with transaction():
        erase_payload(admin, seq, reason="Lo pidió.", now=NOW)
    assert kinds() == set()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ("UPDATE table_meetings SET content = replace(content, 'Salón', 'Otro')", "meeting-changed"),
        ("UPDATE table_meetings SET number = 9", "meeting-changed"),
        ("UPDATE table_agreements SET due_on = '2027-01-01'", "agreement-changed"),
        ("UPDATE table_seats SET institution_id = NULL, person = 'x'", "seat-changed"),
        ("UPDATE agreement_flags SET days_late = 1", "agreement-flag-changed"),
        ("DELETE FROM agreement_flags", "agreement-flag-missing"),
        ("UPDATE table_attendees SET person = 'Otra'", "attendance-changed"),
        ("DELETE FROM table_seats", "seat-missing"),
    ],
)
def test_a_change_past_the_services_is_found(made, change, kind):
    with transaction():
        assert db.session.execute(text(change)).rowcount
    assert kind in kinds()
