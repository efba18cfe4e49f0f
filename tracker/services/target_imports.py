"""Accepting tables of targets: each a versioned fact of its institution (design sections 2.9 and 8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, NotAllowed
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.target_years import carried, may_write_targets
from tracker.domain.targets import RecordedTargets, Target, TargetTable, period_end, subject_uid
from tracker.importers.proposals import Finding, InstitutionMention, Level, TargetsProposal
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries import plans as queries
from tracker.queries.history import last_targets
from tracker.queries.targets import last_version
from tracker.services.imports import ImportPreview, InstitutionBook, Outcome, Tally, write_doubts
from tracker.services.versions import institution_ref, record_targets

SOURCE = "targets"


def accept_targets_import(
    actor: Actor,
    proposal: TargetsProposal,
    plan_number: int | None,
    *,
    based_on: str | None = None,
    now: datetime,
    today: date,
) -> ImportPreview:
    """Record every table of a file that differs from its last version; with an error nothing is written.

    A table tied to a plan stays so where none is named. NotFound for a plan that is not there; Conflict
    `targets-import-changed-meanwhile` where somebody wrote since `based_on`, the versions a preview knew.
    """
    require(actor, Permission.TARGETS_WRITE)
    plan = queries.get_readable_plan(actor, plan_number) if plan_number is not None else None
    tally = Tally()
    owner = proposal.institution
    if owner is None or any(one.level is Level.ERROR for one in proposal.findings):
        return tally.preview(proposal.findings)
    taking = _Taking(actor, plan, tally, now, today)
    row = taking.institution(owner)
    if based_on is not None and seen_of(row.uid, proposal) != based_on:
        raise Conflict("targets-import-changed-meanwhile")
    findings = [*proposal.findings, *taking.all(row, proposal.tables)]
    if plan is not None:
        write_doubts(plan.id, findings, {}, source=SOURCE, now=now)
    return tally.preview(findings)


def seen_of(institution_uid: str, proposal: TargetsProposal) -> str:
    """Which versions a preview was made beside, so that its confirmation writes over no other."""
    versions = [last_version(subject_uid(institution_uid, one)) for one in proposal.tables]
    return ".".join(str(one[0]) if one else "0" for one in versions)


@dataclass
class _Taking:
    """Records tables, and counts each of their rows once."""

    actor: Actor
    plan: ActionPlan | None
    tally: Tally
    now: datetime
    today: date

    def institution(self, owner: InstitutionMention) -> Institution:
        """The institution a file is of, held until the end: one writer at a time, as on its pages."""
        row = InstitutionBook(self.actor, self.tally, self.now).row(owner)
        if not may_write_targets(self.actor, row.id):
            raise NotAllowed("not-allowed", permission=Permission.TARGETS_WRITE.value)
        db.session.scalar(select(Institution.id).where(Institution.id == row.id).with_for_update())
        return row

    def all(self, row: Institution, tables: list[TargetTable]) -> list[Finding]:
        """Every table of one institution; gives what its earlier versions had and these have not."""
        institution = institution_ref(row)
        plan_uid = self.plan.uid if self.plan else ""
        return [
            finding
            for table in tables
            for finding in self._one(RecordedTargets(institution, plan_uid, table))
        ]

    def _one(self, said: RecordedTargets) -> Iterator[Finding]:
        uid = subject_uid(said.institution.uid, said.table)
        before = last_targets(uid)
        said = replace(said, table=_with_what_was_said(said, before), by=office_of(self.actor))
        table = said.table
        plan: PlanNode | None = self.plan
        if plan is None and before is not None and before.plan_uid:
            plan = queries.get_node(before.plan_uid)
            said = replace(said, plan_uid=before.plan_uid)
        if before is not None and before.plan_uid == said.plan_uid and before.table == table:
            # The names of institutions are versioned apart; who brings the same again said nothing new.
            said = before
        # What is told before a period is over counts from the day it was told.
        effective_on = min(period_end(table.year, table.period), self.today)
        record_targets(self.actor, said, plan, effective_on=effective_on, now=self.now)
        for row in table.rows:
            self.tally.count("targets", (uid, table.identity(row)), _outcome(row, said, before))
        if before is not None:
            yield from _absent(before.table, table)


def office_of(actor: Actor) -> str:
    """The office that writes, never a person's name."""
    return actor.label or (actor.role.value if actor.role else "")


def _with_what_was_said(said: RecordedTargets, before: RecordedTargets | None) -> TargetTable:
    """The table of a file with the links and dates of its last version, else of the periods before it."""
    table = said.table
    uids = (
        subject_uid(said.institution.uid, replace(table, period=period))
        for period in range(table.period - 1, 0, -1)
    )
    known = [before] if before else [last_targets(uid) for uid in uids]
    return carried(table, [one.table for one in known if one is not None])


def _outcome(row: Target, said: RecordedTargets, before: RecordedTargets | None) -> Outcome:
    """A row of a table whose source, total or plan changed has changed with it."""
    earlier = {before.table.identity(one): one for one in before.table.rows} if before else {}
    same = earlier.get(said.table.identity(row))
    if before is None or same is None:
        return Outcome.CREATED
    around = replace(before.table, rows=said.table.rows)
    is_same = same == row and around == said.table and before.plan_uid == said.plan_uid
    return Outcome.UNCHANGED if is_same else Outcome.CHANGED


def _absent(before: TargetTable, now: TargetTable) -> Iterator[Finding]:
    """Rows of the last version that this one has not: they stay in history, and somebody must know."""
    projects = {one.snip for one in now.rows}
    places = {one.position for one in now.rows}
    for one in before.rows:
        if one.snip not in projects if one.snip else one.position not in places:
            params = {"position": str(one.position), "name": one.name}
            yield Finding(Level.DOUBT, "target-row-absent", text=now.title, params=params)
