"""Numbers and titles of commitments, milestones and activities, however a row writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.importers.wording import ORDINALS, collapse, compose, fold, roman

_NO = r"(?:(?:no|nro|num|numero)\b\.?|n[°º]\.?|#)?"
_LABEL = r"\d{1,3}(?:\.\d{1,3}){0,3}\s?[a-z]?"
_AFTER = r"(?=[\s.:)\-°º_]|$)[\s.:)\-°º_]*"
_MILESTONE = re.compile(
    rf"^\W*(?:hito|meta|etapa)(?:\s*{_NO}\s*(?P<label>{_LABEL}|[ivx]+){_AFTER}|\s*[:.\-]\s*|\s*$)"
)
_ORDINAL_MILESTONE = re.compile(r"^\W*(?P<ordinal>[a-z]+)\s+(?:hito|meta|etapa)\b[\s.:)\-]*")
_ACTIVITY = re.compile(
    rf"^\W*(?:actividad|accion|tarea)(?:\s*{_NO}\s*(?P<label>{_LABEL}){_AFTER}|\s*[:.\-]\s*|\s*$)"
)
_NUMBERED = re.compile(
    rf"^\W*(?P<label>{_LABEL})(?:\s*(?:[.:)\-]+|°|º)+(?!\d)\s*|\s+(?=(?:actividad|accion|tarea)\b))"
    rf"(?:(?:actividad|accion|tarea)\b\s*{_NO}[\s.:)\-]*)?"
)
_DOTTED = re.compile(r"^\W*(?P<label>\d{1,3}(?:\.\d{1,3}){1,3}[a-z]?)\s+(?=\S)")
_COMMITMENT = re.compile(
    rf"^\W*(?:(?:no|num|numero)\b\.?\s*(?:y\s+nombre\s+)?del?\s+)?compromiso\s*{_NO}[\s_.:\-]*(?P<number>\d{{1,3}})(?!\d)[\s_.:\-)]*"
    r"(?:nombre\s+del\s+compromiso)?[\s_.:\-]*"
)
_PLAN = re.compile(r"(?P<ordinal>\d{1,2}|[a-z]+)\s*[.°ºo]*\s*(?:er|do|to)?[.\s]*plan\s+de\s+accion")
_YEARS = re.compile(r"\b(20\d\d)\s*(?:-|a|al|/)\s*(20\d\d)\b")
_AXIS = re.compile(rf"^\W*eje\s*{_NO}\s*(?P<number>\d{{1,2}}|[ivx]+)?{_AFTER}")


_PLAIN = re.compile(rf"\W*(?:hito|meta|actividad)?\s*{_NO}\s*(?P<label>{_LABEL}|[ivx]+)[\s.):\-°º]*")


@dataclass(frozen=True)
class Numbered:
    """A row's own number and its title without it; `is_milestone` where the words say so."""

    title: str
    label: str = ""
    is_milestone: bool = False
    says_activity: bool = False

    @property
    def number(self) -> int | None:
        """The integer of the last part of the label: 1 of "2.1", 3 of "3a"."""
        return number_of(self.label)


def number_of(label: str) -> int | None:
    """The integer a label ends in, letters left aside; None where there is none."""
    match = re.search(r"(\d+)[a-z]?$", label)
    return int(match.group(1)) if match else None


def plain_label(text: str) -> str:
    """A number cell as a label: "1.", "3 a", "II" and "Hito 2" give "1", "3a", "2" and "2"; empty if none."""
    folded = fold(collapse(text))
    match = re.fullmatch(
        rf"\W*(?:hito|meta|actividad)?\s*{_NO}\s*(?P<label>{_LABEL}|[ivx]+)[\s.):\-°º]*", folded
    )
    return _clean(match["label"]) if match else ""


def _clean(label: str) -> str:
    value = roman(label)
    if value is not None:
        return str(value)
    return re.sub(r"\s|\.0+$", "", label)


def read_title(text: str) -> Numbered:
    """A title cell cut into the number it carries and the title proper."""
    written = collapse(compose(text))
    folded = fold(written)
    match = _MILESTONE.match(folded)
    if match:
        return Numbered(written[match.end() :], _clean(match["label"] or ""), is_milestone=True)
    match = _ORDINAL_MILESTONE.match(folded)
    if match and match["ordinal"] in ORDINALS:
        return Numbered(written[match.end() :], str(ORDINALS[match["ordinal"]]), is_milestone=True)
    match = _ACTIVITY.match(folded)
    if match:
        return Numbered(written[match.end() :], _clean(match["label"] or ""), says_activity=True)
    match = _DOTTED.match(folded) or _NUMBERED.match(folded)
    if match:
        says = "actividad" in folded[: match.end()]
        return Numbered(written[match.end() :], _clean(match["label"]), says_activity=says)
    return Numbered(written)


def read_commitment(text: str) -> tuple[int, str] | None:
    """Number and name in "COMPROMISO No. 10 Nombre del compromiso: …"; None for any other text."""
    written = collapse(compose(text))
    match = _COMMITMENT.match(fold(written))
    return (int(match["number"]), written[match.end() :].strip(" _.:-")) if match else None


def read_plan(text: str) -> tuple[int | None, tuple[int, int] | None]:
    """The ordinal and the years of an action plan named in a text ("4º. PLAN DE ACCIÓN … 2018-2020")."""
    folded = fold(text)
    match = _PLAN.search(folded)
    years = _YEARS.search(folded)
    number: int | None = None
    if match:
        word = match["ordinal"]
        number = int(word) if word.isdigit() else ORDINALS.get(word) or roman(word)
    return number, (int(years.group(1)), int(years.group(2))) if years else None


def mentions_plan(text: str) -> bool:
    """True for a line that names an action plan."""
    return "plan de accion" in fold(text)


def read_axis(text: str) -> tuple[int | None, str]:
    """Number and title of "EJE 10. SALUD, …"; a bare title has no number."""
    written = collapse(compose(text))
    match = _AXIS.match(fold(written))
    if not match:
        return None, written
    label = match["number"] or ""
    number = int(label) if label.isdigit() else roman(label)
    return number, written[match.end() :].strip(" .:-")
