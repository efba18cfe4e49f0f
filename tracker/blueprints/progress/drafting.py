"""What saving the reporting form does, step by step: nothing that arrived is lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from flask import request
from werkzeug.datastructures import FileStorage

from tracker import clock, uploads
from tracker.blueprints.progress.forms import EvidenceEntry, ReportForm
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor
from tracker.queries.progress_activity import ActivityPage, OwnPart, find_draft_uid
from tracker.queries.progress_reports import ReportVersion
from tracker.services import evidence as evidence_services
from tracker.services import progress as services
from tracker.wording import sentence

_NOT_TYPED = {"csrf_token", "report_uid", "lock_version", "action"}


def keep_draft(actor: Actor, form: ReportForm, page: ActivityPage, part: OwnPart, today: date) -> str:
    """Save what was typed and give the draft's uid; Conflict where somebody else saved meanwhile."""
    now = clock.now()
    started_from = part.draft or part.to_correct
    content = form.said(started_from, today)
    with transaction():
        found = find_draft_uid(page.uid, part.institution_uid)
        if found != (form.report_uid.data or None):
            raise Conflict("draft-elsewhere")
        report_uid, lock_version = found, _number(form.lock_version.data)
        if found is None and part.to_correct is not None:
            opened = services.correct_report(actor, report_uid=part.to_correct.uid, now=now, today=today)
            report_uid, lock_version = opened.uid, None
        report = services.save_draft(
            actor,
            node_uid=page.uid,
            institution_uid=part.institution_uid,
            content=content,
            report_uid=report_uid,
            lock_version=lock_version,
            now=now,
            today=today,
        )
        return report.uid


def _number(text: object) -> int | None:
    return int(str(text)) if str(text).isdecimal() else None


def attach_evidence(actor: Actor, form: ReportForm, report_uid: str, today: date) -> None:
    """Add every file and link to the draft, each on its own: a refused one takes no other with it."""
    for entry in form.evidence:
        for add in _additions(actor, entry.form, report_uid, today):
            try:
                add()
            except DomainError as error:
                _blame(entry.form, error)
    refused = [entry.form.errors for entry in form.evidence if entry.form.errors]
    if refused:
        form.evidence.errors = refused


def _additions(actor: Actor, entry: EvidenceEntry, report_uid: str, today: date) -> Iterator[Any]:
    if not entry.hands_in or not entry.check_reserve():
        return
    about = {
        "report_uid": report_uid,
        "means_uids": [uid for uid in (entry.means_uid.data, *(entry.also.data or ())) if uid],
        "limits": uploads.limits(),
        **entry.about(today),
    }
    for one in _files(entry):
        yield lambda one=one: _add_file(actor, one, about)
    if (entry.url.data or "").strip():
        yield lambda: _add_link(actor, entry, about)


def _files(entry: EvidenceEntry) -> Iterable[FileStorage]:
    return [one for one in entry.files.data or () if isinstance(one, FileStorage) and one.filename]


def _add_file(actor: Actor, received: FileStorage, about: dict[str, Any]) -> None:
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


def submit(actor: Actor, form: ReportForm, report_uid: str, now: datetime, today: date) -> bool:
    """Hand the draft in; False with the sentence beside its field where a rule is broken."""
    try:
        with transaction():
            services.submit_report(actor, report_uid=report_uid, now=now, today=today)
    except Conflict:
        raise
    except DomainError as error:
        form.add_error(error.field, error.code, error.params)
        return False
    return True


def typed_values(form: ReportForm) -> list[tuple[str, str]]:
    """Everything that was typed, to be carried through the page of a conflict; links already kept are not."""
    kept = {
        field.name
        for entry in form.evidence
        for field in (entry.form.url, entry.form.title)
        if not field.data
    }
    return [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in _NOT_TYPED and name not in kept
    ]
