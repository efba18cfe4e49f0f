"""Flags of agreements that are late: opened, counted and closed as those of activities are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.db import db
from tracker.domain.agreements import Agreement, AgreementStatus
from tracker.domain.permissions import SYSTEM
from tracker.models.meetings import AgreementFlag, TableAgreement
from tracker.queries.agreements import agreement_of, list_flags, list_unsettled
from tracker.queries.history import AGREEMENT
from tracker.services.agreement_notices import tell_of_due
from tracker.services.audit import EventTag, Happened, record_many

Key = tuple[int, date]


@dataclass(frozen=True)
class AgreementFlags:
    """What became of the flags on a day, and how many people were told."""

    opened: int = 0
    reopened: int = 0
    closed: int = 0
    counted: int = 0
    told: int = 0


def flag_agreements(*, on: date, now: datetime) -> AgreementFlags:
    """Flag what is overdue on a day, count its days, close what is so no longer; tell whoever it concerns.

    A second run for the day changes nothing, and a run for an earlier day takes nothing back.
    """
    pending = list_unsettled()
    late = {(one.id, one.due_on): one for one in pending if one.due_on < on}
    flags = {(flag.agreement_id, flag.due_on): flag for flag in list_flags()}
    opened = [_open(key, late[key], on) for key in sorted(late.keys() - flags.keys())]
    reopened = [flags[key] for key in sorted(late.keys() & flags.keys()) if _count(flags[key], on)]
    closed = [flag for key, flag in flags.items() if key not in late and _close(flag, on)]
    db.session.flush()
    told = sum(tell_of_due(one, agreement_of(one), on=on, now=now) for one in pending)
    happened = [_happened(EventTag.AGREEMENT_OVERDUE_OPENED, flag, on) for flag in (*opened, *reopened)]
    happened += [_happened(EventTag.AGREEMENT_OVERDUE_CLOSED, flag, on) for flag in closed]
    record_many(SYSTEM, happened, now=now)
    return AgreementFlags(len(opened), len(reopened), len(closed), len(late), told)


def _open(key: Key, row: TableAgreement, on: date) -> AgreementFlag:
    agreement_id, due_on = key
    flag = AgreementFlag(
        agreement_id=agreement_id,
        agreement=row,
        due_on=due_on,
        opened_on=on,
        days_late=(on - due_on).days,
        counted_on=on,
    )
    db.session.add(flag)
    return flag


def _count(flag: AgreementFlag, on: date) -> bool:
    """Bring a flag's count to a day; True where it had been closed (its answer was sent back)."""
    if flag.counted_on > on:
        return False
    was_closed = flag.closed_on is not None
    flag.closed_on, flag.counted_on = None, on
    flag.days_late = (on - flag.due_on).days
    return was_closed


def _close(flag: AgreementFlag, on: date) -> bool:
    if flag.closed_on is not None or flag.counted_on > on:
        return False
    flag.closed_on = flag.counted_on = on
    flag.days_late = days_when_closed(agreement_of(flag.agreement), flag.due_on, on)
    return True


def days_when_closed(agreement: Agreement, due_on: date, on: date) -> int:
    """Up to when it was met, dropped or given another date; never beyond the day of the count."""
    ends: Sequence[date | None] = [one.on for one in agreement.postponements if one.was_due_on == due_on]
    if not ends and agreement.status is AgreementStatus.DROPPED:
        ends = [agreement.dropped_on]
    elif not ends and agreement.answer is not None:
        ends = [agreement.answer.met_on]
    end = min([on, *(one for one in ends if one is not None)])
    return max(0, (end - due_on).days)


def _happened(tag: EventTag, flag: AgreementFlag, on: date) -> Happened:
    content = {"due_on": flag.due_on.isoformat(), "on": on.isoformat(), "days_late": flag.days_late}
    return Happened(tag, AGREEMENT, flag.agreement.uid, content)
