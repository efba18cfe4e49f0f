"""Turnover as an administrator registers it: the account's page, the form, what both people find after."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.work import make_work


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def admin(work):
    return work.client("admin")


def form_of(admin, work):
    return admin.get("admin.turnover", uid=work.people["liaison"].uid)


def send(admin, page, **values):
    expect = values.pop("expect", None)
    return admin.submit(page, {"note": "Oficio 12-2026", **values}, form="form.card", expect=expect)


def test_a_colleague_takes_over_and_the_page_tells_it(work, admin):
    liaison, follows = work.people["liaison"], work.people["stranger"]
    after = send(admin, form_of(admin, work), successor=follows.uid)
    assert "Relevo registrado en INFOM" in after.text
    assert "Enlace Cuatro" in after.main
    yesterday = work.today - timedelta(days=1)
    assert str(yesterday.year) in after.main
    assert after.path.endswith(liaison.uid)
    assert after.texts(".plain-list strong")[0] == "Enlace Cuatro"


def test_a_new_account_is_made_on_the_same_page_with_its_password_shown_once(work, admin):
    page = form_of(admin, work)
    after = send(admin, page, successor="nueva", name="Ana Nueva", email="ana.nueva@example.test")
    assert "ana.nueva@example.test" in after.main
    account = admin.get("admin.account", uid=work.people["liaison"].uid)
    assert "Ana Nueva" in account.main


def test_who_leaves_is_out_at_once_and_who_follows_sees_the_draft(app, work, admin):
    with app.app_context():
        work.scene().draft(percent=37, today=work.today)
    leaving, following = work.client("liaison"), work.client("stranger")
    assert leaving.get("progress.panel").status == 200
    send(admin, form_of(admin, work), successor=work.people["stranger"].uid)
    assert "/entrar" in leaving.get("progress.panel", expect=302).location
    page = following.get("progress.report", uid=work.activity.uid)
    assert "37" in page.markup


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"successor": ""}, "Elija quién sigue"),
        ({"successor": "nueva"}, "Escriba el nombre de la persona"),
        ({"successor": "nueva", "name": "Ana", "email": "no es correo"}, "Escriba un correo"),
        ({"note": " "}, "Escriba el motivo"),
        ({"on": "2999-01-01"}, "no puede ser posterior a hoy"),
        ({"institutions": []}, "Elija al menos una institución"),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_nothing_is_written(work, admin, values, sentence):
    given = {"successor": work.people["stranger"].uid, **values}
    page = send(admin, form_of(admin, work), **given, expect=422)
    assert sentence in page.main
    account = admin.get("admin.account", uid=work.people["liaison"].uid)
    assert "Registrar un relevo" in account.main


def test_who_stands_for_no_institution_has_no_turnover(work, admin):
    assert "Registrar un relevo" not in admin.get("admin.account", uid=work.people["contact"].uid).main
    admin.get("admin.turnover", uid=work.people["contact"].uid, expect=409)
    admin.get("admin.account", uid="nadie", expect=404)


@pytest.mark.parametrize("who", ["liaison", "contact", "head", "auditor"])
def test_others_open_neither_page(work, who):
    client = work.client(who)
    client.get("admin.account", uid=work.people["liaison"].uid, expect=403)
    client.get("admin.turnover", uid=work.people["liaison"].uid, expect=403)


def test_institutions_that_nobody_serves_are_named_in_the_list(work, admin):
    assert "sin enlace" not in admin.get("admin.accounts").main
    page = form_of(admin, work)
    send(admin, page, successor=work.people["colleague"].uid)
    admin.post("admin.close_account", uid=work.people["helper"].uid)
    shown = admin.get("admin.accounts").main
    assert "1 institución del plan no tiene enlace" in shown
    assert "INAP" in shown
