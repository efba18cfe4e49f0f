"""Tables of what institutions report: their reports, last and earlier ones, their evidence and links."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracker.domain.report_document import EarlierReport, EvidenceLine, OwnReport, ReportDocument
from tracker.renderers.tables_items import (
    PLACE_REFERENCES,
    Place,
    place_fields,
    place_keys,
    places,
)
from tracker.renderers.tables_shape import Field, Kind, Reference, Table, Telling, Value, build

_REFERENCES = (Reference("report_uid", "institution_reports"), *PLACE_REFERENCES)


@dataclass(frozen=True)
class Told:
    """A report with its item; `last` is the institution's last report, itself or the one that followed."""

    place: Place
    last: OwnReport
    report: OwnReport | EarlierReport


def report_tables_of(told: Telling, document: ReportDocument) -> Iterator[Table]:
    """Reports, evidence and links, in the order of the tree."""
    every = tuple(_every(document))
    evidence = [(one, item) for one in every for item in one.report.evidence]
    links = [(one, url) for one in every for url in one.report.links]
    yield build(
        told,
        "institution_reports",
        _report_fields(told),
        every,
        key=("uid",),
        references=PLACE_REFERENCES,
    )
    yield build(told, "evidence", _evidence_fields(told), evidence, references=_REFERENCES)
    yield build(told, "links", _link_fields(), links, references=_REFERENCES)


def _every(document: ReportDocument) -> Iterator[Told]:
    for place in places(document):
        for last in place.line.institution_reports:
            yield Told(place, last, last)
            for earlier in last.earlier:
                yield Told(place, last, earlier)


def _place(row: Told) -> Place:
    return row.place


def _report_fields(told: Telling) -> list[Field[Told]]:
    """The claim and its words first, then how it stands to plan and cut-off, codes and keys last."""
    return [
        *place_fields(_place),
        Field("institution", Kind.TEXT, lambda row: row.last.institution),
        Field("role_text", Kind.TEXT, lambda row: _role_text(told, row)),
        Field("is_last", Kind.FLAG, lambda row: row.report is row.last),
        _own("is_contribution", Kind.FLAG),
        Field("percent", Kind.PERCENT, lambda row: row.report.percent),
        Field("on", Kind.DAY, lambda row: row.report.on),
        Field("status_text", Kind.TEXT, lambda row: told.code("report.status", row.report.status)),
        Field("completed_on", Kind.DAY, lambda row: row.report.completed_on),
        Field("claim_state_text", Kind.TEXT, lambda row: _claim(told, row)),
        _own("days_late", Kind.INTEGER),
        _own("days_late_baseline", Kind.INTEGER),
        _own("delivered", Kind.NUMBER),
        Field("narrative", Kind.TEXT, lambda row: row.report.narrative),
        Field("validated_by", Kind.TEXT, lambda row: _office(told, row)),
        _own("validated_on", Kind.DAY),
        _own("exception", Kind.TEXT),
        _own("departure_reason", Kind.TEXT),
        _own("no_progress", Kind.FLAG),
        _own("means_handed_in", Kind.INTEGER),
        Field("evidence_items", Kind.INTEGER, lambda row: len(row.report.evidence)),
        Field("links", Kind.INTEGER, lambda row: len(row.report.links)),
        _own("recorded_on", Kind.DAY),
        _own("recorded_after_cutoff", Kind.FLAG),
        _own("outside_period", Kind.FLAG),
        Field("occurrence", Kind.TEXT, lambda row: getattr(row.report, "occurrence", None)),
        Field("role", Kind.CODE, lambda row: row.last.role.value if row.last.role else ""),
        Field("claimed_role", Kind.CODE, _claimed),
        Field("status", Kind.CODE, lambda row: row.report.status.value),
        Field("claim_state", Kind.CODE, _claim_code),
        Field("uid", Kind.CODE, lambda row: row.report.uid),
        *place_keys(_place),
    ]


def _own(name: str, kind: Kind) -> Field[Told]:
    """What only an institution's last report carries; of earlier ones it is not known here."""

    def read(row: Told) -> Value:
        found: Value = getattr(row.report, name, None)
        return found

    return Field(name, kind, read)


def _last(row: Told) -> OwnReport | None:
    return row.last if row.report is row.last else None


def _role_text(told: Telling, row: Told) -> str:
    return told.code("role", row.last.role) or told("role.none")


def _claim(told: Telling, row: Told) -> str:
    last = _last(row)
    return told.code("state", last.state) if last else ""


def _claim_code(row: Told) -> str:
    last = _last(row)
    return last.state.value if last and last.state else ""


def _claimed(row: Told) -> str:
    last = _last(row)
    return last.claimed_role.value if last and last.claimed_role else ""


def _office(told: Telling, row: Told) -> str:
    last = _last(row)
    return told.words.office(last.validated_by) if last and last.validated_by else ""


def _evidence_fields(told: Telling) -> list[Field[tuple[Told, EvidenceLine]]]:
    """As the document has it: of a restricted item it carries neither title nor address."""

    def place(row: tuple[Told, EvidenceLine]) -> Place:
        return row[0].place

    return [
        *place_fields(place),
        Field("institution", Kind.TEXT, lambda row: row[0].last.institution),
        Field("evidence_title", Kind.TEXT, lambda row: row[1].title),
        Field("evidence_kind_text", Kind.TEXT, lambda row: told.code("evidence", row[1].kind)),
        Field("on", Kind.DAY, lambda row: row[1].on),
        Field("access_text", Kind.TEXT, lambda row: told.code("evidence", row[1].access)),
        Field("accepted", Kind.FLAG, lambda row: row[1].accepted),
        Field("means", Kind.TEXT, lambda row: "\n".join(row[1].means)),
        Field("url", Kind.LINK, lambda row: row[1].url),
        Field("sha256", Kind.TEXT, lambda row: row[1].sha256),
        Field("size", Kind.INTEGER, lambda row: row[1].size),
        Field("media_type", Kind.TEXT, lambda row: row[1].media_type),
        Field("evidence_kind", Kind.CODE, lambda row: row[1].kind.value),
        Field("access", Kind.CODE, lambda row: row[1].access.value),
        Field("uid", Kind.CODE, lambda row: row[1].uid),
        Field("report_uid", Kind.CODE, lambda row: row[0].report.uid),
        *place_keys(place),
    ]


def _link_fields() -> list[Field[tuple[Told, str]]]:
    def place(row: tuple[Told, str]) -> Place:
        return row[0].place

    return [
        *place_fields(place),
        Field("institution", Kind.TEXT, lambda row: row[0].last.institution),
        Field("on", Kind.DAY, lambda row: row[0].report.on),
        Field("url", Kind.LINK, lambda row: row[1]),
        Field("report_uid", Kind.CODE, lambda row: row[0].report.uid),
        *place_keys(place),
    ]
