"""A round's screen without scripts: one form, saved and sent whole, nothing lost where something is wrong."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from tests.support.factories.reports import status_of
from tests.support.factories.rounds import make_screen
from tests.support.factories.work import make_work, pdf
from tracker.domain.workflow import ReportStatus


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=3)


@pytest.fixture
def screen(work):
    return make_screen(work)


@pytest.fixture
def liaison(work):
    return work.client("liaison")


def told(screen, place=0, **values):
    """What is typed on a line."""
    return {f"{screen.key(place)}.{name}": value for name, value in values.items()}


def statuses(page):
    return page.texts(".line-status")


def test_every_activity_has_its_line_with_due_date_last_percent_evidence_and_status(screen, liaison):
    page = screen.open(liaison)
    assert "Faltan 3 de 3 actividades por informar" in page.main
    assert page.texts(".line-label") == ["1.1", "1.2", "1.3"]
    assert page.texts(".line-evidence") == ["Evidencia 0 de 2"] * 3
    assert page.texts(".line-last") == ["Nunca informada"] * 3
    assert statuses(page) == ["Por informar"] * 3


def test_opening_the_sheet_or_saving_it_untouched_writes_nothing(screen, liaison):
    page = screen.fill(liaison, screen.open(liaison), {})
    assert statuses(page) == ["Por informar"] * 3


def test_everything_typed_is_saved_at_once_files_included(screen, liaison):
    means = screen.work.activity.means[0]
    values = {
        **told(
            screen,
            percent="40",
            narrative="A medias.",
            **{f"{means}.files": [pdf("uno.pdf"), pdf("dos.pdf", b"%PDF-1.7\nx\n%%EOF\n")]},
        ),
        **told(screen, 1, narrative="Solo un relato.", **{"otra.url": "https://example.gt/nota"}),
    }
    page = screen.fill(liaison, screen.open(liaison), values)
    assert "Borrador guardado" in page.main
    assert statuses(page) == ["Lista", "Lista", "Por informar"]
    assert page.texts(".line-evidence")[:2] == ["Evidencia 1 de 2", "Evidencia 0 de 2"]
    assert "uno.pdf" in page.main
    assert "dos.pdf" in page.main
    assert "https://example.gt/nota" in page.main


def test_the_marked_lines_are_sent_together_and_the_page_says_what_is_left(screen, liaison):
    typed = {
        **told(screen, percent="40", narrative="A medias.", chosen="y"),
        **told(screen, 1, percent="10", narrative="Empezamos.", chosen="y"),
        **told(screen, 2, narrative="Esto queda en borrador."),
    }
    page = screen.fill(liaison, screen.open(liaison), typed, action="send")
    assert "Se enviaron 2 informes a revisión" in page.main
    assert "Queda 1 por informar" in page.main
    assert statuses(page) == ["En revisión", "En revisión", "Lista"]


def test_one_line_that_is_refused_keeps_all_back_and_nothing_typed_is_lost(screen, liaison):
    typed = {
        **told(screen, percent="40", narrative="A medias.", chosen="y"),
        **told(screen, 1, no_progress="y", obstacle="No hay fondos.", chosen="y"),
    }
    page = screen.fill(liaison, screen.open(liaison), typed, action="send", expect=422)
    summary = page.one(".error-summary")
    assert "No se envió ninguna línea" in summary.get_text()
    names = ("obstacle_kind", "needed", "new_expected_on")
    links = {one["href"] for one in summary.select("a")}
    assert links == {f"#{screen.key(1)}.{name}" for name in names}
    assert "No hay fondos." in page.main
    assert statuses(page) == ["Lista", "Con error", "Por informar"]


def test_sending_nothing_says_what_to_do(screen, liaison):
    page = screen.fill(liaison, screen.open(liaison), {}, action="send", expect=422)
    assert "Marque al menos una línea para enviar." in page.main


def test_a_value_that_cannot_be_read_stays_in_its_field_and_the_rest_is_kept(screen, liaison):
    page = screen.fill(
        liaison, screen.open(liaison), told(screen, percent="140", narrative="Mucho."), expect=422
    )
    assert page.one(f'[id="{screen.key()}.percent"]')["value"] == "140"
    assert "El avance va de 0 a 100." in page.main
    assert "Mucho." in screen.open(liaison).main


def test_the_same_form_sent_twice_makes_one_report(screen, liaison):
    page = screen.open(liaison)
    typed = told(screen, percent="40", narrative="A medias.", chosen="y")
    screen.fill(liaison, page, typed, action="send")
    again = screen.fill(liaison, page, typed, action="send")
    assert "Se envió 1 informe a revisión" in again.main
    history = liaison.get("progress.activity", uid=screen.key()).main
    assert history.count("Versión 2") == 0


def test_no_progress_is_sent_with_its_four_parts(screen, liaison):
    typed = told(
        screen,
        no_progress="y",
        obstacle_kind="funds",
        obstacle="El presupuesto no llegó.",
        needed="Que se apruebe la transferencia.",
        new_expected_on=str(screen.work.today + timedelta(days=60)),
    )
    page = screen.fill(liaison, screen.open(liaison), typed, action=f"send:{screen.key()}")
    assert "Se envió 1 informe a revisión" in page.main


def test_at_a_hundred_percent_the_completion_date_is_asked_for(screen, liaison):
    typed = told(screen, percent="100", narrative="Listo.")
    page = screen.fill(liaison, screen.open(liaison), typed, action=f"send:{screen.key()}", expect=422)
    assert "Indique cuándo se cumplió" in page.main
    sent = screen.fill(liaison, page, told(screen, completed_unknown="y"), action=f"send:{screen.key()}")
    assert "Se envió 1 informe" in sent.main


def test_a_returned_report_shows_its_comment_and_is_written_anew(app, work, screen, liaison):
    with app.app_context():
        scene = work.scene()
        old = scene.give_back(scene.submitted(work.activity, 50, today=work.today), today=work.today)
    page = screen.open(liaison)
    assert "Falta el acta." in page.main
    assert statuses(page)[0] == "Devuelta"
    assert "Informe publicado" in page.main
    sent = screen.fill(liaison, page, told(screen, narrative="Con el acta."), action=f"send:{screen.key()}")
    assert "Se envió 1 informe" in sent.main
    with app.app_context():
        assert status_of(old) is ReportStatus.RETURNED


def test_evidence_of_a_returned_report_is_taken_out_of_the_new_version_alone(app, work, screen, liaison):
    with app.app_context():
        scene = work.scene()
        scene.give_back(scene.submitted(work.activity, 50, today=work.today), today=work.today)
    page = screen.open(liaison)
    button = page.all("button[data-remove]")[0]
    after = screen.fill(liaison, page, {}, action=button["value"])
    assert after.all("button[data-remove]") == []
    assert statuses(after)[0] == "Lista"
    assert "Informe publicado" in liaison.get("progress.activity", uid=screen.key()).main


def test_who_wrote_meanwhile_is_named_and_both_texts_are_shown(work, screen, liaison):
    mine, colleague = screen.open(liaison), work.client("colleague")
    screen.fill(colleague, screen.open(colleague), told(screen, percent="20", narrative="Lo de ella."))
    page = screen.fill(
        liaison,
        mine,
        {**told(screen, percent="30", narrative="Lo mío."), **told(screen, 1, narrative="Otra línea.")},
        expect=422,
    )
    box = page.one("[data-conflict]").get_text(" ")
    assert "Enlace Dos guardó esta línea" in box
    assert "Lo de ella." in box
    assert page.one(f'[id="{screen.key()}.narrative"]').get_text().strip() == "Lo mío."
    assert statuses(page)[1] == "Lista"
    kept = screen.fill(liaison, page, {})
    assert kept.one(f'[id="{screen.key()}.narrative"]').get_text().strip() == "Lo mío."


def test_a_line_that_a_colleague_changed_and_i_did_not_touch_is_no_conflict(work, screen, liaison):
    mine, colleague = screen.open(liaison), work.client("colleague")
    screen.fill(colleague, screen.open(colleague), told(screen, narrative="Lo de ella."))
    page = screen.fill(liaison, mine, told(screen, 1, narrative="Lo mío."))
    assert page.one(f'[id="{screen.key()}.narrative"]').get_text().strip() == "Lo de ella."


def test_what_was_typed_is_shown_when_a_colleague_sent_the_line(work, screen, liaison):
    mine, colleague = screen.open(liaison), work.client("colleague")
    screen.fill(
        colleague, screen.open(colleague), told(screen, narrative="Enviado."), action=f"send:{screen.key()}"
    )
    page = screen.fill(liaison, mine, told(screen, narrative="Lo mío."), expect=422)
    box = page.one("[data-conflict]").get_text(" ")
    assert "Enlace Dos ya envió esta línea" in box
    assert "Lo mío." in box


def test_a_line_in_review_is_read_only_with_the_reason(app, work, screen, liaison):
    with app.app_context():
        work.scene().submitted(work.activity, 50, today=work.today)
    page = screen.open(liaison, filtro="todas")
    assert "Su informe está en revisión" in page.main
    assert page.all(f'[id="{screen.key()}.percent"]') == []


def test_what_is_begun_after_its_answer_stays_at_hand_and_the_round_counts_it_as_answered(
    app, work, screen, liaison
):
    with app.app_context():
        scene = work.scene()
        scene.validated(work.activity, 50, today=work.today)
        scene.draft(work.activity, 60, today=work.today)
    page = screen.open(liaison)
    assert "Faltan 2 de 3 actividades por informar" in page.main
    assert "1 de 3 informadas" in liaison.get("progress.panel").main
    assert page.texts("[data-filter=pendientes]") == ["Pendientes (3)"]
    assert page.texts(".line:not([hidden]) .line-label") == ["1.1", "1.2", "1.3"]


def test_a_head_reads_and_does_not_write(work, screen):
    head = work.client("head")
    page = screen.open(head)
    assert page.all("textarea") == []
    assert "solo el enlace de la institución escribe" in page.main
    head.post(screen.path, {}, expect=403)


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("admin", 404), ("contact", 200), ("auditor", 200)]
)
def test_who_else_opens_it(work, screen, who, status):
    client = work.client(who)
    page = client.get(screen.path, expect=status)
    if status == 200:
        assert page.all("textarea") == []


def test_nobody_saves_on_anothers_sheet(work, screen):
    for who, status in (("stranger", 404), ("contact", 403)):
        client = work.client(who)
        client.get("accounts.show")
        client.post(screen.path, {}, expect=status)


def test_a_closed_round_is_read_with_what_was_answered(app, work, screen, liaison, time_machine):
    sent = screen.fill(
        liaison,
        screen.open(liaison),
        told(screen, percent="40", narrative="A medias."),
        action=f"send:{screen.key()}",
    )
    assert "Se envió" in sent.main
    later = work.today + timedelta(days=40)
    work.today = later
    time_machine.move_to(later)
    make_screen(work)
    page = screen.open(work.client("liaison"))
    assert "Esta ronda cerró el" in page.main
    assert page.all("textarea") == []
    assert "A medias." in page.main
    assert "No se informó en esta ronda." in page.main


def queries_of(app, query_counter, lines, number, **plan):
    work = make_work(app, number=number, lead=f"L{number}", milestones=lines // 4, activities_per_milestone=4)
    screen, client = make_screen(work), work.client("liaison")
    screen.open(client)
    with query_counter() as queries:
        page = screen.open(client)
    assert len(page.all("[data-line]")) == lines
    return len(queries), page


def test_forty_lines_take_as_many_queries_as_four_and_weigh_under_100_kb(app, query_counter):
    few, _page = queries_of(app, query_counter, 4, 4)
    many, page = queries_of(app, query_counter, 40, 5)
    assert few == many
    assert len(gzip.compress(page.data)) < 60_000
