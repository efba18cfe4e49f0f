"""A plan's settings: looked through with today's figures before and after, then saved from a day on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.factories.work import make_work
from tracker.db import db
from tracker.domain.history import Cut
from tracker.domain.tree import assess
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries.history import plan_facts

FORM = "main form[method=post]"


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=2)


@pytest.fixture
def admin(work):
    return work.client("admin")


def change(client, work, page=None, **values):
    expect = values.pop("expect", None)
    page = page or client.get("admin.plan_settings", number=work.made.number)
    given = {"reason": "Acuerdo de la mesa", "action": "preview"}
    return client.submit(page, {**given, **values}, form=FORM, expect=expect)


def test_a_weight_changes_the_figures_from_its_day_on_once_it_was_looked_through(app, work, admin):
    first, second = work.made.activities
    with app.app_context():
        work.scene().validated(first, percent=100, today=work.today, completed_on=work.today)
        work.scene().validated(second, percent=0, today=work.today)
    seen = change(admin, work, **{f"weight-{first.uid}": "3"})
    assert "50" in seen.one("#cambios").text
    assert "75" in seen.one("#cambios").text
    with app.app_context():
        assert db.session.scalar(select(PlanNode.weight).where(PlanNode.uid == first.uid)) == 1
    done = change(admin, work, seen, action="confirm")
    assert "Ajustes guardados" in done.text
    with app.app_context():
        for day, percent in ((work.today, 75), (work.today - timedelta(days=1), 50)):
            facts = plan_facts(work.made.id, Cut(day))
            weights = {one.uid: one.weight for one in facts.nodes}
            assert weights[first.uid] == (3 if percent == 75 else 1)
        tree = assess(plan_facts(work.made.id, Cut(work.today)), work.today)
        assert tree.validated.percent == 75


def test_thresholds_and_days_are_kept_with_their_reason_and_their_day(app, work, admin):
    seen = change(admin, work, substantial_from="66,5", due_soon_days="15", grace_days="5")
    done = change(admin, work, seen, action="confirm")
    assert "66.5" in done.main
    with app.app_context():
        plan = db.session.scalars(select(ActionPlan).where(ActionPlan.number == work.made.number)).one()
        assert (plan.substantial_from, plan.due_soon_days, plan.grace_days) == (Decimal("66.5"), 15, 5)
        facts = plan_facts(plan.id, Cut(work.today - timedelta(days=1)))
        assert facts.due_soon_days == 30
    early = (work.today - timedelta(days=2)).isoformat()
    assert "cambió" in change(admin, work, due_soon_days="20", on=early, expect=422).one("#on-error").text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"substantial_from": "100"}, "mayor que 0 y menor que 100"),
        ({"substantial_from": "mucho"}, "Escriba un número"),
        ({"substantial_from": "50.123"}, "dos decimales"),
        ({"due_soon_days": "-1"}, "entre 0 y 365"),
        ({"grace_days": "400"}, "entre 0 y 365"),
        ({"reason": " "}, "Escriba por qué cambian"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(work, admin, values, sentence):
    page = change(admin, work, **{"due_soon_days": "12", **values}, expect=422)
    assert sentence in page.main
    assert page.one("#due_soon_days")["value"] == values.get("due_soon_days", "12")


def test_a_bad_weight_is_told_beside_it(work, admin):
    uid = work.made.activities[0].uid
    for typed, sentence in (
        ("0", "mayor que 0"),
        ("x", "Escriba un número"),
        ("1.23456", "cuatro decimales"),
    ):
        page = change(admin, work, **{f"weight-{uid}": typed, "expect": 422})
        assert sentence in page.main
        assert page.one(f"#weight-{uid}")["value"] == typed


def test_a_future_day_is_refused_and_a_confirmation_unseen_is_only_a_preview(app, work, admin):
    tomorrow = (work.today + timedelta(days=1)).isoformat()
    assert "posterior a hoy" in change(admin, work, due_soon_days="9", on=tomorrow, expect=422).main
    change(admin, work, due_soon_days="9", action="confirm")
    with app.app_context():
        assert (
            db.session.scalar(select(ActionPlan.due_soon_days).where(ActionPlan.number == work.made.number))
            == 30
        )


def test_only_those_who_may_see_them(work):
    for who in ("liaison", "auditor", "table", "head"):
        work.client(who).get("admin.plan_settings", number=work.made.number, expect=403)
    contact = work.client("contact")
    assert "Calendario de rondas" in contact.get("admin.plan_settings_list").main
    assert contact.get("admin.plan_settings", number=work.made.number).status == 200
    assert contact.get("admin.plan_settings", number=99, expect=404)
