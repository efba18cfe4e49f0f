"""What saving the reporting form does, step by step: nothing that arrived is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage

from tracker import clock, uploads
from tracker.blueprints.progress.forms import EvidenceEntry, ReportForm
from tracker.blueprints.progress.lines import Opened
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor
from tracker.domain.quantities import ItemisedQuantity
from tracker.domain.workflow import ReportStatus
from tracker.queries.progress_activity import get_activity
from tracker.queries.progress_lines import has_written, was_sent
from tracker.queries.progress_reports import ReportVersion
from tracker.services import evidence as evidence_services
from tracker.services import progress as services
from tracker.services.progress import SubmissionRefused
from tracker.services.report_history import ReportContent
from tracker.wording import sentence


@dataclass(frozen=True)
class Kept:
    """The draft as it was saved; one that this very form had handed in before is done."""

    uid: str
    lock_version: int
    is_done: bool


def keep(actor: Actor, form: ReportForm, found: Opened, today: date) -> Kept:
    """Save everything that arrived: words, rows, files, links, what is to be taken out; as `keep_words`."""
    kept = keep_words(actor, form, found, today)
    if kept.is_done:
        return kept
    try:
        attach_evidence(actor, form, kept.uid, today)
    except Conflict:
        if not was_sent(actor, kept.uid, form.request_key.data or ""):
            raise
        return replace(kept, is_done=True)  # the same form, sent twice, handed it in meanwhile
    if form.remove.data:
        draft = get_activity(actor, found.page.uid, today).version(kept.uid)
        remove_evidence(actor, form, found.kept, draft)
    return kept


def keep_words(actor: Actor, form: ReportForm, found: Opened, today: date) -> Kept:
    """Save what was typed; Conflict where somebody else saved, sent or started the line meanwhile."""
    content = form.said(found, found.kept, today)
    rows = form.itemised() if found.page.product else None
    with transaction():
        report_uid, rows = _to_write(actor, form, found, rows, today)
        report = services.save_draft(
            actor,
            node_uid=found.page.uid,
            institution_uid=found.part.institution_uid,
            content=content,
            report_uid=report_uid,
            lock_version=_number(form.lock_version.data),
            quantities=rows,
            request_key=form.request_key.data or "",
            now=clock.now(),
            today=today,
        )
        return Kept(report.uid, report.lock_version, report.status is not ReportStatus.DRAFT)


Rows = list[ItemisedQuantity] | None


def _to_write(
    actor: Actor, form: ReportForm, found: Opened, rows: Rows, today: date
) -> tuple[str | None, Rows]:
    """The draft to write on, and the rows with its evidence; what was returned is begun again."""
    if form.report_uid.data:
        return form.report_uid.data, rows
    back, key, now = found.line.to_correct, form.request_key.data or "", clock.now()
    institution_uid, occurrence = found.part.institution_uid, found.line.occurrence
    if back is None or has_written(found.page.node_id, institution_uid, occurrence, key):
        return None, rows
    opened = services.correct_report(actor, report_uid=back.uid, now=now, today=today)
    if opened.created_at != now and opened.request_key != key:
        raise Conflict("draft-elsewhere", report=opened.uid)
    names = dict(zip((one.uid for one in back.evidence), (one.uid for one in opened.evidence), strict=True))
    again = [replace(one, evidence_uid=names.get(one.evidence_uid, "")) for one in rows or ()]
    return opened.uid, None if rows is None else again


def begin(actor: Actor, found: Opened, today: date) -> Kept:
    """The line's draft, begun where there is none: what is attached needs something to be attached to."""
    if found.line.draft is not None:
        return Kept(found.line.draft.uid, found.line.draft.lock_version, is_done=False)
    now = clock.now()
    with transaction():
        if found.line.to_correct is not None:
            report = services.correct_report(
                actor, report_uid=found.line.to_correct.uid, now=now, today=today
            )
        else:
            report = services.save_draft(
                actor,
                node_uid=found.page.uid,
                institution_uid=found.part.institution_uid,
                content=ReportContent(None, "", today, occurrence=found.line.occurrence or None),
                now=now,
                today=today,
            )
        return Kept(report.uid, report.lock_version, is_done=False)


def _number(text: object) -> int | None:
    return int(str(text)) if str(text).isdecimal() else None


def attach_evidence(actor: Actor, form: ReportForm, report_uid: str, today: date) -> None:
    """Add every file and link to the draft, each on its own: a refused one takes no other with it."""
    for entry in form.evidence:
        for add in _additions(actor, entry.form, report_uid, today):
            try:
                add()
            except Conflict:
                raise
            except DomainError as error:
                _blame(entry.form, error)
    refused = [entry.form.errors for entry in form.evidence if entry.form.errors]
    if refused:
        form.evidence.errors = refused


def _additions(actor: Actor, entry: EvidenceEntry, report_uid: str, today: date) -> Iterator[Any]:
    if not entry.hands_in or not entry.check_reserve():
        return
    about = about_of(entry, report_uid, today)
    for one in _files(entry):
        yield lambda one=one: add_file(actor, one, about)
    if (entry.url.data or "").strip():
        yield lambda: _add_link(actor, entry, about)


def about_of(entry: EvidenceEntry, report_uid: str, today: date) -> dict[str, Any]:
    """What is said of the files and the link of one block."""
    return {
        "report_uid": report_uid,
        "means_uids": [uid for uid in (entry.means_uid.data, *(entry.also.data or ())) if uid],
        "limits": uploads.limits(),
        **entry.about(today),
    }


def _files(entry: EvidenceEntry) -> Iterable[FileStorage]:
    return [one for one in entry.files.data or () if isinstance(one, FileStorage) and one.filename]


def add_file(actor: Actor, received: FileStorage, about: dict[str, Any]) -> None:
    """Receive one file and hand it in with a draft; DomainError says why it is refused."""

    def add(upload: evidence_services.Upload) -> None:
        evidence_services.add_file(actor, upload=upload, now=clock.now(), **about)

    uploads.hand_in(received, add)


def _add_link(actor: Actor, entry: EvidenceEntry, about: dict[str, Any]) -> None:
    with transaction():
        evidence_services.add_link(actor, url=entry.url.data or "", now=clock.now(), **about)
    entry.url.data = entry.title.data = entry.description.data = ""


def _blame(entry: EvidenceEntry, error: DomainError) -> None:
    """The sentence of a refused file or link, beside the field it came in by."""
    name = {"links": "url"}.get(error.field or "", error.field or "")
    name = name if name in entry else "files"
    entry[name].errors = [*entry[name].errors, sentence(error.code, error.params)]


def remove_evidence(
    actor: Actor, form: ReportForm, before: ReportVersion | None, draft: ReportVersion
) -> None:
    """Take out what was ticked; a correction's copies are found by their bytes or address."""
    chosen = set(form.remove.data or ())
    keys = {one.identity for one in before.evidence if one.uid in chosen} if before else set()
    copied = before is not None and before.uid != draft.uid
    for one in draft.evidence:
        if one.uid in chosen or (copied and one.identity in keys):
            with transaction():
                evidence_services.remove_item(actor, evidence_uid=one.uid, now=clock.now())


def submit(actor: Actor, form: ReportForm, report_uid: str, today: date) -> bool:
    """Hand the draft in; False with each rule that is broken beside its field."""
    try:
        with transaction():
            services.submit_reports(
                actor,
                report_uids=[report_uid],
                request_key=form.request_key.data or "",
                now=clock.now(),
                today=today,
            )
    except SubmissionRefused as refused:
        for error in refused.all_errors[report_uid]:
            if isinstance(error, Conflict):
                raise error from None
            form.blame(error)
        return False
    return True
