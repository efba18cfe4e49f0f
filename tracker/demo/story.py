"""What happened in the plan in course: told in data, played through the services by those who did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tracker.demo.course import Item, day_window
from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import Actor
from tracker.domain.schedule import add_months
from tracker.services import amendments, evidence, progress, reschedulings, reviews
from tracker.services.report_history import ReportContent

Scene = dict[str, Any]


def in_order(scenes: list[Scene], today: date) -> list[tuple[date, Scene]]:
    """The scenes with their days, in the order in which they happened."""
    return sorted(((_day(one, today), one) for one in scenes), key=lambda pair: pair[0])


def _day(scene: Scene, today: date) -> date:
    """Counted from today; what is told of a month happened on the third of the next one."""
    if "month" in scene:
        return add_months(today, scene["month"] + 1) + timedelta(days=2)
    return today + timedelta(days=scene["day"])


@dataclass
class Stage:
    """Where the story is played: who acts, on what, with which files."""

    actors: Mapping[str, Actor]
    institutions: Mapping[str, str]
    """Uids by acronym."""
    items: Mapping[str, Item]
    uploads: Mapping[str, evidence.Upload]
    today: date
    zone: str
    _reports: dict[str, str] = field(default_factory=dict)
    _handed_in: dict[str, list[str]] = field(default_factory=dict)
    _requests: dict[str, str] = field(default_factory=dict)
    _minutes: int = 0

    def play(self, day: date, scene: Scene) -> None:
        """One scene, on its day."""
        scenes: dict[str, Callable[[date, Scene], None]] = {
            "report": self._report,
            "draft": self._draft,
            "validate": self._validate,
            "return": self._return,
            "amend": self._amend,
            "request": self._request,
            "decide": self._decide,
        }
        scenes[scene["do"]](day, scene)

    def _now(self, day: date) -> datetime:
        """Nine in the morning and some minutes: later scenes are recorded later."""
        self._minutes += 1
        morning = datetime.combine(day, time(9), ZoneInfo(self.zone))
        return morning + timedelta(minutes=self._minutes)

    def _by(self, scene: Scene) -> tuple[Actor, str]:
        """The liaison who acts, and the institution it acts for."""
        return self.actors[f"enlace.{scene['by']}"], self.institutions[scene["by"].upper()]

    def _draft(self, day: date, scene: Scene) -> None:
        actor, institution_uid = self._by(scene)
        now, item = self._now(day), self.items[scene["item"]]
        report = progress.save_draft(
            actor,
            node_uid=item.uid,
            institution_uid=institution_uid,
            content=self._content(day, scene),
            now=now,
            today=day,
        )
        self._reports[scene["item"]] = report.uid
        for one in scene.get("evidence", ()):
            self._evidence(actor, report.uid, item, one, day, now)

    def _content(self, day: date, scene: Scene) -> ReportContent:
        delivered, completed, expected = (scene.get(name) for name in ("delivered", "completed", "expected"))
        return ReportContent(
            percent=Decimal(scene["percent"]),
            narrative=scene["say"],
            reported_on=day,
            completed_on=None if completed is None else self.today + timedelta(days=completed),
            occurrence=f"{add_months(self.today, scene['month']):%Y-%m}" if "month" in scene else None,
            delivered=None if delivered is None else Decimal(delivered),
            no_progress=scene.get("no_progress", False),
            obstacle=scene.get("obstacle", ""),
            needed=scene.get("needed", ""),
            new_expected_on=None if expected is None else self.today + timedelta(days=expected),
            obstacle_kind=ObstacleKind(scene["kind"]) if "kind" in scene else None,
        )

    def _evidence(
        self, actor: Actor, report_uid: str, item: Item, told: Scene, day: date, now: datetime
    ) -> None:
        common: dict[str, Any] = {
            "report_uid": report_uid,
            "means_uids": [item.means[place] for place in told["answers"]],
            "title": told["title"],
            "effective_on": day,
            "access": Access(told.get("access", "public")),
            "now": now,
        }
        if "link" in told:
            made = evidence.add_link(actor, url=told["link"], **common)
        else:
            made = evidence.add_file(actor, upload=self.uploads[told["file"]], **common)
        self._handed_in.setdefault(report_uid, []).append(made.uid)

    def _report(self, day: date, scene: Scene) -> None:
        self._draft(day, scene)
        actor, _ = self._by(scene)
        uid = self._reports[scene["item"]]
        progress.submit_report(actor, report_uid=uid, now=self._now(day), today=day)
        if scene.get("validate"):
            self._validate(day, scene)

    def _validate(self, day: date, scene: Scene) -> None:
        uid = self._reports[scene["item"]]
        reviews.validate_report(
            self.actors["contacto"],
            report_uid=uid,
            accepted=self._handed_in.get(uid, []),
            comment=scene.get("comment", ""),
            exception=scene.get("exception", ""),
            signed_name=scene.get("signed", ""),
            now=self._now(day),
            today=day,
        )

    def _return(self, day: date, scene: Scene) -> None:
        reviews.return_report(
            self.actors["contacto"],
            report_uid=self._reports[scene["item"]],
            comment=scene["comment"],
            now=self._now(day),
            today=day,
        )

    def _amend(self, day: date, scene: Scene) -> None:
        """Prepared, written and approved on one day."""
        actor = self.actors["contacto"]
        uid = amendments.prepare_amendment(
            actor, plan_number=scene["plan"], title=scene["title"], now=self._now(day)
        ).uid
        for item, values in scene["changes"].items():
            amendments.change_item(actor, amendment_uid=uid, node_uid=self.items[item].uid, values=values)
        heading = {name: scene[name] for name in ("title", "reason", "resolution")}
        amendments.write_heading(actor, amendment_uid=uid, effective_on=day, **heading)
        amendments.approve_amendment(
            actor, amendment_uid=uid, signed_name=scene["signed"], now=self._now(day), today=day
        )

    def _request(self, day: date, scene: Scene) -> None:
        actor, institution_uid = self._by(scene)
        request = reschedulings.request_rescheduling(
            actor,
            node_uid=self.items[scene["item"]].uid,
            institution_uid=institution_uid,
            windows=[day_window(self.today, one) for one in scene["windows"]],
            reason=scene["reason"],
            now=self._now(day),
            today=day,
        )
        self._requests[scene["item"]] = request.uid

    def _decide(self, day: date, scene: Scene) -> None:
        reschedulings.decide_rescheduling(
            self.actors["contacto"],
            rescheduling_uid=self._requests[scene["item"]],
            approve=scene["approve"],
            resolution=scene["resolution"],
            resolution_number=scene.get("number", ""),
            now=self._now(day),
            today=day,
        )
