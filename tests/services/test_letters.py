"""Official letters recorded on an institution's behalf: by whom, with what, and who decides about them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import (
    PDF,
    content,
    evidence_of,
    make_scene,
    nothing_written,
    report_row,
    save,
    status_of,
)
from tracker.db import db, transaction
from tracker.domain.errors import Conflict, NotAllowed, NotFound
from tracker.domain.evidence import Access
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.workflow import ReportStatus
from tracker.models.current import ActivityCurrent
from tracker.services import evidence
from tracker.services.letters import Letter, LetterFile, record_letter
from tracker.services.progress import SubmissionRefused, withdraw_report
from tracker.services.report_history import report_content
from tracker.services.verification import verify

LETTER = Letter("DM-123-2026", TODAY - timedelta(days=3))


@pytest.fixture
def scene(app_context):
    return make_scene()


def scanned(scene, data=PDF, name="oficio.pdf", **more):
    upload = evidence.store_bytes(data, name, evidence_url=scene.evidence_url, max_bytes=1 << 20)
    return LetterFile(upload, **more)


def recorded(scene, *, actor=None, written=None, letter=LETTER, files=None, key="", institution=None):
    with transaction():
        return record_letter(
            actor or scene.contact,
            node_uid=scene.activity.uid,
            institution_uid=institution or scene.made.lead.uid,
            content=written or content(40),
            letter=letter,
            files=[scanned(scene)] if files is None else files,
            request_key=key,
            now=scene.clock.next(),
            today=TODAY,
        ).uid


def fields(refused):
    return [one.field for errors in refused.value.all_errors.values() for one in errors]


def test_a_letter_is_the_institutions_report_with_its_number_and_date(scene):
    row = report_row(recorded(scene))
    assert (row.institution.acronym, row.origin, row.status) == ("INFOM", "letter", ReportStatus.SUBMITTED)
    assert (row.letter_number, row.letter_on) == (LETTER.number, LETTER.on)
    assert row.author_uid == scene.contact.uid
    assert [(one.filename, one.access, one.effective_on) for one in row.evidence] == [
        ("oficio.pdf", Access.PUBLIC, LETTER.on)
    ]
    assert report_content(row)["letter"] == {"number": LETTER.number, "on": LETTER.on.isoformat()}


def test_it_counts_as_what_the_institution_declares(scene):
    recorded(scene)
    db.session.rollback()
    current = db.session.get(ActivityCurrent, scene.activity.id)
    assert (current.reported_percent, current.reported_by) == (40, "INFOM")


def test_nothing_is_at_odds_with_history_afterwards(scene):
    recorded(scene)
    assert verify(evidence_url=scene.evidence_url, reports_folder="/nowhere") == []


@pytest.mark.parametrize(
    ("letter", "field"),
    [
        (Letter(" ", TODAY), "letter_number"),
        (Letter("x" * 121, TODAY), "letter_number"),
        (Letter("12\0", TODAY), "letter_number"),
        (Letter("1", None), "letter_on"),
        (Letter("1", TODAY + timedelta(days=1)), "letter_on"),
    ],
)
def test_a_letter_has_a_number_and_a_date(scene, letter, field):
    files = [scanned(scene)]
    with pytest.raises(SubmissionRefused) as refused, nothing_written():
        recorded(scene, letter=letter, files=files)
    assert fields(refused) == [field]


def test_everything_that_is_missing_is_told_at_once(scene):
    with pytest.raises(SubmissionRefused) as refused, nothing_written():
        recorded(scene, letter=Letter("", None), files=[], written=content(40, narrative=""))
    assert fields(refused) == ["letter_number", "letter_on", "letter_file", "narrative"]


def test_annexes_answer_means_and_may_be_confidential(scene):
    annex = scanned(
        scene, PDF + b"%x", "lista.pdf", means_uids=[scene.activity.means[0]], access=Access.CONFIDENTIAL
    )
    row = report_row(recorded(scene, files=[scanned(scene), annex]))
    assert [(one.filename, one.access) for one in row.evidence] == [
        ("oficio.pdf", Access.PUBLIC),
        ("lista.pdf", Access.CONFIDENTIAL),
    ]
    assert [one.uid for one in row.evidence[1].means] == [scene.activity.means[0]]


@pytest.mark.parametrize("role", [r for r in AccountRole if r is not AccountRole.CONTACT_POINT])
def test_only_the_contact_point_records_letters(scene, role):
    bound = {AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD}
    person = make_user(role, institution="INAP" if role in bound else None)
    with pytest.raises(NotAllowed):
        recorded(scene, actor=actor_of(person))


def test_the_system_records_none_of_its_own(scene):
    with pytest.raises((NotAllowed, NotFound)):
        recorded(scene, actor=SYSTEM, institution="nobody")


def test_not_for_ones_own_institution(scene):
    own = actor_of(make_user(AccountRole.CONTACT_POINT, institution="INFOM"))
    with pytest.raises(Conflict, match="letter-of-own-institution"):
        recorded(scene, actor=own)


def test_not_for_an_institution_without_a_part(scene):
    make_user("liaison", institution="CGC")
    with pytest.raises(NotFound):
        recorded(scene, institution="nobody")


def test_whoever_recorded_it_does_not_decide_and_another_does(scene):
    uid = recorded(scene)
    for decide in (scene.validate, scene.give_back):
        with pytest.raises(NotAllowed, match="own-report"):
            decide(uid)
    other = actor_of(make_user(AccountRole.CONTACT_POINT, name="Otra persona"))
    scene.validate(uid, actor=other)
    assert status_of(uid) is ReportStatus.VALIDATED


def test_a_reviewer_named_for_the_institution_decides(scene):
    uid = recorded(scene)
    scene.validate(uid, actor=actor_of(make_user(AccountRole.TABLE_MEMBER, reviews="INFOM")))
    assert status_of(uid) is ReportStatus.VALIDATED


def test_the_institution_corrects_it_as_a_version_of_its_own(scene):
    uid = recorded(scene)
    other = actor_of(make_user(AccountRole.CONTACT_POINT))
    scene.validate(uid, actor=other, accepted=evidence_of(uid))
    fresh = report_row(scene.correct(uid))
    assert (fresh.version, fresh.origin, fresh.letter_number) == (2, "form", "")
    assert fresh.author_uid == scene.liaison.uid
    assert [one.filename for one in fresh.evidence] == ["oficio.pdf"]


def test_the_institutions_own_draft_stands_beside_it_and_its_report_in_review_does_not(scene):
    uid = save(scene)
    recorded(scene)
    assert status_of(uid) is ReportStatus.DRAFT
    scene.submitted(scene.made.activities[1])
    with pytest.raises(Conflict, match="line-in-review"):
        recorded(scene)


def test_sent_twice_it_is_one_letter(scene):
    uid = recorded(scene, key="form-1")
    with nothing_written():
        assert recorded(scene, key="form-1") == uid


def test_whoever_recorded_it_takes_a_mistake_back(scene):
    uid = recorded(scene)
    with transaction():
        withdraw_report(scene.contact, report_uid=uid, now=scene.clock.next(), today=TODAY)
    assert status_of(uid) is ReportStatus.WITHDRAWN
    again, other = recorded(scene), actor_of(make_user(AccountRole.CONTACT_POINT))
    with pytest.raises(NotFound), transaction():
        withdraw_report(other, report_uid=again, now=scene.clock.next(), today=TODAY)


def test_a_quantity_gives_no_percent_by_itself_but_departures_need_their_reason(app_context):
    scene = make_scene(planned=Decimal(40))
    with pytest.raises(SubmissionRefused) as refused:
        recorded(scene, written=content(90, delivered=Decimal(10)))
    assert fields(refused) == ["departure_reason"]
