"""Sectors as files name them: the names that each has, and the words that tell one within a longer text."""

from __future__ import annotations

import re

from tracker.domain.plans import Sector
from tracker.domain.text import normalise
from tracker.importers.wording import key_of

_NAMES: dict[Sector, tuple[str, ...]] = {
    Sector.PUBLIC: ("público", "gobierno"),
    Sector.LOCAL_GOVERNMENT: ("gobierno local", "municipalidad", "local"),
    Sector.CIVIL_SOCIETY: ("sociedad civil", "osc"),
    Sector.PRIVATE: ("privado", "sector privado"),
    Sector.ACADEMIA: ("academia",),
    Sector.MULTILATERAL: ("multilateral", "organismo internacional", "organismo multilateral"),
}
_BY_NAME = {
    normalise(name): sector
    for sector in Sector
    for name in (*_NAMES[sector], sector.value, sector.value.replace("_", " "))
}
# In this order: a local government is one before it is public.
_WITHIN: tuple[tuple[Sector, str], ...] = (
    (Sector.LOCAL_GOVERNMENT, r"munici|gobiernos? local|local gov"),
    (Sector.CIVIL_SOCIETY, r"sociedad civil|osc|ong|civil"),
    (Sector.ACADEMIA, r"academ|universi"),
    (Sector.PRIVATE, r"privad|privat|empres|iniciativa"),
    (Sector.MULTILATERAL, r"multilat|cooperac|cooperat|internac|internat"),
    (Sector.PUBLIC, r"public|gobierno|ejecutivo|estado|legislativo|judicial"),
)


def sector_named(text: str) -> Sector | None:
    """The sector whose name this is, whole; None for any other text."""
    return _BY_NAME.get(normalise(text))


def sector_in(text: str) -> Sector | None:
    """The sector that a text names or speaks of; None where it speaks of none."""
    key = key_of(text)
    spoken = (sector for sector, words in _WITHIN if re.search(rf"\b(?:{words})", key))
    return sector_named(text) or next(spoken, None)
