"""The technical table through its pages: a meeting written down, agreements, what everybody reads."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.client import PageClient
from tests.support.factories.meetings import make_table
from tests.support.factories.reports import PDF
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.ogp_clock import Duty
from tracker.domain.permissions import AccountRole
from tracker.jobs.ogp_clock import ogp_clock as job
from tracker.jobs.run import Run
from tracker.models.accounts import User
from tracker.models.notices import Notice, NoticeStatus
from tracker.services import ogp_clock
from tracker.services.ogp_clock import Happening

FORM = "form[data-guard]"


def send(client, page, data=None, *, form=FORM, **more):
    """Fill in and send the page's own form."""
    return client.submit(page, data, form=form, **more)


@pytest.fixture
def today():
    return clock.today()


@pytest.fixture
def table(app, today):
    with app.app_context():
        made = make_table(today=today, now=clock.now())
        made.seat(made.infom)
        made.seat(person="Doctora Secreta")
        return made


@pytest.fixture
def held(app, table, today):
    with app.app_context():
        return table.held(on=today - timedelta(days=5))


@pytest.fixture
def contact(signed_in):
    return signed_in(AccountRole.CONTACT_POINT)


def test_a_meeting_is_called_held_written_down_and_published(app, contact, client, table, today):
    page = contact.get(contact.get("meetings.home").link("Convocar una reunión"))
    bad = send(contact, page, {"at": "9", "on": "31/12", "place": ""}, expect=422)
    assert "Escriba dónde es la reunión" in bad.main
    given = {"number": "4", "on": today.isoformat(), "at": "09:00", "place": "Salón"}
    wrong = send(contact, bad, {**given, "at": "9 de la mañana"}, expect=422)
    assert wrong.fields(FORM)["place"] == "Salón"
    assert "Escriba una hora como 09:00" in wrong.main
    home = send(contact, wrong, given)
    show = contact.get(re.search(r"/mesa/reuniones/[\w-]{10,}", home.markup)[0])
    agenda = contact.get(show.link("Poner la agenda"))
    show = send(contact, agenda, {"agenda": "Uno\nDos"})
    show = send(contact, show, form="form[action$='/celebrada']")
    attendance = contact.get(show.link("Anotar la asistencia"))
    read = send(contact, attendance, {"text": "Ana Secreta;INFOM\nBeto;Club", "action": "read"})
    assert "Línea 2: falta el sector" in read.main
    refused = send(contact, read, {"action": "save"}, expect=422)
    assert "no se guardó nada" in refused.main
    assert "Beto;Club" in refused.fields(FORM)["text"]
    upload = {"file": (io.BytesIO(b"Nombre,Entidad\nAna Secreta,INFOM\n"), "lista.csv"), "text": ""}
    read = send(contact, refused, {**upload, "action": "read"})
    show = send(contact, read, {"action": "save"})
    assert "Vino 1 persona" in show.main
    decision = contact.get(show.link("Anotar una decisión"))
    votes = {"text": "Se aprueba.", "in_favour": "9", "against": "0", "abstained": "0"}
    again = send(contact, decision, votes, expect=422)
    assert "Son 9 votos y solo 2 integrantes" in again.main
    show = send(contact, again, {"in_favour": "2"})
    assert "A favor: 2 · En contra: 0 · Abstenciones: 0" in show.main
    minutes = contact.get(show.link("Subir el acta"))
    assert "Elija un archivo" in send(contact, minutes, expect=422).main
    bad_file = {"file": (io.BytesIO(b"MZ\x90\x00" * 40), "acta.pdf")}
    send(contact, minutes, bad_file, expect=422)
    show = send(contact, minutes, {"file": (io.BytesIO(PDF), "acta.pdf")})
    public = show.link("Página pública")
    assert "El acta se publica cuando se aprueba" in client.get(public).main
    show = send(contact, show, form="form[action$='/aprobar']")
    assert "Acta aprobada" in show.main
    page = client.get(public)
    assert "Secret" not in page.markup
    download = client.get(page.link("acta.pdf"))
    assert download.data == PDF
    assert download.headers["Content-Disposition"].startswith("attachment")
    download.response.close()
    assert "Set-Cookie" not in page.headers


def test_an_agreement_is_answered_sent_back_answered_again_and_accepted(
    app, contact, client, table, held, today
):
    page = contact.get("meetings.new_agreement", uid=held)
    missing = send(contact, page, {"due_on": today.isoformat()}, expect=422)
    assert "Escriba qué se acordó" in missing.main
    said = {"text": "Publicar el calendario.", "institution": table.infom.uid}
    said["due_on"] = (today - timedelta(days=2)).isoformat()
    show = send(contact, missing, said)
    assert "Vencido hace 2 días" in show.main
    with app.app_context():
        liaison = make_client(app, table)
    assert "1 vencido" in liaison.get("progress.panel").main
    one = liaison.get(liaison.get("meetings.home").link("Publicar el calendario."))
    form = liaison.get(one.link("Responder"))
    bad = send(liaison, form, {"text": "Se publicó.", "url": "javascript:x"}, expect=422)
    assert bad.fields(FORM)["text"] == "Se publicó."
    one = send(liaison, bad, {"url": "https://ejemplo.example/c", "files": (io.BytesIO(PDF), "prueba.pdf")})
    assert "Por aceptar" in one.main
    own = contact.get("meetings.agreement", uid=one.path.rpartition("/")[2])
    back = contact.get(own.link("Devolver"))
    assert "comentario" in send(contact, back, expect=422).main.lower()
    send(contact, back, {"comment": "Falta el enlace."})
    one = liaison.get(one.path)
    assert "Falta el enlace." in one.main
    one = send(liaison, liaison.get(one.link("Responder")), {"text": "Va el enlace."})
    send(contact, contact.get(contact.get(one.path).link("Aceptar")))
    public = client.get("portal.technical_table")
    assert "Va el enlace." in public.main
    assert "Cumplido 2 días tarde" in public.main
    english = client.get("/en/mesa-tecnica")
    assert "Met 2 days late" in english.main
    assert "Technical table" in english.main


def make_client(app, table):
    """A client of the table's liaison."""
    email = db.session.query(User.email).filter(User.uid == table.liaison.uid).scalar()
    return PageClient(app).sign_in(email)


def test_postponing_dropping_and_correcting_leave_their_traces_in_public(
    app, contact, client, table, held, today
):
    with app.app_context():
        uid = table.agreed(held, today + timedelta(days=3))
    page = contact.get("meetings.agreement", uid=uid)
    page = send(contact, contact.get(page.link("Corregir")), {"text": "Otro texto."})
    late = {"due_on": (today + timedelta(days=40)).isoformat(), "reason": "Cambió el titular."}
    page = send(contact, contact.get(page.link("Dar otro plazo")), late)
    assert "Plazo al principio" in page.main
    send(contact, contact.get(page.link("Dejar sin efecto")), {"reason": "Ya no hace falta."})
    public = client.get("portal.table_meeting", uid=held).main
    assert all(words in public for words in ("Otro texto.", "Cambió el titular.", "Ya no hace falta."))


def test_who_may_open_what(app, signed_in, client, table, held, contact):
    for role, status in (
        (AccountRole.TABLE_MEMBER, 200),
        (AccountRole.AUDITOR, 200),
        (AccountRole.LIAISON, 403),
    ):
        person = signed_in(role, "INFOM" if role is AccountRole.LIAISON else None)
        person.get("meetings.home")
        person.get("meetings.show", uid=held, expect=status)
        person.get("meetings.new_agreement", uid=held, expect=403)
    signed_in(AccountRole.ADMIN).get("meetings.home", expect=403)
    client.get("meetings.home", expect=302)
    client.get("portal.table_meeting", uid="nada", expect=404)
    contact.get("meetings.agreement", uid="nada", expect=404)
    client.get("machine.table_file", uid="nada", expect=404)
    contact.get("meetings.download", uid="nada", expect=404)


def test_seats_are_added_changed_and_a_meeting_cancelled(app, contact, client, table, today):
    seats = contact.get("meetings.seats")
    assert "Doctora Secreta" in seats.main
    new = contact.get(seats.link("Añadir a la mesa"))
    taken = {"institution": table.infom.uid, "starts_on": today.isoformat()}
    assert "ya tiene un lugar" in send(contact, new, taken, expect=422).main
    change = contact.get(seats.one("#lugares tr:has(th:-soup-contains(INFOM)) a")["href"])
    send(contact, change, {"ends_on": "2026-03-31"})
    send(contact, new, taken)
    assert "Doctora Secreta" not in client.get("portal.technical_table").markup
    with app.app_context():
        uid = table.called(on=today + timedelta(days=9))
    page = contact.get("meetings.show", uid=uid)
    page = send(contact, contact.get(page.link("Cambiar los datos")), {"place": "Otro salón"})
    send(contact, contact.get(page.link("Cancelar la reunión")), {"reason": "No hubo sala."})
    assert "No hubo sala." in client.get("portal.table_meeting", uid=uid).main
    calendar = client.get("portal.table_calendar").markup
    assert "STATUS:CANCELLED" in calendar


def test_what_happened_since_the_last_meeting_is_told_a_block_a_screen(app, signed_in):
    work = make_work(app, activities_per_milestone=2)
    with app.app_context():
        table = make_table(today=work.today, now=clock.now())
        table.held(1, on=work.today - timedelta(days=2))
        scene = work.scene()
        scene.validate(scene.submitted(work.activity, 60, today=work.today))
        uid = table.called(2, on=work.today)
    page = signed_in(AccountRole.TABLE_MEMBER).get("meetings.since_last", uid=uid)
    assert len(page.soup.select(".slide")) == 7
    assert work.activity.title in page.main
    assert "La anterior fue la 1" in page.main


def test_what_was_told_of_the_forum_goes_as_soon_as_a_meeting_is_said_to_be_held(app, contact, table, today):
    with app.app_context():
        last = today - timedelta(days=300)
        happening = Happening(Duty.FORUM, last, "Reunión", "")
        with transaction():
            ogp_clock.record_happening(table.contact, happening, now=clock.now(), today=today)
        told = job(Run(today, today, today, app.config, threading.Event()))["notices"]
        uid = table.called(on=today)
    assert told
    assert notices(app) == {NoticeStatus.OPEN}
    send(contact, contact.get("meetings.show", uid=uid), form="form[action$='/celebrada']")
    assert notices(app) == {NoticeStatus.CLEARED}


def notices(app):
    """How the notices of the clock stand."""
    with app.app_context():
        kinds = [Event.CLOCK_DUE.value, Event.CLOCK_MISSED.value]
        return set(db.session.scalars(select(Notice.status).where(Notice.kind.in_(kinds))))
