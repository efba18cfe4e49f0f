"""Institutions that are no more, and acronyms no longer borne: their addresses still lead somewhere."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.plans import NodeKind
from tracker.domain.text import slug as slug_of
from tracker.domain.workflow import STANDING, ReportStatus
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.plans import FactVersion
from tracker.models.progress import ProgressReport
from tracker.queries.history import INSTITUTION
from tracker.queries.portal.parts import NODES
from tracker.queries.portal.rows import InstitutionLink, PlanHeader, get_header

SHOWN = 200


@dataclass(frozen=True)
class Said:
    """What it reported on an item, under the name it had."""

    uid: str
    kind: NodeKind
    label: str
    title: str
    percent: Decimal | None
    on: date
    reviewed: bool


@dataclass(frozen=True)
class EndedInstitution:
    """An institution that is no more: until when it was, what it became, and what it had reported."""

    header: PlanHeader
    institution: InstitutionLink
    ended_on: date
    successor: InstitutionLink | None
    reason: str
    legal_reference: str
    said: tuple[Said, ...]


@dataclass(frozen=True)
class Forerunner:
    """An institution that became part of another one."""

    institution: InstitutionLink
    until: date


def get_ended(plan_number: int, slug: str) -> EndedInstitution:
    """The page of an institution that ended, in a published plan; NotFound for every other one."""
    header, after = get_header(plan_number), aliased(Institution)
    row = db.session.execute(
        select(Institution, InstitutionEnding, after)
        .join(InstitutionEnding, InstitutionEnding.institution_id == Institution.id)
        .outerjoin(after, after.id == InstitutionEnding.successor_id)
        .where(Institution.slug == slug.lower())
    ).first()
    if row is None:
        raise NotFound("institution-has-no-page", slug=slug)
    one, ending, successor = row
    return EndedInstitution(
        header=header,
        institution=_link(one),
        ended_on=ending.ended_on,
        successor=_link(successor) if successor else None,
        reason=ending.reason,
        legal_reference=ending.legal_reference,
        said=_said(header.id, one.id),
    )


def _link(one: Institution) -> InstitutionLink:
    return InstitutionLink(one.label, one.name, one.slug)


def _said(plan_id: int, institution_id: int) -> tuple[Said, ...]:
    """Its last standing report on each item."""
    rows = db.session.execute(
        select(
            *(NODES.c[name] for name in ("uid", "kind", "label", "title")),
            ProgressReport.percent,
            ProgressReport.reported_on,
            ProgressReport.status,
        )
        .join_from(ProgressReport, NODES, NODES.c.id == ProgressReport.node_id)
        .where(
            NODES.c.plan_id == plan_id,
            ProgressReport.institution_id == institution_id,
            ProgressReport.status.in_(sorted(STANDING)),
        )
        .order_by(ProgressReport.reported_on.desc(), ProgressReport.recorded_seq.desc())
    )
    found: dict[str, Said] = {}
    for row in rows:
        reviewed = row.status is ReportStatus.VALIDATED
        one = Said(row.uid, NodeKind(row.kind), row.label, row.title, row.percent, row.reported_on, reviewed)
        found.setdefault(row.uid, one)
    return tuple(found.values())[:SHOWN]


def find_renamed(slug: str) -> str:
    """The address of the institution that once bore, or now bears, an acronym; NotFound where none did."""
    wanted = slug_of(slug)
    found = db.session.execute(
        select(FactVersion.subject_uid, FactVersion.content)
        .where(FactVersion.subject_kind == INSTITUTION)
        .order_by(FactVersion.recorded_seq.desc())
    ).all()
    uid = next((uid for uid, content in found if slug_of(json.loads(content)["acronym"]) == wanted), "")
    address = db.session.scalar(select(Institution.slug).where(Institution.uid == uid)) if wanted else None
    if address is None or address == slug:
        raise NotFound("institution-has-no-page", slug=slug)
    return address


def list_forerunners(uid: str) -> Sequence[Forerunner]:
    """The institutions that became part of one, at once or one after another; one query.

    Whoever took another in ended later in the order of recording, whatever day either ended on.
    """
    ending, before = aliased(InstitutionEnding), aliased(Institution)
    rows = db.session.execute(
        select(before, ending.ended_on, Institution.uid)
        .join_from(ending, before, before.id == ending.institution_id)
        .join(Institution, Institution.id == ending.successor_id)
        .order_by(ending.recorded_seq.desc())
    ).all()
    found: list[Forerunner] = []
    wanted = {uid}
    for one, until, successor in rows:
        if successor in wanted:
            wanted.add(one.uid)
            found.append(Forerunner(_link(one), until))
    return sorted(found, key=lambda one: (-one.until.toordinal(), one.institution.name))
