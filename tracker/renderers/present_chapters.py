"""The chapters that only one kind of report has: the month, the commitment's sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tracker.domain.plans import Role
from tracker.domain.report_assessment import CommitmentAssessment, LevelLine, SelfAssessment, StatementLine
from tracker.domain.report_document import ReportDocument
from tracker.domain.report_values import Movement, Period, RowRef, SheetField
from tracker.domain.self_assessment import CodeLine
from tracker.renderers.present_lines import Placed, anchor, number
from tracker.renderers.present_targets import targets_chapter
from tracker.renderers.presentation import Board, Cell, Chapter, Column, Passage
from tracker.renderers.words import Words

Index = Mapping[str, Placed]


def chapters(words: Words, document: ReportDocument, index: Index) -> tuple[Chapter, ...]:
    """What this kind of report says beside what every report says."""
    found = []
    if document.period is not None:
        found.append(_month(words, document.period, index))
    if document.assessment is not None:
        found.append(_assessment(words, document.assessment, is_whole=not document.sheet))
    if document.targets is not None:
        found.append(targets_chapter(words, document.targets))
    if document.sheet:
        found.append(_sheet(words, document.sheet))
    return tuple(found)


def _month(words: Words, period: Period, index: Index) -> Chapter:
    days = {"start": words.day(period.starts_on), "end": words.day(period.ends_on)}
    acts = {
        "handed_in": words("month.handed_in", period.handed_in),
        "validated": words("month.validated", period.validated),
        "returned": words("month.returned", period.returned),
    }
    until = words.day(period.due_until)
    return Chapter(
        key="month",
        title=words("chapter.month"),
        lead=words("month.lead", **days, **acts),
        boards=(
            _references(words, "newly_complete", period.newly_complete, index),
            _references(words, "newly_late", period.newly_late, index),
            _movements(words, period.movements, index),
            _references(words, "falling_due", period.falling_due, index, until=until),
            _institutions(words, period),
        ),
    )


def _board(
    words: Words,
    name: str,
    columns: Sequence[Column],
    rows: Sequence[tuple[Cell, ...]],
    **params: object,
) -> Board:
    key = f"board.{name}"
    return Board(
        title=words(key, **params),
        lead=words(f"{key}.lead", **params),
        empty=words(f"{key}.empty", **params),
        columns=tuple(columns),
        rows=tuple(rows),
    )


def _reference(placed: Placed) -> Cell:
    return Cell(number(placed), anchor(placed.line.uid))


def _references(words: Words, name: str, refs: Sequence[RowRef], index: Index, **params: object) -> Board:
    columns = (
        Column(words("col.number"), share=2),
        Column(words("col.title"), share=9),
        Column(words("col.institution"), share=3),
        Column(words("col.due"), share=3),
    )
    rows = []
    for one in refs:
        placed = index[one.uid]
        leads = words.listed([part.institution for part in placed.line.roles if part.role is Role.LEAD])
        due = words.short_day(placed.line.due_on)
        cells = (_reference(placed), Cell(placed.line.title), Cell(leads or words("none")), Cell(due))
        rows.append(cells)
    return _board(words, name, columns, rows, **params)


def _movements(words: Words, movements: Sequence[Movement], index: Index) -> Board:
    columns = (
        Column(words("col.number"), share=2),
        Column(words("col.title"), share=7),
        Column(words("col.validated"), share=4),
        Column(words("col.reported"), share=4),
        Column(words("col.state"), share=5),
    )
    rows = [_movement(words, one, index[one.row.uid]) for one in movements]
    return _board(words, "movements", columns, rows)


def _movement(words: Words, one: Movement, placed: Placed) -> tuple[Cell, ...]:
    state = words(f"state.{one.state.value}")
    before = words(f"state.{one.state_before.value}") if one.state_before else words("month.new")
    return (
        _reference(placed),
        Cell(placed.line.title),
        Cell(_step(words, one.validated_before, one.validated)),
        Cell(_step(words, one.reported_before, one.reported)),
        Cell(words("month.step", before=before, after=state) if before != state else state),
    )


def _step(words: Words, before: Decimal | None, after: Decimal | None) -> str:
    """ "40 % → 100 %"; what did not change once."""
    if before == after:
        return words.percent(after)
    return words("month.step", before=words.percent(before), after=words.percent(after))


def _institutions(words: Words, period: Period) -> Board:
    columns = (
        Column(words("col.institution"), share=6),
        *(
            Column(words(f"month.col.{name}"), is_figure=True, share=3)
            for name in ("awaited", "handed_in", "validated", "returned")
        ),
    )
    rows = [
        (
            Cell(one.institution, tone="warn" if one.awaited and not one.handed_in else ""),
            *(Cell(str(count)) for count in (one.awaited, one.handed_in, one.validated, one.returned)),
        )
        for one in period.institutions
    ]
    return _board(words, "institutions", columns, rows)


def _assessment(words: Words, made: SelfAssessment, *, is_whole: bool) -> Chapter:
    """The four assessments side by side, the general achievements, then each commitment's.

    On the sheet of one commitment they are a chapter among others, not the report's name.
    """
    columns = (
        Column(words("col.number"), share=1),
        Column(words("col.title"), share=4),
        *(Column(words(f"assessor.{one}"), share=3) for one in _BESIDE),
    )
    rows = [_assessed(words, one) for one in made.commitments]
    return Chapter(
        key="assessment",
        title=words(f"chapter.assessment.{made.phase.value}" if is_whole else "table.assessments"),
        lead=words("assessment.lead"),
        boards=(_board(words, "levels", columns, rows),),
        passages=tuple(_told(words, made, is_whole=is_whole)),
    )


_BESIDE = ("computed", "institution", "technical_table", "irm")


def _assessed(words: Words, one: CommitmentAssessment) -> tuple[Cell, ...]:
    leads = words("assessment.leads", leads=words.listed(one.leads)) if one.leads else ""
    return (
        Cell(one.row.label, anchor(one.row.uid)),
        Cell(f"{one.title}. {leads}" if leads else one.title),
        Cell(words(f"level.{one.computed.value}")),
        *(Cell(_levels(words, one.levels, name)) for name in _BESIDE[1:]),
    )


def _levels(words: Words, levels: Sequence[LevelLine], assessor: str) -> str:
    """Each with its institution, else its source, and its date; where nobody said anything, that."""
    said = [
        words(
            "assessment.level",
            level=words(f"level.{one.level.value}"),
            by=", ".join(part for part in (one.institution or one.source, words.short_day(one.on)) if part),
        )
        for one in levels
        if one.assessor.value == assessor and one.level is not None
    ]
    return "; ".join(said) or words("assessment.none")


def _told(words: Words, made: SelfAssessment, *, is_whole: bool) -> Iterator[Passage]:
    for line in made.general if is_whole else ():
        yield _passage(words, words("assessment.general"), line)
    for one in made.commitments:
        if one.codes:
            title = words("assessment.codes.title", number=one.row.label, title=one.title)
            yield Passage(title, "\n".join(_coded(words, line) for line in one.codes))
        for line in one.statements:
            who = line.institution or words(f"assessor.{line.assessor.value}")
            yield _passage(
                words, words("assessment.of", number=one.row.label, title=one.title, who=who), line
            )


def _coded(words: Words, line: CodeLine) -> str:
    """A field of the IRM's with its values and the report that gives them."""
    return words(
        "assessment.codes",
        field=words(f"irm.{line.field.value}"),
        values=words.listed([words(f"irm.{line.field.value}.{one}") for one in line.values]),
        source=line.source,
        day=words.short_day(line.on),
    )


def _passage(words: Words, title: str, line: StatementLine) -> Passage:
    parts = [line.achievements]
    if line.obstacles:
        parts.append(words("assessment.obstacles", text=line.obstacles))
    key = "assessment.from" if line.source else "assessment.note"
    note = words(key, by=words.office(line.by), day=words.day(line.on), source=line.source)
    return Passage(title, "\n".join(part for part in parts if part), note)


def _sheet(words: Words, fields: Sequence[SheetField]) -> Chapter:
    return Chapter(
        key="sheet",
        title=words("chapter.sheet"),
        lead=words("sheet.lead"),
        passages=tuple(_passages(words, fields)),
    )


def _passages(words: Words, fields: Sequence[SheetField]) -> Iterator[Passage]:
    for one in fields:
        text = _SPECIAL[one.name](words, one.text) if one.name in _SPECIAL else one.text
        yield Passage(words(f"sheet.{one.name}"), text)


def _values(words: Words, text: str) -> str:
    return ", ".join(words(f"ogp.{one}") for one in text.split(",") if one)


def _amounts(words: Words, text: str) -> str:
    """Lines of "centavos|who gives them", each as an amount in quetzales."""
    lines = []
    for line in text.splitlines():
        centavos, _, provider = line.partition("|")
        amount = words("money", amount=words.money(int(centavos)))
        lines.append(f"{amount}: {provider}" if provider else amount)
    return "\n".join(lines)


def _money(words: Words, centavos: str) -> str:
    return words("money", amount=words.money(int(centavos))) if centavos else words("none")


def _money_lines(words: Words, text: str) -> str:
    """Lines of "planned|spent|provider"."""
    lines = (line.split("|", 2) for line in text.splitlines())
    return "\n".join(
        words("resources.money", who=who, planned=_money(words, planned), spent=_money(words, spent))
        for planned, spent, who in lines
    )


def _entry_lines(words: Words, text: str) -> str:
    """Lines of "kind|side|centavos|day|by|what"."""
    lines = (line.split("|", 5) for line in text.splitlines())
    return "\n".join(
        words(
            "resources.entry",
            kind=words(f"resources.kind.{kind}"),
            side=words(f"resources.side.{side}"),
            amount=f"{_money(words, centavos)}; " if centavos else "",
            day=words.iso_day(day),
            who=words.office(by),
            what=what,
        )
        for kind, side, centavos, day, by, what in lines
    )


_SPECIAL = {
    "ogp_values": _values,
    "financial": _amounts,
    "resources_money": _money_lines,
    "resources_entries": _entry_lines,
}
