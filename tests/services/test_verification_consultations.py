"""`verify` of consultations on compiled reports: what was recorded against what stands in the rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.compilations import (
    answer_to,
    comment_on,
    make_compiled,
    make_consultation,
)
from tests.support.factories.plans import NOW
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.services import report_consultations as services
from tracker.services.verification import verify


@pytest.fixture
def found(app_context):
    """A report consulted on twice, once closed early; what verify finds of it."""
    scene = make_scene()
    uid = make_compiled(scene.made)
    make_consultation(uid)
    answer_to(uid, comment_on(uid, actor_of(make_user(AccountRole.TABLE_MEMBER))))
    with transaction():
        services.close_consultation(SYSTEM, uid, "Listo.", now=NOW)
    make_consultation(uid)
    folder = str(Path(app_context.instance_path) / "reports")
    return lambda: {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder=folder)}


def test_consultations_that_went_their_way_are_clean(found):
    db.session.remove()
    assert found() == set()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("UPDATE report_consultations SET closes_on = '2027-01-01'", "consultation-changed"),
        ("UPDATE report_consultations SET opened_by_uid = 'x'", "consultation-changed"),
        ("UPDATE report_consultations SET opened_at = '2026-01-01 00:00:00'", "consultation-changed"),
        (
            "UPDATE report_consultations SET close_reason = 'Otro' WHERE closed_at IS NOT NULL",
            "consultation-changed",
        ),
        (
            "UPDATE report_consultations SET closed_at = NULL WHERE closed_at IS NOT NULL",
            "consultation-changed",
        ),
        ("UPDATE report_comments SET text = 'Otro'", "comment-changed"),
        ("UPDATE report_comments SET actor_uid = 'x'", "comment-changed"),
        ("UPDATE report_comments SET at = '2026-01-01 00:00:00'", "comment-changed"),
        ("UPDATE report_comment_answers SET outcome = 'noted'", "comment-answer-changed"),
        ("DELETE FROM report_comment_answers", "comment-answer-missing"),
    ],
)
def test_what_was_changed_past_the_triggers_is_found(found, statement, kind):
    db.session.remove()
    with db.engine.begin() as connection:
        drop_triggers(connection)
        connection.execute(text(statement))
        install_triggers(connection)
    assert kind in found()
