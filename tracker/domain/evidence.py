"""What evidence proves and who may see it (design section 2, rule 3, and section 5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.errors import DomainError
from tracker.domain.text import normalise


class EvidenceKind(StrEnum):
    """A stored file or a captured link."""

    FILE = "file"
    LINK = "link"


class Access(StrEnum):
    """Who may open it; that it exists, its date and its hash are always public."""

    PUBLIC = "public"
    CONFIDENTIAL = "confidential"
    RESERVED = "reserved"


FULL = Decimal(100)
_PERSONAL_LISTS = re.compile(
    r"\b(?:lista|listado|planilla|registro|hoja|control)s? (?:de |del |de la |de las |de los )?"
    r"(?:asistencias?(?! tecnica| social)|asistentes|participantes)\b"
)


@dataclass(frozen=True)
class Coverage:
    """Means answered by accepted evidence, out of those required; sets, so that a shared one counts once."""

    answered: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()

    def __add__(self, other: Coverage) -> Coverage:
        """Both together, a shared means once."""
        return Coverage(self.answered | other.answered, self.required | other.required)

    @property
    def missing(self) -> frozenset[str]:
        """The means without accepted evidence."""
        return self.required - self.answered


def default_access(means_text: str) -> Access:
    """Attendance lists hold personal data and are confidential unless somebody decides otherwise."""
    plain = normalise(means_text)
    return Access.CONFIDENTIAL if _PERSONAL_LISTS.search(plain) else Access.PUBLIC


def strictest(accesses: Iterable[Access]) -> Access:
    """The access that nobody chose: the strictest of the means that are answered, public where none is."""
    return max(accesses, key=list(Access).index, default=Access.PUBLIC)


@dataclass(frozen=True)
class Reserve:
    """The resolution that reserves information, as the law of access to it (Decreto 57-2008) asks."""

    number: str = ""
    authority: str = ""
    on: date | None = None
    ground: str = ""
    until: date | None = None

    def problems(self, today: date) -> list[DomainError]:
        """What a reserve lacks, each beside its field; only its end may be left open."""
        needed = (
            ("legal-ground-required", "legal_ground", self.ground),
            ("reserve-number-required", "resolution_number", self.number),
            ("reserve-authority-required", "resolution_authority", self.authority),
            ("reserve-date-required", "resolution_on", self.on),
        )
        found = [DomainError(code, field=field) for code, field, value in needed if not value]
        if self.on is not None and self.on > today:
            found.append(DomainError("reserve-date-future", field="resolution_on"))
        if self.on is not None and self.until is not None and self.until < self.on:
            found.append(DomainError("reserve-ends-before", field="reserved_until"))
        return found


def check_validation(
    percent: Decimal | None,
    *,
    required: Set[str],
    answered: Set[str],
    accepted_items: int,
    exception: str = "",
) -> None:
    """Validating 100 % needs accepted evidence for every means, or a written exception signed by name.

    Anything else above 0 needs one accepted item at least; no exception stands in for it. Raises DomainError.
    """
    if percent is None or percent <= 0 or (percent >= FULL and exception.strip()):
        return
    missing = sorted(required - answered)
    if percent >= FULL and missing:
        raise DomainError("means-without-evidence", field="exception", missing=missing, count=len(missing))
    if accepted_items < 1:
        raise DomainError("no-accepted-evidence", field="accepted")


def union(parts: Iterable[Coverage]) -> Coverage:
    """Coverage of several items together."""
    total = Coverage()
    for part in parts:
        total += part
    return total
