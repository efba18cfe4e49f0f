"""Recording an institution's official letter: the contact point says whose, which, and what it says."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, MultipleFileField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from tracker import clock, uploads
from tracker.access import acting, requires
from tracker.blueprints.progress import blueprint, kept_files
from tracker.blueprints.progress.forms import new_key, with_offer
from tracker.blueprints.progress.lines import today
from tracker.choices import choices
from tracker.db import transaction
from tracker.domain.errors import Conflict, DomainError
from tracker.domain.evidence import Access
from tracker.domain.permissions import Permission
from tracker.queries.progress_activity import ActivityPage, get_activity
from tracker.queries.progress_lines import list_letter_writers
from tracker.report_fields import ACCESS, CheckboxesField, DayField, SaidForm
from tracker.services.evidence import Upload
from tracker.services.letters import Letter, LetterFile, record_letter
from tracker.services.progress import SubmissionRefused
from tracker.wording import sentence
from tracker.words.work import slot_word

_ACCESS = [one for one in ACCESS if one.value != Access.RESERVED.value]


class LetterForm(SaidForm, FlaskForm):
    """Whose letter it is, its head and files, and what it says of the activity."""

    request_key = HiddenField()
    institution = SelectField(_l("Institución que escribe"), validators=[InputRequired()])
    occurrence = SelectField(_l("¿De qué entrega informa?"), choices=())
    letter_number = StringField(_l("Número del oficio"), [Optional(), Length(max=120)])
    letter_on = DayField(_l("Fecha del oficio"), [Optional()])
    letter_file = FileField(_l("Oficio escaneado"))
    letter_access = SelectField(_l("Quién puede ver el oficio"), choices=_ACCESS)
    letter_means = CheckboxesField(_l("El oficio responde a"), choices=(), validate_choice=False)
    annexes = MultipleFileField(_l("Anexos"), render_kw={"multiple": True})
    annex_means = CheckboxesField(_l("Los anexos responden a"), choices=(), validate_choice=False)

    def blame(self, error: DomainError) -> None:
        """A rule's sentence beside its field."""
        self.add_error(error.field, error.code, dict(error.params))


def _form(page: ActivityPage) -> LetterForm:
    """The form with the institutions, deliveries and means of the item."""
    form = LetterForm(data={"reported_on": today(), "request_key": new_key(), "letter_access": "public"})
    form.institution.choices = choices([("", _("Elija una")), *list_letter_writers(acting(), page.node_id)])
    slots = page.occurrences if len(page.occurrences) > 1 else ()
    form.occurrence.choices = choices(
        [("", _("De toda la actividad")), *((one.key, slot_word(one)) for one in slots)]
    )
    means = choices((one.uid, one.text) for one in page.means)
    form.letter_means.choices = form.annex_means.choices = means
    return form


def _render(
    page: ActivityPage, form: LetterForm, files: kept_files.Files, status: int
) -> ResponseReturnValue:
    return render_template("progress/letter.html", page=page, form=form, files=files), status


@blueprint.get("/avances/<string:uid>/oficio")
@requires(Permission.REPORT_ON_BEHALF)
def letter(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, today())
    if not page.may_record_letter:
        flash(_("Esta actividad no recibe informes: salió del plan, o el plan cerró."))
        return redirect(url_for("progress.activity", uid=uid), 303)
    return _render(page, _form(page), kept_files.Files(), 200)


@blueprint.post("/avances/<string:uid>/oficio")
@requires(Permission.REPORT_ON_BEHALF)
def save_letter(uid: str) -> ResponseReturnValue:
    page = get_activity(acting(), uid, today())
    form = _form(page)
    form.validate()
    files = kept_files.received(form.letter_file, form.annexes)
    asked = form.ask_completion()
    if not form.errors and asked and _recorded(page, form, files):
        uploads.draw_pictures(files.all)
        flash(_("Oficio registrado. Otra persona decidirá sobre este informe."), "ok")
        return redirect(url_for("progress.activity", uid=uid), 303)
    return _render(page, form, files, 422)


def _recorded(page: ActivityPage, form: LetterForm, files: kept_files.Files) -> bool:
    """Record the letter; False with each rule that is broken beside its field."""
    try:
        with transaction():
            record_letter(acting(), **_said(page, form, files), now=clock.now(), today=today())
    except SubmissionRefused as refused:
        for errors in refused.all_errors.values():
            for one in errors:
                form.blame(one)
    except Conflict as conflict:
        form.form_errors.append(sentence(conflict.code, conflict.params))
    except DomainError as error:
        form.blame(error)
    else:
        return True
    return False


def _said(page: ActivityPage, form: LetterForm, files: kept_files.Files) -> dict[str, Any]:
    day: date = today()
    content = form.content(None, day, form.occurrence.data)
    return {
        "node_uid": page.uid,
        "institution_uid": form.institution.data,
        "content": with_offer(form, content, page.product.planned if page.product else None),
        "letter": Letter(form.letter_number.data or "", form.letter_on.data),
        "files": [*_letter_files(form, files)],
        "request_key": form.request_key.data or "",
        "limits": uploads.limits(),
    }


def _letter_files(form: LetterForm, files: kept_files.Files) -> list[LetterFile]:
    if files.letter is None:
        return []
    title = _("Oficio N.º %(number)s", number=form.letter_number.data or "")
    chosen = Access(form.letter_access.data)
    first = LetterFile(files.letter, form.letter_means.data or (), title, chosen)
    return [first, *(_annex(one, form) for one in files.annexes)]


def _annex(upload: Upload, form: LetterForm) -> LetterFile:
    return LetterFile(upload, form.annex_means.data or ())
