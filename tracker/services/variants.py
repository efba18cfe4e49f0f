"""What several sources say of a field: the first stands, others are kept until somebody chooses (rule 10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.models.plans import PlanNode, SourceVariant
from tracker.queries import source_fields as fields
from tracker.services.source_fields import Shelf, put

# The owner of a value that stands in for one no source has given yet: the first that does replaces it.
PLACEHOLDER = "placeholder"
# The owner of a value that was entered here, not read from a document.
BY_HAND = "by-hand"


@dataclass(frozen=True)
class Source:
    """A document, its version and whether it calls itself a draft; read now."""

    name: str
    version: str
    is_draft: bool
    read_at: datetime


@dataclass(frozen=True)
class Said:
    """What a source says of one field: the value, and its words."""

    field: str
    value: Any
    shown: str
    institutions: tuple[str, ...] = ()
    keys: Sequence[str] = ()
    """For products and means: the keys of merged cells, equal where items share one."""


def take_in(node: PlanNode, said: Said, source: Source, shelf: Shelf) -> bool:
    """Write what a source says of a field into force, or beside what is; True when anything changed."""
    if fields.is_empty(said.field, said.value):
        return False
    in_force = fields.current(node, said.field)
    owner = node.field_sources.get(said.field)
    free = owner == PLACEHOLDER or (owner is None and fields.is_empty(said.field, in_force))
    if free or owner == source.name:
        changed = bool(in_force != said.value)
        if changed:
            put(node, said.field, said.value, shelf, said.keys)
        own(node, said.field, source.name)
        return _settle_agreeing(node, said, source) or changed
    if said.field in fields.WITHOUT_VARIANTS:
        return False
    if fields.agree(said.field, in_force, said.value):
        return _settle_agreeing(node, said, source)
    return _keep_beside(node, said, source)


def own(node: PlanNode, name: str, source: str) -> None:
    """Remember which source the value in force was taken from."""
    if node.field_sources.get(name) != source:
        node.field_sources = {**node.field_sources, name: source}


def _settle_agreeing(node: PlanNode, said: Said, source: Source) -> bool:
    """A variant is no question any more once it agrees with what is in force, or its source came round."""
    moot = [
        one
        for one in node.variants
        if one.field == said.field
        and one.settled_at is None
        and (one.source == source.name or fields.agree(one.field, one.value, said.value))
    ]
    for one in moot:
        one.settled_at = source.read_at
    return bool(moot)


def _keep_beside(node: PlanNode, said: Said, source: Source) -> bool:
    """Another value than the one in force: a question for the contact point, once."""
    found = find_variant(node, said.field, source.name)
    if found is not None and found.value == said.value:
        return False
    if found is None:
        found = SourceVariant(field=said.field, source=source.name)
        node.variants.append(found)
    found.source_version, found.is_draft = source.version, source.is_draft
    found.value, found.shown, found.institutions = said.value, said.shown, list(said.institutions)
    found.settled_at = None
    return True


def find_variant(node: PlanNode, name: str, source: str) -> SourceVariant | None:
    """What a source says of a field of an item, beside the value in force."""
    return next((one for one in node.variants if one.field == name and one.source == source), None)


def choose(node: PlanNode, variant: SourceVariant, *, now: datetime) -> None:
    """Bring a variant into force; what was in force stays beside it, as settled."""
    old, owner = fields.current(node, variant.field), node.field_sources.get(variant.field, BY_HAND)
    if not fields.is_empty(variant.field, old):
        beside = find_variant(node, variant.field, owner)
        if beside is None:
            beside = SourceVariant(field=variant.field, source=owner)
            node.variants.append(beside)
        beside.value, beside.shown = old, fields.words(variant.field, old)
        beside.institutions = fields.institutions_of(node, variant.field)
        beside.settled_at = now
    put(node, variant.field, variant.value, Shelf())
    own(node, variant.field, variant.source)
    variant.settled_at = now
