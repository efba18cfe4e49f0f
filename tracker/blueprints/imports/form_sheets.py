"""What stands in the forms that offices fill in: headings that the importers know, in the documents' Spanish.

The forms are documents of the government, not pages: their headings do not follow the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracker.domain.plans import Role, Sector
from tracker.queries.import_forms import FormItem
from tracker.renderers.blank_forms import FormColumn, FormSheet

PROGRESS_COLUMNS = (
    *("Compromiso", "Hito", "Actividad", "Institución", "Rol", "Avance", "Fecha de corte"),
    *("Fecha de cumplimiento", "Resumen", "Enlaces", "Texto de la actividad (no se importa)"),
)
INSTITUTION_COLUMNS = ("Siglas", "Nombre", "Sector", "Unidad de", "Grupo")
TARGET_UNITS = ("Metro", "Documento", "Persona", "Evento", "Entidad", "Obra", "Metro cuadrado", "Sistema")
_ROLES = {
    Role.LEAD: "responsable",
    Role.COORDINATOR: "coordinador",
    Role.CO_RESPONSIBLE: "corresponsable",
    Role.COLLABORATOR: "colaborador",
}
_SECTORS = {
    Sector.PUBLIC.value: "público",
    Sector.LOCAL_GOVERNMENT.value: "gobierno local",
    Sector.CIVIL_SOCIETY.value: "sociedad civil",
    Sector.PRIVATE.value: "privado",
    Sector.ACADEMIA.value: "academia",
    Sector.MULTILATERAL.value: "multilateral",
}
_WORKPLAN = (
    FormColumn("No.", 8),
    FormColumn("Descripción de actividades a desarrollar en cada hito", 60),
    FormColumn("Tiempo de cumplimiento", 26),
    FormColumn("Institución responsable", 40, "institutions"),
    FormColumn("Producto", 36),
    FormColumn("Medio de verificación", 40),
)


def workplan_sheets(plan_number: int, commitments: Sequence[tuple[str, str]]) -> list[FormSheet]:
    """A sheet for each commitment with its head; one to be named where the plan has none yet."""
    known = commitments or [("1", "")]
    return [
        FormSheet(
            f"Compromiso {label}",
            (
                "PLAN DE TRABAJO Y CRONOGRAMA CUMPLIMIENTO DE COMPROMISO",
                f"COMPROMISO No. {label} Nombre del compromiso: {title}",
            ),
            _WORKPLAN,
        )
        for label, title in known
    ]


def institution_choices(names: Iterable[tuple[str, str]]) -> list[str]:
    """Institutions as a list offers them: acronym and name, else the name."""
    return [f"{name} -{acronym}-" if acronym and acronym != name else name for acronym, name in names]


def progress_rows(items: Iterable[FormItem]) -> list[tuple[str, ...]]:
    """A row for each activity and institution that has a part in it; the figures are to be written."""
    return [
        (
            *(item.commitment, item.milestone, item.label.rsplit(".", 1)[-1], institution, role),
            *("", "", "", "", "", item.title),
        )
        for item in items
        for institution, role in ([(name, _ROLES[part]) for name, part in item.parts] or [("", "")])
    ]


def institution_rows(rows: Iterable[tuple[str, str, str, str, bool]]) -> list[tuple[str, ...]]:
    """Every institution as the file gives it."""
    return [
        (acronym, name, _SECTORS[sector], parent, "sí" if is_group else "no")
        for acronym, name, sector, parent, is_group in rows
    ]


def targets_sheet() -> FormSheet:
    """The official table with its two rows of headings."""
    figures = ("INICIAL", "MODIFICACIÓN", "VIGENTE", "Ejecutado", "% Ejecución")
    columns = (
        FormColumn("PRODUCTO/Subproducto", 60),
        FormColumn("SNIP", 12),
        FormColumn("Unidad de medida", 18, "units"),
        *(FormColumn(one, 16) for one in (*figures, *figures)),
    )
    groups = (("METAS FÍSICAS", 3, 7), ("METAS FINANCIERAS (Cifras expresadas en Quetzales)", 8, 12))
    above = ("Metas Físicas y Financieras", "")
    return FormSheet("Metas", above, columns, groups=groups)
