"""The preview of a workbook that came back: its lines in groups, its findings by sheet, and its reference."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import groupby

from flask import current_app, render_template
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tracker.domain.errors import DomainError
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.round_workbook import SheetLink
from tracker.i18n import day
from tracker.importers.proposals import Finding, Level
from tracker.queries.rounds import SheetItem
from tracker.services.round_uploads import KEPT
from tracker.services.round_workbook_saving import Decided
from tracker.services.round_workbooks import ComparedLine, ComparedWorkbook, LineState
from tracker.wording import sentence
from tracker.words.changes import obstacle_word
from tracker.words.round_workbook import column_word, say_finding
from tracker.words.work import value_word

# In the order in which they are looked through.
_GROUPS = (
    LineState.CONFLICT,
    LineState.NEW,
    LineState.CHANGED,
    LineState.SAME,
    LineState.UNTOUCHED,
    LineState.SENT,
)


@dataclass(frozen=True)
class Kept:
    """A workbook kept until it is confirmed: whose, of which round and institution."""

    name: str
    filename: str
    round_uid: str
    institution_uid: str
    actor_uid: str


@dataclass(frozen=True)
class Change:
    """One field as the preview shows it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class PreviewLine:
    """One line as the preview shows it."""

    line: ComparedLine
    changes: tuple[Change, ...]
    refusals: tuple[tuple[str, str], ...]
    """What is missing before it can be sent: the cell, the sentence."""
    doubts: tuple[tuple[str, str], ...]
    """What was read in a way to be looked at: the cell, the sentence."""
    is_chosen: bool
    kept: str
    """What was decided of a conflict: mine, theirs, or nothing yet."""


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="round-workbook")


def kept_reference(kept: Kept) -> str:
    """A signed reference to a kept workbook, for the form that confirms it."""
    return str(_serializer().dumps(asdict(kept)))


def open_reference(reference: str, round_uid: str, actor_uid: str) -> Kept:
    """The workbook a reference names, for the person who brought it; DomainError `upload-expired` else."""
    try:
        kept = Kept(**_serializer().loads(reference, max_age=int(KEPT.total_seconds())))
    except BadSignature:
        raise DomainError("upload-expired") from None
    if (kept.round_uid, kept.actor_uid) != (round_uid, actor_uid):
        raise DomainError("upload-expired")
    return kept


def preview_page(
    compared: ComparedWorkbook,
    reference: str,
    filename: str,
    problem: str = "",
    decided: Decided | None = None,
) -> str:
    """The page that shows what a workbook will do."""
    shown = [_line(one, compared, decided) for one in compared.lines if one.is_shown]
    return render_template(
        "rounds/workbook_preview.html",
        compared=compared,
        sheet=compared.sheet,
        filename=filename,
        reference=reference,
        problem=problem,
        findings=_errors(compared),
        groups=[
            (state.value, _heading(state), [one for one in shown if one.line.state is state])
            for state in _GROUPS
            if any(one.line.state is state for one in shown)
        ],
        line_title=line_title,
        written=sum(one.line.is_written for one in shown),
        can_submit=any(one.line.can_be_submitted for one in shown),
    )


def _heading(state: LineState) -> str:
    return {
        LineState.CONFLICT: _("Cambiadas por otra persona desde que descargó el libro"),
        LineState.NEW: _("Nuevas"),
        LineState.CHANGED: _("Cambian un borrador o un informe devuelto"),
        LineState.SAME: _("Ya están en su borrador"),
        LineState.UNTOUCHED: _("Borradores que el libro no cambia"),
        LineState.SENT: _("Ya enviadas: no cambian"),
    }[state]


def _line(one: ComparedLine, compared: ComparedWorkbook, decided: Decided | None) -> PreviewLine:
    chosen = one.can_be_submitted and one.state is not LineState.UNTOUCHED and not one.refusals
    if decided is not None and decided.submit:
        chosen = one.key in decided.submit
    mine = decided is not None and one.key in decided.mine
    theirs = decided is not None and one.key in decided.theirs
    return PreviewLine(
        line=one,
        changes=tuple(
            Change(column_word(each.field), _value(each.before, each.field), _value(each.after, each.field))
            for each in one.changes
            if one.is_written
        ),
        refusals=tuple(
            (one.proposal.cells.get(each.field or "", ""), sentence(each.code, each.params))
            for each in one.refusals
        ),
        doubts=tuple(
            (each.cell, say_finding(each.code, each.params))
            for each in compared.findings
            if each.level is Level.DOUBT and each.node_key == one.key
        ),
        is_chosen=chosen,
        kept="mine" if mine else "theirs" if theirs else "",
    )


def _value(value: object, field: str) -> str:
    """A value as the preview shows it."""
    if isinstance(value, ObstacleKind):
        return obstacle_word(value)
    if isinstance(value, frozenset):
        links = [one for one in value if isinstance(one, SheetLink)]
        return "\n".join(sorted({one.url for one in links})) or "—"
    if isinstance(value, Decimal):
        value = value.normalize()
    if field == "reported_on" and value is None:
        return _("el día de hoy")
    return value_word(value, field)


def _errors(compared: ComparedWorkbook) -> list[tuple[str, list[tuple[Finding, str]]]]:
    """What stops the workbook, by sheet, each with its sentence."""
    found = sorted((one for one in compared.findings if one.level is Level.ERROR), key=lambda one: one.sheet)
    return [
        (sheet, [(one, say_finding(one.code, one.params)) for one in group])
        for sheet, group in groupby(found, key=lambda one: one.sheet)
    ]


def line_title(item: SheetItem) -> str:
    """A line's number, its occurrence where it has one, and what is to be done."""
    head = f"{item.label} {item.title}"
    return f"{head} ({day(item.occurrence_due_on)})" if item.occurrence_due_on else head
