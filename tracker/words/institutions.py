"""Words of institutions, people and plan settings: sectors, parts, what is refused and why."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.plans import NodeKind, PlanStatus, Sector


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _institutions() | _mergers() | _people() | _invitations() | _settings() | _file()


def _institutions() -> dict[str, str]:
    return {
        "institution-name-required": _("Escriba el nombre de la institución."),
        "institution-text-too-long": _("Escriba %(most)s letras o menos."),
        "institution-text-not-readable": _("El texto contiene signos que no se pueden leer."),
        "acronym-taken": _("Esas siglas ya son de %(name)s."),
        "institution-name-taken": _("Ya hay una institución con ese nombre: %(name)s."),
        "institution-ended": _("%(name)s ya no existe: se cerró o pasó a ser parte de otra."),
        "parent-in-circle": _("Una unidad no puede estar dentro de sí misma ni de una unidad suya."),
        "rename-before-last": _("El nombre actual rige desde el %(day)s: elija un día posterior."),
        "rename-reason-required": _("Escriba el motivo o el acuerdo que lo ordena."),
    }


def _mergers() -> dict[str, str]:
    return {
        "merger-nobody": _("Elija al menos una institución que deja de existir."),
        "merger-successor-required": _("Elija la institución que sigue."),
        "merger-into-itself": _("La que sigue no puede ser una de las que dejan de existir."),
        "legal-reference-required": _("Escriba el acuerdo o la ley que la ordena."),
        "ending-reason-required": _("Escriba el motivo."),
        "merger-before-last-change": _(
            "El elemento %(label)s del plan cambió el %(day)s: elija ese día o uno posterior."
        ),
        "merger-preview-old": _("Algo cambió desde la vista previa: revísela y confirme otra vez."),
        "institution-has-parts": _(
            "No se puede cerrar: todavía tiene parte en %(count)s elementos de planes vigentes. Registre una "
            "fusión, o enmiende el plan."
        ),
        "institution-has-people": _(
            "No se puede cerrar: %(count)s cuentas todavía la representan. Termine antes su cargo."
        ),
        "institution-has-units": _("No se puede cerrar: tiene unidades que siguen vigentes."),
    }


def _people() -> dict[str, str]:
    return {
        "role-reason-required": _("Escriba por qué cambia el rol."),
        "role-needs-institution": _("Ese rol necesita una institución: agréguela antes de cambiarlo."),
        "part-exists": _("Ya representa a %(name)s en esos días."),
        "part-not-found": _("Esa cuenta no representa a la institución."),
        "part-ends-before-start": _("Su cargo empezó el %(start)s: no puede terminar antes."),
        "last-part": _("Es su única institución. Registre un relevo, agregue otra antes o cierre la cuenta."),
    }


def _invitations() -> dict[str, str]:
    return {
        "already-invited": _("%(email)s ya tiene una invitación pendiente: reenvíela o anúlela."),
        "invitation-not-found": _("No encontramos esa invitación."),
        "invitation-ended": _("Esa invitación ya fue aceptada o anulada."),
        "invitation-expired": _(
            "La invitación venció: los enlaces sirven siete días. Pida que le envíen otra."
        ),
        "invitation-superseded": _("Hay una carta más reciente con otro enlace: use el de esa."),
        "invitation-revoked": _("La invitación fue anulada."),
        "invitation-used": _("La invitación ya se usó. Entre con su correo y su contraseña."),
    }


def _settings() -> dict[str, str]:
    return {
        "plan-not-configurable": _("El plan %(number)s ya terminó: sus ajustes no cambian."),
        "settings-reason-required": _("Escriba por qué cambian los ajustes."),
        "threshold-out-of-range": _("El umbral debe ser mayor que 0 y menor que 100."),
        "threshold-too-exact": _("Escriba el umbral con dos decimales o menos."),
        "settings-days-out-of-range": _("Escriba un número de días entre 0 y %(most)s."),
        "weight-out-of-range": _("El peso debe ser mayor que 0 y no pasar de %(most)s."),
        "weight-too-exact": _("Escriba el peso con cuatro decimales o menos."),
        "weight-not-a-number": _("Escriba un número, como 1 o 2.5."),
    }


def _file() -> dict[str, str]:
    return {
        "institutions-file-missing": _("Elija un archivo .csv."),
        "import-has-errors": _("El archivo tiene errores: corríjalos y súbalo otra vez."),
        "sector-unknown": _("Sector desconocido."),
        "sector-missing": _("Sin sector: se toma como público."),
        "parent-unknown": _("No hay una institución con esas siglas o ese nombre."),
        "group-unknown": _("Escriba sí o no."),
        "institution-repeated": _("La misma institución está también en la fila %(row)s."),
        "institution-looks-like": _("Se parece a %(name)s, que ya existe. Se crea como otra."),
        "institution-differs": _("Ya existe con otro nombre: %(name)s. El nombre no se cambia por archivo."),
    }


def sector_word(sector: Sector | str) -> str:
    """What kind of body an institution is."""
    return {
        Sector.PUBLIC: _("Público"),
        Sector.LOCAL_GOVERNMENT: _("Gobierno local"),
        Sector.CIVIL_SOCIETY: _("Sociedad civil"),
        Sector.PRIVATE: _("Sector privado"),
        Sector.ACADEMIA: _("Academia"),
        Sector.MULTILATERAL: _("Organismo internacional"),
    }[Sector(sector)]


def plan_status_word(status: PlanStatus) -> str:
    """Where a plan stands in its life."""
    return {
        PlanStatus.DRAFT: _("borrador"),
        PlanStatus.CONSULTATION: _("en consulta"),
        PlanStatus.APPROVED: _("aprobado"),
        PlanStatus.IN_COURSE: _("en curso"),
        PlanStatus.CLOSED: _("cerrado"),
        PlanStatus.ARCHIVED: _("archivado"),
    }[status]


def level_word(kind: NodeKind, milestone_word: str = "") -> str:
    """A level of the plan's tree."""
    return {
        NodeKind.PLAN: _("Plan"),
        NodeKind.AXIS: _("Eje"),
        NodeKind.COMMITMENT: _("Compromiso"),
        NodeKind.MILESTONE: milestone_word.capitalize() or _("Hito"),
        NodeKind.ACTIVITY: _("Actividad"),
    }[kind]
