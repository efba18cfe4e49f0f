"""What saving and sending lines of a round's sheet does, step by step: nothing that arrived is lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from werkzeug.datastructures import FileStorage

from tracker import clock, uploads
from tracker.blueprints.rounds.sheet_forms import Line, Part, blank, digest, make_line
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError, NotFound
from tracker.domain.evidence import Access
from tracker.domain.permissions import Actor
from tracker.domain.workflow import ReportStatus
from tracker.queries.progress_reports import EvidenceRow
from tracker.queries.round_screen import SheetOwner, list_sheet_owners
from tracker.queries.rounds import RoundSheet, SheetItem, get_sheet
from tracker.services import evidence, progress
from tracker.services.report_history import ReportContent
from tracker.wording import sentence


@dataclass
class Screen:
    """A round's sheet as one person has it before them."""

    actor: Actor
    sheet: RoundSheet
    owners: tuple[SheetOwner, ...]
    today: date

    @property
    def is_open(self) -> bool:
        """The person may write on it, and it is the current round of a plan that takes reports."""
        own = next((one for one in self.owners if one.uid == self.sheet.institution_uid), None)
        return self.sheet.round.is_current and own is not None and own.may_report

    def lines(self, typed: object = None) -> list[Line]:
        """Every line, with what was typed where something was."""
        return [make_line(one, self.today, typed, is_open=self.is_open) for one in self.sheet.items]

    def line(self, key: str, typed: object = None) -> Line:
        """One line; NotFound for none that the round asks for."""
        item = self.sheet.find(key)
        if item is None:
            raise NotFound("item-not-found")
        return make_line(item, self.today, typed, is_open=self.is_open)

    def again(self) -> Screen:
        """The same, read anew."""
        return open_screen(self.actor, self.sheet.round.uid, self.sheet.institution_uid)


def open_screen(actor: Actor, round_uid: str, institution_uid: str = "") -> Screen:
    """The sheet asked for, else the one of the actor's first institution; NotFound for none."""
    today, owners = clock.today(current_app.config["TIMEZONE"]), list_sheet_owners(actor, round_uid)
    wanted = institution_uid or (owners[0].uid if owners else "")
    sheet = get_sheet(actor, round_uid, wanted, today=today, now=clock.now())
    return Screen(actor, sheet, owners, today)


def keep(screen: Screen, line: Line, *, request_key: str = "") -> str | None:
    """Save what was typed on a line and give the draft's uid; None where nobody touched it.

    Raises Conflict where somebody else saved or sent the line since it was shown.
    """
    form = line.written
    for one in (form, *(part.form for part in line.parts)):
        one.validate()
    content = line.content(screen.today)
    if not line.errors and digest(content) == form.seen.data:
        return form.report_uid.data or None
    with transaction():
        return _write(screen, line, content, request_key)


def _write(screen: Screen, line: Line, content: ReportContent, request_key: str) -> str:
    report_uid, lock = _to_write(screen, line.item, line.written.report_uid.data or "")
    if report_uid is not None and report_uid == line.written.report_uid.data:
        shown = str(line.written.lock_version.data)
        lock = int(shown) if shown.isdecimal() else None
    report = progress.save_draft(
        screen.actor,
        node_uid=line.item.node_uid,
        institution_uid=screen.sheet.institution_uid,
        content=content,
        report_uid=report_uid,
        lock_version=lock,
        request_key=request_key,
        now=clock.now(),
        today=screen.today,
    )
    return report.uid


def _to_write(screen: Screen, item: SheetItem, shown_uid: str) -> tuple[str | None, int | None]:
    """The draft to write on, with its version where the form could not know it.

    A draft in which nothing is said yet (somebody attached a file) is nobody's: it is taken up.
    """
    kept = item.draft
    if kept is None or kept.status is not ReportStatus.DRAFT:
        if shown_uid:
            raise Conflict("changed-meanwhile")
        return (_begun_again(screen, kept.uid), None) if kept else (None, None)
    if shown_uid == kept.uid:
        return kept.uid, None
    empty = not (kept.narrative or kept.percent is not None or kept.delivered is not None or kept.no_progress)
    if shown_uid:
        raise Conflict("draft-elsewhere", report=kept.uid)
    # Without a name for it the service tells whether this very form wrote it: its answer may have been lost.
    return (kept.uid, kept.lock_version) if empty else (None, None)


def _begun_again(screen: Screen, report_uid: str) -> str:
    """A new version of what was returned or withdrawn; Conflict where somebody else began it just now."""
    now = clock.now()
    opened = progress.correct_report(screen.actor, report_uid=report_uid, now=now, today=screen.today)
    if opened.created_at != now:
        raise Conflict("draft-elsewhere", report=opened.uid)
    return opened.uid


def draft_of(screen: Screen, item: SheetItem) -> str:
    """The line's draft, begun where there is none: what is attached needs something to be attached to."""
    kept = item.draft
    if kept is not None and kept.status is ReportStatus.DRAFT:
        return kept.uid
    with transaction():
        if kept is not None:
            return _begun_again(screen, kept.uid)
        return progress.save_draft(
            screen.actor,
            node_uid=item.node_uid,
            institution_uid=screen.sheet.institution_uid,
            content=blank(item, screen.today),
            now=clock.now(),
            today=screen.today,
        ).uid


def attach_all(screen: Screen, line: Line, report_uid: str | None) -> None:
    """Add every file and link of a line, each on its own: a refused one takes no other with it."""
    for part in line.parts:
        for received in _files(part):
            report_uid = report_uid or draft_of(screen, line.item)
            try:
                attach(screen, line, part, received, report_uid)
            except DomainError as error:
                _blame(part, "files", error)
        if (part.form.url.data or "").strip() and not part.form.url.errors:
            _attach_link(screen, line, part, report_uid)


def _attach_link(screen: Screen, line: Line, part: Part, report_uid: str | None) -> None:
    """The address typed; it leaves its field once it is kept."""
    try:
        _add_link(screen, line, part, report_uid or draft_of(screen, line.item))
    except DomainError as error:
        _blame(part, "url", error)
    else:
        part.form.url.data, part.form.url.raw_data, part.is_linked = "", [""], True


def _blame(part: Part, name: str, error: DomainError) -> None:
    """The sentence of a refused file or link, beside the field it came in by."""
    control = part.form[name]
    control.errors = [*control.errors, sentence(error.code, error.params)]


def _files(part: Part) -> Iterable[FileStorage]:
    return [one for one in part.form.files.data or () if isinstance(one, FileStorage) and one.filename]


def _about(line: Line, part: Part, today: date) -> dict[str, Any]:
    """Without a choice the access is that of the means."""
    chosen = line.written.evidence_access.data
    return {
        "means_uids": [part.means.uid] if part.means else [],
        "effective_on": line.written.evidence_on.data or today,
        "access": Access(chosen) if chosen in list(Access) else None,
    }


def attach(screen: Screen, line: Line, part: Part, received: FileStorage, report_uid: str) -> None:
    """Receive one file and hand it in with a draft; DomainError says why it is refused."""
    about = _about(line, part, screen.today)
    uploads.hand_in(
        received,
        lambda upload: evidence.add_file(
            screen.actor,
            report_uid=report_uid,
            upload=upload,
            limits=uploads.limits(),
            now=clock.now(),
            **about,
        ),
    )


def _add_link(screen: Screen, line: Line, part: Part, report_uid: str) -> None:
    with transaction():
        evidence.add_link(
            screen.actor,
            report_uid=report_uid,
            url=part.form.url.data or "",
            limits=uploads.limits(),
            now=clock.now(),
            **_about(line, part, screen.today),
        )


def take_out(screen: Screen, line: Line, evidence_uid: str) -> None:
    """Take one item out of the line's draft; of a returned report its copy, found by what it holds."""
    before = line.item.draft.evidence if line.item.draft else ()
    wanted = next((one for one in before if one.uid == evidence_uid), None)
    if wanted is None:
        raise NotFound("evidence-not-found")
    draft_of(screen, line.item)
    draft = screen.again().line(line.key).item.draft
    found = [one for one in draft.evidence if _same(one, wanted)] if draft else []
    if found:
        with transaction():
            evidence.remove_item(screen.actor, evidence_uid=found[0].uid, now=clock.now())


def _same(one: EvidenceRow, other: EvidenceRow) -> bool:
    return one.uid == other.uid or (one.sha256, one.url, one.means_uids) == (
        other.sha256,
        other.url,
        other.means_uids,
    )
