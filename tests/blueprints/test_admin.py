"""Administration: who may open which page, and what they do there."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import PASSWORD, make_user, sign_in
from tests.support.factories.plans import make_institution, window
from tests.support.factories.reports import make_scene
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.jobs.ledger import run_by_hand
from tracker.jobs.schedule import find_job
from tracker.models.accounts import User
from tracker.models.checks import FileCheck, FileDamage
from tracker.models.evidence import StoredFile
from tracker.models.jobs import JobRun
from tracker.models.notices import MailStatus, OutboxMail
from tracker.services import jobs as job_services

PAGES = {
    "admin.home": {"admin", "contact_point", "auditor"},
    "admin.jobs": {"admin", "contact_point", "auditor"},
    "admin.accounts": {"admin"},
    "admin.new_account": {"admin"},
    "admin.mail": {"admin"},
    "admin.audit_log": {"auditor"},
}
ROLES = ["admin", "contact_point", "liaison", "institution_head", "table_member", "auditor"]


@pytest.fixture
def as_role(app, new_client):
    def enter(role, **more):
        institution = "INFOM" if role in {"liaison", "institution_head"} else None
        with app.app_context():
            person = make_user(role, institution=institution, **more)
        visitor = new_client()
        sign_in(visitor, person)
        return visitor

    return enter


@pytest.fixture
def admin(as_role):
    return as_role("admin", name="Ana Administra", email="ana@gob.example")


@pytest.mark.parametrize("role", ROLES)
def test_each_page_opens_for_its_roles_alone(as_role, role):
    visitor = as_role(role)
    for page, roles in PAGES.items():
        visitor.get(page, expect=200 if role in roles else 403)


def test_without_an_account_the_pages_lead_to_the_sign_in(client):
    for page in PAGES:
        assert "/entrar" in client.get(page, expect=302).location


@pytest.mark.parametrize("role", ["admin", "contact_point", "auditor"])
def test_the_tabs_are_those_that_one_may_open(as_role, role):
    visitor = as_role(role)
    for link in visitor.get("admin.home").all(".section-nav a"):
        visitor.get(str(link["href"]))


def test_the_first_page_tells_what_failed_and_leads_there(app, admin):
    with app.app_context():
        with transaction():
            held = job_services.claim_by_hand(
                SYSTEM, "flag-overdue", for_date=date(2026, 6, 1), lease=timedelta(minutes=1), now=clock.now()
            )
        with transaction():
            job_services.fail(held, "OSError: disco lleno", now=clock.now())
    home = admin.get("admin.home")
    assert "1 trabajo falló en siete días" in home.main
    failed = admin.get(home.link("trabajo falló"))
    assert "OSError: disco lleno" in failed.main
    assert "falló" in failed.one("#corridas-tabla").get_text()


def test_a_job_is_asked_for_and_waits_for_the_scheduler(app, admin):
    page = admin.submit(
        admin.get("admin.jobs"), {"job": "flag-overdue", "on": "2026-06-01"}, form="main form[method=post]"
    )
    assert "El planificador lo toma en menos de un minuto" in page.text
    assert "solicitado" in page.one("#corridas-tabla").get_text()
    assert "Ana Administra" in page.one("#corridas-tabla").get_text()
    with app.app_context():
        assert db.session.scalars(select(JobRun.for_date)).all() == [date(2026, 6, 1)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"on": "2099-01-01"}, "no puede ser posterior a hoy"),
        ({"on": "ayer"}, "Not a valid date value"),
        ({"on": ""}, "Escriba una fecha"),
    ],
)
def test_a_date_that_will_not_do_is_told_beside_it(admin, data, words):
    page = admin.submit(
        admin.get("admin.jobs"),
        {"job": "flag-overdue", **data},
        form="main form[method=post]",
        expect=422,
        follow=False,
    )
    assert page.all(".error-summary")


def test_asking_twice_is_told(admin):
    form = "main form[method=post]"
    admin.submit(admin.get("admin.jobs"), {"on": "2026-06-01"}, form=form)
    page = admin.submit(admin.get("admin.jobs"), {"on": "2026-06-01"}, form=form, expect=422, follow=False)
    assert "Ya está solicitado" in page.main


@pytest.mark.parametrize("role", ["contact_point", "auditor"])
def test_who_only_reads_jobs_cannot_run_them(as_role, role):
    visitor = as_role(role)
    assert visitor.get("admin.jobs").all("main form[method=post]") == []
    visitor.get("accounts.show")
    visitor.post("admin.run_job", {"job": "flag-overdue", "on": "2026-06-01"}, expect=403)


def test_runs_go_on_beyond_a_page_and_can_be_filtered(app, admin):
    with app.app_context(), transaction():
        for number in range(55):
            day = date(2026, 1, 1) + timedelta(days=number)
            job_services.skip_slot("flag-overdue", day.isoformat(), for_date=day, now=clock.now())
        job_services.skip_slot("deliver-mail", "x", for_date=date(2026, 5, 1), now=clock.now())
    page = admin.get("admin.jobs")
    assert len(page.all("#corridas-tabla tbody tr")) == 50
    older = admin.get(page.link("Ver más antiguas"))
    assert len(older.all("#corridas-tabla tbody tr")) == 6
    assert len(admin.get("admin.jobs", job="deliver-mail").all("#corridas-tabla tbody tr")) == 1
    assert "Ninguna corrida" in admin.get("admin.jobs", failed=1).main


def test_an_account_is_opened_and_its_password_told_once(app, admin, new_client):
    with app.app_context():
        infom = make_institution("INFOM")
    page = admin.submit(
        admin.get("admin.new_account"),
        {"name": "Luis Enlace", "email": "luis@infom.example", "role": "liaison",
         "institutions": [infom.uid]},
        form="main form[method=post]", expect=200, follow=False,
    )  # fmt: skip
    password = page.texts(".meta-list dd")[1]
    assert page.headers["Cache-Control"] == "no-store"
    visitor = new_client()
    visitor.get("accounts.sign_in")
    data = {"email": "luis@infom.example", "password": password, "next": ""}
    assert visitor.post("accounts.sign_in", data).location == "/panel"
    listed = admin.get("admin.accounts", q="infom").one("#cuentas").get_text()
    assert "Luis Enlace" in listed
    assert "Enlace institucional" in listed


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"role": "liaison"}, "Elija la institución"),
        ({"email": "no-es"}, "correo electrónico válido"),
        ({"email": "ana@gob.example"}, "Ya existe una cuenta"),
        ({"name": ""}, "Escriba el nombre"),
        ({"role": ""}, "Elija un rol."),
    ],
)
def test_what_is_wrong_with_a_new_account_is_told_and_nothing_lost(admin, data, words):
    sent = {"name": "Luis", "email": "luis@gob.example", "role": "auditor"} | data
    page = admin.submit(
        admin.get("admin.new_account"), sent, form="main form[method=post]", expect=422, follow=False
    )
    assert words in page.main
    assert page.one("#email")["value"] == sent["email"]


@pytest.fixture
def luis(app, new_client):
    with app.app_context():
        person = make_user("auditor", email="luis@gob.example", name="Luis")
    visitor = new_client()
    sign_in(visitor, person)
    return person, visitor


def button(page, words):
    return next(str(form["action"]) for form in page.all("#cuentas form") if words in form.get_text())


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(app, admin, luis):
    _, visitor = luis
    page = admin.post(button(admin.get("admin.accounts", q="luis"), "Cerrar"), follow=True)
    assert "cerrada" in page.one("#cuentas").get_text()
    assert "/entrar" in visitor.get("progress.panel", expect=302).location
    admin.post(button(admin.get("admin.accounts", q="luis"), "Abrir otra vez"), follow=True)
    with app.app_context():
        assert db.session.scalars(select(User.is_active).where(User.email == "luis@gob.example")).all() == [
            True
        ]


def test_a_new_password_ends_the_sessions_and_replaces_the_old_one(admin, luis, new_client):
    _, visitor = luis
    page = admin.post(button(admin.get("admin.accounts", q="luis"), "Nueva contraseña"), expect=200)
    password = page.texts(".meta-list dd")[1]
    assert "/entrar" in visitor.get("progress.panel", expect=302).location
    fresh = new_client()
    fresh.get("accounts.sign_in")
    data = {"email": "luis@gob.example", "next": ""}
    fresh.post("accounts.sign_in", {**data, "password": PASSWORD}, expect=422)
    fresh.post("accounts.sign_in", {**data, "password": password})


def test_nobody_closes_their_own_account(app, admin):
    with app.app_context():
        own = db.session.scalars(select(User.uid).where(User.email == "ana@gob.example")).one()
    assert "Es su cuenta" in admin.get("admin.accounts").main
    assert (
        "No puede desactivar su propia cuenta" in admin.post("admin.close_account", uid=own, expect=409).main
    )
    admin.post("admin.close_account", uid="nadie", expect=404)


def test_the_outbox_is_listed_and_in_development_read(app, admin):
    with app.app_context():
        make_scene(windows=(window(date(2026, 1, 1), date(2026, 8, 31)),))
        for job in ("send-due-reminders", "send-digests"):
            run_by_hand(app, find_job(job), on=date(2026, 8, 24))
    page = admin.get("admin.mail", status="queued")
    assert len(page.all("#correo tbody tr")) == 2
    text = admin.get(str(page.all("#correo tbody a")[0]["href"]))
    assert "vence" in text.main.lower()
    assert text.all("main a[href*='/actividades/']")
    assert "Ningún correo" in admin.get("admin.mail", status="sent").main
    admin.get("admin.mail_text", uid="nada", expect=404)


def test_where_mail_really_leaves_its_words_are_the_persons_alone(app, admin, monkeypatch):
    with app.app_context(), transaction():
        mail = OutboxMail(
            recipient="luis@gob.example", subject="Asunto", body="Texto", dedup_key="x",
            status=MailStatus.FAILED, last_error="550 no existe",
            next_attempt_at=datetime(2026, 6, 1, tzinfo=UTC), created_at=datetime(2026, 6, 1, tzinfo=UTC),
        )  # fmt: skip
        db.session.add(mail)
        db.session.flush()
        uid = mail.uid
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1")
    page = admin.get("admin.mail")
    assert "550 no existe" in page.main
    assert page.all("#correo th a") == []
    admin.get("admin.mail_text", uid=uid, expect=404)
    assert "1 correo no se pudo enviar" in admin.get("admin.home").main


def test_the_audit_log_is_read_filtered_and_continued(app, as_role):
    with app.app_context():
        made = make_scene(commitments=2, milestones=3, activities_per_milestone=8)
        uid = made.activity.uid
    auditor = as_role("auditor")
    first = auditor.get("admin.audit_log")
    assert len(first.all("#bitacora tbody tr")) == 50
    older = auditor.get(first.link("Ver más antiguas"))
    numbers = [int(one) for one in [*first.texts("#bitacora tbody th"), *older.texts("#bitacora tbody th")]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)
    assert auditor.get(older.link("Volver a lo más reciente")).texts("#bitacora tbody th")[0] == str(
        numbers[0]
    )
    about = auditor.get("admin.audit_log", subject=uid)
    assert len(about.all("#bitacora tbody tr")) == 1
    assert "Cambió un elemento del plan" in about.main
    assert "Sin anotaciones" in auditor.get("admin.audit_log", subject="nada").main
    assert len(auditor.get("admin.audit_log", tag="account:created").all("#bitacora tbody tr")) == 4


def test_an_erased_payload_is_told_as_such(app, as_role):
    auditor = as_role("auditor")
    with app.app_context(), transaction():
        db.session.execute(db.text("DELETE FROM audit_payloads"))
    assert "Su contenido se borró; queda su huella." in auditor.get("admin.audit_log").main


def test_the_pages_have_a_constant_number_of_queries(app, admin, query_counter):
    counts = []
    for number in (1, 40):
        with app.app_context():
            for each in range(number):
                make_user("auditor", email=f"a{number}-{each}@gob.example")
        with query_counter() as queries:
            admin.get("admin.accounts")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_pages_are_there_in_english(admin):
    for page in ("/en/administracion", "/en/administracion/trabajos", "/en/administracion/cuentas"):
        assert admin.get(page).one("html")["lang"] == "en"


def test_addresses_are_those_of_the_design(admin):
    assert re.fullmatch("/administracion/?", admin.url("admin.home"))


def test_the_first_page_warns_of_damaged_evidence(app, admin):
    assert "Archivos de evidencia" not in admin.get("admin.home").main
    with app.app_context():
        add_damaged_file()
    page = admin.get("admin.home")
    assert "Un archivo de evidencia falta o cambió" in page.main
    assert "An evidence file is missing or has changed" in admin.get("/en/administracion").main


def add_damaged_file():
    """A stored file of which the night's check found nothing."""
    with transaction():
        db.session.add(StoredFile(sha256="0" * 64, size=3, media_type="text/csv", created_at=clock.now()))
        db.session.flush()
        db.session.add(FileCheck(sha256="0" * 64, verified_at=clock.now(), damage=FileDamage.MISSING))


def test_a_run_tells_how_long_it_took_and_what_it_counted(app, admin):
    with app.app_context():
        began = clock.now() - timedelta(minutes=3)
        with transaction():
            held = job_services.claim_by_hand(
                SYSTEM, "check-links", for_date=date(2026, 6, 1), lease=timedelta(minutes=9), now=began
            )
        with transaction():
            job_services.finish(held, {"links": 7, "links_down": 0}, now=began + timedelta(seconds=65))
    page = admin.get("admin.jobs")
    assert "1 min 5 s" in page.one("#trabajos").get_text()
    assert "enlaces revisados: 7" in page.one("#trabajos").get_text()
    assert "1 min 5 s" in page.one("#corridas-tabla").get_text()
