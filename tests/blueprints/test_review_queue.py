"""The queue before a contact point: filters in the address, the next report after each, who decides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.client import PageClient
from tests.support.factories.accounts import make_user, sign_in
from tests.support.factories.reports import evidence_of, status_of
from tests.support.factories.waiting import make_waiting
from tests.support.factories.work import make_work
from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.workflow import ReportStatus
from tracker.services import reviews
from tracker.services.accounts import close_account

FORM = "form.decide"


def begin(scene):
    """Four that wait: the whole without evidence, two with it, one of another institution."""
    nodes, today = scene.made.activities, clock.today()
    helper = {"actor": scene.helper, "institution_uid": scene.made.helper.uid}
    return [
        scene.submitted(nodes[0], 100, answers=(), completed_on=today, today=today),
        scene.submitted(nodes[1], 60, today=today),
        scene.submitted(nodes[2], 70, today=today),
        scene.submitted(nodes[3], 20, today=today, **helper),
    ]


@pytest.fixture
def work(app, request):
    wants_reports = "reports" in request.fixturenames
    return make_work(app, begin if wants_reports else None, activities_per_milestone=4, ends=-12)


@pytest.fixture
def reports(work):
    return work.told


def rows(page):
    return [text.split(".")[-1].strip() for text in page.texts(".item-list h2")]


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        ({}, ["1.1", "1.2", "1.3", "1.4"]),
        ({"hallazgo": "full_without_evidence"}, ["1.1"]),
        ({"q": "actividad 1.3"}, ["1.3"]),
        ({"q": "inap"}, ["1.4"]),
        ({"orden": "institution"}, ["1.4", "1.1", "1.2", "1.3"]),
        ({"revision": "late"}, []),
        ({"actividad": "late", "ver": "mine"}, ["1.2", "1.3", "1.4"]),
        ({"ver": "reopened"}, []),
        ({"ver": "nothing-such"}, []),
        ({"ambito": "plan-4"}, ["1.1", "1.2", "1.3", "1.4"]),
        ({"ambito": "plan-9"}, []),
        ({"orden": "nothing-such"}, ["1.1", "1.2", "1.3", "1.4"]),
    ],
)
def test_the_queue_is_narrowed_and_ordered_by_its_address(work, reports, asked, labels):
    page = work.client("contact").get("reviews.queue", **asked)
    assert [re.search(r"\d\.\d", text).group() for text in page.texts(".item-list h2")] == labels


def test_every_filter_says_how_many_it_leaves(work, reports):
    page = work.client("contact").get("reviews.queue")
    views = page.texts(".quick-views li")
    assert views == ["Todos 4", "Puedo decidir 4", "Sin abrir 4"]
    assert "100 % sin evidencia (1)" in page.texts("#filter-hallazgo option")
    assert "INAP (1)" in page.texts("#filter-institucion option")


def test_a_decision_leads_to_the_next_of_the_same_queue(app, work, reports):
    contact = work.client("contact")
    page = contact.get("reviews.show", uid=reports[1], q="actividad", orden="late")
    assert "de 4" in page.texts(".queue-place")[0]
    following = page.all(".queue-place a[rel=next]")[0]["href"]
    done = contact.submit(page, {"action": "accept-all"}, form=FORM)
    assert done.path == following
    assert "comprobada" in done.main
    assert "de 3" in done.texts(".queue-place")[0]
    assert "q=actividad" in done.one(".breadcrumbs a")["href"]


def test_after_the_last_one_the_queue_comes_back(work, reports):
    contact = work.client("contact")
    page = contact.get("reviews.show", uid=reports[3])
    assert page.all(".queue-place a[rel=next]") == []
    done = contact.submit(page, {"action": "accept-all"}, form=FORM)
    assert done.h1 == "3 informes por revisar"


def test_opened_ones_can_be_decided_together(app, work, reports):
    contact = work.client("contact")
    assert contact.get("reviews.queue").all("input[name=informe]") == []
    for uid in reports[:3]:
        contact.get("reviews.show", uid=uid)
    picks = [one["value"] for one in contact.get("reviews.queue").all("input[name=informe]")]
    assert sorted(picks) == sorted(reports[:3])
    page = contact.get("reviews.batch", informe=[*picks, reports[3]])
    assert "Ábralo primero" in page.main
    chosen = {f"action-{reports[0]}": "return", f"action-{reports[1]}": "validate"}
    refused = contact.submit(page, chosen, form="main form", expect=422)
    assert "Escriba el motivo" in refused.main
    with app.app_context():
        assert status_of(reports[1]) is ReportStatus.SUBMITTED
    words = {f"comment-{reports[0]}": "Falta todo.", f"about-{reports[0]}": "evidence"}
    done = contact.submit(refused, words, form="main form")
    assert done.h1 == "Comprobados 2, devueltos 1"
    with app.app_context():
        assert [status_of(uid).value for uid in reports[:3]] == ["returned", "validated", "validated"]
    again = contact.submit(refused, words, form="main form")
    assert again.h1 == "Comprobados 2, devueltos 1"


def test_nothing_chosen_leads_back(work, reports):
    page = work.client("contact").get("reviews.batch", expect=302)
    assert page.location.endswith("/revision")


def test_one_decided_by_somebody_else_meanwhile_is_named(app, work, reports):
    contact = work.client("contact")
    for uid in reports[1:3]:
        contact.get("reviews.show", uid=uid)
    page = contact.get("reviews.batch", informe=reports[1:3])
    with app.app_context():
        work.scene().give_back(reports[1], today=work.today)
    refused = contact.submit(page, {}, form="main form", expect=422)
    assert "No se decidió ninguno" in refused.main
    with app.app_context():
        assert status_of(reports[2]) is ReportStatus.SUBMITTED


def test_the_queue_says_who_decides_on_ones_own_institution(app, work, reports):
    own = work.client("own contact")
    assert "Lo decide otra persona: Punto Uno" in own.get("reviews.queue", ver="others").main


def test_where_nobody_can_decide_the_queue_warns_and_the_administration_names(app):
    with app.app_context():
        waiting = make_waiting(4, today=clock.today())
        own = make_user(AccountRole.CONTACT_POINT, institution="INFOM", email="propio@example.test")
        admin = make_user(AccountRole.ADMIN)
        make_user(AccountRole.TABLE_MEMBER, name="Mesa Uno", email="mesa@example.test")
        with transaction():
            close_account(SYSTEM, user_uid=waiting.contact.uid, now=clock.now())
    contact, office = PageClient(app), PageClient(app)
    sign_in(contact, own)
    sign_in(office, admin)
    assert "Nadie puede decidir sobre los informes de INFOM" in contact.get("reviews.queue").main
    page = office.get("admin.reviewers")
    assert "Nadie puede decidir" in page.main
    empty = office.submit(page, {}, form="main form[action$=revisores]", expect=422)
    assert "Elija a una persona." in empty.texts(".field-error")
    person = next(one["value"] for one in page.all("#user option") if "Mesa Uno" in one.get_text())
    infom = next(one["value"] for one in page.all("#institution option") if "INFOM" in one.get_text())
    named = office.submit(empty, {"user": person, "institution": infom}, form="main form[action$=revisores]")
    assert "Cubierta" in named.main
    assert "Lo decide otra persona: Mesa Uno" in contact.get("reviews.queue").main
    ended = office.submit(named, {}, form="form[action$=terminar]")
    assert "termina al acabar el día" in ended.main


def test_an_overdue_review_is_said_in_the_queue_and_on_the_page(app):
    with app.app_context():
        waiting = make_waiting(1, today=clock.today())
    contact = PageClient(app)
    sign_in(contact, waiting.contact)
    page = contact.get("reviews.queue", revision="late")
    assert "Revisión vencida hace 20 días" in page.main
    assert "Vencida hace 20 días" in contact.get("reviews.show", uid=waiting.uids[0]).main


def test_a_return_names_its_field_and_the_liaison_reads_it_there(app, work, reports):
    contact, liaison = work.client("contact"), work.client("liaison")
    page = contact.get("reviews.show", uid=reports[1])
    said = {"comment": "¿Cuántas municipalidades?", "comment_field": "narrative", "action": "return"}
    contact.submit(page, said, form=FORM)
    node = work.made.activities[1].uid
    form = liaison.get("progress.report", uid=node)
    assert form.texts(".field-returned") == ["Volvió con este comentario: «¿Cuántas municipalidades?»"]
    assert form.one("#narrative")["aria-describedby"].split() == ["narrative-hint", "narrative-returned"]
    saved = liaison.submit(form, {"action": "save"}, form="form[enctype]")
    assert saved.texts(".field-returned")
    assert "Trata de: Qué se hizo" in saved.main


def test_reopening_tells_whose_ground_it_takes(app, work):
    with app.app_context():
        scene, node = work.scene(), work.made.activities[0]
        half = scene.validated(node, 50, answers=node.means[:1], today=work.today)
        scene.validated(node, 100, answers=node.means[1:], completed_on=work.today, today=work.today)
    contact = work.client("contact")
    page = contact.get("reviews.show", uid=half)
    assert "Al reabrirlo perderían sustento" in page.main
    done = contact.submit(page, {"comment": "Otro lugar."}, form="form[action$=reabrir]")
    assert "1 informe comprobado al 100 % descansaba en su evidencia" in done.main
    assert "Se reabrió la revisión" in done.main
    queue = contact.get("reviews.queue")
    assert "1 informe al 100 % comprobado descansa en evidencia reabierta" in queue.main
    assert "Sin evidencia aceptada: Informe." in queue.main


def test_new_evidence_on_a_validated_report_says_what_is_new(app, work):
    with app.app_context():
        scene, node = work.scene(), work.made.activities[0]
        first = scene.validated(node, 60, answers=node.means[:1], today=work.today)
        second = scene.correct(first, today=work.today)
        scene.link(second, node.means[1:], url="https://example.gt/acta", title="Acta", today=work.today)
        scene.submit(second, today=work.today)
        old, new = evidence_of(second)
    page = work.client("contact").get("reviews.show", uid=second)
    assert "La versión 1 sigue valiendo" in page.main
    assert "Evidencia nueva: Acta. Lo demás dice lo mismo." in page.main
    assert page.one(f"#accept-{old}").has_attr("checked")
    assert not page.one(f"#accept-{new}").has_attr("checked")


def test_the_page_tells_of_letters_and_evidence_of_later_days(app, work):
    with app.app_context():
        scene, node = work.scene(), work.made.activities[0]
        early = work.today - timedelta(days=9)
        uid = scene.draft(node, 40, answers=(), reported_on=early, today=work.today)
        scene.link(uid, node.means, today=work.today)
        scene.submit(uid, today=work.today)
    page = work.client("contact").get("reviews.show", uid=uid)
    assert "Fechada después del informe" in page.main
    assert "Lo escribió Enlace Uno" in page.main


def test_a_page_is_opened_once_for_each_state_of_the_report(app, work, reports, query_counter):
    contact = work.client("contact")
    for _ in range(2):
        contact.get("reviews.show", uid=reports[1])
    assert "Ya abiertos 1" in contact.get("reviews.queue").texts(".quick-views li")
    with app.app_context():
        scene = work.scene()
        scene.validate(reports[1], today=work.today)
        with transaction():
            reviews.reopen_report(
                scene.contact, report_uid=reports[1], comment="No.", now=clock.now(), today=work.today
            )
    assert not contact.get("reviews.queue").all("input[name=informe]")
