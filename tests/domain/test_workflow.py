"""Section 5: the life of a report and of a compiled report, every (state, action) pair."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.compilation import FOLLOWING, CompilationKind, CompilationStatus, advance
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission
from tracker.domain.workflow import (
    AWAITING_DECISION,
    STANDING,
    TRANSITIONS,
    ReportAction,
    ReportStatus,
    next_state,
    status_after,
)

S, A = ReportStatus, ReportAction
EXPECTED = {
    (S.DRAFT, A.SUBMIT): (S.SUBMITTED, Permission.REPORT_SUBMIT, False),
    (S.SUBMITTED, A.VALIDATE): (S.VALIDATED, Permission.REPORT_VALIDATE, False),
    (S.SUBMITTED, A.RETURN): (S.RETURNED, Permission.REPORT_VALIDATE, True),
    (S.SUBMITTED, A.WITHDRAW): (S.WITHDRAWN, Permission.REPORT_SUBMIT, False),
    (S.VALIDATED, A.REOPEN): (S.REOPENED, Permission.REPORT_VALIDATE, True),
    (S.REOPENED, A.VALIDATE): (S.VALIDATED, Permission.REPORT_VALIDATE, False),
    (S.REOPENED, A.RETURN): (S.RETURNED, Permission.REPORT_VALIDATE, True),
}


@pytest.mark.parametrize(("status", "action"), list(itertools.product(ReportStatus, ReportAction)))
def test_every_state_and_action_lead_where_the_table_says_or_are_refused(status, action):
    expected = EXPECTED.get((status, action))
    if expected is None:
        with pytest.raises(Conflict) as refused:
            next_state(status, action, comment="Motivo")
        assert refused.value.code == "transition-not-possible"
        assert refused.value.params == {"status": status.value, "action": action.value}
    else:
        step = next_state(status, action, comment="Motivo")
        assert (step.to, step.permission, step.comment_required) == expected


@pytest.mark.parametrize(("status", "action"), list(TRANSITIONS))
@pytest.mark.parametrize("comment", ["", "  \n"])
def test_returning_and_reopening_need_a_comment(status, action, comment):
    if action in {A.RETURN, A.REOPEN}:
        with pytest.raises(DomainError) as refused:
            next_state(status, action, comment=comment)
        assert (refused.value.code, refused.value.field) == ("comment-required", "comment")
    else:
        assert next_state(status, action, comment=comment)


@pytest.mark.parametrize("status", [S.RETURNED, S.WITHDRAWN])
def test_a_version_returned_or_withdrawn_never_changes_again(status):
    """Its correction is a new version, so that history is never overwritten."""
    assert not [one for one in TRANSITIONS if one[0] is status]


def test_nothing_recorded_is_a_draft():
    assert status_after([]) is S.DRAFT


@pytest.mark.parametrize(
    ("actions", "status"),
    [
        ([A.SUBMIT], S.SUBMITTED),
        ([A.SUBMIT, A.RETURN], S.RETURNED),
        ([A.SUBMIT, A.WITHDRAW], S.WITHDRAWN),
        ([A.SUBMIT, A.VALIDATE], S.VALIDATED),
        ([A.SUBMIT, A.VALIDATE, A.REOPEN], S.REOPENED),
        ([A.SUBMIT, A.VALIDATE, A.REOPEN, A.VALIDATE], S.VALIDATED),
        ([A.SUBMIT, A.VALIDATE, A.REOPEN, A.RETURN], S.RETURNED),
    ],
)
def test_what_was_recorded_leads_to_the_status(actions, status):
    assert status_after(actions) is status


def test_an_impossible_history_is_refused():
    with pytest.raises(Conflict):
        status_after([A.VALIDATE])


def test_what_stands_and_what_waits():
    assert {S.SUBMITTED, S.REOPENED, S.VALIDATED} == STANDING
    assert STANDING - {S.VALIDATED} == AWAITING_DECISION


@given(st.lists(st.sampled_from(ReportAction), max_size=12))
def test_a_report_validated_was_validated_last_of_all_decisions(actions):
    done: list[ReportAction] = []
    for action in actions:
        if (status_after(done), action) in TRANSITIONS:
            done.append(action)
    if status_after(done) is S.VALIDATED:
        assert done[0] is A.SUBMIT
        assert done[-1] is A.VALIDATE


# Compiled reports

C = CompilationStatus
COMPILATION_STEPS = {
    (C.REQUESTED, C.COMPILING),
    (C.REQUESTED, C.FAILED),
    (C.COMPILING, C.COMPILING),
    (C.COMPILING, C.READY),
    (C.COMPILING, C.FAILED),
    (C.FAILED, C.COMPILING),
    (C.READY, C.APPROVED),
    (C.APPROVED, C.PUBLISHED),
}


@pytest.mark.parametrize(("status", "to"), list(itertools.product(C, C)))
def test_a_compiled_report_goes_only_where_it_may(status, to):
    if (status, to) in COMPILATION_STEPS:
        assert advance(status, to) is to
    else:
        with pytest.raises(Conflict) as refused:
            advance(status, to)
        assert refused.value.params == {"status": status.value, "to": to.value}


def test_a_published_report_never_changes():
    assert not FOLLOWING[C.PUBLISHED]
    assert set(FOLLOWING) == set(C)


def test_the_kinds_of_report_are_those_of_the_command():
    assert {one.value for one in CompilationKind} == {
        "institutional",
        "plan",
        "self-assessment",
        "monthly",
        "accountability",
        "commitment",
    }
