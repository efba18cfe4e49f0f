"""Institutions from a table: compared with those there are, shown, then written all or none."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tracker.db import db
from tracker.domain.errors import Conflict
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import Sector
from tracker.domain.text import normalise
from tracker.importers.institution_table import InstitutionLine, InstitutionTable
from tracker.importers.proposals import Finding, Level
from tracker.models.accounts import Institution
from tracker.queries.plans import list_institutions
from tracker.services.imports import Outcome
from tracker.services.institutions import (
    Description,
    add_institution,
    describe_institution,
    description_of,
    ended_ids,
)

ALIKE = 0.9


@dataclass(frozen=True)
class ComparedLine:
    """A row of the file, and what would become of it."""

    line: InstitutionLine
    outcome: Outcome
    sector: Sector
    is_group: bool
    uid: str = ""
    """Of the institution that it is already."""
    parent_uid: str = ""
    parent_row: int | None = None
    """The row of the file that makes its parent."""


@dataclass
class Compared:
    """A file beside what there is."""

    lines: list[ComparedLine] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """True where something stands in the way of writing."""
        return any(one.level is Level.ERROR for one in self.findings)

    def count(self, outcome: Outcome) -> int:
        """How many rows come to that."""
        return sum(one.outcome is outcome for one in self.lines)


def compare_institutions(actor: Actor, table: InstitutionTable) -> Compared:
    """What a file would make and change; names of those there are never change by file.

    A row is the institution that bears its acronym, else its name. Two queries.
    """
    require(actor, Permission.INSTITUTION_MANAGE)
    known = list_institutions()
    by_key = _by_key(known)
    ended = ended_ids()
    compared = Compared(findings=list(table.findings))
    rows = {key: one for one in table.lines for key in reversed(_keys(one.acronym, one.name))}
    for line in table.lines:
        found = next((by_key[key] for key in _keys(line.acronym, line.name) if key in by_key), None)
        if found is not None and found.id in ended:
            compared.findings.append(_error("institution-ended", line.name_cell, line.name, name=found.label))
            continue
        compared.lines.append(_compared(line, found, known, by_key, rows, compared.findings))
    return compared


def _keys(acronym: str, name: str) -> list[tuple[str, str]]:
    keys = [("acronym", normalise(acronym))] if acronym else []
    return [*keys, ("name", normalise(name))]


def _by_key(known: Sequence[Institution]) -> dict[tuple[str, str], Institution]:
    found: dict[tuple[str, str], Institution] = {}
    for one in known:
        for key in _keys(one.acronym, one.name):
            found.setdefault(key, one)
    return found


def _compared(
    line: InstitutionLine,
    found: Institution | None,
    known: Sequence[Institution],
    by_key: Mapping[tuple[str, str], Institution],
    rows: Mapping[tuple[str, str], InstitutionLine],
    findings: list[Finding],
) -> ComparedLine:
    parent_uid, parent_row = _parent(line, by_key, rows, findings)
    if found is None:
        if line.sector is None:
            findings.append(Finding(Level.DOUBT, "sector-missing", cell=line.name_cell, text=line.name))
        alike = _alike(line.name, known)
        if alike is not None:
            findings.append(_doubt("institution-looks-like", line, alike.name))
        return ComparedLine(
            line, Outcome.CREATED, line.sector or Sector.PUBLIC, line.is_group, "", parent_uid, parent_row
        )
    if normalise(found.name) != normalise(line.name):
        findings.append(_doubt("institution-differs", line, found.name))
    before = description_of(found)
    wanted = Description(
        line.sector or before.sector,
        line.is_group or before.is_group,
        parent_uid if line.parent else before.parent_uid,
    )
    same = before == wanted and parent_row is None
    outcome = Outcome.UNCHANGED if same else Outcome.CHANGED
    return ComparedLine(
        line, outcome, wanted.sector, wanted.is_group, found.uid, wanted.parent_uid, parent_row
    )


def _parent(
    line: InstitutionLine,
    by_key: Mapping[tuple[str, str], Institution],
    rows: Mapping[tuple[str, str], InstitutionLine],
    findings: list[Finding],
) -> tuple[str, int | None]:
    """What it is a unit of: an institution there is, else one that the file makes."""
    if not line.parent:
        return "", None
    wanted = normalise(line.parent)
    for key in (("acronym", wanted), ("name", wanted)):
        if key in by_key:
            return by_key[key].uid, None
        if key in rows and rows[key] is not line:
            return "", rows[key].row
    findings.append(_error("parent-unknown", line.parent_cell, line.parent))
    return "", None


def _alike(name: str, known: Sequence[Institution]) -> Institution | None:
    """One whose name is nearly the same."""
    wanted = normalise(name)
    near = difflib.get_close_matches(wanted, [normalise(one.name) for one in known], n=1, cutoff=ALIKE)
    return next((one for one in known if near and normalise(one.name) == near[0]), None)


def _error(code: str, cell: str, text: str, **params: str) -> Finding:
    return Finding(Level.ERROR, code, cell=cell, text=text[:120], params=params)


def _doubt(code: str, line: InstitutionLine, name: str) -> Finding:
    return Finding(Level.DOUBT, code, cell=line.name_cell, text=line.name[:120], params={"name": name})


def write_institutions(actor: Actor, table: InstitutionTable, *, now: datetime) -> Compared:
    """Write what the comparison says, parents first; Conflict `import-has-errors` where something stands."""
    compared = compare_institutions(actor, table)
    if compared.has_errors:
        raise Conflict("import-has-errors")
    made = {one.line.row: one.uid for one in compared.lines if one.uid}
    waiting = [one for one in compared.lines if one.outcome is not Outcome.UNCHANGED]
    while waiting:
        ready = [one for one in waiting if one.parent_row is None or one.parent_row in made]
        if not ready:
            raise Conflict("parent-in-circle")
        for one in ready:
            made[one.line.row] = _write(actor, one, made, now)
        waiting = [one for one in waiting if one not in ready]
    db.session.flush()
    return compared


def _write(actor: Actor, one: ComparedLine, made: Mapping[int, str], now: datetime) -> str:
    parent = made[one.parent_row] if one.parent_row is not None else one.parent_uid
    description = Description(one.sector, one.is_group, parent)
    if one.uid:
        return describe_institution(actor, uid=one.uid, description=description, now=now).uid
    return add_institution(
        actor, acronym=one.line.acronym, name=one.line.name, description=description, now=now
    ).uid
