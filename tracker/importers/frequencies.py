"""How often a recurring duty falls due, as titles and periods say it."""

from __future__ import annotations

import re

from tracker.domain.schedule import Frequency
from tracker.importers.wording import fold

_ADVERBS: tuple[tuple[str, Frequency], ...] = (
    (r"mensualmente|cada mes|todos los meses|(?:una )?vez al mes|mes a mes", Frequency.MONTHLY),
    (r"bimestralmente|cada (?:dos|2) meses|cada bimestre", Frequency.BIMONTHLY),
    (r"trimestralmente|cada (?:tres|3) meses|(?:cada|por) trimestre", Frequency.QUARTERLY),
    (r"cuatrimestralmente|cada (?:cuatro|4) meses|(?:cada|por) cuatrimestre", Frequency.FOUR_MONTHLY),
    (r"semestralmente|cada (?:seis|6) meses|(?:cada|por) semestre|dos veces al ano", Frequency.HALF_YEARLY),
    (r"anualmente|cada ano|todos los anos|cada (?:doce|12) meses|una vez al ano", Frequency.YEARLY),
)
_ADJECTIVES: dict[str, Frequency] = {
    "mensual": Frequency.MONTHLY,
    "bimestral": Frequency.BIMONTHLY,
    "trimestral": Frequency.QUARTERLY,
    "cuatrimestral": Frequency.FOUR_MONTHLY,
    "semestral": Frequency.HALF_YEARLY,
    "anual": Frequency.YEARLY,
}
_ADJECTIVE = rf"\b({'|'.join(_ADJECTIVES)})(?:es)?\b"
# What is done again and again; a plan or a budget that is called yearly is still one document.
_DUTY = re.compile(
    r"\b(publicacion|actualizacion|informe|reporte|reunion|divulgacion|remision|entrega|presentacion|rendicion|"
    r"monitoreo|seguimiento|boletin|evaluacion|supervision|visita|sesion|taller|envio|registro|revision|"
    r"verificacion|memoria|frecuencia|periodicidad)(?:es|s)?\b"
)
_ONE_DOCUMENT = re.compile(
    r"\b(plan(?:es)?|operativo|presupuesto|programacion|cronograma|agenda|poa|politica)\W+$"
)


def parse_frequency(text: str) -> Frequency | None:
    """The frequency a title or a period speaks of; None where none is stated.

    An adjective counts only for something that is done ("publicación mensual"), not for the name of one
    document ("Plan Operativo Anual"), or where it is all the text begins with ("Mensual, de mayo a agosto").
    """
    folded = fold(text)
    for pattern, frequency in _ADVERBS:
        if re.search(rf"\b(?:{pattern})\b", folded):
            return frequency
    for match in re.finditer(_ADJECTIVE, folded):
        if _is_duty(folded[: match.start()], match.group(1)):
            return _ADJECTIVES[match.group(1)]
    return None


def _is_duty(before: str, adjective: str) -> bool:
    if not before.strip():
        return True
    if _ONE_DOCUMENT.search(before):
        return False
    reach = 1 if adjective == "anual" else 6
    return bool(_DUTY.search(" ".join(before.split()[-reach:])))


def without_frequency(text: str) -> str:
    """The text with the words of frequency blanked out, so that the period remains."""
    folded = fold(text)
    for pattern in (*(words for words, _ in _ADVERBS), _ADJECTIVE):
        folded = re.sub(rf"\b(?:{pattern})\b", lambda match: " " * len(match.group()), folded)
    return folded
