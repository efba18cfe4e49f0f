"""Other dates through the pages: written as people say them, taken back, decided together, moved."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories.plans import window
from tests.support.factories.work import make_work
from tracker.db import transaction
from tracker.services.reschedulings import request_rescheduling

ASK = "form[action*=reprogramar]"
DATES = "form[action$=reprogramaciones]"


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=3)


@pytest.fixture
def liaison(work):
    return work.client("liaison")


def refuse(client, page, values, *, form):
    """Send a form that is not accepted."""
    return client.submit(page, values, form=form, expect=422)


def ask(app, work, node):
    with app.app_context():
        scene = work.scene()
        with transaction():
            return request_rescheduling(
                scene.liaison,
                node_uid=node.uid,
                institution_uid=work.made.lead.uid,
                windows=[window(None, date(2030, 3, 31))],
                reason="Faltan fondos",
                now=scene.clock.next(),
                today=work.today,
            ).uid


def test_the_form_begins_with_the_dates_in_force_and_takes_words(work, liaison):
    page = liaison.get("progress.reschedule", uid=work.activity.uid)
    assert page.one("input[name=windows-0]").get("value").startswith("del ")
    done = liaison.submit(
        page, {"windows-0": "marzo de 2030", "reason": "Faltan fondos", "action": "send"}, form=ASK
    )
    assert "Solicitud enviada: marzo de 2030" in done.text
    assert "En espera" in done.main


def test_several_windows_are_asked_for_a_line_at_a_time(work, liaison):
    page = liaison.get("progress.reschedule", uid=work.activity.uid)
    more = liaison.submit(page, {"windows-0": "marzo de 2030", "action": "add"}, form=ASK)
    assert "Se entiende: del 1 de marzo de 2030 al 31 de marzo de 2030" in more.main
    assert more.all(".field-error") == []
    assert len(more.all("input[name^=windows-]")) == 3
    values = {"windows-1": "segundo trimestre de 2030", "windows-2": "diciembre de 2031", "reason": "Ley"}
    done = liaison.submit(more, {**values, "action": "send"}, form=ASK)
    assert "marzo de 2030, segundo trimestre de 2030 y diciembre de 2031" in done.main


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Permanente", "No se entiende"),
        ("marzo", "Falta el año"),
        ("junio a marzo de 2030", "Termina antes de empezar"),
        ("31/02/2030", "no es una fecha posible"),
        ("", "Indique las fechas nuevas"),
    ],
)
def test_a_line_that_is_not_understood_is_asked_again_beside_it(work, liaison, line, told):
    page = liaison.get("progress.reschedule", uid=work.activity.uid)
    refused = refuse(liaison, page, {"windows-0": line, "reason": "Ley", "action": "send"}, form=ASK)
    assert told in refused.one("#windows-0-error").get_text()
    assert refused.one("input[name=windows-0]").get("value", "") == line


def test_ones_own_request_is_taken_back(app, work, liaison):
    ask(app, work, work.activity)
    page = liaison.get("progress.activity", uid=work.activity.uid)
    done = liaison.submit(page, {}, form="form[action$=retirar]")
    assert "Retirada por quien la pidió" in done.main
    assert (
        work.client("helper").get("progress.activity", uid=work.activity.uid).all("form[action$=retirar]")
        == []
    )


def test_several_are_decided_by_one_resolution(app, work):
    uids = [ask(app, work, node) for node in work.made.activities]
    contact = work.client("contact")
    page = contact.get("reviews.reschedulings")
    values = {"chosen": uids[:2], "resolution": "Procede", "action": "approve"}
    refused = refuse(contact, page, values, form=DATES)
    assert "número de la resolución" in refused.one("#resolution_number-error").get_text()
    assert [box.get("value") for box in refused.all("input[name=chosen][checked]")] == uids[:2]
    done = contact.submit(refused, {**values, "resolution_number": "12-2030"}, form=DATES)
    assert "Aprobadas 2" in done.text
    assert "1 solicitud" in done.h1
    again = contact.submit(page, {**values, "resolution_number": "13-2030"}, form=DATES, expect=409)
    assert "ya fue resuelta" in again.main
    nothing = refuse(contact, page, {"chosen": [], "resolution": "No", "action": "reject"}, form=DATES)
    assert "Marque al menos una" in nothing.main


def test_an_item_is_moved_with_a_named_resolution(work):
    contact = work.client("contact")
    page = contact.get("progress.activity", uid=work.activity.uid)
    form = contact.get(page.link("Mover sus fechas"))
    values = {"windows-0": "marzo de 2030", "reason": "La ley cambió", "action": "send"}
    refused = refuse(contact, form, values, form="form[action*=mover]")
    assert "número de la resolución" in refused.one("#resolution_number-error").get_text()
    more = {"resolution_number": "12-2030", "resolution": "Se mueve"}
    done = contact.submit(refused, {**values, **more}, form="form[action*=mover]")
    assert "Por iniciativa del punto de contacto" in done.main
    assert "12-2030" in done.main


def test_nobody_moves_what_their_own_institution_takes_part_in(work):
    own = work.client("own contact")
    page = own.get("progress.activity", uid=work.activity.uid)
    assert "Mover sus fechas" not in page.main
    form = own.get("reviews.move_item", uid=work.activity.uid)
    values = {"windows-0": "marzo de 2030", "reason": "x", "resolution_number": "1", "resolution": "x"}
    own.submit(form, {**values, "action": "send"}, form="form[action*=mover]", expect=403)
