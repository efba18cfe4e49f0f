"""Small things that several chapters of a report say the same way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tracker.domain.plans import Role
from tracker.domain.report_document import (
    ActivityLine,
    CommitmentLine,
    CoverageCount,
    GroupLine,
    ItemLine,
    MilestoneLine,
    PointFigure,
    ReportDocument,
)
from tracker.domain.report_values import Aggregate
from tracker.domain.states import State
from tracker.renderers.presentation import Bars, Pill
from tracker.renderers.words import Words

TONES: dict[State, str] = {
    State.NOT_DUE: "mute",
    State.IN_PROGRESS: "info",
    State.BEHIND: "warn",
    State.DUE_SOON: "warn",
    State.OVERDUE: "late",
    State.AWAITING_VALIDATION: "claimed",
    State.COMPLETE_EARLY: "ok",
    State.COMPLETE_ON_TIME: "ok",
    State.COMPLETE_LATE: "ok",
    State.COMPLETE_UNDATED: "ok",
    State.WITHDRAWN: "mute",
    State.NO_DATE: "mute",
}


@dataclass(frozen=True)
class Placed:
    """An item with the commitment it belongs to."""

    line: ItemLine
    commitment: CommitmentLine


def every_item(document: ReportDocument) -> Iterator[Placed]:
    """Every item of the detail, in order."""
    for commitment in document.commitments:
        yield Placed(commitment, commitment)
        for milestone in commitment.milestones:
            yield Placed(milestone, commitment)
            for activity in milestone.activities:
                yield Placed(activity, commitment)
        for activity in commitment.activities:
            yield Placed(activity, commitment)


def anchor(uid: str) -> str:
    """The name of an item's place in the document."""
    return f"i-{uid}"


def level_of(line: ItemLine) -> str:
    """commitment, milestone or activity."""
    if isinstance(line, CommitmentLine):
        return "commitment"
    return "milestone" if isinstance(line, MilestoneLine) else "activity"


def heading(words: Words, document: ReportDocument, line: ItemLine) -> str:
    """Compromiso 10, Hito 7, Actividad 7.9."""
    level = level_of(line)
    word = document.plan.milestone_word.capitalize() if level == "milestone" else words(level)
    return f"{word} {line.label}"


def number(placed: Placed) -> str:
    """How tables name an item: its commitment and its own number."""
    if placed.line is placed.commitment:
        return placed.commitment.label
    return f"{placed.commitment.label} · {placed.line.label}"


def state_pill(words: Words, line: ItemLine) -> Pill:
    """The state in words; with its days where it is late."""
    text = words(f"state.{line.state.value}")
    if line.state in {State.OVERDUE, State.COMPLETE_LATE} and line.days_late:
        text = f"{text}, {words('days_late', line.days_late)}"
    return Pill(text, TONES[line.state])


def coverage(words: Words, count: CoverageCount) -> str:
    """Means with accepted evidence, out of those required."""
    if not count.required:
        return words("coverage.none")
    return words("coverage", answered=count.answered, required=count.required)


def percent_of(figure: PointFigure | Aggregate | None) -> Decimal | None:
    """A figure's percent, None where nothing is known."""
    return figure.percent if figure is not None else None


def bars(words: Words, line: ItemLine) -> Bars:
    """Both figures of an item as bars and in words."""
    if isinstance(line, GroupLine):
        texts = (group_text(words, line.validated), group_text(words, line.reported))
    else:
        texts = (point_text(words, _validated(line)), point_text(words, _reported(line)))
    return Bars(_reach(_validated(line)), _reach(_reported(line)), *texts)


def _validated(line: ItemLine) -> PointFigure | Aggregate | None:
    return line.validated if isinstance(line, ActivityLine | GroupLine) else None


def _reported(line: ItemLine) -> PointFigure | Aggregate | None:
    return line.reported if isinstance(line, ActivityLine | GroupLine) else None


def shown(words: Words, line: ItemLine) -> tuple[str, str]:
    """Both figures for a table's cells."""
    return (
        words.percent(percent_of(_validated(line))),
        words.percent(percent_of(_reported(line))),
    )


def _reach(figure: PointFigure | Aggregate | None) -> str:
    percent = percent_of(figure)
    return "" if percent is None else str(percent)


def point_text(words: Words, figure: PointFigure | Aggregate | None) -> str:
    """100 %, 28 ago 2020, INFOM."""
    if figure is None or figure.percent is None:
        return words("unknown")
    return words(
        "figure.point",
        percent=words.percent(figure.percent),
        day=words.short_day(figure.on),
        by=words.office(figure.by),
    )


def group_text(words: Words, figure: Aggregate) -> str:
    """So much, at least so much while somebody is missing; with what was withdrawn where that differs."""
    if figure.percent is None:
        return words("figure.group.none", total=figure.total)
    text = words(
        "figure.group.all" if figure.informed == figure.total else "figure.group",
        percent=words.percent(figure.percent),
        informed=figure.informed,
        total=figure.total,
    )
    if figure.floor_with_withdrawn != figure.floor:
        text = f"{text}; {words('figure.with_withdrawn', percent=words.percent(figure.floor_with_withdrawn))}"
    return text


def answering(line: ItemLine) -> str:
    """Who answers for an item: its leads, else its coordinators."""
    for role in (Role.LEAD, Role.COORDINATOR):
        found = [one.institution for one in line.roles if one.role is role]
        if found:
            return ", ".join(found)
    return ""


def role_word(words: Words, role: Role | None) -> str:
    """An institution's part in words."""
    return words("role.none") if role is None else words(f"role.{role.value}")
