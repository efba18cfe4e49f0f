"""A whole plan as its workbook: out, into an empty installation, and the same again; nothing validated."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from tests.importers.workbooks import saved
from tests.support import snapshots
from tests.support.factories.plans import NOW, TODAY, make_plan, window
from tests.support.factories.reports import Scene, make_scene, nothing_written
from tests.support.fixtures.database import BLANK
from tracker.db import db, rehearsal, transaction
from tracker.domain.errors import Conflict, NotAllowed
from tracker.domain.history import Cut
from tracker.domain.permissions import PUBLIC, SYSTEM
from tracker.domain.plan_life import PlanAction
from tracker.domain.plans import CONTACT_FIELDS, OGP_VALUES, TEMPLATE_FIELDS, Continuity, PlanStatus
from tracker.domain.tree import assess
from tracker.domain.workflow import ReportStatus
from tracker.importers.plan_book import read_plan_book
from tracker.models.plans import FinancialResource, NodeOrigin, PlanNode
from tracker.models.progress import ProgressReport
from tracker.queries.history import plan_facts
from tracker.queries.plan_book import get_plan_book
from tracker.queries.plans import get_plan, load_tree
from tracker.renderers.plan_book import render_plan_book
from tracker.services.imports import ImportPreview
from tracker.services.plan_book_imports import BookRefused, accept_plan_book
from tracker.services.plan_life import take_step
from tracker.services.plans import window_rows, withdraw_node
from tracker.services.totals import refresh_plan
from tracker.services.verification import verify
from tracker.services.versions import record_nodes

pytestmark = pytest.mark.usefixtures("app_context")


def out(plan: int = 4) -> bytes:
    return render_plan_book(get_plan_book(SYSTEM, plan))


def take(data: bytes) -> ImportPreview:
    proposal = read_plan_book(data)
    with transaction():
        return accept_plan_book(SYSTEM, proposal, now=NOW, today=TODAY)


def changed(data: bytes, cells: dict[tuple[str, str], object]) -> bytes:
    """The workbook with other values in some cells."""
    file = load_workbook(io.BytesIO(data))
    for (sheet, cell), value in cells.items():
        file[sheet][cell] = value
    return saved(file)


def nodes(plan: int = 4) -> dict[str, PlanNode]:
    return {f"{one.kind.value} {one.label}": one for one in load_tree(get_plan(plan).id)}


def rich_plan() -> Scene:
    """A plan with something in every field that the workbook carries."""
    scene = make_scene(axes=1, commitments=2, milestones=2, planned=Decimal(40))
    with transaction():
        found = nodes()
        ten, milestone, gone = found["commitment 1"], found["milestone 2"], found["milestone 1"]
        for name in (*TEMPLATE_FIELDS, "short_title", *CONTACT_FIELDS):
            setattr(ten, name, f"{name}: «dicho», =1+1\n\n  y más")
        ten.ogp_identifier, ten.template_version = "GT0121", "7-11-2018"
        for name in OGP_VALUES:
            setattr(ten, f"value_{name}", True)
        ten.financial_resources = [FinancialResource(centavos=4_900_050, provider="SEGEPLAN")]
        milestone.continuity, milestone.weight = Continuity.IN_PROGRESS, Decimal("2.5")
        milestone.starting_quantity = Decimal("1.25")
        milestone.windows.extend(
            window_rows([window(None, date(2027, 3, 31))], revision=1, from_on=date(2026, 5, 1))
        )
        milestone.origins.append(NodeOrigin(origin_id=gone.id, origin=gone, how="split"))
        record_nodes(SYSTEM, [ten, milestone], effective_on=None, now=NOW)
        withdraw_node(SYSTEM, gone, on=date(2026, 6, 1), reason="Se unió a otro.", now=NOW)
        refresh_plan(ten.plan_id or 0, TODAY)
    scene.validated(percent=10)
    report = scene.draft(scene.made.activities[2], 30, narrative="Se entregó.\n\nY falta.")
    scene.link(report, means=scene.made.activities[2].means[:1])
    scene.submit(report)
    scene.give_back(scene.submitted(scene.made.activities[3], 90))
    return scene


def test_what_goes_out_comes_back_the_same_and_nothing_is_validated(app):
    rich_plan()
    first = out()
    before = assess(plan_facts(get_plan(4).id, Cut(TODAY)), TODAY)
    snapshots.wipe(app.extensions[BLANK])
    done = take(first)
    assert [one for one in done.issues if one.code != "unknown"] == []
    assert (done.created["commitments"], done.created["activities"]) == (2, 8)
    assert out() == first
    after = assess(plan_facts(get_plan(4).id, Cut(TODAY)), TODAY)
    for one, other in zip(before.walk(), after.walk(), strict=True):
        assert other.facts.texts == one.facts.texts
        assert replace(other.facts, variants=()) == replace(one.facts, variants=())
    assert after.reported == before.reported
    statuses = {one.status for one in db.session.query(ProgressReport)}
    assert statuses == {ReportStatus.SUBMITTED}
    ten = nodes()["commitment 1"]
    assert ten.contact_names == "contact_names: «dicho», =1+1\n\n  y más"
    db.session.rollback()
    assert verify(evidence_url=app.config["EVIDENCE_URL"], reports_folder="/nowhere") == []
    with nothing_written():
        assert take(first).writes_nothing


def test_what_differs_is_written_and_told_field_by_field_and_what_is_left_out_stays():
    make_plan(commitments=1, milestones=1, activities_per_milestone=2)
    data = out()
    edited = changed(
        data,
        {
            ("Actividades", "G2"): "Otro título",
            ("Compromisos", "R2"): None,
            ("Responsabilidades", "B2"): "INAP",
            ("Responsabilidades", "B3"): "INFOM",
            ("Medios de verificación", "C2"): "Acta firmada",
        },
    )
    with rehearsal():
        preview = accept_plan_book(SYSTEM, read_plan_book(edited), now=NOW, today=TODAY)
    assert "Otro título" not in [one.title for one in nodes().values()]
    assert {name for one in preview.changes for name in one.fields} == {"title", "roles", "means"}
    assert take(edited).changed["verification_means"] == 1
    found = nodes()
    assert found["activity 1.1"].title == "Otro título"
    assert "Acta firmada" in [one.text for one in found["activity 1.1"].means]
    assert found["activity 1.1"].field_sources["title"] == "workbook"
    assert take(edited).writes_nothing


def test_a_claim_with_other_words_is_a_further_version_and_its_validated_one_stands():
    scene = make_scene()
    scene.validated(percent=10)
    edited = changed(out(), {("Avances", "H2"): 60, ("Avances", "I2"): "Se avanzó."})
    assert take(edited).changed["progress_reports"] == 1
    rows = db.session.query(ProgressReport).order_by(ProgressReport.version).all()
    assert [(one.version, one.status, one.percent) for one in rows] == [
        (1, ReportStatus.VALIDATED, Decimal(10)),
        (2, ReportStatus.SUBMITTED, Decimal(60)),
    ]
    db.session.rollback()
    assert take(edited).writes_nothing


def test_a_plan_approved_here_by_signature_takes_claims_but_no_other_structure():
    make_plan(status=PlanStatus.CONSULTATION, commitments=1, milestones=1, activities_per_milestone=1)
    data = out()
    with transaction():
        signed = {"signed_name": "Quien firma", "on": TODAY, "knowing": True, "now": NOW, "today": TODAY}
        take_step(SYSTEM, plan_number=4, action=PlanAction.APPROVE, **signed)
    assert {one.code for one in take(data).issues} == {"plan-head-differs"}
    with nothing_written(), pytest.raises(Conflict, match="plan-not-writable"):
        take(changed(data, {("Compromisos", "F2"): "Otro"}))


def test_what_belongs_elsewhere_or_is_decided_here_is_not_taken_from_a_file(app):
    make_plan(commitments=1, milestones=1, activities_per_milestone=1)
    data = out()
    with nothing_written():
        other = take(changed(data, {("Plan", "B2"): 7, ("Plan", "A2"): None}))
    assert {one.code for one in other.issues} == {"uid-of-another-plan"}
    twice = changed(data, {("Responsabilidades", "B3"): "INFOM"})
    with nothing_written(), pytest.raises(BookRefused) as refused:
        take(twice)
    assert [(one.code, one.cell) for one in refused.value.preview.issues] == [("part-repeated", "B3")]
    gone = changed(data, {("Plan", "C2"): "Otro plan", ("Hitos", "I2"): date(2026, 6, 1)})
    assert {one.code for one in take(gone).issues} == {"plan-head-differs", "withdrawal-differs"}
    assert nodes()["milestone 1"].withdrawn_on is None
    with pytest.raises(NotAllowed):
        get_plan_book(PUBLIC, 4)
    with pytest.raises(NotAllowed), transaction():
        accept_plan_book(PUBLIC, read_plan_book(data), now=NOW, today=TODAY)
