"""Reminders: which occurrences are open, when a reminder falls due, and whom an overdue one has reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.facts import InstitutionRef, PlanFacts
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import FULL, governing
from tracker.domain.schedule import days_after, due_dates, is_overdue, occurrences
from tracker.domain.states import COMPLETE, State
from tracker.domain.tree import Delivery, NodeStatus
from tracker.domain.workflow import STANDING

# Nothing is asked of these any more: complete, out of the plan, or waiting for the reviewer.
_SETTLED = COMPLETE | {State.WITHDRAWN, State.AWAITING_VALIDATION}
# A plan's last occurrences fall due on its last day; they are reminded of for a quarter more.
REMINDED_AFTER_END = timedelta(days=92)


@dataclass(frozen=True)
class OpenOccurrence:
    """One thing still to be reported at 100 %, with its due date in force."""

    status: NodeStatus
    own: Delivery
    commitment_label: str
    key: str
    due_on: date

    def is_overdue(self, on: date) -> bool:
        """The one definition of overdue, for this occurrence."""
        return is_overdue(self.due_on, on)

    def days_late(self, on: date) -> int:
        """Whole days after its due date."""
        return days_after(self.due_on, on)

    def institutions(self, parts: Sequence[Role]) -> tuple[InstitutionRef, ...]:
        """Who is still asked: institutions with such a part, less those that reported their own at 100 %.

        `lead` stands for the governing institutions: the leads, else the coordinators (rule 2).
        """
        named = [one for role in parts for one in self._with(role)]
        return tuple(one for one in dict.fromkeys(named) if not self._reported_by(one))

    def _with(self, role: Role) -> tuple[InstitutionRef, ...]:
        if role is Role.LEAD:
            return governing(self.status.roles)
        return tuple(one.institution for one in self.status.roles if one.role is role)

    def _reported_by(self, institution: InstitutionRef) -> bool:
        """True where that institution's own standing report says this occurrence, or all of it, at 100 %."""
        reported = self.own.institution_reports
        if any(one.institution == institution and one.percent == FULL for one in reported):
            return True
        return any(
            report.institution == institution
            and report.occurrence == self.key
            and report.percent == FULL
            and report.status in STANDING
            for report in self.own.reports
        )


def open_occurrences(plan: NodeStatus) -> Iterator[OpenOccurrence]:
    """Every occurrence of a plan that is still to be met, item by item in the plan's order."""
    yield from _open_below(plan, "")


def _open_below(status: NodeStatus, commitment: str) -> Iterator[OpenOccurrence]:
    label = status.facts.label if status.facts.kind is NodeKind.COMMITMENT else commitment
    own = status.own
    if own is not None and own.standing.state not in _SETTLED:
        schedule = status.facts.schedule
        for slot in occurrences(schedule.current, schedule.frequency):
            if slot.key in own.standing.unmet:
                yield OpenOccurrence(status, own, label, slot.key, slot.due_on)
    for child in status.children:
        yield from _open_below(child, label)


def days_late_when_closed(status: NodeStatus, key: str, due_on: date, on: date) -> int:
    """How late an occurrence was when it stopped being overdue: up to its completion date where one is given.

    Up to the day before a rescheduling moved its due date; up to the day it was found closed otherwise.
    """
    own = status.own
    figure = None if own is None else own.reported or own.validated
    if figure is not None and figure.met.get(key) is not None:
        return days_after(due_on, min(figure.met[key] or on, on))
    moved = [
        from_on
        for from_on, due in due_dates(status.facts.schedule).get(key, ())
        if from_on is not None and from_on <= on and due != due_on
    ]
    return days_after(due_on, min(moved) - timedelta(days=1) if moved else on)


def reminder_due(due_on: date, days_before: Sequence[int], *, since: date, on: date) -> int | None:
    """The reminder to send on a day: the last of those that fell due from `since` to `on`; None for none.

    With `since` before `on` it makes up, once, for days on which nothing ran.
    """
    reached = [days for days in days_before if since <= due_on - timedelta(days=days) <= on]
    return min(reached, default=None)


def has_escalated(days_late: int, grace_days: int, graces: int) -> bool:
    """True once an occurrence is overdue for longer than that many times the days of grace."""
    return days_late > grace_days * graces


def week_of(on: date) -> str:
    """The week of a weekly reminder ("2026-W23"), so that a person is told once in each."""
    year, week, _ = on.isocalendar()
    return f"{year}-W{week:02d}"


def is_reminded(facts: PlanFacts, on: date) -> bool:
    """Reminders go out until a quarter after the plan's end, or its last due date where it states none."""
    ends = [window.end for node in facts.nodes for window in node.schedule.current]
    end = facts.ends_on or max(ends, default=None)
    return end is None or on <= end + REMINDED_AFTER_END
