"""Delegating from one's account, acting by it with its line on every page, and the administrator's part."""

from __future__ import annotations

import pytest

from tests.support.factories.work import make_work


@pytest.fixture
def work(app):
    return make_work(app)


def test_a_liaison_delegates_the_other_acts_with_it_told_everywhere_and_either_ends_it(work):
    liaison, head = work.client("liaison"), work.client("head")
    page = liaison.get(liaison.get("accounts.show").link("Delegaciones"))
    day = work.today.isoformat()
    people = {one["value"]: one.text for one in page.all("[name=delegate] option")}
    chosen = work.people["head"].uid
    assert chosen in people
    assert work.people["stranger"].uid not in people
    form = "form.card"
    wrong = liaison.submit(page, {"delegate": chosen, "ends_on": day}, form=form, expect=422)
    assert wrong.one("#reason-error")
    page = liaison.submit(wrong, {"reason": "Vacaciones"}, form=form)
    assert "Delegado." in page.text
    panel = head.get("progress.panel")
    assert "Puede actuar por delegación de Enlace Uno." in panel.text
    head.get("rounds.overview", expect=403)
    received = head.get("accounts.delegations")
    panel = head.submit(received, {}, form="form[action$=actuar]")
    assert "por delegación de Enlace Uno · Enlace institucional" in panel.text
    head.get("progress.report", uid=work.activity.uid)
    panel = head.submit(panel, {}, form="form[action$=dejar]")
    assert "por delegación de" not in panel.one(".actor-bar").text
    head.get("progress.report", uid=work.activity.uid, expect=403)
    empty = liaison.submit(liaison.get("accounts.delegations"), {"reason": ""}, form="form[action$=terminar]")
    assert "vigente" in empty.main
    ended = liaison.submit(empty, {"reason": "Volví"}, form="form[action$=terminar]")
    assert "terminó antes" in ended.main
    assert not head.get("accounts.delegations").all("form[action$=actuar]")


def test_the_administrator_says_who_may_stand_in_and_sees_and_ends_delegations(work):
    admin, contact = work.client("admin"), work.client("contact")
    uid = work.people["table"].uid
    options = "[name=delegate] option"
    assert uid not in {one["value"] for one in contact.get("accounts.delegations").all(options)}
    page = admin.get("admin.account", uid=uid)
    page = admin.submit(page, {}, form="form[action$=suplencia]")
    assert "El punto de contacto puede delegar en esta cuenta" in page.text
    form = contact.get("accounts.delegations")
    said = {"delegate": uid, "ends_on": work.today.isoformat(), "reason": "Comisión"}
    contact.submit(form, said, form="form.card")
    page = admin.submit(
        admin.get("admin.account", uid=uid), {"reason": "Volvió"}, form="form[action$=terminar]"
    )
    assert "terminó antes" in page.main
    admin.get("accounts.delegations")
    work.client("auditor").get("accounts.delegations")
