"""What an institution said of the lines of a round: for its sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.permissions import Actor
from tracker.domain.workflow import STANDING, ReportStatus
from tracker.models.progress import ProgressReport
from tracker.queries.progress_reports import ReportVersion, load_versions

_TO_WRITE = frozenset({ReportStatus.DRAFT, ReportStatus.RETURNED, ReportStatus.WITHDRAWN})


@dataclass(frozen=True)
class LineReports:
    """An institution's reports on one line: what stands, what to write on, where the newest is."""

    last_percent: Decimal | None = None
    last_on: date | None = None
    validated: Decimal | None = None
    newest: ReportVersion | None = None
    answer: ReportVersion | None = None

    @property
    def draft(self) -> ReportVersion | None:
        """What is being written: a draft, else the returned or withdrawn version to start from."""
        return self.newest if self.newest and self.newest.status in _TO_WRITE else None


class InstitutionReports:
    """Every report of an institution on some items, read in a constant number of queries."""

    def __init__(
        self, actor: Actor, institution_id: int, node_ids: Collection[int], answer_ids: Collection[int]
    ) -> None:
        """Read the head of each report, and whole what a sheet shows: the newest of a line, what answers."""
        own = institution_id in actor.institution_ids
        self._heads: dict[tuple[int, str], list[Any]] = defaultdict(list)
        for head in db.session.execute(_heads(institution_id, node_ids, drafts=own)):
            self._heads[head.node_id, head.occurrence or ""].append(head)
        wanted = {heads[-1].id for heads in self._heads.values()} | set(answer_ids)
        names = {head.id: head.uid for heads in self._heads.values() for head in heads}
        whole = {one.uid: one for one in load_versions(actor, ProgressReport.id.in_(wanted))}
        self._versions = {one: whole[names[one]] for one in wanted if names.get(one) in whole}

    def of(self, node_id: int, occurrence: str, answer_id: int | None) -> LineReports:
        """What was said of one line."""
        heads = self._heads.get((node_id, occurrence), [])
        said = [one for one in heads if one.percent is not None]
        standing = max((one for one in said if one.status in STANDING), key=_order, default=None)
        valid = max((one for one in said if one.status is ReportStatus.VALIDATED), key=_order, default=None)
        return LineReports(
            last_percent=standing.percent if standing else None,
            last_on=standing.reported_on if standing else None,
            validated=valid.percent if valid else None,
            newest=self._versions.get(heads[-1].id) if heads else None,
            answer=self._versions.get(answer_id or 0),
        )


def _heads(institution_id: int, node_ids: Collection[int], *, drafts: bool) -> Any:
    statement = (
        select(
            ProgressReport.id,
            ProgressReport.uid,
            ProgressReport.node_id,
            ProgressReport.occurrence,
            ProgressReport.status,
            ProgressReport.percent,
            ProgressReport.reported_on,
            ProgressReport.recorded_seq,
        )
        .where(ProgressReport.institution_id == institution_id, ProgressReport.node_id.in_(node_ids))
        .order_by(ProgressReport.id)
    )
    return statement if drafts else statement.where(ProgressReport.status != ReportStatus.DRAFT)


def _order(head: Any) -> tuple[date, int]:
    """The last report is the last by effective date, then by order of recording."""
    return head.reported_on, head.recorded_seq
