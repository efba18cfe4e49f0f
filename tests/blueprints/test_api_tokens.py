"""One's tokens: made on a page, shown once, seen to be used, and ended with what they stand on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.accounts import actor_of
from tests.support.factories.api import headers, make_api_token
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.models.api import ApiToken
from tracker.models.audit import AuditEvent
from tracker.services import accounts, memberships
from tracker.services.mergers import Merger, merge
from tracker.services.turnover import hand_over

PAGE = "/cuenta/tokens"


@pytest.fixture
def work(app):
    return make_work(app)


def opens(app, token) -> bool:
    status = app.test_client().get("/api/v1/submissions", headers=headers(token)).status_code
    assert status in {200, 401}
    return status == 200


def test_a_liaison_makes_one_on_the_page_sees_it_once_and_ends_it(app, work):
    liaison = work.client("liaison")
    page = liaison.get(PAGE)
    bad = liaison.submit(
        page, {"name": " ", "expires_on": "2020-01-01", "institution": ""}, form="form.card", expect=422
    )
    assert "Escriba para qué es, en 80 letras o menos." in bad.text
    assert "Elija un día desde hoy" in bad.text
    assert "Elija al menos un alcance" in bad.text
    assert "Elija la institución de esta cuenta." in bad.text
    values = {
        "name": "Tablero <b>",
        "institution": work.made.lead.uid,
        "scopes": ["progress:read"],
        "expires_on": (work.today + timedelta(days=365)).isoformat(),
    }
    made = liaison.submit(page, values, form="form.card", expect=200)
    token = next(
        one.text for one in made.all("code") if one.text.startswith("cumple_") and "…" not in one.text
    )
    assert opens(app, token)
    again = liaison.get(PAGE)
    assert token not in again.markup
    assert token[:13] in again.markup
    assert "Tablero <b>" in again.text
    assert "último uso" in again.text
    with app.app_context():
        row = db.session.query(ApiToken).one()
        assert token not in (row.token_hash, row.prefix, row.name)
        uid = row.uid
        tags = [one.tag for one in db.session.query(AuditEvent)]
        assert "account:token-made" in tags
    colleague = work.client("colleague")
    colleague.get(PAGE)
    colleague.post(f"{PAGE}/{uid}/anular", expect=404)  # somebody else's stays
    assert opens(app, token)
    liaison.post(f"{PAGE}/{uid}/anular", expect=303)
    assert not opens(app, token)
    assert "la anuló su dueño" in liaison.get(PAGE).text
    assert "Your new token" not in liaison.get(f"/en{PAGE}").text


def test_only_liaisons_and_contact_points_have_the_page_and_administrators_end_anybody_s(app, work):
    for who in work.people:
        may = who in {"liaison", "colleague", "helper", "stranger", "contact", "own contact"}
        work.client(who).get(PAGE, expect=200 if may else 403)
        link = "Claves para otros sistemas" in work.client(who).get("/cuenta").text
        assert link is may
    assert "Enviar informes" not in work.client("contact").get(PAGE).text
    token = make_api_token(work, "liaison")
    admin, person = work.client("admin"), work.people["liaison"].uid
    page = admin.get(f"/administracion/cuentas/{person}")
    assert token not in page.markup
    with app.app_context():
        uid = db.session.query(ApiToken).one().uid
    admin.post(f"/administracion/cuentas/{person}/claves/{uid}/anular", expect=303)
    assert not opens(app, token)
    assert "la anuló la administración" in admin.get(f"/administracion/cuentas/{person}").text


def _close(admin, work, now):
    accounts.close_account(admin, user_uid=work.people["liaison"].uid, now=now)
    accounts.reopen_account(admin, user_uid=work.people["liaison"].uid, now=now)


def _change_role(admin, work, now):
    uid = work.people["liaison"].uid
    head = AccountRole.INSTITUTION_HEAD
    memberships.change_role(admin, user_uid=uid, role=head, reason="x", now=now, today=work.today)
    liaison = AccountRole.LIAISON
    memberships.change_role(admin, user_uid=uid, role=liaison, reason="x", now=now, today=work.today)


def _hand_over(admin, work, now):
    hand_over(
        admin,
        user_uid=work.people["liaison"].uid,
        successor_uid=work.people["stranger"].uid,
        institution_uids=[work.made.lead.uid],
        on=work.today,
        note="Relevo",
        now=now,
        today=work.today,
    )


def _reset(admin, work, now):
    accounts.reset_password(admin, user_uid=work.people["liaison"].uid, now=now)


def _end_part(admin, work, now):
    uid, lead, other = work.people["liaison"].uid, work.made.lead.uid, work.made.helper.uid
    yesterday = work.today - timedelta(days=1)
    memberships.begin_part(
        admin, user_uid=uid, institution_uid=other, on=yesterday, now=now, today=work.today
    )
    memberships.end_part(admin, user_uid=uid, institution_uid=lead, on=yesterday, now=now, today=work.today)
    memberships.begin_part(
        admin, user_uid=uid, institution_uid=lead, on=work.today, now=now, today=work.today
    )


def _merge(admin, work, now):
    asked = Merger(
        ending_uids=(work.made.lead.uid,),
        successor_uid=work.made.helper.uid,
        on=work.today,
        reason="Se unen",
        legal_reference="Acuerdo 1",
    )
    merge(admin, asked, now=now, today=work.today)


ENDS = {
    "account-closed": _close,
    "role-changed": _change_role,
    "handed-over": _hand_over,
    "password-reset": _reset,
    "part-ended": _end_part,
    "institution-ended": _merge,
}


@pytest.mark.parametrize("reason", ENDS)
def test_it_ends_with_what_it_stands_on_for_good_and_the_log_says_so(app, work, reason):
    token = make_api_token(work, "liaison")
    assert opens(app, token)
    with app.app_context():
        admin = actor_of(work.people["admin"], work.today)
        with transaction():
            ENDS[reason](admin, work, clock.now())
        row = db.session.query(ApiToken).one()
        assert (row.revoked_at is not None, row.revoked_because) == (True, reason)
        assert db.session.query(AuditEvent).filter_by(tag="account:token-ended").count() == 1
        db.session.remove()
    assert not opens(app, token)


def test_its_rights_are_those_of_the_day_and_it_runs_out_by_itself(app, work):
    last_day = make_api_token(work, "liaison", expires_on=work.today)
    assert opens(app, last_day)
    with app.app_context(), transaction():
        db.session.query(ApiToken).one().expires_on = work.today - timedelta(days=1)
    assert not opens(app, last_day)
    assert "venció" in work.client("liaison").get(PAGE).text
    ends_soon = make_api_token(work, "liaison", expires_on=work.today + timedelta(days=90))
    with app.app_context(), transaction():
        admin = actor_of(work.people["admin"], work.today)
        uid, now = work.people["liaison"].uid, clock.now()
        other = work.made.helper.uid
        memberships.begin_part(
            admin, user_uid=uid, institution_uid=other, on=work.today, now=now, today=work.today
        )
        memberships.end_part(
            admin,
            user_uid=uid,
            institution_uid=work.made.lead.uid,
            on=work.today + timedelta(days=3),
            now=now,
            today=work.today,
        )
        rows = db.session.query(ApiToken).order_by(ApiToken.id.desc())
        assert rows.first().expires_on == work.today + timedelta(days=3)
    assert opens(app, ends_soon)
