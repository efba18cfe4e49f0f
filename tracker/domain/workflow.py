"""The life of a progress report (design section 5): one transition table, one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Permission


class ReportStatus(StrEnum):
    """Where a report stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALIDATED = "validated"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


class ReportAction(StrEnum):
    """What can be done to a report."""

    SUBMIT = "submit"
    VALIDATE = "validate"
    RETURN = "return"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Transition:
    """One permitted step."""

    to: ReportStatus
    permission: Permission
    comment_required: bool = False


TRANSITIONS: dict[tuple[ReportStatus, ReportAction], Transition] = {
    (ReportStatus.DRAFT, ReportAction.SUBMIT): Transition(ReportStatus.SUBMITTED, Permission.REPORT_SUBMIT),
    (ReportStatus.SUBMITTED, ReportAction.VALIDATE): Transition(
        ReportStatus.VALIDATED, Permission.REPORT_VALIDATE
    ),
    (ReportStatus.SUBMITTED, ReportAction.RETURN): Transition(
        ReportStatus.RETURNED, Permission.REPORT_VALIDATE, comment_required=True
    ),
    (ReportStatus.SUBMITTED, ReportAction.WITHDRAW): Transition(
        ReportStatus.WITHDRAWN, Permission.REPORT_SUBMIT
    ),
    (ReportStatus.VALIDATED, ReportAction.REOPEN): Transition(
        ReportStatus.REOPENED, Permission.REPORT_VALIDATE, comment_required=True
    ),
    # A reopened report stands for decision again, with its words unchanged.
    (ReportStatus.REOPENED, ReportAction.VALIDATE): Transition(
        ReportStatus.VALIDATED, Permission.REPORT_VALIDATE
    ),
    (ReportStatus.REOPENED, ReportAction.RETURN): Transition(
        ReportStatus.RETURNED, Permission.REPORT_VALIDATE, comment_required=True
    ),
}

# The fields of a report that a reviewer's comment may be about; empty stands for the report as a whole.
COMMENT_FIELDS = (
    *("", "percent", "narrative", "reported_on", "completed_on", "occurrence", "delivered", "evidence"),
    *("obstacle", "needed", "new_expected_on"),
)

# A claim stands ("declarado") while submitted, reopened or validated; returned and withdrawn ones do not.
STANDING = frozenset({ReportStatus.SUBMITTED, ReportStatus.REOPENED, ReportStatus.VALIDATED})
AWAITING_DECISION = frozenset({ReportStatus.SUBMITTED, ReportStatus.REOPENED})


def next_state(status: ReportStatus, action: ReportAction, *, comment: str = "") -> Transition:
    """The step from a state by an action; Conflict where there is none, DomainError without its comment."""
    transition = TRANSITIONS.get((status, action))
    if transition is None:
        raise Conflict("transition-not-possible", status=status.value, action=action.value)
    if transition.comment_required and not comment.strip():
        raise DomainError("comment-required", field="comment")
    return transition


def check_comment_field(name: str) -> None:
    """DomainError where a comment is said to be about a field that reports do not have."""
    if name not in COMMENT_FIELDS:
        raise DomainError("comment-field-unknown", field="comment_field", name=name)


def status_after(actions: Iterable[ReportAction]) -> ReportStatus:
    """The status that a sequence of recorded actions leads to; a draft where nothing was done."""
    status = ReportStatus.DRAFT
    for action in actions:
        status = next_state(status, action, comment="recorded").to
    return status
