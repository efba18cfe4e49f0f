"""The technical table of the demonstration: told in data, played through the services by those who did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from tracker.domain.meetings import Capacity, MeetingKind
from tracker.domain.permissions import Actor
from tracker.domain.plans import Sector
from tracker.queries.meetings import get_meeting, uids_by_acronym
from tracker.queries.working_groups import last_group, list_commitment_choices
from tracker.services import agreement_flags, agreements, attendance, meetings, working_groups
from tracker.services.evidence import Upload

Told = dict[str, Any]
Step = tuple[date, Callable[[], None]]
# Before what happens in the plan on the same day.
HOUR = 8


@dataclass
class TableStage:
    """Where it is played: who acts, with which files, on days counted from today."""

    actors: Mapping[str, Actor]
    uploads: Mapping[str, Upload]
    instant: Callable[[timedelta, int], datetime]
    today: date
    _uids: dict[str, str] = field(default_factory=dict)
    """Of meetings and agreements, by their numbers."""

    def steps(self, told: Told) -> Iterator[Step]:
        """Seats, meetings and what followed from them, each with the day on which it happened."""
        for one in told["seats"]:
            yield self._day(one["day"]), partial(self._seat, one)
        for one in told["groups"]:
            yield self._day(one["day"]), partial(self._found, one)
            for member in one["members"]:
                yield self._day(member["day"]), partial(self._join, one["name"], member)
        for one in told["meetings"]:
            called = min(-1, one["day"] - 15)
            yield self._day(called), partial(self._call, one, called)
            if one["day"] <= 0:
                yield self._day(one["day"]), partial(self._hold, one)
            if "minutes" in one:
                yield self._day(one["approved"]), partial(self._approve, one)
            for number, agreement in enumerate(one.get("agreements", ()), start=1):
                yield from self._followed(f"{one['number']}/{number}", agreement)
        yield self._day(-1), self._flag

    def _followed(self, key: str, told: Told) -> Iterator[Step]:
        if "answer" in told:
            yield self._day(told["answer"]["day"]), partial(self._answer, key, told["answer"])
            yield self._day(told["accept"]["day"]), partial(self._accept, key, told["accept"])

    def _day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def _now(self, days: int) -> datetime:
        return self.instant(timedelta(days=days), HOUR)

    @property
    def _contact(self) -> Actor:
        return self.actors["contacto"]

    def _seat(self, told: Told) -> None:
        institutions = uids_by_acronym()
        said = meetings.SeatSaid(
            institution_uid=institutions[told["institution"]] if "institution" in told else "",
            person=told.get("person", ""),
            sector=Sector(told.get("sector", Sector.PUBLIC)),
            capacity=Capacity(told["capacity"]),
            starts_on=self._day(told["day"]),
        )
        meetings.save_seat(self._contact, said, now=self._now(told["day"]))

    def _found(self, told: Told) -> None:
        labels = {str(number) for number in told["commitments"]}
        followed = [one.uid for one in list_commitment_choices(told["plan"]) if one.label in labels]
        said = working_groups.GroupText(told["name"], told["purpose"], followed)
        day = told["day"]
        self._uids[told["name"]] = working_groups.found_group(
            self._contact, plan_number=told["plan"], said=said, now=self._now(day), today=self._day(day)
        )

    def _join(self, name: str, told: Told) -> None:
        uid, day = self._uids[name], self._day(told["day"])
        member = working_groups.NewMember(
            uids_by_acronym()[told["institution"]], "", told.get("coordinates", False), day
        )
        _group, seen = last_group(uid) or (None, 0)
        working_groups.add_member(
            self._contact, uid=uid, based_on=seen, member=member, now=self._now(told["day"]), today=day
        )

    def _call(self, told: Told, day: int) -> None:
        now = self._now(day)
        kind, on = MeetingKind(told["kind"]), self._day(told["day"])
        said = meetings.MeetingSaid(told["number"], kind, on, told["at"], told["place"])
        uid = meetings.create_meeting(self._contact, said, now=now)
        meetings.set_agenda(self._contact, uid, "\n".join(told["agenda"]), based_on="", now=now)
        self._uids[str(told["number"])] = uid

    def _hold(self, told: Told) -> None:
        contact, uid = self._contact, self._uids[str(told["number"])]
        day, now = self._day(told["day"]), self._now(told["day"])
        meetings.hold_meeting(contact, uid, today=day, now=now)
        lines = "\n".join(told["attendance"])
        attendance.record_attendance(contact, uid, lines, based_on="", now=now)
        points = [one.uid for one in get_meeting(contact, uid, today=day).meeting.agenda]
        for one in told["decisions"]:
            in_favour, against, abstained = one.get("votes", [None, None, None])
            note, point = one.get("note", ""), points[one["point"]]
            said = meetings.DecisionSaid(one["text"], in_favour, against, abstained, note, point)
            meetings.record_decision(contact, uid, said, now=now)
        for number, one in enumerate(told["agreements"], start=1):
            due, institution = self._day(one["due"]), uids_by_acronym()[one["by"]]
            agreed = agreements.AgreementSaid(one["text"], institution, due, points[one["point"]])
            made = agreements.record_agreement(contact, uid, agreed, today=day, now=now)
            self._uids[f"{told['number']}/{number}"] = made

    def _approve(self, told: Told) -> None:
        uid, now = self._uids[str(told["number"])], self._now(told["approved"])
        meetings.add_minutes(self._contact, uid, self.uploads[told["minutes"]], now=now)
        meetings.approve_minutes(self._contact, uid, today=self._day(told["approved"]), now=now)

    def _answer(self, key: str, told: Told) -> None:
        files = [self.uploads[told["file"]]]
        said = agreements.AnswerSaid(told["text"], self._day(told["met"]), files=files)
        actor, day = self.actors[told["who"]], told["day"]
        agreements.answer_agreement(actor, self._uids[key], said, today=self._day(day), now=self._now(day))

    def _accept(self, key: str, told: Told) -> None:
        agreements.rule_on_answer(
            self._contact,
            self._uids[key],
            is_accepted=True,
            comment=told["comment"],
            today=self._day(told["day"]),
            now=self._now(told["day"]),
        )

    def _flag(self) -> None:
        agreement_flags.flag_agreements(on=self._day(-1), now=self._now(-1))
