"""Plain values of a plan at a cut: what rules are applied to. Read by queries, never by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from tracker.domain.assessment import Thresholds
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.plans import NodeKind, Role
from tracker.domain.schedule import Schedule
from tracker.domain.workflow import ReportStatus


@dataclass(frozen=True)
class InstitutionRef:
    """An institution as facts name it; the same one under whatever name a version of a fact keeps."""

    uid: str
    name: str = field(compare=False)
    acronym: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """The acronym, or the name where it has none."""
        return self.acronym or self.name


@dataclass(frozen=True)
class Forerunner:
    """An institution whose part another one took over by a merger: what it reported still counts there."""

    uid: str
    since: date | None = None
    follows: tuple[Forerunner, ...] = ()


@dataclass(frozen=True)
class RoleFact:
    """An institution's part in an item; `text` keeps the words it was read from.

    A part taken over by a merger counts the institution's own reports `since` that day, after those of
    whom it follows.
    """

    institution: InstitutionRef
    role: Role
    text: str = ""
    since: date | None = None
    follows: tuple[Forerunner, ...] = ()


@dataclass(frozen=True)
class MeansFact:
    """One verification means; the same uid stands under every item that shares it."""

    uid: str
    text: str
    access: Access = Access.PUBLIC


@dataclass(frozen=True)
class ProductFact:
    """What an item delivers, with its planned quantity where the approved plan states one."""

    uid: str
    text: str
    unit: str = ""
    planned: Decimal | None = None
    quote: str = ""


@dataclass(frozen=True)
class VariantFact:
    """What another source says of the same field, kept until the contact point chooses (rule 10)."""

    field: str
    source: str
    source_version: str
    is_draft: bool
    value: str
    institutions: tuple[str, ...] = ()


@dataclass(frozen=True)
class RedactionFact:
    """The public version that stands beside a restricted file."""

    sha256: str
    size: int
    media_type: str
    recorded_at: datetime


@dataclass(frozen=True)
class EvidenceFact:
    """A file or link handed in with a report."""

    uid: str
    kind: EvidenceKind
    title: str
    effective_on: date
    recorded_at: datetime
    access: Access = Access.PUBLIC
    url: str = ""
    sha256: str = ""
    size: int = 0
    media_type: str = ""
    description: str = ""
    legal_ground: str = ""
    means: tuple[str, ...] = ()
    accepted: bool = True
    """False for an item that the reviewer set aside when validating its report."""
    resolution_number: str = ""
    resolution_authority: str = ""
    resolution_on: date | None = None
    reserved_until: date | None = None
    version: int = 1
    redaction: RedactionFact | None = None


@dataclass(frozen=True)
class DecisionFact:
    """Who decided on a report, when, and what was signed; an office, never a person's name."""

    by: str
    decided_at: datetime
    sequence: int
    exception: str = ""
    comment: str = ""
    contradicts_narrative: bool = False


@dataclass(frozen=True)
class ReportFact:
    """One version of an institution's report on an item, with its status at the cut."""

    uid: str
    node_uid: str
    institution: InstitutionRef
    percent: Decimal | None
    reported_on: date
    sequence: int
    status: ReportStatus
    recorded_at: datetime
    completed_on: date | None = None
    occurrence: str | None = None
    narrative: str = ""
    claimed_role: Role | None = None
    delivered: Decimal | None = None
    departure_reason: str = ""
    no_progress: bool = False
    origin: str = "form"
    letter_number: str = ""
    """The official letter that was recorded on the institution's behalf."""
    letter_on: date | None = None
    evidence: tuple[EvidenceFact, ...] = ()
    decision: DecisionFact | None = None


@dataclass(frozen=True)
class NodeFacts:
    """One item of the plan's tree, as it stood at the cut."""

    uid: str
    kind: NodeKind
    number: int
    label: str
    title: str
    parent_uid: str | None = None
    weight: Fraction = Fraction(1)
    schedule: Schedule = field(default_factory=Schedule)
    roles: tuple[RoleFact, ...] = ()
    products: tuple[ProductFact, ...] = ()
    means: tuple[MeansFact, ...] = ()
    withdrawn_on: date | None = None
    position: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    variants: tuple[VariantFact, ...] = ()

    @property
    def delivers(self) -> bool:
        """True where the item itself has something to show, apart from its children."""
        return bool(self.products or self.means)


@dataclass(frozen=True)
class PlanFacts:
    """A whole plan at a cut."""

    root: NodeFacts
    nodes: tuple[NodeFacts, ...]
    reports: tuple[ReportFact, ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)
    starts_on: date | None = None
    ends_on: date | None = None
    due_soon_days: int = 30

    def outside_period(self, report: ReportFact) -> bool:
        """Progress after the plan's end is left out of its final figure ("fuera del período")."""
        return self.ends_on is not None and report.reported_on > self.ends_on
