"""The lines on which one of the actor's institutions reports: an item, or each of its occurrences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import or_, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.permissions import Actor, Permission, can
from tracker.domain.plans import Role
from tracker.domain.progress import FULL
from tracker.domain.rounds import occurrence_standing
from tracker.domain.schedule import Occurrence, occurrences
from tracker.domain.states import State
from tracker.domain.tree import NodeStatus
from tracker.domain.workflow import AWAITING_DECISION, STANDING, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.progress import ProgressReport
from tracker.queries.progress_reports import ReportVersion
from tracker.queries.reporting import reporting_institutions


@dataclass(frozen=True)
class OwnLine:
    """What an institution has said of an item, or of one of its occurrences, and what it can do now."""

    occurrence: str
    """Empty: the whole item."""
    slot: Occurrence | None
    latest: ReportVersion | None
    said: Decimal | None
    """What the institution last declared of it that still stands."""
    replaces: ReportVersion | None
    """The validated report that stands until the draft or the report in review is decided."""
    proven: ReportVersion | None
    """The validated report by which it is met: the institution's own, else of those who answer for it."""
    state: State
    days_late: int | None

    @property
    def draft(self) -> ReportVersion | None:
        """The draft that is being written, if there is one."""
        return self.latest if self.latest and self.latest.status is ReportStatus.DRAFT else None

    @property
    def in_review(self) -> bool:
        """True while its last report waits for a decision, so that no other can be written."""
        return self.latest is not None and self.latest.status in AWAITING_DECISION

    @property
    def to_correct(self) -> ReportVersion | None:
        """The returned or withdrawn report that the next draft starts from."""
        back = {ReportStatus.RETURNED, ReportStatus.WITHDRAWN}
        return self.latest if self.latest and self.latest.status in back else None

    @property
    def validated(self) -> ReportVersion | None:
        """The validated report to which new evidence can be added as a further version."""
        return self.latest if self.latest and self.latest.status is ReportStatus.VALIDATED else None


@dataclass(frozen=True)
class OwnPart:
    """One of the actor's institutions that takes part in the item, with its lines; the whole comes last."""

    institution_uid: str
    institution: str
    role: Role | None
    may_report: bool
    lines: tuple[OwnLine, ...]

    @property
    def has_several(self) -> bool:
        """True where it is to be said what a report is about."""
        return len(self.lines) > 1

    def line(self, occurrence: str = "") -> OwnLine:
        """The line of that occurrence, the whole item's for none; NotFound for one the item has not."""
        found = next((one for one in self.lines if one.occurrence == occurrence), None)
        if found is None:
            raise NotFound("item-not-found")
        return found


def own_parts(
    actor: Actor,
    status: NodeStatus,
    parts: dict[int, Role],
    reports: Sequence[ReportVersion],
    *,
    is_open: bool,
    today: date,
    due_soon_days: int,
) -> tuple[OwnPart, ...]:
    """The actor's institutions with a part in the item, or with reports on it, each with its lines."""
    ids = actor.institution_ids & (set(parts) | {one.institution_id for one in reports})
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(ids)).order_by(Institution.id))
    lines = _Lines(status, reports, today, due_soon_days)
    return tuple(
        OwnPart(
            institution_uid=one.uid,
            institution=one.label,
            role=parts.get(one.id),
            may_report=is_open
            and one.id in parts
            and can(actor, Permission.REPORT_SUBMIT, institution_id=one.id),
            lines=tuple(lines.of(one)),
        )
        for one in rows
    )


@dataclass(frozen=True)
class _Lines:
    status: NodeStatus
    reports: Sequence[ReportVersion]
    today: date
    due_soon_days: int

    def of(self, institution: Institution) -> Iterable[OwnLine]:
        """Each occurrence where there are several, those of which something was said, and the whole."""
        schedule = self.status.facts.schedule
        slots = occurrences(schedule.current, schedule.frequency)
        keyed = {one.key: one for one in slots} if len(slots) > 1 else {}
        own = [one for one in self.reports if one.institution_id == institution.id]
        said = dict.fromkeys(one.occurrence for one in reversed(own) if one.occurrence)
        for key in dict.fromkeys((*keyed, *said)):
            yield self.line(key, keyed.get(key), own)
        yield self.line("", None, own)

    def line(self, key: str, slot: Occurrence | None, own: Sequence[ReportVersion]) -> OwnLine:
        """One line; without a slot of its own it stands where the item does."""
        of_line = [one for one in own if (one.occurrence or "") == key]
        proven = self.proof(key, own) if slot else None
        if slot and proven is None:
            state, late = occurrence_standing(
                self.status.facts.schedule, slot, self.today, due_soon_days=self.due_soon_days
            )
        else:
            state, late = self.status.state, self.status.days_late or 0
        return OwnLine(
            occurrence=key,
            slot=slot,
            latest=of_line[0] if of_line else None,
            said=next((o.percent for o in of_line if o.status in STANDING and o.percent is not None), None),
            replaces=_standing_beside(of_line),
            proven=proven,
            state=state,
            days_late=late,
        )

    def proof(self, key: str, own: Sequence[ReportVersion]) -> ReportVersion | None:
        """The validated report at 100 % of the occurrence, or of the whole: one's own, else the item's."""
        figure = self.status.own.validated if self.status.own else None
        others = self.reports if figure and key in figure.met else ()
        return next(
            (
                one
                for one in (*own, *others)
                if one.status is ReportStatus.VALIDATED
                and one.percent == FULL
                and one.occurrence in {key, None}
                and (one in own or (figure and one.institution in figure.by))
            ),
            None,
        )


def was_sent(actor: Actor, report_uid: str, request_key: str) -> bool:
    """True where the actor's institution handed that report in with that very form."""
    found = select(ProgressReport.id).where(
        ProgressReport.uid == report_uid,
        ProgressReport.institution_id.in_(actor.institution_ids),
        ProgressReport.request_key == request_key,
        ProgressReport.status != ReportStatus.DRAFT,
    )
    return bool(request_key) and db.session.scalar(found) is not None


def _standing_beside(of_line: Sequence[ReportVersion]) -> ReportVersion | None:
    """The validated version of the newest report's thread, where that is a later version."""
    thread = of_line[0].thread_uid if of_line else None
    older = (one for one in of_line[1:] if one.thread_uid == thread)
    return next((one for one in older if one.status is ReportStatus.VALIDATED), None)


def list_letter_writers(actor: Actor, node_id: int) -> tuple[tuple[str, str], ...]:
    """The institutions whose official letter on an item the actor may record, none of its own: uid, label."""
    if not can(actor, Permission.REPORT_ON_BEHALF):
        return ()
    ids = reporting_institutions(node_id).keys() - actor.institution_ids
    rows = db.session.scalars(select(Institution).where(Institution.id.in_(ids)).order_by(Institution.name))
    return tuple((one.uid, one.label) for one in rows)


def has_written(node_id: int, institution_uid: str, occurrence: str, request_key: str) -> bool:
    """True where a draft of the line is being written, or the same form was kept or handed in before."""
    found = (
        select(ProgressReport.id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(
            ProgressReport.node_id == node_id,
            Institution.uid == institution_uid,
            ProgressReport.occurrence == occurrence if occurrence else ProgressReport.occurrence.is_(None),
            or_(
                ProgressReport.status == ReportStatus.DRAFT,
                ProgressReport.request_key == (request_key or None),
            ),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None
