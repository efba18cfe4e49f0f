"""A compiled report put into words: what the formats that people read share, so that all say the same.

Texts are written out, in the report's language; `anchor` names the place in the detail that a row links to.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Pair:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True)
class Pill:
    """A state in words, with its tone: late, warn, ok, info or mute."""

    text: str
    tone: str


@dataclass(frozen=True)
class Fact:
    """A large figure with what it counts."""

    value: str
    label: str
    tone: str = "mute"


@dataclass(frozen=True)
class Bars:
    """Both figures: how far each bar reaches (0 to 100, empty where nothing is known), and in words."""

    validated: str
    reported: str
    validated_text: str
    reported_text: str


@dataclass(frozen=True)
class Chart:
    """A drawing of figures with what it says in words and the table of the same figures."""

    key: str
    title: str
    alt: str
    svg: str
    """Self-contained, its texts in the fonts of the report; colour never tells anything alone."""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class CommitmentRow:
    """A commitment in the summary's table."""

    anchor: str
    number: str
    title: str
    bars: Bars
    validated: str
    reported: str
    coverage: str
    pill: Pill


@dataclass(frozen=True)
class ListRow:
    """A delivery in one of the lists of how things stand."""

    anchor: str
    number: str
    title: str
    answers: str
    due: str
    validated: str
    reported: str
    own: str
    late: str


@dataclass(frozen=True)
class ListSection:
    """Deliveries that stand alike."""

    title: str
    lead: str
    empty: str
    tone: str
    rows: tuple[ListRow, ...]


@dataclass(frozen=True)
class Reference:
    """A link to a place in the detail."""

    anchor: str
    text: str


@dataclass(frozen=True)
class FindingRow:
    """A finding on its own line."""

    anchor: str
    number: str
    title: str
    institution: str
    detail: str


@dataclass(frozen=True)
class FindingLine:
    """The same finding on several rows, said once."""

    text: str
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class FindingGroup:
    """All findings of one kind."""

    title: str
    why: str
    tone: str
    count: int
    rows: tuple[FindingRow, ...]
    lines: tuple[FindingLine, ...]


@dataclass(frozen=True)
class MeansRow:
    """A means of verification and what answers it."""

    text: str
    handed_in: str
    accepted: str
    tone: str


@dataclass(frozen=True)
class EvidenceRow:
    """An item of evidence in the annex."""

    anchor: str
    number: str
    institution: str
    kind: str
    title: str
    url: str
    on: str
    sha256: str
    mark: str


@dataclass(frozen=True)
class ReportCard:
    """What one institution reports of an item."""

    heading: str
    note: str
    claim: str
    marks: tuple[Pill, ...]
    remarks: tuple[str, ...]
    narrative: str
    evidence: str
    links: tuple[str, ...]
    earlier: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ItemCard:
    """An item of the detail with everything below it."""

    anchor: str
    level: str
    heading: str
    title: str
    pill: Pill
    bars: Bars
    coverage: str
    fields: tuple[Pair, ...]
    means: tuple[MeansRow, ...]
    means_note: str
    reports: tuple[ReportCard, ...]
    findings: tuple[str, ...]
    children: tuple[ItemCard, ...] = ()


@dataclass(frozen=True)
class Column:
    """A column of a board: its heading, whether it holds figures, how wide it is beside the others."""

    label: str
    is_figure: bool = False
    share: int = 1


@dataclass(frozen=True)
class Cell:
    """A cell of a board; with an anchor it leads to the detail."""

    text: str
    anchor: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Board:
    """A table that one kind of report has and others have not."""

    title: str
    lead: str
    empty: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Passage:
    """A text under a heading of its own, with whose it is."""

    title: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Chapter:
    """A chapter that one kind of report has and others have not; it follows the summary."""

    key: str
    title: str
    lead: str
    boards: tuple[Board, ...] = ()
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True)
class Presentation:
    """The whole report in words."""

    language: str
    title: str
    subject: str
    plan: str
    as_of: str
    issuer: str
    note: str
    cover: tuple[Pair, ...]
    paragraph: str
    facts: tuple[Fact, ...]
    states_note: str
    commitments: tuple[CommitmentRow, ...]
    sections: tuple[ListSection, ...]
    own_column: str
    findings_lead: str
    findings: tuple[FindingGroup, ...]
    items: tuple[ItemCard, ...]
    detail_note: str
    """Where the detail does not tell of every item, that."""
    annex: tuple[EvidenceRow, ...]
    method: tuple[Pair, ...]
    sha256: str
    charts: tuple[Chart, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    """Headings of chapters and columns."""
