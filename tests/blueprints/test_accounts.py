"""Signing in and out, and one's own account."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import PASSWORD, make_user, sign_in
from tracker.db import db, transaction
from tracker.models.accounts import User
from tracker.models.audit import AuditEvent
from tracker.services import accounts as services

NEW = "otra clave distinta 31"


@pytest.fixture
def person(app):
    with app.app_context():
        return make_user("liaison", institution="INFOM", email="enlace@example.test", name="Ana Ejemplo")


def enter(client, email="enlace@example.test", password=PASSWORD, *, next="", expect=303, follow=False):
    client.get("accounts.sign_in", next=next) if next else client.get("accounts.sign_in")
    data = {"email": email, "password": password, "next": next}
    return client.post("accounts.sign_in", data, expect=None if expect == 303 else expect, follow=follow)


def test_a_person_signs_in_and_lands_on_the_panel(client, person):
    assert enter(client).location == "/panel"
    assert "Ana Ejemplo" in client.get("progress.panel").text


def test_an_unknown_account_and_a_wrong_password_read_the_same(client, person):
    unknown = enter(client, "nadie@example.test", expect=422)
    wrong = enter(client, password="no es esta clave", expect=422)
    assert unknown.texts(".error-summary li") == wrong.texts(".error-summary li")
    assert "no coinciden" in wrong.main


def test_what_was_typed_stays_but_never_the_password(client, person):
    page = enter(client, password="no es esta clave", expect=422)
    assert page.one("#email")["value"] == "enlace@example.test"
    assert not page.one("#password").get("value")


def test_too_many_attempts_are_refused_even_with_the_right_password(client, person):
    for _ in range(services.FAILURES_PER_ACCOUNT):
        enter(client, password="no es esta clave", expect=422)
    page = enter(client, expect=429)
    assert "Demasiados intentos" in page.main


def test_a_closed_account_does_not_enter(app, client, person):
    with app.app_context(), transaction():
        db.session.get(User, person.id).is_active = False
    enter(client, expect=422)


def test_a_guarded_page_leads_to_the_sign_in_and_back(client, person):
    assert (
        client.get("/avances?estado=overdue", expect=302).location == "/entrar?next=/avances?estado%3Doverdue"
    )
    assert enter(client, next="/avances?estado=overdue").location == "/avances?estado=overdue"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/", "//example.org", "/\\example.org", "javascript:alert(1)", "avances", "/a\nb"],
)
def test_no_sign_in_leads_to_another_site(client, person, elsewhere):
    assert enter(client, next=elsewhere).location == "/panel"


def test_the_language_chosen_is_remembered(client, person):
    enter(client)
    page = client.get("accounts.show")
    saved = client.post("accounts.update_profile", {**page.fields("form[action$=perfil]"), "locale": "en"})
    assert saved.location == "/en/cuenta"
    client.post("accounts.sign_out")
    assert enter(client, next="/avances").location == "/en/avances"


def test_a_spanish_reader_comes_back_from_the_english_address_in_spanish(client, person):
    assert enter(client, next="/en/avances").location == "/avances"


def test_signing_out_ends_the_session_on_the_server_too(client, person):
    enter(client)
    with client.http.session_transaction() as session:
        token = session["_user_id"]
    client.get("progress.panel")
    client.post("accounts.sign_out")
    client.get("progress.panel", expect=302)
    with client.http.session_transaction() as session:
        session["_user_id"] = token
    client.get("progress.panel", expect=302)


def test_signing_out_needs_a_post_with_its_token(client, person):
    enter(client)
    client.get("/salir", expect=405)
    client.post("accounts.sign_out", {"csrf_token": "forged"}, expect=400)


def test_the_sign_in_page_is_not_kept_by_proxies(client):
    assert client.get("accounts.sign_in").headers["Cache-Control"] == "no-store"


def test_who_is_in_needs_no_sign_in_page(client, person):
    sign_in(client, person)
    assert client.get("accounts.sign_in", expect=302).location == "/panel"


def test_a_name_is_required(client, person):
    sign_in(client, person)
    page = client.get("accounts.show")
    refused = client.post(
        "accounts.update_profile", {**page.fields("form[action$=perfil]"), "name": " "}, expect=422
    )
    assert "Escriba su nombre." in refused.main


def change(client, expect=None, **values):
    client.get("accounts.show")
    data = {"current": PASSWORD, "password": NEW, "repeated": NEW} | values
    return client.post("accounts.change_password", data, expect=expect)


def test_a_new_password_works_and_ends_the_other_sessions(client, new_client, person):
    other = new_client()
    sign_in(other, person)
    enter(client)
    change(client)
    client.get("progress.panel")
    other.get("progress.panel", expect=302)
    third = new_client()
    enter(third, expect=422)
    assert enter(third, password=NEW).location == "/panel"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"current": "no es"}, "La contraseña actual no es esa."),
        ({"password": "corta", "repeated": "corta"}, "al menos 12 caracteres"),
        ({"repeated": "otra cosa"}, "No es igual a la contraseña nueva."),
    ],
)
def test_a_password_that_will_not_do_is_said_beside_its_field(client, person, values, says):
    sign_in(client, person)
    page = change(client, 422, **values)
    assert any(says in text for text in page.texts(".field-error"))


def test_one_sees_and_ends_ones_other_sessions(client, new_client, person):
    other = new_client()
    sign_in(other, person)
    sign_in(client, person)
    page = client.get("accounts.show")
    assert len(page.all("#sesiones tbody tr")) == 2
    closed = client.submit(page, form="form[action*=sesiones]")
    assert len(closed.all("#sesiones tbody tr")) == 1
    other.get("progress.panel", expect=302)


def test_nobody_ends_somebody_elses_session(app, client, new_client, person):
    with app.app_context():
        stranger = make_user("auditor")
    sign_in(new_client(), stranger)
    sign_in(client, person)
    client.get("accounts.show")
    client.post("accounts.revoke_session", session_id=1, expect=404)


def test_signing_in_and_changing_are_written_in_the_audit_log(app, client, person):
    enter(client)
    change(client)
    client.post("accounts.sign_out")
    with app.app_context():
        tags = db.session.scalars(
            select(AuditEvent.tag).where(AuditEvent.actor_uid == person.uid).order_by(AuditEvent.seq)
        ).all()
    assert tags == ["account:signed-in", "account:credential-changed", "account:signed-out"]
