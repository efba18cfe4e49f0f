"""The outbox in the administration, addresses that bounce, and the mailbox of those who develop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.factories.accounts import PASSWORD, make_user
from tests.support.mail import CREATED, deliver, mails, put
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.models.accounts import User
from tracker.models.notices import MailStatus


@pytest.fixture
def admin(app, client_of):
    with app.app_context():
        make_user(AccountRole.ADMIN, email="ana@gob.example")
    return client_of("ana@gob.example")


@pytest.fixture
def two(app):
    """A mail that failed and one that waits."""
    with app.app_context():
        put("uno", status=MailStatus.FAILED, last_error="451 ocupado"), put("dos", created_at=clock.now())
        return [one.uid for one in mails()]


def statuses(app):
    with app.app_context():
        return [one.status for one in mails()]


def test_the_outbox_is_filtered_by_state_and_recipient(admin, two):
    assert len(admin.get("admin.mail").all("#correo tbody tr")) == 2
    assert "451 ocupado" in admin.get("admin.mail", status="failed").main
    assert len(admin.get("admin.mail", status="failed").all("#correo tbody tr")) == 1
    found = admin.get("admin.mail", q="DOS@")
    assert "dos@gob.example" in found.main
    assert "uno@gob.example" not in found.main
    assert "Ningún correo" in admin.get("admin.mail", q="%").main
    assert "Ningún correo" in admin.get("admin.mail", status="bounced").main


def test_one_or_all_that_failed_are_tried_again(app, admin, two):
    assert "Reintentar el que falló" in admin.get("admin.mail").main
    admin.post("admin.retry", uid=two[0])
    assert statuses(app) == [MailStatus.QUEUED, MailStatus.QUEUED]
    assert "Solo se reintenta un correo que falló" in admin.post("admin.retry", uid=two[0], expect=409).main
    admin.post("admin.retry", uid="nada", expect=404)
    admin.post("admin.retry_all")
    assert "No hay correo que reintentar" in admin.get("admin.mail").text


def test_a_mail_is_discarded_with_a_reason(app, admin, two):
    page = admin.get("admin.discard", uid=two[1])
    assert "dos@gob.example" in page.main
    assert "Escriba por qué" in admin.post("admin.discard", {"reason": ""}, uid=two[1], expect=422).main
    admin.post("admin.discard", {"reason": "Ya se dijo"}, uid=two[1])
    assert statuses(app)[1] is MailStatus.CANCELLED
    assert "Descartado: Ya se dijo" in admin.get("admin.mail").main


def test_mail_that_does_not_leave_is_told_on_both_pages_after_an_hour(app, admin, two):
    assert "El correo no está saliendo" not in admin.get("admin.home").main
    with app.app_context(), transaction():
        mails()[1].created_at = clock.now() - timedelta(minutes=61)
    assert "El correo no está saliendo" in admin.get("admin.home").main
    assert "El correo no está saliendo" in admin.get("admin.mail").main
    assert "Mail is not leaving" in admin.get("/en/administracion").main


def marked(app, email):
    with app.app_context(), transaction():
        user = db.session.query(User).filter_by(email=email).one()
        user.mail_bounced_at, user.mail_bounce_reason = CREATED, "550 5.1.1 No existe"
        return user.uid


def test_a_person_is_told_that_their_mail_bounces_and_corrects_it(app, client_of, admin):
    with app.app_context():
        make_user(AccountRole.LIAISON, "INFOM", email="enlace@infom.example")
    visitor = client_of("enlace@infom.example")
    assert "Su correo rebota" not in visitor.get("progress.panel").text
    marked(app, "enlace@infom.example")
    page = visitor.get("progress.panel")
    assert "Su correo rebota" in page.text
    assert "Your e-mail bounces" in visitor.get("/en/panel").text
    visitor.get(page.link("Corregir mi correo"))
    wrong = visitor.post("accounts.email", {"email": "nuevo@infom.example", "current": "otra"}, expect=422)
    assert "La contraseña actual no es esa" in wrong.main
    taken = visitor.post("accounts.email", {"email": "ana@gob.example", "current": PASSWORD}, expect=422)
    assert "Ya existe una cuenta" in taken.main
    visitor.post("accounts.email", {"email": "nuevo@infom.example", "current": PASSWORD})
    assert "Su correo rebota" not in visitor.get("progress.panel").text
    assert "nuevo@infom.example" in visitor.get("accounts.show").text


def test_the_administration_sees_who_bounces_and_mends_it(app, admin):
    with app.app_context():
        make_user(AccountRole.LIAISON, "INFOM", email="enlace@infom.example")
    uid = marked(app, "enlace@infom.example")
    assert "1 cuenta cuyo correo rebota" in admin.get("admin.home").main
    listed = admin.get("admin.accounts", bounces=1)
    assert len(listed.all("#cuentas tbody tr")) == 1
    assert "su correo rebota" in listed.main
    assert "550 5.1.1 No existe" in admin.get("admin.account", uid=uid).main
    admin.post("admin.confirm_email", uid=uid)
    assert "550 5.1.1" not in admin.get("admin.account", uid=uid).main
    admin.post("admin.correct_email", {"email": "no es"}, uid=uid)
    assert "correo electrónico válido" in admin.get("admin.account", uid=uid).text
    admin.post("admin.correct_email", {"email": "nuevo@infom.example"}, uid=uid)
    assert "nuevo@infom.example" in admin.get("admin.account", uid=uid).main
    admin.post("admin.correct_email", {"email": "x@infom.example"}, uid="nadie", expect=404)


# The mailbox of those who develop.

LETTER = '<!doctype html>\n<html lang="es"><head><title>Hola</title></head><body><h1>Hola</h1></body></html>'


@pytest.fixture
def development(app):
    app.config["DEVELOPMENT"] = True
    yield
    app.config["DEVELOPMENT"] = False


def test_without_the_setting_there_is_no_mailbox(admin, two):
    admin.get("development.mailbox", expect=404)
    admin.get("development.mailbox_mail", key=two[0], expect=404)
    admin.get("development.mailbox_html", key=two[0], expect=404)


def test_the_mailbox_asks_for_an_administrator(app, development, client, client_of, two):
    client.get("development.mailbox", expect=302)
    with app.app_context():
        make_user(AccountRole.CONTACT_POINT, email="punto@gob.example")
    client_of("punto@gob.example").get("development.mailbox", expect=403)


def test_a_mail_is_shown_with_headers_text_and_a_frame_where_nothing_runs(app, development, admin):
    with app.app_context():
        put("uno", html=LETTER, body="<script>texto</script>")
        uid = mails()[0].uid
    page = admin.get(admin.get("development.mailbox").link("Avisos de uno: actividad número ñ"))
    assert "Message-ID" in page.main
    assert "<script>texto" not in page.markup
    frame = page.one("iframe")
    assert not frame["sandbox"]
    shown = admin.get(str(frame["src"]))
    policy = shown.response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy
    assert uid in str(frame["src"])


def test_files_of_the_outbox_are_shown_and_no_others(app, development, admin):
    with app.app_context():
        put("uno")
        deliver(app)
    folder = Path(app.instance_path) / "outbox"
    (folder / "secreto.eml").write_text("Subject: x\n\nno")
    (folder.parent / "20260615T123000Z-abcdefghij.eml").write_text("Subject: x\n\nno")
    names = [one.text for one in admin.get("development.mailbox").all("#archivos a")]
    assert len(names) == 1
    assert "Venció hace 3 días" in admin.get("development.mailbox_mail", key=names[0]).main
    for wrong in ("secreto.eml", "20260615T123000Z-abcdefghij.eml", "nada"):
        admin.get("development.mailbox_mail", key=wrong, expect=404)
    admin.get("/desarrollo/correo/..%2f20260615T123000Z-abcdefghij.eml", expect=404)
