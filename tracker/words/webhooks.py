"""Words of webhooks: what is told, how an address and a message stand, what is refused and why."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.links import LinkOutcome
from tracker.domain.webhooks import TEST, DeliveryStatus, WebhookEvent, WebhookStatus


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "webhook-not-found": _("Ese aviso no existe o fue quitado."),
        "webhook-url-not-valid": _("Escriba una dirección completa, como https://sistema.gob.gt/avisos."),
        "webhook-url-not-https": _("La dirección tiene que empezar con https://."),
        "webhook-url-with-password": _("La dirección no puede llevar usuario ni contraseña."),
        "webhook-url-port": _("No se envía al puerto %(port)s. Use el puerto normal de https."),
        "webhook-url-private": _(
            "Esa dirección es de una red privada. Para permitirla, quien opera el servicio la añade en"
            " CUMPLE_WEBHOOK_HOSTS_ALLOWED."
        ),
        "webhook-name-missing": _("Escriba un nombre para reconocerlo."),
        "webhook-events-missing": _("Elija al menos un aviso."),
        "webhook-plan-unknown": _("Elija un plan publicado de la lista."),
        "webhook-institution-unknown": _("Elija una institución de la lista."),
        "webhook-step-not-possible": _("Ya no está en ese estado. Vuelva a cargar la página."),
        "webhook-not-active": _("Está detenido: reanúdelo antes de probarlo."),
        "webhook-delivery-not-failed": _("Ese envío no está entre los que fallaron."),
    }


def event_words() -> dict[str, str]:
    """What a system can be told of."""
    return {
        WebhookEvent.VALIDATED.value: _("Se comprobó un avance"),
        WebhookEvent.RETURNED.value: _("Se devolvió un avance"),
        WebhookEvent.OVERDUE.value: _("Venció una entrega"),
        WebhookEvent.PUBLISHED.value: _("Se publicó un informe"),
        TEST: _("Prueba"),
    }


def status_words() -> dict[WebhookStatus, tuple[str, str, str]]:
    """How an address stands, with the pill's kind and icon."""
    return {
        WebhookStatus.ACTIVE: (_("Activo"), "ok", "check"),
        WebhookStatus.PAUSED: (_("En pausa"), "info", ""),
        WebhookStatus.DISABLED: (_("Detenido por fallas"), "late", "alert"),
    }


def delivery_words() -> dict[DeliveryStatus, tuple[str, str, str]]:
    """How a message stands, with the pill's kind and icon."""
    return {
        DeliveryStatus.QUEUED: (_("En espera"), "info", "clock"),
        DeliveryStatus.DELIVERED: (_("Entregado"), "ok", "check"),
        DeliveryStatus.FAILED: (_("Falló"), "late", "alert"),
        DeliveryStatus.CANCELLED: (_("Cancelado"), "info", ""),
    }


def outcome_word(outcome: str) -> str:
    """Why no answer came."""
    return {
        LinkOutcome.NO_HOST.value: _("el nombre del servidor no existe"),
        LinkOutcome.NO_ANSWER.value: _("no hubo respuesta"),
        LinkOutcome.TOO_SLOW.value: _("tardó demasiado"),
        LinkOutcome.BAD_CERTIFICATE.value: _("su certificado no es válido"),
        LinkOutcome.NOT_PUBLIC.value: _("lleva a una dirección privada"),
        "not_signed": _("cambió la clave del servicio: renueve el secreto"),
    }.get(outcome, outcome)
