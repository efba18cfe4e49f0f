"""Lines of reporting: one draft each, sent once however often, several handed in together or not at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY, window
from tests.support.factories.reports import (
    content,
    evidence_of,
    make_scene,
    nothing_written,
    report_row,
    save,
    status_of,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.quantities import ItemisedQuantity
from tracker.domain.schedule import Frequency
from tracker.domain.workflow import ReportStatus
from tracker.models.current import ActivityCurrent
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.services import progress
from tracker.services.progress import SubmissionRefused
from tracker.services.report_history import report_content

MONTHS = window(date(2026, 1, 1), date(2026, 4, 30))


@pytest.fixture
def scene(app_context):
    return make_scene()


@pytest.fixture
def monthly(app_context):
    return make_scene(windows=[MONTHS], frequency=Frequency.MONTHLY)


def hand_in(scene, *uids, actor=None, key=""):
    with transaction():
        reports = progress.submit_reports(
            actor or scene.liaison,
            report_uids=uids,
            request_key=key,
            now=scene.clock.next(),
            today=TODAY,
        )
        return [one.uid for one in reports]


def events():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ReportEvent))


class TestOneDraftOfALine:
    def test_a_second_one_is_told_where_the_first_is(self, scene):
        first = save(scene)
        with pytest.raises(Conflict, match="draft-elsewhere") as refused, nothing_written():
            save(scene, written=content(70))
        assert refused.value.params == {"report": first}

    def test_each_institution_has_its_own(self, scene):
        assert scene.draft() != scene.draft(actor=scene.helper)

    def test_each_occurrence_has_its_own_and_so_has_the_whole(self, monthly):
        uids = {save(monthly, written=content(occurrence=one)) for one in ("2026-01", "2026-02", None)}
        assert len(uids) == 3
        with pytest.raises(Conflict, match="draft-elsewhere"):
            save(monthly, written=content(occurrence="2026-02"))

    def test_cannot_be_moved_onto_anothers_occurrence(self, monthly):
        save(monthly, written=content(occurrence="2026-01"))
        uid = save(monthly, written=content(occurrence="2026-02"))
        with pytest.raises(Conflict, match="draft-elsewhere"):
            save(monthly, report_uid=uid, written=content(occurrence="2026-01"))
        assert report_row(uid).occurrence == "2026-02"

    def test_a_correction_beside_a_fresh_draft_is_none(self, scene):
        old = scene.give_back(scene.submitted())
        fresh = save(scene)
        with pytest.raises(Conflict, match="draft-elsewhere") as refused:
            scene.correct(old)
        assert refused.value.params == {"report": fresh}

    def test_none_is_begun_while_a_report_of_the_line_is_in_review(self, scene):
        uid = scene.submitted()
        with pytest.raises(Conflict, match="line-in-review") as refused, nothing_written():
            save(scene)
        assert refused.value.params == {"report": uid}
        scene.reopen(scene.validate(uid))
        with pytest.raises(Conflict, match="line-in-review"):
            save(scene)

    def test_a_month_in_review_leaves_the_next_one_free(self, monthly):
        monthly.submitted(percent=100, occurrence="2026-01")
        assert status_of(monthly.submitted(percent=100, occurrence="2026-02")) is ReportStatus.SUBMITTED


class TestTheSameFormSentTwice:
    def test_saves_one_draft(self, scene):
        first = save(scene, request_key="form-1")
        assert save(scene, request_key="form-1", written=content(60)) == first
        assert report_row(first).percent == 60

    def test_saves_over_its_own_older_version(self, scene):
        uid = save(scene)
        save(scene, report_uid=uid, lock_version=1, request_key="form-2")
        save(scene, report_uid=uid, lock_version=1, request_key="form-2", written=content(61))
        assert report_row(uid).percent == 61

    def test_of_another_form_on_an_older_version_is_a_conflict(self, scene):
        uid = save(scene)
        save(scene, report_uid=uid, lock_version=1, request_key="form-2")
        with pytest.raises(Conflict, match="changed-meanwhile"):
            save(scene, report_uid=uid, lock_version=1, request_key="form-3")

    def test_gives_what_was_handed_in_back(self, scene):
        uid = save(scene, request_key="form-1")
        assert hand_in(scene, uid, key="form-1") == [uid]
        with nothing_written():
            assert save(scene, request_key="form-1") == uid
            assert hand_in(scene, uid, key="form-1") == [uid]
        assert events() == 1

    def test_with_other_words_after_handing_in_is_a_conflict(self, scene):
        uid = save(scene, request_key="form-1")
        hand_in(scene, uid, key="form-1")
        with pytest.raises(Conflict, match="transition-not-possible"):
            save(scene, request_key="form-1", written=content(99))

    def test_of_another_occurrence_is_another_report(self, monthly):
        first = save(monthly, written=content(occurrence="2026-01"), request_key="sheet")
        assert save(monthly, written=content(occurrence="2026-02"), request_key="sheet") != first

    def test_by_another_institution_is_another_report(self, scene):
        mine = save(scene, request_key="form-1")
        theirs = save(scene, actor=scene.helper, institution_uid=scene.made.helper.uid, request_key="form-1")
        assert mine != theirs


class TestHandingInSeveral:
    def test_gives_them_in_the_order_asked_for(self, scene):
        uids = [scene.draft(one) for one in scene.made.activities]
        assert hand_in(scene, *reversed(uids), uids[0]) == list(reversed(uids))
        assert {status_of(uid) for uid in uids} == {ReportStatus.SUBMITTED}

    def test_is_all_or_none_and_names_each_that_is_held_back(self, scene):
        one, two = scene.made.activities
        good, bad = scene.draft(one), scene.draft(two, narrative="", reported_on=TODAY + timedelta(days=1))
        with pytest.raises(SubmissionRefused) as refused, nothing_written():
            hand_in(scene, good, bad, "nothing")
        assert {uid: error.code for uid, error in refused.value.refusals.items()} == {
            bad: "narrative-required",
            "nothing": "report-not-found",
        }
        assert [error.field for error in refused.value.all_errors[bad]] == ["narrative", "reported_on"]
        assert status_of(good) is ReportStatus.DRAFT

    def test_refreshes_every_figure_once(self, scene):
        uids = [scene.draft(one, percent=40) for one in scene.made.activities]
        hand_in(scene, *uids)
        rows = [db.session.get(ActivityCurrent, one.id) for one in scene.made.activities]
        assert [row.reported_percent for row in rows] == [40, 40]

    def test_of_another_institution_is_refused_whole(self, scene):
        mine, theirs = scene.draft(), scene.draft(actor=scene.helper)
        with pytest.raises(SubmissionRefused) as refused:
            hand_in(scene, mine, theirs)
        assert isinstance(refused.value.refusals[theirs], NotFound)
        assert status_of(mine) is ReportStatus.DRAFT

    def test_again_with_the_same_key_says_nothing_twice(self, scene):
        uids = [scene.draft(one) for one in scene.made.activities]
        hand_in(scene, *uids, key="sheet-1")
        with nothing_written():
            assert hand_in(scene, *uids, key="sheet-1") == uids
        with pytest.raises(SubmissionRefused) as refused:
            hand_in(scene, *uids, key="sheet-2")
        assert {one.code for one in refused.value.refusals.values()} == {"transition-not-possible"}

    def test_of_none_is_nothing(self, scene):
        assert hand_in(scene) == []


def towns(*rows):
    return [ItemisedQuantity(label, Decimal(quantity)) for label, quantity in rows]


class TestItemisedQuantities:
    @pytest.fixture
    def scene(self, app_context):
        return make_scene(planned=Decimal(40))

    def test_give_the_total_where_none_was_typed(self, scene):
        uid = save(scene, written=content(25), quantities=towns(("Zacapa", 4), ("Jutiapa", "6")))
        row = report_row(uid)
        assert row.delivered == 10
        assert [(one.position, one.label, one.quantity) for one in row.quantities] == [
            (1, "Zacapa", 4),
            (2, "Jutiapa", 6),
        ]

    def test_replace_those_kept_before_and_stay_where_none_are_named(self, scene):
        uid = save(scene, quantities=towns(("Zacapa", 4), ("Jutiapa", 6)))
        save(scene, report_uid=uid, quantities=towns(("Jutiapa", 6)))
        save(scene, report_uid=uid)
        assert [one.label for one in report_row(uid).quantities] == ["Jutiapa"]
        save(scene, report_uid=uid, quantities=[])
        assert report_row(uid).quantities == []

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ([("Zacapa", "-1")], "quantity-negative"),
            ([("Zacapa", "NaN")], "quantity-too-large"),
            ([("Zacapa", "0.00001")], "quantity-too-exact"),
            ([(" ", "1")], "quantity-label-required"),
            ([("x" * 301, "1")], "quantity-label-required"),
        ],
    )
    def test_that_no_row_can_hold_are_refused_at_once(self, scene, rows, code):
        with pytest.raises(DomainError, match=code) as refused, nothing_written():
            save(scene, quantities=towns(("Jutiapa", 1), *rows))
        assert (refused.value.field, refused.value.params["row"]) == ("quantities", 2)

    def test_are_not_without_end(self, scene):
        with pytest.raises(DomainError, match="quantities-too-many"):
            save(scene, quantities=towns(*((f"Lugar {n}", 1) for n in range(501))))

    @pytest.mark.parametrize(
        ("rows", "delivered", "code", "field"),
        [
            ([("Zacapa", 4), (" zácapa", 6)], None, "quantity-repeated", "quantities"),
            ([("Zacapa", 4)], Decimal(10), "quantities-do-not-add-up", "delivered"),
        ],
    )
    def test_at_odds_wait_as_a_draft_and_are_not_handed_in(self, scene, rows, delivered, code, field):
        uid = save(scene, written=content(25, delivered=delivered), quantities=towns(*rows))
        with pytest.raises(DomainError, match=code) as refused:
            scene.submit(uid)
        assert refused.value.field == field

    def test_of_a_day_after_the_report_are_not_handed_in(self, scene):
        rows = [ItemisedQuantity("Zacapa", Decimal(10), TODAY + timedelta(days=1))]
        uid = save(scene, written=content(25), quantities=rows)
        with pytest.raises(DomainError, match="quantity-after-report"):
            scene.submit(uid)

    def test_name_evidence_of_their_own_report_only(self, scene):
        uid = scene.draft(percent=25)
        mine, other = evidence_of(uid)[0], evidence_of(scene.draft(scene.made.activities[1]))[0]
        rows = [ItemisedQuantity("Zacapa", Decimal(10), TODAY, mine)]
        save(scene, report_uid=uid, written=content(25), quantities=rows)
        assert report_row(uid).quantities[0].evidence.uid == mine
        rows = [ItemisedQuantity("Zacapa", Decimal(10), TODAY, other)]
        with pytest.raises(DomainError, match="quantity-evidence-unknown"):
            save(scene, report_uid=uid, written=content(25), quantities=rows)

    def test_stand_in_the_chain_and_in_the_next_version(self, scene):
        uid = scene.draft(percent=25)
        rows = [ItemisedQuantity("Zacapa", Decimal(10), TODAY, evidence_of(uid)[0])]
        save(scene, report_uid=uid, written=content(25), quantities=rows)
        scene.give_back(scene.submit(uid))
        kept = report_content(report_row(uid))["quantities"]
        assert [(one["label"], one["quantity"]) for one in kept] == [("Zacapa", "10")]
        fresh = report_row(scene.correct(uid))
        (row,) = fresh.quantities
        assert (row.label, row.evidence.uid) == ("Zacapa", fresh.evidence[0].uid)

    def test_are_thrown_away_with_their_draft(self, scene):
        with nothing_written():
            uid = scene.draft(percent=25)
            rows = [ItemisedQuantity("Zacapa", Decimal(10), TODAY, evidence_of(uid)[0])]
            save(scene, report_uid=uid, written=content(25), quantities=rows)
            with transaction():
                progress.discard_draft(scene.liaison, report_uid=uid)

    def test_above_the_plan_are_a_quantity_and_never_above_the_whole(self, scene):
        uid = save(scene, written=content(100), quantities=towns(("Zacapa", 60)))
        row = report_row(scene.submit(uid))
        assert (row.delivered, row.percent) == (60, 100)


def test_a_colleague_hands_in_what_another_wrote(scene):
    uid = scene.draft()
    colleague = actor_of(make_user("liaison", institution="INFOM"))
    assert hand_in(scene, uid, actor=colleague) == [uid]
    assert db.session.scalar(select(func.count()).select_from(ProgressReport)) == 1
