"""The form in which a reviewer decides; whether the decision is possible is checked by its service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.queries.review_page import EvidenceMark, ReviewPage
from tracker.rule_forms import LockedForm
from tracker.wording import sentence
from tracker.words.reviews import about_choices

LONG = Length(max=5000, message=_l("El texto es demasiado largo."))
REASON_LENGTH = 500


@dataclass
class Verdict:
    """What the reviewer says of one item of evidence: accepted, not accepted, or nothing yet."""

    mark: EvidenceMark
    choice: str
    reason: str
    is_missing: bool = False

    @property
    def uid(self) -> str:
        """The item's."""
        return self.mark.row.uid


class DecisionForm(LockedForm):
    """What is said of each item of evidence, the comment and what it is about, and what is signed."""

    contradicts_narrative = BooleanField(_l("El relato contradice el porcentaje"))
    exception = TextAreaField(
        _l("Por qué se comprueba sin toda la evidencia"), [Optional(), LONG], render_kw={"rows": 3}
    )
    signed_name = StringField(
        _l("Firma: su nombre y apellido"),
        [Optional(), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    comment_field = SelectField(_l("De qué trata el comentario"), choices=(), validate_choice=False)
    comment = TextAreaField(_l("Comentario para la institución"), [Optional(), LONG], render_kw={"rows": 3})
    verdicts: Sequence[Verdict] = ()
    evidence_error = ""

    @property
    def action(self) -> str:
        """The button that was pressed: validate, accept-all, return."""
        return request.form.get("action", "")

    def check(self) -> bool:
        """True where the form is whole: a validation says of every item whether it is accepted."""
        whole: bool = self.validate()
        if self.action == "validate":
            for one in self.verdicts:
                one.is_missing = not one.choice
            if any(one.is_missing for one in self.verdicts):
                self.evidence_error = sentence("evidence-undecided", {})
                whole = False
        return whole

    def decision(self) -> dict[str, Any]:
        """What the service is told of a validation."""
        everything = self.action == "accept-all"
        return {
            "accepted": [one.uid for one in self.verdicts if everything or one.choice == "accept"],
            "reasons": {one.uid: one.reason for one in self.verdicts if one.choice == "reject"},
            "comment": self.comment.data or "",
            "exception": self.exception.data or "",
            "signed_name": self.signed_name.data or "",
            "contradicts_narrative": bool(self.contradicts_narrative.data),
            "lock_version": self.version(),
        }

    def add_error(self, error: DomainError) -> None:
        """Put a rule's sentence beside the field it belongs to, or above the form."""
        if error.field == "accepted":
            self.evidence_error = sentence(error.code, error.params)
        else:
            super().add_error(error)


def decision_form(page: ReviewPage) -> DecisionForm:
    """The form for a report: accepted to begin with is only what was accepted before, byte for byte.

    Of all else the reviewer says so, item by item or with the button that accepts everything.
    """
    form = DecisionForm(data={"lock_version": page.report.lock_version})
    form.comment_field.choices = choices(about_choices())
    form.verdicts = [
        Verdict(
            mark=one,
            choice=request.form.get(f"evidence-{one.row.uid}", _before(one)),
            reason=request.form.get(f"reason-{one.row.uid}", "")[:REASON_LENGTH],
        )
        for one in (page.evidence if page.report.may_decide else ())
    ]
    return form


def _before(one: EvidenceMark) -> str:
    return "accept" if one.was_accepted and request.method == "GET" else ""
