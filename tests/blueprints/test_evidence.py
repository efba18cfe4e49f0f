"""The page of an item of evidence, its pictures, its versions, its public version, what the public gets."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from tests.support.factories.reports import PDF, RESERVE, evidence_of, evidence_row
from tests.support.factories.work import fill, make_work, pdf
from tests.support.pictures import SECRET, document, photo
from tracker.services import renditions

SEALED = "default-src 'none'; sandbox"
EDIT, REPLACE = "#editar + form", "#reemplazar + form"


@pytest.fixture(autouse=True)
def nothing_failed_before():
    renditions._FAILED.clear()


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def liaison(work):
    return work.client("liaison")


@pytest.fixture
def scene(app, work):
    """For doing things without pages, each within `with app.app_context()`."""
    return work.scene()


def uploaded(work, liaison, data, name, access="public"):
    """A file handed in through the form; the uid of its item."""
    page = liaison.get("progress.report", uid=work.activity.uid)
    values = {"evidence-0-files": [(io.BytesIO(data), name)], "evidence-0-access": access}
    done = fill(liaison, page, {"percent": "40", **values})
    return done.all(".kept a[href*='/avances/evidencia/']")[0]["href"].rpartition("/")[2]


def handed_in(app, work, *, data=PDF, name="acta.pdf", validate=False, **about):
    """A file of a report in review (or validated); the uid of its item."""
    with app.app_context():
        scene = work.scene()
        report = scene.draft(work.activity, 40, answers=(), today=work.today)
        uid = scene.file(report, work.activity.means, data=data, name=name, **about)
        scene.submit(report, today=work.today)
        if validate:
            scene.validate(report, today=work.today)
    return uid


def errors(page):
    return page.texts(".field-error")


def file_of(client, target, **values):
    """A file as it is handed out, read to its end."""
    page = client.get(target, **values)
    assert page.data
    page.response.close()
    return page


def picture(page):
    return Image.open(io.BytesIO(page.data))


def sealed(page):
    """Whether nothing in an answer could run, and nothing is guessed of it."""
    headers = page.headers
    return headers["Content-Security-Policy"] == SEALED and headers["X-Content-Type-Options"] == "nosniff"


class TestTheDraft:
    def test_names_its_evidence_with_a_small_picture(self, work, liaison):
        uid = uploaded(work, liaison, document(3), "informe.pdf")
        page = liaison.get("progress.report", uid=work.activity.uid)
        small = page.one(".evidence img")
        assert f"/evidencia/{uid}/miniatura" in small["src"]
        answer = file_of(liaison, small["src"])
        assert max(picture(answer).size) == 240
        assert sealed(answer)

    def test_lets_everything_be_said_otherwise(self, work, liaison):
        uid = uploaded(work, liaison, PDF, "acta.pdf")
        page = liaison.get("progress.evidence", uid=uid)
        values = {
            "title": "Acta final",
            "effective_on": "2026-03-01",
            "access": "reserved",
            "resolution_number": "12-2026",
            "resolution_authority": "Gerencia",
            "resolution_on": "2026-01-15",
            "legal_ground": "Decreto 57-2008, artículo 23",
            "reserved_until": "2033-01-15",
            "description": "Con firmas.",
        }
        done = liaison.submit(page, values, form=EDIT)
        assert "Acta final" in done.main
        shown = liaison.get("progress.evidence", uid=uid)
        assert "Resolución 12-2026 del 15 de enero de 2026, Gerencia" in shown.main
        assert "Reservada hasta el 15 de enero de 2033" in shown.main
        assert shown.one(f"{EDIT} #resolution_number")["value"] == "12-2026"

    def test_says_at_once_all_that_a_reserve_lacks(self, work, liaison):
        uid = uploaded(work, liaison, PDF, "acta.pdf")
        page = liaison.get("progress.evidence", uid=uid)
        refused = liaison.submit(page, {"access": "reserved", "title": "Acta"}, form=EDIT, expect=422)
        assert len(errors(refused)) == 4
        assert refused.one(f"{EDIT} #title")["value"] == "Acta"

    def test_takes_another_file_in_its_place(self, work, liaison):
        uid = uploaded(work, liaison, PDF, "acta.pdf")
        page = liaison.get("progress.evidence", uid=uid)
        done = liaison.submit(page, {"file": pdf("acta-2.pdf", PDF + b"2")}, form=REPLACE)
        assert "acta-2.pdf" in done.h1
        assert "acta.pdf" not in liaison.get("progress.report", uid=work.activity.uid).main
        liaison.get("progress.evidence", uid=uid, expect=404)

    @pytest.mark.parametrize(
        ("file", "told"),
        [
            (None, "Elija un archivo."),
            (pdf("acta-2.pdf"), "es el mismo archivo"),
            ((io.BytesIO(b"<html>"), "acta.pdf"), "no es de un tipo admitido"),
        ],
    )
    def test_says_why_another_file_is_refused(self, work, liaison, file, told):
        uid = uploaded(work, liaison, PDF, "acta.pdf")
        page = liaison.get("progress.evidence", uid=uid)
        refused = liaison.submit(page, {"file": file} if file else {}, form=REPLACE, expect=422)
        assert told in errors(refused)[0]

    def test_lets_an_item_be_taken_out(self, work, liaison):
        uid = uploaded(work, liaison, PDF, "acta.pdf")
        page = liaison.get("progress.evidence", uid=uid)
        done = liaison.submit(page, form="form[action$='/quitar']")
        assert "acta.pdf" not in done.main

    def test_is_nobody_elses(self, work, liaison):
        uid = uploaded(work, liaison, PDF, "acta.pdf")
        for who in ("helper", "contact", "table", "auditor"):
            work.client(who).get("progress.evidence", uid=uid, expect=404)
            work.client(who).get("reviews.evidence_preview", uid=uid, expect=404)


class TestAfterwards:
    def test_nothing_of_it_changes(self, app, work, liaison):
        uid = handed_in(app, work)
        page = liaison.get("progress.evidence", uid=uid)
        assert page.all(EDIT) == page.all(REPLACE) == []
        liaison.post("progress.edit_evidence", {"title": "Otra"}, uid=uid, expect=409)

    def test_a_reviewer_pages_through_it(self, app, work):
        uid = handed_in(app, work, data=document(3), name="informe.pdf")
        contact = work.client("contact")
        first = contact.get("progress.evidence", uid=uid)
        assert "Página 1 de 3" in first.main
        second = contact.get(first.one("a[rel=next]")["href"])
        shown = file_of(contact, second.one("figure img")["src"])
        assert shown.headers["Content-Type"] == "image/webp"
        assert sealed(shown)
        assert second.one("a[rel=prev]")
        contact.get("reviews.evidence_preview", uid=uid, pagina=4, expect=404)

    def test_what_cannot_be_drawn_is_said_to_have_no_preview(self, app, work):
        page = work.client("contact").get("progress.evidence", uid=handed_in(app, work))
        assert "Sin vista previa" in page.main
        assert page.all("figure") == []

    def test_who_may_not_open_it_reads_nothing_that_a_person_wrote(self, app, work):
        about = {"title": "Nómina de Ana Pérez", "description": "Con su DPI.", "access": "confidential"}
        uid = handed_in(app, work, name="ana-perez.pdf", **about)
        table = work.client("table")
        for page in (
            table.get("progress.evidence", uid=uid),
            table.get("progress.activity", uid=work.activity.uid),
        ):
            for word in ("Ana", "ana-perez", "DPI"):
                assert word not in page.main
        assert "Informe" in table.get("progress.evidence", uid=uid).main
        table.get("reviews.evidence", uid=uid, expect=404)
        table.get("reviews.evidence_preview", uid=uid, expect=404)

    def test_a_restricted_link_is_no_link_for_who_may_not_open_it(self, app, work):
        with app.app_context():
            scene = work.scene()
            report = scene.draft(work.activity, 40, answers=(), today=work.today)
            scene.link(report, work.activity.means, access="confidential", url="https://nube.gt/ana")
            scene.validate(scene.submit(report, today=work.today), today=work.today)
        for who in ("table", "helper"):
            assert "nube.gt" not in work.client(who).get("progress.activity", uid=work.activity.uid).markup

    def test_a_new_version_is_told_with_the_one_before(self, app, work, liaison):
        uid = handed_in(app, work, validate=True)
        with app.app_context():
            scene = work.scene()
            report = evidence_row(uid).report.uid
            again = scene.correct(report, today=work.today)
            new = scene.file(again, data=PDF + b"2", name="acta-2.pdf", replaces=evidence_of(again)[0])
        page = liaison.get("progress.evidence", uid=new)
        assert "Versión 2 (esta)" in page.main
        assert page.link("Versión 1").endswith(uid)
        assert "versión 2" in liaison.get("progress.report", uid=work.activity.uid).main


PUBLIC = "form[action$='/version-publica']"


class TestThePublicVersion:
    @pytest.mark.parametrize("who", ["liaison", "contact"])
    def test_is_added_beside_what_was_handed_in(self, app, work, client, who):
        uid = handed_in(app, work, validate=True, access="confidential")
        person = work.client(who)
        page = person.get("progress.evidence", uid=uid)
        done = person.submit(page, {"public_file": pdf("tachada.pdf", document(1))}, form=PUBLIC)
        assert "tachada.pdf" in done.main
        shown = client.get("portal.activity", uid=work.activity.uid)
        assert "Existe y fue aceptada" in shown.main
        answer = file_of(client, shown.link("Versión pública, sin los datos restringidos"))
        assert answer.data.startswith(b"%PDF")
        assert "filename=version-publica.pdf" in answer.headers["Content-Disposition"]
        client.get("machine.public_evidence", uid=uid, expect=404)

    def test_that_is_the_original_is_refused(self, app, work):
        uid = handed_in(app, work, access="confidential")
        contact = work.client("contact")
        page = contact.get("progress.evidence", uid=uid)
        refused = contact.submit(page, {"public_file": pdf("otra.pdf")}, form=PUBLIC, expect=422)
        assert "La versión pública debe ser otro archivo" in errors(refused)[0]

    def test_of_a_draft_can_be_taken_away(self, work, liaison):
        uid = uploaded(work, liaison, PDF, "lista.pdf", access="confidential")
        page = liaison.get("progress.evidence", uid=uid)
        added = liaison.submit(page, {"public_file": pdf("tachada.pdf", PDF + b"2")}, form=PUBLIC)
        assert "se registra al enviar el informe" in added.main
        gone = liaison.submit(added, form="form[action$='/version-publica/quitar']")
        assert "tachada.pdf" not in gone.main

    def test_is_added_by_nobody_else(self, app, work):
        uid = handed_in(app, work, access="confidential")
        for who, status in (("auditor", 403), ("head", 403), ("table", 403), ("helper", 404)):
            person = work.client(who)
            person.get("accounts.show")
            person.post("progress.add_public_version", {}, uid=uid, expect=status)


class TestWhatThePublicGets:
    @pytest.mark.parametrize(
        ("kind", "name"), [("JPEG", "foto.jpg"), ("PNG", "foto.png"), ("WEBP", "f.webp")]
    )
    def test_of_a_photo_is_a_copy_without_its_metadata(self, app, work, client, kind, name):
        uid = handed_in(app, work, data=photo(kind), name=name, validate=True)
        answer = file_of(client, "machine.public_evidence", uid=uid)
        assert SECRET.encode() not in answer.data
        assert dict(picture(answer).getexif()) == {}
        assert sealed(answer)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        original = file_of(work.client("contact"), "reviews.evidence", uid=uid)
        assert original.data == photo(kind)
        assert "no-store" in original.headers["Cache-Control"]
        shown = client.get("portal.activity", uid=work.activity.uid)
        assert shown.main.count("SHA-256") >= 2
        assert "Copia sin los datos ocultos de la foto" in shown.main

    def test_of_a_photo_that_cannot_be_copied_is_nothing(self, app, work, client):
        uid = handed_in(app, work, data=photo()[:300], name="rota.jpg", validate=True)
        client.get("machine.public_evidence", uid=uid, expect=404)

    def test_of_a_document_is_the_document_and_pictures_of_it(self, app, work, client):
        data = document(2)
        uid = handed_in(app, work, data=data, name="informe.pdf", validate=True)
        assert file_of(client, "machine.public_evidence", uid=uid).data == data
        for target in ("machine.public_preview", "machine.public_thumbnail"):
            answer = file_of(client, target, uid=uid)
            assert answer.headers["Content-Type"] == "image/webp"
            assert sealed(answer)
            assert "Set-Cookie" not in answer.headers
        shown = client.get("portal.activity", uid=work.activity.uid)
        assert f"/evidencias/{uid}/miniatura" in shown.all(".evidence img")[0]["src"]

    @pytest.mark.parametrize("about", [{"access": "confidential"}, RESERVE])
    def test_of_a_restricted_file_is_only_that_it_exists(self, app, work, client, about):
        uid = handed_in(app, work, data=document(1), name="lista.pdf", validate=True, **about)
        for target in (
            "machine.public_evidence",
            "machine.public_redaction",
            "machine.public_preview",
            "machine.public_thumbnail",
        ):
            client.get(target, uid=uid, expect=404)
        shown = client.get("portal.activity", uid=work.activity.uid).main
        assert "Existe y fue aceptada" in shown
        assert ("resolución 12-2026 del 15 de enero de 2026" in shown) == ("resolution_on" in about)

    def test_before_it_was_accepted_is_nothing(self, app, work, client):
        uid = handed_in(app, work, data=document(1), name="informe.pdf")
        for target in ("machine.public_evidence", "machine.public_preview", "machine.public_thumbnail"):
            client.get(target, uid=uid, expect=404)
