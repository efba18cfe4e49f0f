"""The sheets of the full-plan workbook, one by one: every column with its heading and its list of words.

The headings are the form's own and do not follow the reader's language: what is written in one is read in
the other.
"""

from __future__ import annotations

from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.plan_book import BookColumn, BookSheet, CellKind
from tracker.domain.plans import (
    CONTACT_FIELDS,
    MERGE,
    SPLIT,
    TEMPLATE_FIELDS,
    ContactVisibility,
    Continuity,
    NodeKind,
    PlanStatus,
    Role,
    Sector,
)
from tracker.domain.schedule import Frequency, Precision

_STATUS = (
    (PlanStatus.DRAFT.value, "en redacción"),
    (PlanStatus.CONSULTATION.value, "en consulta"),
    (PlanStatus.APPROVED.value, "aprobado"),
    (PlanStatus.IN_COURSE.value, "en curso"),
    (PlanStatus.CLOSED.value, "cerrado"),
    (PlanStatus.ARCHIVED.value, "archivado"),
)
_SECTORS = (
    (Sector.PUBLIC.value, "público"),
    (Sector.LOCAL_GOVERNMENT.value, "gobierno local"),
    (Sector.CIVIL_SOCIETY.value, "sociedad civil"),
    (Sector.PRIVATE.value, "privado"),
    (Sector.ACADEMIA.value, "academia"),
    (Sector.MULTILATERAL.value, "multilateral"),
)
ROLES = (
    (Role.LEAD.value, "responsable"),
    (Role.COORDINATOR.value, "coordinador"),
    (Role.CO_RESPONSIBLE.value, "corresponsable"),
    (Role.COLLABORATOR.value, "colaborador"),
)
_FREQUENCIES = (
    (Frequency.MONTHLY.value, "mensual"),
    (Frequency.BIMONTHLY.value, "bimestral"),
    (Frequency.QUARTERLY.value, "trimestral"),
    (Frequency.FOUR_MONTHLY.value, "cuatrimestral"),
    (Frequency.HALF_YEARLY.value, "semestral"),
    (Frequency.YEARLY.value, "anual"),
)
_PRECISIONS = (
    (Precision.DAY.value, "día"),
    (Precision.MONTH.value, "mes"),
    (Precision.QUARTER.value, "trimestre"),
    (Precision.FOUR_MONTH.value, "cuatrimestre"),
    (Precision.HALF_YEAR.value, "semestre"),
    (Precision.YEAR.value, "año"),
)
_CONTINUITY = ((Continuity.NEW.value, "nuevo"), (Continuity.IN_PROGRESS.value, "en curso"))
_ACCESS = (
    (Access.PUBLIC.value, "público"),
    (Access.CONFIDENTIAL.value, "confidencial"),
    (Access.RESERVED.value, "reservado"),
)
_VISIBILITY = ((ContactVisibility.PUBLIC.value, "público"), (ContactVisibility.INTERNAL.value, "interno"))
_OBSTACLES = (
    (ObstacleKind.FUNDS.value, "recursos"),
    (ObstacleKind.LEGAL.value, "legal"),
    (ObstacleKind.STAFF.value, "personal"),
    (ObstacleKind.THIRD_PARTY.value, "terceros"),
    (ObstacleKind.OTHER.value, "otro"),
)
_WAYS = ((SPLIT, "división"), (MERGE, "unión"))

_TEMPLATE_HEADINGS = {
    "summary": "Resumen",
    "problem": "Problema que atiende",
    "description": "Cuál es el compromiso",
    "contribution": "Cómo contribuye",
    "relevance": "Relevancia para los valores de OGP",
    "how_transparency": "Cómo: transparencia",
    "how_accountability": "Cómo: rendición de cuentas",
    "how_participation": "Cómo: participación",
    "additional_information": "Información adicional",
    "budget": "Presupuesto",
    "linked_programmes": "Vínculo con otros programas",
    "development_plan_links": "Plan Nacional de Desarrollo",
    "sdg_links": "ODS",
    "causes": "Causas",
    "done_so_far": "Lo hecho hasta ahora",
    "expected_results": "Resultados esperados",
    "baseline_situation": "Situación de partida",
    "responsible_text": "Responsables, como dice el documento",
    "public_actors": "Otros actores públicos",
    "other_actors": "Otros actores",
    "working_groups": "Grupos de trabajo",
    "observations": "Observaciones",
    "template_version": "Versión de la plantilla",
    "financial_resources_text": "Recursos financieros",
    "human_resources_text": "Recursos humanos y técnicos",
    "ogp_identifier": "Identificador OGP",
}
_CONTACT_HEADINGS = {
    "contact_names": "Contacto: nombre",
    "contact_posts": "Contacto: institución y puesto",
    "contact_channels": "Contacto: correo y teléfono",
}
_TEXT, _INTEGER, _NUMBER = CellKind.TEXT, CellKind.INTEGER, CellKind.NUMBER
_DAY, _FLAG, _CHOICE = CellKind.DAY, CellKind.FLAG, CellKind.CHOICE
_UID = BookColumn("uid", "Identificador", width=26)
_TITLE = BookColumn("title", "Título", is_required=True, width=60)
_ITEM = BookColumn("item", "Elemento", is_required=True, width=26)
_INSTITUTION = BookColumn("institution", "Institución", is_required=True, width=24)


def _of_item(*own: BookColumn) -> tuple[BookColumn, ...]:
    """The columns of an item, those that every level has around its own."""
    return (
        _UID,
        *own,
        BookColumn("label", "Número", is_required=True),
        BookColumn("number", "Cifra", _INTEGER),
        BookColumn("position", "Orden", _INTEGER),
        _TITLE,
        BookColumn("weight", "Peso", _NUMBER),
        BookColumn("frequency", "Frecuencia", _CHOICE, _FREQUENCIES),
        BookColumn("withdrawn_on", "Retirado el", _DAY),
        BookColumn("continues", "Continúa de"),
        BookColumn("starting_quantity", "Cantidad de partida", _NUMBER),
    )


PLAN = BookSheet(
    "plan",
    "Plan",
    (
        _UID,
        BookColumn("number", "Número", _INTEGER, is_required=True),
        _TITLE,
        BookColumn("status", "Etapa", _CHOICE, _STATUS),
        BookColumn("starts_on", "Empieza", _DAY),
        BookColumn("ends_on", "Termina", _DAY),
        BookColumn("approved_on", "Aprobado el", _DAY),
        BookColumn("is_historical", "Histórico", _FLAG),
        BookColumn("is_demo", "Demostración", _FLAG),
        BookColumn("milestone_word", "Cómo llama a los hitos"),
        BookColumn("ogp_identifier", "Identificador OGP"),
        BookColumn("substantial_from", "Sustancial desde (%)", _NUMBER),
        BookColumn("due_soon_days", "Días de «vence pronto»", _INTEGER),
        BookColumn("grace_days", "Días de gracia", _INTEGER),
    ),
)
INSTITUTIONS = BookSheet(
    "institutions",
    "Instituciones",
    (
        _UID,
        BookColumn("acronym", "Siglas"),
        BookColumn("name", "Nombre", is_required=True, width=50),
        BookColumn("sector", "Sector", _CHOICE, _SECTORS),
        BookColumn("is_group", "Grupo", _FLAG),
        BookColumn("parent", "Unidad de", width=24),
    ),
)
AXES = BookSheet("axes", "Ejes", _of_item())
COMMITMENTS = BookSheet(
    "commitments",
    "Compromisos",
    (
        *_of_item(BookColumn("axis", "Eje")),
        BookColumn("short_title", "Título corto", width=30),
        BookColumn("value_transparency", "Valor: transparencia", _FLAG),
        BookColumn("value_participation", "Valor: participación", _FLAG),
        BookColumn("value_accountability", "Valor: rendición de cuentas", _FLAG),
        BookColumn("value_innovation", "Valor: tecnología e innovación", _FLAG),
        *(BookColumn(name, _TEMPLATE_HEADINGS[name], width=36) for name in TEMPLATE_FIELDS),
        *(BookColumn(name, _CONTACT_HEADINGS[name], width=28) for name in CONTACT_FIELDS),
        BookColumn("contact_visibility", "Contacto: visibilidad", _CHOICE, _VISIBILITY),
    ),
)
MONEY = BookSheet(
    "money",
    "Montos",
    (
        _ITEM,
        BookColumn("amount", "Monto (GTQ)", _NUMBER, is_required=True),
        BookColumn("provider", "Quién lo aporta", width=50),
    ),
)
MILESTONES = BookSheet(
    "milestones",
    "Hitos",
    (
        *_of_item(BookColumn("commitment", "Compromiso", is_required=True)),
        BookColumn("continuity", "Nuevo o en curso", _CHOICE, _CONTINUITY),
    ),
)
ACTIVITIES = BookSheet(
    "activities",
    "Actividades",
    _of_item(BookColumn("commitment", "Compromiso", is_required=True), BookColumn("milestone", "Hito")),
)
WINDOWS = BookSheet(
    "windows",
    "Fechas",
    (
        _ITEM,
        BookColumn("revision", "Revisión", _INTEGER),
        BookColumn("from_on", "Vale desde", _DAY),
        BookColumn("start_on", "Empieza", _DAY),
        BookColumn("start_precision", "Empieza: exactitud", _CHOICE, _PRECISIONS),
        BookColumn("end_on", "Termina", _DAY, is_required=True),
        BookColumn("end_precision", "Termina: exactitud", _CHOICE, _PRECISIONS),
    ),
)
PARTS = BookSheet(
    "parts",
    "Responsabilidades",
    (
        _ITEM,
        _INSTITUTION,
        BookColumn("role", "Papel", _CHOICE, ROLES, is_required=True),
        BookColumn("text", "Como dice el documento", width=50),
        BookColumn("since", "Desde", _DAY),
        BookColumn("follows", "Sigue a", width=30),
    ),
)
PRODUCTS = BookSheet(
    "products",
    "Productos",
    (
        _UID,
        BookColumn("items", "Elementos", is_required=True, width=30),
        BookColumn("text", "Producto", is_required=True, width=60),
        BookColumn("unit", "Unidad"),
        BookColumn("planned", "Cantidad planificada", _NUMBER),
        BookColumn("quote", "Palabras del plan que la fijan", width=40),
    ),
)
MEANS = BookSheet(
    "means",
    "Medios de verificación",
    (
        _UID,
        BookColumn("items", "Elementos", is_required=True, width=30),
        BookColumn("text", "Medio de verificación", is_required=True, width=60),
        BookColumn("access", "Acceso", _CHOICE, _ACCESS),
    ),
)
ORIGINS = BookSheet(
    "origins",
    "Orígenes",
    (
        _ITEM,
        BookColumn("origin", "Viene de", is_required=True, width=26),
        BookColumn("how", "Cómo", _CHOICE, _WAYS, is_required=True),
    ),
)
CLAIMS = BookSheet(
    "claims",
    "Avances",
    (
        _UID,
        BookColumn("thread", "Serie", width=26),
        BookColumn("version", "Versión", _INTEGER),
        _ITEM,
        _INSTITUTION,
        BookColumn("claimed_role", "Papel declarado", _CHOICE, ROLES),
        BookColumn("reported_on", "Fecha de corte", _DAY, is_required=True),
        BookColumn("percent", "Avance (%)", _NUMBER),
        BookColumn("narrative", "Relato", width=60),
        BookColumn("completed_on", "Fecha de cumplimiento", _DAY),
        BookColumn("occurrence", "Período de la entrega"),
        BookColumn("delivered", "Cantidad entregada", _NUMBER),
        BookColumn("departure_reason", "Por qué se aparta de la cantidad", width=36),
        BookColumn("no_progress", "Sin avance", _FLAG),
        BookColumn("obstacle_kind", "Tipo de obstáculo", _CHOICE, _OBSTACLES),
        BookColumn("obstacle", "Obstáculo", width=36),
        BookColumn("needed", "Qué hace falta", width=36),
        BookColumn("new_expected_on", "Nueva fecha esperada", _DAY),
        BookColumn("letter_number", "Oficio"),
        BookColumn("letter_on", "Fecha del oficio", _DAY),
    ),
)
LINKS = BookSheet(
    "links",
    "Enlaces",
    (
        _UID,
        BookColumn("claim", "Avance", is_required=True, width=26),
        BookColumn("url", "Dirección", is_required=True, width=50),
        BookColumn("title", "Título", width=40),
        BookColumn("description", "Descripción", width=40),
        BookColumn("effective_on", "Fecha", _DAY),
        BookColumn("access", "Acceso", _CHOICE, _ACCESS),
        BookColumn("legal_ground", "Fundamento legal", width=30),
        BookColumn("resolution_number", "Resolución"),
        BookColumn("resolution_authority", "Autoridad"),
        BookColumn("resolution_on", "Fecha de la resolución", _DAY),
        BookColumn("reserved_until", "Reservado hasta", _DAY),
        BookColumn("means", "Medios que responde", width=40),
    ),
)
QUANTITIES = BookSheet(
    "quantities",
    "Cantidades",
    (
        BookColumn("claim", "Avance", is_required=True, width=26),
        BookColumn("label", "Detalle", is_required=True, width=40),
        BookColumn("quantity", "Cantidad", _NUMBER, is_required=True),
        BookColumn("delivered_on", "Fecha", _DAY),
        BookColumn("link", "Enlace que lo muestra", width=26),
    ),
)
SHEETS: tuple[BookSheet, ...] = (
    *(PLAN, INSTITUTIONS, AXES, COMMITMENTS, MONEY, MILESTONES, ACTIVITIES, WINDOWS, PARTS),
    *(PRODUCTS, MEANS, ORIGINS, CLAIMS, LINKS, QUANTITIES),
)
LEVELS: tuple[tuple[NodeKind, BookSheet], ...] = (
    (NodeKind.AXIS, AXES),
    (NodeKind.COMMITMENT, COMMITMENTS),
    (NodeKind.MILESTONE, MILESTONES),
    (NodeKind.ACTIVITY, ACTIVITIES),
)
