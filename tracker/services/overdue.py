"""Overdue flags: opened and closed for each occurrence, with their day counts (design section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.db import db
from tracker.domain.history import Cut
from tracker.domain.permissions import SYSTEM
from tracker.domain.reminders import OpenOccurrence, days_late_when_closed, open_occurrences
from tracker.domain.tree import NodeStatus, assess
from tracker.models.notices import OverdueFlag
from tracker.queries import overdue as queries
from tracker.queries.history import plan_facts
from tracker.services.audit import EventTag, Happened, record_many
from tracker.services.notices import clear_settled
from tracker.services.totals import refresh_plan
from tracker.services.webhook_outbox import announce_overdue

# What makes a flag one: the item, the occurrence, the due date it missed.
_Key = tuple[int, str, date]


@dataclass(frozen=True)
class FlagCounts:
    """What became of a plan's flags."""

    opened: int = 0
    reopened: int = 0
    closed: int = 0
    counted: int = 0
    cleared: int = 0
    """Notices whose occurrence is open no longer."""


def flag_plan(plan_id: int, *, on: date, today: date, now: datetime) -> FlagCounts:
    """Refresh a plan's stored figures, its overdue flags and its notices for a day; a second run for it
    changes nothing.

    Stored figures and flags never go back: what was computed for a later day stays as it is, and nothing is
    stored of a day that has not come.
    """
    computed_on = queries.get_computed_on(plan_id)
    if on <= today and (computed_on is None or computed_on <= on):
        status = refresh_plan(plan_id, on)
    else:
        status = assess(plan_facts(plan_id, Cut(as_of=on)), on)
    flags = flag_occurrences(plan_id, status, on, now=now)
    return replace(flags, cleared=clear_settled(status, on=on, now=now))


def flag_occurrences(plan_id: int, status: NodeStatus, on: date, *, now: datetime) -> FlagCounts:
    """Open what is overdue on a day, count its days, close what is so no longer; openings and closings
    enter the chain, so that no flag can be taken away unseen."""
    ids = queries.get_node_ids(plan_id)
    late: dict[_Key, OpenOccurrence] = {
        (ids[one.status.facts.uid], one.key, one.due_on): one
        for one in open_occurrences(status)
        if one.is_overdue(on)
    }
    flags = {(flag.node_id, flag.occurrence, flag.due_on): flag for flag in queries.list_flags(plan_id)}
    opened = [_open(key, on) for key in sorted(late.keys() - flags.keys())]
    reopened = [flags[key] for key in sorted(late.keys() & flags.keys()) if _count(flags[key], on)]
    by_id = {ids[one.facts.uid]: one for one in status.walk()}
    closed = [flag for key, flag in flags.items() if key not in late and _close(flag, by_id, on)]
    db.session.flush()
    uids = {node_id: uid for uid, node_id in ids.items()}
    happened = [_told(EventTag.OVERDUE_OPENED, flag, uids, on) for flag in (*opened, *reopened)]
    happened += [_told(EventTag.OVERDUE_CLOSED, flag, uids, on) for flag in closed]
    parts = {node_id: [one.institution for one in node.roles] for node_id, node in by_id.items()}
    announce_overdue((*opened, *reopened), parts, on=on, now=now)
    record_many(SYSTEM, happened, now=now)
    return FlagCounts(len(opened), len(reopened), len(closed), len(late))


def _told(tag: EventTag, flag: OverdueFlag, uids: Mapping[int, str], on: date) -> Happened:
    content = {
        "occurrence": flag.occurrence,
        "due_on": flag.due_on.isoformat(),
        "on": on.isoformat(),
        "days_late": flag.days_late,
    }
    return Happened(tag, "node", uids[flag.node_id], content)


def _open(key: _Key, on: date) -> OverdueFlag:
    node_id, occurrence, due_on = key
    flag = OverdueFlag(
        node_id=node_id,
        occurrence=occurrence,
        due_on=due_on,
        opened_on=on,
        days_late=(on - due_on).days,
        counted_on=on,
    )
    db.session.add(flag)
    return flag


def _count(flag: OverdueFlag, on: date) -> bool:
    """Bring a flag's count to a day; True where it had been closed (its report was returned)."""
    if flag.counted_on > on:
        return False
    reopened = flag.closed_on is not None
    flag.closed_on = None
    flag.days_late = (on - flag.due_on).days
    flag.counted_on = on
    return reopened


def _close(flag: OverdueFlag, by_id: Mapping[int, NodeStatus], on: date) -> bool:
    if flag.closed_on is not None or flag.counted_on > on:
        return False
    flag.closed_on = flag.counted_on = on
    flag.days_late = days_late_when_closed(by_id[flag.node_id], flag.occurrence, flag.due_on, on)
    return True
