"""Evidence packages: what goes in, what must not, and that nothing of what may not be read is told."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from tests.renderers.bags import listed, opened, unpacked
from tests.support.factories.reports import PDF, RESERVE, evidence_row, make_scene
from tests.support.pictures import SECRET, photo
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError
from tracker.domain.evidence import Access
from tracker.domain.plans import PlanStatus
from tracker.models.plans import ActionPlan
from tracker.queries.history import last_sequence
from tracker.renderers import RENDERERS
from tracker.services import evidence, evidence_redactions, storage
from tracker.services.compilations import Order, compile_document
from tracker.services.evidence_packages import PackageFailed, Packing, make_all, safe_name

HIDDEN = {"access": "confidential", "title": "Lista de Ana López"}
CLEAN = PDF + b"% without names\n"


@pytest.fixture
def scene(app_context, monkeypatch):
    # Evidence is what is looked at here: typesetting has its own tests.
    monkeypatch.setattr("tracker.services.evidence_packages.RENDERERS", {"json": 1, "csv": 1, "html": 1})
    return make_scene(activities_per_milestone=2)


def document(scene, **order):
    db.session.rollback()
    day = scene.clock.at.date()
    given = Order(scene.made.number, CompilationKind.PLAN, day, **order)
    return compile_document(given, zone="America/Guatemala", issuer="Gobierno de prueba")


def packed(scene, tmp_path, *, of=None, **limits) -> bytes:
    """The package of the plan's report as it stands now, or of a document compiled before."""
    db.session.rollback()
    packing = Packing(scene.evidence_url, transaction, clock.now, **limits)
    (made,) = make_all(of or document(scene), ["bag"], packing, tmp_path)
    with made.open() as stream:
        return stream.read()


@pytest.fixture
def bag(scene, tmp_path):
    """The folder of a package, valid, with its rows."""
    count = iter(range(99))

    def make(**given):
        folder = tmp_path / f"bag{next(count)}"
        found = unpacked(packed(scene, tmp_path, **given), folder)
        opened(found)
        return found, listed(found)

    return make


def handed_in(scene, *, validate=True, **item):
    """A report with one file, accepted unless said otherwise; the item's uid."""
    report = scene.draft(percent=40, answers=())
    uid = scene.file(report, scene.activity.means, **item)
    scene.submit(report)
    if validate:
        scene.validate(report)
    return uid


def redact(scene, uid, data=CLEAN):
    upload = evidence.store_bytes(
        data, "lista de Ana.pdf", evidence_url=scene.evidence_url, max_bytes=1 << 20
    )
    with transaction():
        evidence_redactions.add_redaction(
            scene.liaison, evidence_uid=uid, upload=upload, now=scene.clock.next()
        )


def everything(folder: Path) -> bytes:
    """All names and all bytes of a package, those of zips within it too."""
    told = b""
    for path in sorted(folder.rglob("*")):
        told += str(path.relative_to(folder)).encode()
        if path.is_file():
            told += path.read_bytes()
        if path.suffix in {".zip", ".xlsx", ".docx"}:
            with zipfile.ZipFile(path) as inner:
                told += b"".join(inner.read(name) for name in inner.namelist())
    return told


def test_it_holds_the_report_its_data_and_the_public_evidence(scene, bag):
    uid = handed_in(scene, name="Acta de la reunión n.º 1.pdf", title="Acta")
    folder, (row,) = bag()
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert row["archivo"] == f"data/evidencias/{sha256}-Acta-de-la-reunion-n.o-1.pdf"
    assert (folder / row["archivo"]).read_bytes() == PDF
    told = (row["titulo"], row["acceso"], row["sha256"], row["sha256_archivo"], row["identificador"])
    assert told == ("Acta", "público", sha256, sha256, uid)
    stem = folder.name.removesuffix("-paquete")
    names = {path.name for path in (folder / "data").iterdir() if path.is_file()}
    assert names == {f"{stem}.json", f"{stem}.html", f"{stem}-tablas.zip", "evidencias.csv"}


def test_the_hash_that_it_names_is_that_of_its_data(scene, bag):
    folder, _ = bag()
    (data,) = (folder / "data").glob("*.json")
    assert json.loads(data.read_text())["sha256"] in (folder / "bag-info.txt").read_text()
    assert "sha256sum -c manifest-sha256.txt" in (folder / "LEAME.txt").read_text()


def test_twice_gives_the_same_bytes_whatever_was_handed_in_since(scene, tmp_path):
    handed_in(scene)
    known = last_sequence()
    before = packed(scene, tmp_path, of=document(scene, known_at=known))
    scene.validated(scene.made.activities[1])
    assert packed(scene, tmp_path, of=document(scene, known_at=known)) == before


@pytest.mark.parametrize("access", [HIDDEN, {**RESERVE, "title": "Lista de Ana López"}])
def test_of_what_is_restricted_nothing_is_told_but_that_it_exists(scene, bag, access):
    data = PDF + b"% secreto de Ana\n"
    handed_in(scene, data=data, name="expediente-ana.pdf", **access)
    folder, (row,) = bag()
    assert (row["estado"], row["archivo"], row["titulo"]) == ("restricted", "", "")
    assert row["sha256"] == hashlib.sha256(data).hexdigest()
    told = everything(folder)
    for secret in ("secreto de Ana", "expediente-ana", "Lista de Ana", "López"):
        assert secret.encode() not in told


def test_of_a_restricted_file_its_public_version_goes_in_under_a_name_of_ours(scene, bag):
    report = scene.draft(percent=40, answers=())
    uid = scene.file(report, scene.activity.means, name="expediente-ana.pdf", **HIDDEN)
    redact(scene, uid)
    scene.validate(scene.submit(report))
    folder, (row,) = bag()
    assert row["estado"] == "public-version"
    assert row["archivo"].endswith("-version-publica.pdf")
    assert (folder / row["archivo"]).read_bytes() == CLEAN
    told = everything(folder)
    assert b"expediente-ana" not in told
    assert b"lista" not in row["archivo"].encode()
    assert PDF not in told.replace(CLEAN, b"")


def test_a_public_version_that_came_after_the_cut_is_not_in_its_package(scene, bag):
    uid = handed_in(scene, **HIDDEN)
    known = last_sequence()
    redact(scene, uid)
    assert bag(of=document(scene, known_at=known))[1][0]["estado"] == "restricted"
    assert bag()[1][0]["estado"] == "public-version"


def test_what_was_restricted_after_the_cut_does_not_go_in(scene, bag):
    uid = handed_in(scene, name="acta-ana.pdf", title="Acta de Ana")
    frozen = document(scene)
    with transaction():
        evidence_row(uid).access = Access.CONFIDENTIAL
    folder, (row,) = bag(of=frozen)
    told = (row["estado"], row["acceso"], row["archivo"], row["titulo"])
    assert told == ("restricted-since", "confidencial", "", "")
    assert not (folder / "data/evidencias").exists()
    assert b"acta-ana" not in everything(folder)


def test_what_is_waiting_for_its_review_does_not_go_in(scene, bag):
    handed_in(scene, validate=False)
    folder, (row,) = bag()
    assert (row["estado"], row["archivo"]) == ("not-accepted", "")
    assert not (folder / "data/evidencias").exists()


def test_what_was_accepted_after_the_cut_is_not_in_its_package(scene, bag):
    report = scene.draft(percent=40, answers=())
    scene.file(report, scene.activity.means)
    scene.submit(report)
    frozen = document(scene)
    scene.validate(report)
    assert bag(of=frozen)[1][0]["estado"] == "not-accepted"


def test_what_was_reopened_after_the_cut_does_not_go_in(scene, bag):
    uid = handed_in(scene)
    frozen = document(scene)
    scene.reopen(evidence_row(uid).report.uid)
    assert bag(of=frozen)[1][0]["estado"] == "not-public"


def test_nothing_of_a_plan_that_is_not_public_goes_in(scene, bag):
    handed_in(scene)
    with transaction():
        db.session.get(ActionPlan, scene.made.id).status = PlanStatus.DRAFT
    assert bag()[1][0]["estado"] == "not-public"


def test_a_link_is_listed_with_its_address(scene, bag):
    scene.validated(percent=40)
    _, (row,) = bag()
    assert (row["estado"], row["archivo"]) == ("link", "")
    assert row["enlace"] == "https://portal.example.gt/informe"


def test_of_a_photo_only_the_copy_without_metadata_goes_in(scene, bag):
    handed_in(scene, data=photo(), name="foto.jpg")
    folder, (row,) = bag()
    assert row["estado"] == "photo-copy"
    assert row["sha256"] != row["sha256_archivo"]
    assert SECRET.encode() not in everything(folder)
    data = (folder / row["archivo"]).read_bytes()
    assert dict(Image.open(io.BytesIO(data)).getexif()) == {}


def test_a_photo_that_cannot_be_copied_stays_out(scene, bag):
    handed_in(scene, data=photo()[:300], name="roto.jpg")
    assert bag()[1][0]["estado"] == "copy-not-made"


def test_the_same_file_of_two_reports_is_there_once(scene, bag):
    handed_in(scene, name="uno.pdf")
    other = scene.made.activities[1]
    report = scene.draft(other, percent=40, answers=())
    scene.file(report, other.means, name="dos.pdf")
    scene.validate(scene.submit(report))
    folder, rows = bag()
    assert len(rows) == 2
    assert len({row["archivo"] for row in rows}) == 1
    assert len(list((folder / "data/evidencias").iterdir())) == 1


@pytest.mark.parametrize(("damage", "code"), [("gone", "missing"), ("changed", "damaged")])
def test_a_file_that_is_not_as_it_was_fails_it(scene, tmp_path, damage, code):
    uid = handed_in(scene)
    path = storage.path_of(scene.evidence_url, evidence_row(uid).sha256)
    path.chmod(0o600)
    path.write_bytes(PDF.swapcase())
    if damage == "gone":
        path.unlink()
    with pytest.raises(PackageFailed) as failed:
        packed(scene, tmp_path)
    assert failed.value.code == f"evidence-file-{code}"


def test_more_than_it_may_hold_fails_it(scene, tmp_path):
    handed_in(scene)
    with pytest.raises(PackageFailed) as failed:
        packed(scene, tmp_path, max_bytes=len(PDF) - 1)
    assert failed.value.code == "package-too-large"
    assert packed(scene, tmp_path, max_bytes=len(PDF))
    assert packed(scene, tmp_path, max_bytes=0)


def test_a_title_that_looks_like_a_formula_stays_a_text_in_the_listing(scene, bag):
    handed_in(scene, title="=1+1")
    assert bag()[1][0]["titulo"] == "'=1+1"


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Acta n.º 1 (final).PDF", "Acta-n.o-1-final.PDF"),
        ("../../etc/passwd", "passwd"),
        ("ñandú%20\n.pdf", "nandu-20.pdf"),
        ("日本.pdf", "archivo.pdf"),
        ("...", "archivo"),
        ("a" * 200 + ".xlsx", "a" * 80 + ".xlsx"),
    ],
)
def test_names_are_taken_by_every_system(given, safe):
    assert safe_name(given) == safe


def test_every_format_is_in_a_package_and_asked_for_once(app_context, tmp_path):
    scene = make_scene()
    packing = Packing(scene.evidence_url, transaction, clock.now)
    made = make_all(document(scene), ["json", "bag", "json"], packing, tmp_path)
    assert [one.format for one in made] == ["json", "bag"]
    with made[1].open() as stream:
        folder = unpacked(stream.read(), tmp_path / "out")
    files = [path for path in (folder / "data").iterdir() if path.name != "evidencias.csv"]
    assert len(files) == len(RENDERERS)
    with pytest.raises(DomainError):
        make_all(document(scene), ["odt"], packing, tmp_path)
