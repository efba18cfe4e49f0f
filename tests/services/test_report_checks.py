"""What a report may say: its shape at every save, its meaning when it is handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.factories.plans import TODAY
from tests.support.factories.reports import (
    content,
    make_scene,
    nothing_written,
    report_row,
    save,
    stalled,
    status_of,
)
from tracker.db import db, transaction
from tracker.domain.errors import DomainError
from tracker.domain.workflow import ReportStatus
from tracker.models.current import ActivityCurrent
from tracker.models.plans import PlanNode
from tracker.services import plans, progress
from tracker.services.progress import SubmissionRefused
from tracker.services.report_checks import offered_percent

DAY = timedelta(days=1)
TOMORROW = TODAY + DAY
STALLED = content(None, narrative="", **stalled())


@pytest.fixture
def scene(app_context):
    return make_scene()


def current(node):
    db.session.rollback()
    return db.session.get(ActivityCurrent, node.id)


class TestTheShape:
    @pytest.mark.parametrize("percent", ["-0.01", "100.01", "NaN", "Infinity", "-1e9"])
    def test_of_a_percent_out_of_range(self, scene, percent):
        with pytest.raises(DomainError, match="percent-out-of-range") as refused, nothing_written():
            save(scene, written=content(percent))
        assert refused.value.field == "percent"

    @pytest.mark.parametrize("percent", ["0", "0.01", "99.99", "100", "100.00", "33.3"])
    def test_of_a_percent_in_range(self, scene, percent):
        assert report_row(save(scene, written=content(percent))).percent == Decimal(percent)

    def test_of_a_percent_with_three_decimals(self, scene):
        with pytest.raises(DomainError, match="percent-too-exact") as refused:
            save(scene, written=content("33.333"))
        assert refused.value.field == "percent"

    @pytest.mark.parametrize("percent", [None, 0, "99.99"])
    def test_of_a_completion_date_below_the_whole(self, scene, percent):
        with pytest.raises(DomainError, match="completion-only-at-full") as refused:
            save(scene, written=content(percent, completed_on=TODAY))
        assert refused.value.field == "completed_on"

    @pytest.mark.parametrize(
        ("delivered", "code"),
        [
            ("-1", "quantity-negative"),
            ("1.00001", "quantity-too-exact"),
            ("1e13", "quantity-too-large"),
            ("NaN", "quantity-too-large"),
            ("-Infinity", "quantity-too-large"),
        ],
    )
    def test_of_a_quantity(self, scene, delivered, code):
        with pytest.raises(DomainError, match=code) as refused:
            save(scene, written=content(delivered=Decimal(delivered)))
        assert refused.value.field == "delivered"

    def test_of_a_quantity_that_the_column_holds(self, scene):
        uid = save(scene, written=content(delivered=Decimal("999999999999.9999")))
        assert report_row(uid).delivered == Decimal("999999999999.9999")

    def test_of_an_occurrence_longer_than_any(self, scene):
        with pytest.raises(DomainError, match="occurrence-unknown"):
            save(scene, written=content(occurrence="2026-05" * 5))

    @pytest.mark.parametrize("field", ["narrative", "obstacle", "needed", "departure_reason"])
    def test_of_a_text_that_no_database_holds(self, scene, field):
        with pytest.raises(DomainError, match="text-not-valid") as refused:
            save(scene, written=replace(content(), **{field: "a\0b"}))
        assert refused.value.field == field


class TestTheMeaning:
    @pytest.mark.parametrize(
        ("written", "code", "field"),
        [
            (content(narrative="  "), "narrative-required", "narrative"),
            (content(obstacle="Sin fondos."), "obstacle-kind-required", "obstacle_kind"),
            (content(new_expected_on=TODAY - DAY), "expected-before-report", "new_expected_on"),
            (content(reported_on=TOMORROW), "date-in-future", "reported_on"),
            (content(100, completed_on=TOMORROW), "completed-after-report", "completed_on"),
            (content(occurrence="2"), "occurrence-unknown", "occurrence"),
        ],
    )
    def test_is_checked_when_handed_in_and_not_before(self, scene, written, code, field):
        uid = save(scene, written=written)
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            scene.submit(uid)
        assert refused.value.field == field
        assert status_of(uid) is ReportStatus.DRAFT

    @pytest.mark.parametrize(
        ("left_out", "code"),
        [
            ({"obstacle_kind": None}, "obstacle-kind-required"),
            ({"obstacle": " "}, "obstacle-required"),
            ({"needed": ""}, "needed-required"),
            ({"new_expected_on": None}, "new-expected-required"),
            ({"new_expected_on": TODAY - DAY}, "expected-before-report"),
        ],
    )
    def test_of_no_progress_needs_all_of_its_reason(self, scene, left_out, code):
        uid = save(scene, written=replace(STALLED, **left_out))
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            scene.submit(uid)
        assert refused.value.field == next(iter(left_out))

    def test_of_no_progress_tells_everything_that_is_missing_at_once(self, scene):
        uid = save(scene, written=content(0, narrative="", no_progress=True))
        with pytest.raises(SubmissionRefused) as refused, transaction():
            progress.submit_reports(scene.liaison, report_uids=[uid], now=scene.clock.next(), today=TODAY)
        fields = [one.field for one in refused.value.all_errors[uid]]
        assert fields == ["obstacle_kind", "obstacle", "needed", "new_expected_on"]

    def test_no_progress_needs_no_narrative_but_a_reason(self, scene):
        uid = scene.submit(save(scene, written=STALLED))
        assert (status_of(uid), report_row(uid).obstacle_kind) == (ReportStatus.SUBMITTED, "funds")

    def test_the_edges_of_dates_are_allowed(self, scene):
        uid = save(scene, written=content(100, reported_on=TODAY, completed_on=TODAY))
        assert status_of(scene.submit(uid)) is ReportStatus.SUBMITTED

    def test_a_narrative_alone_is_a_report_without_a_figure(self, scene):
        uid = scene.submitted(percent=None, answers=())
        assert (report_row(uid).percent, status_of(uid)) == (None, ReportStatus.SUBMITTED)
        assert current(scene.activity).reported_percent is None

    def test_a_percent_without_evidence_may_be_claimed(self, scene):
        scene.submitted(percent=100, answers=())
        assert current(scene.activity).reported_percent == 100


class TestAQuantity:
    @pytest.fixture
    def scene(self, app_context):
        return make_scene(planned=Decimal(40))

    @pytest.mark.parametrize(
        ("delivered", "offered"),
        [("0", "0"), ("10", "25"), ("13", "32.5"), ("39.9999", "99.99"), ("40", "100"), ("80", "100")],
    )
    def test_offers_its_percent(self, scene, delivered, offered):
        node = db.session.get(PlanNode, scene.activity.id)
        assert offered_percent(node, Decimal(delivered)) == Decimal(offered)

    def test_departing_from_it_needs_a_reason(self, scene):
        uid = scene.draft(percent=90, delivered=Decimal(10))
        with pytest.raises(DomainError, match="departure-needs-reason") as refused:
            scene.submit(uid)
        assert (refused.value.field, refused.value.params) == ("departure_reason", {"offered": "25.00"})
        save(
            scene,
            report_uid=uid,
            written=content(90, delivered=Decimal(10), departure_reason="Faltan solo firmas."),
        )
        assert status_of(scene.submit(uid)) is ReportStatus.SUBMITTED

    def test_following_it_needs_none(self, scene):
        assert scene.submitted(percent=25, delivered=Decimal(10))

    def test_not_given_offers_nothing(self, scene):
        assert scene.submitted(percent=77)

    def test_of_several_products_offers_nothing(self, scene):
        with transaction():
            node = db.session.get(PlanNode, scene.activity.id)
            parent = db.session.get(PlanNode, scene.made.commitments[0].id)
            node.products.append(plans.new_product(parent, "Otro", planned=Decimal(3), quote="tres"))
        assert offered_percent(db.session.get(PlanNode, scene.activity.id), Decimal(10)) is None
