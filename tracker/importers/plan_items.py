"""From rows to proposals: windows, parts, product, means, frequency and quantities of each item."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from tracker.domain.plans import Role
from tracker.domain.schedule import Frequency, Window
from tracker.importers.findings import FindingList
from tracker.importers.headings import ROLE_COLUMNS, Column
from tracker.importers.institution_words import STRENGTH
from tracker.importers.institutions import InstitutionReader
from tracker.importers.means import read_means
from tracker.importers.periods import PeriodReading, parse_frequency, parse_range, parse_windows
from tracker.importers.plan_rows import RawCommitment, RawItem, RawMilestone
from tracker.importers.proposals import (
    ActivityProposal,
    MilestoneProposal,
    RoleProposal,
    SharedText,
)
from tracker.importers.sheets import Place, Sheet, cell_name
from tracker.importers.wording import collapse, fold

_PERCENT_OF = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|por\s*ciento)[^.;,\n]{0,60}")
_COUNT = re.compile(r"^\W*(?P<count>\d{1,3}(?:[,.]\d{3})*|\d+)\s+(?P<unit>[a-z]{4,}\b[^.;,\n]{0,60})")


def merge_roles(roles: list[RoleProposal]) -> tuple[RoleProposal, ...]:
    """Each institution once, with its strongest part."""
    found: dict[str, RoleProposal] = {}
    for one in roles:
        key = one.institution.acronym or one.institution.name
        earlier = found.get(key)
        if earlier is None or STRENGTH.index(one.role) < STRENGTH.index(earlier.role):
            found[key] = one
    return tuple(found.values())


@dataclass
class ItemBuilder:
    """Reads the cells of items, telling every doubt of the cell it comes from."""

    reader: InstitutionReader
    findings: FindingList

    def learn(self, commitments: list[RawCommitment]) -> None:
        """Meet every institution before parts are read, so that the fullest spelling of a name is known."""
        for commitment in commitments:
            for item in commitment.items():
                for column in ROLE_COLUMNS:
                    for place in item.cells(column):
                        self.reader.read(item.sheet.text(*place))

    def milestone(self, raw: RawMilestone, commitment: int) -> MilestoneProposal:
        """A milestone with its activities."""
        key = f"{commitment}/{raw.label}"
        made = MilestoneProposal(raw.number, raw.label, raw.title, cell=cell_name(raw.place))
        made.activities = [self.activity(one, commitment, raw) for one in raw.activities]
        silent = any(one.windows for one in made.activities) or not raw.own_fields
        self._fill(made, raw, key, silent=silent)
        made.roles, made.roles_text = self._roles(raw, key, None)
        for one, proposed in zip(raw.activities, made.activities, strict=True):
            if not proposed.roles and not made.roles:
                self._no_responsible(one, f"{commitment}/{one.label}")
        return made

    def activity(self, raw: RawItem, commitment: int, home: RawMilestone | None = None) -> ActivityProposal:
        """An activity; its roles stay empty where it inherits those of its milestone."""
        key = f"{commitment}/{raw.label}"
        made = ActivityProposal(raw.number, raw.label, raw.title, cell=cell_name(raw.place))
        self._fill(made, raw, key, silent=False)
        made.roles, made.roles_text = self._roles(raw, key, home)
        if home is None and not made.roles:
            self._no_responsible(raw, key)
        return made

    def _no_responsible(self, raw: RawItem, key: str) -> None:
        self.findings.doubt("no-responsible", raw.sheet, raw.place, raw.title, key)

    def _fill(
        self, made: ActivityProposal | MilestoneProposal, raw: RawItem, key: str, *, silent: bool
    ) -> None:
        made.windows, made.windows_text = self._windows(raw, key, silent=silent)
        made.product = self._product(raw, key)
        made.means = self._means(raw, key)
        made.frequency = self._frequency(made, raw, key)
        self._ambiguous(raw.sheet, raw.place, raw.title, key)

    def _windows(self, raw: RawItem, key: str, *, silent: bool) -> tuple[tuple[Window, ...], str]:
        places = raw.cells(Column.PERIOD)
        starts, ends = raw.cells(Column.START), raw.cells(Column.END)
        values = [raw.sheet.cells[place] for place in places]
        if starts or ends:
            reading = parse_range(_first(raw.sheet, starts), _first(raw.sheet, ends))
            places = [*starts, *ends]
        elif len(values) == 1:
            reading = parse_windows(values[0])
        else:
            reading = parse_windows("\n".join(raw.sheet.text(*place) for place in places))
        place = places[0] if places else raw.place
        text = _joined(raw.sheet, places, " – " if starts and ends else "\n")
        self._tell_period(reading, raw, place, text, key, silent=silent)
        return reading.windows, text

    def _tell_period(
        self, reading: PeriodReading, raw: RawItem, place: Place, text: str, key: str, *, silent: bool
    ) -> None:
        problems = [one for one in reading.problems if not (silent and one[1] == "no-period")]
        self.findings.problems(problems, raw.sheet, place, text or raw.title, key)

    def _roles(
        self, raw: RawItem, key: str, home: RawMilestone | None
    ) -> tuple[tuple[RoleProposal, ...], str]:
        roles: list[RoleProposal] = []
        texts: list[str] = []
        for column, role in ROLE_COLUMNS.items():
            for place in raw.cells(column):
                if home is not None and _covers(raw.sheet, place, home):
                    continue
                text = raw.sheet.text(*place)
                roles += self._read_roles(text, role, raw.sheet, place, key)
                texts.append(text)
        return merge_roles(roles), "\n".join(texts)

    def _read_roles(
        self, text: str, role: Role, sheet: Sheet, place: Place, key: str
    ) -> tuple[RoleProposal, ...]:
        reading = self.reader.read(text, role)
        self.findings.problems(reading.findings, sheet, place, text, key)
        return reading.roles

    def _product(self, raw: RawItem, key: str) -> SharedText | None:
        places = raw.cells(Column.PRODUCT)
        if not places:
            return None
        text = _joined(raw.sheet, places, "; ")
        self._ambiguous(raw.sheet, places[0], text, key)
        match = _COUNT.match(fold(collapse(text)))
        if match and not _PERCENT_OF.search(fold(text)):
            words = _whole_words(collapse(text), match.start("count"), match.end())
            self.findings.doubt("quantity-possible", raw.sheet, places[0], text, key, words=words)
        return SharedText(f"{raw.sheet.name}!{cell_name(places[0])}", text)

    def _ambiguous(self, sheet: Sheet, place: Place, text: str, key: str) -> None:
        words = ambiguous_quantity(text)
        if words:
            self.findings.doubt("quantity-ambiguous", sheet, place, text, key, words=words)

    def _means(self, raw: RawItem, key: str) -> tuple[SharedText, ...]:
        found: list[SharedText] = []
        for place in raw.cells(Column.MEANS):
            text = raw.sheet.text(*place)
            reading = read_means(text)
            self.findings.problems(reading.problems, raw.sheet, place, text, key)
            cell = f"{raw.sheet.name}!{cell_name(place)}"
            found += [SharedText(f"{cell}#{n}", item) for n, item in enumerate(reading.items, start=1)]
        return tuple(found)

    def _frequency(
        self, made: ActivityProposal | MilestoneProposal, raw: RawItem, key: str
    ) -> Frequency | None:
        """A recurring duty, guessed from words; only for what itself has something to show in a period."""
        if not made.windows or not (made.product or made.means):
            return None
        for text in (made.title, made.windows_text, made.product.text if made.product else ""):
            frequency = parse_frequency(text) if text else None
            if frequency is not None:
                place = raw.place
                self.findings.doubt(
                    "frequency-guessed", raw.sheet, place, text, key, frequency=frequency.value
                )
                return frequency
        return None


def ambiguous_quantity(text: str) -> str:
    """The words of a share ("20 % de las municipalidades") from which no planned quantity may be taken."""
    bare = collapse(text)
    match = _PERCENT_OF.search(fold(bare))
    return _whole_words(bare, match.start(), match.end()) if match else ""


def _covers(sheet: Sheet, place: Place, home: RawMilestone) -> bool:
    """True where a merged cell reaches the milestone's own row: what it says is the milestone's."""
    return home.own_fields and place[0] <= home.rows[0] <= sheet.last_row(place)


def _first(sheet: Sheet, places: list[Place]) -> str | date | None:
    return sheet.cells[places[0]] if places else None


def _joined(sheet: Sheet, places: list[Place], sign: str) -> str:
    return sign.join(dict.fromkeys(sheet.text(*place) for place in places))


def _whole_words(text: str, start: int, end: int) -> str:
    """The words of a slice; one that the limit of length cut in two is left out."""
    words = text[start:end].strip()
    return words.rsplit(" ", 1)[0] if text[end : end + 1].isalnum() and " " in words else words
