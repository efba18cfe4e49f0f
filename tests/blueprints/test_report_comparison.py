"""The page that says what changed between two compiled reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.support.factories.compilations import (
    ask,
    claim,
    compile_now,
    make_compiled,
    make_reported_plan,
    order_for,
)
from tests.support.factories.plans import NOW
from tracker.db import transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.services import reports as services


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_reported_plan()


def compiled_at(plan, cutoff, **given):
    uid = ask(SYSTEM, replace(order_for(plan, **given), cutoff=cutoff))
    assert compile_now(uid)
    return uid


def test_the_first_report_has_nothing_to_be_compared_with(app, signed_in, plan):
    with app.app_context():
        uid = make_compiled(plan)
    page = signed_in(AccountRole.CONTACT_POINT).get("reports.changes", uid=uid)
    assert "No hay con qué compararlo" in page.main


def test_two_versions_of_the_same_facts_say_the_same(app, signed_in, plan):
    with app.app_context():
        make_compiled(plan)
        uid = make_compiled(plan)
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get("reports.changes", uid=uid)
    assert "Dicen lo mismo" in page.main
    assert client.get("reports.show", uid=uid).link("Qué cambió desde el anterior") == page.path


def test_a_later_cut_off_tells_what_was_reported_since(app, signed_in, plan):
    with app.app_context():
        make_compiled(plan)
        claim(plan, place=1, percent=60, on=date(2026, 6, 12))
        uid = compiled_at(plan, date(2026, 6, 12))
    page = signed_in(AccountRole.CONTACT_POINT).get("reports.changes", uid=uid)
    assert "Declarado sin información → 60 % (INFOM, 12 jun 2026)" in page.main
    assert "Informe nuevo de INFOM al 12 jun 2026: 60 %" in page.main
    assert "Avances declarados 1 2" in page.main
    assert "Corte 10 jun 2026, versión 1" in page.main


def test_the_same_page_in_english(app, signed_in, plan):
    with app.app_context():
        make_compiled(plan)
        claim(plan, place=1, percent=60)
        uid = make_compiled(plan)
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get(f"/en/compilaciones/{uid}/cambios")
    assert "What changed" in page.h1
    assert "New report by INFOM" in page.main


def test_another_report_is_chosen_from_the_list_and_the_earlier_is_always_before(app, signed_in, plan):
    with app.app_context():
        first = make_compiled(plan)
        second = make_compiled(plan)
        claim(plan, place=1, percent=60)
        third = make_compiled(plan)
    client = signed_in(AccountRole.CONTACT_POINT)
    page = client.get("reports.changes", uid=third)
    values = [option["value"] for option in page.all("select[name=con] option")]
    assert values == [second, first]
    assert page.one("select[name=con] option[selected]")["value"] == second
    forwards = client.get("reports.changes", uid=third, con=first)
    backwards = client.get("reports.changes", uid=first, con=third)
    assert forwards.texts("dl.changes dd") == backwards.texts("dl.changes dd") != []


@pytest.mark.parametrize("con", ["nothing", "itself", "other"])
def test_what_is_no_report_of_the_same_answers_404(app, signed_in, plan, con):
    with app.app_context():
        make_compiled(plan)
        uid = make_compiled(plan)
        other = make_compiled(plan, kind=CompilationKind.INSTITUTIONAL, institution_uid=plan.lead.uid)
    given = {"nothing": "nothing", "itself": uid, "other": other}[con]
    signed_in(AccountRole.CONTACT_POINT).get("reports.changes", uid=uid, con=given, expect=404)


def test_a_report_that_is_not_ready_has_no_changes(app, signed_in, plan):
    with app.app_context():
        uid = ask(SYSTEM, order_for(plan))
    signed_in(AccountRole.CONTACT_POINT).get("reports.changes", uid=uid, expect=404)


def test_both_must_be_visible(app, signed_in, plan):
    given = {"kind": CompilationKind.INSTITUTIONAL, "institution_uid": plan.lead.uid}
    with app.app_context():
        first, second = make_compiled(plan, **given), make_compiled(plan, **given)
        with transaction():
            services.approve(SYSTEM, second, "Persona", now=NOW)
            services.publish(SYSTEM, second, now=NOW)
    stranger = signed_in(AccountRole.LIAISON, "CGC")
    stranger.get("reports.changes", uid=first, expect=404)
    stranger.get("reports.changes", uid=second, con=first, expect=404)
    assert "No hay con qué compararlo" in stranger.get("reports.changes", uid=second).main
    own = signed_in(AccountRole.LIAISON, "INFOM").get("reports.changes", uid=second)
    assert "Dicen lo mismo" in own.main


def test_the_page_takes_the_same_number_of_queries_however_many_reports(app, signed_in, plan, query_counter):
    with app.app_context():
        make_compiled(plan)
        uid = make_compiled(plan)
    client = signed_in(AccountRole.CONTACT_POINT)
    client.get("reports.changes", uid=uid)
    with query_counter() as few:
        client.get("reports.changes", uid=uid)
    with app.app_context():
        for _ in range(3):
            make_compiled(plan)
    with query_counter() as many:
        client.get("reports.changes", uid=uid)
    assert len(few) == len(many)
