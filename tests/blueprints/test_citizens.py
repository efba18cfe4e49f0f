"""The public forms: what a visitor sees, what is refused and keeps what was typed, and that nothing leaks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.citizens import (
    EMAIL,
    TEXT,
    following,
    plan_ref,
    published,
    replied,
    row_of,
    secret,
    send,
    subscription_rows,
)
from tests.support.factories.plans import make_plan
from tracker import clock
from tracker.blueprints.citizens.forms import guard
from tracker.db import db, transaction
from tracker.domain.observations import ObservationStatus, Rejection
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import PlanStatus
from tracker.models.citizens import CitizenLetter, Observation, PublicAttempt, SubscriptionStatus
from tracker.services import observations as services
from tracker.services.public_guard import form_token
from tracker.services.public_tokens import Purpose, sign
from tracker.services.subscriptions import person_key


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan()


@pytest.fixture
def about(plan):
    return plan_ref(plan).address


@pytest.fixture
def contact(app, plan):
    with app.app_context():
        return actor_of(make_user(AccountRole.CONTACT_POINT))


@pytest.fixture
def form(app, about):
    """What a person would send who opened the page a minute ago."""

    def make(which="observation", age=timedelta(minutes=1), **more):
        with app.app_context():
            signed = form_token(guard(), which, about, now=clock.now() - age)
        own = {"kind": "correction", "text": TEXT, "name": ""} if which == "observation" else {}
        return {"sobre": about, "signed": signed, "website": "", "email": EMAIL, **own, **more}

    return make


def count(app, table):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_a_visitor_sends_an_observation_from_the_page_it_is_about(app, client, plan, form):
    page = client.get(client.get("portal.plan", number=plan.number).link("¿Ve un error"))
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    sent = client.post("citizens.send", {**page.fields(), **form()}, follow=True)
    assert "Revise su correo" in sent.h1
    with app.app_context():
        (row,) = db.session.scalars(select(Observation)).all()
        assert (row.text, row.status, row.language) == (TEXT, ObservationStatus.UNCONFIRMED, "es")


def test_in_english_the_pages_and_the_mail_are_english(app, client, about, form):
    page = client.get(f"/en/observaciones/nueva?sobre={about}")
    assert page.h1 == "Send a comment"
    client.post("/en/observaciones/nueva", form(), expect=302)
    with app.app_context():
        assert db.session.scalars(select(Observation.language)).all() == ["en"]


def test_without_a_subject_it_is_about_the_service(client):
    assert "El servicio" in client.get("citizens.observe").main


@pytest.mark.parametrize("address", ["plan:nada", "nada", "plan:" + "x" * 22, "pagina:otra"])
def test_a_subject_that_is_not_there_answers_404(app, client, address):
    client.get("citizens.observe", sobre=address, expect=404)
    client.get("citizens.follow", sobre=address, expect=404)
    client.get("portal.observations", sobre=address, expect=404)


def test_what_is_not_published_answers_404_even_with_a_signed_form(app, client, form):
    with app.app_context():
        hidden = plan_ref(make_plan(7, status=PlanStatus.DRAFT)).address
        signed = form_token(guard(), "observation", hidden, now=clock.now() - timedelta(minutes=1))
    client.get("citizens.observe", sobre=hidden, expect=404)
    client.post("citizens.send", form() | {"sobre": hidden, "signed": signed}, expect=404)
    assert count(app, Observation) == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "corto"}, "10 letras o más"),
        ({"text": "http://a.gt http://b.gt http://c.gt"}, "2 enlaces"),
        ({"email": "nadie"}, "correo"),
        ({"kind": ""}, "Elija una"),
        ({"name": "www.compre.example"}, "sin enlaces"),
        ({"name": "Ana\nBcc: otro@correo.example"}, "no se pueden leer"),
        ({"text": "con un \0 en medio de todo"}, "no se pueden leer"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost(app, client, form, wrong, words):
    given = form(name="Ana") | wrong
    page = client.post("citizens.send", given, expect=422)
    field = next(iter(wrong))
    assert words in page.main
    kept = page.fields()
    for name in {"text", "email", "name"} - {field}:
        assert kept[name] == given[name]
    assert count(app, Observation) == 0


def test_what_was_typed_is_never_markup(app, client, form):
    page = client.post("citizens.send", form(text="<b>x</b>", name='"><img src=x>'), expect=422)
    assert "<b>x</b>" not in page.markup
    assert "<img" not in page.markup


@pytest.mark.parametrize(
    ("age", "words"),
    [(timedelta(seconds=0), "demasiado rápido"), (timedelta(hours=25), "más de un día abierta")],
)
def test_too_fast_or_too_old_asks_again_and_keeps_the_text(app, client, form, age, words):
    page = client.post("citizens.send", form(age=age), expect=422)
    assert words in page.main
    assert page.fields()["text"] == TEXT
    assert count(app, Observation) == 0


def test_a_form_that_is_not_ours_is_refused(app, client, form):
    follow = form("follow")["signed"]
    for signed in ("", "x", form()["signed"][:-1], follow):
        client.post("citizens.send", form(signed=signed), expect=400)
    client.post("citizens.send", form(sobre="pagina:inicio"), expect=400)
    assert count(app, Observation) == 0


def test_who_fills_in_the_hidden_field_reads_the_same_answer_and_nothing_is_kept(app, client, form):
    for endpoint, name in (("citizens.send", "observation"), ("citizens.send_follow", "follow")):
        real = client.post(endpoint, form(name, email="otra@correo.example"))
        machine = client.post(endpoint, form(name, website="http://compre.example"))
        assert (real.status, real.location) == (machine.status, machine.location)
    assert (count(app, Observation), count(app, PublicAttempt)) == (1, 2)


def test_too_many_are_told_to_wait_and_keep_their_text(app, client, form, monkeypatch):
    monkeypatch.setitem(app.config, "PUBLIC_FORMS_PER_HOUR", 1)
    client.post("citizens.send", form())
    page = client.post("citizens.send", form(text=TEXT + " Otra."), expect=429)
    assert "dentro de una hora" in page.main
    assert page.fields()["text"] == TEXT + " Otra."


def confirmation(app, uid, age=timedelta()):
    with app.app_context():
        return sign(secret(), Purpose.CONFIRM_OBSERVATION, uid, now=clock.now() - age)


def test_opening_the_link_confirms_nothing_and_the_button_does(app, client, plan):
    with app.app_context():
        uid = send(plan_ref(plan))
    page = client.get("citizens.ask_to_confirm", token=confirmation(app, uid))
    with app.app_context():
        assert row_of(uid).status is ObservationStatus.UNCONFIRMED
    assert "confirmada" in client.submit(page).h1
    with app.app_context():
        assert row_of(uid).status is ObservationStatus.WAITING
    assert "confirmada" in client.submit(page).h1


def test_a_link_that_is_old_or_cut_says_so(app, client, plan):
    with app.app_context():
        uid = send(plan_ref(plan))
    old = confirmation(app, uid, timedelta(hours=49))
    assert "48 horas" in client.get("citizens.ask_to_confirm", token=old, expect=400).main
    client.post("citizens.confirm", token=old, expect=400)
    client.get("citizens.ask_to_confirm", token=old[:-3], expect=400)
    client.get("citizens.ask_to_follow", token=confirmation(app, uid), expect=400)
    with app.app_context():
        assert row_of(uid).status is ObservationStatus.UNCONFIRMED


def test_nobody_learns_whether_an_address_follows_already(app, client, plan, form):
    with app.app_context():
        following(plan_ref(plan), now=clock.now() - timedelta(days=1))
    known, unknown = (
        client.post("citizens.send_follow", form("follow", email=one))
        for one in (EMAIL, "otra@correo.example")
    )
    assert (known.status, known.location, known.data) == (unknown.status, unknown.location, unknown.data)
    with app.app_context():
        kinds = db.session.scalars(select(CitizenLetter.kind).order_by(CitizenLetter.id)).all()
        assert [one.value for one in kinds][1:] == ["already_followed", "confirm_subscription"]


def test_following_from_an_activity_says_that_it_is_its_commitment(app, client, plan):
    page = client.get(client.get("portal.activity", uid=plan.activity.uid).link("Seguir por correo"))
    assert "Compromiso 1" in page.main


def test_a_subscription_is_confirmed_by_the_button(app, client, plan, form):
    client.post("citizens.send_follow", form("follow"))
    with app.app_context():
        (row,) = subscription_rows()
        token = sign(secret(), Purpose.CONFIRM_SUBSCRIPTION, row.uid, now=clock.now())
    page = client.get("citizens.ask_to_follow", token=token)
    with app.app_context():
        assert subscription_rows()[0].status is SubscriptionStatus.UNCONFIRMED
    client.submit(page)
    with app.app_context():
        assert subscription_rows()[0].status is SubscriptionStatus.ACTIVE


@pytest.mark.parametrize("everything", [True, False])
def test_a_mail_program_unsubscribes_with_one_post_and_no_redirect(app, client, plan, everything):
    with app.app_context():
        uid = following(plan_ref(plan))
        value = person_key(secret(), EMAIL) if everything else uid
        purpose = Purpose.END_ALL if everything else Purpose.END_SUBSCRIPTION
        token = sign(secret(), purpose, value, now=clock.now())
    endpoint = "citizens.end_all" if everything else "citizens.end"
    page = client.get(endpoint.replace(".end", ".ask_to_end"), token=token)
    with app.app_context():
        assert subscription_rows()[0].status is SubscriptionStatus.ACTIVE
    assert page.one("form[method=post]")["action"].endswith(token)
    client.post(endpoint, {"List-Unsubscribe": "One-Click"}, token=token, expect=200)
    with app.app_context():
        assert subscription_rows()[0].status is SubscriptionStatus.ENDED


def test_what_was_published_stands_on_its_page_with_its_reply(app, client, plan, contact):
    hostile = "<script>alert(1)</script> dice la página, y no es cierto."
    with app.app_context():
        uid = published(plan_ref(plan), contact, hostile, name="Ana <b>")
    page = client.get("portal.plan", number=plan.number)
    assert "Ana <b>" in page.main
    assert hostile in page.main
    assert "<script>alert" not in page.markup
    assert EMAIL not in page.markup
    assert "Espera respuesta" in page.main or "vencida" in page.main
    with app.app_context():
        replied(uid, contact, "Se corrigió.")
    page = client.get("portal.plan", number=plan.number)
    assert "Se corrigió." in page.main
    assert "Punto de contacto" in page.main
    assert "Set-Cookie" not in page.headers


def test_five_stand_on_the_page_and_all_of_them_on_their_own(app, client, plan, contact, about):
    with app.app_context():
        for number in range(6):
            published(plan_ref(plan), contact, f"{TEXT} {number}")
    page = client.get("portal.plan", number=plan.number)
    assert len(page.all(".said")) == 5
    listed = client.get(page.link("Ver las 6"))
    assert len(listed.all(".said")) == 6
    assert len(client.get("portal.observations").all(".said")) == 6
    assert client.get("portal.observations", sobre=about, estado="respondidas").all(".said") == []


def test_those_not_published_are_counted_by_reason(app, client, plan, contact):
    with app.app_context():
        for why in (Rejection.PERSONAL_DATA, Rejection.SPAM):
            uid = send(plan_ref(plan), f"{TEXT} {why}")
            with transaction():
                services.confirm_observation(
                    secret(),
                    sign(secret(), Purpose.CONFIRM_OBSERVATION, uid, now=clock.now()),
                    days=30,
                    today=clock.today(),
                    now=clock.now(),
                )
            with transaction():
                services.reject_observation(contact, uid, why, now=clock.now())
    page = client.get("portal.plan", number=plan.number)
    assert "2 no publicadas: datos personales, publicidad" in page.main
    assert TEXT not in page.main


def test_every_public_page_says_how_to_write(client, plan):
    pages = [
        ("portal.plan", {"number": plan.number}),
        ("portal.commitment", {"number": plan.number, "commitment": 1}),
        ("portal.activity", {"uid": plan.activity.uid}),
        ("portal.institution", {"number": plan.number, "slug": plan.lead.slug}),
        ("portal.amendments", {"number": plan.number}),
        ("portal.reports", {}),
    ]
    for endpoint, values in pages:
        page = client.get(endpoint, **values)
        client.get(page.link("¿Ve un error"))
        if endpoint != "portal.reports":
            client.get(page.link("Seguir por correo"))


def test_more_than_a_text_is_refused_before_it_is_read(app, client, form):
    client.post("citizens.send", form(text="x" * 100_000), expect=413)
    client.post("citizens.end", {"relleno": "x" * 100_000}, token="nada", expect=400)
    assert count(app, Observation) == 0
