"""The pages by which the contact point records an official letter."""

from __future__ import annotations

import pytest

from tests.support.factories.work import FORM, make_work, pdf


@pytest.fixture
def work(app):
    return make_work(app)


def typed(work, **more):
    return {
        "institution": work.made.lead.uid,
        "letter_number": "DM-45-2026",
        "letter_on": str(work.today),
        "percent": "40",
        "narrative": "Se capacitó a doce municipalidades.",
        **more,
    }


def opened(client, work, **expect):
    return client.get("progress.letter", uid=work.activity.uid, **expect)


def send(client, page, values, *, expect=None):
    return client.submit(page, values, form=FORM, expect=expect)


def test_it_is_found_on_the_activity_and_ends_in_review_under_the_institutions_name(work):
    contact = work.client("contact")
    activity = contact.get("progress.activity", uid=work.activity.uid)
    page = contact.get(activity.one("a[href$=oficio]")["href"])
    sent = send(contact, page, typed(work, letter_file=[pdf("oficio-45.pdf")]))
    assert "Otra persona decidirá" in sent.main
    assert "Registrado por el punto de contacto con el oficio N.º DM-45-2026" in sent.main
    assert "oficio-45.pdf" in sent.main or "Oficio N.º DM-45-2026" in sent.main
    assert "Registrado por el punto de contacto" in (
        work.client("liaison").get("progress.activity", uid=work.activity.uid).main
    )


def test_the_public_reads_that_it_came_by_letter(work):
    contact = work.client("contact")
    send(contact, opened(contact, work), typed(work, letter_file=[pdf()]))
    shown = work.client("admin").get("portal.activity", uid=work.activity.uid).main
    assert "oficio N.º DM-45-2026" in shown
    assert "doce municipalidades" not in shown


def test_whoever_recorded_it_is_offered_no_decision(work):
    contact = work.client("contact")
    send(contact, opened(contact, work), typed(work, letter_file=[pdf()]))
    activity = contact.get("progress.activity", uid=work.activity.uid)
    review = activity.one(".versions a[href*='/revision/']")["href"]
    assert "lo revisa otra persona" in contact.get(review).main


def test_what_is_missing_is_said_beside_its_field_and_the_file_is_kept(work):
    contact = work.client("contact")
    values = typed(work, letter_number="", narrative="", letter_file=[pdf("oficio-45.pdf")])
    page = send(contact, opened(contact, work), values, expect=422)
    told = page.texts(".field-error")
    assert "Escriba el número del oficio." in told
    assert any("Cuente en pocas líneas" in one for one in told)
    assert "oficio-45.pdf" in page.main
    sent = send(contact, page, {"letter_number": "DM-45-2026", "narrative": "Hecho."})
    assert "Oficio registrado" in sent.main


def test_a_letter_without_its_file_is_none(work):
    contact = work.client("contact")
    page = send(contact, opened(contact, work), typed(work), expect=422)
    assert "Adjunte el oficio: sin él no queda constancia." in page.texts(".field-error")


def test_a_file_named_by_somebody_else_is_not_taken(work):
    contact = work.client("contact")
    token = opened(contact, work).one(f"{FORM} input[name=csrf_token]")["value"]
    chosen = {"occurrence": "", "obstacle_kind": "", "letter_access": "public"}
    values = typed(work, **chosen) | {"csrf_token": token, "kept_letter": "eyJzaGEyNTYiOiJ4In0.x.y"}
    page = contact.post("progress.save_letter", values, uid=work.activity.uid, expect=422)
    assert "Adjunte el oficio: sin él no queda constancia." in page.texts(".field-error")


def test_ones_own_institution_is_not_offered(work):
    own = work.client("own contact")
    choices = [one["value"] for one in opened(own, work).all("#institution option")]
    assert choices == ["", work.made.helper.uid]


def test_a_line_in_review_takes_no_letter(app, work):
    with app.app_context():
        work.scene().submitted(percent=50, today=work.today)
    contact = work.client("contact")
    page = send(contact, opened(contact, work), typed(work, letter_file=[pdf()]), expect=422)
    assert "en revisión" in page.one(".error-summary").get_text()


@pytest.mark.parametrize("who", ["liaison", "head", "reviewer", "auditor", "admin"])
def test_nobody_else_records_letters(work, who):
    client = work.client(who)
    client.get("progress.panel")
    client.get("progress.letter", uid=work.activity.uid, expect=403)
    client.post("progress.save_letter", {"percent": "1"}, uid=work.activity.uid, expect=403)
