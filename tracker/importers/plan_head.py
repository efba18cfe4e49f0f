"""What stands above and below a work plan's table: the plan, the commitment, its objective, who answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.importers.numbering import mentions_plan, read_axis, read_commitment, read_plan
from tracker.importers.sheets import Place, Sheet, as_text
from tracker.importers.wording import collapse, fold, key_of

_LABELS: tuple[tuple[str, str], ...] = (
    ("description", r"objetivos?\b|descripcion del compromiso|cual es el compromiso"),
    ("title", r"nombre del compromiso|titulo del compromiso"),
    ("responsible_text", r"(?:institucion(?:es)?|entidad(?:es)?|actor(?:es)?)? ?responsables?\b"),
    ("other_actors", r"otros actores|actores involucrados|otras instituciones|instituciones de apoyo"),
    ("start", r"fecha de inicio$|inicio$"),
    ("end", r"fecha de (?:termino|fin|finalizacion)$|termino$|fin$"),
    ("period", r"tiempo de|plazo|periodo|fechas? de|vigencia|duracion"),
    ("axis", r"eje\b"),
    ("problem", r"problematica|problema\b"),
    ("observations", r"observaciones|notas?\b"),
    ("ogp_identifier", r"identificador|codigo ogp"),
    ("financial_resources_text", r"recursos financieros|presupuesto"),
    ("human_resources_text", r"recursos (?:humanos|tecnicos|materiales)|recursos$"),
)
_FOOTER = re.compile(
    r"^\W*(?:recursos|notas?\b|fuente|elaborad[oa]|revisad[oa]|aprobad[oa]|autorizad[oa]|firmas?\b|vo\.? ?bo|"
    r"observaciones|total\b|presupuesto|responsable de (?:la )?(?:elaboracion|informacion)|"
    r"fecha de (?:elaboracion|actualizacion)|version)"
)
_VERSION = re.compile(r"^\W*version\W+(?P<version>[\w./-]*\d[\w./ -]*)")
_TITLES = re.compile(r"^\W*(?:plan de trabajo|cronograma|matriz|gobierno abierto|cumplimiento de compromiso)")


@dataclass
class Told:
    """One thing the head says, and the cell it says it in."""

    text: str
    place: Place
    value: str | date | None = None


@dataclass
class Head:
    """The head block of one commitment, as written."""

    sheet: str
    number: int | None = None
    title: str = ""
    place: Place = (1, 1)
    plan_number: int | None = None
    plan_title: str = ""
    plan_years: tuple[int, int] | None = None
    is_draft: bool = False
    version: str = ""
    told: dict[str, Told] = field(default_factory=dict)
    strange: list[Told] = field(default_factory=list)
    _pending: str = ""

    def read_row(self, sheet: Sheet, row: int) -> None:
        """Take in one row: a label with its value beside, after a colon, or in the row below."""
        places = [place for place in sheet.in_row(row) if place[0] == row]
        if not places:
            return
        texts = [sheet.text(*place) for place in places]
        self.note_draft(" ".join(texts))
        first, rest = texts[0], places[1:]
        told = Told("\n".join(texts[1:]), rest[0] if rest else places[0], _only(sheet, rest))
        takers: tuple[Callable[[str, Told, Place], bool], ...] = (
            self._commitment, self._plan, self._version, self._label,
        )  # fmt: skip
        if not any(take(first, told, places[0]) for take in takers):
            self._other(" ".join(texts), places[0])

    def note_draft(self, text: str) -> None:
        """The word BORRADOR anywhere makes the file a draft."""
        self.is_draft = self.is_draft or bool(re.search(r"\bborrador\b", fold(text)))

    def _commitment(self, first: str, told: Told, place: Place) -> bool:
        whole = f"{first} {told.text}" if "compromiso" in fold(first)[:40] else first
        found = read_commitment(whole)
        if found is None:
            return False
        self.number, title = found
        self.title = title or self.title
        self.place = place
        self._pending = "" if title else "title"
        return True

    def _plan(self, first: str, told: Told, place: Place) -> bool:
        if not mentions_plan(first) or len(first) > 160:
            return False
        self.plan_title = collapse(first)
        self.plan_number, self.plan_years = read_plan(first)
        return True

    def _version(self, first: str, told: Told, place: Place) -> bool:
        match = _VERSION.match(fold(first))
        if match is None:
            return False
        self.version = match["version"].strip(" .")
        return True

    def _label(self, first: str, told: Told, place: Place) -> bool:
        name, inline = label_of(first)
        if name is None:
            return False
        if inline:
            told = Told("\n".join(filter(None, (inline, told.text))), place)
        if name == "axis" and not told.text:
            told = Told(first, place)
        self._pending = "" if told.text else name
        if told.text:
            self._keep(name, told)
        return True

    def _keep(self, name: str, told: Told) -> None:
        if name == "title":
            self.title = collapse(told.text)
        else:
            self.told.setdefault(name, told)

    def _other(self, text: str, place: Place) -> None:
        if self._pending:
            self._keep(self._pending, Told(text, place))
            self._pending = ""
        elif not _TITLES.match(fold(text)) and key_of(text) not in ("borrador", ""):
            self.strange.append(Told(collapse(text), place))

    @property
    def axis(self) -> tuple[int | None, str]:
        """Number and title of the axis, where one is named."""
        return read_axis(self.told["axis"].text) if "axis" in self.told else (None, "")


def _only(sheet: Sheet, places: Sequence[Place]) -> str | date | None:
    return sheet.cells.get(places[0]) if len(places) == 1 else None


def label_of(text: str) -> tuple[str | None, str]:
    """Which field a label names, and what follows its colon; None for a text that is no label."""
    label, colon, inline = as_text(text).partition(":")
    folded = key_of(label)
    if len(label) > 100:
        return None, ""
    name = next((name for name, words in _LABELS if re.match(words, folded)), None)
    if name is None or (not colon and len(folded.split()) > 6 and name != "axis"):
        return None, ""
    return name, collapse(inline)


def is_footer(text: str) -> bool:
    """True for what stands below the table: resources, notes, who made it."""
    folded = fold(text)
    return folded.lstrip().startswith("*") or bool(_FOOTER.match(folded))


def opens_head(text: str) -> bool:
    """True for a row that begins another commitment's head below a table."""
    folded = fold(collapse(text))
    titled = folded.startswith("plan de trabajo") or (mentions_plan(text) and read_plan(text)[0] is not None)
    return read_commitment(text) is not None or (titled and len(folded) < 160)
