"""Words that stand around institutions in running text: their part, sub-units, groups and connectives."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.domain.plans import Role, Sector
from tracker.importers.wording import fold, key_of, word_set

STRENGTH: tuple[Role, ...] = (Role.LEAD, Role.COORDINATOR, Role.CO_RESPONSIBLE, Role.COLLABORATOR)

_COORDINATOR = r"coordinador(?:es|as|a)?"
_HELP = r"(?:colaboracion|apoyo|participacion|acompanamiento|asistencia|soporte)(?:\s+tecnic[oa])?"
_BODY = r"(?:(?:entidad|institucion|organo)(?:es)?\s+)?"
_ROLE_WORDS: tuple[tuple[str, Role], ...] = (
    (rf"{_BODY}{_COORDINATOR}(?:\s+general(?:es)?)?", Role.COORDINATOR),
    (rf"{_BODY}co-?rr?esponsables?", Role.CO_RESPONSIBLE),
    (rf"{_BODY}colaborador(?:es|as|a)?", Role.COLLABORATOR),
    (rf"{_BODY}responsables?(?:\s+(?:directos?|principal(?:es)?))?", Role.LEAD),
)


@dataclass(frozen=True)
class Marker:
    """Words that give a part: to what follows, or (`after`) to what stands before."""

    start: int
    end: int
    role: Role
    after: bool = False
    plural: bool = False
    guessed: bool = False
    explains: bool = False
    """What follows up to the next institution says what the part consists of."""


@dataclass(frozen=True)
class _Pattern:
    words: str
    role: Role
    after: bool = False
    guessed: bool = False
    explains: bool = False


_PATTERNS: tuple[_Pattern, ...] = (
    *(
        _Pattern(rf"como\s+(?:l[ao]s?\s+|el\s+)?{words}", role, True, explains=True)
        for words, role in _ROLE_WORDS
    ),
    _Pattern(r"responsables?\s+de\s+(?:los\s+|el\s+)?(?:hitos?|metas?)", Role.CO_RESPONSIBLE, guessed=True),
    _Pattern(r"(?:bajo\s+la\s+)?coordinacion\s+(?:general\s+)?a\s+cargo\s+de", Role.COORDINATOR),
    _Pattern(r"bajo\s+la\s+coordinacion\s+del?|coordinad[oa]s?\s+por", Role.COORDINATOR),
    _Pattern(
        r"en\s+(?:coordinacion|conjunto|alianza)\s+con|(?:conjuntamente|junto)\s+(?:con|a\b)"
        r"|de\s+manera\s+conjunta\s+con|coordinad[oa]s?\s+con",
        Role.CO_RESPONSIBLE,
        guessed=True,
    ),
    _Pattern(rf"(?:en|con)\s+(?:la\s+|el\s+)?{_HELP}(?:\s+(?:del?|con)\b)?", Role.COLLABORATOR),
    _Pattern(rf"{_HELP}\s+del?\b|(?:apoyan?|colaboran?|participan?|{_HELP})\s*:", Role.COLLABORATOR),
    _Pattern(
        r"(?<!en )coordinacion(?=\s+(?:de\b|del\b|para\b|y\b))|coordinacion(?=\s*:)",
        Role.COORDINATOR,
        explains=True,
    ),
    _Pattern(r"coordinan?\b(?!\s+con)", Role.COORDINATOR),
    _Pattern(r"(?:lidera(?:d[oa]s?)?(?:\s+por)?|a\s+cargo\s+del?|ejecuta(?:d[oa]s?)?\s+por)\b", Role.LEAD),
    *(_Pattern(words, role) for words, role in _ROLE_WORDS),
)
_COMPILED = [(re.compile(rf"\b(?:{one.words})"), one) for one in _PATTERNS]
_PLURAL = re.compile(r"(?:res|ras|les|bles)\b")


def markers_in(folded: str, taken: list[tuple[int, int]]) -> list[Marker]:
    """The words of a folded text that give parts, in order; places already taken by names do not count."""
    found: list[Marker] = []
    busy = list(taken)
    for pattern, one in _COMPILED:
        for match in pattern.finditer(folded):
            start, end = match.span()
            if any(start < stop and begin < end for begin, stop in busy):
                continue
            busy.append((start, end))
            plural = bool(_PLURAL.search(match.group()))
            found.append(Marker(start, end, one.role, one.after, plural, one.guessed, one.explains))
    return sorted(found, key=lambda marker: marker.start)


def role_of(text: str) -> Role | None:
    """The part that one role word means ("corresponsable"); None where it is no role word."""
    folded = key_of(text)
    for words, role in (
        *_ROLE_WORDS,
        (r"coordinan?|coordinacion", Role.COORDINATOR),
        (_HELP, Role.COLLABORATOR),
    ):
        if re.fullmatch(words, folded):
            return role
    return None


CONNECTIVES = word_set(
    "y e de del la las los el con a al por asi como asimismo tambien ademas otros otras entre etc",
    "respectivamente siguientes todas todos en",
)
_LISTING = re.compile(
    r"\b(?:l[ao]s\s+)?siguientes\s+(?:ministerios|instituciones|entidades|secretarias|organizaciones|actores)\b"
)
UNIT_HEADS = word_set(
    "direccion departamento unidad subsecretaria viceministerio gerencia subgerencia division",
    "oficina seccion delegacion delegaciones jefatura despacho viceministerios direcciones",
    "subdireccion dependencia area",
)
INSTITUTION_HEADS = word_set(
    "asociacion fundacion ministerio secretaria instituto consejo comision municipalidad universidad",
    "congreso organismo camara colegio procuraduria tribunal corte fondo empresa cooperativa centro",
    "red alianza superintendencia contraloria registro banco coordinadora comite autoridad",
    "gobernacion mancomunidad federacion confederacion observatorio agencia embajada programa",
    "proyecto academia facultad escuela liga movimiento colectivo frente union junta inspectoria",
    "intendencia organizacion grupo",
)
# A person or a post is not an institution; what they stand with stays as text for the contact point.
PERSON_HEADS = word_set(
    "lic licda licenciado licenciada ing ingeniero ingeniera dr dra doctor doctora arq sr sra",
    "director directora gerente jefe jefa secretario alcalde alcaldesa presidente presidenta",
    "ministro ministra viceministro encargado encargada asesor coordinador delegado delegada enlace",
    "tecnico tecnicos",
)
_HEADS_OF_SECTOR: dict[Sector, frozenset[str]] = {
    Sector.LOCAL_GOVERNMENT: word_set("municipalidad mancomunidad autoridad"),
    Sector.ACADEMIA: word_set("universidad facultad escuela academia"),
    Sector.PRIVATE: word_set("camara empresa cooperativa"),
    Sector.MULTILATERAL: word_set("agencia embajada"),
    Sector.CIVIL_SOCIETY: word_set(
        "asociacion fundacion red alianza federacion confederacion observatorio liga union movimiento",
        "colectivo frente organizacion grupo colegio centro",
    ),
}
_GROUPS: tuple[tuple[str, Sector], ...] = (
    (r"(?:gobiernos?|autoridades)\s+(?:locales|municipales|indigenas)", Sector.LOCAL_GOVERNMENT),
    (r"municipalidades|municipios|mancomunidades|alcald(?:es|ias)|concejos|cocodes?|comudes?|codedes?",
     Sector.LOCAL_GOVERNMENT),
    (r"(?:organizaciones|osc|sectores|grupos|sociedad|comunidades|pueblos|lideres)\b", Sector.CIVIL_SOCIETY),
    (r"sector\s+(?:privado|empresarial)|empresas|camaras", Sector.PRIVATE),
    (r"universidades|academia|centros\s+(?:educativos|de\s+investigacion)", Sector.ACADEMIA),
    (r"(?:organismos|organizaciones)\s+(?:internacionales|multilaterales)|cooperacion|cooperantes|agencias",
     Sector.MULTILATERAL),
    (r"(?:\d+\s+|ocho\s+|diez\s+)?areas\b", Sector.PUBLIC),
    (r"mesas?\s+(?:tecnicas?|multi|de\b|inter)|instituciones|entidades|ministerios|secretarias|dependencias"
     r"|unidades|gabinete|sectores\s+publicos|gobernaciones", Sector.PUBLIC),
)  # fmt: skip
_AREAS = re.compile(r"^(?:\d+\s+|[a-z]+\s+)?areas\b")


def group_sector(text: str) -> Sector | None:
    """The sector of a group without members named ("gobiernos locales priorizados"); None for no group."""
    folded = without_article(fold(text))
    if re.match(r"organi\w+\s+(?:internacionales|multilaterales)", folded):
        return Sector.MULTILATERAL
    return next((sector for words, sector in _GROUPS if re.match(rf"(?:{words})", folded)), None)


def heads_a_list_of_areas(text: str) -> bool:
    """True for "las 8 áreas prioritarias", which the names of the areas may follow."""
    return bool(_AREAS.match(without_article(fold(text))))


def without_article(text: str) -> str:
    """The text without its leading article."""
    return re.sub(r"^\s*(?:l[ao]s?|el|un[ao]s?)\s+", "", text, flags=re.IGNORECASE)


def sector_of_name(name: str) -> Sector:
    """The sector that the first word of a name suggests; public where it says nothing."""
    words = key_of(name).split()
    head = words[0] if words else ""
    return next((sector for sector, heads in _HEADS_OF_SECTOR.items() if head in heads), Sector.PUBLIC)


def strip_listing(text: str) -> str:
    """The text without "los siguientes ministerios" and its like."""
    match = _LISTING.search(fold(text))
    return text if match is None else text[: match.start()] + " " + text[match.end() :]
