"""What the lists of a plan may be asked, in the words of their addresses and of their readers."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext as _

from tracker.blueprints.portal import choices
from tracker.blueprints.portal.asking import Asking, Question, ask
from tracker.queries.portal.deliveries import LEADS, OWING, WITHOUT_AXIS, Asked, PlanChoices
from tracker.queries.portal.parts import InstitutionRow
from tracker.queries.portal.plans import PlanPage
from tracker.queries.portal.selection import Selection

BY_AXIS = "eje"


def _axis(options: Iterable[tuple[str, str]]) -> tuple[Question, ...]:
    """None where the plan has no axes."""
    known = choices.axis_options(options)
    question = Question("eje", _("Eje"), (("", _("Todos")), *known, (WITHOUT_AXIS, _("Sin eje escrito"))))
    return (question,) if known else ()


def _institution(institutions: Iterable[InstitutionRow]) -> Question:
    known = choices.institution_options(institutions)
    return Question("institucion", _("Institución"), (("", _("Todas")), *known))


def _text() -> Question:
    return Question("q", _("Texto"))


def _order() -> Question:
    return Question(
        "orden",
        _("Orden"),
        (
            ("atraso", _("Primero lo atrasado")),
            ("numero", _("Por número")),
            ("avance", _("Por avance comprobado")),
            ("declarado", _("Por avance declarado")),
            ("brecha", _("Por lo declarado sin comprobar")),
            ("evidencia", _("Por evidencia que falta")),
            ("vence", _("Por próximo vencimiento")),
        ),
        narrows=False,
    )


def commitments_asked(plan: PlanPage) -> tuple[Asking, Selection]:
    """What the address asks of a plan's commitments."""
    states = (
        ("", _("Todos")),
        ("atrasados", _("Con atrasos")),
        ("sin-informacion", _("Sin información")),
        ("sin-evidencia", _("Declarado sin evidencia")),
        ("por-comprobar", _("Por comprobar")),
        ("completos", _("Completos")),
    )
    grouping = (("", _("Una sola lista")), (BY_AXIS, _("Por eje")))
    asking = ask(
        "portal.plan",
        {"number": plan.header.number},
        (
            *((Question("grupo", _("Agrupación"), grouping, narrows=False),) if plan.axes else ()),
            *_axis((axis.label, axis.title) for axis in plan.axes),
            _institution(plan.institutions),
            Question("estado", _("Estado"), states),
            _text(),
            _order(),
        ),
        anchor="compromisos",
    )
    return asking, Selection(
        axis=asking["eje"],
        institution=asking["institucion"],
        state=asking["estado"],
        q=asking["q"],
        order=asking["orden"],
        page=asking.page,
        grouped=asking["grupo"] == BY_AXIS,
    )


def state_options() -> tuple[tuple[str, str], ...]:
    """The states of an activity (rule 7) and what several have in common, as lists name them."""
    return (
        ("", _("Todas")),
        ("atrasadas", _("Atrasadas")),
        ("sin-informacion", _("Sin información")),
        (OWING, _("Con una institución que debe informar")),
        ("sin-evidencia", _("Declaradas completas sin toda la evidencia")),
        ("completas", _("Completas y comprobadas")),
        ("por-debajo", _("Por debajo de lo esperado")),
        ("vencen-pronto", _("Vencen pronto")),
        ("por-comprobar", _("Declaradas completas, por comprobar")),
        ("en-curso", _("En curso")),
        ("sin-empezar", _("Aún no empiezan")),
        ("sin-fecha", _("Sin fecha")),
        ("completas-antes", _("Completas antes del plazo")),
        ("completas-a-tiempo", _("Completas a tiempo")),
        ("completas-tarde", _("Completas, pero tarde")),
        ("completas-sin-fecha", _("Completas, sin decir cuándo")),
        ("retiradas", _("Fuera del plan")),
    )


def deliveries_asked(plan: PlanChoices) -> tuple[Asking, Asked]:
    """What the address asks of a plan's activities."""
    commitments = choices.commitment_options(plan.commitments)
    parts = (("", _("Con cualquier parte")), (LEADS, _("Solo de lo que responde")))
    asking = ask(
        "portal.activities",
        {"number": plan.header.number},
        (
            *_axis((label, title) for _id, label, title in plan.axes),
            Question("compromiso", _("Compromiso"), (("", _("Todos")), *commitments)),
            _institution(plan.institutions),
            Question("parte", _("Parte"), parts),
            Question("estado", _("Estado"), state_options()),
            _text(),
            _order(),
        ),
    )
    return asking, Asked(
        state=asking["estado"],
        institution=asking["institucion"],
        part=asking["parte"],
        axis=asking["eje"],
        commitment=asking["compromiso"],
        q=asking["q"],
        order=asking["orden"],
        page=asking.page,
    )


def institutions_asked(number: int) -> Asking:
    """What the address asks of a plan's institutions."""
    orders = (
        ("atraso", _("Primero lo atrasado")),
        ("nombre", _("Por nombre")),
        ("responde", _("Por lo que responde")),
        ("sin-informacion", _("Por lo que no ha informado")),
        ("completas", _("Por lo completo")),
        ("contribuye", _("Por lo que contribuye")),
    )
    return ask("portal.institutions", {"number": number}, (Question("orden", _("Orden"), orders, False),))
