"""Writing what a round's workbook says: drafts, or reports handed in all together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.domain.errors import Conflict, DomainError
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.round_workbook import LineInputs, SheetLink, added_links, removed_links
from tracker.domain.workflow import ReportStatus
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport
from tracker.services import evidence, progress
from tracker.services.drafts import own_report
from tracker.services.evidence_limits import FACTORY_LIMITS, Limits
from tracker.services.progress import SubmissionRefused
from tracker.services.report_checks import meaning_errors
from tracker.services.report_history import ReportContent
from tracker.services.round_workbooks import ComparedLine, ComparedWorkbook, LineState

ORIGIN = "sheet"


@dataclass(frozen=True)
class Decided:
    """What a person decided on the preview."""

    submit: frozenset[str] = frozenset()
    """Keys of the lines to hand in; none saves drafts."""
    mine: frozenset[str] = frozenset()
    """Conflicts in which the workbook's words are kept."""
    theirs: frozenset[str] = frozenset()
    """Conflicts in which what stands is kept."""


@dataclass(frozen=True)
class Written:
    """What came of it: how many drafts were saved, and how many reports handed in."""

    saved: int
    submitted: int


def rehearse_workbook(
    actor: Actor, compared: ComparedWorkbook, *, limits: Limits = FACTORY_LIMITS, now: datetime, today: date
) -> ComparedWorkbook:
    """The same with what would keep each line from being handed in; for within `tracker.db.rehearsal()`."""
    if compared.has_errors:
        return compared
    lines = tuple(_rehearsed(actor, compared, one, limits, now, today) for one in compared.lines)
    return replace(compared, lines=lines)


def _rehearsed(
    actor: Actor, compared: ComparedWorkbook, line: ComparedLine, limits: Limits, now: datetime, today: date
) -> ComparedLine:
    if not line.can_be_submitted:
        return line
    try:
        report = _report(actor, compared, line, limits, now, today)
        return replace(line, refusals=tuple(meaning_errors(report, today)))
    except DomainError as error:
        return replace(line, refusals=(error,))


def _report(
    actor: Actor, compared: ComparedWorkbook, line: ComparedLine, limits: Limits, now: datetime, today: date
) -> ProgressReport:
    """The draft of a line, with what the workbook says where it says anything new."""
    if line.is_written:
        return _write(actor, compared, line, limits, now, today)
    assert line.item.draft is not None  # noqa: S101 - what can be handed in without being written is a draft
    return own_report(actor, line.item.draft.uid)


def accept_workbook(
    actor: Actor,
    compared: ComparedWorkbook,
    decided: Decided,
    *,
    seen: str,
    limits: Limits = FACTORY_LIMITS,
    now: datetime,
    today: date,
) -> Written:
    """Save every line that says something new, and hand in those chosen: all of them or nothing.

    Raises DomainError `workbook-has-errors` or `choose-in-conflicts`, Conflict `workbook-changed-meanwhile`
    where something stands otherwise than `seen`, SubmissionRefused with the lines that cannot be handed in.
    """
    require(actor, Permission.REPORT_SUBMIT)
    if compared.has_errors:
        raise DomainError("workbook-has-errors")
    if compared.seen != seen:
        raise Conflict("workbook-changed-meanwhile")
    if any(one.key not in decided.mine | decided.theirs for one in compared.conflicts):
        raise DomainError("choose-in-conflicts")
    chosen = [one for one in compared.lines if one.can_be_submitted and one.key in decided.submit]
    to_write = [one for one in compared.lines if _is_to_write(one, decided)]
    saved = {one.key: _write(actor, compared, one, limits, now, today) for one in to_write}
    reports = _to_submit(chosen, saved)
    if reports:
        _submit(actor, reports, now, today)
    return Written(len(saved), len(reports))


def _is_to_write(line: ComparedLine, decided: Decided) -> bool:
    return line.is_written and (line.state is not LineState.CONFLICT or line.key in decided.mine)


def _to_submit(chosen: Iterable[ComparedLine], saved: Mapping[str, ProgressReport]) -> dict[str, str]:
    """The key of each report to hand in, by its uid."""
    found: dict[str, str] = {}
    for one in chosen:
        draft = one.item.draft
        if one.key in saved:
            found[saved[one.key].uid] = one.key
        elif draft is not None and draft.status is ReportStatus.DRAFT:
            found[draft.uid] = one.key
    return found


def _submit(actor: Actor, reports: Mapping[str, str], now: datetime, today: date) -> None:
    """Hand them in; what is refused is told by the line's key."""
    try:
        progress.submit_reports(actor, report_uids=list(reports), now=now, today=today)
    except SubmissionRefused as refused:
        raise SubmissionRefused(
            {reports[uid]: errors for uid, errors in refused.all_errors.items()}
        ) from None


def _write(
    actor: Actor, compared: ComparedWorkbook, line: ComparedLine, limits: Limits, now: datetime, today: date
) -> ProgressReport:
    """Put what the workbook says on the line's draft: the one that stands, a correction's, or a new one."""
    item, mine = line.item, line.proposal.inputs
    report_uid, lock_version, day = None, None, today
    if item.draft is not None and item.draft.status is ReportStatus.DRAFT:
        report_uid, lock_version, day = item.draft.uid, item.draft.lock_version, item.draft.reported_on
    elif item.draft is not None:
        opened = progress.correct_report(actor, report_uid=item.draft.uid, now=now, today=today)
        report_uid = opened.uid
    report = progress.save_draft(
        actor,
        node_uid=item.node_uid,
        institution_uid=compared.sheet.institution_uid,
        content=_content(mine, mine.reported_on or day, item.occurrence),
        report_uid=report_uid,
        lock_version=lock_version,
        request_key=_request_key(line),
        origin=ORIGIN,
        now=now,
        today=today,
    )
    report.origin = ORIGIN
    _write_links(actor, report, line.current.links, mine, limits, now)
    return report


def _request_key(line: ComparedLine) -> str:
    """Names the report that the same workbook wrote before; none where that one was decided since."""
    return "" if line.item.draft is None and line.item.is_answered else line.request_key


def _content(mine: LineInputs, reported_on: date, occurrence: str) -> ReportContent:
    return ReportContent(
        percent=mine.percent,
        narrative=mine.narrative,
        reported_on=reported_on,
        completed_on=mine.completed_on,
        occurrence=occurrence or None,
        delivered=mine.delivered,
        departure_reason=mine.departure_reason,
        no_progress=mine.no_progress,
        obstacle=mine.obstacle,
        needed=mine.needed,
        new_expected_on=mine.new_expected_on,
        obstacle_kind=mine.obstacle_kind,
    )


def _write_links(
    actor: Actor,
    report: ProgressReport,
    before: frozenset[SheetLink],
    mine: LineInputs,
    limits: Limits,
    now: datetime,
) -> None:
    """Bring the draft's links to what the workbook says; one whose address stays keeps its description."""
    gone = {one.url for one in removed_links(before, mine.links)}
    standing = [one for one in report.evidence if _is_link_of_sheet(one) and one.url in gone]
    for link in added_links(before, mine.links):
        about: evidence.About = {
            "title": link.title,
            "effective_on": link.effective_on or report.reported_on,
            "access": link.access,
        }
        old = next((one for one in standing if one.url == link.url), None)
        if old is None:
            evidence.add_link(
                actor,
                report_uid=report.uid,
                url=link.url,
                means_uids=link.means,
                limits=limits,
                now=now,
                **about,
            )
            continue
        standing.remove(old)
        about["description"] = old.description
        evidence.edit_item(actor, evidence_uid=old.uid, means_uids=link.means, now=now, **about)
    for one in _removed(standing, before, mine.links):
        evidence.remove_item(actor, evidence_uid=one.uid, now=now)


def _removed(
    standing: Collection[Evidence], before: frozenset[SheetLink], after: frozenset[SheetLink]
) -> list[Evidence]:
    """Of the links left over, those that are written no more; the same address may answer otherwise still."""
    gone = [(one.url, one.means) for one in removed_links(before, after)]
    return [one for one in standing if (one.url, frozenset(means.uid for means in one.means)) in gone]


def _is_link_of_sheet(one: Evidence) -> bool:
    return one.kind is EvidenceKind.LINK and one.access is not Access.RESERVED
