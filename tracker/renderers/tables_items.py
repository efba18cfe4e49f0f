"""Tables of what a plan promises: commitments, milestones, activities, their products and their means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tracker.domain.plans import Role
from tracker.domain.report_document import (
    ActivityLine,
    CommitmentLine,
    ItemLine,
    MeansLine,
    MilestoneLine,
    PointFigure,
    ProductLine,
    ReportDocument,
)
from tracker.domain.report_values import Aggregate
from tracker.renderers.tables_shape import Field, Kind, Reference, Row, Table, Telling, Value, build
from tracker.renderers.words import Words


@dataclass(frozen=True)
class Place:
    """Where an item stands: its commitment, and its milestone and activity where it is, or is under, one."""

    line: ItemLine
    commitment: CommitmentLine
    milestone: MilestoneLine | None = None
    activity: ActivityLine | None = None

    @property
    def level(self) -> str:
        """commitment, milestone or activity."""
        if self.activity:
            return "activity"
        return "milestone" if self.milestone else "commitment"


def places(document: ReportDocument) -> Iterator[Place]:
    """Every item of the tree, in order."""
    for commitment in document.commitments:
        yield Place(commitment, commitment)
        for milestone in commitment.milestones:
            yield Place(milestone, commitment, milestone)
            for activity in milestone.activities:
                yield Place(activity, commitment, milestone, activity)
        for activity in commitment.activities:
            yield Place(activity, commitment, None, activity)


PLACE_REFERENCES = (
    Reference("commitment_uid", "commitments"),
    Reference("milestone_uid", "milestones"),
    Reference("activity_uid", "activities"),
)


def place_fields(place: Callable[[Row], Place]) -> list[Field[Row]]:
    """By which rows below the items are read: numbers as the plan has them."""
    return [
        Field("commitment", Kind.INTEGER, lambda row: place(row).commitment.number),
        Field("milestone", Kind.TEXT, lambda row: _label(place(row).milestone)),
        Field("activity", Kind.TEXT, lambda row: _label(place(row).activity)),
        Field("item_title", Kind.TEXT, lambda row: place(row).line.title),
    ]


def place_keys(place: Callable[[Row], Place]) -> list[Field[Row]]:
    """By which rows below the items are joined to them."""
    return [
        Field("level", Kind.CODE, lambda row: place(row).level),
        Field("commitment_uid", Kind.CODE, lambda row: place(row).commitment.uid),
        Field("milestone_uid", Kind.CODE, lambda row: _uid(place(row).milestone)),
        Field("activity_uid", Kind.CODE, lambda row: _uid(place(row).activity)),
    ]


def _label(line: ItemLine | None) -> str:
    return line.label if line else ""


def _uid(line: ItemLine | None) -> str:
    return line.uid if line else ""


def item_tables(told: Telling, document: ReportDocument) -> Iterator[Table]:
    """The tables of the tree itself, from its top down."""
    every = tuple(places(document))
    commitments = document.commitments
    milestones = [one for one in every if one.level == "milestone"]
    activities = [one for one in every if one.level == "activity"]
    yield build(told, "commitments", _commitment_fields(told), commitments, key=("uid",))
    yield build(
        told,
        "milestones",
        _milestone_fields(told),
        milestones,
        key=("uid",),
        references=PLACE_REFERENCES[:1],
    )
    yield build(
        told,
        "activities",
        _activity_fields(told),
        activities,
        key=("uid",),
        references=PLACE_REFERENCES[:2],
    )
    products = [(place, one) for place in every for one in place.line.products]
    yield build(told, "products", _product_fields(), products, references=PLACE_REFERENCES)
    means = [(place, one) for place in every for one in place.line.means]
    yield build(told, "means", _means_fields(told), means, references=PLACE_REFERENCES)


def _commitment_fields(told: Telling) -> list[Field[CommitmentLine]]:
    def same(line: CommitmentLine) -> CommitmentLine:
        return line

    return [
        Field("label", Kind.TEXT, lambda line: line.label),
        Field("title", Kind.TEXT, lambda line: line.title),
        Field("axis", Kind.TEXT, lambda line: line.axis),
        *_standing_fields(told, same),
        Field("level_text", Kind.TEXT, lambda line: told.code("level", line.level)),
        *aggregate_fields(told.words, "validated", lambda line: line.validated),
        *aggregate_fields(told.words, "reported", lambda line: line.reported),
        *_plan_fields(told, same),
        Field("number", Kind.INTEGER, lambda line: line.number),
        Field("completion_level", Kind.CODE, lambda line: line.level.value),
        *_code_fields(same),
    ]


def _line(place: Place) -> ItemLine:
    return place.line


def _milestone_fields(told: Telling) -> list[Field[Place]]:
    def figures(name: str) -> Callable[[Place], Aggregate | None]:
        return lambda place: getattr(place.milestone, name)

    return [
        Field("commitment", Kind.INTEGER, lambda place: place.commitment.number),
        Field("label", Kind.TEXT, lambda place: place.line.label),
        Field("title", Kind.TEXT, lambda place: place.line.title),
        *_standing_fields(told, _line),
        *aggregate_fields(told.words, "validated", figures("validated")),
        *aggregate_fields(told.words, "reported", figures("reported")),
        *_plan_fields(told, _line),
        Field("number", Kind.INTEGER, lambda place: place.line.number),
        *_code_fields(_line),
        Field("commitment_uid", Kind.CODE, lambda place: place.commitment.uid),
    ]


def _activity_fields(told: Telling) -> list[Field[Place]]:
    def figures(name: str) -> Callable[[Place], PointFigure | None]:
        return lambda place: getattr(place.activity, name)

    return [
        Field("commitment", Kind.INTEGER, lambda place: place.commitment.number),
        Field("milestone", Kind.TEXT, lambda place: _label(place.milestone)),
        Field("label", Kind.TEXT, lambda place: place.line.label),
        Field("title", Kind.TEXT, lambda place: place.line.title),
        *_standing_fields(told, _line),
        *_point_fields(told.words, "validated", figures("validated")),
        *_point_fields(told.words, "reported", figures("reported")),
        *_plan_fields(told, _line),
        Field("number", Kind.INTEGER, lambda place: place.line.number),
        *_code_fields(_line),
        Field("commitment_uid", Kind.CODE, lambda place: place.commitment.uid),
        Field("milestone_uid", Kind.CODE, lambda place: _uid(place.milestone)),
    ]


def _standing_fields(told: Telling, line: Callable[[Row], ItemLine]) -> list[Field[Row]]:
    """How an item stands: what is looked at first."""
    return [
        Field("state_text", Kind.TEXT, lambda row: told.code("state", line(row).state)),
        Field("days_late", Kind.INTEGER, lambda row: line(row).days_late),
        Field("due_on", Kind.DAY, lambda row: line(row).due_on),
    ]


def _plan_fields(told: Telling, line: Callable[[Row], ItemLine]) -> list[Field[Row]]:
    """What the plan asks of an item and what of it is proven, its institutions by role, its dates."""

    def having(role: Role) -> Callable[[Row], str]:
        return lambda row: "; ".join([one.institution for one in line(row).roles if one.role is role])

    return [
        Field("coverage_answered", Kind.INTEGER, lambda row: line(row).coverage.answered),
        Field("coverage_required", Kind.INTEGER, lambda row: line(row).coverage.required),
        *(Field(role.value, Kind.TEXT, having(role)) for role in Role),
        Field("roles_inherited", Kind.FLAG, lambda row: line(row).roles_inherited),
        Field("product", Kind.TEXT, lambda row: line(row).product),
        Field("windows", Kind.TEXT, lambda row: told.windows(line(row).windows)),
        Field("baseline_windows", Kind.TEXT, lambda row: told.windows(line(row).baseline_windows)),
        Field("baseline_due_on", Kind.DAY, lambda row: line(row).baseline_due_on),
        Field("days_late_baseline", Kind.INTEGER, lambda row: line(row).days_late_baseline),
    ]


def _code_fields(line: Callable[[Row], ItemLine]) -> list[Field[Row]]:
    """For programs: the code of the state and the identifier."""
    return [
        Field("state", Kind.CODE, lambda row: line(row).state.value),
        Field("uid", Kind.CODE, lambda row: line(row).uid),
    ]


def aggregate_fields(words: Words, name: str, figure: Callable[[Row], Aggregate | None]) -> list[Field[Row]]:
    """A figure of what stands above activities.

    Its floor is its percent, where somebody informed; where nobody did there is neither, which is not 0.
    """

    def of(kind: Kind, part: str) -> Field[Row]:
        return Field(f"{name}_{part}", kind, lambda row: getattr(figure(row), part, None))

    def with_withdrawn(row: Row) -> Value:
        one = figure(row)
        is_told = one is not None and one.informed_mean_with_withdrawn is not None
        return one.floor_with_withdrawn if one and is_told else None

    return [
        of(Kind.PERCENT, "percent"),
        of(Kind.PERCENT, "informed_mean"),
        of(Kind.INTEGER, "informed"),
        of(Kind.INTEGER, "total"),
        of(Kind.INTEGER, "not_started"),
        of(Kind.INTEGER, "missing"),
        of(Kind.DAY, "on"),
        Field(f"{name}_by", Kind.TEXT, lambda row: _by(words, figure(row))),
        of(Kind.DAY, "completed_on"),
        Field(f"{name}_floor_with_withdrawn", Kind.PERCENT, with_withdrawn),
        of(Kind.PERCENT, "informed_mean_with_withdrawn"),
    ]


def _point_fields(words: Words, name: str, figure: Callable[[Row], PointFigure | None]) -> list[Field[Row]]:
    """A figure of an activity, with its date and author."""

    def lacking(row: Row) -> str:
        one = figure(row)
        return "; ".join(one.missing) if one else ""

    def of(kind: Kind, part: str) -> Field[Row]:
        return Field(f"{name}_{part}", kind, lambda row: getattr(figure(row), part, None))

    return [
        of(Kind.PERCENT, "percent"),
        of(Kind.DAY, "on"),
        Field(f"{name}_by", Kind.TEXT, lambda row: _by(words, figure(row))),
        of(Kind.DAY, "completed_on"),
        Field(f"{name}_missing_leads", Kind.TEXT, lacking),
    ]


def _by(words: Words, figure: PointFigure | Aggregate | None) -> str:
    return words.office(figure.by) if figure and figure.by else ""


def _product_fields() -> list[Field[tuple[Place, ProductLine]]]:
    return [
        *place_fields(_placed),
        Field("product", Kind.TEXT, lambda row: row[1].text),
        Field("planned", Kind.NUMBER, lambda row: row[1].planned),
        Field("unit", Kind.TEXT, lambda row: row[1].unit),
        Field("quote", Kind.TEXT, lambda row: row[1].quote),
        *place_keys(_placed),
    ]


def _means_fields(told: Telling) -> list[Field[tuple[Place, MeansLine]]]:
    return [
        *place_fields(_placed),
        Field("means", Kind.TEXT, lambda row: row[1].text),
        Field("is_answered", Kind.FLAG, lambda row: row[1].is_answered),
        Field("handed_in", Kind.INTEGER, lambda row: row[1].handed_in),
        Field("access_text", Kind.TEXT, lambda row: told.code("evidence", row[1].access)),
        Field("access", Kind.CODE, lambda row: row[1].access.value),
        # A means shared by several items stands at each of them: its uid alone names no row.
        Field("uid", Kind.CODE, lambda row: row[1].uid),
        *place_keys(_placed),
    ]


def _placed(row: tuple[Place, Any]) -> Place:
    return row[0]
