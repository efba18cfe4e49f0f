"""Reports in the database, handed in and decided through the services, each step in a transaction of its own.

    with app.app_context():
        scene = make_scene(milestones=1, activities_per_milestone=2)
        report = scene.submitted(scene.activity, percent=60)
        scene.validate(report)

Rows are handed back as uids, so that a test may use them after the session is gone. A day may be given to
every step; where none is, it is `TODAY` of the factory of plans, and the clock goes on by a minute a step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import NOW, TODAY, MadePlan, NodeRef, make_plan
from tests.support.snapshots import remembered
from tracker.db import db, transaction
from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.permissions import AccountRole, Actor
from tracker.domain.workflow import ReportStatus
from tracker.models.evidence import Evidence
from tracker.models.progress import ProgressReport
from tracker.services import evidence as evidence_services
from tracker.services import progress, reviews
from tracker.services.report_history import ReportContent

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"

RESERVE: dict[str, Any] = {
    "access": Access.RESERVED,
    "resolution_number": "12-2026",
    "resolution_authority": "Gerencia del INFOM",
    "resolution_on": date(2026, 1, 15),
    "legal_ground": "Decreto 57-2008, artículo 23",
}
"""A reserve with everything that the law asks for."""


def content(percent: float | str | None = 50, **more: Any) -> ReportContent:
    """What a person might write; whatever is named is as named."""
    given: dict[str, Any] = {"narrative": "Se hizo lo previsto.", "reported_on": TODAY}
    return ReportContent(percent=None if percent is None else Decimal(str(percent)), **{**given, **more})


def stalled(**more: Any) -> dict[str, Any]:
    """All that a report without progress has to say, beside what is named."""
    return {
        "no_progress": True,
        "obstacle_kind": ObstacleKind.FUNDS,
        "obstacle": "No hubo presupuesto.",
        "needed": "Una modificación presupuestaria.",
        "new_expected_on": TODAY,
        **more,
    }


@dataclass
class Clock:
    """Instants one minute apart, so that every step has its own."""

    at: datetime = NOW

    def next(self, day: date | None = None) -> datetime:
        """The next instant; of a later day where one is named."""
        if day is not None and day > self.at.date():
            self.at = datetime(day.year, day.month, day.day, 15, 0, tzinfo=UTC)
        self.at += timedelta(minutes=1)
        return self.at


@dataclass
class Scene:
    """A plan with the people who report on it and decide."""

    made: MadePlan
    liaison: Actor
    helper: Actor
    contact: Actor
    clock: Clock = field(default_factory=Clock)

    @property
    def activity(self) -> NodeRef:
        """The first activity."""
        return self.made.activity

    @property
    def evidence_url(self) -> str:
        """Where the application keeps evidence."""
        return str(current_app.config["EVIDENCE_URL"])

    def draft(
        self,
        node: NodeRef | None = None,
        percent: float | str | None = 50,
        *,
        actor: Actor | None = None,
        institution_uid: str | None = None,
        answers: Collection[str] | None = None,
        today: date = TODAY,
        **more: Any,
    ) -> str:
        """A draft of the lead's liaison with one link for the means named (all of the item's by default)."""
        item, person = node or self.activity, actor or self.liaison
        own = self.made.helper.uid if person is self.helper else self.made.lead.uid
        with transaction():
            report = progress.save_draft(
                person,
                node_uid=item.uid,
                institution_uid=institution_uid or own,
                content=content(percent, **{"reported_on": today, **more}),
                now=self.clock.next(today),
                today=today,
            )
        named = item.means if answers is None else answers
        if answers is None or answers:
            self.link(report_uid := report.uid, named, actor=person, today=today)
            return report_uid
        return report.uid

    def link(
        self,
        report_uid: str,
        means: Collection[str] = (),
        *,
        actor: Actor | None = None,
        today: date = TODAY,
        **more: Any,
    ) -> str:
        """A link handed in with a draft; gives its uid."""
        with transaction():
            return evidence_services.add_link(
                actor or self.liaison,
                report_uid=report_uid,
                means_uids=means,
                effective_on=today,
                now=self.clock.next(today),
                **{"url": "https://portal.example.gt/informe", "title": "Informe publicado", **more},
            ).uid

    def file(
        self,
        report_uid: str,
        means: Collection[str] = (),
        *,
        data: bytes = PDF,
        name: str = "acta.pdf",
        **more: Any,
    ) -> str:
        """A file received and handed in with a draft; gives its uid."""
        upload = evidence_services.store_bytes(data, name, evidence_url=self.evidence_url, max_bytes=1 << 20)
        with transaction():
            return evidence_services.add_file(
                more.pop("actor", self.liaison),
                report_uid=report_uid,
                upload=upload,
                means_uids=means,
                now=self.clock.next(),
                **{"effective_on": TODAY, **more},
            ).uid

    def submit(self, report_uid: str, *, actor: Actor | None = None, today: date = TODAY) -> str:
        """Hand a draft in."""
        with transaction():
            progress.submit_report(
                actor or self.liaison, report_uid=report_uid, now=self.clock.next(today), today=today
            )
        return report_uid

    def submitted(self, node: NodeRef | None = None, percent: float | str | None = 50, **more: Any) -> str:
        """A draft handed in at once."""
        actor, today = more.get("actor"), more.get("today", TODAY)
        return self.submit(self.draft(node, percent, **more), actor=actor, today=today)

    def validate(
        self, report_uid: str, *, accepted: Collection[str] | None = None, today: date = TODAY, **more: Any
    ) -> str:
        """Accept a report, with all of its evidence unless some is named."""
        with transaction():
            reviews.validate_report(
                more.pop("actor", self.contact),
                report_uid=report_uid,
                accepted=evidence_of(report_uid) if accepted is None else accepted,
                now=self.clock.next(today),
                today=today,
                **more,
            )
        return report_uid

    def validated(self, node: NodeRef | None = None, percent: float | str | None = 50, **more: Any) -> str:
        """A report handed in and accepted with all of its evidence."""
        return self.validate(self.submitted(node, percent, **more), today=more.get("today", TODAY))

    def give_back(self, report_uid: str, comment: str = "Falta el acta.", *, today: date = TODAY) -> str:
        """Return a report with its comment."""
        with transaction():
            reviews.return_report(
                self.contact, report_uid=report_uid, comment=comment, now=self.clock.next(today), today=today
            )
        return report_uid

    def reopen(self, report_uid: str, comment: str = "Revisarlo de nuevo.", *, today: date = TODAY) -> str:
        """Take a validation back."""
        with transaction():
            reviews.reopen_report(
                self.contact, report_uid=report_uid, comment=comment, now=self.clock.next(today), today=today
            )
        return report_uid

    def withdraw(self, report_uid: str, *, actor: Actor | None = None, today: date = TODAY) -> str:
        """Take a submitted report back."""
        with transaction():
            progress.withdraw_report(
                actor or self.liaison, report_uid=report_uid, now=self.clock.next(today), today=today
            )
        return report_uid

    def correct(self, report_uid: str, *, actor: Actor | None = None, today: date = TODAY) -> str:
        """Open a further version; gives its uid."""
        with transaction():
            return progress.correct_report(
                actor or self.liaison, report_uid=report_uid, now=self.clock.next(today), today=today
            ).uid


@remembered
def make_scene(*, today: date = TODAY, **plan: Any) -> Scene:
    """A plan with a liaison of its lead, one of its helper, and a contact point of neither."""
    made = make_plan(today=today, **plan)
    people = (
        make_user(AccountRole.LIAISON, institution=made.lead.acronym),
        make_user(AccountRole.LIAISON, institution=made.helper.acronym),
        make_user(AccountRole.CONTACT_POINT),
    )
    return Scene(made, *(actor_of(person) for person in people))


def save(
    scene: Scene,
    *,
    actor: Actor | None = None,
    written: ReportContent | None = None,
    today: date = TODAY,
    **more: Any,
) -> str:
    """Keep a draft of the scene's liaison on its activity, in a transaction of its own; its uid."""
    with transaction():
        return progress.save_draft(
            actor or scene.liaison,
            **{
                "node_uid": scene.activity.uid,
                "institution_uid": scene.made.lead.uid,
                "content": written or content(),
                **more,
            },
            now=scene.clock.next(),
            today=today,
        ).uid


def report_row(uid: str) -> ProgressReport:
    """The row of a report, as it stands now."""
    db.session.rollback()
    return db.session.scalars(select(ProgressReport).where(ProgressReport.uid == uid)).one()


def status_of(uid: str) -> ReportStatus:
    """Where a report stands."""
    return report_row(uid).status


def evidence_of(uid: str) -> list[str]:
    """The uids of a report's evidence, in order."""
    return [item.uid for item in report_row(uid).evidence]


def evidence_row(uid: str) -> Evidence:
    """The row of an evidence item."""
    db.session.rollback()
    return db.session.scalars(select(Evidence).where(Evidence.uid == uid)).one()


@contextmanager
def nothing_written() -> Iterator[None]:
    """Whatever is refused within leaves every table as it was."""
    before = row_counts()
    try:
        yield
    finally:
        assert row_counts() == before


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    db.session.rollback()
    counts = {
        table.name: db.session.execute(select(db.func.count()).select_from(table)).scalar_one()
        for table in db.metadata.sorted_tables
    }
    db.session.rollback()
    return counts
