"""The timeline of an item: who did what and when, before and after; for people inside, and the public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.timeline import Entry, EntryKind, newest_first
from tracker.domain.workflow import ReportAction
from tracker.models.accounts import Institution, User
from tracker.models.amendments import Amendment
from tracker.models.audit import AuditEvent
from tracker.models.plans import Rescheduling, ReschedulingStatus
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingRound, RoundAnswer, RoundItem
from tracker.queries import timeline_plan as plan_part
from tracker.queries.progress_scope import item, visible, with_line
from tracker.queries.timeline_reports import Reader, load_reports, report_entries

# The last step of a report that waits for its decision: until then nobody can say more.
_WAITING = frozenset({ReportAction.SUBMIT, ReportAction.REOPEN})


def get_timeline(
    actor: Actor, uid: str, *, today: date, zone: str, overdue_from: date | None = None
) -> tuple[Entry, ...]:
    """Everything that happened to an item, the newest first, as the actor may read it; NotFound for none.

    Words and files of other institutions follow review, as everywhere in the work area.
    """
    node_id = db.session.scalar(with_line(select(item.id)).where(item.uid == uid, visible(actor)))
    if node_id is None:
        raise NotFound("item-not-found")
    reports = load_reports(node_id)
    found = [*_shared(node_id, uid, reports, Reader(actor), zone, overdue_from)]
    found += _rounds(actor, node_id, today, reports)
    found += plan_part.doubt_entries(node_id, zone)
    return newest_first(_named(found))


def public_timeline(node_id: int, uid: str, *, zone: str, overdue_from: date | None) -> tuple[Entry, ...]:
    """What of it everybody may read: no person's name, no reviewer's words, nothing of the work area.

    The percent of a claim is told at once and stays told: where it was returned or withdrawn since, the entry
    says so. Narrative and evidence follow review (rules 2 and 4 of the design).
    """
    return newest_first(_shared(node_id, uid, load_reports(node_id), Reader(), zone, overdue_from))


def _shared(
    node_id: int,
    uid: str,
    reports: Sequence[ProgressReport],
    reader: Reader,
    zone: str,
    overdue_from: date | None,
) -> Iterator[Entry]:
    requests = plan_part.load_reschedulings(node_id)
    amendments = plan_part.load_amendments(node_id)
    versions = plan_part.load_versions(uid)
    events = plan_part.load_events([uid, *(one.uid for one in requests)])
    public = reader.is_public
    for one in plan_part.version_entries(versions, _told(requests, amendments), events, zone):
        yield replace(one, actor_uid="", quotes=()) if public else one
    yield from plan_part.rescheduling_entries(requests, versions, events, zone, public=public)
    yield from plan_part.amendment_entries(amendments, node_id, public=public)
    yield from plan_part.flag_entries(node_id, uid, events, overdue_from)
    yield from report_entries(reports, reader)


def _told(
    requests: Sequence[Rescheduling], amendments: Sequence[Amendment]
) -> dict[datetime, frozenset[str]]:
    """What a version of the same instant need not tell again."""
    moved = [one.decided_at for one in requests if one.status is ReschedulingStatus.APPROVED]
    told = {at: frozenset({"windows", "baseline"}) for at in moved if at is not None}
    return told | {one.approved_at: frozenset({"*"}) for one in amendments if one.approved_at is not None}


def _rounds(actor: Actor, node_id: int, today: date, reports: Sequence[ProgressReport]) -> Iterator[Entry]:
    """What rounds asked of whom, and who had not answered when they were due; one's own, or everybody's."""
    asked, answered = _asked(actor, node_id), _answered_on(node_id)
    for row, lines in asked.items():
        yield Entry(
            key=f"ronda-{row.uid}",
            kind=EntryKind.ROUND,
            what="round-asked",
            on=row.opens_on,
            at=row.opened_at,
            seq=row.recorded_seq,
            due_on=row.due_on,
            institutions=_labels(institution for _, institution in lines),
        )
        heard = {line.institution_id for line, _ in lines if _is_in_time(line, row, reports, answered)}
        silent = [institution for line, institution in lines if line.institution_id not in heard]
        if row.due_on < today and silent:
            yield Entry(
                key=f"sin-respuesta-{row.uid}",
                kind=EntryKind.ROUND,
                what="round-missed",
                on=row.due_on + timedelta(days=1),
                at=None,
                due_on=row.due_on,
                institutions=_labels(silent),
            )


def _asked(actor: Actor, node_id: int) -> dict[ReportingRound, list[tuple[RoundItem, Institution]]]:
    """The rounds that asked about an item, each with the lines that the actor may read."""
    statement = (
        select(ReportingRound, RoundItem, Institution)
        .join(RoundItem, RoundItem.round_id == ReportingRound.id)
        .join(Institution, Institution.id == RoundItem.institution_id)
        .where(RoundItem.node_id == node_id)
        .order_by(ReportingRound.id, Institution.acronym, Institution.name, RoundItem.occurrence)
    )
    if not can(actor, Permission.REPORT_READ_ALL):
        statement = statement.where(RoundItem.institution_id.in_(actor.institution_ids))
    asked: dict[ReportingRound, list[tuple[RoundItem, Institution]]] = defaultdict(list)
    for row, one, institution in db.session.execute(statement):
        asked[row].append((one, institution))
    return asked


def _labels(institutions: Iterable[Institution]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.label for one in institutions))


def _answered_on(node_id: int) -> dict[int, tuple[int, date]]:
    """The round that each report answers, and the day on which it did, whatever became of it since."""
    rows = db.session.execute(
        select(RoundAnswer.report_id, RoundAnswer.round_id, RoundAnswer.answered_on)
        .join(ProgressReport, ProgressReport.id == RoundAnswer.report_id)
        .where(ProgressReport.node_id == node_id)
    )
    return {report_id: (round_id, day) for report_id, round_id, day in rows}


def _is_in_time(
    line: RoundItem,
    asked_in: ReportingRound,
    reports: Sequence[ProgressReport],
    answered: Mapping[int, tuple[int, date]],
) -> bool:
    """True where the line was answered by its due date, or waited for a decision when the round opened."""
    for one in reports:
        occurrences = {line.occurrence, one.occurrence or ""}
        if one.institution_id != line.institution_id or not ("" in occurrences or len(occurrences) == 1):
            continue
        round_id, day = answered.get(one.id, (0, date.max))
        if round_id == asked_in.id and day <= asked_in.due_on:
            return True
        known = [step for step in one.actions if step.recorded_seq < asked_in.recorded_seq]
        if known and known[-1].action in _WAITING:
            return True
    return False


def _named(entries: Sequence[Entry]) -> list[Entry]:
    """Entries with the names of the people who acted, where the reader may know them."""
    uids = {one.actor_uid for one in entries if one.actor_uid}
    rows = db.session.execute(select(User.uid, User.name, User.email).where(User.uid.in_(sorted(uids))))
    names = {uid: name or email for uid, name, email in rows}
    lent = _delegated([one for one in entries if one.actor_uid])
    return [
        replace(one, person=names.get(one.actor_uid, one.actor_uid), on_behalf=lent.get(one.seq or 0, ""))
        for one in entries
    ]


def _delegated(entries: Sequence[Entry]) -> dict[int, str]:
    """By whose delegation each was done, by its place in the order of recording."""
    rows = db.session.execute(
        select(AuditEvent.seq, User.name, User.email)
        .join(User, User.uid == AuditEvent.on_behalf_uid)
        .where(AuditEvent.seq.in_([one.seq for one in entries if one.seq]))
    )
    return {seq: name or email for seq, name, email in rows}
