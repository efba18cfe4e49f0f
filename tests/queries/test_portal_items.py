"""The pages of a commitment and of an activity: what the public may read of them, and what never leaves."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.queries.test_portal_plans import values_in, withdraw
from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import PDF, evidence_of, make_scene
from tracker.db import db, transaction
from tracker.domain.errors import NotFound
from tracker.domain.evidence import Access
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import ContactVisibility, PlanStatus
from tracker.domain.schedule import Frequency, Precision
from tracker.domain.states import State
from tracker.models.plans import Commitment, SourceVariant
from tracker.queries.portal import items, lines
from tracker.services import reschedulings
from tracker.services.versions import record_nodes

PAST = window(date(2026, 1, 1), date(2026, 3, 31))
SECRETS = ("Se hizo lo previsto.", "Falta el acta.", "Informe publicado", "portal.example.gt")


@pytest.fixture
def scene(app_context):
    return make_scene()


def activity(scene, place=0, today=TODAY):
    db.session.rollback()
    return items.get_activity(scene.made.activities[place].uid, today)


def words(page):
    return " ".join(str(value) for value in values_in(page))


class TestBeforeReview:
    def test_the_public_reads_percent_date_and_institution_marked_as_not_reviewed(self, scene):
        scene.submitted(percent=60)
        page = activity(scene)
        figure = page.item.reported
        assert (figure.percent, figure.on, figure.by, figure.reviewed) == (60, TODAY, ("INFOM",), False)
        assert page.item.validated is None

    def test_neither_words_nor_evidence_are_shown(self, scene):
        scene.submitted(percent=60)
        page = activity(scene)
        assert [one.status for one in page.means] == ["submitted", "submitted"]
        assert not any(secret in words(page) for secret in SECRETS)

    def test_a_draft_is_nothing(self, scene):
        scene.draft(percent=60)
        page = activity(scene)
        assert (page.item.reported, page.statements) == (None, ())
        assert [one.status for one in page.means] == ["missing", "missing"]

    def test_what_a_reviewer_wrote_on_a_returned_report_stays_inside(self, scene):
        scene.give_back(scene.submitted(percent=60))
        page = activity(scene)
        assert (page.item.reported, page.statements) == (None, ())
        assert not any(secret in words(page) for secret in SECRETS)

    def test_nobody_is_named(self, scene):
        scene.validated(percent=60)
        shown = words(activity(scene))
        assert "@" not in shown
        assert scene.contact.uid not in shown


class TestAfterReview:
    def test_words_and_evidence_are_public(self, scene):
        scene.validated(percent=60)
        page = activity(scene)
        assert page.statements[0].narrative == "Se hizo lo previsto."
        assert [one.status for one in page.means] == ["accepted", "accepted"]
        assert page.means[0].evidence[0].url == "https://portal.example.gt/informe"

    def test_both_figures_say_who_said_and_who_accepted(self, scene):
        scene.validated(percent=60)
        figure = activity(scene).item.validated
        assert (figure.percent, figure.by, figure.reviewed) == (60, ("INFOM",), True)
        assert figure.decided_by == ("contact_point",)
        assert figure.decided_at is not None

    def test_evidence_that_was_set_aside_is_not_shown(self, scene):
        report = scene.draft(percent=60)
        scene.link(report, scene.activity.means[:1], title="Otra cosa", url="https://otra.example.gt/")
        scene.submit(report)
        scene.validate(report, accepted=evidence_of(report)[:1])
        page = activity(scene)
        assert [len(one.evidence) for one in page.means] == [1, 1]
        assert "Otra cosa" not in words(page)

    def test_a_restricted_file_shows_that_it_exists_its_date_size_and_hash(self, scene):
        report = scene.draft(percent=60, answers=())
        scene.file(report, scene.activity.means[:1], name="asistencia-maria.pdf", access=Access.CONFIDENTIAL)
        scene.validate(scene.submit(report))
        item = activity(scene).means[0].evidence[0]
        assert (item.access, item.effective_on, len(item.sha256)) == (Access.CONFIDENTIAL, TODAY, 64)
        assert (item.title, item.url, item.size, item.is_open) == ("", "", len(PDF), False)
        assert "asistencia-maria" not in words(activity(scene))

    def test_a_contribution_stays_under_its_own_name(self, scene):
        scene.submitted(percent=90, actor=scene.helper)
        page = activity(scene)
        assert page.item.reported is None
        assert [(one.institution.label, one.percent, one.governs) for one in page.statements] == [
            ("INAP", 90, False)
        ]

    def test_a_reopened_report_hides_its_words_again(self, scene):
        scene.reopen(scene.validated(percent=60))
        page = activity(scene)
        assert page.item.validated is None
        assert "Se hizo lo previsto." not in words(page)


class TestDates:
    def test_an_overdue_item_has_its_days_and_the_day_its_term_ended(self, app_context):
        scene = make_scene(windows=[PAST])
        page = activity(scene)
        assert (page.item.state, page.item.days_late) == (State.OVERDUE, (TODAY - PAST.end).days)
        assert page.overdue_from == PAST.end

    def test_a_rescheduling_shows_the_baseline_and_the_days_it_slipped(self, app_context):
        scene = make_scene(windows=[PAST])
        later = window(date(2026, 1, 1), date(2026, 4, 10))
        with transaction():
            request = reschedulings.request_rescheduling(
                scene.liaison,
                node_uid=scene.activity.uid,
                institution_uid=scene.made.lead.uid,
                windows=[later],
                reason="Los equipos llegaron tarde",
                now=NOW,
                today=TODAY,
            ).uid
        with transaction():
            reschedulings.decide_rescheduling(
                scene.contact,
                rescheduling_uid=request,
                approve=True,
                resolution="Procede",
                now=NOW,
                today=TODAY,
            )
        page = activity(scene)
        assert (page.baseline, page.item.windows) == ((PAST,), (later,))
        assert page.item.slippage == (later.end - PAST.end).days
        # Whoever writes a reason or a resolution is told that it is published once approved.
        assert [(one.reason, one.resolution) for one in page.moves] == [
            ("Los equipos llegaron tarde", "Procede")
        ]

    def test_a_request_that_waits_or_was_refused_stays_inside(self, app_context):
        scene = make_scene(windows=[PAST])
        with transaction():
            request = reschedulings.request_rescheduling(
                scene.liaison,
                node_uid=scene.activity.uid,
                institution_uid=scene.made.lead.uid,
                windows=[window(None, date(2026, 4, 10))],
                reason="Motivo interno",
                now=NOW,
                today=TODAY,
            ).uid
        assert "interno" not in words(activity(scene))
        with transaction():
            reschedulings.decide_rescheduling(
                scene.contact,
                rescheduling_uid=request,
                approve=False,
                resolution="Respuesta del interno",
                now=NOW,
                today=TODAY,
            )
        assert "interno" not in words(activity(scene))

    def test_a_recurring_duty_lists_each_delivery(self, app_context):
        quarter = window(date(2026, 1, 1), date(2026, 3, 31), Precision.MONTH)
        scene = make_scene(windows=[quarter], frequency=Frequency.MONTHLY)
        scene.submitted(percent=100, occurrence="2026-01")
        assert [one.claimed for one in activity(scene).occasions] == [True, False, False]


class TestACommitment:
    def test_has_its_milestones_with_their_activities(self, scene):
        page = items.get_commitment(4, 1, TODAY)
        assert [one.label for one in lines.walk(page.item)] == ["1", "1", "1.1", "1.2"]
        assert page.item.parts[0].institution.slug == "infom"

    def test_of_a_draft_plan_is_not_found_nor_are_its_activities(self, app_context):
        made = make_plan(6, status=PlanStatus.DRAFT)
        with pytest.raises(NotFound):
            items.get_commitment(6, 1, TODAY)
        with pytest.raises(NotFound):
            items.get_activity(made.activity.uid, TODAY)

    def test_a_milestone_has_a_page_and_other_levels_have_none_there(self, scene):
        assert items.get_activity(scene.made.milestones[0].uid, TODAY).item.delivers is False
        with pytest.raises(NotFound):
            items.get_activity(scene.made.commitments[0].uid, TODAY)

    def test_shows_its_contact_only_where_that_is_public(self, scene):
        node_id = scene.made.commitments[0].id
        for visibility, shown in ((ContactVisibility.INTERNAL, None), (ContactVisibility.PUBLIC, "Oficina")):
            with transaction():
                row = db.session.get(Commitment, node_id)
                row.contact_posts, row.contact_visibility = "Oficina", visibility
            page = items.get_commitment(4, 1, TODAY)
            assert (page.contact.posts if page.contact else None) == shown

    def test_says_what_it_would_be_with_the_withdrawn_items(self, scene):
        scene.validated(scene.made.activities[0], 80)
        withdraw(scene.made.activities[0])
        page = items.get_commitment(4, 1, TODAY)
        totals = page.item.totals
        assert (totals.validated, totals.validated_with_withdrawn) == (None, Decimal("40.00"))
        assert [one.uid for one in page.withdrawn] == [scene.made.activities[0].uid]

    def test_has_a_hundred_activities_a_page(self, app_context, monkeypatch):
        assert lines.PAGE_SIZE == 100
        monkeypatch.setattr(lines, "PAGE_SIZE", 5)
        make_plan(8, milestones=3, activities_per_milestone=3)
        item = items.get_commitment(8, 1, TODAY).item
        first, second = lines.choose_page(item, 1), lines.choose_page(item, 2)
        assert (len(first.uids), len(second.uids), first.pages) == (5, 4, 2)
        assert [first.shows(one) for one in item.children] == [True, True, False]
        assert [second.shows(one) for one in item.children] == [False, True, True]

    def test_shows_both_sources_where_they_disagree(self, scene):
        with transaction():
            node = db.session.get(Commitment, scene.made.commitments[0].id)
            node.variants.append(
                SourceVariant(field="title", source="template", is_draft=True, value="x", shown="Otro título")
            )
            db.session.flush()
            record_nodes(SYSTEM, [node], effective_on=None, now=NOW)
        variant = items.get_commitment(4, 1, TODAY).item.variants[0]
        assert (variant.field, variant.is_draft, variant.value) == ("title", True, "Otro título")
