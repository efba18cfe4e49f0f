"""Pictures of evidence: drawn by a process of its own, without metadata, kept under their own hash."""

from __future__ import annotations

import io
import os
import subprocess

import pytest
from PIL import Image
from sqlalchemy import select

from tests.support.factories.reports import PDF, evidence_row, make_scene
from tests.support.pictures import SECRET, XMP, document, photo
from tracker.db import db, transaction
from tracker.models.evidence import Rendition, RenditionKind, StoredFile
from tracker.services import picture_worker, renditions, storage
from tracker.services.evidence import store_bytes
from tracker.services.renditions import draw, find_picture, needs_password, record_drawn
from tracker.services.verification import verify


@pytest.fixture(autouse=True)
def nothing_failed_before():
    renditions._FAILED.clear()


@pytest.fixture
def scene(app_context):
    return make_scene()


def kept(scene, data, name):
    """A file handed in, and its hash."""
    return evidence_row(scene.file(scene.draft(answers=()), data=data, name=name)).sha256


def drawn(scene, sha256, kind=RenditionKind.PREVIEW, page=1):
    db.session.rollback()
    made = draw(sha256, kind, page=page, evidence_url=scene.evidence_url)
    with transaction():
        record_drawn(made, now=scene.clock.next())
    return made


def bytes_of(scene, sha256):
    return storage.path_of(scene.evidence_url, sha256).read_bytes()


class TestAPreview:
    def test_of_a_page_comes_with_a_thumbnail_and_the_number_of_pages(self, scene):
        source = kept(scene, document(3), "informe.pdf")
        drawn(scene, source)
        preview, small = (
            find_picture(source, kind) for kind in (RenditionKind.PREVIEW, RenditionKind.THUMBNAIL)
        )
        assert (preview.pages, preview.page, preview.media_type) == (3, 1, "image/webp")
        assert max(preview.width, preview.height) == picture_worker.PREVIEW
        assert max(small.width, small.height) == picture_worker.THUMBNAIL
        assert Image.open(io.BytesIO(bytes_of(scene, preview.sha256))).size == (preview.width, preview.height)

    def test_of_a_further_page_is_that_page(self, scene):
        source = kept(scene, document(3), "informe.pdf")
        drawn(scene, source, page=3)
        third = find_picture(source, RenditionKind.PREVIEW, 3)
        assert (third.page, third.pages) == (3, 3)
        assert third.width == pytest.approx(third.height * 202 / 300, abs=1)
        assert find_picture(source, RenditionKind.THUMBNAIL) is None

    @pytest.mark.parametrize("page", [0, -1, 4, 10_000])
    def test_of_no_page_is_none(self, scene, page):
        assert drawn(scene, kept(scene, document(3), "informe.pdf"), page=page) in ((), [])

    @pytest.mark.parametrize(("kind", "name"), [("JPEG", "f.jpg"), ("PNG", "f.png"), ("WEBP", "f.webp")])
    def test_of_a_photo_is_upright_and_tells_nothing_of_it(self, scene, kind, name):
        source = kept(scene, photo(kind), name)
        drawn(scene, source)
        preview = find_picture(source, RenditionKind.PREVIEW)
        assert preview.height > preview.width
        assert_bare(bytes_of(scene, preview.sha256))

    def test_twice_is_one_row_and_one_file(self, scene):
        source = kept(scene, photo(), "foto.jpg")
        first = drawn(scene, source)
        assert [one.sha256 for one in drawn(scene, source)] == [one.sha256 for one in first]
        rows = db.session.scalars(select(Rendition).where(Rendition.source_sha256 == source)).all()
        assert sorted(one.kind for one in rows) == ["preview", "thumbnail"]

    def test_of_the_same_photo_handed_in_twice_is_drawn_once(self, scene):
        assert (
            kept(scene, photo(), "foto.jpg")
            == evidence_row(
                scene.file(scene.draft(scene.made.activities[1], answers=()), data=photo(), name="otra.jpg")
            ).sha256
        )


def assert_bare(data):
    """No metadata of any kind in a picture."""
    image = Image.open(io.BytesIO(data))
    assert dict(image.getexif()) == {}
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background",
                               "timestamp", "duration"}  # fmt: skip
    for trace in (SECRET.encode(), b"Exif", b"xmpmeta", b"Photoshop", XMP[:20]):
        assert trace not in data


class TestThePublicCopy:
    @pytest.mark.parametrize(
        ("kind", "name", "media_type"),
        [("JPEG", "f.jpg", "image/jpeg"), ("PNG", "f.png", "image/png"), ("WEBP", "f.webp", "image/webp")],
    )
    def test_of_a_photo_is_the_same_picture_without_where_and_who(self, scene, kind, name, media_type):
        data = photo(kind)
        assert SECRET.encode() in data
        source = kept(scene, data, name)
        drawn(scene, source, RenditionKind.PUBLIC_COPY)
        copy = find_picture(source, RenditionKind.PUBLIC_COPY)
        made = bytes_of(scene, copy.sha256)
        image = Image.open(io.BytesIO(made)).convert("RGB")
        assert (copy.media_type, image.size) == (media_type, (80, 120))
        # Turned upright, what lay at the left is now above.
        assert image.getpixel((40, 5)) >= (240, 240, 240)
        assert image.getpixel((40, 115)) < (90, 130, 180)
        assert_bare(made)
        assert copy.sha256 != source

    def test_keeps_what_is_seen_through(self, scene):
        target = io.BytesIO()
        Image.new("RGBA", (20, 20), (10, 20, 30, 0)).save(target, "PNG")
        source = kept(scene, target.getvalue(), "logo.png")
        drawn(scene, source, RenditionKind.PUBLIC_COPY)
        made = Image.open(io.BytesIO(bytes_of(scene, find_picture(source, RenditionKind.PUBLIC_COPY).sha256)))
        assert made.mode == "RGBA"
        assert made.getpixel((5, 5))[3] == 0

    def test_of_colours_for_print_is_for_screens(self, scene):
        target = io.BytesIO()
        Image.new("CMYK", (20, 20), (0, 0, 0, 0)).save(target, "JPEG")
        source = kept(scene, target.getvalue(), "imprenta.jpg")
        drawn(scene, source, RenditionKind.PUBLIC_COPY)
        made = Image.open(io.BytesIO(bytes_of(scene, find_picture(source, RenditionKind.PUBLIC_COPY).sha256)))
        assert (made.mode, made.getpixel((5, 5))) == ("RGB", (255, 255, 255))


BROKEN = {"roto.pdf": PDF, "roto.jpg": photo()[:300], "falso.png": photo("PNG")[:60]}


class TestWhatCannotBeDrawn:
    @pytest.mark.parametrize("name", BROKEN)
    def test_is_handed_in_all_the_same_and_has_no_picture(self, scene, name):
        source = kept(scene, BROKEN[name], name)
        assert drawn(scene, source) == ()
        assert find_picture(source, RenditionKind.PREVIEW) is None

    def test_is_not_tried_again(self, scene, monkeypatch):
        source = kept(scene, PDF, "roto.pdf")
        drawn(scene, source)
        monkeypatch.setattr(renditions, "_start", lambda *_all: pytest.fail("tried again"))
        assert drawn(scene, source) == ()

    def test_for_its_many_pixels_is_refused_by_the_worker(self, scene, monkeypatch, tmp_path):
        target = io.BytesIO()
        Image.new("1", (20_000, 8_000)).save(target, "PNG")
        source = kept(scene, target.getvalue(), "bomba.png")
        assert drawn(scene, source) == ()

    def test_in_time_is_given_up(self, scene, monkeypatch):
        source = kept(scene, document(1), "lento.pdf")
        monkeypatch.setattr(renditions, "SECONDS", 0.001)
        assert drawn(scene, source) == ()

    def test_where_no_place_is_free_is_tried_another_time(self, scene, monkeypatch):
        source = kept(scene, document(1), "espera.pdf")
        monkeypatch.setattr(renditions, "WAIT_SECONDS", 0.01)
        for _ in range(2):
            renditions._PLACES.acquire()
        try:
            assert drawn(scene, source) == ()
        finally:
            renditions._PLACES.release(2)
        assert drawn(scene, source)


def test_the_worker_sees_nothing_of_ours(scene, monkeypatch):
    monkeypatch.setenv("CUMPLE_SECRET_KEY", "secreto")
    seen = {}

    def run(command, **given):
        seen.update(given, command=command)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    drawn(scene, kept(scene, document(1), "a.pdf"))
    assert seen["env"] == {}
    assert "-I" in seen["command"]
    assert not os.path.exists(seen["cwd"])


def test_the_worker_limits_itself_before_it_reads(tmp_path):
    """In a process of its own, since limits once set stay."""
    code = (
        f"import runpy, resource; w = runpy.run_path({picture_worker.__file__!r}); w['limit']();"
        "print([resource.getrlimit(k)[0] for k in (resource.RLIMIT_AS, resource.RLIMIT_CPU)])"
    )
    import sys

    told = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str([picture_worker.MEMORY, picture_worker.CPU_SECONDS])


class TestAPassword:
    @pytest.mark.parametrize(
        ("data", "needed"),
        [
            (document(1), False),
            (document(1, password="clave"), True),
            (document(1, owner_only=True), False),
            (b"%PDF-1.7 /Encrypt but broken", False),
        ],
    )
    def test_to_open_a_document_is_told(self, tmp_path, data, needed):
        path = tmp_path / "file"
        path.write_bytes(data)
        assert needs_password(path) is needed

    def test_is_refused_since_nobody_could_review_it(self, scene):
        with pytest.raises(Exception, match="file-needs-password"):
            store_bytes(
                document(1, password="clave"), "a.pdf", evidence_url=scene.evidence_url, max_bytes=10**6
            )


def test_pictures_are_part_of_what_verify_proves(scene):
    source = kept(scene, photo(), "foto.jpg")
    drawn(scene, source)
    drawn(scene, source, RenditionKind.PUBLIC_COPY)
    assert found(scene) == set()
    copy = find_picture(source, RenditionKind.PUBLIC_COPY)
    path = storage.path_of(scene.evidence_url, copy.sha256)
    path.chmod(0o600)
    path.write_bytes(b"another picture")
    assert found(scene) == {"file-changed"}
    path.unlink()
    assert found(scene) == {"file-missing"}


def test_a_picture_that_points_to_a_restricted_file_is_found(scene):
    source = kept(scene, photo(), "foto.jpg")
    drawn(scene, source, RenditionKind.PUBLIC_COPY)
    hidden = evidence_row(
        scene.file(
            scene.draft(scene.made.activities[1], answers=()),
            data=photo(colour="#aa0000"),
            name="oculta.jpg",
            access="confidential",
        )
    ).sha256
    with transaction():
        db.session.scalars(select(Rendition)).one().sha256 = hidden
    assert found(scene) == {"picture-changed"}
    with transaction():
        db.session.get(StoredFile, hidden).media_type = "application/pdf"
    assert "picture-changed" in found(scene)


def found(scene):
    db.session.remove()
    folder = scene.evidence_url.removeprefix("file://")
    return {one.kind for one in verify(evidence_url=scene.evidence_url, reports_folder=folder)}
