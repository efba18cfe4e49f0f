"""A whole plan as the tables of its workbook: structure, parts, means, and what was reported (section 8)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from tracker.db import db
from tracker.domain import plan_book_sheets as sheets
from tracker.domain.carry_over import ItemKey
from tracker.domain.evidence import EvidenceKind
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.plan_book import BookSheet, PlanBook, Value, item_key
from tracker.domain.plans import NodeKind
from tracker.domain.workflow import ReportStatus
from tracker.models.accounts import Institution
from tracker.models.evidence import Evidence
from tracker.models.plans import ActionPlan, PlanNode, Product, VerificationMeans
from tracker.models.progress import ProgressReport, ReportQuantity
from tracker.queries.plans import get_plan, list_institutions, load_tree

# What stands as said: returned and withdrawn reports do not count, drafts were never said.
TOLD = (ReportStatus.SUBMITTED, ReportStatus.VALIDATED)
_SHEET_OF = dict(sheets.LEVELS)
_BATCH = 500


def get_plan_book(actor: Actor, plan_number: int) -> PlanBook:
    """Every table of a plan's workbook, for the office; NotFound where there is no such plan.

    Validations, returns, files, doubts and accounts are no part of it. A constant number of queries for the
    structure, one more for every 500 reports.
    """
    require(actor, Permission.PLAN_IMPORT)
    plan = get_plan(plan_number)
    return _Writing(plan, load_tree(plan.id)).run()


class _Writing:
    """One plan on its way into tables."""

    def __init__(self, plan: ActionPlan, nodes: Sequence[PlanNode]) -> None:
        self.plan = plan
        self.by_id = {one.id: one for one in nodes}
        self.nodes = sorted(nodes, key=self._place)
        self.keys = {one.id: self.key(one) for one in nodes}
        self.book = PlanBook({one.name: [] for one in sheets.SHEETS})
        self.institutions: dict[str, Institution] = {}
        self.known = {one.uid: one for one in list_institutions()}

    def _place(self, node: PlanNode) -> tuple[Any, ...]:
        """From the root down, each level in its order."""
        line: list[tuple[int, int, str, str]] = []
        one: PlanNode | None = node
        while one is not None:
            line.append((one.position, one.number, one.kind.value, one.label))
            one = self.by_id.get(one.parent_id or 0)
        return tuple(reversed(line))

    def key(self, node: PlanNode) -> str:
        """How rows name the item."""
        commitment = self.by_id.get(node.commitment_id or 0)
        above = self.by_id.get(node.parent_id or 0)
        milestone = above.label if above is not None and above.kind is NodeKind.MILESTONE else ""
        label = commitment.label if commitment else ""
        return item_key(node.kind, node.label, commitment=label, milestone=milestone)

    def run(self) -> PlanBook:
        """Fill every sheet."""
        self._add(sheets.PLAN, self.plan, number=self.plan.number)
        for node in self.nodes:
            if node.kind is not NodeKind.PLAN:
                self._item(node)
            self._hanging(node)
        self._shared(sheets.PRODUCTS, "products")
        self._shared(sheets.MEANS, "means")
        self._claims()
        for one in sorted(self.institutions.values(), key=lambda one: (one.acronym == "", one.label)):
            parent = next((each for each in self.known.values() if each.id == one.parent_id), None)
            self._add(sheets.INSTITUTIONS, one, parent=self._named(parent) if parent else "")
        return self.book

    def _add(self, sheet: BookSheet, source: Any, **more: Value) -> None:
        """A row of a sheet out of an object's fields and what is given besides."""
        values = {
            one.name: more[one.name] if one.name in more else _plain(getattr(source, one.name, None))
            for one in sheet.columns
        }
        self.book.add(sheet.name, {name: value for name, value in values.items() if _is_said(value)})

    def _item(self, node: PlanNode) -> None:
        commitment = self.by_id.get(node.commitment_id or 0)
        above = self.by_id[node.parent_id or 0]
        self._add(
            _SHEET_OF[node.kind],
            node,
            axis=above.label if above.kind is NodeKind.AXIS else "",
            commitment=commitment.label if commitment is not None else "",
            milestone=above.label if above.kind is NodeKind.MILESTONE else "",
            continues=_continued(node),
        )

    def _hanging(self, node: PlanNode) -> None:
        """What an item has of its own: dates, parts, amounts, where it comes from."""
        key = self.keys[node.id]
        for window in sorted(node.windows, key=lambda one: (one.revision, one.position)):
            self._add(sheets.WINDOWS, window, item=key)
        for part in node.roles:
            follows = json.dumps(part.follows, ensure_ascii=False, sort_keys=True) if part.follows else ""
            self._meet_forerunners(part.follows)
            self._add(
                sheets.PARTS, part, item=key, institution=self._named(part.institution), follows=follows
            )
        for money in getattr(node, "financial_resources", ()):
            self._add(sheets.MONEY, money, item=key, amount=Decimal(money.centavos) / 100)
        for origin in node.origins:
            self._add(sheets.ORIGINS, origin, item=key, origin=self.keys.get(origin.origin_id, ""))

    def _meet_forerunners(self, follows: Sequence[dict[str, Any]]) -> None:
        for one in follows:
            if one["uid"] in self.known:
                self._named(self.known[one["uid"]])
            self._meet_forerunners(one["follows"])

    def _named(self, institution: Institution) -> str:
        """How rows name an institution, which then has a row of its own; so have those above it."""
        one: Institution | None = institution
        while one is not None and one.uid not in self.institutions:
            self.institutions[one.uid] = one
            one = next((each for each in self.known.values() if each.id == one.parent_id), None)
        twins = [each for each in self.known.values() if each.label == institution.label]
        return institution.label if len(twins) == 1 else institution.uid

    def _shared(self, sheet: BookSheet, attribute: str) -> None:
        """Products or means, each once with every item that has it."""
        holders: dict[Product | VerificationMeans, list[str]] = {}
        for node in self.nodes:
            for one in getattr(node, attribute):
                holders.setdefault(one, []).append(self.keys[node.id])
        for one, keys in sorted(holders.items(), key=lambda each: each[0].id):
            self._add(sheet, one, items="; ".join(keys))

    def _claims(self) -> None:
        for report in self._reports():
            self._add(
                sheets.CLAIMS,
                report,
                thread=report.thread_uid,
                item=self.keys[report.node_id],
                institution=self._named(report.institution),
            )
            for item in report.evidence:
                if item.kind is EvidenceKind.LINK:
                    self._link(report, item)
            for row in report.quantities:
                self._add(sheets.QUANTITIES, row, claim=report.uid, link=_link_of(row))

    def _link(self, report: ProgressReport, item: Evidence) -> None:
        means = "; ".join(sorted(one.uid for one in item.means))
        self._add(sheets.LINKS, item, claim=report.uid, means=means)

    def _reports(self) -> Iterator[ProgressReport]:
        """What was said of the plan's items, in the order in which it was recorded."""
        statement = (
            select(ProgressReport)
            .join(PlanNode, PlanNode.id == ProgressReport.node_id)
            .where(PlanNode.plan_id == self.plan.id, ProgressReport.status.in_(TOLD))
            .options(
                joinedload(ProgressReport.institution),
                selectinload(ProgressReport.evidence).selectinload(Evidence.means),
                selectinload(ProgressReport.quantities).joinedload(ReportQuantity.evidence),
            )
            .order_by(ProgressReport.recorded_seq)
            .execution_options(yield_per=_BATCH)
        )
        yield from db.session.scalars(statement)


def _link_of(row: ReportQuantity) -> str:
    item = row.evidence
    return item.uid if item is not None and item.kind is EvidenceKind.LINK else ""


def _continued(node: PlanNode) -> str:
    """The item of an earlier plan that this one continues, as people write it; nothing for others."""
    before = node.predecessor
    if before is None:
        return ""
    plan, commitment = (db.session.get_one(PlanNode, one) for one in (before.plan_id, before.commitment_id))
    return str(ItemKey(plan.number, commitment.label, "" if commitment is before else before.label))


def _plain(value: Any) -> Value:
    """A field as a cell holds it: a code for a list, a number in its shortest form."""
    if isinstance(value, Decimal):
        return Decimal(format(value.normalize(), "f"))
    found: Value = getattr(value, "value", value)
    return found


def _is_said(value: Value) -> bool:
    return value is not None and value != "" and value is not False
