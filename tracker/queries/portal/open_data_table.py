"""Open data of the technical table and of institutions' targets."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tracker.db import db
from tracker.domain.agreements import Agreement, AgreementStatus, standing
from tracker.domain.canonical import decode
from tracker.domain.history import Cut
from tracker.domain.meetings import Meeting
from tracker.domain.targets import Measure, Side, natural
from tracker.models.plans import ActionPlan
from tracker.queries.history import AGREEMENT, contents_at
from tracker.queries.portal.meetings import get_table
from tracker.queries.portal.open_data_rows import Row, View
from tracker.queries.portal.rows import PUBLISHED
from tracker.queries.targets import (
    IndicatorView,
    TargetTableView,
    find_institution,
    get_board,
    list_owners,
)

Record = tuple[str, Row]


def table_rows(view: View) -> Iterator[Record]:
    """Seats, meetings with who came and what was decided, agreements; of the past, what was dated by then."""
    page = get_table(today=view.day)
    for one in page.seats:
        seat = one.seat
        yield (
            "seats",
            {
                "uid": seat.uid,
                "institution_uid": seat.institution.uid if seat.institution else None,
                "sector": seat.sector,
                "capacity": seat.capacity,
                "starts_on": seat.starts_on,
                "ends_on": seat.ends_on,
            },
        )
    plans = _plan_uids()
    meetings = [one for one in page.meetings if not view.is_past or one.on <= view.day]
    agreements = _agreements(view.cut, {one.uid for one in meetings})
    known = {one.uid for one in agreements}
    for meeting in sorted(meetings, key=lambda one: (one.on, one.number)):
        yield "meetings", _meeting(meeting, plans)
        for position, presence in enumerate(meeting.attendance, start=1):
            yield (
                "attendance",
                {
                    "meeting_uid": meeting.uid,
                    "position": position,
                    "organisation": presence.name,
                    "sector": presence.sector,
                    "people": presence.people,
                },
            )
        yield from _decisions(meeting, known)
    for agreement in agreements:
        yield "agreements", _agreement(agreement, view)


def _plan_uids() -> dict[int, str]:
    rows = db.session.execute(select(ActionPlan.number, ActionPlan.uid).where(PUBLISHED))
    return {row[0]: row[1] for row in rows}


def _agreements(cut: Cut, meetings: set[str]) -> list[Agreement]:
    """The agreements of those meetings as they stood at a cut."""
    found = (decode(Agreement, one) for one in contents_at(AGREEMENT, cut))
    return sorted(
        (one for one in found if one.meeting_uid in meetings), key=lambda one: (one.agreed_on, one.number)
    )


def _meeting(one: Meeting, plans: dict[int, str]) -> Row:
    minutes = one.minutes
    return {
        "uid": one.uid,
        "number": one.number,
        "kind": one.kind,
        "on": one.on,
        "at": one.at,
        "place": one.place,
        "status": one.status,
        "plan_uid": plans.get(one.plan_number or 0),
        "agenda": "\n".join(point.text for point in one.agenda),
        "people": sum(presence.people for presence in one.attendance) if one.attendance else None,
        "approved_on": one.approved_on,
        "cancel_reason": one.cancel_reason,
        "minutes_sha256": minutes.sha256 if minutes else "",
        "minutes": f"/mesa-tecnica/archivos/{minutes.uid}" if minutes else "",
        "page": f"/mesa-tecnica/reuniones/{one.uid}",
    }


def _decisions(meeting: Meeting, known: set[str]) -> Iterator[Record]:
    for one in meeting.decisions:
        yield (
            "decisions",
            {
                "uid": one.uid,
                "meeting_uid": meeting.uid,
                "text": one.text,
                "in_favour": one.in_favour,
                "against": one.against,
                "abstained": one.abstained,
                "is_adopted": one.is_adopted,
                "note": one.note,
                "agreement_uid": one.agreement_uid if one.agreement_uid in known else None,
            },
        )


def _agreement(one: Agreement, view: View) -> Row:
    """An agreement; its answer once that was accepted."""
    stands = standing(one, view.day)
    answer = one.answer if one.status is AgreementStatus.MET else None
    return {
        "uid": one.uid,
        "meeting_uid": one.meeting_uid,
        "number": one.number,
        "text": one.text,
        "institution_uid": one.institution.uid,
        "agreed_on": one.agreed_on,
        "first_due_on": one.first_due_on,
        "due_on": one.due_on,
        "state": stands.state,
        "days_late": stands.days_late,
        "met_on": answer.met_on if answer else None,
        "answer": answer.text if answer else "",
        "link": answer.url if answer else "",
        "dropped_on": one.dropped_on,
        "drop_reason": one.drop_reason,
    }


def target_rows(view: View) -> Iterator[Record]:
    """Targets and indicators, an institution's year at a time; an indicator comes once."""
    seen: set[str] = set()
    for owner in list_owners():
        row = find_institution(uid=owner.uid)
        for year in sorted(owner.years):
            board = get_board(row, year, view.cut)
            for table in board.tables:
                yield "target_tables", _target_table(table, owner.uid)
                yield from _targets(table)
            for indicator in board.indicators:
                if indicator.indicator.uid not in seen:
                    seen.add(indicator.indicator.uid)
                    yield from _indicator(indicator, owner.uid)


def _target_table(view: TargetTableView, owner_uid: str) -> Row:
    table, said = view.recorded.table, view.said
    return {
        "uid": view.uid,
        "institution_uid": owner_uid,
        "year": table.year,
        "period": table.period,
        "programme": table.programme,
        "programme_name": table.programme_name,
        "title": table.title,
        "report": table.source.report,
        "report_on": table.source.on,
        "recorded_at": said.at,
        "recorded_by": said.by,
        "accepted_at": said.accepted_at,
        "accepted_by": said.accepted_by,
    }


def _targets(view: TargetTableView) -> Iterator[Record]:
    table = view.recorded.table
    for one in table.rows:
        yield (
            "targets",
            {
                "table_uid": view.uid,
                "position": one.position,
                "parent_position": one.parent,
                "level": one.level,
                "name": one.name,
                "unit": one.unit,
                "snip": one.snip,
                "executing_unit": one.executing_unit,
                "item_uid": one.item_uid if one.item_uid in view.items else None,
                **_measure("physical", Side.PHYSICAL, one.physical, table.period),
                **_measure("financial", Side.FINANCIAL, one.financial, table.period),
            },
        )


def _measure(name: str, side: Side, measure: Measure, period: int) -> dict[str, Any]:
    def told(amount: int | None) -> Decimal | None:
        return None if amount is None else natural(side, amount)

    return {
        f"{name}_initial": told(measure.initial),
        f"{name}_modification": told(measure.modification),
        f"{name}_current": told(measure.current),
        f"{name}_executed": told(measure.executed_by(period)),
        f"{name}_percent": measure.percent(period),
    }


def _indicator(view: IndicatorView, owner_uid: str) -> Iterator[Record]:
    one = view.indicator
    yield (
        "indicators",
        {
            "uid": one.uid,
            "institution_uid": owner_uid,
            "name": one.name,
            "unit": one.unit,
            "baseline_year": one.baseline.year,
            "baseline_value": one.baseline.value,
            "goal_year": one.goal.year,
            "goal_value": one.goal.value,
            "source": one.source.report,
            "source_on": one.source.on,
        },
    )
    for measured in sorted(one.measured, key=lambda each: each.year):
        yield (
            "indicator_values",
            {"indicator_uid": one.uid, "year": measured.year, "value": measured.value},
        )
