"""The life of a plan: which step follows which, and what each is told before it (design sections 2 and 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.errors import Conflict, DomainError
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.tree import NodeStatus


class PlanAction(StrEnum):
    """What can be done to a whole plan; nothing of it is undone."""

    CONSULT = "consult"
    APPROVE = "approve"
    START = "start"
    CLOSE = "close"
    ARCHIVE = "archive"


STEPS: Mapping[PlanStatus, PlanAction] = {
    PlanStatus.DRAFT: PlanAction.CONSULT,
    PlanStatus.CONSULTATION: PlanAction.APPROVE,
    PlanStatus.APPROVED: PlanAction.START,
    PlanStatus.IN_COURSE: PlanAction.CLOSE,
    PlanStatus.CLOSED: PlanAction.ARCHIVE,
}
LEADS_TO: Mapping[PlanAction, PlanStatus] = {
    PlanAction.CONSULT: PlanStatus.CONSULTATION,
    PlanAction.APPROVE: PlanStatus.APPROVED,
    PlanAction.START: PlanStatus.IN_COURSE,
    PlanAction.CLOSE: PlanStatus.CLOSED,
    PlanAction.ARCHIVE: PlanStatus.ARCHIVED,
}
# A plan is written until it is approved; from then on it changes by amendment.
WRITABLE = frozenset({PlanStatus.DRAFT, PlanStatus.CONSULTATION})


class Lack(StrEnum):
    """What a plan may lack when a step is taken."""

    PERIOD = "period"
    COMMITMENTS = "commitments"
    EMPTY = "empty"
    DATES = "dates"
    ROLES = "roles"
    MEANS = "means"
    PRODUCT = "product"
    DOUBTS = "doubts"
    TEMPLATE = "template"
    UNDECIDED = "undecided"
    UNINFORMED = "uninformed"
    UNFINISHED = "unfinished"
    AMENDMENTS = "amendments"


# What no signature makes up for.
STOPPING = frozenset({Lack.PERIOD, Lack.COMMITMENTS, Lack.UNDECIDED})
_DRAWN_UP = (Lack.EMPTY, Lack.DATES, Lack.ROLES, Lack.MEANS, Lack.PRODUCT, Lack.DOUBTS, Lack.TEMPLATE)
ASKED: Mapping[PlanAction, tuple[Lack, ...]] = {
    PlanAction.CONSULT: (Lack.PERIOD, Lack.COMMITMENTS, *_DRAWN_UP),
    PlanAction.APPROVE: (Lack.PERIOD, Lack.COMMITMENTS, *_DRAWN_UP),
    PlanAction.START: (),
    PlanAction.CLOSE: (Lack.UNDECIDED, Lack.AMENDMENTS, Lack.UNINFORMED, Lack.UNFINISHED),
    PlanAction.ARCHIVE: (),
}
_ASKED_OF_A_COMMITMENT = ("problem", "description")


@dataclass(frozen=True)
class ItemName:
    """An item as a list of what is lacking names it."""

    uid: str
    kind: NodeKind
    label: str
    title: str


@dataclass(frozen=True)
class Check:
    """One thing that a step asks for, and where it is lacking."""

    lack: Lack
    items: tuple[ItemName, ...] = ()
    count: int = 0

    @property
    def is_met(self) -> bool:
        """True where nothing is lacking."""
        return self.count == 0

    @property
    def stops(self) -> bool:
        """True where the step cannot be taken as long as this is lacking."""
        return not self.is_met and self.lack in STOPPING


def next_step(status: PlanStatus) -> PlanAction | None:
    """The one step that can follow; None for an archived plan."""
    return STEPS.get(status)


def check_step(
    status: PlanStatus,
    action: PlanAction,
    checks: Iterable[Check],
    *,
    knowing: bool,
    on: date | None,
    today: date,
    not_before: date | None,
) -> date:
    """The day of a step that can be taken: the right one, nothing stopping it, what is lacking accepted.

    Raises Conflict `plan-step-not-possible`, DomainError `day-required`, `date-in-future`,
    `plan-step-before-last`, `plan-step-stopped` or `plan-step-knowing`.
    """
    if next_step(status) is not action:
        raise Conflict("plan-step-not-possible")
    if on is None:
        raise DomainError("day-required", field="on")
    if on > today:
        raise DomainError("date-in-future", field="on")
    if not_before is not None and on < not_before:
        raise DomainError("plan-step-before-last", field="on", day=not_before.isoformat())
    found = [one for one in checks if not one.is_met]
    if any(one.stops for one in found):
        raise DomainError("plan-step-stopped")
    if found and not knowing:
        raise DomainError("plan-step-knowing", field="knowing")
    return on


def lacking(
    action: PlanAction,
    tree: NodeStatus,
    *,
    has_period: bool,
    doubts: Collection[ItemName],
    undecided: int,
    amendments: int,
) -> tuple[Check, ...]:
    """Everything that a step asks for, in its order, each with the items that lack it."""
    items = [one for one in tree.walk() if not one.is_withdrawn]
    told: dict[Lack, Iterable[NodeStatus]] = {lack: _without(lack, items) for lack in ASKED[action]}
    checks = {lack: _check(lack, found) for lack, found in told.items()}
    counts = {
        Lack.PERIOD: int(not has_period),
        Lack.COMMITMENTS: int(not any(one.facts.kind is NodeKind.COMMITMENT for one in items)),
        Lack.UNDECIDED: undecided,
        Lack.AMENDMENTS: amendments,
    }
    for lack, count in counts.items():
        if lack in checks:
            checks[lack] = Check(lack, count=count)
    if Lack.DOUBTS in checks:
        checks[Lack.DOUBTS] = Check(Lack.DOUBTS, tuple(doubts), len(doubts))
    return tuple(checks.values())


def _check(lack: Lack, found: Iterable[NodeStatus]) -> Check:
    items = tuple(ItemName(o.facts.uid, o.facts.kind, o.facts.label, o.facts.title) for o in found)
    return Check(lack, items, len(items))


def _without(lack: Lack, items: Iterable[NodeStatus]) -> Iterator[NodeStatus]:
    for one in items:
        if _lacks(lack, one):
            yield one


def _lacks(lack: Lack, one: NodeStatus) -> bool:
    if one.facts.kind is NodeKind.COMMITMENT:
        return _commitment_lacks(lack, one)
    own = one.own
    if own is None:
        return False
    facts = one.facts
    return {
        Lack.DATES: not facts.schedule.current,
        Lack.ROLES: not one.roles,
        Lack.MEANS: not facts.means,
        Lack.PRODUCT: not facts.products,
        Lack.UNINFORMED: own.reported is None,
        Lack.UNFINISHED: own.validated is None or not own.validated.is_complete,
    }.get(lack, False)


def _commitment_lacks(lack: Lack, one: NodeStatus) -> bool:
    if lack is Lack.EMPTY:
        return not one.children
    if lack is Lack.TEMPLATE:
        return not all(one.facts.texts.get(name) for name in _ASKED_OF_A_COMMITMENT)
    return False
