"""Two clicks at the same moment on the table and the administration: done once, the other is told why not."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.services.test_at_once import at_once, codes
from tests.support.factories.accounts import make_user
from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY, make_institution
from tracker.db import db
from tracker.domain.agreements import AgreementStatus
from tracker.domain.meetings import Capacity, MeetingKind
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import Sector
from tracker.models.accounts import Institution, InstitutionEnding, Invitation, Membership
from tracker.models.meetings import TableAgreement, TableMeeting, TableSeat
from tracker.services import agreements, institutions, invitations, meetings, memberships
from tracker.services.agreements import AnswerSaid
from tracker.services.mergers import Merger, merge

SECRET = "a secret of this test, long enough"
PASSWORD = "una clave larga y segura"


@pytest.fixture
def table(app):
    with app.app_context():
        return make_table()


def count(app, model, *where):
    with app.app_context():
        return db.session.scalar(select(func.count(model.id)).where(*where))


def twice(app, work):
    return codes(at_once(app, lambda: work() and None, lambda: work() and None))


def test_a_meeting_is_called_held_and_its_agreement_answered_once(app, table):
    said = meetings.MeetingSaid(1, MeetingKind.ORDINARY, TODAY, "09:00", "Salón")
    called = twice(app, lambda: meetings.create_meeting(table.contact, said, now=NOW))
    assert called == ["done", "meeting-number-taken"]
    assert count(app, TableMeeting) == 1
    with app.app_context():
        uid = db.session.scalar(select(TableMeeting.uid))
    when = {"today": TODAY, "now": NOW}
    held = twice(app, lambda: meetings.hold_meeting(table.contact, uid, **when))
    assert held == ["done", "meeting-not-planned"]
    with app.app_context():
        agreed = table.agreed(uid, TODAY)
    said = AnswerSaid("Se publicó.", TODAY, url="https://ejemplo.example/a")
    answered = twice(app, lambda: agreements.answer_agreement(table.liaison, agreed, said, **when))
    assert len(answered) == len(set(answered)) == 2
    assert "done" in answered
    assert count(app, TableAgreement, TableAgreement.status == AgreementStatus.ANSWERED) == 1


def test_an_institution_takes_one_seat(app, table):
    said = meetings.SeatSaid(table.infom.uid, "", Sector.PUBLIC, Capacity.MEMBER, TODAY)
    seated = twice(app, lambda: meetings.save_seat(table.contact, said, now=NOW))
    assert seated == ["done", "seat-taken-already"]
    assert count(app, TableSeat) == 1


def test_an_invitation_is_sent_and_accepted_once(app):
    given = {"email": "ana@example.gt", "name": "Ana", "role": AccountRole.TABLE_MEMBER, "now": NOW}
    assert twice(app, lambda: invitations.invite(SYSTEM, **given)) == ["already-invited", "done"]
    with app.app_context():
        row = db.session.scalars(select(Invitation)).one()
        token = invitations.token_of(SECRET, row.uid, row.serial, row.asked_at)
    chosen = {"name": "Ana", "password": PASSWORD, "now": NOW, "today": TODAY}
    accepted = twice(app, lambda: invitations.accept(SECRET, token, **chosen))
    assert accepted == ["done", "invitation-used"]


def test_an_institution_is_made_and_merged_once_and_a_part_in_it_begins_once(app):
    given = {"acronym": "NUEVA", "name": "Secretaría Nueva", "now": NOW}
    assert twice(app, lambda: institutions.add_institution(SYSTEM, **given)) == ["acronym-taken", "done"]
    with app.app_context():
        uid = db.session.scalar(select(Institution.uid).where(Institution.acronym == "NUEVA"))
        old = make_institution("VIEJA", "Secretaría Vieja").uid
        person = make_user(AccountRole.TABLE_MEMBER).uid
    part = {"user_uid": person, "institution_uid": uid, "on": TODAY, "now": NOW, "today": TODAY}
    assert twice(app, lambda: memberships.begin_part(SYSTEM, **part)) == ["done", "part-exists"]
    assert count(app, Membership) == 1
    whole = Merger([old], uid, TODAY, "Reforma", "Acuerdo 9-2026")
    merged = twice(app, lambda: merge(SYSTEM, whole, now=NOW, today=TODAY))
    assert merged == ["done", "institution-ended"]
    with app.app_context():
        assert db.session.scalar(select(func.count(InstitutionEnding.institution_id))) == 1
