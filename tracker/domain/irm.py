"""What the Independent Reporting Mechanism codes of a commitment, by its own lists, former and current.

Sources, as the Open Government Partnership publishes them:
https://www.opengovpartnership.org/glossary/completion/ (five values; kept in `domain/assessment.py`),
https://www.opengovpartnership.org/glossary/ambition/ (potential for results, since the plans of 2020),
https://www.opengovpartnership.org/glossary/early-results/ ("did it open government?" with five values, and
the indicator that replaced it), https://www.opengovpartnership.org/documents/independent-reporting-mechanism-results-report
and https://www.opengovpartnership.org/documents/guatemala-action-plan-review-2021-2023 (open-government lens,
potential for results), https://www.opengovpartnership.org/members/guatemala/commitments/GT0065/ (verifiable,
relevance, potential impact, starred, of a plan of 2016-2018) and the IRM Procedures Manual of those years
(specificity, potential impact: https://studylib.net/doc/6800234/about-the-irm-procedures-manual).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import DomainError
from tracker.domain.plans import OGP_VALUES


class IrmField(StrEnum):
    """What is coded, in the order in which the IRM tells it: the design first, then the results."""

    VERIFIABLE = "verifiable"
    SPECIFICITY = "specificity"
    LENS = "lens"
    RELEVANCE = "relevance"
    IMPACT = "impact"
    POTENTIAL = "potential"
    OPENED = "opened"
    RESULTS = "results"
    STARRED = "starred"


class Procedure(StrEnum):
    """Under which of the IRM's procedures a field is coded."""

    BOTH = "both"
    FORMER = "former"
    """Progress, mid-term and end-of-term reports of the plans up to 2018."""
    CURRENT = "current"
    """Action plan reviews and results reports."""


YES_NO = ("yes", "no")
CODES: dict[IrmField, tuple[str, ...]] = {
    IrmField.VERIFIABLE: YES_NO,
    IrmField.SPECIFICITY: ("none", "low", "medium", "high"),
    IrmField.LENS: YES_NO,
    IrmField.RELEVANCE: (*OGP_VALUES, "unclear"),
    IrmField.IMPACT: ("none", "minor", "moderate", "transformative"),
    IrmField.POTENTIAL: ("unclear", "modest", "substantial"),
    IrmField.OPENED: ("worsened", "unchanged", "marginal", "major", "outstanding"),
    IrmField.RESULTS: ("none", "moderate", "significant"),
    IrmField.STARRED: YES_NO,
}
"""Every field with its own list, lowest first where it is a scale."""

PROCEDURES: dict[IrmField, Procedure] = {
    IrmField.VERIFIABLE: Procedure.BOTH,
    IrmField.SPECIFICITY: Procedure.FORMER,
    IrmField.LENS: Procedure.CURRENT,
    IrmField.RELEVANCE: Procedure.FORMER,
    IrmField.IMPACT: Procedure.FORMER,
    IrmField.POTENTIAL: Procedure.CURRENT,
    IrmField.OPENED: Procedure.FORMER,
    IrmField.RESULTS: Procedure.CURRENT,
    IrmField.STARRED: Procedure.FORMER,
}
SEVERAL = frozenset({IrmField.RELEVANCE})
"""Fields that may hold more than one value: a commitment serves several of the partnership's values."""


@dataclass(frozen=True)
class IrmCode:
    """One value that the IRM gave."""

    field: IrmField
    value: str


def in_order(codes: Iterable[IrmCode]) -> tuple[IrmCode, ...]:
    """The codes as they are kept: by field, then as its list has them, each once."""
    fields = list(IrmField)
    return tuple(sorted(set(codes), key=lambda one: (fields.index(one.field), _place(one))))


def _place(code: IrmCode) -> int:
    values = CODES[code.field]
    return values.index(code.value) if code.value in values else len(values)


def code_errors(codes: Iterable[IrmCode]) -> Iterator[DomainError]:
    """A value that is not in its field's list, or two values where the IRM gives one."""
    seen: set[IrmField] = set()
    for one in codes:
        if one.value not in CODES[one.field]:
            yield DomainError("irm-code-unknown", field=one.field.value, value=one.value)
        elif one.field in seen and one.field not in SEVERAL:
            yield DomainError("irm-code-repeated", field=one.field.value)
        seen.add(one.field)
