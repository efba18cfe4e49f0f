"""A round by spreadsheet: downloaded, filled in, brought back, looked through, saved or sent."""

from __future__ import annotations

import io
import os
from datetime import date, timedelta

import pytest

from tests.support.factories.reports import report_row
from tests.support.factories.work import make_work
from tests.support.factories.workbooks import FilledBook, open_round
from tracker import clock
from tracker.db import db
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.workflow import ReportStatus
from tracker.models.progress import ProgressReport
from tracker.services.storage import folder_of

SAID = {"percent": 50, "narrative": "Se publicó el informe."}
STALLED = {
    "percent": 20, "no_progress": "Sí", "obstacle_kind": "Fondos", "obstacle": "No hay presupuesto.",
    "needed": "Una ampliación.", "new_expected_on": date(2099, 1, 31),
}  # fmt: skip
CONFIRM = "form[action*=confirmar]"


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=3)


@pytest.fixture
def round_uid(app, work):
    with app.app_context():
        return open_round(work.today, clock.now())


@pytest.fixture
def liaison(work):
    return work.client("liaison")


def download(client, round_uid):
    return FilledBook(client.get("rounds.workbook", round_uid=round_uid).data)


def upload(client, round_uid, made, *, name="avances.xlsx", expect=None):
    data = made.saved() if isinstance(made, FilledBook) else made
    page = client.get("rounds.workbook_upload", round_uid=round_uid)
    return client.submit(page, {"workbook": (io.BytesIO(data), name)}, form="form[enctype]", expect=expect)


def confirm(client, preview, action, *, expect=None, **more):
    return client.submit(preview, {"action": action, **more}, form=CONFIRM, expect=expect)


def reports(app):
    """Label, status and percent of each report, in order."""
    with app.app_context():
        db.session.rollback()
        rows = db.session.scalars(db.select(ProgressReport).order_by(ProgressReport.id))
        return [(one.node.label, one.status.value, one.percent) for one in rows]


def only_uid(app):
    with app.app_context():
        db.session.rollback()
        return db.session.scalars(db.select(ProgressReport.uid)).one()


class TestAWorkbookThatIsFilledIn:
    def test_is_looked_through_and_sent(self, app, work, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        book.link("1.1", "Informe", "https://portal.example.gt/informe")
        preview = upload(liaison, round_uid, book)
        assert "Nuevas (1)" in preview.main
        assert "2 líneas del libro quedaron sin tocar" in preview.main
        assert reports(app) == []
        after = confirm(liaison, preview, "submit")
        assert "Enviamos 1 informe" in after.text
        with app.app_context():
            row = report_row(only_uid(app))
            assert (row.status, row.percent, row.origin) == (ReportStatus.SUBMITTED, 50, "sheet")
            assert (row.author.name, row.reported_on) == ("Enlace Uno", work.today)
            assert [(one.url, [m.text for m in one.means]) for one in row.evidence] == [
                ("https://portal.example.gt/informe", ["Informe"])
            ]

    def test_is_saved_as_drafts(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", percent=30).write("1.3", **STALLED)
        after = confirm(liaison, upload(liaison, round_uid, book), "save")
        assert "Guardamos 2 borradores" in after.text
        assert reports(app) == [("1.1", "draft", 30), ("1.3", "draft", 20)]

    def test_says_no_progress_with_all_that_it_asks(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.2", **STALLED)
        confirm(liaison, upload(liaison, round_uid, book), "submit")
        with app.app_context():
            row = report_row(only_uid(app))
            assert (row.no_progress, row.obstacle_kind) == (True, ObstacleKind.FUNDS)
            assert (row.obstacle, row.needed) == ("No hay presupuesto.", "Una ampliación.")
            assert row.new_expected_on == date(2099, 1, 31)

    def test_sends_the_lines_marked_and_keeps_the_others_as_drafts(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID).write("1.2", **SAID)
        preview = upload(liaison, round_uid, book)
        first = preview.all("input[name=submit]")[0]["value"]
        after = confirm(liaison, preview, "submit", submit=[first])
        assert "Enviamos 1 informe" in after.text
        assert "Guardamos 1 borrador" in after.text
        assert reports(app) == [("1.1", "submitted", 50), ("1.2", "draft", 50)]

    def test_sends_all_that_is_marked_or_nothing(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID).write("1.2", percent=10)
        preview = upload(liaison, round_uid, book)
        assert "para enviarla falta" in preview.main
        boxes = {one["value"]: one.has_attr("checked") for one in preview.all("input[name=submit]")}
        assert sorted(boxes.values()) == [False, True]
        after = confirm(liaison, preview, "submit", submit=list(boxes), expect=422)
        assert "No se envió nada: falta algo en 1" in after.main
        assert reports(app) == []

    def test_marked_with_nothing_asks_for_a_mark(self, round_uid, liaison):
        preview = upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID))
        assert "Marque al menos una línea" in confirm(liaison, preview, "submit", submit=[], expect=422).main

    def test_without_a_change_creates_nothing(self, app, round_uid, liaison):
        preview = upload(liaison, round_uid, download(liaison, round_uid))
        assert "ninguna fila se tocó" in preview.main
        assert preview.all(CONFIRM) == []
        assert reports(app) == []

    def test_of_a_correction_makes_the_next_version(self, app, work, round_uid, liaison):
        with app.app_context():
            scene = work.scene()
            old = scene.give_back(
                scene.submitted(percent=40, today=work.today), "Falta el acta.", today=work.today
            )
        book = download(liaison, round_uid)
        assert book.cell("1.1", "percent").value == 40
        assert book.cell("1.1", "situation").value == "Devuelto: corríjalo"
        assert book.cell("1.1", "reported_on").value is None
        book.write("1.1", percent=45)
        confirm(liaison, upload(liaison, round_uid, book), "submit")
        with app.app_context():
            first, second = db.session.scalars(db.select(ProgressReport).order_by(ProgressReport.version))
            assert (first.uid, first.status) == (old, ReportStatus.RETURNED)
            assert (second.thread_uid, second.version, second.percent) == (first.thread_uid, 2, 45)
            assert [one.url for one in second.evidence] == [one.url for one in first.evidence]


class TestTheSameWorkbookAgain:
    def test_saved_twice_changes_nothing(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        book.link("1.1", "Informe", "https://a.gt/1", link_title="Acta")
        confirm(liaison, upload(liaison, round_uid, book), "save")
        with app.app_context():
            lock = report_row(only_uid(app)).lock_version
        again = upload(liaison, round_uid, book)
        assert "Ya están en su borrador (1)" in again.main
        assert again.all("button[value=save]") == []
        with app.app_context():
            assert report_row(only_uid(app)).lock_version == lock

    def test_saved_and_then_sent(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        confirm(liaison, upload(liaison, round_uid, book), "save")
        confirm(liaison, upload(liaison, round_uid, book), "submit")
        assert reports(app) == [("1.1", "submitted", 50)]

    def test_sent_twice_is_one_report(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        confirm(liaison, upload(liaison, round_uid, book), "submit")
        again = upload(liaison, round_uid, book)
        assert "Ya enviadas: no cambian (1)" in again.main
        assert again.all("button[value=submit]") == []
        assert reports(app) == [("1.1", "submitted", 50)]

    def test_confirmed_twice_is_one_report(self, app, round_uid, liaison):
        preview = upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID))
        confirm(liaison, preview, "submit")
        assert "La vista previa caducó" in confirm(liaison, preview, "submit", expect=422).main
        assert reports(app) == [("1.1", "submitted", 50)]

    def test_written_on_further_is_no_conflict_with_oneself(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", percent=30)
        confirm(liaison, upload(liaison, round_uid, book), "save")
        preview = upload(liaison, round_uid, book.write("1.1", **SAID))
        assert "Cambian un borrador o un informe devuelto (1)" in preview.main
        confirm(liaison, preview, "save")
        assert reports(app) == [("1.1", "draft", 50)]

    def test_other_words_on_what_is_in_review_are_an_error(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        confirm(liaison, upload(liaison, round_uid, book), "submit")
        page = upload(liaison, round_uid, book.write("1.1", percent=60), expect=422)
        assert "está en revisión y el libro dice otra cosa" in page.main
        assert reports(app) == [("1.1", "submitted", 50)]

    def test_other_words_after_a_validation_are_a_new_report(self, app, work, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID).link("1.1", "Informe", "https://a.gt/1")
        confirm(liaison, upload(liaison, round_uid, book), "submit")
        with app.app_context():
            work.scene().validate(only_uid(app), today=work.today)
        confirm(liaison, upload(liaison, round_uid, book.write("1.1", percent=60)), "save")
        assert reports(app) == [("1.1", "validated", 50), ("1.1", "draft", 60)]


class TestSomebodyElse:
    def saves(self, app, work, percent=35):
        """A colleague of the same institution writes on the first line."""
        with app.app_context():
            return work.scene().draft(percent=percent, today=work.today)

    def test_who_changed_a_line_since_the_download_is_asked_about(self, app, work, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        self.saves(app, work)
        preview = upload(liaison, round_uid, book)
        assert "Cambiadas por otra persona desde que descargó el libro (1)" in preview.main
        page = confirm(liaison, preview, "save", expect=422)
        assert "Elija qué conservar" in page.main
        assert reports(app) == [("1.1", "draft", 35)]

    @pytest.mark.parametrize(("kept", "percent"), [("mine", 50), ("theirs", 35)])
    def test_keeps_one_or_the_other(self, app, work, round_uid, liaison, kept, percent):
        book = download(liaison, round_uid).write("1.1", **SAID)
        self.saves(app, work)
        preview = upload(liaison, round_uid, book)
        name = preview.all("input[type=radio]")[0]["name"]
        confirm(liaison, preview, "save", **{name: kept})
        assert reports(app) == [("1.1", "draft", percent)]

    def test_who_changed_a_line_that_the_workbook_leaves_alone_keeps_it(self, app, work, round_uid, liaison):
        book = download(liaison, round_uid).write("1.2", **SAID)
        self.saves(app, work)
        preview = upload(liaison, round_uid, book)
        assert "Borradores que el libro no cambia (1)" in preview.main
        confirm(liaison, preview, "submit")
        assert reports(app) == [("1.1", "draft", 35), ("1.2", "submitted", 50)]

    def test_who_changes_it_during_the_preview_brings_the_preview_back(self, app, work, round_uid, liaison):
        preview = upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID))
        self.saves(app, work)
        page = confirm(liaison, preview, "save", expect=409)
        assert "Alguien cambió un borrador mientras usted revisaba" in page.main
        assert "Cambiadas por otra persona" in page.main
        assert reports(app) == [("1.1", "draft", 35)]

    def test_cannot_confirm_what_another_person_brought(self, app, work, round_uid, liaison):
        preview = upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID))
        other = work.client("colleague")
        own = upload(other, round_uid, download(other, round_uid).write("1.2", **SAID))
        stolen = preview.fields(CONFIRM)["reference"]
        assert "La vista previa caducó" in confirm(other, own, "save", reference=stolen, expect=422).main
        assert reports(app) == []


class TestEvidence:
    def kept(self, app):
        with app.app_context():
            row = report_row(only_uid(app))
            return sorted(
                (one.url, one.title, one.access.value, sorted(m.text for m in one.means))
                for one in row.evidence
            )

    def test_links_are_added_changed_and_taken_out(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", **SAID)
        book.link("1.1", "Informe", "https://a.gt/1", link_title="Uno")
        book.link("1.1", "Fotograf", "https://a.gt/2", access="Confidencial")
        confirm(liaison, upload(liaison, round_uid, book), "save")
        assert self.kept(app) == [
            ("https://a.gt/1", "Uno", "public", ["Informe"]),
            ("https://a.gt/2", "https://a.gt/2", "confidential", ["Fotografías"]),
        ]
        book = download(liaison, round_uid)
        book.link("1.1", "Informe", "https://a.gt/1", link_title="Uno bis")
        book.link("1.1", "Fotograf", None, link_title=None, effective_on=None, access=None)
        preview = upload(liaison, round_uid, book)
        assert "Enlaces de evidencia" in preview.main
        confirm(liaison, preview, "save")
        assert self.kept(app) == [("https://a.gt/1", "Uno bis", "public", ["Informe"])]

    def test_files_of_a_draft_stay(self, app, work, round_uid, liaison):
        with app.app_context():
            scene = work.scene()
            draft = scene.draft(percent=30, answers=(), today=work.today)
            scene.file(draft, work.activity.means, effective_on=work.today)
        confirm(
            liaison, upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID)), "save"
        )
        with app.app_context():
            assert [one.filename for one in report_row(draft).evidence] == ["acta.pdf"]


class TestAnErrorInTheWorkbook:
    def test_is_told_by_cell_and_nothing_can_be_confirmed(self, app, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", percent=120).write("1.2", **SAID)
        place = book.cell("1.1", "percent").coordinate
        page = upload(liaison, round_uid, book, expect=422)
        assert page.h1 == "El libro tiene errores"
        assert [text.split()[0] for text in page.texts("tbody tr")] == [place]
        assert page.texts("tbody q") == ["120"]
        assert "Hoja «Avances»" in page.main
        assert page.all(CONFIRM) == []
        assert reports(app) == []

    def test_of_another_institution(self, app, work, round_uid, liaison):
        other = download(work.client("helper"), round_uid).write("1.1", **SAID)
        assert "Este libro es de otra institución" in upload(liaison, round_uid, other, expect=422).main

    def test_of_another_round(self, app, work, liaison):
        with app.app_context():
            before = open_round(work.today - timedelta(days=40), clock.now())
            current = open_round(work.today, clock.now())
        book = download(liaison, before).write("1.1", **SAID)
        assert "Este libro es de otra ronda" in upload(liaison, current, book, expect=422).main
        assert "Esta ronda ya no es la actual" in upload(liaison, before, book, expect=422).main

    def test_with_a_line_of_another_plan(self, app, work, round_uid, liaison):
        book = download(liaison, round_uid)
        book.progress.cell(book.row("1.1"), 1).value = "otra-actividad"
        page = upload(liaison, round_uid, book.write("1.1", **SAID), expect=422)
        assert "no es de la ronda de su institución" in page.main

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (b"a;b\n1;2\n", "no es de Office"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "formato antiguo"),
            (b"PK\x03\x04 nada", "no se puede leer"),
            (b"", "vacío"),
        ],
    )
    def test_or_no_workbook_at_all(self, app, round_uid, liaison, data, sentence):
        assert sentence in upload(liaison, round_uid, data, expect=422).main

    def test_or_no_file(self, round_uid, liaison):
        page = liaison.get("rounds.workbook_upload", round_uid=round_uid)
        assert "Elija el libro" in liaison.submit(page, {}, form="form[enctype]", expect=422).main


class TestWhoMay:
    def test_others_get_no_workbook(self, work, round_uid):
        for who, status in (("stranger", 404), ("contact", 403), ("head", 403), ("auditor", 403)):
            client = work.client(who)
            client.get("rounds.workbook", round_uid=round_uid, expect=status)
            client.get("rounds.workbook_upload", round_uid=round_uid, expect=status)

    def test_one_institution_does_not_get_anothers(self, work, round_uid, liaison):
        liaison.get("rounds.workbook", round_uid=round_uid, institucion=work.made.helper.uid, expect=404)


class TestWhatIsToBeLookedAt:
    def test_stands_beside_its_line(self, work, round_uid, liaison):
        book = download(liaison, round_uid).write("1.1", percent=0.8, narrative="Se hizo.")
        book.write("1.2", percent=100, narrative="Listo.")
        page = upload(liaison, round_uid, book)
        first, second = page.texts(".workbook-line")
        assert "Se leyó 0.8 %. Si quiso decir 80 %" in first
        assert "fecha no indicada" in second

    def test_a_line_that_nobody_touched_is_not_asked_about(self, app, work, round_uid, liaison):
        with app.app_context():
            work.scene().draft(percent="0.8", today=work.today)
        page = upload(liaison, round_uid, download(liaison, round_uid).write("1.2", **SAID))
        assert "Si quiso decir" not in page.main


def test_the_preview_costs_the_same_however_many_lines(app, query_counter):
    counts = []
    for number, activities in ((4, 2), (5, 8)):
        work = make_work(app, number=number, activities_per_milestone=activities)
        with app.app_context():
            uid = open_round(work.today, clock.now(), number)
        client = work.client("liaison")
        book = download(client, uid)
        with query_counter() as sent:
            upload(client, uid, book)
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_a_workbook_left_behind_is_thrown_away_after_two_hours(app, round_uid, liaison):
    upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID))
    folder = folder_of(app.config["EVIDENCE_URL"]) / "incoming" / "workbooks"
    (left,) = folder.iterdir()
    long_ago = (clock.now() - timedelta(hours=3)).timestamp()
    os.utime(left, (long_ago, long_ago))
    upload(liaison, round_uid, download(liaison, round_uid).write("1.1", **SAID))
    assert left not in list(folder.iterdir())


def test_the_workbook_is_in_the_language_of_the_page_and_read_back_all_the_same(app, round_uid, liaison):
    data = liaison.get(f"/en/avances/rondas/{round_uid}/libro").data
    book = FilledBook(data)
    book.progress_name = book.book.sheetnames[1]
    book.write("1.1", **SAID)
    preview = upload(liaison, round_uid, book)
    confirm(liaison, preview, "save")
    assert reports(app) == [("1.1", "draft", 50)]
