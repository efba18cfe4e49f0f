"""Tables of what only one kind of report has: the month, the commitment's sheet, the self-assessment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tracker.domain.report_assessment import CommitmentAssessment, LevelLine, SelfAssessment, StatementLine
from tracker.domain.report_document import ReportDocument
from tracker.domain.report_values import InstitutionPeriod, Movement, Period, RowRef, SheetField
from tracker.domain.self_assessment import CodeLine
from tracker.renderers.tables_items import PLACE_REFERENCES, Place, place_fields, place_keys
from tracker.renderers.tables_shape import Field, Kind, Table, Telling, build
from tracker.renderers.tables_targets import targets_tables

_Level = tuple[CommitmentAssessment, LevelLine]
_Coded = tuple[CommitmentAssessment, CodeLine, str]
_Told = tuple[CommitmentAssessment | None, StatementLine]
_LISTS = ("newly_complete", "newly_late", "falling_due")


def own_tables(told: Telling, document: ReportDocument, index: Mapping[str, Place]) -> Iterator[Table]:
    """The tables of this kind of report; a kind that has no such part has no such table."""
    if document.period is not None:
        yield from _month(told, document.period, index)
    if document.sheet:
        yield _sheet(told, document.sheet)
    if document.assessment is not None:
        yield from _assessment(told, document.assessment)
    if document.targets is not None:
        yield from targets_tables(told, document.targets)


def _month(told: Telling, period: Period, index: Mapping[str, Place]) -> Iterator[Table]:
    def place(row: Movement) -> Place:
        return index[row.row.uid]

    def listed(row: tuple[str, RowRef]) -> Place:
        return index[row[1].uid]

    moved = [
        *place_fields(place),
        Field[Movement]("validated_before", Kind.PERCENT, lambda row: row.validated_before),
        Field[Movement]("validated_now", Kind.PERCENT, lambda row: row.validated),
        Field[Movement]("reported_before", Kind.PERCENT, lambda row: row.reported_before),
        Field[Movement]("reported_now", Kind.PERCENT, lambda row: row.reported),
        Field[Movement]("state_before_text", Kind.TEXT, lambda row: told.code("state", row.state_before)),
        Field[Movement]("state_text", Kind.TEXT, lambda row: told.code("state", row.state)),
        Field[Movement]("state", Kind.CODE, lambda row: row.state.value),
        *place_keys(place),
    ]
    yield build(told, "movements", moved, period.movements, references=PLACE_REFERENCES)
    names = [
        Field[tuple[str, RowRef]]("section_text", Kind.TEXT, lambda row: told(f"table.month.{row[0]}")),
        *place_fields(listed),
        Field("due_on", Kind.DAY, lambda row: listed(row).line.due_on),
        Field("section", Kind.CODE, lambda row: row[0]),
        *place_keys(listed),
    ]
    rows = [(name, ref) for name in _LISTS for ref in getattr(period, name)]
    yield build(told, "month_lists", names, rows, references=PLACE_REFERENCES)
    acts = [
        Field[InstitutionPeriod]("institution", Kind.TEXT, lambda row: row.institution),
        Field[InstitutionPeriod]("month_awaited", Kind.INTEGER, lambda row: row.awaited),
        Field[InstitutionPeriod]("month_handed_in", Kind.INTEGER, lambda row: row.handed_in),
        Field[InstitutionPeriod]("month_validated", Kind.INTEGER, lambda row: row.validated),
        Field[InstitutionPeriod]("month_returned", Kind.INTEGER, lambda row: row.returned),
    ]
    yield build(told, "month_institutions", acts, period.institutions, key=("institution",))


def _sheet(told: Telling, sheet: tuple[SheetField, ...]) -> Table:
    fields = [
        Field[SheetField]("measure", Kind.TEXT, lambda row: told(f"sheet.{row.name}")),
        Field[SheetField]("text", Kind.TEXT, lambda row: row.text),
        Field[SheetField]("code", Kind.CODE, lambda row: row.name),
    ]
    return build(told, "sheet", fields, sheet, key=("code",))


def _assessment(told: Telling, made: SelfAssessment) -> Iterator[Table]:
    levels = [
        Field[_Level]("commitment", Kind.INTEGER, lambda row: row[0].row.commitment),
        Field[_Level]("item_title", Kind.TEXT, lambda row: row[0].title),
        Field[_Level]("computed_text", Kind.TEXT, lambda row: told.code("level", row[0].computed)),
        Field[_Level]("assessor_text", Kind.TEXT, lambda row: told.code("assessor", row[1].assessor)),
        Field[_Level]("institution", Kind.TEXT, lambda row: row[1].institution),
        Field[_Level]("level_text", Kind.TEXT, lambda row: told.code("level", row[1].level)),
        Field[_Level]("on", Kind.DAY, lambda row: row[1].on),
        Field[_Level]("source", Kind.TEXT, lambda row: row[1].source),
        Field[_Level]("assessor", Kind.CODE, lambda row: row[1].assessor.value),
        Field[_Level]("completion_level", Kind.CODE, lambda row: row[1].level.value if row[1].level else ""),
        Field[_Level]("commitment_uid", Kind.CODE, lambda row: row[0].row.uid),
    ]
    sides = [(one, line) for one in made.commitments for line in one.levels]
    yield build(told, "assessments", levels, sides, references=PLACE_REFERENCES[:1])
    texts = [
        Field[_Told]("commitment", Kind.INTEGER, lambda row: row[0].row.commitment if row[0] else None),
        Field[_Told]("assessor_text", Kind.TEXT, lambda row: told.code("assessor", row[1].assessor)),
        Field[_Told]("institution", Kind.TEXT, lambda row: row[1].institution),
        Field[_Told]("achievements", Kind.TEXT, lambda row: row[1].achievements),
        Field[_Told]("obstacles", Kind.TEXT, lambda row: row[1].obstacles),
        Field[_Told]("on", Kind.DAY, lambda row: row[1].on),
        Field[_Told]("by", Kind.TEXT, lambda row: told.words.office(row[1].by)),
        Field[_Told]("source", Kind.TEXT, lambda row: row[1].source),
        Field[_Told]("assessor", Kind.CODE, lambda row: row[1].assessor.value),
        Field[_Told]("commitment_uid", Kind.CODE, lambda row: row[0].row.uid if row[0] else ""),
    ]
    said: list[_Told] = [(None, line) for line in made.general]
    said += [(one, line) for one in made.commitments for line in one.statements]
    yield build(told, "statements", texts, said, references=PLACE_REFERENCES[:1])
    yield _irm(told, made)


def _irm(told: Telling, made: SelfAssessment) -> Table:
    """What the IRM codes beside the level: one row for each value, with the report that gives it."""
    fields = [
        Field[_Coded]("commitment", Kind.INTEGER, lambda row: row[0].row.commitment),
        Field[_Coded]("item_title", Kind.TEXT, lambda row: row[0].title),
        Field[_Coded]("irm_field_text", Kind.TEXT, lambda row: told(f"irm.{row[1].field.value}")),
        Field[_Coded]("irm_value_text", Kind.TEXT, lambda row: told(f"irm.{row[1].field.value}.{row[2]}")),
        Field[_Coded]("on", Kind.DAY, lambda row: row[1].on),
        Field[_Coded]("source", Kind.TEXT, lambda row: row[1].source),
        Field[_Coded]("url", Kind.TEXT, lambda row: row[1].link),
        Field[_Coded]("irm_field", Kind.CODE, lambda row: row[1].field.value),
        Field[_Coded]("irm_value", Kind.CODE, lambda row: row[2]),
        Field[_Coded]("commitment_uid", Kind.CODE, lambda row: row[0].row.uid),
    ]
    coded = [(one, line, value) for one in made.commitments for line in one.codes for value in line.values]
    return build(told, "irm", fields, coded, references=PLACE_REFERENCES[:1])
