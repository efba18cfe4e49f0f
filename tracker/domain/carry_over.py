"""What a plan carries over from an earlier one, and plans held side by side (design section 2, rule 10)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tracker.domain.errors import DomainError
from tracker.domain.plans import NodeKind
from tracker.domain.text import normalise

CARRIED = frozenset({NodeKind.COMMITMENT, NodeKind.MILESTONE, NodeKind.ACTIVITY})
ORDINALS = {
    word: place
    for place, words in enumerate(
        ("primer", "segundo", "tercer", "cuarto", "quinto", "sexto", "septimo", "octavo", "noveno", "decimo"),
        start=1,
    )
    for word in (words, f"{words}o")
}
_KEY = re.compile(r"(?P<plan>\d+):(?P<commitment>\w+)(?:/(?P<label>[\w.]+))?")
_MENTION = re.compile(
    r"compromiso (?:numero |no\.? |n\.º )?(?P<commitment>\d+) (?:del|de) "
    r"(?:(?P<ordinal>[a-z]+) (?:plan|pan)\b|(?:plan|pan) (?P<number>\d{1,2})\b)"
)


@dataclass(frozen=True)
class ItemKey:
    """An item among all plans as people write it: 4:10 is a commitment, 4:10/7.1 an activity within it."""

    plan: int
    commitment: str
    label: str = ""

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.plan}:{self.commitment}" + (f"/{self.label}" if self.label else "")


@dataclass(frozen=True)
class Mention:
    """The commitment of an earlier plan that a text says it follows."""

    plan: int
    commitment: int


def read_key(text: str) -> ItemKey:
    """An item's key; DomainError `item-key-not-understood` for anything else."""
    found = _KEY.fullmatch(text.strip())
    if found is None:
        raise DomainError("item-key-not-understood", text=text)
    return ItemKey(int(found["plan"]), found["commitment"], found["label"] or "")


def mention(text: str) -> Mention | None:
    """The commitment of another plan that a text names: "el compromiso 14 del Tercer Plan"."""
    found = _MENTION.search(normalise(text))
    if found is None:
        return None
    plan = int(found["number"]) if found["number"] else ORDINALS.get(found["ordinal"])
    return None if plan is None else Mention(plan, int(found["commitment"]))


def check_carry_over(kind: NodeKind, plan: int, earlier_kind: NodeKind, earlier_plan: int) -> None:
    """A commitment, milestone or activity continues one of an earlier plan, at whatever level it stood there.

    Raises DomainError `carry-over-level` or `carry-over-not-earlier`.
    """
    if not {kind, earlier_kind} <= CARRIED:
        raise DomainError("carry-over-level")
    if earlier_plan >= plan:
        raise DomainError("carry-over-not-earlier", plan=plan, earlier=earlier_plan)


def elapsed(starts_on: date | None, ends_on: date | None, day: date) -> Fraction | None:
    """The share of a plan's period that has passed by a day; None where the period is not known."""
    if starts_on is None or ends_on is None or ends_on < starts_on:
        return None
    whole = (ends_on - starts_on).days + 1
    return min(max(Fraction((day - starts_on).days + 1, whole), Fraction(0)), Fraction(1))


def day_of_share(starts_on: date, ends_on: date, share: Fraction) -> date:
    """The day by which a share of a plan's period has passed, never before its first."""
    whole = (ends_on - starts_on).days + 1
    return starts_on + timedelta(days=max(int(whole * share) - 1, 0))
