"""What every import shares: counts, institutions once each, doubts written once, corrections in history."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.permissions import Actor
from tracker.domain.text import normalise, squeeze
from tracker.importers.proposals import Finding, InstitutionEntry, InstitutionMention, Level
from tracker.models.accounts import Institution, InstitutionEnding
from tracker.models.plans import Doubt, FactVersion, PlanNode
from tracker.queries import plans as queries
from tracker.services.plans import create_institution
from tracker.services.versions import record_institution, record_nodes

# What an import counts (design section 9), in the order shown.
ENTITIES: tuple[str, ...] = (
    "commitments",
    "milestones",
    "activities",
    "institutions",
    "verification_means",
    "targets",
    "progress_reports",
    "assessments",
)

# One question, told by how much is known of it: the plan gives no part, or another source does.
_SAME_QUESTION = dict.fromkeys(
    ("role-in-variant", "role-in-draft-variant", "institution-not-in-plan"), "role-not-in-plan"
)
_OF_OTHER_SOURCES = frozenset({"source", "version"})


class Outcome(StrEnum):
    """What became of a row of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class ItemChange:
    """What becomes of one item: made, or changed in the fields named."""

    entity: str
    key: str
    title: str
    outcome: Outcome
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportPreview:
    """What an import does: counts by entity, and every doubt and error."""

    created: dict[str, int]
    changed: dict[str, int]
    unchanged: dict[str, int]
    issues: tuple[Finding, ...] = ()
    changes: tuple[ItemChange, ...] = ()
    """Item by item, what is made and what changes; what stays is only counted."""

    @property
    def has_errors(self) -> bool:
        """True where an error stands, so that nothing is written."""
        return any(one.level is Level.ERROR for one in self.issues)

    @property
    def writes_nothing(self) -> bool:
        """True where everything is there already."""
        return not (self.changes or any(self.created.values()) or any(self.changed.values()))


@dataclass
class Tally:
    """Each thing of a file counted once, by its strongest outcome."""

    _seen: dict[str, dict[object, Outcome]] = field(default_factory=lambda: defaultdict(dict))
    changes: list[ItemChange] = field(default_factory=list)

    def tell(self, entity: str, key: str, title: str, outcome: Outcome, fields: Iterable[str] = ()) -> None:
        """Name an item that is made or changes, with the fields in which it does."""
        if outcome is not Outcome.UNCHANGED:
            self.changes.append(ItemChange(entity, key, title, outcome, tuple(dict.fromkeys(fields))))

    def count(self, entity: str, key: object, outcome: Outcome) -> None:
        """Count a thing; what was created stays so, a change outweighs no change."""
        order = (Outcome.UNCHANGED, Outcome.CHANGED, Outcome.CREATED)
        before = self._seen[entity].get(key, Outcome.UNCHANGED)
        self._seen[entity][key] = max(before, outcome, key=order.index)

    def preview(self, issues: Sequence[Finding]) -> ImportPreview:
        """The counts so far, with the findings."""
        counts = {
            outcome: {
                entity: sum(one is outcome for one in self._seen[entity].values()) for entity in ENTITIES
            }
            for outcome in Outcome
        }
        return ImportPreview(
            counts[Outcome.CREATED],
            counts[Outcome.CHANGED],
            counts[Outcome.UNCHANGED],
            tuple(issues),
            tuple(self.changes),
        )


def known_institutions() -> tuple[InstitutionEntry, ...]:
    """Every institution in the database, as importers match texts against them."""
    return tuple(
        InstitutionEntry(acronym=one.acronym, name=one.name, sector=one.sector)
        for one in queries.list_institutions()
    )


class InstitutionBook:
    """Institutions once each, however a file writes them: by acronym, then by name, else a new one."""

    def __init__(self, actor: Actor, tally: Tally, now: datetime) -> None:
        """Read those there are."""
        self._actor, self._tally, self._now = actor, tally, now
        self._by_acronym: dict[str, Institution] = {}
        self._by_name: dict[str, Institution] = {}
        self.created: list[Institution] = []
        self._by_uid = {one.uid: one for one in queries.list_institutions()}
        for one in self._by_uid.values():
            self._remember(one)
        endings = db.session.scalars(select(InstitutionEnding)).all()
        self._successors = {one.institution_id: one.successor_id for one in endings}

    def _remember(self, one: Institution) -> None:
        if one.acronym:
            self._by_acronym.setdefault(normalise(one.acronym), one)
        self._by_name.setdefault(normalise(one.name), one)

    def row(self, mention: InstitutionMention) -> Institution:
        """The institution a text was taken for; made where there is none."""
        found = self._by_acronym.get(normalise(mention.acronym)) if mention.acronym else None
        found = found or self._by_name.get(normalise(mention.name))
        if found is None:
            found = create_institution(
                self._actor,
                acronym=mention.acronym,
                name=mention.name,
                sector=mention.sector,
                is_group=mention.is_group,
                now=self._now,
            )
            self.created.append(found)
            self._remember(found)
            outcome = Outcome.CREATED
        else:
            outcome = Outcome.CHANGED if self._completed(found, mention) else Outcome.UNCHANGED
        self._tally.count("institutions", found.id, outcome)
        return found

    def ended(self, uid: str) -> tuple[Institution, Institution | None] | None:
        """An institution that is no more, with the one that it became at last; None for one that still is."""
        row = self._by_uid.get(uid)
        if row is None or row.id not in self._successors:
            return None
        last: int | None = row.id
        while last in self._successors:
            last = self._successors[last]
        return row, next((one for one in self._by_uid.values() if one.id == last), None)

    def _completed(self, row: Institution, mention: InstitutionMention) -> bool:
        """Fill in what was not known: the name of a bare acronym, the acronym of a name."""
        name, acronym = squeeze(mention.name), squeeze(mention.acronym)
        better_name = bool(name) and row.name == row.acronym != name
        better_acronym = not row.acronym and bool(acronym)
        if better_name:
            row.name = name
        if better_acronym:
            row.acronym = acronym
        if better_name or better_acronym:
            self._remember(row)
            record_institution(self._actor, row, now=self._now)
        return better_name or better_acronym


def write_doubts(
    plan_id: int, findings: Iterable[Finding], nodes: dict[str, PlanNode], *, source: str, now: datetime
) -> int:
    """Keep each doubt once for the contact point, on the item it concerns; gives how many are new.

    An open doubt of which more is known by now (which other source speaks of it) is told anew.
    """
    doubts = {_fingerprint(source, one): one for one in findings if one.level is Level.DOUBT}
    known = {
        one.fingerprint: one for one in db.session.scalars(select(Doubt).where(Doubt.plan_id == plan_id))
    }
    for mark, one in doubts.items():
        node = nodes.get(one.node_key)
        row = known.get(mark)
        if row is None:
            db.session.add(
                Doubt(
                    plan_id=plan_id,
                    node_id=node.id if node else None,
                    fingerprint=mark,
                    source=source,
                    sheet=one.sheet[:80],
                    cell=one.cell[:16],
                    code=one.code,
                    text=one.text,
                    params=one.params,
                    created_at=now,
                )
            )
        elif row.resolved_at is None:
            row.code, row.params = one.code, one.params
    db.session.flush()
    return len(doubts.keys() - known.keys())


def _fingerprint(source: str, finding: Finding) -> str:
    """What makes two doubts one: the item and its words; the cell only where no item is named."""
    place = finding.node_key or f"{finding.sheet}!{finding.cell}"
    told = "|".join(
        f"{key}={value}" for key, value in sorted(finding.params.items()) if key not in _OF_OTHER_SOURCES
    )
    parts = (source, _SAME_QUESTION.get(finding.code, finding.code), place, finding.text, told)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def record_corrections(actor: Actor, nodes: Sequence[PlanNode], *, now: datetime) -> int:
    """Versions of items whose document is transcribed better: they hold from the beginning.

    An item that was changed from some day on (rescheduled, withdrawn) is corrected from that day, so that
    what held before it does not learn of what came later.
    """
    dated = dict(
        db.session.execute(
            select(FactVersion.subject_uid, func.max(FactVersion.effective_on))
            .where(FactVersion.subject_uid.in_([one.uid for one in nodes]))
            .group_by(FactVersion.subject_uid)
        ).all()
    )
    by_day: dict[date | None, list[PlanNode]] = defaultdict(list)
    for node in nodes:
        by_day[dated.get(node.uid)].append(node)
    return sum(record_nodes(actor, group, effective_on=day, now=now) for day, group in by_day.items())
