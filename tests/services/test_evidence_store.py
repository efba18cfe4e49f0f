"""Stored bytes: held against their hash, the longest unseen first; what nobody names is swept."""

from __future__ import annotations

import io
import os
import time
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.plans import TODAY
from tests.support.factories.reports import PDF, RESERVE, evidence_row, make_scene
from tests.support.pictures import photo
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.notifications import Event
from tracker.domain.permissions import AccountRole
from tracker.models.checks import FileCheck, FileDamage
from tracker.models.evidence import Rendition, RenditionKind, StoredFile
from tracker.models.notices import Notice, NoticeStatus
from tracker.queries.evidence_store import get_store_state
from tracker.services import evidence, storage
from tracker.services.evidence_store import Orphan, list_orphans, sweep, verify_next
from tracker.services.renditions import draw, record_drawn
from tracker.services.verification import verify

DAY = 24 * 3600


@pytest.fixture
def scene(app_context):
    return make_scene(activities_per_milestone=3)


@pytest.fixture
def reports_url(app_context):
    return f"file://{Path(app_context.config['INSTANCE_PATH']) / 'reports'}"


@pytest.fixture
def admin(scene):
    return actor_of(make_user(AccountRole.ADMIN))


def handed_in(scene, *datas, **more):
    """Files of one draft, and the hash of the last."""
    draft = scene.draft(answers=())
    uids = [scene.file(draft, data=data, **more) for data in datas or [PDF]]
    return evidence_row(uids[-1]).sha256


def path(scene, sha256):
    return storage.path_of(scene.evidence_url, sha256)


def look(scene, before=None):
    return verify_next(
        scene.evidence_url, before=before or clock.now(), unit=transaction, now=clock.now, today=TODAY
    )


def rewrite(file, data):
    file.chmod(0o640)
    file.write_bytes(data)


def checks():
    db.session.rollback()
    return {one.sha256: one.damage for one in db.session.scalars(select(FileCheck))}


def told():
    db.session.rollback()
    return list(db.session.scalars(select(Notice).where(Notice.kind == Event.EVIDENCE_DAMAGED.value)))


def orphans(scene, reports_url, now=None):
    found = [one.path.name for one in list_orphans(scene.evidence_url, reports_url, now=now or clock.now())]
    db.session.rollback()
    return found


def age(file, seconds=DAY + 60):
    os.utime(file, (time.time() - seconds,) * 2)


def take_out(scene, uid):
    with transaction():
        evidence.remove_item(scene.liaison, evidence_uid=uid, now=scene.clock.next())


class TestVerifying:
    def test_every_file_is_held_against_its_hash_once_in_a_run(self, scene):
        handed_in(scene, PDF + b"1", PDF + b"2", PDF + b"3")
        hashes = set(db.session.scalars(select(StoredFile.sha256)))
        began = clock.now()
        assert [look(scene, began)[1] for _ in hashes] == [None] * 3
        assert (look(scene, began), checks()) == (None, dict.fromkeys(hashes))

    def test_the_longest_unseen_comes_first_and_the_damaged_before_it(self, scene):
        handed_in(scene, PDF + b"1", PDF + b"2")
        began = clock.now()
        look(scene, began)
        look(scene, began)
        last = max(checks(), key=lambda one: db.session.get(FileCheck, one).verified_at)
        rewrite(path(scene, last), b"otra cosa")
        look(scene)
        assert list(checks().values()).count(None) == 2
        look(scene)
        assert checks()[last] is FileDamage.CHANGED
        seen = db.session.get(FileCheck, last).verified_at
        look(scene)
        db.session.rollback()
        assert db.session.get(FileCheck, last).verified_at > seen

    @pytest.mark.parametrize("damage", list(FileDamage))
    def test_a_damage_is_told_to_administrators_once_and_cleared_when_mended(self, scene, admin, damage):
        sha256 = handed_in(scene)
        file = path(scene, sha256)
        if damage is FileDamage.MISSING:
            file.unlink()
        else:
            rewrite(file, PDF[:-1] + b"x")
        assert look(scene)[1] is damage
        look(scene)
        (notice,) = told()
        assert (notice.user_id, notice.params["damage"], notice.params["name"]) == (
            admin.user_id, damage.value, "acta.pdf",
        )  # fmt: skip
        state = get_store_state(admin)
        assert [(one.sha256, one.damage, one.name) for one in state.damaged] == [(sha256, damage, "acta.pdf")]
        file.unlink(missing_ok=True)
        file.write_bytes(PDF)
        assert look(scene)[1] is None
        assert [one.status for one in told()] == [NoticeStatus.CLEARED]
        assert get_store_state(admin).damaged == []

    def test_the_name_of_a_restricted_file_is_told_to_nobody(self, scene, admin):
        sha256 = handed_in(scene, name="lista-de-victimas.pdf", **RESERVE)
        path(scene, sha256).unlink()
        look(scene)
        assert "victimas" not in str(told()[0].params)
        assert get_store_state(admin).damaged[0].name == ""

    def test_a_damage_changes_nothing_that_verify_holds_to_the_chain(self, scene, reports_url):
        sha256 = handed_in(scene)
        look(scene)
        arguments = {
            "evidence_url": scene.evidence_url,
            "reports_folder": reports_url.removeprefix("file://"),
        }
        assert verify(**arguments) == []
        path(scene, sha256).unlink()
        look(scene)
        assert [one.kind for one in verify(**arguments)] == ["file-missing"]

    def test_a_file_swept_while_it_was_read_is_no_damage(self, scene, reports_url):
        uid = scene.file(scene.draft(answers=()))
        sha256 = evidence_row(uid).sha256
        take_out(scene, uid)

        units = iter([lambda: None, lambda: age_and_sweep(scene, sha256)])

        def swept_first():
            next(units)()  # between the choice of the file and what is written down of it
            return transaction()

        found = verify_next(
            scene.evidence_url, before=clock.now(), unit=swept_first, now=clock.now, today=TODAY
        )
        assert (found, checks()) == ((len(PDF), None), {})


def age_and_sweep(scene, sha256):
    db.session.rollback()
    file = path(scene, sha256)
    age(file)
    assert sweep(Orphan(file, sha256), unit=transaction, now=clock.now())


class TestSweeping:
    def test_what_is_named_stays_however_old(self, scene, reports_url):
        age(path(scene, handed_in(scene)))
        assert orphans(scene, reports_url) == []

    def test_a_file_without_a_row_goes_after_a_day_and_no_sooner(self, scene, reports_url):
        upload = evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=10_000)
        file = path(scene, upload.sha256)
        assert orphans(scene, reports_url) == []
        assert orphans(scene, reports_url, clock.now() + timedelta(hours=23)) == []
        age(file)
        assert orphans(scene, reports_url) == [upload.sha256]
        assert file.exists()
        assert sweep(Orphan(file, upload.sha256), unit=transaction, now=clock.now())
        assert not file.exists()

    def test_half_written_files_go_too(self, scene, reports_url):
        for url in (scene.evidence_url, reports_url):
            folder = storage.folder_of(url) / "incoming" / "paquete-x"
            folder.mkdir(parents=True)
            (folder / "a.tmp").write_bytes(b"medio")
            age(folder / "a.tmp")
            (folder.parent / "nuevo.tmp").write_bytes(b"en curso")
        found = list(list_orphans(scene.evidence_url, reports_url, now=clock.now()))
        assert [one.path.name for one in found] == ["a.tmp", "a.tmp"]
        for one in found:
            assert sweep(one, unit=transaction, now=clock.now())
        assert orphans(scene, reports_url) == []

    def test_a_compiled_report_that_nobody_named_goes_and_evidence_of_the_same_bytes_stays(
        self, scene, reports_url
    ):
        sha256 = handed_in(scene)
        storage.keep(storage.receive(io.BytesIO(PDF), reports_url, max_bytes=10_000), reports_url)
        age(storage.path_of(reports_url, sha256))
        age(path(scene, sha256))
        (orphan,) = list_orphans(scene.evidence_url, reports_url, now=clock.now())
        db.session.rollback()
        assert orphan.is_report
        assert sweep(orphan, unit=transaction, now=clock.now())
        assert path(scene, sha256).exists()
        assert db.session.get(StoredFile, sha256) is not None

    def test_what_was_taken_out_of_a_draft_goes_with_its_row_and_then_its_pictures(self, scene, reports_url):
        uid = scene.file(scene.draft(answers=()), data=photo(), name="foto.jpg")
        sha256 = evidence_row(uid).sha256
        db.session.rollback()
        drawn = draw(sha256, RenditionKind.PUBLIC_COPY, evidence_url=scene.evidence_url)
        with transaction():
            record_drawn(drawn, now=scene.clock.next())
        look(scene)
        look(scene)
        picture = path(scene, drawn[0].sha256)
        age(picture)
        assert orphans(scene, reports_url) == []
        take_out(scene, uid)
        age_and_sweep(scene, sha256)
        assert not path(scene, sha256).exists()
        assert db.session.scalars(select(Rendition)).all() == []
        assert orphans(scene, reports_url) == [drawn[0].sha256]
        age_and_sweep(scene, drawn[0].sha256)
        assert (db.session.scalars(select(StoredFile)).all(), checks()) == ([], {})

    def test_what_got_a_name_meanwhile_stays(self, scene):
        sha256 = handed_in(scene)
        age(path(scene, sha256))
        db.session.rollback()
        assert not sweep(Orphan(path(scene, sha256), sha256), unit=transaction, now=clock.now())
        assert path(scene, sha256).exists()

    def test_what_was_handed_in_again_meanwhile_stays_before_its_row_is_there(self, scene, reports_url):
        upload = evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=10_000)
        file = path(scene, upload.sha256)
        age(file)
        (orphan,) = list_orphans(scene.evidence_url, reports_url, now=clock.now())
        db.session.rollback()
        evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=10_000)
        assert not sweep(orphan, unit=transaction, now=clock.now())
        assert file.exists()

    def test_who_hands_bytes_in_waits_for_the_sweep_of_the_same_and_keeps_them_anew(self, scene):
        upload = evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=10_000)
        file = path(scene, upload.sha256)
        with storage.locked(file):
            again = Thread(
                target=evidence.store_bytes,
                args=(PDF, "a.pdf"),
                kwargs={"evidence_url": scene.evidence_url, "max_bytes": 10_000},
            )
            again.start()
            again.join(0.3)
            assert again.is_alive()
            file.unlink()
        again.join()
        assert file.read_bytes() == PDF

    def test_a_disk_without_locks_keeps_what_is_handed_in_and_sweeps_nothing(self, scene, monkeypatch):
        def none(*_arguments):
            raise OSError("no locks here")

        monkeypatch.setattr(storage.fcntl, "flock", none)
        upload = evidence.store_bytes(PDF, "a.pdf", evidence_url=scene.evidence_url, max_bytes=10_000)
        file = path(scene, upload.sha256)
        age(file)
        with pytest.raises(OSError, match="no locks here"):
            sweep(Orphan(file, upload.sha256), unit=transaction, now=clock.now())
        assert file.exists()

    def test_a_crash_after_the_rows_went_is_found_the_next_night(self, scene, reports_url, monkeypatch):
        uid = scene.file(scene.draft(answers=()))
        sha256 = evidence_row(uid).sha256
        take_out(scene, uid)
        age(path(scene, sha256))
        db.session.rollback()

        def killed(*_arguments, **_more):
            raise KeyboardInterrupt

        with monkeypatch.context() as broken:
            broken.setattr(Path, "unlink", killed)
            with pytest.raises(KeyboardInterrupt):
                sweep(Orphan(path(scene, sha256), sha256), unit=transaction, now=clock.now())
        assert db.session.get(StoredFile, sha256) is None
        assert orphans(scene, reports_url) == [sha256]
