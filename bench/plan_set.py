"""Plans of a thousand activities, as many as are asked for: one made through the services, the others copied.

    make_plan_set(100)   # 100,000 activities, 70 institutions with three liaisons and a head each

A copy has ids and uids of its own and the rows of the first, with its dates spread so that one activity in
a hundred falls due each day, ten days back and ninety ahead, and its parts spread over the institutions. Rows
of history share the place in the chain of the row they were copied from: `verify` is not for such a database.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, func, insert, select, text, update

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import MadePlan, make_institution, make_plan, window
from tracker.db import Base, db, transaction
from tracker.domain.observations import SubjectKind
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.domain.plans import NodeKind, PlanStatus
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.models.accounts import Institution
from tracker.models.citizens import Subscription, SubscriptionStatus
from tracker.models.plans import ActionPlan, PlanNode
from tracker.models.progress import ProgressReport, ReportEvent
from tracker.queries.history import last_sequence
from tracker.services.audit import EventTag, Happened, record_many

DAY = date(2026, 6, 15)
"""A Monday: weekly jobs run as well."""
INSTITUTIONS = 70
LIAISONS = 3
FOLLOWERS = 200
COPIED = (
    *("plan_nodes", "action_plans", "commitments", "milestones", "activities", "node_windows", "node_roles"),
    *("products", "product_nodes", "verification_means", "means_nodes", "fact_versions"),
    *("progress_reports", "report_events"),
)
_PLANS = ActionPlan.__table__
_IN_COURSE = select(_PLANS.c.id).where(_PLANS.c.status == PlanStatus.IN_COURSE)
_SINCE = datetime(2026, 3, 1, 15, 0, tzinfo=UTC)


def make_plan_set(plans: int) -> None:
    """That many plans in course, and a draft that they are copies of."""
    institutions = _people()
    first = make_plan(
        1,
        commitments=10,
        milestones=10,
        activities_per_milestone=10,
        windows=[window(date(2026, 1, 1), DAY)],
        starts_on=date(2026, 1, 1),
        ends_on=date(2027, 12, 31),
        today=DAY - timedelta(days=1),
    )
    _report_on(first)
    with transaction():
        db.session.execute(update(_PLANS).where(_PLANS.c.id == first.id).values(status=PlanStatus.DRAFT))
    copier = _Copier(first.id, institutions)
    for number in range(1, plans + 1):
        with transaction():
            copier.copy(number)
    with transaction():
        _bring_sequences_up()
        _follow(plans)


def _people() -> list[Institution]:
    made = []
    for number in range(INSTITUTIONS):
        acronym = f"I{number:02d}"
        made.append(make_institution(acronym, f"Instituto número {number}").id)
        for _ in range(LIAISONS):
            make_user(AccountRole.LIAISON, acronym)
        make_user(AccountRole.INSTITUTION_HEAD, acronym)
    make_user(AccountRole.CONTACT_POINT)
    make_user(AccountRole.ADMIN)
    return list(db.session.scalars(select(Institution).where(Institution.id.in_(made))))


def _report_on(first: MadePlan) -> None:
    """Every second activity has a report of 40 or 75 %: half of those decided, half waiting."""
    with transaction():
        reports = [
            _report(
                node.id,
                node.label,
                first.lead.id,
                ReportStatus.SUBMITTED if place % 4 == 1 else ReportStatus.VALIDATED,
                Decimal(40 if place % 3 else 75),
            )
            for place, node in enumerate(first.activities)
            if place % 2
        ]
        db.session.add_all(reports)
        db.session.flush()
        for report in reports:
            _record(report)


def _report(
    node_id: int, label: str, institution_id: int, status: ReportStatus, percent: Decimal
) -> ProgressReport:
    return ProgressReport(
        node_id=node_id,
        institution_id=institution_id,
        status=status,
        percent=percent,
        narrative=f"Se trabajó en la actividad {label} con los equipos de la institución.",
        reported_on=_SINCE.date(),
        author_uid=SYSTEM.uid,
        created_at=_SINCE,
        updated_at=_SINCE,
        submitted_at=_SINCE,
        recorded_seq=0,
        decided_by_uid=SYSTEM.uid if status is ReportStatus.VALIDATED else "",
        decided_at=_SINCE if status is ReportStatus.VALIDATED else None,
    )


def _record(report: ProgressReport) -> None:
    actions = [(ReportAction.SUBMIT, EventTag.REPORT_SUBMITTED)]
    if report.status is ReportStatus.VALIDATED:
        actions.append((ReportAction.VALIDATE, EventTag.REPORT_ACTION))
    sequences = record_many(
        SYSTEM, [Happened(tag, "report", report.uid, {}) for _, tag in actions], now=_SINCE
    )
    report.recorded_seq = sequences[0]
    for (action, _), sequence in zip(actions, sequences, strict=True):
        report.actions.append(
            ReportEvent(
                action=action, recorded_seq=sequence, at=_SINCE, actor_uid=SYSTEM.uid, actor_label="Cumple"
            )
        )


class _Copier:
    """Reads the first plan's rows once, and writes them again under ids and uids of their own."""

    def __init__(self, plan_id: int, institutions: list[Institution]) -> None:
        self.institutions = institutions
        self.tables: list[Table] = [Base.metadata.tables[name] for name in COPIED]
        self.rows = {
            table.name: [
                dict(row)
                for row in db.session.execute(select(table)).mappings()
                if row.get("subject_kind", "node") == "node"
            ]
            for table in self.tables
        }
        self.places = {
            uid: place
            for place, uid in enumerate(
                db.session.scalars(
                    select(PlanNode.uid)
                    .where(PlanNode.kind == NodeKind.ACTIVITY, PlanNode.plan_id == plan_id)
                    .order_by(PlanNode.id)
                )
            )
        }
        self.uid_of = {row["id"]: row["uid"] for row in self.rows["plan_nodes"]}
        self.step = max(row["id"] for rows in self.rows.values() for row in rows if "id" in row) + 1

    def copy(self, number: int) -> None:
        for table in self.tables:
            rows = [self._row(table, row, number) for row in self.rows[table.name]]
            if rows:
                db.session.execute(insert(table), rows)

    def _row(self, table: Table, row: Mapping[str, Any], number: int) -> dict[str, Any]:
        found = dict(row)
        for column in table.columns:
            value = found[column.name]
            if value is None:
                continue
            own = column.name == "id" and column.primary_key
            if own or any(one.column.table.name in COPIED for one in column.foreign_keys):
                found[column.name] = value + self.step * number
            elif column.name in {"uid", "thread_uid"}:
                found[column.name] = self._uid(value, number)
        return self._spread(table.name, found, row, number)

    @staticmethod
    def _uid(uid: str, number: int) -> str:
        """Still unique: the first letters say which copy."""
        return f"{number:04d}{uid[4:]}"

    def _spread(
        self, table: str, found: dict[str, Any], row: Mapping[str, Any], number: int
    ) -> dict[str, Any]:
        if table == "plan_nodes" and found["kind"] is NodeKind.PLAN:
            found["number"], found["label"] = number + 1, str(number + 1)
        elif table == "action_plans":
            found["status"] = PlanStatus.IN_COURSE
        elif table == "node_windows":
            found["end_on"] = self._due(self.uid_of[row["node_id"]], number)
        elif table == "node_roles":
            found["institution_id"] = self._institution(
                self.uid_of[row["node_id"]], row["position"], number
            ).id
        elif table == "progress_reports":
            found["institution_id"] = self._institution(self.uid_of[row["node_id"]], 0, number).id
        elif table == "fact_versions":
            found["subject_uid"] = self._uid(row["subject_uid"], number)
            found["content"] = self._content(json.loads(row["content"]), number)
        return found

    def _due(self, uid: str, number: int) -> date:
        place = self.places.get(uid, 0)
        return DAY + timedelta(days=(place * 37 + number) % 100 - 10)

    def _institution(self, uid: str, position: int, number: int) -> Institution:
        place = self.places.get(uid, 0)
        return self.institutions[(place + number + 7 * position) % INSTITUTIONS]

    def _content(self, content: dict[str, Any], number: int) -> str:
        uid = content["uid"]
        if content["kind"] == NodeKind.PLAN.value:
            content["number"], content["label"] = number + 1, str(number + 1)
        for revision in content["schedule"]:
            for one in revision["windows"]:
                one["end"] = self._due(uid, number).isoformat()
        for position, one in enumerate(content["roles"]):
            named = self._institution(uid, position, number)
            one["institution"] = {"uid": named.uid, "name": named.name, "acronym": named.acronym}
        for one in (*content["products"], *content["means"]):
            one["uid"] = self._uid(one["uid"], number)
        content["uid"] = self._uid(uid, number)
        content["parent"] = content["parent"] and self._uid(content["parent"], number)
        return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _bring_sequences_up() -> None:
    """PostgreSQL numbers further rows after the copied ones."""
    if db.engine.dialect.name != "postgresql":
        return
    for name in COPIED:
        table = Base.metadata.tables[name]
        if "id" in table.c and not table.c.id.foreign_keys:
            last = db.session.scalar(select(func.max(table.c.id)))
            db.session.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                {"name": name, "last": last},
            )
    db.session.execute(text("ANALYZE"))


def _follow(plans: int) -> None:
    """People who follow a commitment of one of the plans each."""
    uids = db.session.scalars(
        select(PlanNode.uid)
        .where(PlanNode.kind == NodeKind.COMMITMENT, PlanNode.plan_id.in_(_IN_COURSE))
        .order_by(PlanNode.number, PlanNode.id)
        .limit(FOLLOWERS)
    ).all()
    told = last_sequence()
    db.session.add_all(
        Subscription(
            email=f"vecina{place}@correo.example",
            subject_kind=SubjectKind.COMMITMENT,
            subject_uid=uids[place % len(uids)],
            language="es",
            status=SubscriptionStatus.ACTIVE,
            created_at=_SINCE,
            asked_at=_SINCE,
            confirmed_at=_SINCE,
            told_seq=told,
            recorded_seq=told,
        )
        for place in range(FOLLOWERS)
    )
    db.session.flush()


def report_something() -> None:
    """One report of one activity is recorded and decided: what a minute of a working day brings."""
    with transaction():
        node = db.session.scalars(
            select(PlanNode)
            .where(PlanNode.kind == NodeKind.ACTIVITY, PlanNode.plan_id.in_(_IN_COURSE))
            .order_by(PlanNode.id.desc())
            .limit(1)
        ).one()
        report = _report(
            node.id, node.label, node.roles[0].institution_id, ReportStatus.VALIDATED, Decimal(50)
        )
        db.session.add(report)
        db.session.flush()
        _record(report)
        db.session.flush()
