"""The main job through the pages alone: report, return, correct, validate, and what citizens see."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.work import fill, make_work, pdf

DECIDE = "form.decide"


@pytest.fixture
def work(app):
    return make_work(app, means=("Acta de entrega",))


def public(client, work):
    """The activity as anybody sees it."""
    return client.get("portal.activity", uid=work.activity.uid).main


def report(client, work, **values):
    form = client.get("progress.report", uid=work.activity.uid)
    return fill(client, form, values, action="submit")


def test_a_report_is_returned_corrected_validated_and_public(work, client):
    liaison, contact = work.client("liaison"), work.client("contact")
    assert "Se entregaron los equipos" not in public(client, work)

    sent = report(
        liaison,
        work,
        percent="60",
        narrative="Se entregaron los equipos a doce municipalidades.",
        **{"evidence-0-files": [pdf("acta-2018.pdf")]},
    )
    assert "Enviado." in sent.main
    before = public(client, work)
    assert "Declarado 60 %" in before
    assert "Se entregaron los equipos" not in before, "words follow review"
    assert "acta-2018.pdf" not in before

    queue = contact.get("reviews.queue")
    review = contact.get(queue.link("Actividad 1.1"))
    assert "Se entregaron los equipos" in review.main
    returned = contact.submit(
        review, {"comment": "El acta es de 2018: suba la de este año.", "action": "return"}, form=DECIDE
    )
    assert returned.h1 == "Nada por revisar"
    assert "Declarado sin información" in public(client, work), "a returned claim does not stand"

    panel = liaison.get("progress.panel")
    assert "El acta es de 2018: suba la de este año." in panel.main
    form = liaison.get(panel.link("Corregir"))
    assert "El acta es de 2018" in form.main
    old = form.one("input[name=remove]")["value"]
    fill(
        liaison,
        form,
        {"remove": old, "evidence-0-files": [pdf("acta-2026.pdf", b"%PDF-1.7\nnew\n%%EOF")]},
        action="submit",
    )

    review = contact.get(contact.get("reviews.queue").link("Actividad 1.1"))
    assert "Evidencia que ya no trae acta-2018.pdf" in review.main
    assert "acta-2026.pdf" in review.main
    contact.submit(review, {"action": "accept-all"}, form=DECIDE)

    after = public(client, work)
    assert "Comprobado 60 %" in after
    assert "Se entregaron los equipos a doce municipalidades." in after
    assert "acta-2026.pdf" in after
    assert "acta-2018.pdf" not in after
    history = liaison.get("progress.activity", uid=work.activity.uid)
    assert [text.split(" · ")[1] for text in history.texts(".version-title")] == ["60 %", "60 %"]
    assert "Comprobado 60 %" in history.main


def test_the_plans_public_figure_moves_only_with_the_validation(work, client):
    def figures():
        return client.get("portal.plan", number=work.made.number).main

    untouched = figures()
    values = {
        "percent": "100",
        "narrative": "Terminado.",
        "completed_on": str(work.today - timedelta(days=1)),
    }
    report(work.client("liaison"), work, **values, **{"evidence-0-files": [pdf()]})
    reported = figures()
    assert reported != untouched
    contact = work.client("contact")
    review = contact.get(contact.get("reviews.queue").link("Actividad 1.1"))
    contact.submit(review, {"action": "accept-all"}, form=DECIDE)
    assert figures() != reported


def test_nobody_validates_what_is_their_own_by_any_path(work):
    liaison, own = work.client("liaison"), work.client("own contact")
    report(liaison, work, percent="60", narrative="Hecho.", **{"evidence-0-files": [pdf()]})
    queue = own.get("reviews.queue")
    assert "Lo decide otra persona" in queue.main
    review = own.get(queue.link("Actividad 1.1"))
    assert review.all(DECIDE) == []
    for action in ("validate", "return"):
        own.post(review.path, {"action": action, "comment": "Conforme."}, expect=403)
        liaison.post(review.path, {"action": action, "comment": "Conforme."}, expect=403)
    assert work.client("contact").get("reviews.queue").h1 == "1 informe por revisar"
