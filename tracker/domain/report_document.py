"""The frozen document of a compiled report: what every renderer is given, and what its hash covers.

Field names are the keys of the JSON (design section 9). Fields marked DETAIL are the compiled report's own:
`status --format json` leaves them out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.assessment import CompletionLevel
from tracker.domain.canonical import APART, DETAIL
from tracker.domain.compilation import CompilationKind
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.plans import Role
from tracker.domain.report_assessment import SelfAssessment
from tracker.domain.report_targets import Accountability
from tracker.domain.report_values import Aggregate, Period, RowRef, SheetField
from tracker.domain.schedule import Window
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus


@dataclass(frozen=True)
class PartLine:
    """An institution's part: its acronym, or its name where it has none."""

    institution: str
    role: Role


@dataclass(frozen=True)
class CoverageCount:
    """Means answered by accepted evidence, out of those required."""

    answered: int = 0
    required: int = 0


@dataclass(frozen=True)
class PointFigure:
    """One figure of an activity, always with date and author."""

    percent: Decimal
    on: date
    by: str
    completed_on: date | None
    missing: tuple[str, ...] = field(default=(), metadata=DETAIL)
    """Leads who have not reported."""


@dataclass(frozen=True)
class MeansLine:
    """One verification means: whether accepted evidence answers it, and how many items were handed in."""

    uid: str
    text: str
    access: Access
    is_answered: bool
    handed_in: int


@dataclass(frozen=True)
class ProductLine:
    """What an item delivers, with the quantity that the approved plan states."""

    text: str
    unit: str
    planned: Decimal | None
    quote: str


@dataclass(frozen=True)
class EvidenceLine:
    """One item of evidence; of a restricted one only that it exists, its date, its hash and its mark."""

    uid: str
    kind: EvidenceKind
    title: str
    on: date
    access: Access
    url: str
    sha256: str
    size: int
    media_type: str
    means: tuple[str, ...]
    accepted: bool | None


@dataclass(frozen=True)
class EarlierReport:
    """A report of the same institution before its last one."""

    uid: str
    percent: Decimal | None
    on: date
    completed_on: date | None
    occurrence: str | None
    status: ReportStatus
    narrative: str
    evidence: tuple[EvidenceLine, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OwnReport:
    """An institution's own last report on an item; a contribution where it does not govern the figure."""

    institution: str
    role: Role | None
    percent: Decimal | None
    on: date
    completed_on: date | None
    uid: str = field(metadata=DETAIL)
    claimed_role: Role | None = field(metadata=DETAIL)
    is_contribution: bool = field(metadata=DETAIL)
    status: ReportStatus = field(metadata=DETAIL)
    state: State | None = field(metadata=DETAIL)
    """How a claim of 100 % stands to its due dates; None below 100 %."""
    days_late: int | None = field(metadata=DETAIL)
    days_late_baseline: int | None = field(metadata=DETAIL)
    outside_period: bool = field(metadata=DETAIL)
    recorded_on: date = field(metadata=DETAIL)
    recorded_after_cutoff: bool = field(metadata=DETAIL)
    delivered: Decimal | None = field(metadata=DETAIL)
    departure_reason: str = field(metadata=DETAIL)
    no_progress: bool = field(metadata=DETAIL)
    narrative: str = field(metadata=DETAIL)
    validated_by: str = field(metadata=DETAIL)
    validated_on: date | None = field(metadata=DETAIL)
    exception: str = field(metadata=DETAIL)
    evidence: tuple[EvidenceLine, ...] = field(metadata=DETAIL)
    links: tuple[str, ...] = field(metadata=DETAIL)
    means_handed_in: int = field(metadata=DETAIL)
    """How many of the required means its evidence names, accepted or not."""
    earlier: tuple[EarlierReport, ...] = field(default=(), metadata=DETAIL)


@dataclass(frozen=True, kw_only=True)
class ItemLine:
    """What all levels show."""

    number: int
    label: str
    uid: str
    title: str
    windows: tuple[Window, ...]
    due_on: date | None
    baseline_due_on: date | None
    roles: tuple[PartLine, ...]
    product: str
    verification_means: tuple[str, ...]
    coverage: CoverageCount
    state: State
    days_late: int | None
    institution_reports: tuple[OwnReport, ...]
    roles_inherited: bool = field(metadata=DETAIL)
    baseline_windows: tuple[Window, ...] = field(metadata=DETAIL)
    days_late_baseline: int | None = field(metadata=DETAIL)
    products: tuple[ProductLine, ...] = field(metadata=DETAIL)
    means: tuple[MeansLine, ...] = field(metadata=DETAIL)


@dataclass(frozen=True, kw_only=True)
class ActivityLine(ItemLine):
    """An activity with both its figures."""

    validated: PointFigure | None
    reported: PointFigure | None


@dataclass(frozen=True, kw_only=True)
class GroupLine(ItemLine):
    """What is above activities."""

    validated: Aggregate
    reported: Aggregate
    activities: tuple[ActivityLine, ...]


@dataclass(frozen=True, kw_only=True)
class MilestoneLine(GroupLine):
    """A milestone."""


@dataclass(frozen=True, kw_only=True)
class CommitmentLine(GroupLine):
    """A commitment; `activities` are those without a milestone."""

    level: CompletionLevel
    milestones: tuple[MilestoneLine, ...]
    axis: str = field(metadata=DETAIL)


class FindingCode(StrEnum):
    """What a report says aloud, gravest first."""

    FULL_CLAIM_WITHOUT_EVIDENCE = "full-claim-without-evidence"
    FULL_CLAIM_WITH_PARTIAL_EVIDENCE = "full-claim-with-partial-evidence"
    CLAIM_ABOVE_QUANTITY = "claim-above-quantity"
    NARRATIVE_CONTRADICTS = "narrative-contradicts-percent"
    CLAIM_WITHOUT_PART = "claim-without-part-in-plan"
    COMPLETED_LATE = "completed-after-due-date"
    EVIDENCE_AFTER_CUTOFF = "evidence-dated-after-cutoff"
    VALIDATED_BY_EXCEPTION = "validated-by-exception"
    LEVEL_ABOVE_COMPUTED = "level-above-computed"
    LEAD_NOT_REPORTED = "lead-has-not-reported"
    NO_INFORMATION = "no-information"
    ROUNDS_UNANSWERED = "rounds-unanswered"
    COMPLETION_UNDATED = "completion-date-not-given"
    REPORT_RETURNED = "report-returned"
    PART_DIFFERS = "claimed-part-differs"
    OUTSIDE_PERIOD = "outside-period"
    RECORDED_AFTER_CUTOFF = "recorded-after-cutoff"


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, the row it is about, whose report, and the values of its sentence."""

    code: FindingCode
    row: RowRef
    institution: str
    params: dict[str, str]


@dataclass(frozen=True)
class StateCount:
    """How many items stand in a state."""

    state: State
    count: int


@dataclass(frozen=True)
class PartCount:
    """In how many activities the institution has a part; None where the plan gives it none."""

    role: Role | None
    count: int


@dataclass(frozen=True)
class ClaimCounts:
    """What was claimed: each institution's last report on each item."""

    reports: int
    full: int
    own: int
    contributions: int
    validated: int
    full_validated: int
    full_without_evidence: int
    full_with_partial_evidence: int
    full_undated: int
    full_late: int
    narratives: int


@dataclass(frozen=True)
class Sections:
    """The items by what has to be said first; one may stand both late and without information."""

    complete: tuple[RowRef, ...]
    awaiting_validation: tuple[RowRef, ...]
    late: tuple[RowRef, ...]
    at_risk: tuple[RowRef, ...]
    without_information: tuple[RowRef, ...]


@dataclass(frozen=True)
class Summary:
    """The figures from which the summary is written."""

    commitments: int
    milestones: int
    activities: int
    items: int
    """Items that deliver: activities, and milestones with a delivery of their own."""
    states: tuple[StateCount, ...]
    parts: tuple[PartCount, ...]
    claims: ClaimCounts
    coverage: CoverageCount
    validated: Aggregate | None
    reported: Aggregate | None
    sections: Sections


@dataclass(frozen=True)
class PlanLine:
    """The plan on the cover."""

    number: int
    title: str
    starts_on: date | None
    ends_on: date | None
    milestone_word: str
    substantial_from: Decimal
    due_soon_days: int


@dataclass(frozen=True)
class InstitutionLine:
    """The institution on the cover."""

    name: str
    acronym: str

    @property
    def label(self) -> str:
        """The acronym, or the name where it has none."""
        return self.acronym or self.name


@dataclass(frozen=True)
class Imprint:
    """What is printed beside the content and is no part of it: its hash, its version, whose report it is."""

    sha256: str = ""
    version: int | None = None
    issuer: str = ""


@dataclass(frozen=True)
class ReportDocument:
    """A compiled report: the same cut-off and known-at give the same content, whatever happened since."""

    kind: CompilationKind
    plan: PlanLine
    institution: InstitutionLine | None
    cutoff: date
    known_at: int
    summary: Summary
    findings: tuple[Finding, ...]
    commitments: tuple[CommitmentLine, ...]
    sheet: tuple[SheetField, ...] = ()
    """Of a commitment sheet, what the official template says."""
    period: Period | None = None
    """Of a monthly report, its month."""
    assessment: SelfAssessment | None = None
    """Of a self-assessment, what is said of each commitment."""
    targets: Accountability | None = None
    """Of a four-month accountability, the targets of its fiscal year."""
    imprint: Imprint = field(default_factory=Imprint, metadata=APART)
