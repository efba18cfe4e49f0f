"""What is said of many items at once, light: both figures of each, without narratives and evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.facts import InstitutionRef, ReportFact, RoleFact
from tracker.domain.progress import VALIDATED_ONLY, Figure, figure
from tracker.domain.schedule import Schedule, occurrences
from tracker.domain.snapshots import forerunner_from
from tracker.domain.workflow import STANDING
from tracker.models.progress import ProgressReport
from tracker.queries.portal.parts import INSTITUTIONS, NODES, ROLES, taking_part
from tracker.queries.portal.rows import InstitutionLink

_REPORTS = ProgressReport.__table__
_PART = (ROLES.c.role, ROLES.c.since, ROLES.c.follows)
_NAMES = (INSTITUTIONS.c.uid, INSTITUTIONS.c.name, INSTITUTIONS.c.acronym)


@dataclass(frozen=True)
class Parts:
    """Who takes part in each item of a plan, and every institution of it."""

    roles: Mapping[int, tuple[RoleFact, ...]]
    slugs: Mapping[int, frozenset[str]]
    institutions: tuple[InstitutionLink, ...]


@dataclass(frozen=True)
class Said:
    """Both figures of an item; None where nobody said anything."""

    validated: Figure | None = None
    reported: Figure | None = None

    @property
    def completed_on(self) -> date | None:
        """The day on which it was completed: as accepted, else as it is claimed."""
        done = next((one for one in (self.validated, self.reported) if one and one.is_complete), None)
        return done.completed_on if done else None


def list_parts(plan_id: int) -> Parts:
    """Every part in the delivering items of a plan, its own or inherited (rule 10)."""
    roles: dict[int, list[RoleFact]] = defaultdict(list)
    slugs: dict[int, set[str]] = defaultdict(set)
    links: dict[str, InstitutionLink] = {}
    for row in db.session.execute(
        taking_part(NODES.c.id, *_PART, INSTITUTIONS.c.slug, *_NAMES)
        .where(NODES.c.plan_id == plan_id)
        .order_by(NODES.c.id, ROLES.c.position, ROLES.c.id)
    ):
        follows = tuple(forerunner_from(one) for one in row.follows)
        who = InstitutionRef(row.uid, row.name, row.acronym)
        roles[row.id].append(RoleFact(who, row.role, "", row.since, follows))
        slugs[row.id].add(row.slug)
        links[row.slug] = InstitutionLink(row.acronym or row.name, row.name, row.slug)
    return Parts(
        {key: tuple(each) for key, each in roles.items()},
        {key: frozenset(each) for key, each in slugs.items()},
        tuple(links.values()),
    )


def list_said(
    schedules: Mapping[int, Schedule], parts: Parts, *, until: date, ends_on: date | None
) -> dict[int, Said]:
    """What is said of each item up to a day and inside the plan's period, as rules 2 and 8 count it."""
    last = until if ends_on is None else min(until, ends_on)
    reports = _reports(schedules, last)
    found = {}
    for node_id, own in reports.items():
        schedule, roles = schedules[node_id], parts.roles.get(node_id, ())
        keys = [one.key for one in occurrences(schedule.current, schedule.frequency)]
        recurring = schedule.frequency is not None
        found[node_id] = Said(
            figure(own, roles, keys, recurring=recurring, statuses=VALIDATED_ONLY),
            figure(own, roles, keys, recurring=recurring),
        )
    return found


def _reports(nodes: Collection[int], last: date) -> dict[int, list[ReportFact]]:
    names = ("uid", "node_id", "percent", "reported_on", "recorded_seq", "status", "updated_at")
    rows = db.session.execute(
        select(
            *(_REPORTS.c[name] for name in (*names, "completed_on", "occurrence")),
            *(column.label(f"institution_{column.name}") for column in _NAMES),
        )
        .select_from(_REPORTS.join(INSTITUTIONS, INSTITUTIONS.c.id == _REPORTS.c.institution_id))
        .where(
            _REPORTS.c.node_id.in_(sorted(nodes)),
            _REPORTS.c.recorded_seq.is_not(None),
            _REPORTS.c.percent.is_not(None),
            _REPORTS.c.status.in_(sorted(STANDING)),
            _REPORTS.c.reported_on <= last,
        )
    )
    found: dict[int, list[ReportFact]] = defaultdict(list)
    for row in rows:
        found[row.node_id].append(
            ReportFact(
                uid=row.uid,
                node_uid="",
                institution=InstitutionRef(
                    row.institution_uid, row.institution_name, row.institution_acronym
                ),
                percent=row.percent,
                reported_on=row.reported_on,
                sequence=row.recorded_seq,
                status=row.status,
                recorded_at=row.updated_at,
                completed_on=row.completed_on,
                occurrence=row.occurrence,
            )
        )
    return found
