"""One line of a round saved while it is written, as the scripts do: what the answer says, who is first."""

from __future__ import annotations

import pytest

from tests.support.factories.rounds import JSON, make_screen
from tests.support.factories.work import make_work, pdf


@pytest.fixture
def work(app):
    return make_work(app, activities_per_milestone=2)


@pytest.fixture
def screen(work):
    return make_screen(work)


@pytest.fixture
def liaison(work):
    return work.client("liaison")


def written(screen, liaison, place=0, **values):
    """Save what is typed on a line of a freshly opened sheet."""
    return screen.save(liaison, place, screen.typed(screen.open(liaison), place, **values))


def test_a_line_is_saved_again_and_again_from_what_the_answer_says(screen, liaison):
    page = screen.open(liaison)
    first = screen.save(liaison, 0, screen.typed(page, 0, percent="10"))
    assert first["status"] == "draft"
    assert first["missing"] == ["Qué se hizo"]
    second = screen.save(
        liaison, 0, {**screen.typed(page, 0, percent="10", narrative="Algo."), **first["values"]}
    )
    assert second["status"] == "ready"
    third = written(screen, liaison, narrative="Algo más.")
    assert third["status"] == "ready"
    assert third["missing"] == []


def test_a_save_whose_answer_was_lost_is_no_conflict_with_oneself(screen, liaison):
    page = screen.open(liaison)
    key = {"request_key": page.fields("form.sheet")["request_key"]}
    screen.save(liaison, 0, {**screen.typed(page, 0, narrative="Uno."), **key})
    told = screen.save(liaison, 0, {**screen.typed(page, 0, narrative="Uno y dos."), **key})
    assert "conflict" not in told
    again = screen.save(liaison, 0, {**screen.typed(page, 0, narrative="Uno, dos y tres."), **key})
    assert "conflict" not in again
    assert "Uno, dos y tres." in screen.open(liaison).main


def test_the_same_words_from_another_window_are_no_conflict(screen, liaison):
    first, second = screen.open(liaison), screen.open(liaison)
    screen.save(liaison, 0, screen.typed(first, 0, narrative="Lo mismo."))
    told = screen.save(liaison, 0, screen.typed(second, 0, narrative="Lo mismo."))
    assert told["status"] == "ready"


def test_another_persons_words_are_given_back_with_ones_own(work, screen, liaison):
    mine, colleague = screen.open(liaison), work.client("colleague")
    screen.save(colleague, 0, screen.typed(screen.open(colleague), 0, narrative="Lo de ella.", percent="20"))
    told = screen.save(liaison, 0, screen.typed(mine, 0, narrative="Lo mío."), expect=409)
    key = screen.key()
    assert told["theirs"][f"{key}.narrative"] == "Lo de ella."
    assert "Lo mío." in told["conflict"]
    chosen = {**screen.typed(mine, 0, narrative="Lo de las dos.", percent="20"), **told["values"]}
    assert screen.save(liaison, 0, chosen)["status"] == "ready"


def test_what_was_typed_on_a_line_that_was_sent_meanwhile_comes_back(work, screen, liaison):
    mine, colleague = screen.open(liaison), work.client("colleague")
    typed = {f"{screen.key()}.narrative": "Enviado."}
    screen.fill(colleague, screen.open(colleague), typed, action=f"send:{screen.key()}")
    told = screen.save(liaison, 0, screen.typed(mine, 0, narrative="Lo mío."), expect=409)
    assert told["gone"] is True
    assert "ya envió esta línea" in told["conflict"]
    assert "Lo mío." in told["conflict"]


def test_a_value_that_cannot_be_read_is_told_by_its_control_and_the_rest_is_saved(screen, liaison):
    told = written(screen, liaison, percent="mil", narrative="Se entiende.")
    assert list(told["errors"]) == [f"{screen.key()}.percent"]
    assert "Se entiende." in screen.open(liaison).main


def test_a_line_is_no_longer_ready_when_its_words_are_taken_away(screen, liaison):
    written(screen, liaison, narrative="Algo.")
    assert written(screen, liaison, narrative="")["status"] == "draft"


def upload(screen, client, place, part, file, *, expect=200, **more):
    page = screen.open(client)
    typed = screen.typed(page, place)
    scope = {name: value for name, value in typed.items() if ".evidence_" in name or f".{part}." in name}
    path = f"/avances/rondas/{screen.uid}/archivos?institucion={screen.work.made.lead.uid}"
    address = f"{path}&linea={screen.key(place)}&medio={part}"
    return client.post(address, {**scope, **more, "file": file}, expect=expect, headers=JSON).json


def test_a_file_begins_the_draft_of_its_line_and_answers_its_means(screen, liaison):
    means = screen.work.activity.means[0]
    mine = screen.open(liaison)
    told = upload(screen, liaison, 0, means, pdf("acta.pdf"))
    assert "acta.pdf" in told["evidence"][f"evidencia-{screen.key()}-{means}"]
    assert list(told["counts"].values()) == ["Evidencia 1 de 2"]
    # Somebody who was writing on the line meanwhile takes the empty draft up.
    assert screen.save(liaison, 0, screen.typed(mine, 0, narrative="Con su acta."))["status"] == "ready"


def test_a_file_takes_the_date_and_the_access_of_its_line(app, screen, liaison):
    data = {f"{screen.key()}.evidence_on": "2026-01-31", f"{screen.key()}.evidence_access": "confidential"}
    told = upload(screen, liaison, 0, "otra", pdf("lista.pdf"), **data)
    kept = told["evidence"][f"evidencia-{screen.key()}-otra"]
    assert "31/01/2026" in kept or "31 ene" in kept
    assert "Confidencial" in kept


def test_a_refused_file_says_why(screen, liaison):
    told = upload(screen, liaison, 0, "otra", pdf("foto.png", b"<html>no</html>"), expect=422)
    assert "foto.png" in told["error"]


@pytest.mark.parametrize("part", ["no-es", ""])
def test_a_file_for_no_means_of_the_line_is_not_found(screen, liaison, part):
    upload(screen, liaison, 0, part, pdf(), expect=404)


def test_evidence_is_taken_out_where_it_stands(screen, liaison):
    upload(screen, liaison, 0, "otra", pdf("acta.pdf"))
    page = screen.open(liaison)
    uid = page.one("button[data-remove]")["data-remove"]
    told = screen.save(liaison, 0, {**screen.typed(page, 0), "quitar": uid})
    assert told["evidence"][f"evidencia-{screen.key()}-otra"].strip() == ""


def test_an_address_is_kept_as_a_link_and_leaves_its_field(screen, liaison):
    told = written(screen, liaison, otra__url="https://example.gt/nota")
    assert told["clear"] == [f"{screen.key()}.otra.url"]
    assert "https://example.gt/nota" in told["evidence"][f"evidencia-{screen.key()}-otra"]


def test_an_address_that_is_none_is_told_beside_its_field(screen, liaison):
    told = written(screen, liaison, otra__url="nota")
    assert list(told["errors"]) == [f"{screen.key()}.otra.url"]


def send(screen, client, data, *, expect=200):
    return client.post(screen.path, {**data, "action": "send"}, expect=expect, headers=JSON).json


def test_the_scripts_send_some_lines_and_are_told_where_to_go(screen, liaison):
    page = screen.open(liaison)
    data = {**screen.typed(page, 0, narrative="Uno.", chosen="y"), "request_key": "clave-uno"}
    told = send(screen, liaison, data)
    assert "Se envió 1 informe" in liaison.get(told["location"]).main
    assert send(screen, liaison, data) == told
    assert "Versión 2" not in liaison.get("progress.activity", uid=screen.key()).main


def test_the_scripts_are_told_each_refusal_by_line_and_nothing_goes_in(screen, liaison):
    page = screen.open(liaison)
    data = {
        **screen.typed(page, 0, narrative="Uno.", chosen="y"),
        **screen.typed(page, 1, no_progress="y", chosen="y"),
    }
    told = send(screen, liaison, data, expect=422)
    assert list(told["lines"]) == [screen.key(1)]
    assert f"{screen.key(1)}.obstacle" in told["lines"][screen.key(1)]["errors"]
    assert "No se envió ninguna línea" in told["summary"]
    assert screen.open(liaison).texts(".line-status") == ["Lista", "Borrador"]
