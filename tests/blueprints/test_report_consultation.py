"""The consultation on the page of a compiled report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user, sign_in
from tests.support.factories.compilations import comment_on, make_compiled, make_reported_plan
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.consultations import ReportComment, ReportConsultation
from tracker.services import report_consultations as services

ZONE = "America/Guatemala"
OPEN, CLOSE = "form[action$='/consulta']", "form[action$='/consulta/cerrar']"
COMMENT, ANSWER = "form[action$='/comentarios']", "form[action$='/respuesta']"


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_reported_plan()


@pytest.fixture
def uid(app, plan):
    with app.app_context():
        return make_compiled(plan)


@pytest.fixture
def signed_in(app, new_client):
    """A client signed in with a role."""

    def make(role, institution=None, **given):
        with app.app_context():
            person = make_user(role, institution, **given)
        client = new_client()
        sign_in(client, person)
        return client

    return make


def until(days=7):
    return (clock.today(ZONE) + timedelta(days=days)).isoformat()


@pytest.fixture
def opened(app, uid):
    """The report under consultation for a week from today."""
    with app.app_context(), transaction():
        now, today = clock.now(), clock.today(ZONE)
        services.open_consultation(SYSTEM, uid, today + timedelta(days=7), today=today, now=now, zone=ZONE)
    return uid


def end(app):
    """Let the days of every consultation be over."""
    with app.app_context(), transaction():
        for one in db.session.scalars(select(ReportConsultation)):
            one.closes_at = clock.now() - timedelta(minutes=1)


def count(app, model=ReportComment):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def test_a_consultation_from_its_opening_to_the_approval(app, signed_in, plan, uid):
    contact = signed_in(AccountRole.CONTACT_POINT)
    page = contact.submit(contact.get("reports.show", uid=uid), {"opening-closes_on": until()}, form=OPEN)
    assert "En consulta hasta el" in page.main
    assert page.all("form[action$=aprobar]") == []
    member = signed_in(AccountRole.TABLE_MEMBER, name="Ana Pérez")
    page = member.get("reports.show", uid=uid)
    said = {"comment-item": plan.activities[0].uid, "comment-text": "No dice con quién se hizo."}
    page = member.submit(page, said, form=COMMENT)
    assert "Mesa técnica · Ana Pérez" in page.main
    assert plan.activities[0].title in page.main
    assert page.all(ANSWER) == []
    page = contact.get("reports.show", uid=uid)
    page = contact.submit(page, {"closing-reason": "Respondieron todos."}, form=CLOSE)
    assert "Respondieron todos." in page.main
    assert page.all("form[action$=aprobar]") == []
    names = contact.get("reports.show", uid=uid).fields(ANSWER)
    outcome = next(tag["name"] for tag in page.all(f"{ANSWER} input[type=radio]"))
    reason = next(name for name in names if name.endswith("-reason"))
    page = contact.submit(page, {outcome: "accepted", reason: "Se agrega en la versión 2."}, form=ANSWER)
    assert "Aceptado" in page.main
    page = contact.submit(page, {"signed_name": "Persona de prueba"}, form="form[action$=aprobar]")
    assert "Aprobado" in page.main
    assert "No dice con quién se hizo." in page.main


@pytest.mark.parametrize(
    ("day", "words"),
    [("", "Escriba una fecha"), ("0", "posterior a hoy"), ("400", "días como máximo")],
)
def test_a_day_that_makes_no_sense_is_told_beside_its_field(app, signed_in, uid, day, words):
    contact = signed_in(AccountRole.CONTACT_POINT)
    sent = {"opening-closes_on": until(int(day)) if day else ""}
    page = contact.submit(contact.get("reports.show", uid=uid), sent, form=OPEN, expect=422)
    assert words in page.one("#opening-closes_on-error").get_text()
    assert page.one("#opening-closes_on").get("value", "") == sent["opening-closes_on"]
    assert count(app, ReportConsultation) == 0


@pytest.mark.parametrize("given", [{"comment-text": "  "}, {"comment-text": "x" * 5001}])
def test_a_comment_that_cannot_be_kept_comes_back_as_it_was_typed(app, signed_in, plan, opened, given):
    member = signed_in(AccountRole.TABLE_MEMBER)
    sent = {"comment-item": plan.activities[1].uid} | given
    page = member.submit(member.get("reports.show", uid=opened), sent, form=COMMENT, expect=422)
    assert page.one("#comment-text-error")
    assert page.fields(COMMENT)["comment-item"] == plan.activities[1].uid
    assert page.fields(COMMENT)["comment-text"].strip() == given["comment-text"].strip()
    assert count(app) == 0


def test_an_item_of_another_report_is_refused(app, signed_in, opened):
    member = signed_in(AccountRole.TABLE_MEMBER)
    sent = {"comment-item": "nothing", "comment-text": "Hola"}
    member.submit(member.get("reports.show", uid=opened), sent, form=COMMENT, expect=422)
    assert count(app) == 0


def test_the_same_comment_sent_twice_is_kept_once(app, signed_in, opened):
    member = signed_in(AccountRole.TABLE_MEMBER)
    page = member.get("reports.show", uid=opened)
    for _ in range(2):
        member.submit(page, {"comment-text": "Dos veces."}, form=COMMENT)
    assert count(app) == 1


def test_what_was_typed_too_late_is_not_lost(app, signed_in, opened):
    member = signed_in(AccountRole.TABLE_MEMBER)
    page = member.get("reports.show", uid=opened)
    end(app)
    page = member.submit(page, {"comment-text": "Llegué tarde."}, form=COMMENT, expect=409)
    assert "ya no recibe comentarios" in page.main
    assert page.fields(COMMENT)["comment-text"] == "Llegué tarde."
    assert count(app) == 0
    assert member.get("reports.show", uid=opened).all(COMMENT) == []


def test_an_answer_needs_its_outcome_and_reason_and_keeps_what_was_typed(app, signed_in, opened):
    with app.app_context():
        who = actor_of(make_user(AccountRole.TABLE_MEMBER))
        first, second = comment_on(opened, who, "Uno."), comment_on(opened, who, "Dos.")
    contact = signed_in(AccountRole.CONTACT_POINT)
    page = contact.get("reports.show", uid=opened)
    form = f"form[action$='/comentarios/{second}/respuesta']"
    page = contact.submit(page, {f"answer-{second}-reason": "Porque sí."}, form=form, expect=422)
    assert page.fields(form)[f"answer-{second}-reason"] == "Porque sí."
    assert "Elija una respuesta" in page.main
    assert page.all(f"#answer-{first}-reason-error") == []
    contact.post("reports.answer", uid=opened, comment_uid="nothing", expect=404)


def test_an_answer_is_not_given_twice(app, signed_in, opened):
    with app.app_context():
        comment = comment_on(opened, actor_of(make_user(AccountRole.TABLE_MEMBER)))
    contact = signed_in(AccountRole.CONTACT_POINT)
    page = contact.get("reports.show", uid=opened)
    sent = {f"answer-{comment}-outcome": "noted", f"answer-{comment}-reason": "Gracias."}
    contact.submit(page, sent, form=ANSWER)
    contact.submit(page, sent, form=ANSWER, expect=409)


def test_approving_meanwhile_is_a_conflict(signed_in, uid, opened):
    contact = signed_in(AccountRole.CONTACT_POINT)
    contact.get("reports.show", uid=uid)
    page = contact.post("reports.approve", {"signed_name": "Persona"}, uid=uid, expect=409)
    assert "está en consulta" in page.main


@pytest.mark.parametrize(
    ("role", "institution"),
    [
        (AccountRole.TABLE_MEMBER, None),
        (AccountRole.LIAISON, "INFOM"),
        (AccountRole.INSTITUTION_HEAD, "INFOM"),
    ],
)
def test_participants_comment_and_conduct_nothing(signed_in, opened, role, institution):
    client = signed_in(role, institution)
    page = client.get("reports.show", uid=opened)
    assert len(page.all(COMMENT)) == 1
    assert page.all(OPEN) == page.all(CLOSE) == page.all("form[action$=aprobar]") == []
    for target in ("reports.open_consultation", "reports.close_consultation"):
        client.post(target, uid=opened, expect=403)
    client.post("reports.answer", uid=opened, comment_uid="x", expect=403)


def test_a_stranger_sees_and_says_nothing(signed_in, opened):
    client = signed_in(AccountRole.LIAISON, "CGC")
    client.get("reports.show", uid=opened, expect=404)
    client.get("reports.requests")
    client.post("reports.comment", {"comment-text": "Hola"}, uid=opened, expect=404)


@pytest.mark.parametrize("role", [AccountRole.CONTACT_POINT, AccountRole.AUDITOR])
def test_who_is_not_consulted_has_no_form(signed_in, opened, role):
    client = signed_in(role)
    assert client.get("reports.show", uid=opened).all(COMMENT) == []
    client.post("reports.comment", {"comment-text": "Hola"}, uid=opened, expect=403)


def test_the_consultation_in_english(signed_in, opened):
    page = signed_in(AccountRole.TABLE_MEMBER).get(f"/en/compilaciones/{opened}")
    assert "Under consultation until" in page.main
