"""The reporting form of one activity: what is said of it (`tracker.report_fields`), and its evidence."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    FieldList,
    FormField,
    HiddenField,
    MultipleFileField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional

from tracker.blueprints.progress.lines import Opened
from tracker.blueprints.progress.rows import BLANK_ROWS, QuantityEntry, offer_evidence, put_rows, row_values
from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.domain.evidence import Access
from tracker.domain.quantities import (
    FULL,
    MOST_ROWS,
    ItemisedQuantity,
    percent_offered,
    read_pasted,
    total_of,
)
from tracker.domain.workflow import ReportStatus
from tracker.evidence_fields import AboutFields
from tracker.queries.progress_reports import ReportVersion
from tracker.report_fields import LONG, CheckboxesField, SaidForm, said_values
from tracker.services.report_history import ReportContent
from tracker.wording import sentence


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
    """What a person says of one line, and with what they show it."""

    report_uid = HiddenField()
    lock_version = HiddenField()
    request_key = HiddenField()
    rows = FieldList(FormField(QuantityEntry), max_entries=MOST_ROWS)
    paste = TextAreaField(
        _l("Pegar desde una hoja de cálculo"), [Optional(), LONG], render_kw={"rows": 4, "wrap": "off"}
    )
    evidence = FieldList(FormField(EvidenceEntry))
    remove = CheckboxesField(_l("Quitar"), choices=(), validate_choice=False)

    def itemised(self) -> list[ItemisedQuantity] | None:
        """The rows typed and pasted; None where one cannot be read, so that those kept stay."""
        pasted, wrong = read_pasted(self.paste.data or "")
        if wrong:
            told = _("No se entienden las líneas %(lines)s.", lines=", ".join(map(str, wrong)))
            self.paste.errors = [told]
        if wrong or any(entry.form.errors for entry in self.rows):
            return None
        typed = [entry.form.row() for entry in self.rows]
        return [*(one for one in typed if one is not None), *pasted]

    def settle_rows(self, kept: ReportVersion | None) -> None:
        """What was pasted becomes rows like the others, where all of it was understood."""
        rows = self.itemised()
        if rows is None or not (self.paste.data or "").strip():
            return
        put_rows(self.rows, rows, BLANK_ROWS)
        offer_evidence((entry.form for entry in self.rows), kept)
        self.paste.data = ""

    def said(self, found: Opened, kept: ReportVersion | None, today: date) -> ReportContent:
        """What can be kept of what was typed; rows give the total, and a total the percent, where none is."""
        content = self.content(kept, today, found.line.occurrence)
        total = total_of(self.itemised() or ())
        if total is not None and self._follows_rows(kept):
            content = replace(content, delivered=total)
        return with_offer(self, content, found.planned)

    def _follows_rows(self, kept: ReportVersion | None) -> bool:
        """True where the total was not typed: it is empty, or what the rows kept added up to."""
        before = sum((one.quantity for one in kept.quantities), Decimal(0)) if kept else None
        return self.delivered.data is None or self.delivered.data == before

    def blame(self, error: DomainError) -> None:
        """A rule's sentence beside the field it belongs to, in the row it speaks of."""
        place = error.params.get("row")
        if error.field == "quantities" and isinstance(place, int):
            named = [one.form for one in self.rows if not one.form.is_blank]
            if place <= len(named):
                label = named[place - 1].label
                label.errors = [*label.errors, sentence(error.code, error.params)]
                self.rows.errors = [one.form.errors for one in self.rows]
                return
        name = "paste" if error.field == "quantities" else error.field
        self.add_error(name, error.code, dict(error.params))


def with_offer(form: SaidForm, content: ReportContent, planned: Decimal | None) -> ReportContent:
    """The percent that the delivered quantity offers, where none was typed."""
    offered = percent_offered(content.delivered, planned)
    if content.percent is not None or offered is None or form.percent.errors:
        return content
    completed_on = form.completed_on.data if offered == FULL else None
    return replace(content, percent=offered, completed_on=completed_on)


def build_form(found: Opened, today: date, *, more_rows: int = BLANK_ROWS) -> ReportForm:
    """The form for a line, filled with what was kept, with a block of evidence for each means."""
    form = ReportForm(data=_values(found, today, more_rows))
    means = {one.uid: one.text for one in found.page.means}
    for entry in form.evidence:
        own = entry.form.means_uid.data
        entry.form.also.choices = choices((uid, text) for uid, text in means.items() if uid != own)
    offer_evidence((entry.form for entry in form.rows), found.kept)
    if found.kept is not None and (back := found.kept.came_back):
        form.show_return(back.comment_field, back.comment)
    return form


def _values(found: Opened, today: date, more_rows: int) -> dict[str, Any]:
    page, kept = found.page, found.kept
    is_draft = kept is not None and kept.status is ReportStatus.DRAFT
    return said_values(kept, today) | {
        "report_uid": kept.uid if kept and is_draft else "",
        "lock_version": kept.lock_version if kept and is_draft else "",
        "request_key": new_key(),
        "rows": row_values(kept, more_rows) if page.product else [],
        "evidence": [
            *(
                {"means_uid": one.uid, "effective_on": today, "access": one.access.value, "also": []}
                for one in page.means
            ),
            {"means_uid": "", "effective_on": today, "access": Access.PUBLIC.value, "also": []},
        ],
    }


def new_key() -> str:
    """Names a form that is shown, so that sending it twice says nothing twice."""
    return secrets.token_urlsafe(16)
