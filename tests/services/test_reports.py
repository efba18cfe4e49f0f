"""Compiled reports: asked for, compiled once, signed, published, never changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.compilations import (
    ask,
    claim,
    compile_now,
    make_compiled,
    make_reported_plan,
    order_for,
    press,
)
from tests.support.factories.plans import NOW, make_institution
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import PlanStatus
from tracker.models.audit import AuditEvent
from tracker.models.reports import CompiledReport
from tracker.queries import reports as queries
from tracker.queries.history import last_sequence
from tracker.queries.plans import find_plan, list_plan_titles
from tracker.renderers import RENDERERS
from tracker.renderers.pdf import TypesettingFailed
from tracker.services import reports as services
from tracker.services.compilations import Order, compile_document

pytestmark = pytest.mark.usefixtures("app_context")


def row(uid) -> CompiledReport:
    db.session.expire_all()
    return db.session.scalars(select(CompiledReport).where(CompiledReport.uid == uid)).one()


def actor(role, institution=None):
    return actor_of(make_user(role, institution))


def test_a_request_keeps_what_was_known_when_it_was_made():
    plan = make_reported_plan()
    known = last_sequence()
    uid = ask(actor(AccountRole.CONTACT_POINT), order_for(plan))
    assert row(uid).known_at >= known
    assert row(uid).status is CompilationStatus.REQUESTED
    assert row(uid).version == 1


def test_an_identical_open_request_is_joined():
    plan = make_reported_plan()
    assert ask(SYSTEM, order_for(plan)) == ask(SYSTEM, order_for(plan))


def test_a_request_for_another_known_at_is_not_joined():
    plan = make_reported_plan()
    assert ask(SYSTEM, order_for(plan, known_at=last_sequence())) != ask(SYSTEM, order_for(plan, known_at=1))


def test_a_second_report_of_the_same_is_its_next_version():
    plan = make_reported_plan()
    first, second = make_compiled(plan), make_compiled(plan)
    assert (row(first).version, row(second).version) == (1, 2)


def test_a_compiled_report_is_frozen_with_the_hash_of_its_canonical_content():
    uid = make_compiled(make_reported_plan())
    report = row(uid)
    assert report.status is CompilationStatus.READY
    assert hashlib.sha256(report.document.encode()).hexdigest() == report.sha256
    assert rfc8785.dumps(json.loads(report.document)).decode() == report.document


def test_each_file_stands_under_its_hash_and_is_what_was_rendered():
    plan = make_reported_plan()
    uid = ask(SYSTEM, order_for(plan))
    assert compile_now(uid, tuple(RENDERERS))
    for name in RENDERERS:
        stored = queries.get_file(SYSTEM, uid, name, press().folder)
        assert hashlib.sha256(stored.path.read_bytes()).hexdigest() == stored.path.name
        stem = "informe-del-plan-plan-4-2026-06-10-v1"
        assert stored.filename == f"{stem}-tablas.zip" if name == "csv" else f"{stem}.{name}"


def test_the_json_file_gives_its_own_hash_to_whoever_takes_it_out():
    uid = make_compiled(make_reported_plan())
    data = json.loads(queries.get_file(SYSTEM, uid, "json", press().folder).path.read_text())
    told = data.pop("sha256")
    assert hashlib.sha256(rfc8785.dumps(data)).hexdigest() == told == row(uid).sha256


def test_the_same_cut_off_and_known_at_give_the_same_hash_whatever_happened_since():
    plan = make_reported_plan()
    order = order_for(plan, known_at=last_sequence())
    before = compile_document(order, zone="America/Guatemala")
    claim(plan, place=1, percent=30)
    make_user(AccountRole.AUDITOR)
    make_compiled(plan)
    after = compile_document(order, zone="America/Guatemala", issuer="Otro", version=9)
    assert after.imprint.sha256 == before.imprint.sha256
    now = compile_document(order_for(plan), zone="America/Guatemala")
    assert now.summary.claims.reports == 2


def test_a_change_after_the_request_does_not_enter_it():
    plan = make_reported_plan()
    uid = ask(SYSTEM, order_for(plan))
    claim(plan, place=1)
    assert compile_now(uid)
    assert json.loads(row(uid).document)["summary"]["claims"]["reports"] == 1


def test_what_a_crash_left_compiling_is_taken_up_again():
    uid = ask(SYSTEM, order_for(make_reported_plan()))
    with transaction():
        services._take_up(uid)
    assert queries.list_waiting() == (uid,)
    assert compile_now(uid)
    assert queries.list_waiting() == ()


def test_of_two_workers_the_first_to_finish_stands():
    uid = ask(SYSTEM, order_for(make_reported_plan()))
    with transaction():
        order, version = services._take_up(uid)
    document = compile_document(order, zone="America/Guatemala", version=version)
    assert compile_now(uid)
    frozen = row(uid).recorded_seq
    with transaction():
        services._freeze(uid, replace(document), (), NOW)
        services._fail(uid, "late")
    assert (row(uid).recorded_seq, row(uid).status) == (frozen, CompilationStatus.READY)
    assert len(row(uid).files) == 1


def test_a_renderer_that_fails_fails_the_report_with_a_reason_and_it_can_be_tried_again(monkeypatch):
    uid = ask(SYSTEM, order_for(make_reported_plan()))

    class Broken:
        format, media_type, extension = "json", "application/json", "json"

        def render(self, document):
            raise TypesettingFailed("no letters")

    with monkeypatch.context() as patched:
        patched.setattr("tracker.renderers.RENDERERS", {"json": Broken()})
        assert not compile_now(uid)
    assert (row(uid).status, row(uid).failure) == (CompilationStatus.FAILED, "compilation-failed")
    assert queries.list_waiting() == ()
    assert compile_now(uid)
    assert row(uid).failure == ""


def test_a_broken_rule_is_the_reason_of_a_failure():
    uid = ask(SYSTEM, order_for(make_reported_plan(), known_at=1))
    assert not compile_now(uid)
    assert row(uid).failure == "plan-not-recorded"


def test_a_package_that_would_hold_too_much_fails_the_report_and_leaves_nothing(app_context):
    scene = make_scene()
    report = scene.draft(percent=40, answers=())
    scene.file(report, scene.activity.means)
    scene.validate(scene.submit(report))
    order = Order(scene.made.number, CompilationKind.PLAN, scene.clock.at.date())
    uid = ask(SYSTEM, order)
    small = replace(press(("json", "bag")), package_bytes=10)
    assert not services.compile_requested(uid, press=small, unit=transaction, clock=lambda: NOW)
    assert row(uid).failure == "package-too-large"
    assert list((press().folder / "incoming").iterdir()) == []
    assert compile_now(uid, ("json", "bag"))
    stored = queries.get_file(SYSTEM, uid, "bag", press().folder)
    assert stored.filename.endswith("-v1-paquete.zip")
    assert hashlib.sha256(stored.path.read_bytes()).hexdigest() == stored.path.name
    assert list((press().folder / "incoming").iterdir()) == []


def test_a_full_disk_fails_the_report_and_leaves_no_half_file(monkeypatch):
    uid = ask(SYSTEM, order_for(make_reported_plan()))

    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tracker.services.storage.keep", full)
    assert not compile_now(uid)
    assert row(uid).status is CompilationStatus.FAILED
    assert [path for path in Path(press().folder).glob("??/*") if path.is_file()] == []


def test_only_a_finished_report_is_approved_and_only_an_approved_one_published():
    contact = actor(AccountRole.CONTACT_POINT)
    uid = ask(contact, order_for(make_reported_plan()))
    with pytest.raises(Conflict), transaction():
        services.approve(contact, uid, "Persona de prueba", now=NOW)
    compile_now(uid)
    with pytest.raises(Conflict), transaction():
        services.publish(contact, uid, now=NOW)
    with transaction():
        services.approve(contact, uid, " Persona de prueba, directora ", now=NOW)
    with transaction():
        services.publish(contact, uid, now=NOW)
    assert row(uid).approved_label == "Persona de prueba, directora"
    assert row(uid).status is CompilationStatus.PUBLISHED
    with pytest.raises(Conflict):
        compile_now(uid)


def test_approval_needs_a_name():
    uid, contact = make_compiled(make_reported_plan()), actor(AccountRole.CONTACT_POINT)
    with pytest.raises(DomainError) as refused, transaction():
        services.approve(contact, uid, "  ", now=NOW)
    assert refused.value.field == "signed_name"


def test_each_step_leaves_its_mark_in_the_audit_log():
    contact = actor(AccountRole.CONTACT_POINT)
    uid = make_compiled(make_reported_plan(), contact)
    with transaction():
        services.approve(contact, uid, "Persona", now=NOW)
        services.publish(contact, uid, now=NOW)
    tags = db.session.scalars(
        select(AuditEvent.tag).where(AuditEvent.subject_uid == uid).order_by(AuditEvent.seq)
    ).all()
    assert tags == [
        "compilation:requested",
        "compilation:frozen",
        "compilation:approved",
        "compilation:published",
    ]


def test_a_liaison_asks_for_its_own_institution_s_report_only():
    plan = make_reported_plan()
    liaison = actor(AccountRole.LIAISON, "INFOM")
    uid = ask(liaison, order_for(plan, CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid))
    assert compile_now(uid)
    for order in (
        order_for(plan),
        order_for(plan, CompilationKind.INSTITUTIONAL, institution_uid=plan.helper.uid),
    ):
        with pytest.raises(NotAllowed):
            ask(liaison, order)


def test_a_draft_plan_is_reported_on_to_the_office_alone():
    plan = make_reported_plan()
    order = order_for(plan, CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    with transaction():
        find_plan(plan.number).status = PlanStatus.DRAFT
    liaison = actor(AccountRole.LIAISON, "INFOM")
    with pytest.raises(NotFound):
        ask(liaison, order)
    assert list_plan_titles(liaison) == []
    assert ask(actor(AccountRole.CONTACT_POINT), order)


def test_roles_without_the_permission_ask_for_nothing():
    plan = make_reported_plan()
    for role in (AccountRole.ADMIN, AccountRole.TABLE_MEMBER, AccountRole.AUDITOR):
        with pytest.raises(NotAllowed):
            ask(actor(role), order_for(plan))


def test_a_head_signs_its_own_institution_s_report_and_no_other():
    plan = make_reported_plan()
    own = make_compiled(plan, kind=CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    other = make_compiled(plan)
    head = actor(AccountRole.INSTITUTION_HEAD, "INFOM")
    with transaction():
        services.approve(head, own, "Titular de prueba", now=NOW)
    with pytest.raises(NotAllowed), transaction():
        services.approve(head, other, "Titular de prueba", now=NOW)
    with pytest.raises(NotAllowed), transaction():
        services.publish(head, own, now=NOW)


def test_another_institution_s_report_is_not_there_until_it_is_published():
    plan = make_reported_plan()
    uid = make_compiled(plan, kind=CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    liaison = actor(AccountRole.LIAISON, "CGC")
    with pytest.raises(NotFound):
        queries.get_compilation(liaison, uid, NOW)
    with pytest.raises(NotFound):
        queries.get_file(liaison, uid, "json", press().folder)
    assert queries.list_compilations(liaison).rows == ()
    assert queries.list_compilations(actor(AccountRole.ADMIN)).rows == ()
    with transaction():
        services.approve(SYSTEM, uid, "Persona", now=NOW)
        services.publish(SYSTEM, uid, now=NOW)
    assert [one.uid for one in queries.list_compilations(liaison).rows] == [uid]


def test_the_public_gets_files_of_published_reports_only():
    uid = make_compiled(make_reported_plan())
    with pytest.raises(NotFound):
        queries.public_file(uid, "json", press().folder)
    with transaction():
        services.approve(SYSTEM, uid, "Persona", now=NOW)
        services.publish(SYSTEM, uid, now=NOW)
    assert queries.public_file(uid, "json", press().folder).path.exists()
    with pytest.raises(NotFound):
        queries.public_file(uid, "docx", press().folder)


def test_a_cut_off_after_today_is_refused():
    with pytest.raises(DomainError) as refused:
        ask(SYSTEM, replace(order_for(make_reported_plan()), cutoff=NOW.date().replace(year=2030)))
    assert refused.value.code == "cutoff-in-future"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"known_at": 10**6}, "known-at-not-recorded"),
        ({"kind": CompilationKind.COMMITMENT}, "kind-needs-commitment"),
        ({"kind": CompilationKind.COMMITMENT, "commitment_number": 99}, "commitment-not-in-plan"),
        ({"institution_uid": "nobody"}, "named-institution-unknown"),
    ],
)
def test_an_order_that_nothing_can_come_of_is_refused_and_nothing_is_kept(given, code):
    order = replace(order_for(make_reported_plan()), **given)
    with pytest.raises(DomainError) as refused:
        ask(SYSTEM, order)
    assert refused.value.code == code
    assert db.session.scalar(select(func.count()).select_from(CompiledReport)) == 0


def test_what_is_not_there_is_not_found():
    with pytest.raises(NotFound):
        compile_now("nothing")
    with pytest.raises(NotFound):
        ask(SYSTEM, Order(99, CompilationKind.PLAN, NOW.date()))


def test_an_institution_is_found_by_acronym_or_name_however_it_is_written():
    made = make_institution("SEGEPLAN", "Secretaría de Planificación")
    assert queries.get_institution_uid(" segeplan ") == made.uid
    assert queries.get_institution_uid("secretaría de planificación") == made.uid
    for text in ("", "XX"):
        with pytest.raises(NotFound):
            queries.get_institution_uid(text)


def test_an_institution_that_was_not_recorded_yet_is_not_found():
    with pytest.raises(NotFound):
        queries.institution_at("nobody", Cut(NOW.date(), 1))


def test_lists_take_the_same_number_of_queries_however_long(query_counter):
    plan = make_reported_plan()
    make_compiled(plan)
    with query_counter() as few:
        queries.list_compilations(SYSTEM)
    for _ in range(4):
        make_compiled(plan)
    with query_counter() as many:
        queries.list_compilations(SYSTEM)
    assert len(few) == len(many)
    assert not any("compiled_reports.document" in statement for statement in many)
