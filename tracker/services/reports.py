"""Compiled reports: asked for, compiled, approved by name, published; a published one never changes."""

from __future__ import annotations

import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.compilation import CompilationStatus, advance
from tracker.domain.errors import DomainError, NotAllowed, NotFound
from tracker.domain.permissions import SYSTEM, Actor, Permission, can, require
from tracker.domain.report_document import ReportDocument
from tracker.domain.reports import OF_AN_INSTITUTION
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, Commitment
from tracker.models.reports import CompiledFile, CompiledReport
from tracker.queries.history import last_sequence
from tracker.queries.plans import get_readable_plan
from tracker.queries.reports import FROZEN, WAITING, may_approve
from tracker.renderers import FORMATS
from tracker.services import storage
from tracker.services.accounts import check_signature
from tracker.services.audit import EventTag, record
from tracker.services.compilations import Order, compile_document, frozen_bytes
from tracker.services.evidence_packages import FACTORY_MAX_BYTES, Made, Packing, Unit, make_all
from tracker.services.report_consultations import check_consulted
from tracker.services.webhook_outbox import announce_publication

log = logging.getLogger(__name__)
SUBJECT = "compilation"


@dataclass(frozen=True)
class Press:
    """Where compiled files go, in whose name, in which time zone days are told."""

    folder: Path
    zone: str
    issuer: str = ""
    formats: tuple[str, ...] = tuple(FORMATS)
    evidence_url: str = ""
    """Where evidence is read for the package."""
    package_bytes: int = FACTORY_MAX_BYTES
    """How much evidence a package may hold; 0: any."""

    @property
    def url(self) -> str:
        """The folder as a store of files."""
        return f"file://{self.folder}"


def request_compilation(actor: Actor, order: Order, *, today: date, now: datetime) -> str:
    """Ask for a report and give its uid; an identical request that is still open is joined.

    A liaison or an institution's head asks for its own institution's report only.
    """
    institution = _institution(order)
    _check_scope(actor, order, institution)
    order.check()
    if order.cutoff > today:
        raise DomainError("cutoff-in-future", field="cutoff", today=today.isoformat())
    plan_id = get_readable_plan(actor, order.plan_number).id
    _check_commitment(plan_id, order.commitment_number)
    # One at a time for a plan, so that each version is given once.
    db.session.execute(select(ActionPlan.id).where(ActionPlan.id == plan_id).with_for_update())
    key = _series(order)
    joined = _open_request(key, order)
    if joined is not None:
        return joined
    last = db.session.scalar(select(func.max(CompiledReport.version)).where(CompiledReport.series_key == key))
    report = CompiledReport(
        plan_id=plan_id,
        kind=order.kind,
        institution_id=institution.id if institution else None,
        commitment_number=order.commitment_number,
        cutoff_on=order.cutoff,
        known_at=last_sequence() if order.known_at is None else order.known_at,
        series_key=key,
        version=(last or 0) + 1,
        requested_by_uid=actor.uid,
        requested_at=now,
    )
    db.session.add(report)
    db.session.flush()
    asked = {"series": key, "version": report.version, "known_at": report.known_at}
    record(actor, EventTag.COMPILATION_REQUESTED, SUBJECT, report.uid, asked, now=now)
    return report.uid


def _institution(order: Order) -> Institution | None:
    if not order.institution_uid:
        return None
    found = db.session.scalar(select(Institution).where(Institution.uid == order.institution_uid))
    if found is None:
        raise NotFound("named-institution-unknown", institution=order.institution_uid)
    return found


def _check_commitment(plan_id: int, number: int | None) -> None:
    """Refuse a commitment that the plan never had; whether it had it at the cut is told when compiling."""
    where = (Commitment.plan_id == plan_id, Commitment.number == number)
    if number is not None and db.session.scalar(select(Commitment.id).where(*where).limit(1)) is None:
        raise DomainError("commitment-not-in-plan", field="commitment", number=number)


def _check_scope(actor: Actor, order: Order, institution: Institution | None) -> None:
    require(actor, Permission.COMPILATION_REQUEST)
    if can(actor, Permission.COMPILATION_PUBLISH):
        return
    is_own = institution is not None and institution.id in actor.institution_ids
    if order.kind not in OF_AN_INSTITUTION or not is_own:
        raise NotAllowed("own-institution-only", field="institution")


def _series(order: Order) -> str:
    """What is asked for: versions count within it."""
    parts = (order.plan_number, order.kind, order.institution_uid, order.commitment_number, order.cutoff)
    return "/".join("" if part is None else str(part) for part in parts)


def _open_request(key: str, order: Order) -> str | None:
    """An open request for the same; a known-at that was named must be the same too."""
    statement = select(CompiledReport.uid).where(
        CompiledReport.series_key == key, CompiledReport.status.in_(WAITING)
    )
    if order.known_at is not None:
        statement = statement.where(CompiledReport.known_at == order.known_at)
    return db.session.scalar(statement.order_by(CompiledReport.id.desc()).limit(1))


def compile_requested(uid: str, *, press: Press, unit: Unit, clock: Callable[[], datetime]) -> bool:
    """Compile one requested report and say whether it is ready; a failure is kept with its reason.

    `unit` is the entry point's transaction: taken up in one, frozen in another, no file written in either.
    Whatever stops in between leaves it compiling, to be taken up again.
    """
    with unit():
        order, version = _take_up(uid)
    try:
        document = compile_document(order, zone=press.zone, issuer=press.issuer, version=version)
        kept = _print(document, press, Packing(press.evidence_url, unit, clock, press.package_bytes))
    except Exception as error:
        log.exception("compiled report %s failed", uid)
        with unit():
            _fail(uid, error.code if isinstance(error, DomainError) else "compilation-failed")
        return False
    with unit():
        _freeze(uid, document, kept, clock())
    return True


def _locked(uid: str) -> CompiledReport:
    report = db.session.scalar(select(CompiledReport).where(CompiledReport.uid == uid).with_for_update())
    if report is None:
        raise NotFound("compilation-not-found")
    return report


def _take_up(uid: str) -> tuple[Order, int]:
    """Mark a request as being compiled; Conflict where it is done already."""
    report = _locked(uid)
    report.status = advance(report.status, CompilationStatus.COMPILING)
    report.failure = ""
    db.session.flush()
    order = Order(
        plan_number=report.plan.number,
        kind=report.kind,
        cutoff=report.cutoff_on,
        known_at=report.known_at,
        institution_uid=report.institution.uid if report.institution else "",
        commitment_number=report.commitment_number,
    )
    return order, report.version


def _print(document: ReportDocument, press: Press, packing: Packing) -> tuple[CompiledFile, ...]:
    """Every format, made and kept; a package is first written on the disk where it will be kept."""
    beside = press.folder / "incoming"
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="paquete-", dir=beside) as folder:
        return _keep(make_all(document, press.formats, packing, Path(folder)), press)


def _keep(made: Sequence[Made], press: Press) -> tuple[CompiledFile, ...]:
    """Put the files in their place under their hashes, before the rows that name them."""
    kept = []
    for one in made:
        with one.open() as stream:
            received = storage.receive(stream, press.url, max_bytes=sys.maxsize)
        storage.keep(received, press.url)
        kept.append(
            CompiledFile(format=one.format, sha256=received.sha256, size=received.size, filename=one.filename)
        )
    return tuple(kept)


def _freeze(uid: str, document: ReportDocument, kept: Sequence[CompiledFile], now: datetime) -> None:
    """Freeze document, hash and files; where another worker was faster, its files stand."""
    report = _locked(uid)
    if report.status in FROZEN:
        return
    report.status = advance(report.status, CompilationStatus.READY)
    report.document = frozen_bytes(document).decode()
    report.sha256 = document.imprint.sha256
    report.compiled_at = now
    report.files = list(kept)
    db.session.flush()
    frozen = {"sha256": report.sha256, "version": report.version, "files": {f.format: f.sha256 for f in kept}}
    report.recorded_seq = record(SYSTEM, EventTag.COMPILATION_FROZEN, SUBJECT, uid, frozen, now=now)
    db.session.flush()


def _fail(uid: str, reason: str) -> None:
    report = _locked(uid)
    if report.status in FROZEN:
        return
    report.status = advance(report.status, CompilationStatus.FAILED)
    report.failure = reason
    db.session.flush()


def approve(actor: Actor, uid: str, signed_name: str, *, now: datetime) -> None:
    """Approve a finished report by name: the contact point, or the head of the institution it is of.

    Raises Conflict while it is consulted on or a comment waits for its answer.
    """
    report = _locked(uid)
    if not may_approve(actor, report.institution_id):
        raise NotAllowed("not-allowed", permission=Permission.COMPILATION_PUBLISH.value)
    if not signed_name.strip():
        raise DomainError("approver-name-required", field="signed_name")
    check_signature(actor, signed_name)
    check_consulted(report, now)
    report.status = advance(report.status, CompilationStatus.APPROVED)
    report.approved_by_uid = actor.uid
    report.approved_label = signed_name.strip()
    report.approved_at = now
    db.session.flush()
    content = {"sha256": report.sha256, "signed": report.approved_label}
    record(actor, EventTag.COMPILATION_APPROVED, SUBJECT, uid, content, now=now)


def publish(actor: Actor, uid: str, *, now: datetime) -> None:
    """Publish an approved report; from then on it never changes."""
    require(actor, Permission.COMPILATION_PUBLISH)
    report = _locked(uid)
    report.status = advance(report.status, CompilationStatus.PUBLISHED)
    report.published_at = now
    db.session.flush()
    announce_publication(report, now=now)
    record(actor, EventTag.COMPILATION_PUBLISHED, SUBJECT, uid, {"sha256": report.sha256}, now=now)
