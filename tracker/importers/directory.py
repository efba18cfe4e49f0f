"""Known institutions and how their names are recognised, whatever slips of the hand are in them."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources

from tracker.domain.plans import Sector
from tracker.importers.proposals import InstitutionEntry
from tracker.importers.wording import compose, fold, key_of

STOP_WORDS = frozenset({"de", "del", "la", "las", "los", "el", "y", "e", "en", "para", "a", "al"})
# Acronyms that are also words: only in capitals do they name an institution.
ORDINARY_WORDS = frozenset({"cien", "once", "sit", "sat", "mem", "ine"})
# Beyond this many unheard-of institutions in one file only equal spellings are put together.
MOST_LEARNED = 100
SAME_WORD, SAME_WORD_SHORT_OF_ONE = 0.75, 0.85
LIKE_ACRONYM = 0.9
_WORD = re.compile(r"[^\W_]+|\n|[^\w\s]|_")


@dataclass(frozen=True)
class Word:
    """One word or sign of a text: folded, as written, and where."""

    folded: str
    written: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """True for letters and figures, False for a sign."""
        return self.folded[:1].isalnum()

    @property
    def is_capitals(self) -> bool:
        """True for something written like an acronym."""
        return len(self.written) > 1 and self.written.isupper() and self.written.isalpha()


@dataclass(frozen=True)
class NameMatch:
    """An entry recognised up to (not including) a word; `sure` where every word agrees."""

    entry: InstitutionEntry
    end: int
    sure: bool = True
    by_acronym: bool = False


def words_of(text: str) -> list[Word]:
    """The words and signs of a text."""
    composed, folded = compose(text), fold(text)
    return [
        Word(folded[m.start() : m.end()], m.group(), m.start(), m.end()) for m in _WORD.finditer(composed)
    ]


@cache
def load_directory() -> tuple[InstitutionEntry, ...]:
    """The directory that comes with the program: public bodies of Guatemala and others the sources name."""
    source = resources.files("tracker.importers") / "data" / "institutions.csv"
    rows = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return tuple(_entry(row) for row in rows)


def _entry(row: dict[str, str]) -> InstitutionEntry:
    sector = Sector(row["sector"])
    return InstitutionEntry(
        row["acronym"], row["name"], _listed(row["aliases"]), sector, _listed(row["areas"])
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def likeness(one: str, other: str) -> float:
    """How alike two folded words are, 0 to 1; figures are alike only when equal."""
    if one == other:
        return 1.0
    shorter, longer = sorted((len(one), len(other)))
    if one.isdigit() or other.isdigit() or 2 * shorter < SAME_WORD * (shorter + longer):
        return 0.0
    return _likeness(one, other)


@lru_cache(maxsize=100_000)
def _likeness(one: str, other: str) -> float:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= SAME_WORD else 0.0


# What scanners take for one another in capitals; 1 and l may be either of two letters.
_MISREAD = tuple(str.maketrans("01|l58", letters) for letters in ("OIIISB", "OLLLSB"))
_CUT_WORD = re.compile(r"(?<=[a-záéíóúñ])[-\u00ad]\s*\n\s*(?=[a-záéíóúñ])")
_LONGEST_NAME = 12


class Directory:
    """Institutions already known, those that come with the program, and those met while reading a file."""

    def __init__(self, known: Sequence[InstitutionEntry] = ()) -> None:
        self._by_acronym: dict[str, InstitutionEntry] = {}
        self._names: list[tuple[tuple[str, ...], InstitutionEntry]] = []
        self._areas: dict[str, InstitutionEntry] = {}
        self._heads: dict[str, list[tuple[tuple[str, ...], InstitutionEntry]]] = {}
        self._groups: dict[str, str] = {}
        self._new: dict[str, InstitutionEntry] = {}
        self.version = 0
        shipped = list(load_directory())
        for entry in known:
            twin = next((one for one in shipped if _is_twin(entry, one)), None)
            if twin is not None:
                shipped.remove(twin)
                entry = replace(
                    entry,
                    aliases=(*entry.aliases, twin.name, *twin.aliases),
                    areas=entry.areas or twin.areas,
                )
            self._add(entry)
        for entry in shipped:
            self._add(entry)

    def learn(self, entry: InstitutionEntry) -> InstitutionEntry:
        """Remember an institution first met in a file, so that it is one however it is written later."""
        found = self._new.get(identity(entry)) or (
            self._by_acronym.get(entry.acronym) if entry.acronym else self.by_name(entry.name)
        )
        nameless = found is not None and self.is_new(found) and found.name == found.acronym != entry.name
        if found is not None and not nameless:
            return found
        if found is not None:
            self._forget(found)
        self._new[identity(entry)] = entry
        if len(self._new) <= MOST_LEARNED:
            self._add(entry)
        return entry

    def is_new(self, entry: InstitutionEntry) -> bool:
        """True for an institution that only this file names."""
        return identity(entry) in self._new

    def by_name(self, name: str) -> InstitutionEntry | None:
        """The entry whose whole name or alias this is."""
        words = words_of(name)
        match = self.match(words, 0)
        rest = [] if match is None else [word for word in words[match.end :] if word.is_word]
        return match.entry if match is not None and not rest else None

    def by_area(self, text: str) -> InstitutionEntry | None:
        """The ministry in charge of a subject area, by its words alone."""
        return self._areas.get(_area_key(text))

    def match(self, words: Sequence[Word], at: int) -> NameMatch | None:
        """The institution whose acronym or name begins at a word; the longest name wins."""
        acronym = self._acronym(words[at])
        if acronym is not None:
            return NameMatch(acronym, at + 1, by_acronym=True)
        misread = self._misread_acronym(words[at])
        if misread is not None:
            return NameMatch(misread, at + 1, sure=False, by_acronym=True)
        best: tuple[int, float, NameMatch] | None = None
        window = _window(words, at)
        for name, entry in self._names_headed_like(window[0][0]) if window else ():
            used, score = _compare(window, name)
            if used and (best is None or (used, score) > best[:2]):
                best = (used, score, NameMatch(entry, window[used - 1][1], sure=score == 1))
        return best[2] if best else None

    def _names_headed_like(self, word: str) -> list[tuple[tuple[str, ...], InstitutionEntry]]:
        found = self._heads.get(word)
        if found is None:
            found = [one for one in self._names if likeness(word, one[0][0]) >= SAME_WORD]
            self._heads[word] = found
        return found

    def like_acronym(self, word: Word) -> InstitutionEntry | None:
        """The institution whose acronym a misspelt one is most like ("SEENACYT")."""
        if not word.is_capitals or len(word.written) < 5:
            return None
        near = difflib.get_close_matches(word.written, self._by_acronym, n=1, cutoff=LIKE_ACRONYM)
        return self._by_acronym[near[0]] if near else None

    def _acronym(self, word: Word) -> InstitutionEntry | None:
        entry = self._by_acronym.get(word.folded.upper())
        if entry is None or word.is_capitals:
            return entry
        long_enough = len(word.written) >= 5 or (len(word.written) == 4 and word.written[0].isupper())
        return entry if long_enough and word.folded not in ORDINARY_WORDS else None

    def _misread_acronym(self, word: Word) -> InstitutionEntry | None:
        """The institution of an acronym in which a scanner took letters for signs alike: "INF0M", "lNFOM"."""
        written = word.written
        if sum(one.isupper() for one in written) < 2 or not set(written) & set("01|l58"):
            return None
        readings = (written.translate(signs) for signs in _MISREAD)
        known = (self._by_acronym.get(fold(one).upper()) for one in readings if one.isupper())
        return next((one for one in known if one is not None), None)

    def joined(self, text: str) -> str:
        """A text whose lines are cut within a known name, or within a word, put together there."""
        lines = _CUT_WORD.sub("", text).split("\n")
        found = lines[:1]
        for at, line in enumerate(lines[1:], start=1):
            if self._goes_on(found[-1], " ".join(lines[at : at + 3])):
                found[-1] = f"{found[-1]} {line}"
            else:
                found.append(line)
        return "\n".join(found)

    def _goes_on(self, above: str, line: str) -> bool:
        """True where a known name begins in one line and ends in the next, and in no line alone."""
        before = len(words_of(above))
        words = words_of(f"{above} {line}")
        for at in range(max(0, before - _LONGEST_NAME), before):
            match = self.match(words, at) if words[at].is_word else None
            if match is not None and match.sure and not match.by_acronym and match.end > before:
                alone = self.match(words[:before], at)
                return alone is None or not alone.sure
        return False

    def group_name(self, name: str) -> str:
        """A group's name as it was first written in this file."""
        return self._groups.setdefault(key_of(name), name)

    def _add(self, entry: InstitutionEntry) -> None:
        self._heads.clear()
        self.version += 1
        if entry.acronym:
            self._by_acronym.setdefault(fold(entry.acronym).upper(), entry)
        for name in (entry.name, *entry.aliases):
            content = _content(name)
            if len(content) == 1 and name.isupper():
                self._by_acronym.setdefault(fold(name).upper(), entry)
            elif content:
                self._names.append((content, entry))
        for area in entry.areas:
            self._areas.setdefault(_area_key(area), entry)

    def _forget(self, entry: InstitutionEntry) -> None:
        self._heads.clear()
        self._by_acronym = {key: one for key, one in self._by_acronym.items() if one is not entry}
        self._names = [(name, one) for name, one in self._names if one is not entry]


def identity(entry: InstitutionEntry) -> str:
    """What makes two entries one institution: the acronym, or the name where there is none."""
    return entry.acronym.upper() if entry.acronym else key_of(entry.name)


def _is_twin(entry: InstitutionEntry, other: InstitutionEntry) -> bool:
    same_acronym = bool(entry.acronym) and entry.acronym.upper() == other.acronym.upper()
    return same_acronym or key_of(entry.name) == key_of(other.name)


def _content(name: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words_of(name) if word.is_word and word.folded not in STOP_WORDS)


def _area_key(text: str) -> str:
    return " ".join(_content(text))


def _window(words: Sequence[Word], at: int, longest: int = 16) -> list[tuple[str, int]]:
    """Words that mean something from a place on, with the place after each; a repeated word counts once.

    A name may hold commas; it never runs over a slash, semicolon, dash, parenthesis or line.
    """
    found: list[tuple[str, int]] = []
    for place in range(at, min(len(words), at + 3 * longest)):
        word = words[place]
        if not word.is_word and word.folded != ",":
            break
        if not word.is_word or (word.folded in STOP_WORDS and found):
            continue
        if found and found[-1][0] == word.folded:
            found[-1] = (word.folded, place + 1)
        else:
            found.append((word.folded, place + 1))
    return found[:longest]


def _compare(window: Sequence[tuple[str, int]], name: Sequence[str]) -> tuple[int, float]:
    """How many words of the window the name takes and how well; a score of 0 says one word was left out."""
    score = _alike(window, name, SAME_WORD)
    if score:
        return len(name), score
    if len(name) < 4 or len(window) < len(name) - 1:
        return 0, 0.0
    for missing in range(1, len(name)):
        if _alike(window, (*name[:missing], *name[missing + 1 :]), SAME_WORD_SHORT_OF_ONE):
            return len(name) - 1, 0.0
    return 0, 0.0


def _alike(window: Sequence[tuple[str, int]], name: Sequence[str], least: float) -> float:
    """The mean likeness of a name with the words it would take; 0 as soon as one word is too unlike."""
    if len(window) < len(name):
        return 0.0
    total = 0.0
    for (word, _), part in zip(window, name, strict=False):
        alike = likeness(word, part)
        if alike < least:
            return 0.0
        total += alike
    return total / len(name)
