"""The third plan, closed: its commitments, and what was said of them, brought in by file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tracker.demo.documents import data, text
from tracker.domain.assessment import Assessor
from tracker.domain.permissions import SYSTEM, Actor
from tracker.domain.plans import NodeKind, PlanStatus, Role, Sector
from tracker.importers.assessments import read_assessments
from tracker.services import plans as services
from tracker.services.assessment_imports import accept_assessments_import
from tracker.services.assessments import Said, record_assessment
from tracker.services.imports import known_institutions
from tracker.services.totals import refresh_plan
from tracker.services.versions import record_nodes

NUMBER = 3
_FILES: tuple[tuple[Assessor, str, str], ...] = (
    (Assessor.INSTITUTION, "contacto", "plan3-instituciones.csv"),
    (Assessor.TECHNICAL_TABLE, "mesa", "plan3-mesa.csv"),
    (Assessor.IRM, "contacto", "plan3-mri.csv"),
)


def build_closed_plan(actors: Mapping[str, Actor], *, now: datetime, today: date) -> None:
    """The plan with its commitments, then the assessments of each source; whole or not at all."""
    content = data("plan3.json")
    plan_id = _plan(actors["contacto"], content, now)
    known = known_institutions()
    for assessor, name, file in _FILES:
        proposal = read_assessments(text(file).encode(), assessor, known)
        preview = accept_assessments_import(
            actors[name], proposal, NUMBER, source=content["sources"][assessor.value], now=now, today=today
        )
        if preview.has_errors:  # Its own files are right, or the demonstration is not loaded.
            raise ValueError(f"{file}: {preview.issues}")
    said = Said(
        None,
        content["general"],
        "",
        content["sources"]["institution"],
        date.fromisoformat(content["said_on"]),
    )
    record_assessment(
        actors["contacto"],
        plan_number=NUMBER,
        commitment_uid="",
        assessor=Assessor.CONTACT_POINT,
        institution_uid="",
        said=said,
        based_on=0,
        now=now,
        today=today,
    )
    refresh_plan(plan_id, today)


def _plan(actor: Actor, content: dict[str, Any], now: datetime) -> int:
    told = content["plan"]
    plan = services.create_plan(
        actor,
        number=told["number"],
        title=told["title"],
        starts_on=date.fromisoformat(told["starts_on"]),
        ends_on=date.fromisoformat(told["ends_on"]),
        status=PlanStatus.CLOSED,
        milestone_word=told["milestone_word"],
        is_historical=True,
        is_demo=True,
        now=now,
    )
    institutions = {
        acronym: _institution(acronym, one, now) for acronym, one in content["institutions"].items()
    }
    nodes = []
    for axis in content["axes"]:
        parent = services.new_node(NodeKind.AXIS, plan, services.ItemSpec(axis["number"], axis["title"]))
        nodes.append(parent)
        for one in axis["commitments"]:
            roles = [services.RoleSpec(institutions[name], Role(role)) for name, role in one["roles"].items()]
            spec = services.ItemSpec(one["number"], one["title"], roles=roles)
            nodes.append(services.new_node(NodeKind.COMMITMENT, parent, spec))
    record_nodes(actor, nodes, effective_on=None, now=now)
    return plan.id


def _institution(acronym: str, told: dict[str, str], now: datetime) -> Any:
    """Those whose name is their only sign have no acronym."""
    row, _ = services.find_or_create_institution(
        SYSTEM,
        acronym="" if acronym == told["name"] else acronym,
        name=told["name"],
        sector=Sector(told.get("sector", "public")),
        now=now,
    )
    return row
