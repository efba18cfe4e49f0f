"""Compiled reports: kinds, states and their transitions (design section 7)."""

from __future__ import annotations

from enum import StrEnum

from tracker.domain.errors import Conflict


class CompilationKind(StrEnum):
    """What is compiled."""

    INSTITUTIONAL = "institutional"
    PLAN = "plan"
    SELF_ASSESSMENT = "self-assessment"
    MONTHLY = "monthly"
    ACCOUNTABILITY = "accountability"
    COMMITMENT = "commitment"


class CompilationStatus(StrEnum):
    """Where a compiled report stands."""

    REQUESTED = "requested"
    COMPILING = "compiling"
    READY = "ready"
    FAILED = "failed"
    APPROVED = "approved"
    PUBLISHED = "published"


FOLLOWING: dict[CompilationStatus, frozenset[CompilationStatus]] = {
    CompilationStatus.REQUESTED: frozenset({CompilationStatus.COMPILING, CompilationStatus.FAILED}),
    CompilationStatus.COMPILING: frozenset(
        {CompilationStatus.READY, CompilationStatus.FAILED, CompilationStatus.COMPILING}
    ),
    CompilationStatus.READY: frozenset({CompilationStatus.APPROVED}),
    CompilationStatus.APPROVED: frozenset({CompilationStatus.PUBLISHED}),
    CompilationStatus.FAILED: frozenset({CompilationStatus.COMPILING}),
    CompilationStatus.PUBLISHED: frozenset(),
}


def advance(status: CompilationStatus, to: CompilationStatus) -> CompilationStatus:
    """The next status, when it may follow; Conflict otherwise: a published report never changes."""
    if to not in FOLLOWING[status]:
        raise Conflict("compilation-not-possible", status=status.value, to=to.value)
    return to
