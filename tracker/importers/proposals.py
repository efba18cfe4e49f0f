"""What an importer hands over: proposed items and findings, for a service to preview and accept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.plans import Continuity, Role, Sector
from tracker.domain.schedule import Frequency, Window
from tracker.domain.targets import TargetTable


class Level(StrEnum):
    """An error stops the import; a doubt is written and marked for the contact point."""

    ERROR = "error"
    DOUBT = "doubt"


@dataclass(frozen=True)
class Finding:
    """One thing wrong or doubtful, where it stands, and the offending text."""

    level: Level
    code: str
    sheet: str = ""
    cell: str = ""
    text: str = ""
    params: dict[str, str] = field(default_factory=dict)
    node_key: str = ""
    """Label of the item it concerns ("10/2.2", "10/2", "10"), empty for the whole file."""


@dataclass(frozen=True)
class InstitutionEntry:
    """A known institution: what text is matched against."""

    acronym: str
    name: str
    aliases: tuple[str, ...] = ()
    sector: Sector = Sector.PUBLIC
    areas: tuple[str, ...] = ()
    """Subject areas in its charge ("Educación"): matched only in lists of areas, and then as a guess."""
    is_group: bool = False


@dataclass(frozen=True)
class InstitutionMention:
    """An institution named in a text: the entry it was taken for, or a new one, and its words."""

    acronym: str
    name: str
    text: str
    known: bool = True
    is_group: bool = False
    sector: Sector = Sector.PUBLIC
    parent_unit: str = ""
    """A sub-unit named with it ("Dirección para la Descentralización"), kept as text."""


@dataclass(frozen=True)
class RoleProposal:
    """One institution's part in an item, as read."""

    institution: InstitutionMention
    role: Role
    note: str = ""
    """What the text adds to the part ("apoyo tecnológico"), as written."""


@dataclass(frozen=True)
class SharedText:
    """A product or a verification means; `key` is equal where one merged cell covers several items."""

    key: str
    text: str


@dataclass
class ActivityProposal:
    """One activity row."""

    number: int
    label: str
    title: str
    windows: tuple[Window, ...] = ()
    windows_text: str = ""
    frequency: Frequency | None = None
    roles: tuple[RoleProposal, ...] = ()
    roles_text: str = ""
    product: SharedText | None = None
    means: tuple[SharedText, ...] = ()
    cell: str = ""


@dataclass
class MilestoneProposal:
    """One milestone row with its activities."""

    number: int
    label: str
    title: str
    windows: tuple[Window, ...] = ()
    windows_text: str = ""
    frequency: Frequency | None = None
    continuity: Continuity | None = None
    roles: tuple[RoleProposal, ...] = ()
    roles_text: str = ""
    product: SharedText | None = None
    means: tuple[SharedText, ...] = ()
    activities: list[ActivityProposal] = field(default_factory=list)
    cell: str = ""


@dataclass
class CommitmentProposal:
    """One commitment with what the file says of it; `fields` are TEMPLATE_FIELDS present in the file."""

    number: int
    label: str
    title: str
    windows: tuple[Window, ...] = ()
    windows_text: str = ""
    axis_number: int | None = None
    axis_title: str = ""
    plan_number: int | None = None
    plan_title: str = ""
    plan_years: tuple[int, int] | None = None
    roles: tuple[RoleProposal, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    ogp_values: tuple[str, ...] = ()
    contact: dict[str, str] = field(default_factory=dict)
    financial_centavos: tuple[tuple[int, str], ...] = ()
    """Amounts in centavos of GTQ with who provides them."""
    milestones: list[MilestoneProposal] = field(default_factory=list)
    activities: list[ActivityProposal] = field(default_factory=list)
    cell: str = ""


@dataclass
class PlanProposal:
    """What a work plan or template file proposes."""

    source: str
    """`workplan` or `template`."""
    source_version: str = ""
    is_draft: bool = False
    commitments: list[CommitmentProposal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class ClaimProposal:
    """One row of a progress file."""

    row: int
    commitment: int
    milestone: str
    activity: str
    """Numbers as the file gives them ("2", "3a"); both empty for the commitment itself."""
    institution: InstitutionMention
    role: Role | None
    role_text: str
    percent: Decimal | None
    reported_on: date
    completed_on: date | None
    narrative: str
    links: tuple[str, ...]
    sheet: str = ""


@dataclass
class ProgressProposal:
    """What a progress file proposes."""

    claims: list[ClaimProposal] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """True when nothing may be written."""
        return any(one.level is Level.ERROR for one in self.findings)


@dataclass
class TargetsProposal:
    """What a file of targets proposes, table by table."""

    institution: InstitutionMention | None = None
    """Whose they are; None where nobody knows an institution of that name."""
    tables: list[TargetTable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
