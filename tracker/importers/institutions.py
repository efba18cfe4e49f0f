"""Institutions in running text, and the part each has (design section 1 and rule 10)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from tracker.domain.plans import Role, Sector
from tracker.importers.directory import Directory, load_directory, words_of
from tracker.importers.institution_words import (
    CONNECTIVES,
    INSTITUTION_HEADS,
    PERSON_HEADS,
    STRENGTH,
    UNIT_HEADS,
    Marker,
    group_sector,
    heads_a_list_of_areas,
    role_of,
    sector_of_name,
    strip_listing,
    without_article,
)
from tracker.importers.periods import Problem
from tracker.importers.proposals import InstitutionEntry, InstitutionMention, Level, RoleProposal
from tracker.importers.text_parts import Part, PartKind, parts_of
from tracker.importers.wording import collapse, collapse_lines, fold, key_of

__all__ = ["InstitutionReader", "MentionReading", "load_directory", "read_mentions"]

_OWN_ACRONYM = re.compile(r"^(?P<name>.*\S{3,})\s*[-–—(]\s*(?P<acronym>[A-ZÁÉÍÓÚÑ]{2,12})\s*[-–—)]?$")
_LONGEST_BARE_NAME = 6


@dataclass(frozen=True)
class MentionReading:
    """The parts read from a text, and what is doubtful in it."""

    roles: tuple[RoleProposal, ...] = ()
    findings: tuple[Problem, ...] = ()


def read_mentions(text: str, known: Sequence[InstitutionEntry] = ()) -> MentionReading:
    """The institutions a text names with their parts: bare is lead, each once with its strongest part."""
    return InstitutionReader(known).read(text)


class InstitutionReader:
    """Reads the texts of one file; an institution met once stays one, however it is written later."""

    def __init__(self, known: Sequence[InstitutionEntry] = ()) -> None:
        self.directory = Directory(known)
        self._read: dict[tuple[str, Role, int], MentionReading] = {}

    def read(self, text: str, default: Role = Role.LEAD) -> MentionReading:
        """The institutions of one text; those without a role word get the default part."""
        key = (text, default, self.directory.version)
        if key not in self._read:
            parts = parts_of(self.directory.joined(collapse_lines(text)), self.directory)
            self._read[key] = _Walk(self.directory, parts, default).run()
        return self._read[key]

    def identify(self, text: str) -> tuple[InstitutionMention | None, tuple[Problem, ...]]:
        """The one institution a cell names (its acronym or name), known or new."""
        reading = self.read(text)
        if not reading.roles:
            return None, reading.findings
        return reading.roles[0].institution, reading.findings


@dataclass
class _Found:
    """A mention being read; notes and a sub-unit may still be added to it."""

    mention: InstitutionMention
    role: Role
    note: str = ""
    boundary: int = 0
    guessed_from: str = ""
    """The role words, where the part is only a likely reading of them."""


@dataclass
class _Walk:
    """One pass over the parts of a text."""

    directory: Directory
    parts: list[Part]
    role: Role
    found: list[_Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _boundary: int = 0
    _areas: bool = False
    _explaining: list[_Found] | None = None
    _note: str = ""
    _next_unit: str = ""
    _prefix_explains: bool = False
    _guessed_words: str = ""

    def run(self) -> MentionReading:
        """Every part in order, then each institution once."""
        for at, part in enumerate(self.parts):
            match part.kind:
                case PartKind.NAME:
                    self._name(part)
                case PartKind.MARKER:
                    self._marker(part, at)
                case PartKind.NOTE:
                    self._parenthesis(part)
                case PartKind.SIGN:
                    self._sign(part)
                case PartKind.WORDS:
                    self._words(part, at)
        if self._note and not self.found:
            self._not_understood(self._note)
        roles = self._roles()
        return MentionReading(roles, tuple(self.problems))

    def _roles(self) -> tuple[RoleProposal, ...]:
        strongest: dict[str, _Found] = {}
        for one in self.found:
            key = one.mention.acronym.upper() or key_of(one.mention.name)
            earlier = strongest.setdefault(key, one)
            if STRENGTH.index(one.role) < STRENGTH.index(earlier.role):
                earlier.role, earlier.guessed_from = one.role, one.guessed_from
                earlier.note = earlier.note or one.note
        self._tell_guesses(list(strongest.values()))
        return tuple(RoleProposal(one.mention, one.role, one.note) for one in strongest.values())

    def _tell_guesses(self, found: list[_Found]) -> None:
        """One doubt for each phrase whose meaning was guessed, with all the institutions it reached."""
        for words in dict.fromkeys(one.guessed_from for one in found if one.guessed_from):
            reached = [one for one in found if one.guessed_from == words]
            names = ", ".join(_name_of(one.mention) for one in reached)
            self._doubt("role-guessed", institution=names, role=reached[0].role.value, words=words)

    def _name(self, part: Part) -> None:
        if part.entry is None:
            return
        if self.directory.is_new(part.entry):
            self._doubt("unknown-institution", text=collapse(part.text))
        elif not part.sure:
            self._doubt("institution-guessed", text=collapse(part.text), institution=_label(part.entry))
        self._add(self._mention(part.entry, collapse(part.text)))

    def _mention(self, entry: InstitutionEntry, text: str) -> InstitutionMention:
        known = not self.directory.is_new(entry)
        is_group = entry.is_group or (not entry.acronym and group_sector(entry.name) is not None)
        return InstitutionMention(entry.acronym, entry.name, text, known, is_group, entry.sector)

    def _add(self, mention: InstitutionMention) -> None:
        if self._next_unit:
            mention = replace(mention, parent_unit=self._next_unit)
        one = _Found(mention, self.role, self._note, self._boundary, self._guessed_words)
        self.found.append(one)
        self._next_unit = ""
        self._explaining = None

    def _marker(self, part: Part, at: int) -> None:
        marker = part.marker
        if marker is None:
            return
        self._explaining = None
        if self.found and (marker.after or self._stands_behind(at)):
            self._apply_before(marker)
            return
        self.role = marker.role
        self._note = ""
        self._areas = False
        self._boundary += 1
        self._guessed_words = collapse(part.text) if marker.guessed else ""
        self._prefix_explains = marker.explains

    def _stands_behind(self, at: int) -> bool:
        """A bare role word right after an institution and before a sign: "INFOM: coordinador; …"."""
        before = self.parts[at - 1] if at else None
        if before is not None and before.kind is PartKind.SIGN and before.text == ":" and at > 1:
            before = self.parts[at - 2]
        following = self.parts[at + 1] if at + 1 < len(self.parts) else None
        ends = following is None or (following.kind is PartKind.SIGN and following.text in ";,/\n.")
        return before is not None and before.kind is PartKind.NAME and ends

    def _apply_before(self, marker: Marker) -> None:
        """Give the part to the institution before, or in the plural to all since the last role word."""
        reached = [one for one in self.found if one.boundary == self._boundary] or self.found[-1:]
        if not marker.plural:
            reached = reached[-1:]
        for one in reached:
            one.role, one.guessed_from = marker.role, ""
        self._boundary += 1
        self._explaining = reached if marker.explains else None

    def _parenthesis(self, part: Part) -> None:
        role = role_of(part.text)
        target = self.found[-1] if self.found else None
        if target is None:
            self._not_understood(part.text)
        elif role is not None:
            target.role = role
        else:
            target.note = "; ".join(filter(None, (target.note, collapse(part.text))))

    def _sign(self, part: Part) -> None:
        if part.text in ";/\n.":
            self._explaining = None
            self._areas = self._areas and part.text not in ";."

    def _words(self, part: Part, at: int) -> None:
        text = _trimmed(strip_listing(part.text))
        if not text:
            return
        if self._explaining is not None:
            for one in self._explaining:
                one.note = " ".join(filter(None, (one.note, text)))
        elif self._explains_prefix(at):
            self._note = text
        elif self._areas:
            self._area(text, at)
        elif key_of(text).split()[0] in UNIT_HEADS and self._unit(part, text, at):
            return
        elif group_sector(text) is not None:
            self._add_group(text, at)
        else:
            self._unknown(text)

    def _explains_prefix(self, at: int) -> bool:
        """Between "coordinación de" and the first institution stands what is coordinated."""
        explains = self._prefix_explains
        self._prefix_explains = False
        following = self.parts[at + 1] if at + 1 < len(self.parts) else None
        return explains and following is not None and following.kind in (PartKind.NAME, PartKind.SIGN)

    def _unit(self, part: Part, text: str, at: int) -> bool:
        """A sub-unit belongs to the institution it is "de", else to the one just before it."""
        following = self.parts[at + 1] if at + 1 < len(self.parts) else None
        if (
            re.search(r"\bdel?(?:\s+la)?\s*$", fold(part.text))
            and following
            and following.kind is PartKind.NAME
        ):
            self._next_unit = text
            return True
        if not self.found or self.found[-1].mention.is_group:
            return False
        last = self.found[-1]
        units = "; ".join(filter(None, (last.mention.parent_unit, text)))
        last.mention = replace(last.mention, parent_unit=units)
        return True

    def _add_group(self, text: str, at: int) -> None:
        if heads_a_list_of_areas(text) and self._list_follows(at):
            self._areas = True
            return
        for one in _split_groups(text):
            sector = group_sector(one) or Sector.PUBLIC
            name = self.directory.group_name(without_article(one))
            self._add(InstitutionMention("", name, one, known=False, is_group=True, sector=sector))

    def _list_follows(self, at: int) -> bool:
        return any(part.kind is PartKind.WORDS for part in self.parts[at + 1 : at + 3])

    def _area(self, text: str, at: int) -> None:
        """One area of a list; where commas cut a longer name, the parts are put together again."""
        entry = self.directory.by_area(text)
        if entry is None:
            self._doubt("unknown-institution", text=text)
            self._add(self._new(InstitutionEntry("", text)))
            return
        self._doubt("institution-guessed", text=text, institution=_label(entry))
        self._add(self._mention(entry, text))

    def _unknown(self, text: str) -> None:
        """A name that nobody knows is kept by name; words that are no name are not understood."""
        for one in _split_names(text):
            close = self.directory.like_acronym(words_of(one)[0]) if " " not in one else None
            if close is not None:
                self._doubt("institution-guessed", text=one, institution=_label(close))
                self._add(self._mention(close, one))
            elif _looks_like_a_name(one):
                self._doubt("unknown-institution", text=one)
                self._add(self._new(_entry_from(one)))
            else:
                self._not_understood(one)

    def _new(self, entry: InstitutionEntry) -> InstitutionMention:
        return self._mention(self.directory.learn(entry), entry.name)

    def _not_understood(self, text: str) -> None:
        self._doubt("text-not-understood", rest=collapse(text))

    def _doubt(self, code: str, **params: str) -> None:
        self.problems.append((Level.DOUBT, code, params))


def _label(entry: InstitutionEntry) -> str:
    return entry.acronym or entry.name


def _name_of(mention: InstitutionMention) -> str:
    return mention.acronym or mention.name


def _trimmed(text: str) -> str:
    """The words without connectives at either end and without stray signs."""
    words = collapse(text).split(" ")
    while words and key_of(words[0]) in CONNECTIVES | {""}:
        words.pop(0)
    while words and key_of(words[-1]) in CONNECTIVES | {""}:
        words.pop()
    return " ".join(words).strip(" .*•")


def _split_groups(text: str) -> list[str]:
    """ "Municipalidades y organizaciones de sociedad civil" are two groups."""
    pieces = re.split(r"\s+[ye]\s+", text)
    if len(pieces) > 1 and all(group_sector(piece) for piece in pieces):
        return pieces
    return [text]


def _split_names(text: str) -> list[str]:
    """Two names joined by "y": only where what follows begins a name of its own."""
    pieces = re.split(r"\s+[ye]\s+(?=[A-ZÁÉÍÓÚÑ])", text)
    own = [piece for piece in pieces if _begins_a_name(piece)]
    return pieces if len(own) == len(pieces) else [text]


def _begins_a_name(text: str) -> bool:
    first = text.split(" ")[0].strip("-–—.")
    return key_of(first) in INSTITUTION_HEADS or (len(first) > 1 and first.isupper())


def _looks_like_a_name(text: str) -> bool:
    words = [word.strip("-–—.\"'") for word in text.split(" ")]
    meant = [word for word in words if word and key_of(word) not in CONNECTIVES]
    if not meant or not any(char.isalpha() for char in text) or key_of(words[0]) in PERSON_HEADS:
        return False
    return _begins_a_name(text) or (
        len(meant) <= _LONGEST_BARE_NAME and all(word[0].isupper() or word[0].isdigit() for word in meant)
    )


def _entry_from(text: str) -> InstitutionEntry:
    bare = text.strip("-–— ")
    match = _OWN_ACRONYM.match(text)
    if match is not None:
        name = without_article(match["name"].strip("-–— "))
        return InstitutionEntry(match["acronym"], name, (), sector_of_name(name))
    acronym = bare if bare.isupper() and bare.isalpha() and 2 <= len(bare) <= 12 else ""
    return InstitutionEntry(acronym, bare, (), sector_of_name(bare))
