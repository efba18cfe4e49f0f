"""The tray of observations in the work area, the work on one of them, and the panel's line."""

from __future__ import annotations

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import (
    EMAIL,
    TEXT,
    plan_ref,
    published,
    replied,
    row_of,
    sent_and_confirmed,
)
from tests.support.factories.plans import NOW, TODAY, make_plan
from tracker.db import transaction
from tracker.domain.observations import ObservationStatus, Rejection
from tracker.domain.permissions import AccountRole
from tracker.services import observations as services


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan()


@pytest.fixture
def contact(app, plan):
    with app.app_context():
        return actor_of(make_user(AccountRole.CONTACT_POINT))


@pytest.fixture
def client_of_contact(signed_in, plan):
    return signed_in(AccountRole.CONTACT_POINT)


@pytest.fixture
def waiting(app, plan):
    with app.app_context():
        return sent_and_confirmed(plan_ref(plan))


@pytest.fixture
def open_one(app, plan, contact):
    with app.app_context():
        return published(plan_ref(plan), contact)


def status(app, uid):
    with app.app_context():
        return row_of(uid).status


def test_the_contact_point_publishes_from_the_tray(app, client_of_contact, waiting):
    tray = client_of_contact.get("observations.tray")
    assert TEXT in tray.main
    assert "Por moderar (1)" in tray.main
    page = client_of_contact.get(tray.link("Abrir"))
    assert EMAIL not in page.markup
    client_of_contact.submit(page, form="form[action$='/publicar']")
    assert status(app, waiting) is ObservationStatus.PUBLISHED


def test_not_publishing_needs_a_reason(app, client_of_contact, waiting):
    page = client_of_contact.get("observations.show", uid=waiting)
    form = "form[action$='/no-publicar']"
    again = client_of_contact.submit(page, form=form, expect=422)
    assert "Elija un motivo" in again.main
    client_of_contact.submit(again, {"rejection-reason": "spam"}, form=form)
    with app.app_context():
        assert row_of(waiting).rejection is Rejection.SPAM


def test_a_reply_is_written_and_what_is_missing_is_told_beside_its_field(app, client_of_contact, open_one):
    page = client_of_contact.get("observations.show", uid=open_one)
    form = "form[action$='/respuesta']"
    again = client_of_contact.submit(page, {"reply-reply": "Se corrigió."}, form=form, expect=422)
    assert "Elija un resultado" in again.main
    assert again.fields(form)["reply-reply"] == "Se corrigió."
    bad = {"reply-reply": "Con \x0b dentro", "reply-outcome": "accepted"}
    assert "no se pueden leer" in client_of_contact.submit(page, bad, form=form, expect=422).main
    done = client_of_contact.submit(again, {"reply-outcome": "accepted"}, form=form)
    assert "Se corrigió." in done.main
    assert "Respondida" in done.main
    client_of_contact.submit(again, {"reply-outcome": "accepted"}, form=form, expect=409)


def test_a_liaison_proposes_what_the_contact_point_publishes(
    app, client_of_contact, signed_in, plan, open_one
):
    liaison = signed_in(AccountRole.LIAISON, "INFOM")
    liaison.get("observations.show", uid=open_one, expect=404)
    page = client_of_contact.get("observations.show", uid=open_one)
    form = "form[action$='/pedir']"
    again = client_of_contact.submit(page, form=form, expect=422)
    assert "Elija una institución" in again.main
    client_of_contact.submit(again, {"ask-institution": plan.lead.uid}, form=form)
    assert "1 por responder" in liaison.get("progress.panel").main
    own = liaison.get(liaison.get("observations.tray").link("Abrir"))
    form = "form[action$='/propuesta']"
    bad = liaison.submit(own, {"draft-draft": "Con \x0b dentro"}, form=form, expect=422)
    assert "no se pueden leer" in bad.main
    assert "Escriba la respuesta" in liaison.submit(own, {"draft-draft": " "}, form=form, expect=422).main
    liaison.submit(own, {"draft-draft": "Se corrigió en INFOM."}, form=form)
    page = client_of_contact.get("observations.show", uid=open_one)
    fields = page.fields("form[action$='/respuesta']")
    assert (fields["reply-reply"], fields["reply-for_institution"]) == ("Se corrigió en INFOM.", "y")
    client_of_contact.submit(page, {"reply-outcome": "accepted"}, form="form[action$='/respuesta']")
    with app.app_context():
        assert row_of(open_one).replied_label == "INFOM"


@pytest.mark.parametrize("role", [AccountRole.TABLE_MEMBER, AccountRole.AUDITOR])
def test_the_table_and_the_auditor_read_and_decide_nothing(signed_in, waiting, role):
    who = signed_in(role)
    page = who.get(who.get("observations.tray").link("Abrir"))
    assert page.all("main form") == []
    who.post("observations.publish", uid=waiting, expect=403)


def test_the_administrator_has_no_tray(signed_in, waiting):
    signed_in(AccountRole.ADMIN).get("observations.tray", expect=403)


def test_the_panel_says_what_waits_and_what_is_overdue(app, client_of_contact, contact, plan, waiting):
    # The factories live in June 2026; the panel asks the clock.
    assert "1 por moderar, 0 por responder" in client_of_contact.get("progress.panel").main
    with app.app_context():
        with transaction():
            services.publish_observation(contact, waiting, now=NOW)
        replied(waiting, contact)
    assert "por moderar" not in client_of_contact.get("progress.panel").main


def test_one_decided_by_somebody_else_meanwhile_is_a_conflict(app, client_of_contact, contact, waiting):
    page = client_of_contact.get("observations.show", uid=waiting)
    with app.app_context(), transaction():
        services.reject_observation(contact, waiting, Rejection.SPAM, now=NOW)
    client_of_contact.submit(page, form="form[action$='/publicar']", expect=409)
    assert status(app, waiting) is ObservationStatus.REJECTED


def test_the_tray_is_narrowed_and_counted(app, client_of_contact, contact, plan, waiting):
    with app.app_context(), transaction():
        services.reject_observation(contact, waiting, Rejection.SPAM, now=NOW)
    page = client_of_contact.get("observations.tray", ver="no-publicadas")
    assert "No publicada: publicidad" in page.main
    assert "No hay observaciones" in client_of_contact.get("observations.tray", ver="por-moderar").main
    assert TODAY
