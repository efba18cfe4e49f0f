"""Forms of a report's consultation; each has its prefix, since they stand on one page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from tracker.blueprints.reports.forms import ApprovalForm
from tracker.domain.consultations import MAX_TEXT, Outcome
from tracker.domain.report_comparison import Place, document_places, place_number
from tracker.queries.reports import CompilationPage
from tracker.rule_forms import PrefixedForm
from tracker.words.consultations import outcome_choices

_LONGEST_TITLE = 90
_TOO_LONG = Length(max=MAX_TEXT, message=_l("Escriba 5000 letras o menos."))


class OpeningForm(PrefixedForm):
    """Until when comments are received."""

    name = "opening-"
    closes_on = DateField(
        _l("Recibir comentarios hasta"),
        [InputRequired(_l("Escriba una fecha."))],
        description=_l("Ese día inclusive. Mientras tanto el informe no puede aprobarse."),
    )


class ClosingForm(PrefixedForm):
    """Why a consultation ends before its day."""

    name = "closing-"
    reason = TextAreaField(
        _l("Por qué se cierra antes"),
        [DataRequired(_l("Escriba el motivo.")), _TOO_LONG],
        render_kw={"rows": 2},
    )


class CommentForm(PrefixedForm):
    """What somebody says, of the whole report or of one of its items."""

    name = "comment-"
    item = SelectField(_l("Sobre qué"))
    text = TextAreaField(
        _l("Comentario"),
        [DataRequired(_l("Escriba su comentario.")), _TOO_LONG],
        description=_l("Queda a la vista de quienes participan, con su nombre, y no puede borrarse."),
        render_kw={"rows": 4},
    )

    def offer(self, places: Iterable[Place]) -> None:
        """Offer the items of a report."""
        self.item.choices = [("", _("Todo el informe")), *((one.uid, _short(one)) for one in places)]


def _short(place: Place) -> str:
    text = f"{place_number(place)} {place.title}"
    return text if len(text) <= _LONGEST_TITLE else f"{text[:_LONGEST_TITLE].rstrip()}…"


class AnswerForm(PrefixedForm):
    """The answer to a comment."""

    outcome = RadioField(_l("Respuesta"), [InputRequired(_l("Elija una respuesta."))])
    reason = TextAreaField(
        _l("Motivo"),
        [DataRequired(_l("Escriba el motivo de la respuesta.")), _TOO_LONG],
        render_kw={"rows": 3},
    )

    def __init__(self, **given: Any) -> None:
        """Offer every outcome."""
        super().__init__(**given)
        self.outcome.choices = outcome_choices()

    def chosen(self) -> Outcome:
        """The outcome that was chosen."""
        return Outcome(self.outcome.data)


@dataclass(frozen=True)
class PageForms:
    """The forms of a report's page: those that came back with errors, the others as they begin."""

    approval: ApprovalForm | None = None
    opening: OpeningForm | None = None
    closing: ClosingForm | None = None
    comment: CommentForm | None = None
    answers: Mapping[str, AnswerForm] = field(default_factory=dict)

    def shown(self, page: CompilationPage) -> dict[str, Any]:
        """Every form that the page can show; those not sent are empty, whatever was sent with another."""
        comment = self.comment or CommentForm(formdata=None)
        comment.offer(document_places(page.document) if page.document else ())
        return {
            "form": self.approval or ApprovalForm(formdata=None),
            "opening": self.opening or OpeningForm(formdata=None),
            "closing": self.closing or ClosingForm(formdata=None),
            "comment": comment,
            "answers": {
                uid: self.answers.get(uid) or AnswerForm(formdata=None, prefix=answer_prefix(uid))
                for uid in page.consultation.comment_uids
            },
        }


def answer_prefix(comment_uid: str) -> str:
    """How the fields of the answer to a comment are named apart."""
    return f"answer-{comment_uid}-"
