"""The completion scale of the Independent Reporting Mechanism (design section 2, rule 6)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction


class CompletionLevel(StrEnum):
    """Five values, as the IRM codes them."""

    NO_EVIDENCE = "no_evidence"
    NOT_STARTED = "not_started"
    LIMITED = "limited"
    SUBSTANTIAL = "substantial"
    COMPLETE = "complete"


RANK: dict[CompletionLevel, int] = {level: place for place, level in enumerate(CompletionLevel)}
"""How far each value stands on the scale."""


class Assessor(StrEnum):
    """Whose assessment it is; the first four stand side by side and are never averaged.

    The contact point tells of the plan's general achievements and gives no level.
    """

    COMPUTED = "computed"
    INSTITUTION = "institution"
    TECHNICAL_TABLE = "technical_table"
    IRM = "irm"
    CONTACT_POINT = "contact_point"


@dataclass(frozen=True)
class Thresholds:
    """Settings of the computed scale, in percent."""

    substantial: Fraction = Fraction(50)
    complete: Fraction = Fraction(100)


def completion_level(
    validated: Fraction | None, *, opened: bool = True, thresholds: Thresholds | None = None
) -> CompletionLevel:
    """The level computed from the validated figure (percent): limited < 50 % <= substantial < 100 %.

    Nothing validated is "no evidence available", or "not started" where no window has opened;
    a validated 0 % is "not started".
    """
    limits = thresholds or Thresholds()
    if validated is None:
        return CompletionLevel.NO_EVIDENCE if opened else CompletionLevel.NOT_STARTED
    if validated <= 0:
        return CompletionLevel.NOT_STARTED
    if validated >= limits.complete:
        return CompletionLevel.COMPLETE
    return CompletionLevel.SUBSTANTIAL if validated >= limits.substantial else CompletionLevel.LIMITED
