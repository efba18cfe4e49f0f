"""Tables of the report as a whole: what it is, its summary, its findings, and how each delivery stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from tracker.domain.report_document import Finding, ReportDocument, Summary
from tracker.domain.report_values import Aggregate, RowRef
from tracker.renderers.present_findings import sentence
from tracker.renderers.present_lines import answering, percent_of, role_word
from tracker.renderers.present_summary import SECTION_TONES, paragraph
from tracker.renderers.tables_items import (
    PLACE_REFERENCES,
    Place,
    aggregate_fields,
    place_fields,
    place_keys,
)
from tracker.renderers.tables_shape import Field, Kind, Table, Telling, Value, build


def report_table(told: Telling, document: ReportDocument) -> Table:
    """What the report is, in one row."""
    plan, institution, imprint = document.plan, document.institution, document.imprint
    values: list[tuple[str, Kind, Value]] = [
        ("kind_text", Kind.TEXT, told.code("kind", document.kind)),
        ("plan_title", Kind.TEXT, plan.title),
        ("plan", Kind.INTEGER, plan.number),
        ("institution_name", Kind.TEXT, institution.name if institution else ""),
        ("institution_acronym", Kind.TEXT, institution.acronym if institution else ""),
        ("cutoff", Kind.DAY, document.cutoff),
        ("issuer", Kind.TEXT, imprint.issuer),
        ("version", Kind.INTEGER, imprint.version),
        ("known_at", Kind.INTEGER, document.known_at),
        ("report_sha256", Kind.TEXT, imprint.sha256),
        ("plan_starts_on", Kind.DAY, plan.starts_on),
        ("plan_ends_on", Kind.DAY, plan.ends_on),
        ("substantial_from", Kind.PERCENT, plan.substantial_from),
        ("due_soon_days", Kind.INTEGER, plan.due_soon_days),
        ("paragraph", Kind.TEXT, paragraph(told.words, document)),
        ("kind", Kind.CODE, document.kind.value),
        ("milestone_word", Kind.CODE, plan.milestone_word),
    ]
    return build(told, "report", [_fixed(*one) for one in values], [document])


def _fixed(key: str, kind: Kind, value: Value) -> Field[ReportDocument]:
    return Field(key, kind, lambda _: value)


@dataclass(frozen=True)
class Measure:
    """One figure of the summary."""

    group: str
    code: str
    title: str
    count: int | None = None
    percent: Decimal | None = None
    day: date | None = None
    text: str = ""


def summary_table(told: Telling, document: ReportDocument) -> Table:
    """Every figure of the summary, a row each."""
    found = [
        Field[Measure]("group_text", Kind.TEXT, lambda one: told(f"table.group.{one.group}")),
        Field[Measure]("measure", Kind.TEXT, lambda one: one.title),
        Field[Measure]("count", Kind.INTEGER, lambda one: one.count),
        Field[Measure]("percent", Kind.PERCENT, lambda one: one.percent),
        Field[Measure]("day", Kind.DAY, lambda one: one.day),
        Field[Measure]("text", Kind.TEXT, lambda one: one.text),
        Field[Measure]("group", Kind.CODE, lambda one: one.group),
        Field[Measure]("code", Kind.CODE, lambda one: one.code),
    ]
    return build(told, "summary", found, _measures(told, document.summary), key=("group", "code"))


def _measures(told: Telling, summary: Summary) -> Iterator[Measure]:
    for name in ("commitments", "milestones", "activities", "items"):
        yield Measure("items", name, told(f"table.measure.{name}"), getattr(summary, name))
    for state in summary.states:
        yield Measure("states", state.state.value, told.code("state", state.state), state.count)
    for part in summary.parts:
        code = part.role.value if part.role else "none"
        yield Measure("parts", code, role_word(told.words, part.role), part.count)
    for one in fields(summary.claims):
        title = told(f"table.measure.claims.{one.name}")
        yield Measure("claims", one.name, title, getattr(summary.claims, one.name))
    for name in ("answered", "required"):
        yield Measure("coverage", name, told(f"table.col.coverage_{name}"), getattr(summary.coverage, name))
    yield from _figure(told, "validated", summary.validated)
    yield from _figure(told, "reported", summary.reported)


def _figure(told: Telling, name: str, figure: Aggregate | None) -> Iterator[Measure]:
    """The parts of a figure of the whole plan, a row each; a report on one institution has none."""
    if figure is None:
        return
    parts: list[Field[Aggregate]] = aggregate_fields(told.words, name, lambda one: one)
    for one in parts:
        value, title = one.read(figure), told.heading(one.key)
        code = one.key.removeprefix(f"{name}_")
        if isinstance(value, Decimal):
            yield Measure(name, code, title, percent=value)
        elif isinstance(value, date):
            yield Measure(name, code, title, day=value)
        elif isinstance(value, int):
            yield Measure(name, code, title, count=value)
        else:
            yield Measure(name, code, title, text=value or "")


def findings_table(told: Telling, document: ReportDocument, index: Mapping[str, Place]) -> Table:
    """What was found, gravest first, each with its sentence."""

    def place(row: Finding) -> Place:
        return index[row.row.uid]

    found = [
        Field[Finding]("finding", Kind.TEXT, lambda row: told(f"finding.{row.code.value}")),
        *place_fields(place),
        Field[Finding]("institution", Kind.TEXT, lambda row: row.institution),
        Field[Finding]("sentence", Kind.TEXT, lambda row: sentence(told.words, row)),
        Field[Finding]("code", Kind.CODE, lambda row: row.code.value),
        *place_keys(place),
    ]
    return build(told, "findings", found, document.findings, references=PLACE_REFERENCES)


def states_table(told: Telling, document: ReportDocument, index: Mapping[str, Place]) -> Table:
    """The deliveries by how they stand, as the report lists them; one may stand in two lists."""

    def place(row: tuple[str, RowRef]) -> Place:
        return index[row[1].uid]

    def percent(row: tuple[str, RowRef], name: str) -> Decimal | None:
        return percent_of(getattr(place(row).line, name, None))

    found = [
        Field[tuple[str, RowRef]]("section_text", Kind.TEXT, lambda row: told(f"section.{row[0]}")),
        *place_fields(place),
        Field("answers", Kind.TEXT, lambda row: answering(place(row).line)),
        Field("state_text", Kind.TEXT, lambda row: told.code("state", place(row).line.state)),
        Field("due_on", Kind.DAY, lambda row: place(row).line.due_on),
        Field("days_late", Kind.INTEGER, lambda row: place(row).line.days_late),
        Field("validated_percent", Kind.PERCENT, lambda row: percent(row, "validated")),
        Field("reported_percent", Kind.PERCENT, lambda row: percent(row, "reported")),
        Field("section", Kind.CODE, lambda row: row[0]),
        *place_keys(place),
    ]
    rows = [(name, ref) for name in SECTION_TONES for ref in getattr(document.summary.sections, name)]
    return build(told, "states", found, rows, references=PLACE_REFERENCES)
