"""`verify`: a busy database is clean; whatever is changed behind the services' back is found and named."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.factories.plans import TODAY, make_institution, make_plan
from tests.support.factories.reports import evidence_row, make_scene, report_row
from tests.support.tamperings import GROUPS
from tracker.db import db, transaction
from tracker.domain.permissions import SYSTEM
from tracker.domain.schedule import Window
from tracker.models.accounts import Institution
from tracker.models.audit import AuditEvent
from tracker.models.plans import PlanNode
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.services import plans, reschedulings, storage
from tracker.services.audit import erase_payload
from tracker.services.totals import refresh_item
from tracker.services.verification import as_rows, verify
from tracker.services.versions import record_institution

TOMORROW = TODAY + timedelta(days=1)


class Busy:
    """A plan on which all kinds of things happened."""

    def __init__(self) -> None:
        self.scene = scene = make_scene(axes=1, commitments=2, activities_per_milestone=3)
        first, second, third, *_ = scene.made.activities
        uid = scene.draft(first, percent=100, answers=first.means[:1])
        self.file = scene.file(uid, first.means[1:])
        self.validated = scene.validate(scene.submit(uid))
        self.submitted = scene.submitted(second, percent=60)
        self.returned = scene.give_back(scene.submitted(third, percent=30))
        self.correction = scene.correct(self.returned)
        scene.withdraw(scene.submitted(third, percent=10, actor=scene.helper), actor=scene.helper)
        scene.reopen(scene.validated(scene.made.activities[3], percent=20))
        self.draft = scene.draft(scene.made.activities[4], percent=5)
        self.asked = self.ask(second, approve=None)
        self.moved = self.ask(third, approve=True)
        self.ask(scene.made.activities[3], approve=False)

    def ask(self, node, *, approve):
        scene = self.scene
        with transaction():
            asked = reschedulings.request_rescheduling(
                scene.liaison,
                node_uid=node.uid,
                institution_uid=scene.made.lead.uid,
                windows=[Window(TODAY + timedelta(days=90), TODAY)],
                reason="Faltan fondos",
                now=scene.clock.next(),
                today=TODAY,
            )
            if approve is not None:
                reschedulings.decide_rescheduling(
                    scene.contact,
                    rescheduling_uid=asked.uid,
                    approve=approve,
                    resolution="Resolución 7",
                    now=scene.clock.next(),
                    today=TODAY,
                )
        return asked.uid

    def verify(self):
        db.session.remove()
        return self.found()

    def found(self):
        """What `verify` finds in the transaction that is open."""
        folder = Path(self.scene.evidence_url.removeprefix("file://")).parent / "reports"
        return verify(evidence_url=self.scene.evidence_url, reports_folder=str(folder))

    def kinds(self):
        return {one.kind for one in self.verify()}


@pytest.fixture
def busy(app_context):
    return Busy()


def tamper(statement, **values):
    """Change rows as somebody with the database's password could: triggers and foreign keys set aside."""
    db.session.remove()
    with db.engine.begin() as connection:
        drop_triggers(connection)
        changed = connection.execute(text(statement), values)
        install_triggers(connection)
    assert changed.rowcount > 0, "nothing was tampered with"


def test_a_busy_database_is_clean(busy):
    assert busy.verify() == []


def test_it_is_clean_on_later_days_too(busy):
    busy.scene.submitted(busy.scene.made.activities[5], percent=45, today=TOMORROW)
    assert busy.verify() == []
    busy.scene.validate(busy.submitted, today=TOMORROW + timedelta(days=30))
    assert busy.verify() == []


def test_an_empty_database_is_clean(app_context):
    folder = str(app_context.instance_path)
    assert verify(evidence_url=f"file://{folder}", reports_folder=folder) == []


def test_an_institution_that_took_another_name_is_clean(busy):
    with transaction():
        row = db.session.get(Institution, busy.scene.made.lead.id)
        row.name, row.acronym = "Otro nombre", "OTRO"
        assert record_institution(SYSTEM, row, now=busy.scene.clock.next())
    assert busy.verify() == []
    make_plan(number=9)
    assert busy.verify() == []


def test_an_item_taken_out_and_a_changed_title_are_clean(busy):
    from tracker.services.versions import record_nodes

    with transaction():
        node = db.session.get(PlanNode, busy.scene.activity.id)
        plans.withdraw_node(SYSTEM, node, on=TODAY, reason="Enmienda", now=busy.scene.clock.next())
        node.title = "Otro título"
        record_nodes(SYSTEM, [node], effective_on=TODAY, now=busy.scene.clock.next())
        refresh_item(node, TODAY)
    assert busy.verify() == []


def test_an_erased_payload_that_says_so_is_clean(busy):
    seq = report_row(busy.submitted).recorded_seq
    with transaction():
        erase_payload(SYSTEM, seq, reason="Datos personales, LAIP", now=busy.scene.clock.next())
    assert busy.verify() == []


def names(busy):
    made = busy.scene.made
    return {
        "submitted": busy.submitted,
        "validated": busy.validated,
        "file": busy.file,
        "asked": busy.asked,
        "moved": busy.moved,
        "helper": made.helper.id,
        "plan": made.id,
        "commitment": made.commitments[1].id,
        "activity": made.activity.id,
        "activity_uid": made.activity.uid,
        "other_node": made.activities[4].id,
        "other_uid": made.activities[4].uid,
        "contact": busy.scene.contact.user_id,
        "liaison": busy.scene.liaison.user_id,
    }


@pytest.mark.parametrize("group", GROUPS)
def test_finds_tampering_with(busy, group):
    known = names(busy)
    assert dict(missed_of(busy, group, known)) == {}


def missed_of(busy, group, known):
    """Each tampering of a group on its own, taken back after it was looked for: what it was not named by."""
    for what, (statement, expected) in GROUPS[group].items():
        values = {key: value for key, value in known.items() if re.search(rf":{key}\b", statement)}
        db.session.remove()
        drop_triggers(db.session.connection())
        changed = db.session.execute(text(statement), values)
        install_triggers(db.session.connection())
        assert changed.rowcount > 0, f"{what}: nothing was tampered with"
        found = {one.kind for one in busy.found()}
        db.session.rollback()
        if not expected <= found:
            yield what, found


def test_names_what_was_changed_and_in_which_fields(busy):
    tamper("UPDATE progress_reports SET percent = 99, narrative = 'x' WHERE uid = :uid", uid=busy.submitted)
    assert {"kind": "report-changed", "subject": busy.submitted, "detail": "narrative, percent"} in as_rows(
        busy.verify()
    )


def test_finds_a_changed_byte_of_a_file(busy):
    path = storage.path_of(busy.scene.evidence_url, evidence_row(busy.file).sha256)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes().replace(b"1.7", b"1.6"))
    assert busy.kinds() == {"file-changed"}


def test_finds_a_missing_file(busy):
    storage.path_of(busy.scene.evidence_url, evidence_row(busy.file).sha256).unlink()
    assert busy.kinds() == {"file-missing"}


def test_finds_a_missing_trigger(busy):
    db.session.remove()
    with db.engine.begin() as connection:
        drop_triggers(connection, {"report_events": ("UPDATE",)})
    try:
        found = {(one.kind, one.subject) for one in busy.verify()}
        assert ("trigger-missing", "report_events_no_update") in found
    finally:
        db.session.remove()
        with db.engine.begin() as connection:
            drop_triggers(connection)
            install_triggers(connection)


def test_finds_a_link_cut_out_of_the_chain(busy):
    with transaction():
        seq = db.session.scalars(db.select(AuditEvent.seq).where(AuditEvent.tag == "account:created")).first()
    tamper("DELETE FROM audit_payloads WHERE seq = :seq", seq=seq)
    tamper("DELETE FROM audit_events WHERE seq = :seq", seq=seq)
    assert {"chain-gap", "chain-broken", "account-unrecorded"} <= busy.kinds()


class TestTheCommand:
    def run(self, app, *arguments):
        db.session.remove()
        return app.test_cli_runner().invoke(args=["verify", *arguments])

    def test_says_so_where_all_is_well(self, app_context):
        make_plan()
        done = self.run(app_context)
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr.strip() == "Todo coincide con el historial."

    def test_lists_every_mismatch_in_words_and_fails(self, busy, app_context):
        tamper("UPDATE plan_nodes SET title = 'Otro' WHERE id = :id", id=busy.scene.activity.id)
        done = self.run(app_context)
        assert done.exit_code == 1
        assert f"{busy.scene.activity.uid} (1.1)" in done.stdout
        assert "verify-" not in done.output

    def test_gives_json_alone_on_standard_output(self, busy, app_context):
        make_institution("CGC")
        tamper("UPDATE institutions SET name = 'Otro' WHERE acronym = 'CGC'")
        done = self.run(app_context, "--format", "json")
        assert done.exit_code == 1
        told = json.loads(done.stdout)
        (found,) = told["mismatches"]
        assert (found["kind"], found["detail"]) == ("institution-changed", "CGC")
        assert told["first_break"] is None
        assert done.stderr == ""

    def test_counts_one_difference_as_one(self, app_context):
        make_institution("CGC")
        tamper("UPDATE institutions SET name = 'Otro' WHERE acronym = 'CGC'")
        assert self.run(app_context).stderr.strip() == "1 diferencia con el historial."
        make_institution("INE")
        tamper("UPDATE institutions SET name = 'Otro'")
        assert self.run(app_context).stderr.strip() == "2 diferencias con el historial."
