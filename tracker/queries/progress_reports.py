"""Versions of reports as people of the work area read them, and what changed between two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import Actor, Permission, can, may_validate
from tracker.domain.plans import Role
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.evidence import Evidence, Redaction, RenditionKind, StoredFile
from tracker.models.progress import ProgressReport, ReportEvent, ReportQuantity
from tracker.queries.links import LinkState, link_state


@dataclass(frozen=True)
class PublicVersionRow:
    """The public version beside a restricted file."""

    sha256: str
    size: int
    media_type: str
    filename: str
    created_at: datetime
    recorded: bool


@dataclass(frozen=True)
class EvidenceRow:
    """A file or link handed in with a report; who may not open it does not read its words either."""

    uid: str
    kind: EvidenceKind
    title: str
    filename: str
    url: str
    sha256: str
    size: int
    effective_on: date
    access: Access
    description: str
    legal_ground: str
    means_uids: tuple[str, ...]
    means_texts: tuple[str, ...]
    status: str
    """accepted, rejected or submitted: what became of it in its report's decision."""
    may_open: bool
    identity: str = ""
    """The same for the same bytes or address, whoever reads it; never shown."""
    thread_uid: str = ""
    version: int = 1
    resolution_number: str = ""
    resolution_authority: str = ""
    resolution_on: date | None = None
    reserved_until: date | None = None
    public_version: PublicVersionRow | None = None
    has_thumbnail: bool = False
    has_page: bool = False
    """True where the actor may open its own page, with what they may see of it."""
    link: LinkState | None = field(default=None, compare=False)
    """How a link answered when it was last looked at; no part of what was handed in."""


@dataclass(frozen=True)
class QuantityRow:
    """One row of an itemised quantity, with the title of what shows it."""

    label: str
    quantity: Decimal
    delivered_on: date | None
    evidence_uid: str = field(compare=False)
    """Each version has copies of its own, with uids of their own."""
    evidence: str


@dataclass(frozen=True)
class EventRow:
    """An action on a report."""

    action: ReportAction
    at: datetime
    by: str
    comment: str
    exception: str
    signed_name: str
    contradicts_narrative: bool
    comment_field: str = ""
    """The field of the report that the comment is about; empty: the whole."""
    evidence_reasons: Mapping[str, str] = field(default_factory=dict)
    """Why an item of evidence was not accepted, by its uid."""


@dataclass(frozen=True)
class ReportVersion:
    """One version of an institution's report; what the actor may not read of it is empty."""

    uid: str
    thread_uid: str
    version: int
    node_id: int
    institution_id: int
    institution_uid: str
    institution: str
    status: ReportStatus
    percent: Decimal | None
    narrative: str
    reported_on: date
    completed_on: date | None
    occurrence: str | None
    delivered: Decimal | None
    departure_reason: str
    no_progress: bool
    obstacle: str
    needed: str
    new_expected_on: date | None
    claimed_role: Role | None
    origin: str
    author: str
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    lock_version: int
    exception: str
    events: tuple[EventRow, ...]
    evidence: tuple[EvidenceRow, ...]
    is_own: bool
    is_readable: bool
    may_decide: bool
    obstacle_kind: ObstacleKind | None = None
    quantities: tuple[QuantityRow, ...] = ()
    letter_number: str = ""
    """The official letter that the contact point recorded on the institution's behalf."""
    letter_on: date | None = None
    answers_return: EventRow | None = None
    """The return of the version before it, which a draft is written to answer."""

    @property
    def answered(self) -> frozenset[str]:
        """Means for which something was handed in with this version, whatever was decided of it."""
        return frozenset(uid for one in self.evidence for uid in one.means_uids)

    def evidence_for(self, means_uid: str) -> tuple[EvidenceRow, ...]:
        """What was handed in for a means; with an empty uid, what answers none."""
        if not means_uid:
            return tuple(one for one in self.evidence if not one.means_uids)
        return tuple(one for one in self.evidence if means_uid in one.means_uids)

    @property
    def last_return(self) -> EventRow | None:
        """The reviewer's words that came back with it."""
        returns = [one for one in self.events if one.action is ReportAction.RETURN]
        return returns[-1] if returns else None

    @property
    def came_back(self) -> EventRow | None:
        """The reviewer's words to be answered: of a returned report its own, of a draft those before it."""
        if self.status is ReportStatus.RETURNED:
            return self.last_return
        return self.answers_return if self.status is ReportStatus.DRAFT else None

    @property
    def decision(self) -> EventRow | None:
        """Its last validation, where it stands validated."""
        if self.status is not ReportStatus.VALIDATED:
            return None
        return next((one for one in reversed(self.events) if one.action is ReportAction.VALIDATE), None)


# What a row of evidence is read with: its file and the pictures of it, its means, its public versions.
EVIDENCE_PARTS = (
    selectinload(ProgressReport.evidence).joinedload(Evidence.file).selectinload(StoredFile.first_pictures),
    selectinload(ProgressReport.evidence).joinedload(Evidence.link_check),
    selectinload(ProgressReport.evidence).selectinload(Evidence.means),
    selectinload(ProgressReport.evidence).selectinload(Evidence.redactions).joinedload(Redaction.file),
)


def load_versions(actor: Actor, where: ColumnElement[bool]) -> tuple[ReportVersion, ...]:
    """The versions that the actor may know of, the newest first; drafts are their own institution's alone."""
    own_drafts = ProgressReport.institution_id.in_(actor.institution_ids)
    rows = db.session.scalars(
        select(ProgressReport)
        .where(where, or_(ProgressReport.status != ReportStatus.DRAFT, own_drafts))
        .options(
            joinedload(ProgressReport.institution),
            joinedload(ProgressReport.author),
            selectinload(ProgressReport.actions),
            *EVIDENCE_PARTS,
            selectinload(ProgressReport.quantities).joinedload(ReportQuantity.evidence),
        )
        .order_by(ProgressReport.id.desc())
    ).all()
    returns = _returns_answered([row for row in rows if row.status is ReportStatus.DRAFT])
    return tuple(replace(version_of(row, actor), answers_return=returns.get(row.uid)) for row in rows)


def _returns_answered(drafts: Sequence[ProgressReport]) -> dict[str, EventRow]:
    """For each draft that corrects a returned version, the words with which that one came back; one query."""
    later = {(one.thread_uid, one.version - 1): one.uid for one in drafts if one.version > 1}
    if not later:
        return {}
    rows = db.session.execute(
        select(ReportEvent, ProgressReport.thread_uid, ProgressReport.version)
        .join(ProgressReport, ProgressReport.id == ReportEvent.report_id)
        .where(
            ProgressReport.thread_uid.in_({thread for thread, _version in later}),
            ProgressReport.status == ReportStatus.RETURNED,
            ReportEvent.action == ReportAction.RETURN,
        )
        .order_by(ReportEvent.recorded_seq)
    )
    found = {(thread, version): _event(event, True) for event, thread, version in rows}
    return {uid: found[place] for place, uid in later.items() if place in found}


# What whoever may know of a report reads of it, readable or not.
# fmt: off
_OPEN_TO_ALL = (
    "uid", "thread_uid", "version", "node_id", "institution_id", "status",
    "percent", "reported_on", "completed_on", "occurrence", "delivered", "no_progress",
    "new_expected_on", "claimed_role", "origin", "created_at", "updated_at", "submitted_at",
    "lock_version", "exception", "letter_number", "letter_on",
)
# fmt: on


def version_of(row: ProgressReport, actor: Actor) -> ReportVersion:
    """One row as the actor may read it: words and files of others are readable once validated (section 4)."""
    own = row.institution_id in actor.institution_ids
    readable = own or can(actor, Permission.REPORT_READ_ALL) or row.status is ReportStatus.VALIDATED
    decided = may_validate(actor, institution_id=row.institution_id, author_user_id=row.author_user_id)
    return ReportVersion(
        **{name: getattr(row, name) for name in _OPEN_TO_ALL},
        institution_uid=row.institution.uid,
        institution=row.institution.label,
        narrative=row.narrative if readable else "",
        departure_reason=row.departure_reason if readable else "",
        obstacle=row.obstacle if readable else "",
        obstacle_kind=row.obstacle_kind if readable else None,
        needed=row.needed if readable else "",
        author=(row.author.name or row.author.email) if row.author and readable else "",
        events=tuple(_event(one, readable) for one in row.actions),
        evidence=_evidence(row, actor) if readable else (),
        quantities=tuple(_quantity(one) for one in row.quantities) if readable else (),
        is_own=own,
        is_readable=readable,
        may_decide=decided,
    )


def _quantity(row: ReportQuantity) -> QuantityRow:
    shown = row.evidence
    return QuantityRow(
        row.label,
        row.quantity,
        row.delivered_on,
        shown.uid if shown else "",
        (shown.title or shown.filename) if shown else "",
    )


def _event(event: ReportEvent, readable: bool) -> EventRow:
    return EventRow(
        event.action,
        event.at,
        event.actor_label,
        event.comment if readable else "",
        event.exception,
        event.signed_name if readable else "",
        event.contradicts_narrative,
        event.comment_field if readable else "",
        dict(event.evidence_reasons) if readable else {},
    )


def _evidence(row: ProgressReport, actor: Actor) -> tuple[EvidenceRow, ...]:
    accepted = None
    if row.status is ReportStatus.VALIDATED:
        decisions = [one for one in row.actions if one.action is ReportAction.VALIDATE]
        accepted = set(decisions[-1].accepted_evidence) if decisions else set()
    return tuple(evidence_row(one, row, accepted, actor) for one in row.evidence)


def evidence_row(one: Evidence, row: ProgressReport, accepted: set[str] | None, actor: Actor) -> EvidenceRow:
    """One item as the actor may read it; `accepted` is None until its report is decided on."""
    status = "submitted" if accepted is None else "accepted" if one.uid in accepted else "rejected"
    opens = may_open(actor, one.access, row.institution_id)
    reads = opens or one.access is Access.PUBLIC
    pictures = one.file.first_pictures if one.file else []
    return EvidenceRow(
        uid=one.uid,
        kind=one.kind,
        title=(one.title or one.filename) if reads else "",
        filename=one.filename if reads else "",
        url=one.url if reads else "",
        sha256=one.sha256 or "",
        size=one.file.size if one.file else 0,
        effective_on=one.effective_on,
        access=one.access,
        description=one.description if reads else "",
        legal_ground=one.legal_ground,
        means_uids=tuple(means.uid for means in one.means),
        means_texts=tuple(means.text for means in one.means),
        status=status,
        may_open=opens,
        identity=one.sha256 or one.url,
        thread_uid=one.thread_uid,
        version=one.version,
        resolution_number=one.resolution_number,
        resolution_authority=one.resolution_authority,
        resolution_on=one.resolution_on,
        reserved_until=one.reserved_until,
        public_version=public_version(one.redactions[-1]) if one.redactions else None,
        has_thumbnail=opens and any(p.kind is RenditionKind.THUMBNAIL for p in pictures),
        has_page=opens or can(actor, Permission.REPORT_READ_ALL),
        link=link_state(one.link_check) if reads else None,
    )


def public_version(one: Redaction) -> PublicVersionRow:
    """A public version as pages show it."""
    return PublicVersionRow(
        one.sha256,
        one.file.size,
        one.file.media_type,
        one.filename,
        one.created_at,
        recorded=one.recorded_seq is not None,
    )


def may_open(actor: Actor, access: Access, institution_id: int) -> bool:
    """True where `open_evidence` hands the file out, so that no link is shown that would be refused."""
    if can(actor, Permission.REPORT_READ_OWN, institution_id=institution_id):
        return True
    if institution_id in actor.reviewer_for or can(actor, Permission.EVIDENCE_READ_RESERVED):
        return True
    return access is Access.PUBLIC and can(actor, Permission.REPORT_READ_ALL)


@dataclass(frozen=True)
class Difference:
    """One field that differs between two versions; `field` is its name, the values as they are kept."""

    field: str
    before: object
    after: object


COMPARED = (
    "percent",
    "narrative",
    "reported_on",
    "completed_on",
    "occurrence",
    "delivered",
    "departure_reason",
    "no_progress",
    "obstacle_kind",
    "obstacle",
    "needed",
    "new_expected_on",
)


def differences(before: object, after: object) -> tuple[Difference, ...]:
    """Field by field what changed between two versions (or a version and what somebody typed)."""
    found = []
    rows = ("quantities",) if hasattr(before, "quantities") and hasattr(after, "quantities") else ()
    for name in (*COMPARED, *rows):
        old, new = getattr(before, name), getattr(after, name)
        if (old or None) != (new or None) or (old == 0) != (new == 0):
            found.append(Difference(name, old, new))
    return tuple(found)


def evidence_differences(
    before: Sequence[EvidenceRow], after: Sequence[EvidenceRow]
) -> tuple[tuple[EvidenceRow, ...], tuple[EvidenceRow, ...]]:
    """Evidence added and taken away between two versions; the same bytes or link are the same evidence."""
    old, new = {one.identity for one in before}, {one.identity for one in after}
    added = tuple(one for one in after if one.identity not in old)
    removed = tuple(one for one in before if one.identity not in new)
    return added, removed
