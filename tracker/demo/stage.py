"""Loading the demonstration, piece by piece; what is there already stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from tracker.db import transaction
from tracker.demo import cast, closed, compiled, files
from tracker.demo.course import PlanBuilder
from tracker.demo.documents import data, historical_plan
from tracker.demo.pictures import draw_pictures
from tracker.demo.story import Stage, in_order
from tracker.demo.table import TableStage
from tracker.demo.targets import tell_targets
from tracker.domain.permissions import SYSTEM
from tracker.domain.rounds import Calendar, rounds_between
from tracker.queries.plans import find_plan
from tracker.services.decision_notices import clear_old_news
from tracker.services.evidence import Upload, store_bytes
from tracker.services.plan_imports import accept_plan_import
from tracker.services.progress_imports import accept_progress_import
from tracker.services.reports import Press
from tracker.services.rounds import open_round
from tracker.services.totals import refresh_plan

HISTORICAL_PLAN = 4
YESTERDAY = timedelta(days=-1)
BEGUN, DRAWN_UP, APPROVED = timedelta(days=-240), timedelta(days=-235), timedelta(days=-230)
MOST_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True)
class Setting:
    """Where the demonstration is loaded: the day it is, the time zone, the stores of evidence and reports."""

    today: date
    zone: str
    evidence_url: str
    press: Press

    def instant(self, since: timedelta, hour: int = 9) -> datetime:
        """An hour, by default of the morning, of a day counted from today."""
        return datetime.combine(self.today + since, time(hour), ZoneInfo(self.zone)).astimezone(UTC)


def load(setting: Setting) -> list[int]:
    """Accounts, the historical plan, the closed one, that in course; gives the numbers of those made now."""
    content = data("plan5.json")
    made = []
    begun = setting.today + BEGUN
    with transaction():
        cast.open_accounts(content["institutions"], now=setting.instant(BEGUN), today=begun)
    if find_plan(HISTORICAL_PLAN) is None:
        _historical(setting)
        made.append(HISTORICAL_PLAN)
    if find_plan(closed.NUMBER) is None:
        with transaction():
            actors = cast.actors(begun)
            closed.build_closed_plan(actors, now=setting.instant(BEGUN, 10), today=begun)
        made.append(closed.NUMBER)
    if find_plan(content["plan"]["number"]) is None:
        uploads = _files(content, setting)
        _in_course(content, uploads, setting)
        _targets(setting)
        draw_pictures(uploads.values(), setting.evidence_url, setting.instant(YESTERDAY))
        made.append(content["plan"]["number"])
    _reports([one for one in made if one == content["plan"]["number"]], setting)
    return sorted(made)


def _targets(setting: Setting) -> None:
    """What an institution set out to do and spend in the year, told yesterday."""
    yesterday = setting.today + YESTERDAY
    with transaction():
        tell_targets(cast.actors(yesterday), now=setting.instant(YESTERDAY, 10), today=yesterday)


def _reports(made: list[int], setting: Setting) -> None:
    """The final report of the historical plan, and one of the plan in course; dated yesterday."""
    yesterday = setting.today + YESTERDAY
    now, actors = setting.instant(YESTERDAY, 14), cast.actors(yesterday)
    compiled.publish_final_report(HISTORICAL_PLAN, actors, setting.press, now=now, today=yesterday)
    for number in made:
        later = now + timedelta(hours=1)
        compiled.compile_progress(number, actors, setting.press, now=later, today=yesterday)


def _historical(setting: Setting) -> None:
    """Commitments 10 and 19 as documented, with what INFOM reported: handed in, not validated."""
    plans, claims = historical_plan()
    now = setting.instant(BEGUN)
    with transaction():
        for one in plans:
            accept_plan_import(SYSTEM, one, HISTORICAL_PLAN, now=now, today=setting.today)
        accept_progress_import(SYSTEM, claims, HISTORICAL_PLAN, now=now, today=setting.today)


def _files(content: dict[str, Any], setting: Setting) -> dict[str, Upload]:
    """Every evidence file of the story, stored before the transaction that speaks of it."""
    told = [one for scene in content["story"] for one in scene.get("evidence", ()) if "file" in one]
    titles = {one["file"]: one["title"] for one in told} | data("table.json")["files"]
    return {name: _stored(name, title, setting) for name, title in titles.items()}


def _stored(name: str, title: str, setting: Setting) -> Upload:
    made = files.make(name, title)
    return store_bytes(made, name, evidence_url=setting.evidence_url, max_bytes=MOST_BYTES)


def _in_course(content: dict[str, Any], uploads: dict[str, Upload], setting: Setting) -> None:
    """The plan drawn up, approved and reported on, each step on its own day; whole or not at all."""
    with transaction():
        actors = cast.actors(setting.today + APPROVED)
        builder = PlanBuilder(actors["contacto"], content, setting.today, setting.instant(DRAWN_UP))
        plan_id = builder.build()
        builder.approve(setting.today + APPROVED, setting.instant(APPROVED))
        stage = Stage(
            actors,
            {acronym: row.uid for acronym, row in builder.institutions.items()},
            builder.items,
            uploads,
            setting.today,
            setting.zone,
        )
        refresh_plan(plan_id, setting.today + APPROVED)
        told_until = APPROVED
        steps = [*TableStage(actors, uploads, setting.instant, setting.today).steps(data("table.json"))]
        steps += [
            (day, partial(stage.play, day, scene)) for day, scene in in_order(content["story"], setting.today)
        ]
        for day, play in sorted(steps, key=lambda step: step[0]):
            _open_rounds(plan_id, told_until, day - setting.today, setting)
            play()
            told_until = day - setting.today
        _open_rounds(plan_id, told_until, timedelta(0), setting)
        refresh_plan(plan_id, setting.today)
        clear_old_news(on=setting.today, now=setting.instant(timedelta(0), 0))


def _open_rounds(plan_id: int, after: timedelta, until: timedelta, setting: Setting) -> None:
    """The rounds of the days after one and up to another, each on its day, as the job opens them."""
    first, last = setting.today + after + timedelta(days=1), setting.today + until
    for one in rounds_between(Calendar(), first, last):
        now = setting.instant(one.opens_on - setting.today, 0)
        open_round(SYSTEM, plan_id=plan_id, today=one.opens_on, now=now)
