"""The style page: tokens and components as they are, with invented figures."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from tracker.access import public
from tracker.blueprints.development import blueprint
from tracker.blueprints.development.tokens import read_tokens
from tracker.choices import choices


class SampleForm(FlaskForm):
    """A field of each kind, two of them wrong."""

    class Meta:
        """Nothing is sent from here."""

        csrf = False

    percent = DecimalField(_l("Porcentaje"), [InputRequired()])
    institution = SelectField(_l("Institución"), choices=choices([("infom", "INFOM"), ("scep", "SCEP")]))
    letter = StringField(_l("Número de oficio"))
    narrative = TextAreaField(_l("Qué se hizo"), [InputRequired()])


def _sample_form() -> SampleForm:
    form = SampleForm(formdata=None, data={"percent": 180, "letter": "DS-11-2017"})
    form.percent.errors = [_l("El porcentaje va de 0 a 100.")]
    form.narrative.errors = [_l("Escriba qué se hizo.")]
    return form


@blueprint.get("/estilo")
@public
def style() -> ResponseReturnValue:
    """Every token and every component on one page."""
    tokens = read_tokens(Path(str(current_app.static_folder)))
    return render_template("development/style.html", tokens=tokens, form=_sample_form())
