"""Words of changes to a plan: reschedulings, amendments, and the plan at another day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from tracker import i18n
from tracker.domain import amendments as rules
from tracker.domain.differences import Piece, line_differences, word_differences
from tracker.domain.plans import NodeKind
from tracker.domain.schedule import Window
from tracker.domain.snapshots import window_from
from tracker.wording import part_word
from tracker.words.changes import changed_field
from tracker.words.periods import listed, windows_words


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return _dates() | _amendments() | _item() | _verified()


def _verified() -> dict[str, str]:
    return {
        "verify-amendment-changed": _("Enmienda alterada"),
        "verify-amendment-unrecorded": _("Enmienda sin asiento en la bitácora"),
        "verify-amendment-missing": _("Falta una enmienda que la bitácora registra"),
        "verify-amendment-not-applied": _("Una enmienda aprobada no está en el plan"),
    }


def _dates() -> dict[str, str]:
    return {
        "dates-not-understood": _(
            "No se entiende. Escríbalo como «marzo de 2027», «enero a marzo de 2027» o «15 de marzo de 2027»."
        ),
        "dates-need-year": _("Falta el año."),
        "dates-reversed": _("Termina antes de empezar."),
        "dates-impossible": _("«%(value)s» no es una fecha posible."),
        "resolution-number-required": _("Escriba el número de la resolución."),
        "nothing-chosen": _("Marque al menos una solicitud."),
        "rescheduling-refused": _("%(label)s: %(why)s"),
        "own-item": _("Su institución participa en esta actividad: la mueve otra persona."),
        "day-not-valid": _("«%(day)s» no es un día: escríbalo como 2026-03-31."),
        "day-to-come": _("No se puede ver un día que aún no llega."),
        "instant-not-valid": _("«%(instant)s» no es un instante: escríbalo como 2026-03-31T18:00."),
    }


def _amendments() -> dict[str, str]:
    return {
        "amendment-not-found": _("No encontramos esa enmienda."),
        "amendment-not-draft": _("Esa enmienda ya se aprobó o se descartó: no cambia más."),
        "amendment-conflict": _(
            "%(label)s cambió desde que se preparó la enmienda. Revise ese cambio y elija de nuevo."
        ),
        "amendment-reason-required": _("Explique por qué se enmienda el plan."),
        "amendment-resolution-required": _("Indique la resolución: número, fecha y autoridad."),
        "amendment-before-plan": _("El plan rige desde el %(day)s: elija ese día o uno posterior."),
        "amendment-before-last-change": _("%(label)s ya cambió el %(day)s: elija ese día o uno posterior."),
        "day-required": _("Indique desde qué día rige."),
        "changes-required": _("La enmienda todavía no cambia nada: elija un elemento del plan."),
        "change-not-found": _("Ese cambio ya no está en la enmienda."),
        "plan-not-amendable": _("El plan %(number)s no está en curso: no se puede enmendar."),
    }


def _item() -> dict[str, str]:
    return {
        "amendment-field-unknown": _("«%(name)s» no se puede enmendar en este elemento."),
        "quantity-not-positive": _("La cantidad debe ser mayor que cero."),
        "quantity-needs-product": _("Escriba primero el producto."),
        "means-required": _("Escriba el medio de verificación, o márquelo para quitarlo."),
        "added-needs-dates": _("Escriba cuándo debe estar: una actividad siempre tiene plazo."),
        "added-needs-institution": _("Elija la institución que responde por la actividad."),
        "split-needs-two": _("Si el original no continúa, escriba al menos dos partes."),
        "institution-twice": _("Una institución tiene una sola parte en cada elemento."),
        "amount-not-valid": _("Escriba cada monto en una línea, como «1,500.00 | quién lo aporta»."),
    }


def amended_word(name: str) -> str:
    """The name of a field that an amendment changed."""
    own = {
        rules.QUANTITY: _("Cantidad prevista"),
        rules.ROLES: _("Instituciones y su parte"),
        rules.WITHDRAWN: _("Permanencia en el plan"),
        rules.ORDER: _("Orden de lo que tiene debajo"),
        rules.PLACE: _("Dónde está en el plan"),
        rules.SPLIT_INTO: _("Se divide"),
        rules.JOINED: _("Se le une"),
        rules.ADDED: _("Se le agrega"),
    }
    return own.get(name) or changed_field(name)


def lines_of(name: str, value: Any) -> list[str]:
    """A value that is a list, a line for each thing in it."""
    made = _LINES.get(name)
    if made is None:
        return [_("Retirado del plan") if value else _("En el plan")]
    return made(value) if value else []


def _split_lines(value: Mapping[str, Any]) -> list[str]:
    """What an item is divided into, and whether it goes on itself."""
    whole = (
        _("Continúa como una de las partes, con su historia")
        if value["continues"]
        else _("Se retira; conserva su historia")
    )
    return [whole, *(f"{one['label']}. {one['title']}" for one in value["items"])]


def _added_line(one: Mapping[str, Any]) -> str:
    """A new item on one line: what, when, who, and what it is to show."""
    title = f"{node_word(NodeKind(one['kind']))} {one['label']}. {one['title']}"
    windows = [window_from(each) for each in one["windows"]]
    said = [windows_words(windows), *(each["label"] for each in one["roles"]), one["product"], *one["means"]]
    return " · ".join(each for each in (title, *said) if each)


def _means_line(one: Mapping[str, str]) -> str:
    if one["access"] == "public":
        return one["text"]
    return _("%(text)s (no es público)", text=one["text"])


def ogp_word(name: str) -> str:
    """One of the values of open government."""
    return {
        "transparency": _("Transparencia y acceso a la información"),
        "participation": _("Participación ciudadana"),
        "accountability": _("Rendición de cuentas"),
        "innovation": _("Tecnología e innovación"),
    }.get(name, name)


def _amount_line(centavos: int, provider: str) -> str:
    amount = f"Q{Decimal(centavos).scaleb(-2):,.2f}"
    return f"{amount} | {provider}" if provider else amount


def _quantity_line(value: Mapping[str, str]) -> str:
    return f"{i18n.number(Decimal(value['planned']))} {value['unit']} («{value['quote']}»)"


def _named(value: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{one['label']}. {one['title']}" for one in value]


_LINES: Mapping[str, Callable[[Any], list[str]]] = {
    rules.ROLES: lambda value: [f"{one['label']} · {part_word(one['role'])}" for one in value],
    rules.MEANS: lambda value: [_means_line(one) for one in value],
    rules.OGP: lambda value: [ogp_word(one) for one in value],
    rules.FINANCIAL: lambda value: [_amount_line(centavos, provider) for centavos, provider in value],
    rules.QUANTITY: lambda value: [_quantity_line(value)],
    rules.ORDER: _named,
    rules.PLACE: _named,
    rules.JOINED: _named,
    rules.SPLIT_INTO: _split_lines,
    rules.ADDED: lambda value: [_added_line(one) for one in value["items"]],
}


def pieces_of(name: str, before: Any, after: Any) -> tuple[Piece, ...]:
    """What a change does, in pieces that stayed, went and came."""
    if name in rules.LISTS:
        return line_differences(lines_of(name, before), lines_of(name, after))
    return word_differences(before or "", after or "")


def is_list(name: str) -> bool:
    """True for a field that is told line by line."""
    return name in rules.LISTS


def window_days(windows: Sequence[Window]) -> str:
    """Windows to the day, whatever they were written to: how a period was understood."""
    return windows_words([Window(one.end, one.start) for one in windows])


def node_word(kind: NodeKind, milestone_word: str = "hito") -> str:
    """The word for a level of the plan."""
    if kind is NodeKind.MILESTONE:
        return milestone_word.capitalize()
    return {
        NodeKind.PLAN: _("Plan"),
        NodeKind.AXIS: _("Eje"),
        NodeKind.COMMITMENT: _("Compromiso"),
        NodeKind.ACTIVITY: _("Actividad"),
    }[kind]


def later_words(told: Sequence[str]) -> str:
    """Which facts of an item were recorded after the day they speak of."""
    words = {
        "plan": _("lo que el plan dice de ella"),
        "report": _("un informe"),
        "decision": _("una revisión"),
    }
    return listed(words[one] for one in told)
