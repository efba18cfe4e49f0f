"""The form of one line of a round's sheet: what is typed, what is still missing, with what it is shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, HiddenField, MultipleFileField, SelectField, StringField
from wtforms.validators import Length, Optional

from tracker.choices import choices
from tracker.domain.errors import Conflict
from tracker.domain.evidence import Access
from tracker.domain.quantities import percent_offered
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.queries.progress_reports import EvidenceRow, ReportVersion
from tracker.queries.rounds import SheetItem, SheetMeans
from tracker.report_fields import ACCESS, DayField, SaidForm, said_values
from tracker.services.report_history import ReportContent

# A reserved item needs its resolution, which the whole form of the activity asks for.
_ACCESS = [
    *choices([("", _l("La que corresponde a cada medio"))]),
    *(one for one in ACCESS if one.value != Access.RESERVED.value),
]
OTHER = "otra"
TYPED = (
    "percent",
    "delivered",
    "departure_reason",
    "completed_on",
    "narrative",
    "no_progress",
    "obstacle_kind",
    "obstacle",
    "needed",
    "new_expected_on",
    "reported_on",
)


class LineForm(SaidForm):
    """What a person says of one line."""

    report_uid = HiddenField()
    lock_version = HiddenField()
    seen = HiddenField()
    """What the line said when it was shown: a line that nobody touched is not saved."""
    chosen = BooleanField(_l("Enviar esta línea"))
    evidence_on = DayField(_l("Fecha de los documentos"), [Optional()])
    evidence_access = SelectField(_l("Quién puede verlos"), choices=_ACCESS)


class MeansForm(Form):
    """Files and a link for one verification means."""

    files = MultipleFileField(_l("Archivos"), render_kw={"multiple": True})
    url = StringField(
        _l("Enlace"),
        [Optional(), Length(max=2000, message=_l("El enlace es demasiado largo."))],
        render_kw={"type": "url", "inputmode": "url", "placeholder": "https://", "autocomplete": "off"},
    )


@dataclass
class Part:
    """What shows one means of a line: what is attached, and where to add."""

    means: SheetMeans | None
    """None: evidence that answers no means."""
    form: MeansForm
    kept: tuple[EvidenceRow, ...] = ()
    is_linked: bool = False
    """The address typed was kept just now."""

    @property
    def name(self) -> str:
        """Names the part within its line."""
        return self.means.uid if self.means else OTHER


@dataclass
class Line:
    """One line as the screen shows it; without a form it is only read."""

    item: SheetItem
    form: LineForm | None = None
    parts: list[Part] = field(default_factory=list)
    theirs: ReportVersion | None = None
    """What somebody else saved or sent while this was being written."""
    typed: ReportContent | None = None
    """What was typed on top of it."""

    @property
    def key(self) -> str:
        """The line's key."""
        return self.item.key

    @property
    def written(self) -> LineForm:
        """The form; Conflict where the line is only read by now."""
        if self.form is None:
            raise Conflict("changed-meanwhile")
        return self.form

    @property
    def has_draft(self) -> bool:
        """Something of it is kept, not yet handed in."""
        return self.item.draft is not None and self.item.draft.status is ReportStatus.DRAFT

    @property
    def errors(self) -> list[tuple[str, str, str]]:
        """What is wrong with it: id of the control, its label, the sentence."""
        if self.form is None:
            return []
        forms: list[Form] = [self.form, *(one.form for one in self.parts)]
        found = [
            (each.id, str(each.label.text), str(error))
            for one in forms
            for each in one
            for error in each.errors
        ]
        return found + [(f"linea-{self.key}", "", str(error)) for error in self.form.form_errors]

    @property
    def missing(self) -> list[str]:
        """The fields that still keep it from being sent, as far as the form itself can tell."""
        return [] if self.form is None else _missing(self.form, self.item)

    @property
    def is_blank(self) -> bool:
        """Nothing was said of it yet."""
        return self.form is None or not (self.has_draft or _says_something(self.form))

    @property
    def is_ready(self) -> bool:
        """It can be sent as it is."""
        return not (self.form is None or self.is_blank or self.missing or self.errors or self.theirs)

    @property
    def needs_attention(self) -> bool:
        """Something in it is wrong, or somebody else wrote on it."""
        return bool(self.errors or self.theirs)

    @property
    def missing_words(self) -> list[str]:
        """The names of what is missing."""
        return [] if self.form is None else [str(self.form[name].label.text) for name in self.missing]

    @property
    def is_left(self) -> bool:
        """The round still waits for it: counted as the panel and the contact point's page count."""
        return not self.item.is_answered

    @property
    def is_pending(self) -> bool:
        """Something is to be done about it: answer it, or send what was begun after its answer."""
        return self.is_left or self.has_draft

    @property
    def is_late(self) -> bool:
        """Its item, or this delivery of it, is past its due date."""
        return self.item.state is State.OVERDUE

    @property
    def shown_in(self) -> list[str]:
        """The filters that show it."""
        found = ["todas", *(["pendientes"] if self.is_pending else [])]
        return [*found, "con-atraso"] if self.is_late else found

    @property
    def status(self) -> str:
        """One word for where it stands; the template has its sentence."""
        item = self.item
        if self.form is None:
            return "review" if item.is_blocked else "answered" if item.is_answered else "missed"
        if item.draft is not None and not self.has_draft:
            return item.draft.status.value
        return "blank" if self.is_blank else "ready" if self.is_ready else "draft"

    @property
    def answered(self) -> int:
        """How many of its means something answers: attached now, or accepted before."""
        shown = self.item.draft or self.item.answer
        handed = shown.answered if shown else frozenset()
        return sum(one.is_proven or one.uid in handed for one in self.item.means)

    def content(self, today: date) -> ReportContent:
        """What can be kept of what was typed."""
        return self.written.content(self.item.draft, today, self.item.occurrence)

    def shown_again(self, fresh: Line, today: date) -> None:
        """Stand on what is kept now, with what was typed as it is."""
        self.item = fresh.item
        if self.form is None or fresh.form is None:
            return
        for name in ("report_uid", "lock_version"):
            self.form[name].data = fresh.form[name].data
        self.form.seen.data = digest(fresh.content(today))
        for old, new in zip(self.parts, fresh.parts, strict=True):
            old.kept = new.kept


def make_line(item: SheetItem, today: date, typed: Any = None, *, is_open: bool) -> Line:
    """A line with its form where it can be written: open round, nothing in review, or a draft begun again."""
    if typed is not None and f"{item.key}.evidence_access" not in typed:
        typed = None
    if not is_open or item.is_blocked or (item.is_answered and item.draft is None):
        return _read_line(item, today, typed)
    kept = item.draft
    form = LineForm(formdata=typed, prefix=f"{item.key}.", data=_values(item, today))
    parts = [_part(item, one, typed, kept) for one in (*item.means, None)]
    form.show_return(item.return_field, item.return_comment)
    line = Line(item, form, parts)
    if typed is None:
        form.chosen.data = line.status == "ready"
        form.seen.data = digest(line.content(today))
    return line


def _read_line(item: SheetItem, today: date, typed: Any) -> Line:
    """A line that is only read; what was typed before somebody sent it is shown beside what was sent."""
    line = Line(item)
    if typed is not None:
        form = LineForm(formdata=typed, prefix=f"{item.key}.")
        content = form.content(None, today, item.occurrence)
        if digest(content) != form.seen.data:
            line.typed, line.theirs = content, item.answer or item.draft
    return line


def _values(item: SheetItem, today: date) -> dict[str, Any]:
    kept = item.draft
    values = said_values(kept, today) | {"evidence_on": today, "evidence_access": ""}
    if kept is None or kept.status is not ReportStatus.DRAFT:
        return values
    # Whether the date is unknown is said when it is sent, never supposed of a draft.
    values["completed_unknown"] = False
    return values | {"report_uid": kept.uid, "lock_version": kept.lock_version}


def _part(item: SheetItem, means: SheetMeans | None, typed: Any, kept: ReportVersion | None) -> Part:
    uid = means.uid if means else ""
    form = MeansForm(formdata=typed, prefix=f"{item.key}.{uid or OTHER}.")
    return Part(means, form, kept.evidence_for(uid) if kept else ())


def digest(content: ReportContent) -> str:
    """A short mark of what a line says, however its numbers and line ends are written."""
    said = [_plain(getattr(content, each.name)) for each in fields(content)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value or "").replace("\r\n", "\n")


def blank(item: SheetItem, today: date) -> ReportContent:
    """What a line says before anybody wrote on it."""
    return ReportContent(percent=None, narrative="", reported_on=today, occurrence=item.occurrence or None)


def _says_something(form: LineForm) -> bool:
    return any(form[name].data for name in TYPED if name != "reported_on")


def _missing(form: LineForm, item: SheetItem) -> list[str]:
    asked = [] if form.no_progress.data else ["narrative"]
    if form.no_progress.data:
        asked = ["obstacle_kind", "obstacle", "needed", "new_expected_on"]
    elif form.obstacle.data:
        asked.append("obstacle_kind")
    if form.percent.data == 100 and not form.completed_unknown.data:
        asked.append("completed_on")
    offered = percent_offered(form.delivered.data, item.planned)
    if offered is not None and form.percent.data not in {None, offered}:
        asked.append("departure_reason")
    return [name for name in asked if not form[name].data]
