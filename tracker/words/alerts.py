"""Words of early warning: what each kind is called, and what a warning says."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.domain.obstacles import ObstacleKind
from tracker.queries.alert_rows import Alert, AlertKind
from tracker.queries.alerts import Warnings
from tracker.queries.silence import SilentRow
from tracker.words.changes import obstacle_word
from tracker.words.periods import listed
from tracker.words.timeline import delivery_word


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def kind_words() -> dict[AlertKind, str]:
    """What each kind of warning is called."""
    return {
        AlertKind.OCCURRENCES: _("Entregas vencidas sin cumplir"),
        AlertKind.DUE_SOON: _("Vencen pronto y nadie ha informado"),
        AlertKind.BEHIND: _("Por debajo de lo esperado"),
        AlertKind.DECLARED_LATE: _("La institución espera cumplir después del plazo"),
        AlertKind.STALLED: _("Sin avance varias veces seguidas"),
        AlertKind.OBSTACLE: _("Con un obstáculo declarado"),
        AlertKind.LINK_DOWN: _("Enlaces de evidencia que no responden"),
    }


def kind_hints() -> dict[AlertKind, str]:
    """From what each kind is reckoned."""
    return {
        AlertKind.OCCURRENCES: _("Actividades con varias entregas: cada una tiene su propia fecha."),
        AlertKind.DUE_SOON: _("Dentro de los días de aviso de cada plan."),
        AlertKind.BEHIND: _("Lo declarado, contra el tiempo transcurrido al día de ese informe."),
        AlertKind.DECLARED_LATE: _("Lo último que declaró cada institución, contra la fecha vigente."),
        AlertKind.STALLED: _("Informes seguidos que dicen que no hubo avance, uno por ronda."),
        AlertKind.LINK_DOWN: _("Fallaron en días distintos, uno tras otro; se revisan cada noche."),
        AlertKind.OBSTACLE: _("Lo último que dijo cada institución que le impide avanzar."),
    }


def kind_choices() -> list[tuple[str, str]]:
    """What the page can be narrowed to."""
    return [("", _("Todas las señales")), *((kind.value, word) for kind, word in kind_words().items())]


def obstacle_choices() -> list[tuple[str, str]]:
    """Kinds of obstacle."""
    return [("", _("Todos los obstáculos")), *((kind.value, obstacle_word(kind)) for kind in ObstacleKind)]


def says(alert: Alert) -> str:
    """What a warning says, in a sentence or two."""
    words = {
        AlertKind.OCCURRENCES: _occurrences,
        AlertKind.DUE_SOON: _due_soon,
        AlertKind.BEHIND: _behind,
        AlertKind.DECLARED_LATE: _declared_late,
        AlertKind.STALLED: _stalled,
        AlertKind.OBSTACLE: _obstacle,
        AlertKind.LINK_DOWN: _link_down,
    }
    return words[alert.kind](alert)


def _occurrences(alert: Alert) -> str:
    if not alert.occurrences:
        return ngettext(
            "Venció una entrega hace %(num)s día.", "Venció una entrega hace %(num)s días.", alert.days
        )
    names = [delivery_word(one) for one in alert.occurrences]
    if len(names) > 3:
        names = [*names[:2], _("%(count)s más", count=len(names) - 2)]
    days = ngettext("%(num)s día", "%(num)s días", alert.days)
    return ngettext(
        "Falta %(some)s, vencida hace %(days)s.",
        "Faltan %(some)s; la más antigua venció hace %(days)s.",
        len(alert.occurrences),
        some=listed(names),
        days=days,
    )


def _due_soon(alert: Alert) -> str:
    if alert.days == 0:
        return _("Vence hoy y nadie que responda por ella ha informado.")
    return ngettext(
        "Vence en %(num)s día y nadie que responda por ella ha informado.",
        "Vence en %(num)s días y nadie que responda por ella ha informado.",
        alert.days,
    )


def _behind(alert: Alert) -> str:
    return _(
        "Declara %(percent)s; por el tiempo transcurrido se esperaba %(expected)s (informe al %(day)s).",
        percent=i18n.percent(alert.percent),
        expected=i18n.percent(alert.expected),
        day=i18n.day(alert.on, "d MMM y"),
    )


def _declared_late(alert: Alert) -> str:
    said = ngettext(
        "Espera cumplir el %(day)s, %(num)s día después de la fecha vigente.",
        "Espera cumplir el %(day)s, %(num)s días después de la fecha vigente.",
        alert.days,
        day=i18n.day(alert.declared_on, "d MMM y"),
    )
    if alert.declared_on is None or alert.baseline_due_on in {None, alert.due_on}:
        return said
    slipped = (alert.declared_on - alert.baseline_due_on).days if alert.baseline_due_on else 0
    return f"{said} " + ngettext(
        "Contra la línea base, %(num)s día.", "Contra la línea base, %(num)s días.", slipped
    )


def _stalled(alert: Alert) -> str:
    said = ngettext("%(num)s vez seguida sin avance.", "%(num)s veces seguidas sin avance.", alert.in_a_row)
    return f"{said} {_obstacle(alert)}" if alert.obstacle else said


def _link_down(alert: Alert) -> str:
    return _("«%(link)s» no responde desde el %(day)s.", link=alert.link, day=i18n.day(alert.on, "d MMM y"))


def _obstacle(alert: Alert) -> str:
    kind = obstacle_word(alert.obstacle_kind or ObstacleKind.OTHER)
    words = [f"{kind}: {alert.obstacle}" if alert.obstacle else kind]
    if alert.needed:
        words.append(_("Se necesita: %(needed)s", needed=alert.needed))
    return " ".join(one if one.endswith(".") else f"{one}." for one in words)


def silence_word(row: SilentRow) -> str:
    """For how long an institution has answered nothing."""
    return ngettext("%(num)s ronda sin contestar", "%(num)s rondas seguidas sin contestar", row.rounds)


def table_header() -> list[str]:
    """The columns of the warnings as a table."""
    return [
        _("Señal"),
        _("Plan"),
        _("Compromiso"),
        _("Actividad"),
        _("Título"),
        _("Institución"),
        _("Qué pasa"),
        _("Vence"),
        _("Línea base"),
        _("Fecha declarada"),
        _("Días"),
        _("Avance"),
        _("Esperado"),
        _("Tipo de obstáculo"),
        _("Veces seguidas"),
    ]


def table_rows(found: Warnings, kind: str = "") -> Iterable[list[object]]:
    """Every warning as a row; an institution that answers no round as one too."""
    for each, word in kind_words().items():
        for one in found.alerts[each] if kind in {"", each} else ():
            yield [
                word,
                one.plan_number,
                one.commitment,
                one.label,
                one.title,
                listed(one.institutions),
                says(one),
                _iso(one.due_on),
                _iso(one.baseline_due_on),
                _iso(one.declared_on),
                one.days or None,
                one.percent,
                one.expected,
                obstacle_word(one.obstacle_kind) if one.obstacle_kind else "",
                one.in_a_row or None,
            ]
    for row in found.silent if not kind else ():
        yield [
            _("No contesta las rondas"),
            row.plan_number,
            *[""] * 3,
            row.institution,
            silence_word(row),
            *[""] * 7,
            row.rounds,
        ]


def _iso(day: object) -> str:
    return "" if day is None else str(day)
