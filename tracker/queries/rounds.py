"""Reporting rounds as they are read: what a round asks of an institution, and who has answered (design 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.evidence import Access
from tracker.domain.plans import NodeKind, Role
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.queries.progress_reports import ReportVersion


@dataclass(frozen=True)
class RoundRow:
    """One round of a plan, with how many of what it asks were answered."""

    uid: str
    plan_number: int
    period_start: date
    period_end: date
    opens_on: date
    due_on: date
    is_current: bool
    asked: int
    answered: int
    late: int
    """Answered after the round was due."""


@dataclass(frozen=True)
class SheetMeans:
    """One verification means of an item."""

    uid: str
    text: str
    access: Access
    is_proven: bool
    """Answered by evidence accepted before."""


@dataclass(frozen=True)
class SheetItem:
    """One line of an institution's sheet: an item, or one occurrence of it, with what was said of it."""

    key: str
    """Names the line in forms and workbooks: the item's uid, with ":" and its occurrence where it has one."""
    node_uid: str
    kind: NodeKind
    label: str
    title: str
    commitment: str
    """Label of its commitment."""
    commitment_title: str
    milestone: str
    """Label and title of its milestone; empty without one."""
    product: str
    role: Role | None
    occurrence: str
    """Empty: the whole item."""
    occurrence_due_on: date | None
    state: State
    days_late: int | None
    due_on: date | None
    validated: Decimal | None
    last_percent: Decimal | None
    """What the institution last said that stands."""
    last_reported_on: date | None
    planned: Decimal | None
    """The planned quantity that drives the percent, with its unit."""
    unit: str
    means: tuple[SheetMeans, ...]
    draft: ReportVersion | None
    """What is being written: a draft, else the returned or withdrawn version to start from."""
    answer: ReportVersion | None
    """The report handed in that answers the round."""
    status: ReportStatus | None
    """Of the institution's newest version of this line."""
    return_comment: str

    @property
    def is_answered(self) -> bool:
        """True once a report that stands answers the round."""
        return self.answer is not None

    @property
    def is_blocked(self) -> bool:
        """True while a report of this line waits for its decision: none other can be written."""
        return self.status in {ReportStatus.SUBMITTED, ReportStatus.REOPENED}


@dataclass(frozen=True)
class RoundSheet:
    """All that one round asks of one institution."""

    round: RoundRow
    plan_number: int
    institution_uid: str
    institution: str
    items: tuple[SheetItem, ...]
    read_at: datetime

    def find(self, key: str) -> SheetItem | None:
        """The line of that key."""
        return next((one for one in self.items if one.key == key), None)
