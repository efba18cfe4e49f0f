"""Writing the resources of a commitment: each a version with its day, its source and its author."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError, NotFound, SeveralErrors
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.resources import ResourceEntry, ResourceSide, resource_errors
from tracker.domain.text import squeeze
from tracker.models.plans import PlanNode
from tracker.queries.resources import get_place, get_resource
from tracker.services.target_imports import office_of
from tracker.services.targets import Moment
from tracker.services.versions import record_resource


def write_resource(actor: Actor, said: ResourceEntry, when: Moment) -> bool:
    """Record a resource, new, corrected or withdrawn; False where it says what was said before.

    NotFound for a commitment that the actor does not answer for, Conflict where somebody wrote in between,
    SeveralErrors with all that is wrong: a correction needs its reason.
    """
    require(actor, Permission.RESOURCE_WRITE)
    place = get_place(actor, said.commitment_uid)
    node = db.session.scalars(
        select(PlanNode).where(PlanNode.id == place.id).with_for_update(of=PlanNode)
    ).one()
    said = replace(
        said,
        what=squeeze(said.what),
        provider=squeeze(said.provider),
        source=squeeze(said.source),
        reason=squeeze(said.reason),
        by=office_of(actor),
    )
    last = get_resource(said.uid)
    if last is not None and last[1].commitment_uid != said.commitment_uid:
        raise NotFound("resource-not-found")
    if (last[0] if last else 0) != when.based_on:
        raise Conflict("targets-changed-meanwhile")
    if last is not None and replace(last[1], by=said.by, reason=said.reason) == said:
        return False
    errors = list(resource_errors(said, when.today))
    if last is not None and not said.reason:
        errors.append(DomainError("reason-required", field="reason"))
    if errors:
        raise SeveralErrors(errors)
    day = said.on if said.on is not None and said.side is ResourceSide.SPENT else None
    return record_resource(actor, said, node, effective_on=min(day or when.today, when.today), now=when.now)
