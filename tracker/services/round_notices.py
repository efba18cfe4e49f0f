"""Notices of rounds: that one asks for reports, that it is about to close; cleared once all are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from tracker.db import db
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.notifications import Event, Notification
from tracker.domain.permissions import Actor, Permission, require
from tracker.domain.reminders import reminder_due
from tracker.models.accounts import Institution, User
from tracker.models.notices import Notice
from tracker.models.plans import ActionPlan
from tracker.models.progress import ProgressReport
from tracker.models.rounds import ReportingRound, RoundAnswer
from tracker.queries import notices as queries
from tracker.queries.round_counts import (
    Count,
    FoundRound,
    count_answers,
    find_round,
    get_institutions,
    last_of_each_plan,
)
from tracker.services.audit import EventTag, record
from tracker.services.matrix import notification
from tracker.services.notices import NoticeCounts
from tracker.services.told import Told

ROUNDS = (Event.ROUND_OPENED, Event.ROUND_DUE, Event.ROUND_REMINDED)


@dataclass(frozen=True)
class _Asked:
    """What a current round asks of one institution."""

    one: FoundRound
    institution: Institution
    count: Count

    @property
    def is_answered(self) -> bool:
        return _is_answered(self.count)

    def params(self, today: date) -> dict[str, str]:
        return {
            "plan": str(self.one.plan_number),
            "period_start": self.one.period_start.isoformat(),
            "period_end": self.one.period_end.isoformat(),
            "due_on": self.one.due_on.isoformat(),
            "institution": self.institution.label,
            "institution_uid": self.institution.uid,
            "told_on": today.isoformat(),
        }


def tell_of_rounds(plan_id: int, *, today: date, now: datetime) -> NoticeCounts:
    """Tell each institution's people, once, of a plan's current round that still asks something of it.

    What was told of rounds answered since, or followed by another, is cleared. One that is over tells nobody.
    """
    found = _current(plan_id, today)
    causes = [(one, one.institution.uid) for one in found if today <= one.one.due_on]
    return _tell(notification(Event.ROUND_OPENED), plan_id, found, causes, today=today, now=now)


def remind_of_rounds(
    plan_id: int, told: Notification, *, since: date, on: date, today: date, now: datetime
) -> NoticeCounts:
    """Remind of a plan's current round, on the days before it is due, whoever has not answered all of it."""
    found = _current(plan_id, on)
    causes = []
    for one in found:
        days = reminder_due(one.one.due_on, told.days_before, since=since, on=on)
        if days is not None:
            causes.append((one, f"{one.institution.uid}/{days}"))
    return _tell(told, plan_id, found, causes, today=today, now=now)


def _current(plan_id: int, on: date) -> list[_Asked]:
    """What the plan's current round asks, institution by institution."""
    rounds = {one.id: one for one in last_of_each_plan(on, ActionPlan.id == plan_id)}
    counts = count_answers(list(rounds))
    names = get_institutions({institution_id for _, institution_id in counts})
    return [_Asked(rounds[round_id], names[of], count) for (round_id, of), count in counts.items()]


def _tell(
    event: Notification,
    plan_id: int,
    found: Iterable[_Asked],
    causes: Iterable[tuple[_Asked, str]],
    *,
    today: date,
    now: datetime,
) -> NoticeCounts:
    """Whatever day it is for, those are told who are there today."""
    told = Told(_round_uids(plan_id), now=now)
    open_ = {(one.one.uid, one.institution.uid) for one in found if not one.is_answered}
    cleared = told.clear(ROUNDS, lambda notice: _pair(notice) not in open_)
    recipients = queries.list_recipients(today)
    opened = unheard = 0
    for one, cause in causes:
        if one.is_answered:
            continue
        people = [
            person.user_id
            for telling in event.to
            for person in recipients.by_institution.get((telling.role, one.institution.uid), ())
        ]
        unheard += not people
        opened += told.tell(event.event, one.one.uid, cause, people, one.params(today))
    return NoticeCounts(opened, cleared, unheard)


@dataclass(frozen=True)
class Reminded:
    """What became of a reminder by hand: people with their institution, and institutions without anybody."""

    told: tuple[str, ...]
    already: tuple[str, ...]
    """They were reminded today, and are not again."""
    unheard: tuple[str, ...]


def remind_by_hand(
    actor: Actor, *, round_uid: str, institution_uids: Collection[str], today: date, now: datetime
) -> Reminded:
    """Ask institutions again for what the current round lacks; each person at most once a day.

    Their notice and mail leave within minutes. What was answered meanwhile is asked of nobody. Raises
    NotFound, Conflict for a round that another followed, DomainError where none is chosen.
    """
    require(actor, Permission.PLAN_MANAGE)
    found = find_round(round_uid, today)
    if not institution_uids:
        raise DomainError("nobody-chosen")
    if not found.is_current:
        raise Conflict("round-followed")
    lacking = [
        one
        for one in _current(found.plan_id, today)
        if one.institution.uid in institution_uids and not one.is_answered
    ]
    liaisons = _liaisons(today)
    people = _locked({one for each in lacking for one in liaisons.get(each.institution.uid, ())})
    before = _reminded_on(today)
    told, lines, again = Told({round_uid}, now=now), [], []
    for one in lacking:
        ids = liaisons.get(one.institution.uid, ())
        fresh = [user_id for user_id in ids if user_id not in before]
        cause = f"{one.institution.uid}/{today.isoformat()}"
        told.tell(Event.ROUND_REMINDED, round_uid, cause, fresh, one.params(today))
        lines += [f"{people[each].name or people[each].email} ({one.institution.label})" for each in fresh]
        again += [people[each].name or people[each].email for each in ids if each in before]
    unheard = tuple(one.institution.label for one in lacking if not liaisons.get(one.institution.uid))
    if lines:
        content = {
            "institutions": sorted(one.institution.uid for one in lacking),
            "people": sorted(one.uid for one in people.values() if one.id not in before),
        }
        record(actor, EventTag.ROUND_REMINDED, "round", round_uid, content, now=now)
    return Reminded(tuple(lines), tuple(dict.fromkeys(again)), unheard)


def _liaisons(today: date) -> dict[str, list[int]]:
    """Whom the matrix names for a reminder by hand, by institution."""
    recipients = queries.list_recipients(today)
    found: dict[str, list[int]] = {}
    for telling in notification(Event.ROUND_REMINDED).to:
        for (role, uid), people in recipients.by_institution.items():
            if role is telling.role:
                found.setdefault(uid, []).extend(one.user_id for one in people)
    return found


def _locked(ids: Collection[int]) -> dict[int, User]:
    """These people, held until the end: of two who remind them at once, one comes second."""
    rows = db.session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id).with_for_update())
    return {one.id: one for one in rows}


def _reminded_on(today: date) -> set[int]:
    """Who was reminded by hand on a day, of whatever round."""
    return set(
        db.session.scalars(
            select(Notice.user_id).where(
                Notice.kind == Event.ROUND_REMINDED.value, Notice.cause.endswith(f"/{today.isoformat()}")
            )
        )
    )


def _round_uids(plan_id: int) -> Collection[str]:
    return db.session.scalars(select(ReportingRound.uid).where(ReportingRound.plan_id == plan_id)).all()


def clear_answered(reports: Iterable[ProgressReport], *, now: datetime) -> int:
    """Clear what was told of the rounds that these reports answer, where nothing is left to answer."""
    rows = db.session.execute(
        select(ReportingRound.id, ReportingRound.uid, Institution.id, Institution.uid)
        .join(RoundAnswer, RoundAnswer.round_id == ReportingRound.id)
        .join(ProgressReport, ProgressReport.id == RoundAnswer.report_id)
        .join(Institution, Institution.id == ProgressReport.institution_id)
        .where(ProgressReport.id.in_([one.id for one in reports]))
        .distinct()
    ).all()
    if not rows:
        return 0
    counts = count_answers({row[0] for row in rows}, {row[2] for row in rows})
    done = {(row[1], row[3]) for row in rows if _is_answered(counts.get((row[0], row[2])))}
    return Told({uid for uid, _ in done}, now=now).clear(ROUNDS, lambda one: _pair(one) in done)


def _is_answered(count: Count | None) -> bool:
    return count is None or count.answered >= count.asked


def _pair(notice: Notice) -> tuple[str, str]:
    return notice.subject_uid, notice.params["institution_uid"]
