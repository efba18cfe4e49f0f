"""What the contact point decides about imports: doubts resolved with a note, variants chosen or left."""

from __future__ import annotations

from datetime import date, datetime

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.text import squeeze
from tracker.models.plans import Doubt, PlanNode, SourceVariant
from tracker.queries import doubts as queries
from tracker.queries.plans import load_nodes
from tracker.services import variants
from tracker.services.audit import EventTag, record
from tracker.services.imports import record_corrections
from tracker.services.totals import refresh_plan


def resolve_doubt(actor: Actor, *, doubt_uid: str, resolution: str, now: datetime) -> Doubt:
    """Close a doubt with the words that say how; a resolved one stays, with who decided and when."""
    require(actor, Permission.DOUBT_RESOLVE)
    doubt = queries.get_doubt(doubt_uid)
    if doubt.resolved_at is not None:
        raise Conflict("question-settled")
    note = squeeze(resolution)
    if not note:
        raise DomainError("note-required", field="resolution")
    doubt.resolution, doubt.resolved_at, doubt.resolved_by_uid = note, now, actor.uid
    db.session.flush()
    content = {"code": doubt.code, "text": doubt.text, "resolution": note}
    record(actor, EventTag.DOUBT_RESOLVED, "doubt", doubt.uid, content, now=now)
    return doubt


def settle_variant(
    actor: Actor, *, variant_uid: str, choose: bool, now: datetime, today: date
) -> SourceVariant:
    """Choose what another source says, or keep what is in force; what was not chosen is kept beside it."""
    require(actor, Permission.DOUBT_RESOLVE)
    variant = queries.get_variant(variant_uid)
    if variant.settled_at is not None:
        raise Conflict("question-settled")
    node: PlanNode = load_nodes([variant.node_id])[0]
    if choose:
        variants.choose(node, variant, now=now)
    variant.settled_at = now
    db.session.flush()
    content = {"field": variant.field, "source": variant.source, "chosen": choose, "value": variant.value}
    record(actor, EventTag.VARIANT_SETTLED, "node", node.uid, content, now=now)
    record_corrections(actor, [node], now=now)
    refresh_plan(node.plan_id or node.id, today)
    return variant
