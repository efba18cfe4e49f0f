"""The clock: what is recorded and corrected, what counts by itself, who is told, what history proves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from threading import Event as Stop

import pytest
from sqlalchemy import select, text, update

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.compilations import make_compiled
from tests.support.factories.meetings import make_table
from tests.support.factories.plans import NOW, TODAY
from tests.support.factories.reports import evidence_of, make_scene
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, DomainError, NotAllowed, NotFound, SeveralErrors
from tracker.domain.evidence import Access
from tracker.domain.ogp_clock import ClockState, Duty, rhythms
from tracker.domain.permissions import AccountRole
from tracker.jobs.ogp_clock import ogp_clock
from tracker.jobs.run import Run
from tracker.models.evidence import Evidence
from tracker.models.notices import Notice
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.queries.ogp_clock import get_clock_page, get_recorded, list_kept, list_standings
from tracker.queries.portal.clock import get_clock
from tracker.services import ogp_clock as services
from tracker.services import reviews
from tracker.services.ogp_clock import Happening
from tracker.services.ogp_clock_notices import clear_kept
from tracker.services.reports import approve, publish
from tracker.services.verification import verify

ZONE = "America/Guatemala"
ASKED = rhythms(6, 2, 2)
DAY = timedelta(days=1)


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=1)


def met(actor, on, *, kind=Duty.FORUM, note="Reunión ordinaria", link=""):
    with transaction():
        happening = Happening(kind, on, note, link)
        return services.record_happening(actor, happening, now=NOW, today=TODAY).uid


def standing(duty=Duty.FORUM, today=TODAY):
    db.session.rollback()
    return next(one for one in list_standings(ASKED, today, ZONE) if one.duty is duty)


def run_job(app, on, since=None):
    config = {**app.config, "TIMEZONE": ZONE}
    counts = ogp_clock(Run(on, since or on, on, config, Stop()))
    db.session.rollback()
    return counts


def notices():
    db.session.rollback()
    rows = db.session.scalars(select(Notice).where(Notice.kind.startswith("ogp-clock")).order_by(Notice.id))
    return [(one.subject_uid, one.kind, one.cause, one.status.value) for one in rows]


def test_what_is_wrong_is_told_beside_its_field_and_only_the_contact_point_records(scene):
    wrong = Happening(None, TODAY + DAY, " ", "ftp://x")
    with pytest.raises(SeveralErrors) as caught, transaction():
        services.record_happening(scene.contact, wrong, now=NOW, today=TODAY)
    assert [(one.field, one.code) for one in caught.value.errors] == [
        ("kind", "clock-kind-required"),
        ("held_on", "date-in-future"),
        ("note", "clock-note-required"),
        ("link", "clock-link-not-valid"),
    ]
    for actor in (scene.liaison, actor_of(make_user(AccountRole.TABLE_MEMBER))):
        with pytest.raises(NotAllowed):
            met(actor, TODAY)
    with pytest.raises(NotAllowed):
        get_clock_page(scene.liaison, ASKED, TODAY, ZONE)


def test_a_correction_is_a_new_row_with_its_reason_and_what_was_corrected_counts_no_more(scene):
    uid = met(scene.contact, date(2026, 5, 20))
    assert standing().due_on == date(2026, 11, 20)
    right = Happening(Duty.FORUM, date(2026, 5, 2), "Reunión", "")
    with pytest.raises(DomainError, match="why-required"), transaction():
        services.correct_happening(scene.contact, uid=uid, happening=right, reason=" ", now=NOW, today=TODAY)
    with transaction():
        corrected = services.correct_happening(
            scene.contact, uid=uid, happening=right, reason="Fue el 2", now=NOW, today=TODAY
        ).uid
    assert standing().due_on == date(2026, 11, 2)
    with pytest.raises(Conflict, match="clock-event-replaced"), transaction():
        services.withdraw_happening(scene.contact, uid=uid, reason="Otra vez", now=NOW)
    with pytest.raises(NotFound):
        get_recorded(scene.contact, uid)
    with transaction():
        services.withdraw_happening(scene.contact, uid=corrected, reason="No hubo quórum", now=NOW)
    page = get_clock_page(scene.contact, ASKED, TODAY, ZONE)
    assert standing().last_on is None
    assert [(one.was_on, one.now_on, one.reason) for one in page.corrections] == [
        (date(2026, 5, 2), None, "No hubo quórum"),
        (date(2026, 5, 20), date(2026, 5, 2), "Fue el 2"),
    ]
    assert get_clock_page(actor_of(make_user(AccountRole.AUDITOR)), ASKED, TODAY, ZONE).may_record is False


def test_what_is_published_here_updates_the_repository_by_itself(scene):
    assert standing(Duty.REPOSITORY).last_on is None
    scene.validated(percent=50)
    assert (standing(Duty.REPOSITORY).needed, standing(Duty.REPOSITORY).last_on) == (1, TODAY)
    uid = make_compiled(scene.made)
    with transaction():
        approve(scene.contact, uid, "Quien firma", now=NOW)
        publish(scene.contact, uid, now=NOW)
    kept = {one.source for duty in get_clock(ASKED, TODAY, ZONE) for one in duty.kept}
    assert kept == {"evidence", "report"}


def test_evidence_counts_once_a_day_as_many_as_were_accepted_and_are_public(scene):
    uid = scene.validated(percent=50)
    (accepted,) = evidence_of(uid)

    def published():
        db.session.rollback()
        return [one.number for one in list_kept(ZONE) if one.source == "evidence"]

    assert published() == [1]
    with transaction():
        reviews.reopen_report(
            scene.contact, report_uid=uid, comment="Por error", now=scene.clock.next(), today=TODAY
        )
        reviews.validate_report(
            scene.contact, report_uid=uid, accepted=[accepted], now=scene.clock.next(), today=TODAY
        )
    assert published() == [1]
    with transaction():
        db.session.execute(update(Evidence).values(access=Access.CONFIDENTIAL))
    assert published() == []


def test_the_public_reads_what_counts_and_never_who_recorded_it(scene):
    met(scene.contact, TODAY, kind=Duty.RESULTS, note="Presentación de resultados")
    by_duty = {one.standing.duty: one for one in get_clock(ASKED, TODAY, ZONE)}
    for duty in (Duty.FORUM, Duty.RESULTS):
        (kept,) = by_duty[duty].kept
        assert (kept.note, kept.by, kept.at, kept.uid) == ("Presentación de resultados", "", None, "")


def test_the_contact_point_is_told_in_time_once_each_and_no_more_once_it_was_kept(scene, app_context):
    met(scene.contact, date(2026, 3, 1), kind=Duty.RESULTS)
    due = date(2026, 9, 1)
    contacts = 1
    assert run_job(app_context, due - 61 * DAY)["notices"] == 0
    for days in (60, 30, 7):
        assert run_job(app_context, due - days * DAY)["notices"] == contacts
        assert run_job(app_context, due - days * DAY)["notices"] == 0
    assert notices() == [
        ("ogp-clock/forum", "ogp-clock-due", f"2026-09-01/{days}", "open") for days in (60, 30, 7)
    ]
    assert run_job(app_context, due + DAY) == {"notices": contacts, "cleared": 3, "nobody_to_tell": 0}
    assert run_job(app_context, due + 2 * DAY)["notices"] == 0
    assert notices()[-1] == ("ogp-clock/forum", "ogp-clock-missed", "2026-09-01", "open")
    later = due + 3 * DAY
    with transaction():
        services.record_happening(
            scene.contact, Happening(Duty.FORUM, later, "Reunión", ""), now=NOW, today=later
        )
        assert clear_kept(ASKED, zone=ZONE, today=later, now=NOW) == 1
    assert {status for *_, status in notices()} == {"cleared"}
    assert standing(today=later).missed[-1].kept_on == later


def test_a_plan_in_course_starts_the_clock_on_the_day_it_is_kept_here(scene):
    found = standing()
    # The plan began on 1 January and was entered on the 5th.
    assert (found.state, found.last_on, found.due_on) == (ClockState.DUE_SOON, None, date(2026, 7, 5))
    assert standing(today=date(2028, 6, 1)).state is ClockState.NO_RECORD


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE ogp_clock_events SET held_on = '2026-01-01'", "clock-event-changed"),
        ("UPDATE ogp_clock_events SET actor_uid = 'x'", "clock-event-changed"),
        ("DELETE FROM ogp_clock_events", "clock-event-missing"),
    ],
)
def test_what_was_recorded_cannot_be_changed_without_its_showing(scene, app_context, statement, kind):
    met(scene.contact, TODAY)
    folder = str(Path(app_context.instance_path) / "reports")

    def found():
        return {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder=folder)}

    db.session.remove()
    assert found() == set()
    with transaction():
        drop_triggers(db.session.connection())
        db.session.execute(text(statement))
        install_triggers(db.session.connection())
    assert found() == {kind}


def test_a_meeting_that_was_held_counts_by_itself_and_one_that_is_only_called_does_not(app_context):
    make_scene(activities_per_milestone=1)
    table = make_table()
    table.called(1, TODAY + 20 * DAY)
    before = standing()
    table.held(2, TODAY - 5 * DAY)
    assert (before.last_on, standing().last_on) == (None, TODAY - 5 * DAY)
