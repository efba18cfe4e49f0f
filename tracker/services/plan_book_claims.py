"""What a full-plan workbook says was reported: handed in as claims, never validated (design section 8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain import plan_book_sheets as sheets
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import Actor
from tracker.domain.plan_book import BookRow, PlanBook, same_key
from tracker.domain.plans import Role
from tracker.domain.workflow import ReportAction, ReportStatus, next_state
from tracker.models.evidence import Evidence
from tracker.models.plans import PlanNode
from tracker.models.progress import ProgressReport, ReportQuantity
from tracker.services.imports import Outcome, Tally
from tracker.services.plan_book_institutions import BookInstitutions
from tracker.services.plan_book_parts import Hanging
from tracker.services.progress import record_submission
from tracker.services.report_history import add_event

ORIGIN = "import"
_TEXTS = ("narrative", "departure_reason", "obstacle", "needed", "letter_number")
_OTHERS = ("percent", "completed_on", "occurrence", "delivered", "new_expected_on", "letter_on")
_LINK_TEXTS = (
    *("url", "title", "description", "legal_ground"),
    *("resolution_number", "resolution_authority"),
)
_LINK_DAYS = ("resolution_on", "reserved_until")
_Place = tuple[int, int, date, str]


def take_claims(
    actor: Actor,
    book: PlanBook,
    by_key: Mapping[str, PlanNode],
    institutions: BookInstitutions,
    hanging: Hanging,
    tally: Tally,
    now: datetime,
) -> int:
    """Hand in every claim of a workbook that is not here already; gives how many were written.

    A claim that is here with the same words is left, whatever was decided on it; with other words it becomes
    a further version of it.
    """
    taking = _Claims(actor, book, by_key, institutions, hanging, tally, now)
    taking.load()
    for row in book.rows(sheets.CLAIMS.name):
        taking.take(row)
    return taking.written


@dataclass
class _Claims:
    """The claims of one workbook on their way into one plan."""

    actor: Actor
    book: PlanBook
    by_key: Mapping[str, PlanNode]
    institutions: BookInstitutions
    hanging: Hanging
    tally: Tally
    now: datetime
    written: int = 0
    _here: dict[_Place, list[ProgressReport]] = field(default_factory=dict)
    _by_uid: dict[str, ProgressReport] = field(default_factory=dict)
    _threads: dict[str, list[ProgressReport]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def load(self) -> None:
        """What was handed in on the plan's items, and the rows of the workbook by the claim they are of."""
        ids = [one.id for one in self.by_key.values()]
        reports = db.session.scalars(
            select(ProgressReport)
            .where(ProgressReport.node_id.in_(ids), ProgressReport.recorded_seq.is_not(None))
            .options(
                selectinload(ProgressReport.evidence).selectinload(Evidence.means),
                selectinload(ProgressReport.quantities).selectinload(ReportQuantity.evidence),
            )
            .order_by(ProgressReport.version)
        )
        for one in reports:
            self._remember(one)
        uids = [row.text("uid") for row in self.book.rows(sheets.CLAIMS.name) if row.text("uid")]
        self._taken = set(db.session.scalars(select(ProgressReport.uid).where(ProgressReport.uid.in_(uids))))
        links = [row.text("uid") for row in self.book.rows(sheets.LINKS.name) if row.text("uid")]
        self._taken |= set(db.session.scalars(select(Evidence.uid).where(Evidence.uid.in_(links))))
        self._links = self._of_claims(sheets.LINKS.name)
        self._quantities = self._of_claims(sheets.QUANTITIES.name)

    def _remember(self, one: ProgressReport) -> None:
        place = (one.node_id, one.institution_id, one.reported_on, one.occurrence or "")
        self._here.setdefault(place, []).append(one)
        self._by_uid[one.uid] = one
        self._threads.setdefault(one.thread_uid, []).append(one)

    def _of_claims(self, sheet: str) -> dict[str, list[BookRow]]:
        found: dict[str, list[BookRow]] = {}
        for row in self.book.rows(sheet):
            found.setdefault(row.text("claim"), []).append(row)
        return found

    def take(self, row: BookRow) -> None:
        """One claim: there already, a further version of one that is, or new."""
        report = self._report(row)
        same = self._by_uid.get(row.text("uid"))
        place = (report.node.id, report.institution.id, report.reported_on, report.occurrence or "")
        near = self._threads.get(same.thread_uid, []) if same else self._here.get(place, [])
        wanted = _content(report)
        found = next((one for one in near if _content(one) == wanted), None)
        outcome = Outcome.UNCHANGED
        if found is None:
            outcome = Outcome.CHANGED if same else Outcome.CREATED
            self._hand_in(report, row, self._threads[same.thread_uid] if same else [])
        self.tally.count("progress_reports", row.number, outcome)

    def _hand_in(self, report: ProgressReport, row: BookRow, before: list[ProgressReport]) -> None:
        if before:
            self._replace(before[-1], report)
        else:
            self._identify(report, row)
        db.session.add(report)
        record_submission(self.actor, report, now=self.now)
        self._remember(report)
        self.written += 1

    def _identify(self, report: ProgressReport, row: BookRow) -> None:
        """Its identifier, series and version where nobody has them here: so that it comes back the same."""
        if row.text("uid") and row.text("uid") not in self._taken:
            report.uid = row.text("uid")
        thread, version = row.text("thread"), row.values.get("version")
        if not thread or not isinstance(version, int):
            return
        of_others = select(func.count()).where(
            ProgressReport.thread_uid == thread, ProgressReport.version >= version
        )
        if not db.session.scalar(of_others):
            report.thread_uid, report.version = thread, version

    def _replace(self, old: ProgressReport, report: ProgressReport) -> None:
        """A further version; the one before it is taken back where nobody decided yet."""
        report.thread_uid, report.version = old.thread_uid, old.version + 1
        if old.status is ReportStatus.SUBMITTED:
            old.status = next_state(old.status, ReportAction.WITHDRAW).to
            old.updated_at = self.now
            add_event(self.actor, old, ReportAction.WITHDRAW, now=self.now)

    def _report(self, row: BookRow) -> ProgressReport:
        """The report that a row is, not yet handed in; out of the session until it is."""
        with db.session.no_autoflush:
            report = ProgressReport(
                status=ReportStatus.DRAFT,
                reported_on=date.fromisoformat(row.text("reported_on")),
                claimed_role=Role(row.text("claimed_role")) if row.text("claimed_role") else None,
                obstacle_kind=ObstacleKind(row.text("obstacle_kind")) if row.text("obstacle_kind") else None,
                no_progress=bool(row.values.get("no_progress")),
                origin=ORIGIN,
                author_user_id=self.actor.user_id,
                author_uid=self.actor.uid,
                created_at=self.now,
                updated_at=self.now,
                **{name: row.text(name) for name in _TEXTS},
                **{name: row.values.get(name) for name in _OTHERS},
            )
            report.node = self.by_key[same_key(row.text("item"))]
            report.institution = self.institutions.named(row.text("institution"))
            links = self._evidence(row)
            report.evidence = list(links.values())
            report.quantities = self._quantity_rows(row, links)
        return report

    def _evidence(self, row: BookRow) -> dict[str, Evidence]:
        """The links of a claim, by the identifier they have in the workbook, else by their row."""
        found: dict[str, Evidence] = {}
        for one in self._links.get(row.text("uid"), []) if row.text("uid") else []:
            effective_on = one.values.get("effective_on") or date.fromisoformat(row.text("reported_on"))
            link = Evidence(
                kind=EvidenceKind.LINK,
                effective_on=effective_on,
                access=Access(one.text("access") or Access.PUBLIC.value),
                author_uid=self.actor.uid,
                created_at=self.now,
                means=self._answered(one),
                **{name: one.text(name) for name in _LINK_TEXTS},
                **{name: one.values.get(name) for name in _LINK_DAYS},
            )
            link.title = link.title or link.url
            if one.text("uid") and one.text("uid") not in self._taken:
                link.uid = one.text("uid")
            found[one.text("uid") or f"row {one.number}"] = link
        return found

    def _answered(self, row: BookRow) -> list[Any]:
        named = [one.strip() for one in row.text("means").split(";") if one.strip()]
        return [self.hanging.means_by_uid[one] for one in named if one in self.hanging.means_by_uid]

    def _quantity_rows(self, row: BookRow, links: Mapping[str, Evidence]) -> list[ReportQuantity]:
        rows = self._quantities.get(row.text("uid"), []) if row.text("uid") else []
        return [
            ReportQuantity(
                position=position,
                label=one.text("label"),
                quantity=one.values["quantity"],
                delivered_on=one.values.get("delivered_on"),
                evidence=links.get(one.text("link")),
            )
            for position, one in enumerate(rows)
        ]


def _content(report: ProgressReport) -> tuple[Any, ...]:
    """What a claim says: its own words and figures, its links, its quantities; not what became of it."""
    links = [one for one in report.evidence if one.kind is EvidenceKind.LINK]
    return (
        report.node.id,
        report.institution.id,
        *(getattr(report, name) for name in (*_TEXTS, *_OTHERS)),
        *(report.reported_on, report.no_progress, report.claimed_role, report.obstacle_kind),
        sorted(_link_content(one) for one in links),
        [
            (
                one.label,
                one.quantity,
                one.delivered_on,
                _link_content(one.evidence) if _is_link(one) else None,
            )
            for one in report.quantities
        ],
    )


def _is_link(row: ReportQuantity) -> bool:
    return row.evidence is not None and row.evidence.kind is EvidenceKind.LINK


def _link_content(one: Any) -> tuple[str, ...]:
    texts = (str(getattr(one, name) or "") for name in (*_LINK_TEXTS, *_LINK_DAYS))
    means = ";".join(sorted(each.uid for each in one.means))
    return (*texts, one.effective_on.isoformat(), one.access.value, means)
