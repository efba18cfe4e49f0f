"""Words of the audit log: what happened, and to what."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.permissions import PUBLIC_UID, SYSTEM_UID


def sentences() -> dict[str, str]:
    """Code to sentence: the log refuses nothing."""
    return {}


def tag_words() -> dict[str, str]:
    """Every kind of event that the log can hold."""
    return _tags_to_b() | _tags_in_c() | _tags_to_n() | _tags_in_i() | _tags_from_o()


def _tags_to_b() -> dict[str, str]:
    return {
        "account:calendar-made": _("Alguien pidió la dirección privada de su calendario"),
        "account:calendar-revoked": _("Alguien anuló la dirección privada de su calendario"),
        "account:changed": _("Cambió una cuenta"),
        "account:created": _("Se abrió una cuenta"),
        "account:credential-changed": _("Cambió una contraseña"),
        "account:handed-over": _("Un enlace entregó su trabajo a otro"),
        "account:membership-changed": _("Cambió la institución de una cuenta"),
        "account:notices-changed": _("Alguien cambió cuándo recibe sus avisos"),
        "account:role-changed": _("Cambió el rol de una cuenta"),
        "account:session-revoked": _("Se cerró una sesión"),
        "account:signed-in": _("Alguien entró"),
        "account:signed-out": _("Alguien salió"),
        "account:token-ended": _("Terminó la clave de la API de alguien"),
        "account:token-made": _("Alguien creó una clave de la API"),
        "agreement:overdue-closed": _("Un acuerdo dejó de estar vencido"),
        "agreement:overdue-opened": _("Venció un acuerdo de la mesa técnica"),
        "agreement:version": _("Cambió un acuerdo de la mesa técnica"),
        "amendment:approved": _("Se aprobó una enmienda del plan"),
        "amendment:discarded": _("Se descartó una enmienda del plan"),
        "amendment:prepared": _("Se preparó una enmienda del plan"),
        "assessment:recorded": _("Se escribió una autoevaluación"),
        "attendance:recorded": _("Se anotó quién vino a una reunión"),
    }


def _tags_in_c() -> dict[str, str]:
    return {
        "calendar:changed": _("Cambió el calendario de rondas"),
        "clock:recorded": _("Se registró algo para el reloj de la Alianza"),
        "compilation:approved": _("Se aprobó un informe"),
        "compilation:frozen": _("Se compiló un informe"),
        "compilation:published": _("Se publicó un informe"),
        "compilation:requested": _("Se solicitó un informe"),
        "consultation:answered": _("Se respondió un comentario a un informe"),
        "consultation:closed": _("Se cerró antes una consulta de un informe"),
        "consultation:commented": _("Se comentó un informe en consulta"),
        "consultation:opened": _("Se abrió la consulta de un informe"),
        "data:frozen": _("Se guardó una edición de los datos abiertos"),
    }


def _tags_to_n() -> dict[str, str]:
    return {
        "delegation:ended": _("Terminó antes una delegación"),
        "delegation:given": _("Alguien delegó sus atribuciones"),
        "delegation:taken-up": _("Alguien empezó a actuar por delegación"),
        "doubt:resolved": _("Se resolvió una duda"),
        "evidence:recorded": _("Se registró una evidencia"),
        "evidence:redacted": _("Se añadió una versión pública de una evidencia"),
        "group:version": _("Cambió un grupo de trabajo"),
        "indicator:recorded": _("Se escribió un indicador de resultado"),
        "mail:address-confirmed": _("Se confirmó a mano una dirección de correo"),
        "mail:bounced": _("Una dirección de correo empezó a rebotar"),
        "mail:discarded": _("Se descartó un correo por enviar"),
        "mail:retried": _("Se mandó reintentar correo que había fallado"),
        "meeting:version": _("Cambió una reunión de la mesa técnica"),
        "node:version": _("Cambió un elemento del plan"),
        "node:withdrawn": _("Se retiró un elemento del plan"),
    }


def _tags_in_i() -> dict[str, str]:
    return {
        "institution:closed": _("Se cerró una institución"),
        "institution:described": _("Se describió una institución"),
        "institution:merged": _("Una institución pasó a ser parte de otra"),
        "institution:renamed": _("Una institución cambió de nombre"),
        "institution:version": _("Cambió una institución"),
        "invitation:accepted": _("Alguien aceptó una invitación"),
        "invitation:revoked": _("Se anuló una invitación"),
        "invitation:sent": _("Se invitó a alguien"),
    }


def _tags_from_o() -> dict[str, str]:
    return {
        "observation:asked": _("Se pidió a una institución responder una observación"),
        "observation:confirmed": _("Alguien confirmó su observación"),
        "observation:drafted": _("Una institución propuso una respuesta"),
        "observation:moderated": _("Se decidió si una observación se publica"),
        "observation:overdue": _("Venció el plazo para responder una observación"),
        "observation:received": _("Se recibió una observación"),
        "observation:replied": _("Se respondió una observación"),
        "overdue:closed": _("Dejó de haber un atraso"),
        "overdue:opened": _("Venció un plazo sin cumplirse"),
        "payload:erased": _("Se borraron datos personales"),
        "plan:contact-changed": _("Cambió el contacto de un compromiso"),
        "plan:step": _("El plan pasó a otra etapa"),
        "plan:configured": _("Cambiaron los ajustes de un plan"),
        "report:action": _("Se actuó sobre un avance"),
        "report:submitted": _("Se presentó un avance"),
        "rescheduling:decided": _("Se resolvió una reprogramación"),
        "rescheduling:requested": _("Se pidió una reprogramación"),
        "rescheduling:withdrawn": _("Se retiró una solicitud de reprogramación"),
        "round:opened": _("Se abrió una ronda de informes"),
        "round:reminded": _("Se recordó una ronda a quienes no han informado"),
        "seat:named": _("Se anotó el nombre de una persona de la mesa técnica"),
        "seat:version": _("Cambió un lugar en la mesa técnica"),
        "subscription:confirmed": _("Alguien empezó a seguir algo por correo"),
        "subscription:ended": _("Alguien dejó de seguir algo por correo"),
        "subscription:requested": _("Alguien pidió seguir algo por correo"),
        "resource:recorded": _("Se escribió un recurso de un compromiso"),
        "targets:accepted": _("Se aceptó una tabla de metas"),
        "targets:recorded": _("Se recibieron metas de una institución"),
        "webhook:changed": _("Cambió un aviso a otro sistema"),
        "webhook:disabled": _("Se detuvo un aviso a otro sistema que fallaba"),
        "webhook:paused": _("Alguien pausó un aviso a otro sistema"),
        "webhook:registered": _("Se registró un aviso a otro sistema"),
        "webhook:removed": _("Se quitó un aviso a otro sistema"),
        "webhook:renewed": _("Se renovó el secreto de un aviso a otro sistema"),
        "webhook:resumed": _("Alguien reanudó un aviso a otro sistema"),
        "variant:settled": _("Se eligió entre dos fuentes"),
    }


def tag_word(tag: str) -> str:
    """What happened; an unknown tag is shown as it is."""
    return tag_words().get(tag, tag)


def actor_word(actor: str) -> str:
    """Who acted: a person's name as it is, the system or whoever runs its commands in words."""
    words = {SYSTEM_UID: _("el sistema"), PUBLIC_UID: _("alguien sin cuenta")}
    return words.get(actor, actor)


def subject_word(kind: str) -> str:
    """What kind of thing it happened to; an unknown one is shown as it is."""
    return subject_words().get(kind, kind)


def subject_words() -> dict[str, str]:
    """Every kind of thing that events are about."""
    return {
        "user": _("cuenta"),
        "node": _("elemento del plan"),
        "plan": _("plan"),
        "institution": _("institución"),
        "report": _("avance"),
        "evidence": _("evidencia"),
        "compilation": _("informe"),
        "rescheduling": _("reprogramación"),
        "mail": _("correo"),
        "doubt": _("duda"),
        "variant": _("fuente"),
        "payload": _("contenido"),
        "round": _("ronda"),
        "calendar": _("calendario"),
        "amendment": _("enmienda"),
        "targets": _("tabla de metas"),
        "targets-taken": _("aceptación de una tabla de metas"),
        "indicator": _("indicador"),
        "resource": _("recurso"),
        "observation": _("observación"),
        "subscription": _("suscripción"),
        "seat": _("lugar en la mesa técnica"),
        "meeting": _("reunión"),
        "agreement": _("acuerdo"),
        "ogp-clock": _("reloj de la Alianza"),
        "delegation": _("delegación"),
        "working_group": _("grupo de trabajo"),
        "invitation": _("invitación"),
        "webhook": _("aviso a otro sistema"),
        "data": _("datos abiertos"),
    }
