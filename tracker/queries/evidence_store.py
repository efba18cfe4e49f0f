"""Stored files: which is to be verified next, and which are damaged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.evidence import Access
from tracker.domain.permissions import Actor, Permission, require
from tracker.models.checks import FileCheck, FileDamage
from tracker.models.evidence import Evidence, StoredFile


@dataclass(frozen=True)
class FileToVerify:
    """A file by its hash, with the size that it had."""

    sha256: str
    size: int


@dataclass(frozen=True)
class DamagedFile:
    """A file that is missing or changed on disk, and what it was handed in as."""

    sha256: str
    damage: FileDamage
    name: str
    verified_at: datetime
    evidence_uid: str


@dataclass(frozen=True)
class StoreState:
    """How many files are kept, how many never verified, since when the others were, and what is damaged."""

    files: int
    never_verified: int
    oldest: datetime | None
    damaged: Sequence[DamagedFile]


def next_to_verify(before: datetime) -> FileToVerify | None:
    """The damaged first, then those never verified, then the longest ago; none looked at since `before`."""
    row = db.session.execute(
        select(StoredFile.sha256, StoredFile.size)
        .outerjoin(FileCheck, FileCheck.sha256 == StoredFile.sha256)
        .where(FileCheck.verified_at.is_(None) | (FileCheck.verified_at < before))
        .order_by(
            FileCheck.damage.is_(None),
            FileCheck.verified_at.is_not(None),
            FileCheck.verified_at,
            StoredFile.sha256,
        )
        .limit(1)
    ).first()
    return FileToVerify(*row) if row else None


def name_of(sha256: str) -> str:
    """What a file was last handed in as; empty for what is restricted, and for a picture made here."""
    public = Evidence.access == Access.PUBLIC
    found = db.session.scalar(
        select(Evidence.filename)
        .where(Evidence.sha256 == sha256, public)
        .order_by(Evidence.id.desc())
        .limit(1)
    )
    return found or ""


def get_store_state(actor: Actor) -> StoreState:
    """How the store stands, for those who look after the service."""
    require(actor, Permission.JOB_READ)
    files, verified, oldest = db.session.execute(
        select(func.count(StoredFile.sha256), func.count(FileCheck.sha256), func.min(FileCheck.verified_at))
        .select_from(StoredFile)
        .outerjoin(FileCheck, FileCheck.sha256 == StoredFile.sha256)
    ).one()
    one = aliased(Evidence)
    last = select(func.max(one.id)).where(one.sha256 == FileCheck.sha256).correlate(FileCheck)
    rows = db.session.execute(
        select(FileCheck, Evidence)
        .outerjoin(Evidence, Evidence.id == last.scalar_subquery())
        .where(FileCheck.damage.is_not(None))
        .order_by(FileCheck.sha256)
        .limit(50)
    )
    damaged = [
        DamagedFile(
            check.sha256,
            damage,
            evidence.filename if evidence and evidence.access is Access.PUBLIC else "",
            check.verified_at,
            evidence.uid if evidence else "",
        )
        for check, evidence in rows
        if (damage := check.damage) is not None
    ]
    return StoreState(files, files - verified, oldest, damaged)
