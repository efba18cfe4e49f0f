"""Short ways to say domain facts in tests: windows, reports, items and plans with ordinary values."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.domain.evidence import EvidenceKind
from tracker.domain.facts import (
    DecisionFact,
    EvidenceFact,
    InstitutionRef,
    MeansFact,
    NodeFacts,
    PlanFacts,
    ProductFact,
    ReportFact,
    RoleFact,
)
from tracker.domain.plans import NodeKind, Role
from tracker.domain.progress import Figure
from tracker.domain.schedule import Frequency, Precision, Schedule, ScheduleRevision, Window
from tracker.domain.tree import NodeStatus
from tracker.domain.workflow import ReportStatus

INFOM = InstitutionRef("i-infom", "Instituto de Fomento Municipal", "INFOM")
SCEP = InstitutionRef("i-scep", "Secretaría de Coordinación Ejecutiva de la Presidencia", "SCEP")
INAP = InstitutionRef("i-inap", "Instituto Nacional de Administración Pública", "INAP")
MUNICIPALITIES = InstitutionRef("i-munis", "Gobiernos locales priorizados")

RECORDED_AT = datetime(2020, 9, 1, 12, 0, tzinfo=UTC)


def day(text: str) -> date:
    """A date from ISO text."""
    return date.fromisoformat(text)


def month(year: int, number: int) -> Window:
    """ "Marzo de 2019": the whole month, to the month."""
    return months(year, number, year, number)


def months(first_year: int, first: int, last_year: int, last: int) -> Window:
    """From one month to another, both to the month."""
    return Window(
        end=date(last_year, last, calendar.monthrange(last_year, last)[1]),
        start=date(first_year, first, 1),
        end_precision=Precision.MONTH,
        start_precision=Precision.MONTH,
    )


def days(start: str | None, end: str) -> Window:
    """From a day to a day; without a start, up to a day."""
    return Window(end=day(end), start=day(start) if start else None)


def schedule(*windows: Window, frequency: Frequency | None = None) -> Schedule:
    """A schedule that was never changed."""
    return Schedule((ScheduleRevision(tuple(windows)),) if windows else (), frequency)


def rescheduled(base: Schedule, from_on: str, *windows: Window) -> Schedule:
    """The schedule with other windows in force from a day on."""
    return Schedule((*base.revisions, ScheduleRevision(tuple(windows), day(from_on))), base.frequency)


def publication_monthly() -> Schedule:
    """The duty to publish every month from May 2019 to August 2020: 16 times."""
    return schedule(months(2019, 5, 2020, 8), frequency=Frequency.MONTHLY)


def lead(*institutions: InstitutionRef) -> tuple[RoleFact, ...]:
    """These institutions as leads."""
    return roles(Role.LEAD, *institutions)


def roles(role: Role, *institutions: InstitutionRef) -> tuple[RoleFact, ...]:
    """These institutions in one role."""
    return tuple(RoleFact(institution, role) for institution in institutions)


def report(percent: int | str | None, on: str = "2020-08-28", **given: Any) -> ReportFact:
    """A submitted report of INFOM; what is given replaces the ordinary values."""
    sequence = given.pop("sequence", 1)
    completed = given.pop("completed", None)
    values: dict[str, Any] = {
        "uid": f"r-{on}-{sequence}",
        "node_uid": "a1",
        "institution": INFOM,
        "status": ReportStatus.SUBMITTED,
        "recorded_at": RECORDED_AT,
    } | given
    return ReportFact(
        percent=None if percent is None else Decimal(percent),
        reported_on=day(on),
        sequence=sequence,
        completed_on=day(completed) if completed else None,
        **values,
    )


def validated(percent: int | str | None, on: str = "2020-08-28", **given: Any) -> ReportFact:
    """A validated report of INFOM, decided by the contact point."""
    given.setdefault("decision", DecisionFact("Punto de contacto", RECORDED_AT, given.get("sequence", 1) + 1))
    return report(percent, on, status=ReportStatus.VALIDATED, **given)


def evidence(*means: str, uid: str = "e1") -> EvidenceFact:
    """A file that answers these means."""
    return EvidenceFact(uid, EvidenceKind.FILE, "Informe", day("2020-08-01"), RECORDED_AT, means=means)


def means(*uids: str) -> tuple[MeansFact, ...]:
    """Verification means by their uids."""
    return tuple(MeansFact(uid, f"Medio {uid}") for uid in uids)


def product(planned: int | None = None) -> ProductFact:
    """A product, with its planned quantity where one is given."""
    return ProductFact(
        "p1",
        "Portales",
        "portal",
        None if planned is None else Decimal(planned),
        "8 portales" if planned else "",
    )


def figure_of(percent: int | str, on: str = "2020-08-28", **given: Any) -> Figure:
    """A figure as such: for rules that start from one."""
    values: dict[str, Any] = {
        "by": ("INFOM",),
        "completed_on": None,
        "missing": (),
        "met": {},
        "reports": (),
    } | given
    return Figure(percent=Decimal(percent), on=day(on), **values)


def node(uid: str, kind: NodeKind, parent: str | None, **given: Any) -> NodeFacts:
    """An item numbered by the last digit of its uid."""
    number = int("".join(c for c in uid if c.isdigit())[-1:] or "1")
    return NodeFacts(
        uid=uid,
        kind=kind,
        number=given.pop("number", number),
        label=given.pop("label", str(number)),
        title=given.pop("title", f"Título de {uid}"),
        parent_uid=parent,
        weight=Fraction(given.pop("weight", 1)),
        **given,
    )


def commitment(uid: str = "c1", **given: Any) -> NodeFacts:
    """A commitment right under the plan."""
    return node(uid, NodeKind.COMMITMENT, given.pop("parent", "plan"), **given)


def milestone(uid: str = "m1", **given: Any) -> NodeFacts:
    """A milestone of commitment c1."""
    return node(uid, NodeKind.MILESTONE, given.pop("parent", "c1"), **given)


def activity(uid: str = "a1", **given: Any) -> NodeFacts:
    """An activity of milestone m1, led by INFOM."""
    given.setdefault("roles", lead(INFOM))
    return node(uid, NodeKind.ACTIVITY, given.pop("parent", "m1"), **given)


def plan(nodes: Iterable[NodeFacts], reports: Sequence[ReportFact] = (), **given: Any) -> PlanFacts:
    """A plan with these items and reports."""
    root = NodeFacts("plan", NodeKind.PLAN, 4, "4", "Cuarto plan")
    return PlanFacts(root, (root, *nodes), tuple(reports), **given)


def found(status: NodeStatus, uid: str) -> NodeStatus:
    """The item with that uid in an assessed tree."""
    return next(one for one in status.walk() if one.facts.uid == uid)
