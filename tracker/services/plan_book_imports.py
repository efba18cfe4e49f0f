"""Accepting a full-plan workbook: the plan it holds is made, or what differs of it is written (section 8).

What a row states is written; what a cell or a sheet leaves out stays, and nothing is ever removed. Items are
found by their identifier, else by their number. What people decided here (withdrawals, reschedulings, how far
the plan has come) is not changed by file: where a workbook says otherwise, that is a doubt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain import plan_book_sheets as sheets
from tracker.domain.carry_over import read_key
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_book import BookRow, BookSheet, PlanBook, number_in, same_key
from tracker.domain.plans import ContactVisibility, Continuity, NodeKind, PlanStatus
from tracker.domain.schedule import Frequency
from tracker.domain.text import squeeze
from tracker.importers.plan_book import BookProposal
from tracker.importers.plan_book_rules import error_at, key_of_row
from tracker.importers.proposals import Finding, Level
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries import plans as queries
from tracker.queries.plan_life import list_steps
from tracker.services.imports import ImportPreview, Outcome, Tally, record_corrections, write_doubts
from tracker.services.plan_book_claims import take_claims
from tracker.services.plan_book_institutions import BookInstitutions
from tracker.services.plan_book_parts import Hanging
from tracker.services.plans import ItemSpec, create_plan, new_node, withdraw_node
from tracker.services.totals import refresh_plan
from tracker.services.variants import own
from tracker.services.versions import record_nodes

SOURCE = "workbook"
_ENTITY = {
    NodeKind.AXIS: "axes",
    NodeKind.COMMITMENT: "commitments",
    NodeKind.MILESTONE: "milestones",
    NodeKind.ACTIVITY: "activities",
}
_ENUMS: dict[str, Any] = {
    "frequency": Frequency,
    "continuity": Continuity,
    "contact_visibility": ContactVisibility,
}
# What says where an item stands, or is decided elsewhere: never set as a plain field.
_PLACES = frozenset({"uid", "axis", "commitment", "milestone", "continues", "withdrawn_on"})
_HEAD = ("title", "starts_on", "ends_on", "ogp_identifier", "milestone_word", "status", "approved_on")


def accept_plan_book(actor: Actor, proposal: BookProposal, *, now: datetime, today: date) -> ImportPreview:
    """Write a workbook's plan with what was reported on it; with an error nothing is written.

    Within `tracker.db.rehearsal()` this is the preview: the same work, undone. Raises Conflict
    `plan-not-writable` where the structure of a plan approved here by signature would change.
    """
    require(actor, Permission.PLAN_IMPORT)
    tally = Tally()
    findings = list(proposal.findings)
    if not proposal.has_errors:
        findings += _elsewhere(proposal)
    if any(one.level is Level.ERROR for one in findings):
        return tally.preview(findings)
    taking = _Taking(actor, proposal.book, tally, now, today)
    taking.run()
    findings += taking.findings
    if any(one.level is Level.ERROR for one in findings):
        # What was written goes with the unit of work: the caller of a file with errors ends it.
        raise BookRefused(tally.preview(findings))
    new_doubts = write_doubts(taking.plan.id, findings, taking.by_key, source=SOURCE, now=now)
    if taking.is_changed or new_doubts:
        refresh_plan(taking.plan.id, today)
    return tally.preview(findings)


class BookRefused(DomainError):
    """Errors that show only beside the plan there is; nothing of the workbook is written."""

    def __init__(self, preview: ImportPreview) -> None:
        """Keep the preview that tells them."""
        super().__init__("import-has-errors")
        self.preview = preview


def _elsewhere(proposal: BookProposal) -> list[Finding]:
    """Items whose identifier is already that of an item of another plan: errors."""
    number = proposal.number
    rows = [
        (spec, row)
        for spec in (sheets.PLAN, *(spec for _, spec in sheets.LEVELS))
        for row in proposal.book.rows(spec.name)
        if row.text("uid")
    ]
    plan = queries.find_plan(number) if number is not None else None
    uids = [row.text("uid") for _, row in rows]
    of_others = select(PlanNode.uid).where(PlanNode.uid.in_(uids))
    if plan is not None:
        of_others = of_others.where(PlanNode.plan_id.is_(None) | (PlanNode.plan_id != plan.id))
    taken = set(db.session.scalars(of_others))
    return [
        error_at(proposal.book, spec, row, "uid", "uid-of-another-plan")
        for spec, row in rows
        if row.text("uid") in taken
    ]


@dataclass
class _Taking:
    """One workbook on its way into one plan."""

    actor: Actor
    book: PlanBook
    tally: Tally
    now: datetime
    today: date
    findings: list[Finding] = field(default_factory=list)
    by_key: dict[str, PlanNode] = field(default_factory=dict)
    made: list[PlanNode] = field(default_factory=list)
    changed: dict[int, list[str]] = field(default_factory=dict)
    plan: ActionPlan = field(init=False)
    is_changed: bool = False

    def run(self) -> None:
        """The plan, its institutions, its items, what hangs on them, and the claims."""
        self.plan = self._plan(self.book.rows(sheets.PLAN.name)[0])
        institutions = BookInstitutions(self.actor, self.tally, self.now)
        institutions.take(self.book)
        self._by_uid = {one.uid: one for one in queries.load_tree(self.plan.id)}
        self._place_known()
        for kind, spec in sheets.LEVELS:
            for row in self.book.rows(spec.name):
                self._item(kind, spec, row)
        hanging = Hanging(self.book, self.by_key, institutions, self.tally, {one.id for one in self.made})
        for node, name in hanging.take():
            self._note(node, name)
        self.findings += hanging.findings
        if any(one.level is Level.ERROR for one in self.findings):
            return
        self._record(hanging)
        written = take_claims(self.actor, self.book, self.by_key, institutions, hanging, self.tally, self.now)
        self.is_changed = bool(self.made or self.changed or written)

    def _plan(self, row: BookRow) -> ActionPlan:
        """The plan of that number; a missing one is made as the workbook states it."""
        found = queries.find_plan(int(row.text("number")))
        if found is not None:
            self._tell_head(found, row)
            return found
        more = {
            name: value for name, value in row.values.items() if name not in {"number", "title", "status"}
        }
        starts, ends = more.pop("starts_on", None), more.pop("ends_on", None)
        if not more.get("uid"):
            more.pop("uid", None)
        return create_plan(
            self.actor,
            number=int(row.text("number")),
            title=row.text("title"),
            status=PlanStatus(row.text("status") or PlanStatus.IN_COURSE.value),
            starts_on=starts if isinstance(starts, date) else None,
            ends_on=ends if isinstance(ends, date) else None,
            field_sources={"title": SOURCE},
            now=self.now,
            **more,
        )

    def _tell_head(self, plan: ActionPlan, row: BookRow) -> None:
        """What a workbook says otherwise of a plan that is here is told, not written."""
        for name in _HEAD:
            said = row.values.get(name)
            here = getattr(plan, name)
            if said is not None and said != here and said != getattr(here, "value", here):
                column = next(one for one in sheets.PLAN.columns if one.name == name)
                self._doubt("plan-head-differs", sheets.PLAN, row, name, column=column.heading)

    def _doubt(
        self, code: str, spec: BookSheet, row: BookRow, name: str, key: str = "", **params: str
    ) -> None:
        told = error_at(self.book, spec, row, name, code, params)
        self.findings.append(Finding(Level.DOUBT, code, told.sheet, told.cell, told.text, told.params, key))

    def _place_known(self) -> None:
        """The items there are, by the key that rows name them with."""
        by_id = {one.id: one for one in self._by_uid.values()}
        for node in self._by_uid.values():
            above, commitment = by_id.get(node.parent_id or 0), by_id.get(node.commitment_id or 0)
            milestone = above.label if above is not None and above.kind is NodeKind.MILESTONE else ""
            said = {"label": node.label, "milestone": milestone}
            said["commitment"] = commitment.label if commitment is not None else ""
            self.by_key.setdefault(same_key(key_of_row(node.kind, BookRow(0, dict(said)))), node)

    def _item(self, kind: NodeKind, spec: BookSheet, row: BookRow) -> None:
        """One item: made where it is missing, else its fields as far as they differ."""
        key = same_key(key_of_row(kind, row))
        parent = self._parent(kind, row)
        node = self._by_uid.get(row.text("uid")) or self.by_key.get(key)
        if node is None:
            self._make(kind, spec, row, parent, key)
            return
        if node.kind is not kind or (kind is not NodeKind.COMMITMENT and node.parent_id != parent.id):
            self.findings.append(error_at(self.book, spec, row, "label", "item-moved", {"item": key}))
            return
        self.by_key[key] = node
        names = [name for name in row.values if name not in _PLACES and self._set(node, name, row)]
        if kind is NodeKind.COMMITMENT and row.text("axis") and node.parent_id != parent.id:
            node.parent_id = parent.id
            names.append("axis")
        if names:
            self._note(node, *names)
        if "withdrawn_on" in row.values and row.values["withdrawn_on"] != node.withdrawn_on:
            self._doubt("withdrawal-differs", spec, row, "withdrawn_on", key)

    def _parent(self, kind: NodeKind, row: BookRow) -> PlanNode:
        """What an item stands on; the rows were checked to name one that is there."""
        if kind is NodeKind.AXIS or (kind is NodeKind.COMMITMENT and not row.text("axis")):
            return self.plan
        if kind is NodeKind.COMMITMENT:
            return self.by_key[same_key(f"eje {row.text('axis')}")]
        commitment = row.text("commitment")
        above = f"{commitment}/hito {row.text('milestone')}" if row.text("milestone") else commitment
        return self.by_key[same_key(above)]

    def _make(self, kind: NodeKind, spec: BookSheet, row: BookRow, parent: PlanNode, key: str) -> None:
        label = row.text("label")
        number = int(row.text("number") or 0) or number_in(label) or len(self.made) + 1
        node = new_node(kind, parent, ItemSpec(number, row.text("title"), label=label))
        if row.text("uid"):
            node.uid = row.text("uid")
        for name in row.values:
            if name not in _PLACES:
                self._set(node, name, row)
        self._continue(node, spec, row, key)
        self.by_key[key] = node
        self.made.append(node)
        self._by_uid[node.uid] = node

    def _continue(self, node: PlanNode, spec: BookSheet, row: BookRow, key: str) -> None:
        """The item of an earlier plan that it continues, where that plan is here; else a doubt keeps it."""
        if not row.text("continues"):
            return
        try:
            said = read_key(row.text("continues"))
        except DomainError:
            said = None
        plan = queries.find_plan(said.plan) if said else None
        for one in queries.load_tree(plan.id) if plan and said else ():
            is_commitment = one.kind is NodeKind.COMMITMENT
            above = one if is_commitment else db.session.get(PlanNode, one.commitment_id)
            label = "" if is_commitment else one.label
            if said and above and (above.label, label) == (said.commitment, said.label):
                node.predecessor = one
                return
        self._doubt("predecessor-not-found", spec, row, "continues", key, item=row.text("continues"))

    def _set(self, node: PlanNode, name: str, row: BookRow) -> bool:
        """A field as the row states it; True where it changed."""
        value: Any = row.values[name]
        value = _ENUMS[name](value) if name in _ENUMS else squeeze(value) if name == "title" else value
        own(node, name, SOURCE)
        if getattr(node, name) == value:
            return False
        setattr(node, name, value)
        return True

    def _note(self, node: PlanNode, *names: str) -> None:
        if node not in self.made:
            self.changed.setdefault(node.id, []).extend(names)

    def _record(self, hanging: Hanging) -> None:
        """Versions of what was made and corrected, and the count of everything."""
        is_signed = any(one.led_to is PlanStatus.APPROVED for one in list_steps(self.plan.id))
        if is_signed and (self.made or self.changed):
            raise Conflict("plan-not-writable", number=self.plan.number)
        db.session.flush()
        record_nodes(self.actor, [self.plan, *self.made], effective_on=None, now=self.now)
        corrected = [one for one in self._by_uid.values() if one.id in self.changed]
        record_corrections(self.actor, corrected, now=self.now)
        made = {one.id for one in self.made}
        for kind, spec in sheets.LEVELS:
            for row in self.book.rows(spec.name):
                key = key_of_row(kind, row)
                node = self.by_key[same_key(key)]
                outcome = Outcome.CREATED if node.id in made else Outcome.UNCHANGED
                outcome = Outcome.CHANGED if node.id in self.changed else outcome
                self.tally.count(_ENTITY[kind], node.uid, outcome)
                self.tally.tell(_ENTITY[kind], key, node.title, outcome, self.changed.get(node.id, ()))
                gone_on = row.values.get("withdrawn_on")
                if node.id in made and isinstance(gone_on, date):
                    reason = f"{sheets.COMMITMENTS.title}: {SOURCE}"
                    withdraw_node(self.actor, node, on=gone_on, reason=reason, now=self.now)
        hanging.count_means()
