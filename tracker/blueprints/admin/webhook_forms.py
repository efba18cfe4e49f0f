"""The form of an address that other systems are told at."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import DataRequired, Length, Optional

from tracker.blueprints.admin.forms import CheckboxesField
from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.domain.webhooks import LONGEST_URL, WebhookEvent
from tracker.queries.accounts import list_institution_choices
from tracker.queries.webhooks import WebhookRow, list_public_plans
from tracker.services.webhooks import Wanted
from tracker.wording import sentence
from tracker.words.webhooks import event_words


class WebhookForm(FlaskForm):
    """Where to, what about, and of which plan or institution."""

    name = StringField(
        _l("Nombre"), [DataRequired(_l("Escriba un nombre para reconocerlo.")), Length(max=120)]
    )
    url = StringField(
        _l("Dirección"),
        [DataRequired(_l("Escriba la dirección del otro sistema.")), Length(max=LONGEST_URL)],
        render_kw={"type": "url", "inputmode": "url", "autocomplete": "off"},
    )
    events = CheckboxesField(_l("Qué avisar"))
    plan = SelectField(_l("Plan"), [Optional()])
    institution = SelectField(_l("Institución"), [Optional()])

    def wanted(self) -> Wanted:
        """What was filled in."""
        return Wanted(
            url=self.url.data or "",
            name=self.name.data or "",
            events=self.events.data or (),
            plan=int(self.plan.data) if self.plan.data else None,
            institution_uid=self.institution.data or "",
        )

    def add_error(self, error: DomainError) -> None:
        """Say a broken rule beside its field."""
        where = self._fields.get(error.field or "")
        words = sentence(error.code, error.params)
        if where is None:
            self.form_errors.append(words)
        else:
            where.errors = [*where.errors, words]


def webhook_form(row: WebhookRow | None = None) -> WebhookForm:
    """The form with its choices, filled in with an address as it is."""
    told = {}
    if row is not None:
        told = {"name": row.name, "url": row.url, "events": list(row.events)}
        told |= {"plan": str(row.plan or ""), "institution": row.institution_uid}
    form = WebhookForm(data=told)
    words = event_words()
    form.events.choices = [(one.value, words[one.value]) for one in WebhookEvent]
    plans = [(str(number), f"{number} · {title}") for number, title in list_public_plans()]
    form.plan.choices = choices([("", _("Todos los planes")), *plans])
    form.institution.choices = choices([("", _("Todas las instituciones")), *list_institution_choices()])
    return form
