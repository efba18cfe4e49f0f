"""Invitations: the letter, its link, the account that comes of it; roles and parts with their days."""

from __future__ import annotations

import re
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select

from tests.support.client import PageClient
from tests.support.factories.accounts import PASSWORD, make_user
from tests.support.factories.plans import make_institution
from tests.support.factories.work import make_work
from tests.support.mail import mails
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.jobs.invitations import write_invitations
from tracker.jobs.run import Run
from tracker.models.accounts import Invitation, User
from tracker.services import invitations as services

LINK = re.compile(r"/invitacion/\S+")
EMAIL = "nueva@example.test"


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def admin(work):
    return work.client("admin")


def invite(admin, work, **more):
    expect = more.pop("expect", None)
    given = {"email": EMAIL, "name": "Ana", "role": "liaison", "institution": [work.made.lead.uid]}
    return admin.submit(
        admin.get("admin.invitations"), {**given, **more}, form="section.card form", expect=expect
    )


def letters(app):
    """The addresses in the letters that have been worded, the oldest first."""
    with app.app_context():
        write_invitations(Run(clock.today(), clock.today(), clock.today(), app.config, Event()))
        return [LINK.search(one.body).group() for one in mails() if one.recipient == EMAIL]


def fill(client, path, **more):
    given = {"name": "Ana López", "password": PASSWORD, "repeated": PASSWORD}
    return client.submit(
        client.get(path), {**given, **more}, form="form.card", expect=more.pop("expect", None)
    )


def test_the_person_chooses_a_password_by_a_link_that_is_good_once(app, work, admin):
    assert EMAIL in invite(admin, work).main
    (path,) = letters(app)
    nobody = PageClient(app)
    page = nobody.get(path)
    assert "Set-Cookie" not in page.response.headers
    assert "Instituto INFOM" in page.main
    assert nobody.submit(
        page, {"name": "Ana", "password": "corta", "repeated": "otra"}, form="form.card", expect=422
    )
    done = fill(nobody, path)
    assert "Su cuenta está abierta" in done.main
    with app.app_context():
        user = db.session.scalars(select(User).where(User.email == EMAIL)).one()
        assert (user.name, user.role) == ("Ana López", AccountRole.LIAISON)
        assert [one.institution_id for one in user.memberships] == [work.made.lead.id]
    assert "ya se usó" in nobody.get(path, expect=400).text
    assert "aceptada" in admin.get("admin.invitations").main


def test_a_newer_letter_a_revocation_and_time_make_a_link_good_for_nothing(app, work, admin, monkeypatch):
    invite(admin, work)
    (first,) = letters(app)
    with app.app_context():
        uid = db.session.scalar(select(Invitation.uid))
    admin.post("admin.resend_invitation", uid=uid)
    _, second = letters(app)
    nobody = PageClient(app)
    assert "carta más reciente" in nobody.get(first, expect=400).text
    assert nobody.get(second).status == 200
    late = clock.now() + services.VALID + timedelta(minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: late)
        assert "siete días" in nobody.get(second, expect=400).text
    admin.post("admin.revoke_invitation", uid=uid)
    assert "anulada" in nobody.get(second, expect=400).text
    assert nobody.get(second[:-3] + "abc", expect=400)
    assert "anulada" in admin.get("admin.invitations").main


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "no es correo"}, "correo electrónico válido"),
        ({"role": ""}, "Elija un rol"),
        ({"institution": []}, "Elija la institución"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(work, admin, values, sentence):
    assert sentence in invite(admin, work, **values, expect=422).main


def test_nobody_is_invited_twice_nor_with_an_account(app, work, admin):
    invite(admin, work)
    assert "ya tiene una invitación pendiente" in invite(admin, work, expect=422).main
    taken = work.people["liaison"].email
    assert "Ya existe una cuenta" in invite(admin, work, email=taken, expect=422).main
    work.client("contact").get("admin.invitations", expect=403)


def test_a_letter_is_in_the_language_of_the_invitation(app, work, admin):
    invite(admin, work, locale="en")
    (path,) = letters(app)
    with app.app_context():
        letter = next(one for one in mails() if one.recipient == EMAIL)
        assert f"/en{path}" in letter.body
        assert letter.subject == "Invitation to Cumple"


def test_a_role_changes_for_a_reason_and_parts_have_their_days(app, work, admin):
    uid = work.people["stranger"].uid
    with app.app_context():
        other = make_institution("NUEVA")

    def send(which, expect=None, who=uid, **values):
        page = admin.get("admin.parts", uid=who)
        return admin.submit(page, values, form=f"form[action$={which}]", expect=expect)

    assert "Escriba por qué cambia el rol" in send("rol", 422, role="auditor", reason="").main
    assert "Rol cambiado" in send("rol", role="institution_head", reason="Oficio 3").text
    day = (work.today - timedelta(days=3)).isoformat()
    assert "NUEVA" in send("instituciones", institution=other.uid, starts_on=day).main
    assert "Ya representa a NUEVA" in send("instituciones", 422, institution=other.uid, starts_on=day).main
    until = {"fin-ends_on": work.today.isoformat()}
    assert "NUEVA" in send("terminar", **until, **{"fin-institution": other.uid}).main
    options = admin.get("admin.parts", uid=uid).all("#fin-institution option")
    own = next(str(one["value"]) for one in options if "CGC" in one.text)
    assert "Es su única institución" in send("terminar", 422, **until, **{"fin-institution": own}).main
    early = {"fin-ends_on": "2000-01-01", "fin-institution": own}
    assert "no puede terminar antes" in send("terminar", 422, **early).main
    mine = send("rol", 422, who=work.people["admin"].uid, role="auditor", reason="x")
    assert "su propia cuenta" in mine.main


def test_accounts_are_filtered_by_institution_and_by_when_they_were_last_seen(app, work, admin):
    with app.app_context():
        make_user(AccountRole.AUDITOR, name="Nunca Entró")
    everyone = admin.get("admin.accounts")
    assert "Nunca Entró" in everyone.main
    never = admin.get("admin.accounts", actividad="nunca")
    assert "Nunca Entró" in never.main
    assert "Enlace Uno" not in admin.get("admin.accounts", institucion=work.made.helper.uid).main
    assert "Enlace Tres" in admin.get("admin.accounts", institucion=work.made.helper.uid).main


def test_an_invitation_is_kept_in_the_chain(app, work):
    with app.app_context(), transaction():
        row = services.invite(SYSTEM, email=EMAIL, name="", role=AccountRole.AUDITOR, now=clock.now())
        assert services.resend(SYSTEM, uid=row.uid, now=clock.now()).serial == 2
