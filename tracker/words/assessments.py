"""Words of assessments: what is found in a file of them, their fields, whose they are."""

from __future__ import annotations

from flask_babel import gettext as _

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.irm import CODES, SEVERAL, IrmField
from tracker.i18n import language
from tracker.renderers.assessment_template import TemplateColumn
from tracker.renderers.words import Words


def sentences() -> dict[str, str]:
    """Code to sentence, in the language of the request."""
    return {
        "author-unknown": _("Ninguna institución se llama así. Escriba sus siglas o su nombre completo."),
        "author-not-one": _("Escriba una sola institución: la que valora. Para varias, una fila cada una."),
        "author-without-part": _("Esa institución no tiene parte en el compromiso %(commitment)s."),
        "author-not-yours": _("Solo puede traer lo de su propia institución."),
        "report-title-missing": _("Falta el título del informe del MRI."),
        "level-not-in-scale": _("No es un nivel de la escala. Valen: %(levels)s.", levels=_levels()),
        "code-not-in-list": _("No es un valor de esa columna. Valen: %(irm_field)s."),
        "column-not-read": _("Esta columna no se lee: su encabezado no se reconoce."),
        "irm-code-unknown": _("El MRI no usa ese valor."),
        "irm-code-repeated": _("El MRI da un solo valor."),
        "assessment-link-not-an-address": _("Escriba la dirección completa, que empiece con https://."),
        "assessment-document-missing": _("Escriba de qué documento se toma lo que dicen las instituciones."),
    }


def told(name: str, value: str) -> str | None:
    """A parameter of these sentences in words; None for one that is not theirs."""
    if name == "irm_field" and value in set(IrmField):
        return ", ".join(code_word(IrmField(value), one) for one in CODES[IrmField(value)])
    return None


def column_word(name: str) -> str | None:
    """A column of the file in words; None for one that it has not."""
    if name in set(IrmField):
        return irm_field_word(IrmField(name))
    return {
        "on": _("fecha"),
        "source": _("informe"),
        "level": _("nivel de cumplimiento"),
        "achievements": _("logros"),
        "obstacles": _("obstáculos"),
        "link": _("enlace"),
        "codes": _("códigos del MRI"),
    }.get(name)


def _levels() -> str:
    words = Words(language())
    return ", ".join(words(f"level.{one.value}") for one in CompletionLevel)


def assessor_word(assessor: Assessor) -> str:
    """Whose assessment it is."""
    return Words(language())(f"assessor.{assessor.value}")


def irm_field_word(field: IrmField) -> str:
    """What the IRM codes, as people name it."""
    return Words(language())(f"irm.{field.value}")


def code_word(field: IrmField, value: str) -> str:
    """A value of one of the IRM's lists."""
    return Words(language())(f"irm.{field.value}.{value}")


def template_columns(assessor: Assessor) -> tuple[TemplateColumn, ...]:
    """The columns of the file to fill in, with the lists to choose from."""
    words = Words(language())
    levels = tuple(words(f"level.{one.value}") for one in CompletionLevel)
    own = [TemplateColumn(_("Institución"), 16)] if assessor is Assessor.INSTITUTION else []
    said = [TemplateColumn(_("Logros"), 60), TemplateColumn(_("Obstáculos"), 40)]
    irm = [TemplateColumn(_("Título del informe"), 40), TemplateColumn(_("Enlace"), 30)]
    codes = [
        TemplateColumn(irm_field_word(one), 18, tuple(code_word(one, value) for value in CODES[one]))
        if one not in SEVERAL
        else TemplateColumn(irm_field_word(one), 36)
        for one in IrmField
    ]
    return (
        *(TemplateColumn(_("Compromiso"), 12), TemplateColumn(_("Título"), 48), *own),
        *(TemplateColumn(_("Nivel de cumplimiento"), 24, levels), TemplateColumn(_("Fecha"), 14)),
        *(irm + codes if assessor is Assessor.IRM else said),
    )
