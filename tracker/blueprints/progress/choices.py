"""What the list of activities can be narrowed to, in words."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.queries.progress import Choices


def choices_for(found: Choices) -> dict[str, list[tuple[str, str]]]:
    """The four ways to narrow the list."""
    return {
        "state": state_choices(),
        "commitment": commitment_choices(found),
        "institution": institution_choices(found),
        "report": report_choices(),
    }


def state_choices() -> list[tuple[str, str]]:
    """States of an item, the pressing ones first."""
    return [
        ("", _("Todos los estados")),
        ("overdue", _("Con atraso")),
        ("due_soon", _("Vence pronto")),
        ("behind", _("Por debajo de lo esperado")),
        ("in_progress", _("En curso")),
        ("awaiting_validation", _("Al 100 %%, por comprobar") % ()),
        ("complete", _("Completo")),
        ("not_due", _("Aún no empieza")),
        ("no_date", _("Sin fecha")),
        ("withdrawn", _("Fuera del plan")),
    ]


def report_choices() -> list[tuple[str, str]]:
    """Where the last report stands."""
    return [
        ("", _("Con o sin informe")),
        ("none", _("Nunca informada")),
        ("draft", _("Borrador")),
        ("submitted", _("En revisión")),
        ("returned", _("Devuelto")),
        ("withdrawn", _("Retirado por su autor")),
        ("reopened", _("Reabierto")),
        ("validated", _("Comprobado")),
    ]


def commitment_choices(choices: Choices) -> list[tuple[str, str]]:
    """Commitments by plan, their long titles cut."""
    return [
        ("", _("Todos los compromisos")),
        *(
            (uid, _("Plan %(plan)s, %(label)s. %(title)s", plan=plan, label=label, title=_cut(title)))
            for uid, plan, label, title in choices.commitments
        ),
    ]


def institution_choices(choices: Choices) -> list[tuple[str, str]]:
    """Institutions by their label."""
    return [("", _("Todas las instituciones")), *((uid, _cut(label)) for uid, label in choices.institutions)]


def _cut(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()}…"
