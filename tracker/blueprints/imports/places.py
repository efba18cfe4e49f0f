"""Where each kind of file is brought in, for who may do it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from tracker.domain.permissions import Actor, Permission, can


@dataclass(frozen=True)
class Place:
    """One importer: what it takes, where it stands, and the form to fill in where there is one."""

    title: str
    about: str
    endings: str
    url: str
    form: str = ""
    """Where the form is downloaded; with {plan} where it is made for a plan."""
    asks_plan: bool = False


def places(actor: Actor) -> list[Place]:
    """The importers a person may use, in the order in which a plan comes to be."""
    every = (
        (Permission.PLAN_IMPORT, _plan_places),
        (Permission.TARGETS_WRITE, _targets),
        (Permission.INSTITUTION_MANAGE, _institutions),
        (Permission.ASSESSMENT_WRITE, _assessments),
        (Permission.REPORT_SUBMIT, _round),
    )
    return [place for permission, make in every if can(actor, permission) for place in make()]


def _plan_places() -> list[Place]:
    return [
        Place(
            _("Plan de trabajo"),
            _("Compromisos, hitos y actividades con sus fechas, instituciones, productos y medios."),
            ".xlsx",
            url_for("imports.upload", kind="plan-de-trabajo"),
            url_for("imports.form", kind="plan-de-trabajo"),
            asks_plan=True,
        ),
        Place(
            _("Plantilla de un compromiso"),
            _("La plantilla oficial: problema, descripción, valores, contacto y recursos."),
            ".docx",
            url_for("imports.upload", kind="plantilla"),
        ),
        Place(
            _("Avances"),
            _("Lo que las instituciones declararon. Entra como declarado: nada queda validado."),
            ".csv",
            url_for("imports.upload", kind="avances"),
            url_for("imports.form", kind="avances"),
            asks_plan=True,
        ),
        Place(
            _("Libro de un plan entero"),
            _("El libro que este sistema exporta: para llevar un plan a otra instalación o corregirlo."),
            ".xlsx",
            url_for("imports.upload", kind="libro"),
        ),
    ]


def _targets() -> list[Place]:
    about = _("La tabla oficial de metas de una institución y un ejercicio. Se elige la institución.")
    return [
        Place(_("Metas"), about, ".xlsx", url_for("targets.index"), url_for("imports.form", kind="metas"))
    ]


def _institutions() -> list[Place]:
    about = _("Siglas, nombre, sector y de quién es unidad cada institución.")
    url, form = url_for("admin.institutions_file"), url_for("imports.form", kind="instituciones")
    return [Place(_("Instituciones"), about, ".csv", url, form)]


def _assessments() -> list[Place]:
    about = _("Autoevaluaciones, niveles de la mesa técnica y códigos del MRI; su plantilla está allí.")
    return [Place(_("Valoraciones"), about, ".xlsx, .csv", url_for("assessments.index"))]


def _round() -> list[Place]:
    about = _("El libro de la ronda de su institución: se descarga, se llena y se sube desde su ronda.")
    return [Place(_("Avances de la ronda"), about, ".xlsx", url_for("progress.panel"))]
