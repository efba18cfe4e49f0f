"""Deciding: the queue, validating, returning, reopening, exceptions, what nobody may do, evidence files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.factories.reports import evidence_of, status_of
from tests.support.factories.work import make_work
from tracker.db import transaction
from tracker.domain.schedule import Window
from tracker.domain.workflow import ReportStatus
from tracker.services.reschedulings import request_rescheduling

DATES = "form[action$=reprogramaciones]"
FORM = "form.decide"


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def contact(work):
    return work.client("contact")


@pytest.fixture
def report(app, work):
    with app.app_context():
        return work.scene().submitted(percent=60, narrative="Se hizo esto.", today=work.today)


def decide(client, page, values=None, *, action="accept-all", expect=None):
    return client.submit(page, {**(values or {}), "action": action}, form=FORM, expect=expect)


def test_from_the_queue_to_validated_in_two_clicks(app, work, contact, report):
    queue = contact.get("reviews.queue")
    assert queue.h1 == "1 informe por revisar"
    done = decide(contact, contact.get(queue.link("Actividad 1.1")))
    assert "comprobada" in done.main
    assert done.h1 == "Nada por revisar"
    with app.app_context():
        assert status_of(report) is ReportStatus.VALIDATED


def test_each_item_is_accepted_or_not_and_says_why(app, work, contact):
    with app.app_context():
        scene = work.scene()
        report = scene.draft(percent=60, answers=(), today=work.today)
        scene.file(report, [work.activity.means[0]], name="uno.pdf")
        scene.file(report, [work.activity.means[1]], name="dos.pdf", data=b"%PDF-1.7\n2\n%%EOF")
        scene.submit(report, today=work.today)
        first, second = evidence_of(report)
    page = contact.get("reviews.show", uid=report)
    assert page.all(f"{FORM} input[type=radio][checked]") == []
    undecided = decide(contact, page, {f"evidence-{first}": "accept"}, action="validate", expect=422)
    assert "Diga de cada evidencia si la acepta o no." in undecided.main
    said = {f"evidence-{first}": "accept", f"evidence-{second}": "reject", f"reason-{second}": "Ilegible."}
    decide(contact, undecided, said, action="validate")
    assert "No se aceptó: Ilegible." in contact.get("reviews.show", uid=report).main
    activity = contact.get("progress.activity", uid=work.activity.uid)
    assert [row.split()[-1] for row in activity.texts("#medios-tabla tbody tr")] == ["Aceptada", "revisión"]


def test_a_return_needs_its_comment(app, contact, report):
    page = contact.get("reviews.show", uid=report)
    refused = decide(contact, page, action="return", expect=422)
    assert any("Escriba el motivo" in text for text in refused.texts(".field-error"))
    sent = decide(contact, refused, {"comment": "Falta el acta."}, action="return")
    assert "devuelta a INFOM" in sent.main
    with app.app_context():
        assert status_of(report) is ReportStatus.RETURNED


def test_a_hundred_percent_without_evidence_needs_a_signed_exception(app, work, contact):
    with app.app_context():
        report = work.scene().submitted(percent=100, answers=(), completed_on=work.today, today=work.today)
    page = contact.get("reviews.show", uid=report)
    assert "La evidencia no alcanza" in page.main
    refused = decide(contact, page, expect=422)
    assert "medios de verificación" in refused.texts(".field-error")[0]
    unsigned = decide(contact, refused, {"exception": "Visto en campo."}, expect=422)
    assert "Firme la excepción con su nombre." in unsigned.texts(".field-error")[0]
    decide(contact, unsigned, {"exception": "Visto en campo.", "signed_name": "Punto Uno"})
    shown = contact.get("reviews.show", uid=report)
    assert "Excepción firmada por Punto Uno: Visto en campo." in shown.main


def test_a_contradiction_between_words_and_percent_is_marked(work, contact, report):
    decide(contact, contact.get("reviews.show", uid=report), {"contradicts_narrative": "y"})
    page = work.client("liaison").get("progress.activity", uid=work.activity.uid)
    assert "El relato contradice el porcentaje" in page.main


@pytest.mark.parametrize("action", ["validate", "return"])
def test_nobody_decides_on_their_own_institutions_report(app, work, report, action):
    own = work.client("own contact")
    page = own.get("reviews.show", uid=report)
    assert page.all(FORM) == []
    assert "Nadie decide sobre lo que informó su propia institución" in page.main
    own.post("reviews.decide", {"action": action, "comment": "Bien."}, uid=report, expect=403)
    with app.app_context():
        assert status_of(report) is ReportStatus.SUBMITTED


@pytest.mark.parametrize("who", ["liaison", "head", "table", "auditor", "admin"])
def test_only_reviewers_decide(app, work, report, who):
    client = work.client(who)
    client.get("progress.panel")
    client.get("reviews.queue", expect=403)
    client.post("reviews.decide", {"action": "validate"}, uid=report, expect=403)
    client.post("reviews.reopen", {"comment": "x"}, uid=report, expect=403)
    with app.app_context():
        assert status_of(report) is ReportStatus.SUBMITTED


def test_the_reviewer_named_for_the_institution_decides(app, work, report):
    reviewer = work.client("reviewer")
    decide(reviewer, reviewer.get("reviews.show", uid=report))
    with app.app_context():
        assert status_of(report) is ReportStatus.VALIDATED


def test_a_report_withdrawn_meanwhile_is_not_decided(app, work, contact, report):
    page = contact.get("reviews.show", uid=report)
    with app.app_context():
        work.scene().withdraw(report, today=work.today)
    late = decide(contact, page, expect=409)
    assert "ya cambió de estado" in late.main


def test_a_validated_report_is_reopened_with_a_reason(app, work, contact, report):
    decide(contact, contact.get("reviews.show", uid=report))
    page = contact.get("reviews.show", uid=report)
    without = contact.submit(page, {"comment": " "}, form="form[action$=reabrir]")
    assert "Escriba el motivo" in without.text
    again = contact.submit(without, {"comment": "Las fotos son de otro lugar."}, form="form[action$=reabrir]")
    assert "Reabierto" in again.main
    assert again.one(FORM)
    activity = contact.get("progress.activity", uid=work.activity.uid)
    assert "Comprobado sin información" in activity.main


def test_a_draft_has_no_review_page(app, work, contact):
    with app.app_context():
        draft = work.scene().draft(percent=10, today=work.today)
    contact.get("reviews.show", uid=draft, expect=404)


@pytest.fixture
def stored(app, work):
    """A submitted report with a public and a confidential file; their uids."""
    with app.app_context():
        scene = work.scene()
        report = scene.draft(percent=60, answers=(), today=work.today)
        scene.file(report, [work.activity.means[0]], name="informe público.pdf")
        scene.file(report, name="asistencia.pdf", data=b"%PDF-1.7\nnames\n%%EOF", access="confidential")
        scene.submit(report, today=work.today)
        return evidence_of(report)


def download(client, uid, expect):
    """Ask for a file, read it, and close it as a server would."""
    page = client.get("reviews.evidence", uid=uid, expect=expect)
    assert page.data
    page.response.close()
    return page


def test_evidence_is_a_download_with_safe_headers(work, contact, stored):
    page = download(contact, stored[0], 200)
    assert page.data.startswith(b"%PDF-1.7")
    assert page.headers["Content-Disposition"].startswith("attachment")
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Cache-Control"] == "no-store"
    assert "sandbox" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("who", "public", "confidential"),
    [
        ("liaison", 200, 200),
        ("contact", 200, 200),
        ("auditor", 200, 200),
        ("reviewer", 200, 200),
        ("table", 200, 404),
        ("helper", 404, 404),
        ("stranger", 404, 404),
        ("admin", 404, 404),
    ],
)
def test_who_opens_evidence(work, stored, who, public, confidential):
    client = work.client(who)
    download(client, stored[0], public)
    download(client, stored[1], confidential)


def test_evidence_needs_an_account(client, stored):
    assert client.get("reviews.evidence", uid=stored[0], expect=302).location.startswith("/entrar")


@pytest.fixture
def asked(app, work):
    with app.app_context():
        scene = work.scene()
        with transaction():
            request_rescheduling(
                scene.liaison,
                node_uid=work.activity.uid,
                institution_uid=work.made.lead.uid,
                windows=[Window(end=work.today + timedelta(days=160))],
                reason="Los equipos llegaron tarde.",
                now=scene.clock.next(),
                today=work.today,
            )


def test_other_dates_are_approved_with_a_resolution(work, contact, asked):
    """Requests are ticked and decided together: the only one that waits is ticked already."""
    page = contact.get("reviews.reschedulings")
    assert "Los equipos llegaron tarde." in page.main
    assert "60 días" in page.main
    chosen = {"chosen": page.one("input[name=chosen]").get("value")}
    refused = contact.submit(page, {**chosen, "resolution": "", "action": "approve"}, form=DATES, expect=422)
    assert "Escriba el fundamento" in refused.text
    done = contact.submit(refused, {**chosen, "resolution": "Procede.", "action": "approve"}, form=DATES)
    assert "Aprobada" in done.main
    activity = work.client("liaison").get("progress.activity", uid=work.activity.uid)
    assert "Al aprobarse el plan" in activity.main


def test_other_dates_are_rejected(work, contact, asked):
    page = contact.get("reviews.reschedulings")
    chosen = page.one("input[name=chosen]").get("value")
    done = contact.submit(
        page, {"chosen": chosen, "resolution": "No procede.", "action": "reject"}, form=DATES
    )
    assert "Rechazada" in done.main


def test_nobody_decides_on_their_own_institutions_dates(work, asked):
    own = work.client("own contact")
    page = own.get("reviews.reschedulings")
    assert page.all("main form") == []
