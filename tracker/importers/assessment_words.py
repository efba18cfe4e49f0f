"""The words of assessment files: headings, levels and the IRM's codes, in Spanish and in English."""

from __future__ import annotations

import re

from tracker.domain.assessment import CompletionLevel
from tracker.domain.irm import IrmField
from tracker.importers.wording import key_of

_NO = r"(?:(?:no|num|numero|n|id) )?(?:del? )?"
# The first that fits names the column; what is only recognised so as not to be told of has an empty name.
_HEADINGS: tuple[tuple[str, str], ...] = (
    ("", r"(?:nombre|titulo)(?: del compromiso)?|compromiso (?:nombre|titulo)|"
         r"(?:commitment )?(?:title|name)"),
    ("commitment", rf"{_NO}compromiso(?: (?:no|numero))?|commitment(?: (?:no|number|id))?|no|numero|number"),
    ("institution", r"(?:institucion|entidad)(?: (?:autora|responsable|que valora))?|responsables?|"
                    r"autora?|siglas|(?:author|lead|responsible)?(?: ?institution)|author"),
    ("on", r"fecha(?: (?:de(?: la)? (?:valoracion|evaluacion|autoevaluacion|publicacion)|del informe))?|"
           r"corte|al|(?:(?:report|assessment|publication) )?date"),
    ("level", r"(?:nivel|grado)(?: de)?(?: (?:cumplimiento|avance|implementacion))?|cumplimiento|"
              r"(?:level of )?completion(?: level)?|level"),
    ("achievements", r"(?:principales )?(?:logros?|avances?)(?: alcanzados)?|que se logro|"
                     r"(?:main )?achievements?"),
    ("obstacles", r"obstaculos?|dificultades|desafios|retos|que lo impidio|obstacles?|challenges?"),
    ("link", r"enlaces?(?: (?:al|del) informe)?|vinculo|url|links?|(?:report )?(?:link|url)"),
    ("source", r"(?:titulo del )?informe(?: (?:del?(?: la)? )?(?:mri|irm|mecanismo))?|documento|fuente|"
               r"de donde se tomo|(?:irm )?report(?: title)?|source"),
    (IrmField.VERIFIABLE, r"(?:es )?verificab(?:le|ilidad)|verifiab(?:le|ility)"),
    (IrmField.SPECIFICITY, r"especificidad|specificity"),
    (IrmField.LENS, r"(?:tiene )?(?:lente|perspectiva|enfoque)(?: de gobierno abierto)?|"
                    r"(?:open gov(?:ernment)? )?lens"),
    (IrmField.RELEVANCE, r"(?:relevan(?:te|cia) )?(?:a |para |con )?(?:los )?valores(?: de)?(?: la)?"
                         r"(?: (?:aga|ogp|gobierno abierto))?|relevancia|relevance|"
                         r"(?:relevant to |relevance to )?(?:ogp|open government) values?(?: relevance)?"),
    (IrmField.IMPACT, r"impacto potencial|potential impact"),
    (IrmField.POTENTIAL, r"potencial(?: (?:de|para)(?: (?:generar|obtener))? resultados)?|ambicion|"
                         r"potential(?: for results)?|ambition"),
    (IrmField.OPENED, r"(?:contribuyo a la )?apertura(?: (?:de|del) gobierno)?|diog|se abrio el gobierno|"
                      r"did it open gov(?:ernment)?"),
    (IrmField.RESULTS, r"(?:primeros )?resultados(?: (?:tempranos|iniciales|preliminares))?|early results"),
    (IrmField.STARRED, r"(?:compromiso )?(?:estelar|destacado)|starred(?: commitment)?"),
)  # fmt: skip

_LEVELS: dict[CompletionLevel, str] = {
    CompletionLevel.NO_EVIDENCE: "sin evidencia|sin evidencia disponible|no hay evidencia|"
    "no hay evidencia disponible|no evidence|no evidence available",
    CompletionLevel.NOT_STARTED: "no iniciado|no iniciada|sin iniciar|no ha iniciado|no empezado|not started",
    CompletionLevel.LIMITED: "limitado|limitada|limited",
    CompletionLevel.SUBSTANTIAL: "sustancial|substancial|substantial",
    CompletionLevel.COMPLETE: "completo|completa|completado|completada|total|cumplido|complete|completed",
}
_YES_NO = {"yes": "si|s|yes|y|verdadero|true", "no": "no|n|falso|false"}
_CODES: dict[IrmField, dict[str, str]] = {
    IrmField.VERIFIABLE: _YES_NO,
    IrmField.LENS: _YES_NO,
    IrmField.STARRED: _YES_NO,
    IrmField.SPECIFICITY: {
        "none": "ninguna|nula|none",
        "low": "baja|bajo|low",
        "medium": "media|medio|medium",
        "high": "alta|alto|high",
    },
    IrmField.RELEVANCE: {
        "transparency": "transparencia|acceso a la informacion|transparencia y acceso a la informacion|"
        "access to information|transparency|transparency and access to information",
        "participation": "participacion ciudadana|participacion civica|participacion|civic participation|"
        "citizen participation|public participation|participation",
        "accountability": "rendicion de cuentas|rendicion publica de cuentas|public accountability|"
        "accountability",
        "innovation": "tecnologia e innovacion|"
        "tecnologia e innovacion para la transparencia y rendicion de cuentas|"
        "tecnologia e innovacion para la transparencia y la rendicion de cuentas|technology and innovation|"
        "technology and innovation for transparency and accountability|innovacion|innovation",
        "unclear": "no es clara|no clara|poco clara|unclear",
    },
    IrmField.IMPACT: {
        "none": "ninguno|nulo|none",
        "minor": "menor|minor",
        "moderate": "moderado|moderate",
        "transformative": "transformador|transformativo|transformative",
    },
    IrmField.POTENTIAL: {
        "unclear": "incierto|no es claro|no claro|poco claro|unclear",
        "modest": "modesto|modest",
        "substantial": "sustancial|substancial|substantial",
    },
    IrmField.OPENED: {
        "worsened": "empeoro|worsened",
        "unchanged": "no cambio|sin cambio|sin cambios|no hubo cambio|did not change|no change|unchanged",
        "marginal": "marginal|marginalmente|marginally",
        "major": "significativo|significativa|significativamente|importante|major",
        "outstanding": "excepcional|excepcionalmente|sobresaliente|outstanding",
    },
    IrmField.RESULTS: {
        "none": "sin resultados notables|sin resultados|ninguno|no notable results|no early results|none",
        "moderate": "moderados|moderado|moderate",
        "significant": "significativos|significativo|significant",
    },
}
_AROUND = re.compile(
    r"^(?:(?:cumplimiento|avance|resultados|impacto|nivel) )|(?: (?:results|impact|completion|level))$"
)


def column_name(text: str) -> str | None:
    """Which column a heading names, in either language; empty for one that is known and not read."""
    folded = key_of(text.replace("#", " no ").replace("°", " ").replace("º", " ").replace("?", " "))
    return next((str(name) for name, words in _HEADINGS if re.fullmatch(words, folded)), None)


def read_level(text: str) -> CompletionLevel | None:
    """A value of the five-value scale, in either language; None for other words."""
    return next((level for level, words in _LEVELS.items() if _is_one_of(text, words)), None)


def read_code(field: IrmField, text: str) -> str | None:
    """A value of one of the IRM's lists, in either language; None for other words."""
    return next((value for value, words in _CODES[field].items() if _is_one_of(text, words)), None)


def _is_one_of(text: str, words: str) -> bool:
    said, known = key_of(text), words.split("|")
    return said in known or _AROUND.sub("", said) in known
