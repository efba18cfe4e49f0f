"""`verify` of compiled reports: asked for, frozen, approved, published, and their files on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, text

from tests.support.factories.compilations import ask, compile_now, order_for, press
from tests.support.factories.reports import make_scene
from tracker.db import db, transaction
from tracker.models.reports import CompiledFile
from tracker.models.triggers import drop_triggers, install_triggers
from tracker.services import reports, storage
from tracker.services.verification import verify


class Compiled:
    """A plan with one report published, one approved, one ready and one only asked for."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.scene = make_scene()
        self.scene.validated(percent=60)
        self.published, self.approved, self.ready = (self.compiled() for _ in range(3))
        for uid in (self.published, self.approved):
            self.step(reports.approve, uid, "Nombre Apellido")
        self.step(reports.publish, self.published)
        self.asked = ask(self.scene.contact, order_for(self.scene.made))

    def compiled(self):
        uid = ask(self.scene.contact, order_for(self.scene.made))
        assert compile_now(uid)
        return uid

    def step(self, verb, *arguments):
        with transaction():
            verb(self.scene.contact, *arguments, now=self.scene.clock.next())

    def found(self):
        return {one.kind for one in verify(evidence_url=self.scene.evidence_url, reports_folder=self.folder)}


@pytest.fixture
def compiled(app_context):
    return Compiled(str(Path(app_context.instance_path) / "reports"))


def test_reports_that_went_their_way_are_clean(compiled):
    db.session.remove()
    assert compiled.found() == set()


TAMPERINGS = {
    "the words of a document": (
        "UPDATE compiled_reports SET document = replace(document, 'Actividad', 'Tarea')"
        " WHERE uid = :published",
        "compilation-changed",
    ),
    "the hash": ("UPDATE compiled_reports SET sha256 = :other WHERE uid = :published", "compilation-changed"),
    "the cut-off": (
        "UPDATE compiled_reports SET cutoff_on = '2026-01-01' WHERE uid = :published",
        "compilation-changed",
    ),
    "what was known": ("UPDATE compiled_reports SET known_at = 1 WHERE uid = :asked", "compilation-changed"),
    "the kind": (
        "UPDATE compiled_reports SET kind = 'institutional' WHERE uid = :ready",
        "compilation-changed",
    ),
    "the version": ("UPDATE compiled_reports SET version = 99 WHERE uid = :ready", "compilation-changed"),
    "an approval that nobody gave": (
        "UPDATE compiled_reports SET status = 'approved', approved_by_uid = 'x', approved_at = '2026-06-15'"
        " WHERE uid = :ready",
        "compilation-changed",
    ),
    "a publication that nobody ordered": (
        "UPDATE compiled_reports SET status = 'published', published_at = '2026-06-15' WHERE uid = :approved",
        "compilation-changed",
    ),
    "a publication taken back": (
        "UPDATE compiled_reports SET status = 'approved' WHERE uid = :published",
        "compilation-changed",
    ),
    "when it was published": (
        "UPDATE compiled_reports SET published_at = '2026-01-01 00:00:00+00:00' WHERE uid = :published",
        "compilation-changed",
    ),
    "who approved": (
        "UPDATE compiled_reports SET approved_by_uid = 'x' WHERE uid = :approved",
        "compilation-changed",
    ),
    "who signed": (
        "UPDATE compiled_reports SET approved_label = 'Otra persona' WHERE uid = :approved",
        "compilation-changed",
    ),
    "the hash of a file": ("UPDATE compiled_files SET sha256 = :other", "compiled-file-missing"),
    "the size of a file": ("UPDATE compiled_files SET size = 1", "compiled-file-changed"),
    "a deleted file row": ("DELETE FROM compiled_files", "compilation-changed"),
    "a report that was never frozen": (
        "UPDATE compiled_reports SET status = 'requested', recorded_seq = NULL WHERE uid = :ready",
        "compilation-missing",
    ),
    "a report under another name": (
        "UPDATE compiled_reports SET uid = 'forged' WHERE uid = :asked",
        "compilation-unrecorded",
    ),
    "a deleted request": ("DELETE FROM compiled_reports WHERE uid = :asked", "compilation-missing"),
}


def test_finds_each_tampering(compiled):
    missed = {}
    known = {
        "published": compiled.published,
        "approved": compiled.approved,
        "ready": compiled.ready,
        "asked": compiled.asked,
        "other": "0" * 64,
    }
    for what, (statement, expected) in TAMPERINGS.items():
        db.session.remove()
        drop_triggers(db.session.connection())
        values = {name: value for name, value in known.items() if f":{name}" in statement}
        changed = db.session.execute(text(statement), values)
        install_triggers(db.session.connection())
        assert changed.rowcount > 0, what
        found = compiled.found()
        db.session.rollback()
        if expected not in found:
            missed[what] = found
    assert missed == {}


def test_finds_a_changed_and_a_missing_file_on_disk(compiled):
    sha256 = db.session.scalars(select(CompiledFile.sha256)).first()
    path = storage.path_of(press().url, sha256)
    path.chmod(0o640)
    path.write_bytes(path.read_bytes() + b" ")
    assert compiled.found() == {"compiled-file-changed"}
    path.unlink()
    assert compiled.found() == {"compiled-file-missing"}
