"""What a file would do, as its preview shows it: counts, items, and findings put together by sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker.importers.proposals import Finding, Level
from tracker.services.imports import ENTITIES, ImportPreview, ItemChange, Outcome
from tracker.words.imports import entity_word, field_word, say

MOST_CELLS, MOST_TEXTS, MOST_ITEMS = 12, 5, 200


@dataclass(frozen=True)
class Group:
    """One sentence with every cell it is said of, and the texts that stand there."""

    words: str
    cells: tuple[str, ...]
    texts: tuple[str, ...]
    count: int

    @property
    def more_cells(self) -> int:
        """How many cells are not named."""
        return max(0, self.count - len(self.cells))


@dataclass(frozen=True)
class SheetGroups:
    """The findings of one level in one sheet."""

    sheet: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Changed:
    """One item that is made or changes, in words."""

    entity: str
    key: str
    title: str
    outcome: str
    fields: str


def facts_of(preview: ImportPreview) -> list[dict[str, object]]:
    """How many of each are new, change and stay; what the file does not speak of is left out."""
    found: list[dict[str, object]] = []
    for name in ENTITIES:
        new, changed, same = (
            counts[name] for counts in (preview.created, preview.changed, preview.unchanged)
        )
        if new or changed or same:
            found.append({"what": entity_word(name), "new": new, "changed": changed, "same": same})
    return found


def groups_of(preview: ImportPreview) -> list[tuple[str, list[SheetGroups], int]]:
    """Errors, then doubts: by sheet, each sentence once."""
    found = []
    for level in (Level.ERROR, Level.DOUBT):
        own = [one for one in preview.issues if one.level is level]
        if own:
            found.append((level.value, list(_by_sheet(own)), len(own)))
    return found


def _by_sheet(issues: Iterable[Finding]) -> Iterable[SheetGroups]:
    sheets: dict[str, dict[str, list[Finding]]] = {}
    for one in issues:
        sheets.setdefault(one.sheet, {}).setdefault(say(one.code, one.params), []).append(one)
    for sheet, sentences in sheets.items():
        yield SheetGroups(sheet, tuple(_group(words, found) for words, found in sentences.items()))


def _group(words: str, found: list[Finding]) -> Group:
    cells = list(dict.fromkeys(one.cell for one in found if one.cell))
    texts = list(dict.fromkeys(one.text for one in found if one.text))
    return Group(words, tuple(cells[:MOST_CELLS]), tuple(texts[:MOST_TEXTS]), len(cells))


def changes_of(preview: ImportPreview) -> tuple[list[Changed], int]:
    """The items that change, then those that are made, and how many there are in all."""
    ordered = sorted(preview.changes, key=lambda one: one.outcome is Outcome.CREATED)
    return [_changed(one) for one in ordered[:MOST_ITEMS]], len(ordered)


def _changed(one: ItemChange) -> Changed:
    fields = ", ".join(dict.fromkeys(field_word(name) for name in one.fields))
    outcome = _("Nuevo") if one.outcome is Outcome.CREATED else _("Cambia")
    return Changed(entity_word(one.entity, several=False), one.key, one.title, outcome, fields)
