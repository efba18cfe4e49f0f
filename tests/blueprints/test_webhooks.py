"""Webhooks in the administration: registered with a secret shown once, changed, tried, removed."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import make_plan
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole
from tracker.domain.webhooks import DeliveryStatus, WebhookStatus
from tracker.models.webhooks import WebhookDelivery, WebhookEndpoint

FILLED = {
    "name": "Tablero",
    "url": "https://tablero.gob.gt/avisos",
    "events": ["report.validated", "item.overdue"],
}


@pytest.fixture
def contact(app, client_of):
    with app.app_context():
        make_plan(4)
        make_user(AccountRole.CONTACT_POINT, email="ana@gob.example")
    return client_of("ana@gob.example")


def rows(app, model):
    with app.app_context():
        return db.session.scalars(select(model)).all()


def set_all(app, model, **values):
    with app.app_context(), transaction():
        db.session.execute(update(model).values(**values))


def secret_on(page):
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", page.main)
    return found[0] if found else ""


def test_an_address_is_registered_and_its_secret_shown_this_once(app, contact):
    assert "Otros sistemas" in contact.get("admin.home").main
    assert "Ninguno todavía" in contact.get("admin.webhooks").main
    page = contact.post("admin.new_webhook", {**FILLED, "plan": "4"}, expect=200)
    first = secret_on(page)
    assert first
    (row,) = rows(app, WebhookEndpoint)
    assert first not in str(vars(row)), "it is not even in the database"
    shown = contact.get("admin.webhook", uid=row.uid)
    assert secret_on(shown) == ""
    assert "Se comprobó un avance · Venció una entrega" in shown.main
    assert "tablero.gob.gt" in contact.get("admin.webhooks").main
    renewed = contact.post("admin.renew_webhook", uid=row.uid, expect=200)
    assert secret_on(renewed) not in {"", first}
    assert "firma también hasta el" in renewed.main
    english = contact.get(f"/en/administracion/webhooks/{row.uid}")
    assert "A report was proven" in english.main


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(app, contact):
    page = contact.post("admin.new_webhook", {**FILLED, "url": "http://10.0.0.1/x"}, expect=422)
    assert "tiene que empezar con https" in page.main
    assert page.all("#url")[0]["value"] == "http://10.0.0.1/x"
    empty = contact.post("admin.new_webhook", {"url": "https://169.254.169.254/"}, expect=422)
    assert "Escriba un nombre para reconocerlo" in empty.main
    private = contact.post("admin.new_webhook", {**FILLED, "url": "https://169.254.169.254/"}, expect=422)
    assert "red privada" in private.main
    assert (
        "Elija al menos un aviso"
        in contact.post("admin.new_webhook", {**FILLED, "events": []}, expect=422).main
    )
    assert rows(app, WebhookEndpoint) == []


def test_it_is_changed_tried_paused_resumed_and_removed(app, contact):
    contact.post("admin.new_webhook", FILLED, expect=200)
    (row,) = rows(app, WebhookEndpoint)
    form = contact.get("admin.change_webhook", uid=row.uid)
    assert form.all("#url")[0]["value"] == "https://tablero.gob.gt/avisos"
    contact.post("admin.change_webhook", {**FILLED, "name": "Otro nombre"}, uid=row.uid, expect=303)
    contact.post("admin.try_webhook", uid=row.uid, expect=303)
    assert "En espera" in contact.get("admin.webhook", uid=row.uid).main
    answered = {"status": DeliveryStatus.FAILED, "http_status": 500, "answer": "<b>no</b>", "attempts": 10}
    set_all(app, WebhookDelivery, **answered)
    shown = contact.get("admin.webhook", uid=row.uid)
    assert "HTTP 500" in shown.main
    assert "<b>no</b>" in shown.main, "as text"
    assert "1 fallaron" in contact.get("admin.webhooks").main
    (sent,) = rows(app, WebhookDelivery)
    contact.post("admin.retry_delivery", uid=row.uid, delivery_uid=sent.uid, expect=303)
    contact.post("admin.retry_delivery", uid=row.uid, delivery_uid=sent.uid, expect=409)
    contact.post("admin.retry_delivery", uid=row.uid, delivery_uid="nada", expect=404)
    contact.post("admin.pause_webhook", uid=row.uid, expect=303)
    assert "En pausa" in contact.get("admin.webhook", uid=row.uid).main
    contact.post("admin.resume_webhook", uid=row.uid, expect=303)
    set_all(app, WebhookEndpoint, status=WebhookStatus.DISABLED, disabled_why="gone", secret_hash="x")
    shown = contact.get("admin.webhook", uid=row.uid).main
    assert "ya no existe (410)" in shown
    assert "El secreto ya no vale" in shown
    contact.post("admin.remove_webhook", uid=row.uid, expect=303)
    contact.get("admin.webhook", uid=row.uid, expect=404)
    assert "Otro nombre" not in contact.get("admin.webhooks").main
