"""Working groups that follow a commitment, as everybody reads them: institutions, never people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.queries.working_groups import GroupRow, list_of_commitment


@dataclass(frozen=True)
class PublicGroup:
    """A group with the institutions that are in it today, or were when it closed."""

    name: str
    purpose: str
    coordinating: tuple[str, ...]
    institutions: tuple[str, ...]
    """The others."""
    closed_on: date | None
    close_reason: str


def list_public_groups(commitment_uid: str, today: date) -> tuple[PublicGroup, ...]:
    """The groups that follow a commitment, those open first."""
    return tuple(_public(one) for one in list_of_commitment(commitment_uid, today))


def _public(group: GroupRow) -> PublicGroup:
    shown = [
        one
        for one in group.members
        if not one.is_person and (one.is_in if group.closed_on is None else one.ends_on == group.closed_on)
    ]
    return PublicGroup(
        group.name,
        group.purpose,
        tuple(one.name for one in shown if one.coordinates),
        tuple(one.name for one in shown if not one.coordinates),
        group.closed_on,
        group.close_reason,
    )
