"""The reporting form of one activity: what is said of it (`tracker.report_fields`), and its evidence."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    MultipleFileField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, Optional

from tracker.choices import choices
from tracker.domain.evidence import Access
from tracker.evidence_fields import AboutFields
from tracker.queries.progress_activity import ActivityPage
from tracker.queries.progress_reports import ReportVersion
from tracker.report_fields import CheckboxesField, SaidForm, said_values
from tracker.services.report_history import ReportContent
from tracker.words.work import occurrence_word

WHOLE = ""


class EvidenceEntry(AboutFields):
    """Files and a link for one verification means, and what is said of them."""

    means_uid = HiddenField()
    files = MultipleFileField(_l("Archivos"), render_kw={"multiple": True})
    url = StringField(
        _l("Enlace"),
        [Optional(), Length(max=2000, message=_l("El enlace es demasiado largo."))],
        render_kw={"type": "url", "inputmode": "url", "placeholder": "https://"},
    )
    also = CheckboxesField(_l("También responde a"), choices=(), validate_choice=False)

    @property
    def hands_in(self) -> bool:
        """True where a file or a link came with it."""
        sent = any(getattr(one, "filename", "") for one in self.files.data or ())
        return sent or bool((self.url.data or "").strip())


class ReportForm(SaidForm, FlaskForm):
    """What a person says of one activity, and with what they show it."""

    report_uid = HiddenField()
    lock_version = HiddenField()
    occurrence = SelectField(_l("¿De qué entrega informa?"), choices=())
    evidence = FieldList(FormField(EvidenceEntry))
    remove = CheckboxesField(_l("Quitar"), choices=(), validate_choice=False)

    def said(self, kept: ReportVersion | None, today: date) -> ReportContent:
        """What can be kept of what was typed, of the delivery chosen."""
        chosen = kept.occurrence if self.occurrence.errors and kept else self.occurrence.data
        return self.content(kept, today, chosen)


def build_form(page: ActivityPage, kept: ReportVersion | None, today: date, **given: Any) -> ReportForm:
    """The form for an item, filled with what was kept, with a block of evidence for each means."""
    form = ReportForm(data=_values(page, kept, today), **given)
    form.occurrence.choices = choices(
        [(WHOLE, _l("De toda la actividad")), *((one.key, occurrence_word(one)) for one in page.occurrences)]
    )
    means = {one.uid: one.text for one in page.means}
    for entry in form.evidence:
        own = entry.form.means_uid.data
        entry.form.also.choices = choices((uid, text) for uid, text in means.items() if uid != own)
    return form


def _values(page: ActivityPage, kept: ReportVersion | None, today: date) -> dict[str, Any]:
    is_draft = kept is not None and kept.status.value == "draft"
    return said_values(kept, today) | {
        "report_uid": kept.uid if kept and is_draft else "",
        "lock_version": kept.lock_version if kept and is_draft else "",
        "occurrence": (kept.occurrence if kept else None) or WHOLE,
        "evidence": [
            *(
                {"means_uid": one.uid, "effective_on": today, "access": one.access.value, "also": []}
                for one in page.means
            ),
            {"means_uid": "", "effective_on": today, "access": Access.PUBLIC.value, "also": []},
        ],
    }
