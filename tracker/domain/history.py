"""As of, and known at (design section 2, rule 8): which facts count at a cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from tracker.domain.workflow import ReportAction, ReportStatus, status_after

T = TypeVar("T")


@dataclass(frozen=True)
class Cut:
    """A fact counts when its effective date is at most `as_of` and its sequence at most `known_at`.

    `known_at` None means all that is recorded.
    """

    as_of: date
    known_at: int | None = None

    def knows(self, sequence: int) -> bool:
        """True when the fact had been recorded by the known-at sequence."""
        return self.known_at is None or sequence <= self.known_at

    def counts(self, effective_on: date | None, sequence: int) -> bool:
        """True when a fact counts; one without an effective date holds from the beginning."""
        return self.knows(sequence) and (effective_on is None or effective_on <= self.as_of)


@dataclass(frozen=True)
class RecordedAction:
    """One recorded step in the life of a report."""

    action: ReportAction
    sequence: int


def status_at(actions: Iterable[RecordedAction], cut: Cut) -> ReportStatus:
    """The status of a report as far as it was known at the cut; a decision has its own sequence."""
    known = sorted((one for one in actions if cut.knows(one.sequence)), key=lambda one: one.sequence)
    return status_after(one.action for one in known)


def latest(
    versions: Sequence[T], cut: Cut, *, effective: Callable[[T], date | None], sequence: Callable[[T], int]
) -> T | None:
    """The version in force at the cut: the last by effective date, then by order of recording.

    A later correction without an effective date replaces what it corrects from the beginning on.
    """
    counted = [one for one in versions if cut.counts(effective(one), sequence(one))]
    return max(counted, key=lambda one: (effective(one) or date.min, sequence(one)), default=None)


def recorded_after(recorded_on: date, cut_off: date) -> bool:
    """True for what was recorded after the cut-off about before it ("registrado con posterioridad")."""
    return recorded_on > cut_off
