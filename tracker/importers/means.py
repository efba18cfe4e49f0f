"""Verification means: one text, several things to show (design section 8).

The rule. A text is cut at commas and semicolons outside parentheses, at bullets, at lines that begin with a
capital, and at the last "y" (or "e") of a list. Where a comma or semicolon made a list, its last "y" ends it.
Without one, "A y B" is a list only if both begin with the name of something that can be shown ("informe y
listado", "convenios y fotografías"); so "Plan de Capacitación y Fortalecimiento" and "validado y socializado"
stay whole. A piece that begins with a preposition goes on with the one before it, and a comma inside a number
is no comma. Where the reading could be another, the split carries the doubt `means-split-doubt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tracker.importers.periods import Problem
from tracker.importers.proposals import Level
from tracker.importers.wording import collapse, collapse_lines, compose, fold, key_of, word_set

_SHOWN = word_set(
    "acta acuerdo afiche agenda anexo archivo audio aval ayuda base bitacora boleta boletin borrador",
    "captura carta catalogo certificacion certificado circular comunicacion comunicado constancia",
    "contrato convenio convocatoria copia correo cronograma cuadro dictamen diploma documento encuesta",
    "enlace estadistica estudio evaluacion evidencia expediente factura ficha formato formulario foto",
    "fotografia fotografica grabacion guia herramienta imagen impresion informe instrumento invitacion",
    "link lista listado manual mapa material matriz memorando memorandum memoria metodologia minuta",
    "modulo nombramiento nomina nota oficio pagina pantalla plan planilla plataforma pliego portafolio",
    "portal poster presentacion programa propuesta protocolo providencia publicacion reconocimiento",
    "registro reglamento reporte resolucion resultado resumen reunion sistema solicitud tabla testimonio",
    "url version video vinculo visita",
)
_CONTINUES = word_set(
    "de del en con que para por segun sobre sin desde entre hasta ante a al bajo mediante cuyo cuya donde y/o"
)
_BEFORE_NOUN = word_set("y e el la los las un una unos unas")
_NOTHING = re.compile(r"^(?:n/?a|no aplica|ningun[oa]|pendiente|por definir|[-–—.*\s]*)\W*$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:[-•*·–—▪◦➢✓]|\d{1,2}[.)]|[a-zA-Z]\))\s+")
_PARTICIPLE = re.compile(r"(?:[aei]d[oa]s?|puest[oa]s?|escrit[oa]s?|impres[oa]s?)$")


@dataclass(frozen=True)
class MeansReading:
    """The means of a text, and whether another way of cutting it is as good."""

    items: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def split_means(text: str | None) -> tuple[str, ...]:
    """The verification means a text lists, each trimmed of blanks and closing signs."""
    return read_means(text).items


def read_means(text: str | None) -> MeansReading:
    """The verification means a text lists, with a doubt where the cut is uncertain."""
    if not text or _NOTHING.match(text.strip()):
        return MeansReading()
    items: list[str] = []
    doubtful = False
    for line in _lines(compose(text)):
        pieces = _rejoined(_cut_at_signs(line))
        for place, piece in enumerate(pieces):
            ends_list = len(pieces) > 1 and place == len(pieces) - 1
            parts, unsure = _cut_at_and(piece, ends_list=ends_list)
            items.extend(parts)
            doubtful = doubtful or unsure or (len(pieces) > 1 and not _begins_with_shown(piece))
    kept = _once(item for item in map(_trimmed, items) if item)
    problems: tuple[Problem, ...] = ()
    if doubtful:
        problems = ((Level.DOUBT, "means-split-doubt", {"count": str(len(kept)), "means": " | ".join(kept)}),)
    return MeansReading(kept, problems)


def _lines(text: str) -> list[str]:
    """Lines that begin an item; a line that only goes on where the cell was wrapped is joined again."""
    found: list[str] = []
    for line in collapse_lines(text).split("\n"):
        bare = _BULLET.sub("", line)
        starts = (
            bare != line or not found or (bare[:1].isupper() and not found[-1].rstrip().endswith(("y", ",")))
        )
        if starts:
            found.append(bare)
        else:
            found[-1] = f"{found[-1]} {bare}"
    return found


def _cut_at_signs(text: str) -> list[str]:
    """Cut at commas and semicolons outside parentheses, leaving those inside a number."""
    pieces = [""]
    depth = 0
    for place, char in enumerate(text):
        depth = max(0, depth + (char in "([") - (char in ")]"))
        in_number = (
            char == "," and text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()
        )
        if char in ",;" and depth == 0 and not in_number:
            pieces.append("")
        else:
            pieces[-1] += char
    return [piece.strip() for piece in pieces if piece.strip(" .")]


def _rejoined(pieces: list[str]) -> list[str]:
    """A piece that begins with a preposition goes on with the one before."""
    found: list[str] = []
    for piece in pieces:
        if found and fold(piece).split()[0] in _CONTINUES:
            found[-1] = f"{found[-1]}, {piece}"
        else:
            found.append(piece)
    return found


def _cut_at_and(text: str, *, ends_list: bool) -> tuple[list[str], bool]:
    """Cut at the last "y" where it joins two means; True where that is not certain."""
    places = [
        match for match in re.finditer(r"\s+[yeYE]\s+", text) if not _inside_parentheses(text, match.start())
    ]
    if not places:
        return [text], False
    last = places[-1]
    left, right = text[: last.start()], text[last.end() :]
    if fold(left).split()[0] in ("y", "e"):
        left = left.split(" ", 1)[-1]
    if _begins_with_shown(right) and (ends_list or _begins_with_shown(left)):
        before, unsure = _cut_at_and(left, ends_list=False)
        return [*before, right], unsure
    if _PARTICIPLE.search(key_of(right.split(" ")[0])):
        return [text], False
    if ends_list and len(key_of(left).split()) <= 2:
        return [left, right], True
    return [text], True


def _inside_parentheses(text: str, place: int) -> bool:
    before = text[:place]
    return before.count("(") + before.count("[") > before.count(")") + before.count("]")


def _begins_with_shown(text: str) -> bool:
    """True where the first word, in the singular or plural, is something that can be shown."""
    meant = [word for word in key_of(text).split() if word not in _BEFORE_NOUN]
    if not meant:
        return False
    first = meant[0]
    forms = {first, first.removesuffix("s"), first.removesuffix("es"), first.removesuffix("ces") + "z"}
    return not forms.isdisjoint(_SHOWN)


def _trimmed(text: str) -> str:
    bare = collapse(re.sub(r"^\s*[ye]\s+", "", text, flags=re.IGNORECASE))
    return bare.strip(" .,;:").strip()


def _once(items: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for item in items:
        found.setdefault(key_of(item), item)
    return tuple(found.values())
