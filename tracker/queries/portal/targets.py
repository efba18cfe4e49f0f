"""Targets as everybody may read them: what institutions recorded, marked where nobody has reviewed it."""

from __future__ import annotations

from datetime import date

from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.queries import targets
from tracker.queries.targets import TargetBoard, TargetOwner


def list_target_owners() -> tuple[TargetOwner, ...]:
    """Institutions that have targets, with their fiscal years."""
    return targets.list_owners()


def get_public_targets(slug: str, year: int, today: date) -> TargetBoard:
    """An institution's targets of a fiscal year; NotFound where it has none of that year."""
    board = targets.get_board(targets.find_institution(slug=slug), year, Cut(today))
    if year not in board.owner.years:
        raise NotFound("institution-has-no-targets", year=year)
    return board
