"""The clock of the Open Government Partnership as everybody reads it: no person is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from tracker.domain.ogp_clock import Duty, Rhythm
from tracker.queries.ogp_clock import DutyPage, list_duties


def get_clock(rhythms: Mapping[Duty, Rhythm], today: date, zone: str) -> tuple[DutyPage, ...]:
    """Each duty with how it stands and what counts for it, without who recorded it."""
    return tuple(
        replace(one, kept=tuple(replace(kept, by="", at=None, reason="", uid="") for kept in one.kept))
        for one in list_duties(rhythms, today, zone)
    )
