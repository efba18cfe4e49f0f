"""Overdue flags against the due dates of history, and against the events that opened and closed them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import select

from tracker.db import db
from tracker.domain.schedule import due_dates
from tracker.domain.snapshots import node_from
from tracker.models.notices import OverdueFlag
from tracker.models.plans import FactVersion, PlanNode
from tracker.queries.history import NODE
from tracker.services.audit import EventTag
from tracker.services.ledger import Ledger, Mismatch, Recorded

_Key = tuple[str, str, date]


def flags(ledger: Ledger) -> Iterator[Mismatch]:
    """Each flag: a due date that the item had, the days from it, and the day it was opened and closed.

    A flag from before openings were recorded has no event of its own; one whose event has no row is gone.
    """
    rows = db.session.execute(
        select(OverdueFlag, PlanNode.uid)
        .join(PlanNode, PlanNode.id == OverdueFlag.node_id)
        .order_by(OverdueFlag.id)
    ).all()
    dues = _dues_ever({uid for _, uid in rows})
    events = _events(ledger)
    first = min((_on(one) for steps in events.values() for one in steps), default=None)
    for flag, uid in rows:
        key = (uid, flag.occurrence, flag.due_on)
        if not _is_reckoned(flag) or key not in dues:
            yield Mismatch("flag-changed", uid, flag.occurrence)
        steps = events.pop(key, [])
        if not steps:
            if first is not None and flag.opened_on > first:
                yield Mismatch("flag-unrecorded", uid, flag.due_on.isoformat())
            continue
        changed = sorted(_unlike(flag, steps))
        if changed:
            yield Mismatch("flag-changed", uid, ", ".join(changed))
    for uid, _occurrence, due_on in sorted(events):
        yield Mismatch("flag-missing", uid, due_on.isoformat())


def _is_reckoned(flag: OverdueFlag) -> bool:
    """Its days run from its due date to its count; a closed one counts up to its closing at most."""
    days = (flag.counted_on - flag.due_on).days
    counted = flag.days_late == days if flag.closed_on is None else 0 <= flag.days_late <= days
    return counted and flag.due_on < flag.opened_on <= flag.counted_on == (flag.closed_on or flag.counted_on)


def _events(ledger: Ledger) -> dict[_Key, list[Recorded]]:
    """Openings and closings of each flag, in the order of recording."""
    found: dict[_Key, list[Recorded]] = defaultdict(list)
    for _, one in sorted(ledger.of({EventTag.OVERDUE_OPENED, EventTag.OVERDUE_CLOSED}).items()):
        if one.payload is not None:
            due_on = date.fromisoformat(one.payload["due_on"])
            found[(one.subject_uid, one.payload["occurrence"], due_on)].append(one)
    return found


def _on(event: Recorded) -> date:
    return date.fromisoformat((event.payload or {})["on"])


def _unlike(flag: OverdueFlag, steps: Sequence[Recorded]) -> Iterable[str]:
    """The fields in which a flag is not as its first and last step left it."""
    if steps[0].tag == EventTag.OVERDUE_OPENED and flag.opened_on != _on(steps[0]):
        yield "opened_on"
    last = steps[-1]
    closed = last.tag == EventTag.OVERDUE_CLOSED
    if flag.closed_on != (_on(last) if closed else None):
        yield "closed_on"
    if closed and flag.days_late != (last.payload or {})["days_late"]:
        yield "days_late"


def _dues_ever(uids: set[str]) -> set[_Key]:
    """Every due date that some version of those items gave one of their occurrences."""
    found: set[_Key] = set()
    for content in db.session.scalars(select(FactVersion.content).where(FactVersion.subject_kind == NODE)):
        node = node_from(json.loads(content))
        if node.uid in uids:
            found |= {
                (node.uid, key, due_on)
                for key, dues in due_dates(node.schedule).items()
                for _, due_on in dues
            }
    return found
