"""Words of the jobs: what each does, when it runs, what it counted, how a run stands."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.slots import Daily, EveryMinute, MonthEnd, Rule, Weekly


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "job-not-found": _("No hay ningún trabajo que se llame «%(job)s»."),
        "job-running": _("El trabajo %(job)s está corriendo en este momento. Espere a que termine."),
        "job-failed": _("El trabajo falló: %(error)s"),
        "job-already-requested": _("Ya está solicitado para esa fecha; correrá en menos de un minuto."),
        "job-date-ahead": _("La fecha no puede ser posterior a hoy."),
        "institution-not-found": _("No hay ninguna institución «%(institution)s»."),
        "own-account": _("No puede desactivar su propia cuenta."),
    }


def job_word(name: str) -> str:
    """What a job does, in a line."""
    return {
        "flag-overdue": _("Marca lo vencido y cuenta los días de atraso"),
        "open-reporting-rounds": _("Abre las rondas de informes y avisa a quien debe responder"),
        "send-due-reminders": _("Avisa de lo que está por vencer"),
        "send-overdue-reminders": _("Recuerda cada semana lo vencido y lo escala"),
        "send-digests": _("Escribe a cada persona su resumen, a la hora que eligió"),
        "flag-agreements-and-observations": _(
            "Marca las observaciones cuya respuesta venció y los acuerdos de la mesa técnica que vencieron"
        ),
        "ogp-clock": _("Avisa antes de que se pase el plazo de la mesa o del repositorio"),
        "retention": _("Borra los datos personales y registros que ya cumplieron su fin"),
        "check-links": _("Revisa que los enlaces de la evidencia respondan"),
        "verify-evidence": _("Comprueba que los archivos guardados sigan iguales"),
        "sweep-orphans": _("Quita los archivos que no pertenecen a ningún informe"),
        "tell-followers": _("Escribe a quienes siguen un plan, un compromiso o una institución"),
        "deliver-mail": _("Envía el correo pendiente"),
        "refresh-search": _("Pone al día la búsqueda pública"),
        "refresh-open-data": _("Guarda una edición fechada de los datos abiertos, si algo cambió"),
        "compile-scheduled-reports": _("Compila los informes de fin de mes"),
        "send-webhooks": _("Avisa a otros sistemas de lo que pasó"),
        "run-requested-reports": _("Compila los informes solicitados"),
    }.get(name, name)


def rule_word(rule: Rule) -> str:
    """When a job runs."""
    at = rule.at.strftime("%H:%M")
    if isinstance(rule, EveryMinute):
        return _("cada minuto, si hay algo que hacer")
    if isinstance(rule, MonthEnd):
        return _("al cerrar cada mes, a las %(at)s del día siguiente", at=at)
    if isinstance(rule, Weekly):
        return _("los %(day)s a las %(at)s", day=weekdays()[rule.weekday], at=at)
    if isinstance(rule, Daily):
        return _("cada día a las %(at)s", at=at)
    return str(rule)


def weekdays() -> tuple[str, ...]:
    """The days of the week as a job runs on them, Monday first."""
    return (
        _("lunes"),
        _("martes"),
        _("miércoles"),
        _("jueves"),
        _("viernes"),
        _("sábados"),
        _("domingos"),
    )


def duration_word(seconds: int) -> str:
    """How long a run took."""
    minutes, rest = divmod(seconds, 60)
    if minutes >= 60:
        return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)
    if minutes:
        return _("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=rest)
    return _("%(seconds)s s", seconds=rest) if rest else _("menos de 1 s")


def status_word(status: str, *, is_stuck: bool = False) -> str:
    """How a run stands."""
    if is_stuck:
        return _("interrumpido")
    return {
        "requested": _("solicitado"),
        "running": _("en curso"),
        "done": _("hecho"),
        "failed": _("falló"),
    }.get(status, status)


def count_word(name: str) -> str:
    """What a run counted; an unknown name is shown as it is."""
    return (_counted() | _counted_of_evidence()).get(name, name)


def _counted() -> dict[str, str]:
    return {
        "plans": _("planes"),
        "opened": _("marcados como vencidos"),
        "reopened": _("vencidos otra vez"),
        "closed": _("dejaron de estar vencidos"),
        "overdue": _("vencidos en total"),
        "notices": _("avisos nuevos"),
        "notices_cleared": _("avisos resueltos"),
        "cleared": _("avisos resueltos"),
        "nobody_to_tell": _("sin nadie a quien avisar"),
        "rounds_opened": _("rondas abiertas"),
        "lines": _("informes solicitados"),
        "mails": _("correos preparados"),
        "mails_cancelled": _("correos cancelados"),
        "sent": _("enviados"),
        "postponed": _("aplazados"),
        "failed": _("fallidos"),
        "cancelled": _("cancelados"),
        "requested": _("solicitados"),
        "compiled": _("compilados"),
        "unchanged": _("sin cambios"),
        "skipped": _("omitidos"),
        "documents": _("documentos de la búsqueda"),
        "written": _("escritos"),
        "removed": _("quitados"),
        "followers": _("personas que siguen algo"),
        "observations": _("observaciones"),
        "agreements": _("acuerdos que vencieron"),
        "subscriptions": _("suscripciones"),
        "editions": _("ediciones guardadas"),
        "rows": _("filas"),
    }


def _counted_of_evidence() -> dict[str, str]:
    return {
        "links": _("enlaces revisados"),
        "links_answering": _("responden"),
        "links_failing": _("fallaron hoy"),
        "links_down": _("no responden desde hace días"),
        "files": _("archivos comprobados"),
        "megabytes": _("megabytes leídos"),
        "damaged": _("dañados o ausentes"),
        "orphans": _("archivos quitados"),
        "sessions": _("sesiones terminadas"),
        "sign_ins": _("intentos de ingreso"),
        "mail_erased": _("correos sin su texto"),
        "runs_erased": _("corridas antiguas"),
        "messages_erased": _("avisos a sistemas antiguos"),
        "delivered": _("entregados"),
        "answers_erased": _("respuestas de la API"),
    }
