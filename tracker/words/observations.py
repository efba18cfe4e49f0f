"""Words of what people observe and follow: sentences, the names of things, states and reasons."""

from __future__ import annotations

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from tracker.domain.observations import ObservationKind, ObservationStatus, Rejection, SubjectKind
from tracker.queries.portal.topics import Subject
from tracker.renderers.words import Words


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "subject-not-found": _("Eso no existe o todavía no es público."),
        "subject-not-followed": _("Se siguen por correo los planes, los compromisos y las instituciones."),
        "observation-too-short": _("Cuéntenos un poco más: %(least)s letras o más."),
        "observation-too-long": _("Escriba %(most)s letras o menos."),
        "observation-too-many-links": _("Ponga %(most)s enlaces como máximo."),
        "observer-name-not-valid": _("Escriba un nombre de %(most)s letras o menos, sin enlaces."),
        "text-not-readable": _(
            "Traía caracteres que no se pueden leer y los quitamos. Revíselo y envíelo otra vez."
        ),
        "form-too-fast": _("Se envió demasiado rápido. Espere unos segundos y envíelo otra vez."),
        "form-too-old": _(
            "Esta página llevaba más de un día abierta. Lo que escribió sigue aquí: envíelo otra vez."
        ),
        "too-many-forms": _("Recibimos muchos envíos seguidos. Inténtelo dentro de una hora."),
        "signed-link-not-valid": _("El enlace está incompleto o no es de este servicio."),
        "signed-link-expired": _("El enlace venció: valía 48 horas. Vuelva a pedirlo desde la página."),
        "observation-not-found": _("Esa observación no existe."),
        "observation-moderated": _("Ya se decidió si esa observación se publica."),
        "observation-replied": _("Esa observación ya tiene respuesta, y se da una sola vez."),
        "observation-not-published": _("Solo se responde una observación publicada."),
        "observation-already-asked": _("Ya se le pidió una respuesta a %(institution)s."),
        "observation-reply-required": _("Escriba la respuesta: qué se cambió, o por qué no."),
        "subscription-not-found": _("Esa suscripción no existe."),
    }


def subject_word(subject: Subject | None) -> str:
    """A thing by its public name."""
    if subject is None:
        return _("Algo que ya no es público")
    kind = subject.ref.kind
    if kind is SubjectKind.PAGE:
        return {
            "inicio": _("El servicio"),
            "informes": _("Los informes publicados"),
            "metodologia": _("La metodología"),
            "reloj": _("El reloj de la Alianza"),
        }[subject.label]
    if kind is SubjectKind.REPORT:
        return _report(subject)
    words = {
        SubjectKind.PLAN: _("Plan %(number)s", number=subject.plan_number),
        SubjectKind.COMMITMENT: _("Compromiso %(number)s", number=subject.label),
        SubjectKind.MILESTONE: _("Hito %(label)s", label=subject.label),
        SubjectKind.ACTIVITY: _("Actividad %(label)s", label=subject.label),
        SubjectKind.INSTITUTION: _(
            "%(who)s en el plan %(number)s", who=subject.label, number=subject.plan_number
        ),
    }
    if kind is SubjectKind.INSTITUTION:
        return words[kind]
    return f"{words[kind]}: {subject.title}"


def _report(subject: Subject) -> str:
    kind = subject.report_kind.value if subject.report_kind else ""
    name = Words(_language())(f"kind.{kind}")
    return " · ".join(one for one in (name, subject.label, subject.title) if one)


def _language() -> str:
    """The language in which words are being written: a page's, or a letter's."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "es"


def kind_word(kind: ObservationKind) -> str:
    """What it is."""
    return {
        ObservationKind.OBSERVATION: _("Observación"),
        ObservationKind.CORRECTION: _("Corrección"),
    }[kind]


def kind_choices() -> list[tuple[str, str]]:
    """What a person may send."""
    return [
        (ObservationKind.CORRECTION.value, _("Hay un error en esta página")),
        (ObservationKind.OBSERVATION.value, _("Tengo una observación")),
    ]


def status_word(status: ObservationStatus) -> str:
    """Where it stands."""
    return {
        ObservationStatus.UNCONFIRMED: _("Sin confirmar"),
        ObservationStatus.WAITING: _("Por moderar"),
        ObservationStatus.PUBLISHED: _("Publicada"),
        ObservationStatus.REJECTED: _("No publicada"),
    }[status]


def rejection_word(why: Rejection) -> str:
    """Why it is not published, as a list counts it."""
    return {
        Rejection.PERSONAL_DATA: _("datos personales"),
        Rejection.OFFENSIVE: _("insultos o amenazas"),
        Rejection.OFF_TOPIC: _("no trata de esta página"),
        Rejection.REPEATED: _("repetida"),
        Rejection.SPAM: _("publicidad"),
    }[why]


def rejection_choices() -> list[tuple[str, str]]:
    """Every reason for not publishing."""
    return [(one.value, rejection_word(one).capitalize()) for one in Rejection]


def rejected_words(counts: dict[Rejection, int]) -> str:
    """How many are not published, and why: "3 no publicadas: datos personales (2), repetida"."""
    total = sum(counts.values())
    why = ", ".join(
        f"{rejection_word(one)} ({number})" if number > 1 else rejection_word(one)
        for one, number in counts.items()
    )
    return ngettext("%(num)s no publicada: %(why)s", "%(num)s no publicadas: %(why)s", total, why=why)


def answered_choices() -> list[tuple[str, str]]:
    """What the public list can be narrowed to."""
    return [
        ("", _("Todas")),
        ("sin-respuesta", _("Esperan respuesta")),
        ("vencidas", _("Respuesta vencida")),
        ("respondidas", _("Con respuesta")),
    ]


def work_choices() -> list[tuple[str, str]]:
    """What the tray can be narrowed to."""
    return [
        ("", _("Todas")),
        ("por-moderar", _("Por moderar")),
        ("por-responder", _("Por responder")),
        ("respondidas", _("Respondidas")),
        ("no-publicadas", _("No publicadas")),
    ]
