"""A text about institutions cut into its parts: names, role words, notes, signs and the words between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.importers.directory import Directory, NameMatch, Word, words_of
from tracker.importers.institution_words import Marker, markers_in
from tracker.importers.proposals import InstitutionEntry
from tracker.importers.wording import compose, fold

_SIGNS = frozenset(",;:/\n+&|")
_SHORTENED = frozenset({"lic", "licda", "ing", "dr", "dra", "arq", "sr", "sra", "no", "av", "gral", "depto"})
_OPENING, _CLOSING = frozenset("(["), frozenset(")]")


class PartKind(StrEnum):
    """What one part of the text is."""

    NAME = "name"
    MARKER = "marker"
    NOTE = "note"
    SIGN = "sign"
    WORDS = "words"


@dataclass(frozen=True)
class Part:
    """One part, with its words as written."""

    kind: PartKind
    text: str
    entry: InstitutionEntry | None = None
    sure: bool = True
    marker: Marker | None = None


@dataclass(frozen=True)
class _Name:
    entry: InstitutionEntry
    first: int
    end: int
    sure: bool


def parts_of(text: str, directory: Directory) -> list[Part]:
    """The parts of a text in order; nothing of it is left out."""
    composed = compose(text)
    words = words_of(composed)
    names = _names(words, directory)
    spans = [(words[one.first].start, words[one.end - 1].end) for one in names]
    markers = markers_in(fold(composed), spans)
    return _Cutter(composed, words, names, markers).run()


def _names(words: Sequence[Word], directory: Directory) -> list[_Name]:
    found: list[_Name] = []
    at = 0
    while at < len(words):
        match = directory.match(words, at) if words[at].is_word else None
        if match is None or _is_placeholder(words, at, match):
            at += 1
            continue
        name = _with_acronym(words, at, match, directory)
        found.append(name)
        at = name.end
    return found


def _is_placeholder(words: Sequence[Word], at: int, match: NameMatch) -> bool:
    """An acronym so far without a name, in dashes behind what must be its name."""
    nameless = match.by_acronym and match.entry.name == match.entry.acronym
    return nameless and at > 1 and words[at - 1].written in "-–—(" and words[at - 2].is_word


def _with_acronym(words: Sequence[Word], at: int, match: NameMatch, directory: Directory) -> _Name:
    """The name with its own acronym behind it, in dashes, parentheses or bare."""
    if match.by_acronym:
        return _Name(match.entry, at, match.end, match.sure)
    place = match.end
    while place < len(words) and words[place].written in "-–—(,[" and place < match.end + 2:
        place += 1
    if place >= len(words):
        return _Name(match.entry, at, match.end, match.sure)
    own = directory.match(words, place) if words[place].is_word else None
    same = own is not None and own.by_acronym and own.entry is match.entry
    bracketed = place > match.end and words[place - 1].written != ","
    unknown = own is None and bracketed and words[place].is_capitals
    if not same and not unknown:
        return _Name(match.entry, at, match.end, match.sure)
    end = place + 1
    if end < len(words) and words[end].written in "-–—)]" and bracketed:
        end += 1
    return _Name(match.entry, at, end, match.sure or same)


class _Cutter:
    """Walks the words once, naming each part."""

    def __init__(self, text: str, words: list[Word], names: list[_Name], markers: list[Marker]) -> None:
        self.text = text
        self.words = words
        self.names = {one.first: one for one in names}
        self.markers = {one.start: one for one in markers}
        self.parts: list[Part] = []
        self._from: int | None = None
        self._to = 0

    def run(self) -> list[Part]:
        """All parts in order."""
        at = 0
        while at < len(self.words):
            at = self._next(at)
        self._close()
        return self.parts

    def _next(self, at: int) -> int:
        word = self.words[at]
        if at in self.names:
            name = self.names[at]
            self._close()
            end = self.words[name.end - 1].end
            self.parts.append(Part(PartKind.NAME, self.text[word.start : end], name.entry, name.sure))
            return name.end
        if word.start in self.markers:
            return self._marker(at, self.markers[word.start])
        if word.written in _OPENING:
            closing = self._closing(at)
            if closing is not None:
                return self._note(at, closing)
        if word.written in _SIGNS or (word.written == "." and self._ends_sentence(at)):
            self._close()
            self.parts.append(Part(PartKind.SIGN, word.written))
            return at + 1
        self._from = word.start if self._from is None else self._from
        self._to = word.end
        return at + 1

    def _ends_sentence(self, at: int) -> bool:
        """A full stop before a blank or the end; not the one of an abbreviation ("Lic.")."""
        if at and self.words[at - 1].folded in _SHORTENED:
            return False
        end = self.words[at].end
        return end >= len(self.text) or self.text[end].isspace()

    def _marker(self, at: int, marker: Marker) -> int:
        self._close()
        self.parts.append(Part(PartKind.MARKER, self.text[marker.start : marker.end], marker=marker))
        while at < len(self.words) and self.words[at].start < marker.end:
            at += 1
        return at

    def _closing(self, at: int) -> int | None:
        """The closing parenthesis, where no institution stands inside."""
        for place in range(at + 1, len(self.words)):
            if place in self.names:
                return None
            if self.words[place].written in _CLOSING:
                return place
        return None

    def _note(self, at: int, closing: int) -> int:
        inside = self.text[self.words[at].end : self.words[closing].start]
        if closing == at + 2 and self.words[at + 1].is_capitals and self._from is not None:
            self._to = self.words[closing].end
            return closing + 1
        self._close()
        self.parts.append(Part(PartKind.NOTE, inside.strip()))
        return closing + 1

    def _close(self) -> None:
        if self._from is not None:
            written = self.text[self._from : self._to].strip()
            if written.strip("-–—.*()[] "):
                self.parts.append(Part(PartKind.WORDS, written))
        self._from = None
