"""Seats, meetings, attendance, minutes and decisions: what is written, refused, kept private."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.meetings import AGENDA, LIST, make_table, minutes_file
from tests.support.factories.plans import NOW, TODAY, make_institution
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.meetings import MeetingStatus
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.audit import AuditPayload
from tracker.models.meetings import Attendee
from tracker.models.plans import FactVersion
from tracker.queries import meetings as queries
from tracker.queries.meetings import list_institution_choices
from tracker.queries.portal.meetings import get_public_file, get_public_meeting, get_table
from tracker.services import attendance, meetings
from tracker.services.mergers import close_institution


@pytest.fixture
def table(app_context):
    return make_table()


def refused(act):
    with pytest.raises(DomainError) as error, transaction():
        act()
    return error.value.code


def refused_there(act):
    """The same of what opens a transaction of its own."""
    with pytest.raises(DomainError) as error:
        act()
    return error.value.code


def page(table, uid):
    return queries.get_meeting(table.contact, uid, today=TODAY)


def test_a_meeting_goes_from_its_call_to_its_published_minutes(table):
    seat = table.seat(table.infom)
    table.seat(person="Doctora Secreta")
    uid = table.called(on=TODAY)
    points = page(table, uid).meeting.agenda
    assert [one.text for one in points] == AGENDA.split("\n")
    assert get_public_meeting(uid, today=TODAY).meeting.agenda == points
    said = meetings.DecisionSaid("Se aprueba.", 2, 0, 0, point_uid=points[0].uid)
    decide = lambda: meetings.record_decision(table.contact, uid, said, now=NOW)  # noqa: E731 - one line
    assert refused(decide) == "meeting-not-held"
    with transaction():
        meetings.hold_meeting(table.contact, uid, today=TODAY, now=NOW)
        assert attendance.record_attendance(table.contact, uid, LIST, based_on="", now=NOW) == 4
        decide()
    found = page(table, uid)
    assert found.voters == 2
    assert [(one.name, one.people) for one in found.meeting.attendance] == [
        ("Club del barrio", 1),
        ("INFOM", 1),
        ("Universidad", 2),
    ]
    assert refused(lambda: meetings.set_agenda(table.contact, uid, "", based_on="", now=NOW)) == (
        "agenda-point-decided"
    )
    table.approve(uid)
    assert refused(decide) == "meeting-closed"
    public = get_public_meeting(uid, today=TODAY).meeting
    assert (public.status, public.minutes.filename) == (MeetingStatus.APPROVED, "acta.pdf")
    assert get_public_file(public.minutes.uid).sha256 == public.minutes.sha256
    with transaction():
        meetings.reopen_minutes(table.contact, uid, "Faltaba una hoja.", now=NOW)
    assert get_public_meeting(uid, today=TODAY).meeting.minutes is None
    with pytest.raises(NotFound):
        get_public_file(public.minutes.uid)
    seats = get_table(today=TODAY).seats
    assert {one.institution for one in seats} == {"Instituto de Fomento Municipal", ""}
    with transaction():
        meetings.save_seat(
            table.contact,
            meetings.SeatSaid(table.infom.uid, "", seats[0].seat.sector, seats[0].seat.capacity, TODAY),
            uid=seat,
            now=NOW,
        )


def test_names_stand_in_erasable_rows_only_and_a_new_list_replaces_the_old_one(table):
    table.seat(person="Doctora Secreta")
    uid = table.held()
    contents = " ".join(db.session.scalars(select(FactVersion.content)))
    assert "Secret" not in contents
    payloads = " ".join(db.session.scalars(select(AuditPayload.content)))
    assert "Doctora Secreta" in payloads
    assert "Ana Secreta" in payloads
    assert [one.person for one in page(table, uid).attendees] == ["Beto Secreto", "Ana Secreta"]
    with transaction():
        attendance.record_attendance(table.contact, uid, "Carla;INFOM", based_on="", now=NOW)
    assert [one.person for one in page(table, uid).attendees] == ["Carla"]
    assert db.session.query(Attendee).count() == 3
    assert refused(
        lambda: attendance.record_attendance(table.contact, uid, "Eva;;", based_on="", now=NOW)
    ) == ("attendance-has-errors")
    assert [one.person for one in page(table, uid).attendees] == ["Carla"]


def test_what_somebody_else_wrote_meanwhile_is_not_written_over(table):
    uid = table.called()
    seen = page(table, uid).version
    with transaction():
        meetings.set_agenda(table.contact, uid, "Primero", based_on=seen, now=NOW)
    with pytest.raises(Conflict), transaction():
        meetings.set_agenda(table.contact, uid, "Segundo", based_on=seen, now=NOW)
    assert [one.text for one in page(table, uid).meeting.agenda] == ["Primero"]


def test_numbers_are_given_once_and_the_day_stays_once_agreements_count_from_it(table):
    uid = table.held(on=TODAY - timedelta(days=3))
    assert refused_there(lambda: table.called(1)) == "meeting-number-taken"
    said = meetings.MeetingSaid(1, page(table, uid).meeting.kind, TODAY, "10:00", "Otro salón")
    change = lambda: meetings.change_meeting(  # noqa: E731 - one call, tried twice
        table.contact, uid, said, based_on="", today=TODAY, now=NOW
    )
    with transaction():
        change()
    table.agreed(uid, date(2026, 7, 1))
    said = meetings.MeetingSaid(1, said.kind, TODAY - timedelta(days=1), "10:00", "Otro salón")
    assert refused(change) == "meeting-has-agreements"
    far = meetings.MeetingSaid(9, said.kind, TODAY, "10:00", "Salón", plan_number=77)
    assert refused(lambda: meetings.create_meeting(table.contact, far, now=NOW)) == "plan-not-found"


def test_only_the_contact_point_writes_and_those_who_read_all_read(table):
    uid = table.called()
    auditor = actor_of(make_user(AccountRole.AUDITOR))
    for actor in (table.liaison, table.member, auditor):
        with pytest.raises(NotAllowed), transaction():
            meetings.hold_meeting(actor, uid, today=TODAY, now=NOW)
    for actor in (table.member, auditor):
        assert queries.get_meeting(actor, uid, today=TODAY).meeting.number == 1
    with pytest.raises(NotAllowed):
        queries.get_meeting(table.liaison, uid, today=TODAY)


def test_a_cancelled_meeting_says_why_and_takes_nothing_more(table):
    uid = table.called(on=TODAY + timedelta(days=9))
    with transaction():
        meetings.cancel_meeting(table.contact, uid, "No hubo sala.", now=NOW)
    assert get_public_meeting(uid, today=TODAY).meeting.cancel_reason == "No hubo sala."
    upload = minutes_file()
    assert refused(lambda: meetings.add_minutes(table.contact, uid, upload, now=NOW)) == "meeting-closed"


def test_an_institution_has_one_seat_at_a_time(table):
    inap = make_institution("INAP")
    table.seat(table.infom, ends_on=date(2026, 3, 31))
    table.seat(inap)
    assert refused_there(lambda: table.seat(table.infom, starts_on=date(2026, 3, 1))) == "seat-taken-already"
    assert refused_there(lambda: table.seat()) == "seat-empty"
    table.seat(table.infom, starts_on=date(2026, 4, 1))
    assert len(queries.list_seats(table.member, today=TODAY)) == 3


def test_what_is_new_is_of_institutions_that_still_are_and_what_there_is_keeps_its_own(table):
    gone = make_institution("VIEJA", "Secretaría Vieja")
    table.seat(gone)
    assert gone.uid in dict(list_institution_choices())
    with transaction():
        close_institution(
            SYSTEM, uid=gone.uid, on=TODAY, reason="Se suprimió", legal_reference="", now=NOW, today=TODAY
        )
    assert gone.uid not in dict(list_institution_choices())
    assert dict(list_institution_choices(of=gone.uid))[gone.uid] == "VIEJA · Secretaría Vieja"
