"""Agreements of the technical table: due like activities, answered by one person, accepted by another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.errors import Conflict, DomainError
from tracker.domain.facts import InstitutionRef
from tracker.domain.meetings import MAX_TEXT, KeptFile, check_words

SOON_DAYS = 7
LONGEST_YEARS = 10


class AgreementStatus(StrEnum):
    """Answered: somebody said that it was met, and nobody has accepted that yet."""

    PENDING = "pending"
    ANSWERED = "answered"
    MET = "met"
    DROPPED = "dropped"


class AgreementState(StrEnum):
    """How an agreement stands on a day."""

    PENDING = "pending"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    AWAITING = "awaiting"
    MET = "met"
    MET_LATE = "met_late"
    DROPPED = "dropped"


OPEN = frozenset({AgreementState.PENDING, AgreementState.DUE_SOON, AgreementState.OVERDUE})


@dataclass(frozen=True)
class Ruling:
    """An answer accepted, or sent back with what is missing; by whom and when."""

    accepted: bool
    on: date
    by: str
    by_uid: str
    comment: str = ""


@dataclass(frozen=True)
class Answer:
    """What somebody did to meet it, with what shows it; all rulings on it stay."""

    text: str
    met_on: date
    answered_on: date
    by: str
    by_uid: str
    url: str = ""
    files: tuple[KeptFile, ...] = ()
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True)
class Postponement:
    """Another due date: which one it had, when it was changed, and why."""

    was_due_on: date
    on: date
    reason: str


@dataclass(frozen=True)
class Agreement:
    """One agreement, whole: every change of it is a version."""

    uid: str
    meeting_uid: str
    number: int
    text: str
    institution: InstitutionRef
    agreed_on: date
    due_on: date
    point_uid: str = ""
    status: AgreementStatus = AgreementStatus.PENDING
    answers: tuple[Answer, ...] = ()
    postponements: tuple[Postponement, ...] = ()
    dropped_on: date | None = None
    drop_reason: str = ""

    @property
    def answer(self) -> Answer | None:
        """The last answer."""
        return self.answers[-1] if self.answers else None

    @property
    def first_due_on(self) -> date:
        """The due date that was agreed first."""
        return self.postponements[0].was_due_on if self.postponements else self.due_on


@dataclass(frozen=True)
class Standing:
    """The state on a day, and the days of delay up to that day or to when it was met."""

    state: AgreementState
    days_late: int = 0


def standing(agreement: Agreement, today: date) -> Standing:
    """How it stands: overdue from the day after its due date; what was met late says by how much.

    An answer stops the days at the day on which it says that it was met; one sent back lets them run again.
    """
    if agreement.status is AgreementStatus.DROPPED:
        return Standing(AgreementState.DROPPED)
    answer = agreement.answer
    if agreement.status in {AgreementStatus.ANSWERED, AgreementStatus.MET} and answer is not None:
        late = max(0, (answer.met_on - agreement.due_on).days)
        if agreement.status is AgreementStatus.ANSWERED:
            return Standing(AgreementState.AWAITING, late)
        return Standing(AgreementState.MET_LATE if late else AgreementState.MET, late)
    left = (agreement.due_on - today).days
    if left < 0:
        return Standing(AgreementState.OVERDUE, -left)
    return Standing(AgreementState.DUE_SOON if left <= SOON_DAYS else AgreementState.PENDING)


def check_agreement(agreement: Agreement) -> None:
    """A text, and a due date that is not before the meeting nor lost in time."""
    check_words(agreement.text, "text", most=MAX_TEXT)
    check_due(agreement.due_on, agreement.agreed_on)


def check_due(due_on: date, since: date) -> None:
    """A due date is not before what it follows from, nor more than ten years away."""
    if due_on < since:
        raise DomainError("due-before-meeting", field="due_on")
    if due_on > since + timedelta(days=366 * LONGEST_YEARS):
        raise DomainError("due-too-far", field="due_on", years=LONGEST_YEARS)


def answered(agreement: Agreement, answer: Answer) -> Agreement:
    """The agreement with an answer that waits for its acceptance."""
    if agreement.status is not AgreementStatus.PENDING:
        raise Conflict("agreement-not-pending")
    check_words(answer.text, "text", most=MAX_TEXT)
    if answer.met_on > answer.answered_on:
        raise DomainError("met-in-the-future", field="met_on")
    if answer.met_on < agreement.agreed_on:
        raise DomainError("met-before-agreed", field="met_on")
    return replace(agreement, status=AgreementStatus.ANSWERED, answers=(*agreement.answers, answer))


def accepted(agreement: Agreement, ruling: Ruling) -> Agreement:
    """Met: the answer was accepted."""
    if agreement.status is not AgreementStatus.ANSWERED:
        raise Conflict("agreement-not-answered")
    return _ruled(agreement, AgreementStatus.MET, ruling)


def sent_back(agreement: Agreement, ruling: Ruling) -> Agreement:
    """Open again: the answer was not enough, or was accepted by mistake; why is compulsory."""
    if agreement.status not in {AgreementStatus.ANSWERED, AgreementStatus.MET}:
        raise Conflict("agreement-not-answered")
    check_words(ruling.comment, "comment", most=MAX_TEXT, code="comment-required")
    return _ruled(agreement, AgreementStatus.PENDING, ruling)


def _ruled(agreement: Agreement, status: AgreementStatus, ruling: Ruling) -> Agreement:
    last = agreement.answers[-1]
    ruled = replace(last, rulings=(*last.rulings, ruling))
    return replace(agreement, status=status, answers=(*agreement.answers[:-1], ruled))


def postponed(agreement: Agreement, due_on: date, *, reason: str, on: date) -> Agreement:
    """Another due date, with its reason; the one it had stays written."""
    _check_pending(agreement)
    check_due(due_on, agreement.agreed_on)
    if due_on <= agreement.due_on:
        raise DomainError("due-not-later", field="due_on")
    why = check_words(reason, "reason", most=MAX_TEXT, code="reason-required")
    step = Postponement(agreement.due_on, on, why)
    return replace(agreement, due_on=due_on, postponements=(*agreement.postponements, step))


def dropped(agreement: Agreement, *, reason: str, on: date) -> Agreement:
    """Without effect by a later decision of the table; it stays listed, with its reason."""
    _check_pending(agreement)
    why = check_words(reason, "reason", most=MAX_TEXT, code="reason-required")
    return replace(agreement, status=AgreementStatus.DROPPED, dropped_on=on, drop_reason=why)


def _check_pending(agreement: Agreement) -> None:
    if agreement.status is not AgreementStatus.PENDING:
        raise Conflict("agreement-not-pending")


def corrected(agreement: Agreement, text: str, institution: InstitutionRef, due_on: date) -> Agreement:
    """Written otherwise while nothing followed from it yet; afterwards it is postponed or dropped."""
    if agreement.status is not AgreementStatus.PENDING or agreement.answers or agreement.postponements:
        raise Conflict("agreement-under-way")
    found = replace(agreement, text=text.strip(), institution=institution, due_on=due_on)
    check_agreement(found)
    return found


def counts_from(before: Agreement, on: date) -> date:
    """From when a ruling counts: from the day of the answer it decides on; what undoes one, from its own."""
    answer = before.answer
    is_decision = before.status is AgreementStatus.ANSWERED and answer is not None
    return answer.answered_on if is_decision and answer else on


def by_urgency(agreements: Iterable[Agreement], today: date) -> list[Agreement]:
    """What is overdue first, by its days; then what is due, what waits, and what is over."""
    order = list(AgreementState)
    rank = {
        AgreementState.OVERDUE: 0,
        AgreementState.DUE_SOON: 1,
        AgreementState.PENDING: 2,
        AgreementState.AWAITING: 3,
    }

    def key(one: Agreement) -> tuple[int, date, int]:
        state = standing(one, today).state
        return rank.get(state, 4 + order.index(state)), one.due_on, one.number

    return sorted(agreements, key=key)
