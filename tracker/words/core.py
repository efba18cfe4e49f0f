"""Sentences of what everybody may meet: accounts, reporting, review, evidence, dates."""

from __future__ import annotations

from flask_babel import gettext as _


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _general() | _accounts() | _reporting() | _review() | _evidence() | _reschedulings()


def _general() -> dict[str, str]:
    return {
        "not-allowed": _("Su cuenta no tiene permiso para hacer esto."),
        "changed-meanwhile": _("Otra persona cambió esto mientras lo tenía abierto. Vuelva a cargarlo."),
        "form-expired": _("El formulario caducó. Vuelva a la página anterior y envíelo otra vez."),
        "database-away": _("La base de datos no responde. Nada se perdió; intente de nuevo en un minuto."),
        "plan-not-found": _("No hay un plan con el número %(number)s."),
        "plans-to-compare": _("Elija dos o tres planes publicados para compararlos."),
        "item-key-not-understood": _("«%(text)s» no nombra nada de un plan. Escriba, por ejemplo, 4:10/7."),
        "carried-item-not-found": _("No encontramos %(key)s en los planes."),
        "carry-over-level": _("Solo un compromiso, un hito o una actividad continúa de otro."),
        "carry-over-not-earlier": _("Lo que continúa tiene que venir de un plan anterior al %(plan)s."),
        "plan-not-recorded": _("El plan no estaba registrado todavía en ese corte."),
        "item-not-found": _("No encontramos esa actividad, o su institución no participa en ella."),
        "item-withdrawn": _("Esta actividad fue retirada del plan y ya no recibe informes."),
        "plan-closed": _("El plan no recibe informes en este momento."),
    }


def _accounts() -> dict[str, str]:
    return {
        "email-taken": _("Ya existe una cuenta con el correo %(email)s."),
        "email-not-valid": _("Escriba un correo electrónico válido, como nombre@institucion.gob.gt."),
        "password-too-weak": _("La contraseña debe tener al menos %(minimum)s caracteres variados."),
        "institution-required": _("Elija la institución de esta cuenta."),
        "too-many-attempts": _("Demasiados intentos. Espere %(minutes)s minutos y vuelva a probar."),
    }


def _reporting() -> dict[str, str]:
    return {
        "report-not-found": _("No encontramos ese informe."),
        "obstacle-required": _("Si no hubo avance, diga qué lo impidió."),
        "narrative-required": _("Cuente en pocas líneas qué se hizo."),
        "date-in-future": _("La fecha no puede ser posterior a hoy."),
        "completed-after-report": _("La fecha de cumplimiento no puede ser posterior a la del informe."),
        "completion-only-at-full": _(
            "La fecha de cumplimiento solo se indica cuando el avance es de 100 %%."
        ),
        "occurrence-unknown": _("La actividad no tiene la entrega «%(occurrence)s»."),
        "percent-out-of-range": _("El avance va de 0 a 100."),
        "percent-too-exact": _("El avance admite como máximo dos decimales."),
        "quantity-negative": _("La cantidad no puede ser negativa."),
        "departure-needs-reason": _(
            "Lo entregado equivale a %(offered)s %%. Si informa otro avance, explique por qué."
        ),
        "correction-not-possible": _("Este informe no se puede corregir en su estado actual."),
        "newer-version-exists": _("Ya hay una versión más reciente de este informe (la %(version)s)."),
        "transition-not-possible": _("El informe ya cambió de estado: vuelva a cargar la página."),
    }


def _review() -> dict[str, str]:
    return {
        "comment-required": _("Escriba el motivo, para que la institución sepa qué corregir."),
        "own-report": _(
            "Nadie puede decidir sobre lo que informó su propia institución ni sobre lo que escribió."
        ),
        "evidence-not-of-report": _("Una de las evidencias marcadas no pertenece a este informe."),
        "signature-not-yours": _("Firme con su propio nombre, como está en su cuenta: %(name)s."),
        "signature-required": _("Firme la excepción con su nombre."),
        "means-without-evidence": _(
            "Faltan evidencias aceptadas para %(count)s medios de verificación. "
            "Para validar 100 %% acéptelas o escriba una excepción firmada."
        ),
        "no-accepted-evidence": _("Para validar un avance mayor que cero acepte al menos una evidencia."),
    }


def _evidence() -> dict[str, str]:
    return {
        "evidence-not-found": _("No encontramos esa evidencia."),
        "file-not-found": _("No encontramos ese archivo."),
        "file-too-large": _("El archivo pasa de %(megabytes)s MB. Divídalo o compártalo como enlace."),
        "file-empty": _("El archivo está vacío."),
        "file-type-not-allowed": _("«%(filename)s» no es de un tipo admitido (%(allowed)s)."),
        "file-name-lies": _("«%(filename)s» no contiene lo que dice su nombre: por dentro es %(kind)s."),
        "archive-too-large": _("El archivo comprimido contiene demasiado para abrirlo sin riesgo."),
        "link-not-valid": _("«%(url)s» no es un enlace válido: debe empezar con http:// o https://."),
        "means-not-of-item": _("Uno de los medios de verificación no corresponde a esta actividad."),
    }


def _reschedulings() -> dict[str, str]:
    return {
        "reason-required": _("Explique por qué necesita otras fechas."),
        "dates-required": _("Indique las fechas nuevas."),
        "dates-unchanged": _("Las fechas pedidas son las mismas que las vigentes."),
        "rescheduling-pending": _("Ya hay una solicitud de reprogramación en espera para esta actividad."),
        "rescheduling-not-found": _("No encontramos esa solicitud."),
        "already-decided": _("Esa solicitud ya fue resuelta."),
        "resolution-required": _("Escriba el fundamento de la resolución."),
    }
