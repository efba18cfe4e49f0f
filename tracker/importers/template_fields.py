"""The questions of the official commitment template, known by their words in any order."""

from __future__ import annotations

import re

from tracker.importers.wording import fold, key_of

LONGEST_LABEL = 170

_WHO = r"(?:institucion|entidad|actor)\w*(?: o actor\w*)?"
_CIVIL = r"osc\b|sociedad civil|sector privado|organizaciones (?:de la )?(?:sociedad|multilaterales)"
_STATE = r"entidades publicas|estatales|gubernamentales|publicos|del gobierno"
_HOW = r"(?:como|de que manera) (?:\w+ ){0,4}?(?:promo|mejor|foment|fortalec|ayud)\w*(?: \w+){0,5}?"
_NAMED = r"(?:nombre|titulo)(?: o titulo)?(?: y numero)? del compromiso"
_FIELDS: tuple[tuple[str, str], ...] = (
    (
        "responsible_text",
        rf"{_WHO} responsables?(?: de la implementacion)?|responsables? de la implementacion",
    ),
    ("responsible_text", r"institucion (?:coordinadora|que coordina)"),
    ("dates", r"fechas? de inicio y (?:de )?(?:termino|fin|finalizacion|conclusion)"),
    ("dates", r"periodo del compromiso|fechas? del compromiso|plazo|vigencia"),
    ("start", r"fecha de inicio$"),
    ("end", r"fecha de (?:termino|fin|finalizacion|conclusion)$"),
    ("summary", r"descripcion (?:breve|corta) del compromiso|breve descripcion"),
    ("how_transparency", rf"{_HOW} transparencia"),
    ("how_accountability", rf"{_HOW} rendicion de cuentas"),
    ("how_participation", rf"{_HOW} participacion"),
    ("contribution", r"(?:como |de que manera )?contribu"),
    ("causes", r"(?:cuales son )?(?:las )?causas"),
    ("done_so_far", r"que se ha hecho|acciones realizadas|esfuerzos previos"),
    ("expected_results", r"(?:que )?resultados? (?:que se |se )?(?:esper|busca|desea)|resultados esperados"),
    ("baseline_situation", r"situacion (?:inicial|actual|antes)|linea (?:de )?base|antecedentes"),
    ("relevance", r"(?:por que es |es )?relevan|valores de (?:ogp|la alianza|gobierno abierto|aga)"),
    ("problem", r"(?:cual es |que )?(?:la |el )?(?:problematica|problema)\b"),
    ("description", r"(?:cual|que) es el compromiso|descripcion del compromiso|objetivo\b"),
    ("additional_information", r"informacion adicional"),
    ("budget", r"presupuesto"),
    ("linked_programmes", r"(?:vincul|relacion|enlace)\w* con (?:otros )?(?:programas|planes|politicas)"),
    ("development_plan_links", r"(?:vinculo\w* con el )?plan nacional de desarrollo|k ?atun"),
    ("sdg_links", r"objetivos? de desarrollo sostenible|ods\b"),
    ("contact_names", r"nombres? de (?:la |las )?personas?|persona responsable"),
    ("contact_names", r"nombre del? (?:responsable|contacto)"),
    (
        "contact_posts",
        r"(?:institucion|cargo|puesto|titulo) (?:y )?(?:cargo|puesto|institucion)",
    ),
    ("contact_posts", r"cargo\b"),
    ("contact_channels", r"correo|e ?mail|telefono"),
    ("public_actors", rf"actores (?:de )?(?:{_STATE})|entidades publicas"),
    ("other_actors", _CIVIL),
    ("working_groups", r"grupos de trabajo"),
    ("observations", r"observaciones|comentarios|notas?$"),
    ("financial_resources_text", r"recursos financieros"),
    ("human_resources_text", r"recursos (?:humanos|tecnicos)"),
    ("ogp_identifier", r"identificador|codigo (?:de )?(?:ogp|aga)|(?:numero|no) (?:ogp|aga)"),
    ("axis", r"eje(?: tematico| estrategico)?\b"),
    ("plan", r"plan de accion\b"),
    ("title", rf"{_NAMED}|numero y (?:nombre|titulo) del compromiso"),
)
_SECTIONS = re.compile(
    r"^(?:plantilla de compromiso|informacion de contacto|otros actores(?: involucrados)?|hitos|contacto"
    r"|descripcion del compromiso|formato de compromiso|datos de contacto)$"
)
_OGP_VALUES: tuple[tuple[str, str], ...] = (
    ("transparency", r"transparencia|acceso a la informacion"),
    ("participation", r"participacion"),
    ("accountability", r"rendicion de cuentas"),
    ("innovation", r"innovacion|tecnolog"),
)
CONTACTS = ("contact_names", "contact_posts", "contact_channels")
_VERSION = re.compile(r"\bversion\W{0,3}(?P<version>\d[\w./-]*(?: de \w+ de \d{4})?)")
_OGP_ID = re.compile(r"\b[A-Z]{2}\d{4}\b")


def field_of(label: str) -> str | None:
    """Which field of the template a label asks for; None for a text that is no label."""
    if not label or len(label) > LONGEST_LABEL:
        return None
    folded = key_of(label)
    return next((name for name, words in _FIELDS if re.match(rf"(?:{words})", folded)), None)


def is_section(text: str) -> bool:
    """True for a heading that only opens a part of the template."""
    return bool(_SECTIONS.match(key_of(text)))


def ogp_values_in(text: str) -> tuple[str, ...]:
    """The values of the Open Government Partnership that a text names."""
    folded = fold(text)
    return tuple(value for value, words in _OGP_VALUES if re.search(words, folded))


def version_in(text: str) -> str:
    """The date or number of a line "Versión 7-11-2018"; empty where there is none."""
    match = _VERSION.search(fold(text))
    return match["version"].rstrip(".-/") if match else ""


def ogp_identifier_in(text: str) -> str:
    """An identifier such as GT0121; empty where there is none."""
    match = _OGP_ID.search(text)
    return match.group() if match else ""
