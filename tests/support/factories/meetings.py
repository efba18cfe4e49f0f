"""The technical table in the database, through its services, each step in a transaction of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, InstitutionRef, make_institution
from tests.support.factories.reports import PDF
from tracker.db import transaction
from tracker.domain.meetings import Capacity, MeetingKind
from tracker.domain.permissions import AccountRole, Actor
from tracker.domain.plans import Sector
from tracker.services import agreements, attendance, meetings
from tracker.services.evidence import Upload, store_bytes

AGENDA = "Cómo va el plan\nActividades con atraso"
LIST = "Ana Secreta;INFOM\nBeto Secreto;Club del barrio;Sociedad civil\n;Universidad;Academia;2"


def minutes_file(name: str = "acta.pdf", data: bytes = PDF) -> Upload:
    """A file received and kept."""
    return store_bytes(data, name, evidence_url=current_app.config["EVIDENCE_URL"], max_bytes=10**7)


@dataclass
class Table:
    """A table with its people: two contact points, INFOM's liaison, a member; in an app context."""

    contact: Actor
    other_contact: Actor
    liaison: Actor
    member: Actor
    infom: InstitutionRef
    now: datetime = NOW
    today: date = TODAY

    def seat(self, institution: InstitutionRef | None = None, person: str = "", **more: Any) -> str:
        """A seat since the year began."""
        given = {"sector": Sector.ACADEMIA, "capacity": Capacity.MEMBER, "starts_on": date(2026, 1, 1)}
        said = meetings.SeatSaid(institution.uid if institution else "", person, **{**given, **more})
        with transaction():
            return meetings.save_seat(self.contact, said, now=self.now)

    def called(self, number: int = 1, on: date | None = None, **more: Any) -> str:
        """A meeting with an agenda of two points."""
        given = {"kind": MeetingKind.ORDINARY, "at": "09:00", "place": "Salón", **more}
        said = meetings.MeetingSaid(number=number, on=on or self.today, **given)
        with transaction():
            uid = meetings.create_meeting(self.contact, said, now=self.now)
            meetings.set_agenda(self.contact, uid, AGENDA, based_on="", now=self.now)
        return uid

    def held(self, number: int = 1, on: date | None = None, **more: Any) -> str:
        """A meeting that was held, with its list of who came."""
        uid = self.called(number, on, **more)
        with transaction():
            meetings.hold_meeting(self.contact, uid, today=self.today, now=self.now)
            attendance.record_attendance(self.contact, uid, LIST, based_on="", now=self.now)
        return uid

    def agreed(self, meeting: str, due_on: date, text: str = "Publicar el calendario.") -> str:
        """An agreement that INFOM answers for."""
        said = agreements.AgreementSaid(text, self.infom.uid, due_on)
        with transaction():
            return agreements.record_agreement(self.contact, meeting, said, today=self.today, now=self.now)

    def answer(self, uid: str, today: date, *, actor: Actor | None = None, **more: Any) -> None:
        """An answer with a file, on a day."""
        said = agreements.AnswerSaid("Se publicó.", today, files=[minutes_file("prueba.pdf")], **more)
        with transaction():
            agreements.answer_agreement(actor or self.liaison, uid, said, today=today, now=self.at(today))

    def rule(self, uid: str, today: date, *, accept: bool = True, actor: Actor | None = None) -> None:
        """A ruling on the last answer."""
        with transaction():
            agreements.rule_on_answer(
                actor or self.contact,
                uid,
                is_accepted=accept,
                comment="" if accept else "Falta el enlace.",
                today=today,
                now=self.at(today),
            )

    def approve(self, meeting: str) -> None:
        """Its minutes uploaded and approved."""
        upload = minutes_file()
        with transaction():
            meetings.add_minutes(self.contact, meeting, upload, now=self.now)
            meetings.approve_minutes(self.contact, meeting, today=self.today, now=self.now)

    def at(self, day: date) -> datetime:
        """An instant of a day."""
        return self.now + timedelta(days=(day - self.today).days)


def make_table(today: date = TODAY, now: datetime = NOW) -> Table:
    """The people of the table."""
    infom = make_institution("INFOM", "Instituto de Fomento Municipal")
    return Table(
        contact=actor_of(make_user(AccountRole.CONTACT_POINT), today),
        other_contact=actor_of(make_user(AccountRole.CONTACT_POINT, institution="INFOM"), today),
        liaison=actor_of(make_user(AccountRole.LIAISON, institution="INFOM"), today),
        member=actor_of(make_user(AccountRole.TABLE_MEMBER), today),
        infom=infom,
        today=today,
        now=now,
    )
