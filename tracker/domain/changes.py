"""What differs between two versions of an item's facts, field by field (design section 2, rule 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.facts import NodeFacts
from tracker.domain.snapshots import node_from


@dataclass(frozen=True)
class FieldChange:
    """One field before and after; nothing is None, an empty text or an empty tuple."""

    field: str
    before: object
    after: object


# Of an item's facts, in the order in which people read them.
_PLAIN = ("label", "title", "parent_uid", "weight", "position", "withdrawn_on")
_LISTS = ("roles", "products", "means", "variants")


def node_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Every field in which two contents of an item differ, as facts; texts of the template under their names.

    Dates are told by the windows in force, and by the baseline where it is no longer the same thing.
    """
    old, new = node_from(before), node_from(after)
    found = [FieldChange(name, getattr(old, name), getattr(new, name)) for name in _PLAIN]
    found += [
        FieldChange("frequency", old.schedule.frequency, new.schedule.frequency),
        FieldChange("windows", old.schedule.current, new.schedule.current),
        FieldChange("baseline", old.schedule.baseline, new.schedule.baseline),
        *(FieldChange(name, *_only_changed(name, old, new)) for name in _LISTS),
    ]
    texts = dict.fromkeys([*old.texts, *new.texts])
    found += [FieldChange(name, old.texts.get(name, ""), new.texts.get(name, "")) for name in texts]
    alone = len(old.schedule.revisions) < 2 and len(new.schedule.revisions) < 2
    return tuple(one for one in found if one.before != one.after and not (alone and one.field == "baseline"))


def _only_changed(name: str, old: NodeFacts, new: NodeFacts) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """The entries of a list that the other version does not have; all of it for parts, which are few."""
    before, after = tuple(getattr(old, name)), tuple(getattr(new, name))
    if name == "roles":
        return before, after
    return tuple(one for one in before if one not in after), tuple(one for one in after if one not in before)
