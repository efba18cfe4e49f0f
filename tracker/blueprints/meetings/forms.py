"""Forms of the technical table: shape only; a service checks what they mean."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from tracker.choices import choices
from tracker.domain.errors import DomainError
from tracker.domain.meetings import MAX_LINE, MAX_TEXT, Capacity, MeetingKind
from tracker.domain.plans import Sector
from tracker.report_fields import DayField
from tracker.rule_forms import RuleForm
from tracker.services.agreements import AgreementSaid, AnswerSaid
from tracker.services.evidence import Upload
from tracker.services.meetings import DecisionSaid, MeetingSaid, SeatSaid
from tracker.words.meetings import capacity_choices, kind_choices, sector_choices

_LINE = Length(max=MAX_LINE, message=_l("Escriba 300 letras o menos."))
_TEXT = Length(max=MAX_TEXT, message=_l("Escriba 3000 letras o menos."))
_DAY = InputRequired(_l("Escriba una fecha."))
_WHOLE = _l("Escriba un número entero.")


class TableForm(RuleForm):
    """A form over one version of what is said; `based_on` names what its writer saw."""

    based_on = HiddenField()
    refused: DomainError | None = None
    """Why a file that came with it was not taken."""


class CountField(IntegerField):
    """A whole number; what is none is said in words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Empty is none."""
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        try:
            super().process_formdata([str(valuelist[0]).strip()])
        except ValueError as error:
            raise ValueError(_WHOLE) from error


class SeatForm(TableForm):
    """Who sits at the table, in what capacity, from when to when."""

    institution = SelectField(_l("Institución"), [Optional()])
    person = StringField(
        _l("O una persona a título personal"),
        [Optional(), _LINE],
        description=_l("Su nombre no se publica: en público solo se lee su sector."),
    )
    sector = SelectField(
        _l("Sector"),
        description=_l("De una persona. El de una institución es el que tiene registrado."),
    )
    capacity = SelectField(_l("Calidad"), description=_l("Solo los integrantes votan."))
    starts_on = DayField(_l("Desde"), [_DAY])
    ends_on = DayField(_l("Hasta"), [Optional()], description=_l("Vacío si sigue en la mesa."))

    def offer(self, institutions: Iterable[tuple[str, str]]) -> None:
        """Offer the institutions and every sector and capacity."""
        self.institution.choices = choices([("", _("Ninguna: es una persona")), *institutions])
        self.sector.choices = choices(sector_choices())
        self.capacity.choices = choices(capacity_choices())

    def said(self) -> SeatSaid:
        """As the service takes it."""
        return SeatSaid(
            institution_uid=self.institution.data or "",
            person=self.person.data or "",
            sector=Sector(self.sector.data),
            capacity=Capacity(self.capacity.data),
            starts_on=self.starts_on.data or date.min,
            ends_on=self.ends_on.data,
        )


class MeetingForm(TableForm):
    """What a meeting is, when and where."""

    number = CountField(_l("Número"), [InputRequired(_l("Escriba el número de la reunión."))])
    kind = SelectField(_l("Tipo"))
    on = DayField(_l("Fecha"), [_DAY])
    at = StringField(
        _l("Hora"),
        [DataRequired(_l("Escriba la hora."))],
        description=_l("De 24 horas, como 09:00 o 14:30."),
        render_kw={"maxlength": 5, "inputmode": "numeric"},
    )
    place = StringField(
        _l("Lugar"),
        [DataRequired(_l("Escriba dónde es la reunión.")), _LINE],
        description=_l("Una dirección, o que es a distancia."),
    )
    plan = SelectField(_l("Plan"), description=_l("Si la reunión trata de uno solo."))

    def offer(self, plans: Iterable[tuple[str, str]]) -> None:
        """Offer the plans and both kinds."""
        self.kind.choices = choices(kind_choices())
        self.plan.choices = choices([("", _("Todos los planes en curso")), *plans])

    def said(self) -> MeetingSaid:
        """As the service takes it."""
        return MeetingSaid(
            number=self.number.data or 0,
            kind=MeetingKind(self.kind.data),
            on=self.on.data or date.min,
            at=self.at.data or "",
            place=self.place.data or "",
            plan_number=int(self.plan.data) if self.plan.data else None,
        )


class AgendaForm(TableForm):
    """The points of the agenda, one a line."""

    agenda = TextAreaField(
        _l("Puntos de la agenda"),
        [Optional(), Length(max=12_000)],
        description=_l(
            "Un punto por línea, en su orden. Si cambia de lugar una línea, sigue siendo el mismo punto."
        ),
        render_kw={"rows": 12},
    )


class AttendanceForm(TableForm):
    """Who came: pasted, or out of a file."""

    file = FileField(_l("Archivo (CSV o XLSX)"), [Optional()])
    text = TextAreaField(
        _l("Lista"),
        [Optional(), Length(max=200_000)],
        description=_l("Una persona por línea: nombre; institución u organización; sector."),
        render_kw={"rows": 12, "spellcheck": "false"},
    )


class ReasonForm(TableForm):
    """A reason that everybody reads."""

    reason = TextAreaField(
        _l("Motivo"), [DataRequired(_l("Escriba el motivo.")), _TEXT], render_kw={"rows": 4}
    )


class MinutesForm(TableForm):
    """The file of the minutes."""

    file = FileField(
        _l("Archivo del acta"),
        description=_l("Se publica al aprobarla: suba una versión sin firmas ni datos personales."),
    )


class DecisionForm(TableForm):
    """What was decided: by votes, or by consensus with a note."""

    text = TextAreaField(
        _l("Qué se decidió"), [DataRequired(_l("Escriba qué se decidió.")), _TEXT], render_kw={"rows": 3}
    )
    about = SelectField(_l("Sobre"))
    in_favour = CountField(_l("A favor"), [Optional(), NumberRange(min=0, message=_WHOLE)])
    against = CountField(_l("En contra"), [Optional(), NumberRange(min=0, message=_WHOLE)])
    abstained = CountField(_l("Abstenciones"), [Optional(), NumberRange(min=0, message=_WHOLE)])
    note = TextAreaField(
        _l("Nota"),
        [Optional(), _TEXT],
        description=_l("Si fue por consenso, deje vacíos los votos y cuente aquí en qué consistió."),
        render_kw={"rows": 3},
    )

    def offer(self, points: Iterable[tuple[str, str]], agreements: Iterable[tuple[str, str]]) -> None:
        """Offer the points of the agenda and the agreements of the meeting."""
        about = [(f"p:{uid}", words) for uid, words in points]
        about += [(f"a:{uid}", words) for uid, words in agreements]
        self.about.choices = choices([("", _("La reunión en general")), *about])

    def said(self) -> DecisionSaid:
        """As the service takes it."""
        kind, _colon, uid = str(self.about.data or "").partition(":")
        return DecisionSaid(
            text=self.text.data or "",
            in_favour=self.in_favour.data,
            against=self.against.data,
            abstained=self.abstained.data,
            note=self.note.data or "",
            point_uid=uid if kind == "p" else "",
            agreement_uid=uid if kind == "a" else "",
        )


class AgreementForm(TableForm):
    """What was agreed, who answers for it, until when."""

    text = TextAreaField(
        _l("Qué se acordó"), [DataRequired(_l("Escriba qué se acordó.")), _TEXT], render_kw={"rows": 4}
    )
    institution = SelectField(_l("Institución responsable"), [DataRequired(_l("Elija una institución."))])
    due_on = DayField(_l("Plazo"), [_DAY])
    point = SelectField(_l("Punto de la agenda"))

    def offer(self, institutions: Iterable[tuple[str, str]], points: Iterable[tuple[str, str]]) -> None:
        """Offer the institutions and the points of the agenda."""
        self.institution.choices = choices([("", _("Elija una")), *institutions])
        self.point.choices = choices([("", _("Ninguno")), *points])

    def said(self) -> AgreementSaid:
        """As the service takes it."""
        return AgreementSaid(
            text=self.text.data or "",
            institution_uid=self.institution.data or "",
            due_on=self.due_on.data or date.min,
            point_uid=(self.point.data or "") if "point" in self else "",
        )


class AnswerForm(TableForm):
    """How an agreement was met, and what shows it."""

    text = TextAreaField(
        _l("Qué se hizo"), [DataRequired(_l("Escriba qué se hizo.")), _TEXT], render_kw={"rows": 5}
    )
    met_on = DayField(_l("Cuándo se cumplió"), [_DAY])
    url = StringField(_l("Enlace"), [Optional(), Length(max=2000)])
    files = MultipleFileField(_l("Archivos"), [Optional()], description=_l("Cinco como máximo."))
    is_personal = BooleanField(
        _l("Los archivos tienen datos personales"),
        description=_l("Entonces no se publican: solo se lee que existen y su huella."),
    )

    def said(self, uploads: list[Upload]) -> AnswerSaid:
        """As the service takes it."""
        return AnswerSaid(
            text=self.text.data or "",
            met_on=self.met_on.data or date.min,
            url=self.url.data or "",
            files=tuple(uploads),
            is_personal=bool(self.is_personal.data),
        )


class RulingForm(TableForm):
    """Whether an answer is accepted, with what is missing where it is not."""

    comment = TextAreaField(
        _l("Comentario"),
        [Optional(), _TEXT],
        description=_l("Hace falta para devolver la respuesta: diga qué falta."),
        render_kw={"rows": 4},
    )


class PostponeForm(TableForm):
    """Another due date, and why."""

    due_on = DayField(_l("Plazo nuevo"), [_DAY])
    reason = TextAreaField(
        _l("Motivo"), [DataRequired(_l("Escriba el motivo.")), _TEXT], render_kw={"rows": 4}
    )
