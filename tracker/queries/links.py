"""Links of evidence: which are to be looked at, which are down, and whose they are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from tracker.db import db
from tracker.domain.evidence import EvidenceKind
from tracker.domain.links import LinkOutcome
from tracker.domain.permissions import Actor
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution
from tracker.models.checks import LinkCheck
from tracker.models.evidence import Evidence
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport

_commitment = aliased(PlanNode, name="link_commitment")
_plan = aliased(ActionPlan, name="link_plan", flat=True)


@dataclass(frozen=True)
class DueLink:
    """An address to be looked at, and when it was last handed in."""

    url: str
    handed_in_on: date


@dataclass(frozen=True)
class LinkState:
    """How a link answered when it was last looked at."""

    outcome: LinkOutcome
    http_status: int
    checked_at: datetime
    final_url: str
    failing_since: date | None
    down_since: date | None


@dataclass(frozen=True)
class DownLink:
    """Evidence whose link is down, with the item and the institution that it belongs to."""

    evidence_uid: str
    thread_uid: str
    title: str
    url: str
    down_since: date
    node_uid: str
    label: str
    node_title: str
    commitment: str
    plan_number: int
    institution: str
    institution_uid: str


def list_due_links(today: date, *, limit: int) -> Sequence[DueLink]:
    """Addresses whose turn has come, those never looked at first, then the longest overdue; each once.

    Only of reports that stand: drafts, returned and withdrawn ones ask nothing of anybody.
    """
    handed_in = func.max(Evidence.created_at)
    rows = db.session.execute(
        select(Evidence.url, handed_in)
        .join(ProgressReport, ProgressReport.id == Evidence.report_id)
        .outerjoin(LinkCheck, LinkCheck.url == Evidence.url)
        .where(*_counts(), LinkCheck.next_on.is_(None) | (LinkCheck.next_on <= today))
        .group_by(Evidence.url, LinkCheck.next_on)
        .order_by(LinkCheck.next_on.is_not(None), LinkCheck.next_on, func.min(Evidence.id))
        .limit(limit)
    )
    return [DueLink(url, at.date()) for url, at in rows]


def link_state(check: LinkCheck | None) -> LinkState | None:
    """What a check says; nothing where the link was never looked at."""
    if check is None:
        return None
    return LinkState(
        check.outcome,
        check.http_status,
        check.checked_at,
        check.final_url,
        check.failing_since,
        check.down_since,
    )


def down_since(urls: Iterable[str]) -> dict[str, date]:
    """Since when each of those addresses that are down is, in one query."""
    wanted = sorted({one for one in urls if one})
    if not wanted:
        return {}
    rows = db.session.execute(
        select(LinkCheck.url, LinkCheck.down_since).where(
            LinkCheck.url.in_(wanted), LinkCheck.down_since.is_not(None)
        )
    )
    return {url: since for url, since in rows if since is not None}


def list_down(*where: ColumnElement[bool]) -> Sequence[DownLink]:
    """Evidence of reports that stand whose link is down, the longest first; of a thread its last version."""
    rows = db.session.execute(
        select(Evidence, LinkCheck.down_since, PlanNode, _commitment.label, _plan.number)
        .join(LinkCheck, LinkCheck.url == Evidence.url)
        .join(ProgressReport, ProgressReport.id == Evidence.report_id)
        .join(PlanNode, PlanNode.id == ProgressReport.node_id)
        .join(_plan, _plan.id == PlanNode.plan_id)
        .outerjoin(_commitment, _commitment.id == PlanNode.commitment_id)
        .where(*_counts(), LinkCheck.down_since.is_not(None), *where)
        .options(joinedload(Evidence.report).joinedload(ProgressReport.institution))
        .order_by(LinkCheck.down_since, Evidence.id)
    )
    last: dict[str, DownLink] = {}
    for evidence, since, node, commitment, number in rows:
        if since is None:
            continue
        last[evidence.thread_uid] = DownLink(
            evidence_uid=evidence.uid,
            thread_uid=evidence.thread_uid,
            title=evidence.title or evidence.url,
            url=evidence.url,
            down_since=since,
            node_uid=node.uid,
            label=node.label,
            node_title=node.title,
            commitment=commitment or "",
            plan_number=number,
            institution=evidence.report.institution.label,
            institution_uid=evidence.report.institution.uid,
        )
    return list(last.values())


def list_down_of(plan: int | None, commitment_uid: str, institution_uid: str) -> Sequence[DownLink]:
    """What is down of a plan, a commitment or an institution; of everything where none is named."""
    where = []
    if plan is not None:
        where.append(_plan.number == plan)
    if commitment_uid:
        where.append(_commitment.uid == commitment_uid)
    if institution_uid:
        where.append(ProgressReport.institution.has(Institution.uid == institution_uid))
    return list_down(*where)


def list_own_down(actor: Actor) -> Sequence[DownLink]:
    """What of the actor's own institutions is down."""
    if not actor.institution_ids:
        return ()
    return list_down(ProgressReport.institution_id.in_(sorted(actor.institution_ids)))


def list_down_at(urls: Collection[str]) -> Sequence[DownLink]:
    """What is down among some addresses."""
    return list_down(Evidence.url.in_(sorted(urls)))


def threads_of(url: str) -> set[str]:
    """The evidence that names an address, in whatever report."""
    return set(db.session.scalars(select(Evidence.thread_uid).where(Evidence.url == url).distinct()))


def _counts() -> tuple[ColumnElement[bool], ...]:
    return Evidence.kind == EvidenceKind.LINK, ProgressReport.status.in_(sorted(STANDING))
