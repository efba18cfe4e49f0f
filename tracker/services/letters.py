"""Official letters: what an institution wrote on paper, recorded by the contact point on its behalf."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.errors import DomainError
from tracker.domain.evidence import Access
from tracker.domain.permissions import Actor
from tracker.domain.text import squeeze
from tracker.models.progress import ProgressReport
from tracker.services.drafts import check_not_in_review, lock_item, reportable_on_behalf, sent_before
from tracker.services.evidence import Upload, add_file
from tracker.services.evidence_limits import FACTORY_LIMITS, Limits
from tracker.services.progress import SubmissionRefused, hand_in
from tracker.services.report_checks import meaning_errors
from tracker.services.report_history import ReportContent
from tracker.services.report_writing import completed, new_draft, was_handed_in, write_content

NUMBER_LENGTH = 120
ORIGIN = "letter"


@dataclass(frozen=True)
class Letter:
    """The letter as its head has it."""

    number: str
    on: date | None


@dataclass(frozen=True)
class LetterFile:
    """The letter itself or one of its annexes, received, with the means it answers."""

    upload: Upload
    means_uids: Collection[str] = ()
    title: str = ""
    access: Access | None = None
    """None: that of the means it answers."""


def record_letter(
    actor: Actor,
    *,
    node_uid: str,
    institution_uid: str,
    content: ReportContent,
    letter: Letter,
    files: Sequence[LetterFile],
    request_key: str = "",
    limits: Limits = FACTORY_LIMITS,
    now: datetime,
    today: date,
) -> ProgressReport:
    """Hand in what an institution wrote in an official letter; somebody else decides about it.

    Its first file is the letter. The same `request_key` gives back what it recorded before. Raises NotAllowed
    for whoever may not, Conflict for the actor's own institution or while the line is in review,
    SubmissionRefused with everything that is missing.
    """
    node, institution = reportable_on_behalf(actor, node_uid, institution_uid, today)
    content = completed(content, None)
    lock_item(node.id)
    again = sent_before(node.id, institution.id, content.occurrence, request_key)
    if again is not None and was_handed_in(again, request_key, content):
        return again
    check_not_in_review(node.id, institution.id, content.occurrence)
    head = list(_head_errors(letter, files, today))
    report = new_draft(actor, node, institution, ORIGIN, now)
    report.letter_number = "—" if head else squeeze(letter.number)  # a refused one is not kept, only weighed
    report.letter_on = letter.on or today
    report.request_key = request_key or None
    write_content(report, content, None)
    if errors := [*head, *meaning_errors(report, today)]:
        raise SubmissionRefused({report.uid: errors})
    for place, one in enumerate(files):
        _attach(actor, report, one, letter, is_letter=place == 0, limits=limits, now=now)
    hand_in(actor, [report], now=now, today=today)
    return report


def _head_errors(letter: Letter, files: Sequence[LetterFile], today: date) -> Iterator[DomainError]:
    """A letter is known by its number, its date and its file (each beside its field)."""
    if not letter.number.strip():
        yield DomainError("letter-number-required", field="letter_number")
    elif len(squeeze(letter.number)) > NUMBER_LENGTH or "\0" in letter.number:
        yield DomainError("letter-number-too-long", field="letter_number", most=NUMBER_LENGTH)
    if letter.on is None:
        yield DomainError("letter-date-required", field="letter_on")
    elif letter.on > today:
        yield DomainError("letter-date-in-future", field="letter_on")
    if not files:
        yield DomainError("letter-file-required", field="letter_file")


def _attach(
    actor: Actor,
    report: ProgressReport,
    one: LetterFile,
    letter: Letter,
    *,
    is_letter: bool,
    limits: Limits,
    now: datetime,
) -> None:
    add_file(
        actor,
        report_uid=report.uid,
        upload=one.upload,
        means_uids=one.means_uids,
        title=one.title,
        effective_on=letter.on if is_letter and letter.on else report.reported_on,
        access=one.access,
        limits=limits,
        now=now,
    )
