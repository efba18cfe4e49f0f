"""Accepting what a work plan or template proposes: created, changed or left (design sections 2 and 8).

The first source of a field stands; what another says of it is kept beside it as a variant until the contact
point chooses (rule 10). The same source again corrects its own words. What a file leaves out stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tracker.db import db
from tracker.domain.errors import Conflict
from tracker.domain.facts import RoleFact
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plans import CONTACT_FIELDS, OGP_VALUES, NodeKind, PlanStatus
from tracker.importers.proposals import (
    ActivityProposal,
    CommitmentProposal,
    Finding,
    Level,
    MilestoneProposal,
    PlanProposal,
    RoleProposal,
)
from tracker.models.plans import ActionPlan, PlanNode
from tracker.queries import plans as queries
from tracker.queries import source_fields as fields
from tracker.queries.plan_life import list_steps
from tracker.services.imports import (
    ImportPreview,
    InstitutionBook,
    Outcome,
    Tally,
    record_corrections,
    write_doubts,
)
from tracker.services.plans import ItemSpec, create_plan, new_node
from tracker.services.source_fields import Shelf
from tracker.services.standing_parts import StandingParts
from tracker.services.totals import refresh_plan
from tracker.services.variants import PLACEHOLDER, Said, Source, take_in
from tracker.services.versions import institution_ref

_ENTITY = {
    NodeKind.COMMITMENT: "commitments",
    NodeKind.MILESTONE: "milestones",
    NodeKind.ACTIVITY: "activities",
}


def accept_plan_import(
    actor: Actor,
    proposal: PlanProposal,
    plan_number: int,
    *,
    default_title: str = "",
    now: datetime,
    today: date,
) -> ImportPreview:
    """Write a proposal into a plan, making the plan where it is missing; with an error nothing is written.

    Within `tracker.db.rehearsal()` this is the preview: the same work, undone. Raises Conflict
    `plan-not-writable` for a plan that was approved here by signature: that is changed by amendment.
    """
    require(actor, Permission.PLAN_IMPORT)
    _refuse_signed(plan_number)
    findings = [*proposal.findings, *_other_plan(proposal, plan_number)]
    tally = Tally()
    if any(one.level is Level.ERROR for one in findings):
        return tally.preview(findings)
    plan = _plan(actor, proposal, plan_number, default_title, now, today)
    source = Source(proposal.source, proposal.source_version, proposal.is_draft, now)
    book = InstitutionBook(actor, tally, now)
    merge = _Merge(plan, source, tally, book, StandingParts(plan, book, source.read_at.date()))
    merge.run(proposal.commitments)
    findings += merge.parts.findings
    new_doubts = write_doubts(plan.id, findings, merge.by_key, source=proposal.source, now=now)
    if merge.touched or new_doubts:
        record_corrections(actor, merge.touched, now=now)
        refresh_plan(plan.id, today)
    return tally.preview(findings)


def _refuse_signed(plan_number: int) -> None:
    plan = queries.find_plan(plan_number)
    if plan is not None and any(one.led_to is PlanStatus.APPROVED for one in list_steps(plan.id)):
        raise Conflict("plan-not-writable", number=plan_number)


def _other_plan(proposal: PlanProposal, plan_number: int) -> list[Finding]:
    """A doubt for each commitment whose file names another plan than the one it is put into."""
    return [
        Finding(
            Level.DOUBT,
            "plan-number-differs",
            text=one.plan_title,
            params={"stated": str(one.plan_number), "given": str(plan_number)},
            node_key=one.label,
        )
        for one in proposal.commitments
        if one.plan_number is not None and one.plan_number != plan_number
    ]


def _plan(
    actor: Actor, proposal: PlanProposal, number: int, default_title: str, now: datetime, today: date
) -> ActionPlan:
    """The plan of that number; a missing one is made from what the file says of it.

    A plan that has commitments to import was approved elsewhere: it is in course at once and the dates read
    are its baseline. One whose period is over is historical.
    """
    told = next((one for one in proposal.commitments if one.plan_title), None)
    years = next((one.plan_years for one in proposal.commitments if one.plan_years), None)
    plan = queries.find_plan(number)
    if plan is None:
        plan = create_plan(
            actor,
            number=number,
            title=(told.plan_title if told else default_title) or str(number),
            status=PlanStatus.IN_COURSE,
            field_sources={"title": proposal.source if told else PLACEHOLDER},
            now=now,
        )
    changed = False
    if told and plan.field_sources.get("title") == PLACEHOLDER:
        plan.title = told.plan_title
        plan.field_sources = {**plan.field_sources, "title": proposal.source}
        changed = True
    if years and plan.starts_on is None and plan.ends_on is None:
        plan.starts_on, plan.ends_on = date(years[0], 1, 1), date(years[1], 12, 31)
        plan.approved_on = plan.approved_on or plan.starts_on
        plan.is_historical = plan.ends_on < today
        changed = True
    if changed:
        record_corrections(actor, [plan], now=now)
    return plan


@dataclass
class _Merge:
    """One proposal on its way into one plan."""

    plan: ActionPlan
    source: Source
    tally: Tally
    book: InstitutionBook
    parts: StandingParts
    shelf: Shelf = field(default_factory=Shelf)
    by_key: dict[str, PlanNode] = field(default_factory=dict)
    touched: list[PlanNode] = field(default_factory=list)
    _children: dict[tuple[NodeKind, int | None, str], PlanNode] = field(default_factory=dict)
    _by_id: dict[int, PlanNode] = field(default_factory=dict)

    def run(self, commitments: Sequence[CommitmentProposal]) -> None:
        """Every commitment of the proposal with what stands below it."""
        for node in queries.load_tree(self.plan.id):
            self._remember(node)
        # New rows are flushed where their ids are needed; before each read would be most of the work.
        with db.session.no_autoflush:
            for one in commitments:
                self._commitment(one)
        db.session.flush()

    def _remember(self, node: PlanNode) -> None:
        """Commitments and axes are found by their number in the plan, the rest under what they stand on."""
        within = None if node.kind in {NodeKind.AXIS, NodeKind.COMMITMENT} else node.parent_id
        self._children[node.kind, within, node.label] = node
        self._by_id[node.id] = node

    def _commitment(self, one: CommitmentProposal) -> None:
        parent = self._axis(one) or self.plan
        said = [
            *self._common(one),
            *(Said(name, text, text) for name, text in one.fields.items()),
            *(Said(name, text, text) for name, text in one.contact.items() if name in CONTACT_FIELDS),
            _plain(fields.OGP, [each for each in OGP_VALUES if each in one.ogp_values]),
            _plain(fields.FINANCIAL, [[centavos, provider] for centavos, provider in one.financial_centavos]),
        ]
        node = self._item(NodeKind.COMMITMENT, parent, one.number, one.label, one.title, said)
        if parent is not self.plan and node.parent_id == self.plan.id:
            node.parent_id = parent.id
            self._note(node, Outcome.CHANGED)
        self.by_key[one.label] = node
        for milestone in one.milestones:
            self._milestone(node, milestone, one.label)
        for activity in one.activities:
            self._activity(node, activity, one.label)

    def _axis(self, one: CommitmentProposal) -> PlanNode | None:
        """The axis the file names, by its number, else by its title; made where there is none."""
        if one.axis_number is None and not one.axis_title:
            return None
        axes = [node for (kind, _, _), node in self._children.items() if kind is NodeKind.AXIS]
        by_title = [node for node in axes if fields.agree(fields.TITLE, node.title, one.axis_title)]
        number = one.axis_number or (by_title[0].number if by_title else len(axes) + 1)
        found = self._children.get((NodeKind.AXIS, None, str(number)))
        if found is None:
            spec = ItemSpec(number, one.axis_title or str(number), sources={"title": self.source.name})
            found = new_node(NodeKind.AXIS, self.plan, spec)
            self._remember(found)
            self.touched.append(found)
        return found

    def _milestone(self, parent: PlanNode, one: MilestoneProposal, above: str) -> None:
        said = [*self._common(one), *self._delivery(one)]
        if one.continuity is not None:
            said.append(Said(fields.CONTINUITY, one.continuity.value, one.continuity.value))
        node = self._item(NodeKind.MILESTONE, parent, one.number, one.label, one.title, said)
        self.by_key.setdefault(f"{above}/{one.label}", node)
        for activity in one.activities:
            self._activity(node, activity, above)

    def _activity(self, parent: PlanNode, one: ActivityProposal, above: str) -> None:
        said = [*self._common(one), *self._delivery(one)]
        node = self._item(NodeKind.ACTIVITY, parent, one.number, one.label, one.title, said)
        self.by_key.setdefault(f"{above}/{one.label}", node)

    def _common(self, one: CommitmentProposal | MilestoneProposal | ActivityProposal) -> list[Said]:
        """Dates and parts, which every level may have; the title is said with the item itself."""
        frequency = None if isinstance(one, CommitmentProposal) else one.frequency
        windows = fields.windows_value(one.windows, frequency)
        shown = one.windows_text or fields.words(fields.WINDOWS, windows)
        return [Said(fields.WINDOWS, windows, shown), self._roles(one)]

    def _roles(self, one: CommitmentProposal | MilestoneProposal | ActivityProposal) -> Said:
        read = [
            RoleFact(institution_ref(self.book.row(each.institution)), each.role, _words(each))
            for each in one.roles
        ]
        parts = self.parts.of(read)
        words = "" if isinstance(one, CommitmentProposal) else one.roles_text
        return Said(
            fields.ROLES,
            [{"institution": p.institution.uid, "role": p.role.value, "text": p.text} for p in parts],
            words or "; ".join(each.text for each in read),
            institutions=tuple(dict.fromkeys(each.institution.label for each in parts)),
        )

    def _delivery(self, one: MilestoneProposal | ActivityProposal) -> list[Said]:
        product = one.product
        return [
            Said(fields.PRODUCT, product.text, product.text, keys=(product.key,))
            if product
            else Said(fields.PRODUCT, None, ""),
            Said(
                fields.MEANS,
                [each.text for each in one.means],
                "; ".join(each.text for each in one.means),
                keys=tuple(each.key for each in one.means),
            ),
        ]

    def _item(
        self, kind: NodeKind, parent: PlanNode, number: int, label: str, title: str, said: Iterable[Said]
    ) -> PlanNode:
        """The item of that number with what the source says of it: made, corrected or left."""
        within = None if kind is NodeKind.COMMITMENT else parent.id
        node = self._children.get((kind, within, label))
        if node is None:
            sources = {"title": self.source.name if title else PLACEHOLDER}
            spec = ItemSpec(number, title or label, label=label, sources=sources)
            node = new_node(kind, parent, spec)
            self._remember(node)
            outcome = Outcome.CREATED
        else:
            outcome = Outcome.UNCHANGED
        told = (Said("title", title, title), *said)
        changed = [one.field for one in told if take_in(node, one, self.source, self.shelf)]
        if outcome is Outcome.UNCHANGED and changed:
            outcome = Outcome.CHANGED
        made = outcome is Outcome.CREATED
        self.tally.tell(
            _ENTITY[kind], self._key(kind, parent, label), node.title, outcome, () if made else changed
        )
        self._note(node, outcome)
        self._count_means(node)
        return node

    def _key(self, kind: NodeKind, parent: PlanNode, label: str) -> str:
        """How people name the item: "10", "10/2", "10/2.1"."""
        if kind is NodeKind.COMMITMENT:
            return label
        above = parent if parent.kind is NodeKind.COMMITMENT else self._by_id[parent.commitment_id or 0]
        return f"{above.label}/{label}"

    def _note(self, node: PlanNode, outcome: Outcome) -> None:
        self.tally.count(_ENTITY[node.kind], node.uid, outcome)
        if outcome is not Outcome.UNCHANGED and node not in self.touched:
            self.touched.append(node)

    def _count_means(self, node: PlanNode) -> None:
        for one in node.means:
            outcome = Outcome.UNCHANGED
            if one in self.shelf.created:
                outcome = Outcome.CREATED
            elif one in self.shelf.reworded:
                outcome = Outcome.CHANGED
            self.tally.count("verification_means", one, outcome)


def _plain(name: str, value: Any) -> Said:
    return Said(name, value, fields.words(name, value))


def _words(one: RoleProposal) -> str:
    """The words a part was read from, with the unit and the note they add."""
    unit = one.institution.parent_unit
    named = (
        f"{one.institution.text} / {unit}"
        if unit and unit not in one.institution.text
        else one.institution.text
    )
    return f"{named} ({one.note})" if one.note else named
