"""Who has not reported: each institution of the current rounds, and what one wants to know to ask again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from tracker.db import db
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole, Actor, Permission, require
from tracker.domain.workflow import STANDING
from tracker.models.accounts import Institution, Membership, User
from tracker.models.notices import Notice
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.rounds import InstitutionProgress, RoundProgress
from tracker.queries.silence import list_silent

_OF_ROUNDS = (Event.ROUND_OPENED, Event.ROUND_DUE, Event.ROUND_REMINDED)
SILENT_ROUNDS = 2


@dataclass(frozen=True)
class BoardRow:
    """One institution in a round: what it owes, who is there to ask, since when it is silent."""

    institution_uid: str
    institution: str
    asked: int
    answered: int
    late: int
    liaisons: tuple[str, ...]
    silent_rounds: int
    """Rounds that were due, in a row, of which it answered nothing."""
    last_reported_on: date | None
    told_on: date | None
    """When a notice of this round was last opened for it."""

    @property
    def is_unanswered(self) -> bool:
        """Something is still asked of it."""
        return self.answered < self.asked

    @property
    def may_be_reminded(self) -> bool:
        """It owes something and somebody is there to be told."""
        return self.is_unanswered and bool(self.liaisons)


SEEN: Mapping[str, Callable[[BoardRow], bool]] = {
    "sin-responder": lambda row: row.is_unanswered,
    "calladas": lambda row: row.silent_rounds >= SILENT_ROUNDS,
    "sin-enlace": lambda row: not row.liaisons,
}


def _any_row(_row: BoardRow) -> bool:
    return True


def get_board(
    actor: Actor, rounds: Sequence[RoundProgress], seen: str, today: date
) -> Mapping[str, tuple[BoardRow, ...]]:
    """The rows of each round by its uid, those that `seen` names; in a constant number of queries."""
    require(actor, Permission.REPORT_READ_ALL)
    liaisons, reports = _liaisons(today), _last_reports()
    told = _last_told([one.round.uid for one in rounds])
    silent = {(one.plan_number, one.institution_uid): one.rounds for one in list_silent(None, "", today)}
    is_seen = SEEN.get(seen, _any_row)
    found = {}
    for one in rounds:
        rows = (
            _row(
                each,
                liaisons.get(each.institution_uid, ()),
                silent.get((one.round.plan_number, each.institution_uid), 0),
                reports.get((one.round.plan_number, each.institution_uid)),
                told.get((one.round.uid, each.institution_uid)),
            )
            for each in one.institutions
        )
        found[one.round.uid] = tuple(row for row in rows if is_seen(row))
    return found


def _row(
    one: InstitutionProgress, liaisons: Sequence[str], silent: int, reported: date | None, told: date | None
) -> BoardRow:
    return BoardRow(
        one.institution_uid,
        one.institution,
        one.asked,
        one.answered,
        one.late,
        tuple(liaisons),
        silent,
        reported,
        told,
    )


def _liaisons(today: date) -> dict[str, list[str]]:
    """Names of the active liaisons of each institution on a day; an address where one has no name."""
    rows = db.session.execute(
        select(Institution.uid, User.name, User.email)
        .join(Membership, Membership.institution_id == Institution.id)
        .join(User, User.id == Membership.user_id)
        .where(
            User.is_active,
            User.role == AccountRole.LIAISON,
            ~Membership.reviews,
            Membership.starts_on <= today,
            Membership.ends_on.is_(None) | (Membership.ends_on >= today),
        )
        .order_by(User.name, User.id)
    )
    found: dict[str, list[str]] = defaultdict(list)
    for uid, name, email in rows:
        found[uid].append(name or email)
    return found


def _last_reports() -> dict[tuple[int, str], date]:
    """The last day that each institution reported on, in each plan."""
    item = aliased(PlanNode)
    rows = db.session.execute(
        select(ActionPlan.number, Institution.uid, func.max(ProgressReport.reported_on))
        .join(item, item.id == ProgressReport.node_id)
        .join(ActionPlan, ActionPlan.id == item.plan_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(ProgressReport.status.in_(STANDING))
        .group_by(ActionPlan.number, Institution.uid)
    )
    return {(number, uid): on for number, uid, on in rows}


def _last_told(round_uids: Collection[str]) -> dict[tuple[str, str], date]:
    """The last day on which a notice of each round was opened, by institution; its cause begins with that."""
    rows = db.session.execute(
        select(Notice.subject_uid, Notice.cause, Notice.params).where(
            Notice.subject_uid.in_(round_uids), Notice.kind.in_([one.value for one in _OF_ROUNDS])
        )
    )
    found: dict[tuple[str, str], date] = {}
    for subject_uid, cause, params in rows:
        key, on = (subject_uid, cause.partition("/")[0]), date.fromisoformat(params["told_on"])
        found[key] = max(found.get(key, on), on)
    return found
