"""Numbers of milestones and activities, wherever a work plan writes them."""

from __future__ import annotations

import pytest
from openpyxl import Workbook

from tests.importers.workbooks import COLUMNS, HEAD, codes, fill, only_activity, plan, saved
from tracker.importers.workplan import read_workplan


def test_milestones_and_activities_by_dotted_numbers_without_words() -> None:
    proposal = plan(
        (1, "Capacitar", "2022", "INAP", None, None),
        ("1.1", "Diseñar el curso", "enero 2022", None, "Diseño", "Informe"),
        ("1.2", "Dar el curso", "febrero 2022", None, "Curso", "Listado"),
        (2, "Publicar", "2022", "SCEP", None, None),
        ("2.1", "Publicar datos", "marzo 2022", None, "Datos", "Enlace"),
    )
    (commitment,) = proposal.commitments
    assert [(one.label, one.title, len(one.activities)) for one in commitment.milestones] == [
        ("1", "Capacitar", 2),
        ("2", "Publicar", 1),
    ]
    assert commitment.milestones[1].activities[0].label == "2.1"
    assert commitment.milestones[1].activities[0].number == 1


def test_numbers_may_carry_the_commitment_in_front() -> None:
    proposal = plan(
        ("3.1", "Capacitar", "2022", "INAP"), ("3.1.1", "Dar el curso", "enero 2022", None, "Curso", "Acta")
    )
    (milestone,) = proposal.commitments[0].milestones
    assert (milestone.label, milestone.activities[0].label) == ("1", "1.1")


def test_a_column_of_milestones_beside_that_of_activities() -> None:
    columns = ("Hito", "Actividad", "Plazo", "Responsable", "Producto", "Medios de verificación")
    proposal = plan(
        ("Hito 1: Capacitar", "1. Diseño", "enero 2022", "INAP", "Diseño", "Acta"),
        (None, "2. Curso", "febrero 2022", "INAP", "Curso", "Listado"),
        ("Hito 2: Publicar", "1. Datos", "marzo 2022", "SCEP", "Datos", "Enlace"),
        columns=columns,
        merged=["A5:A6"],
    )
    assert [(one.title, [a.label for a in one.activities]) for one in proposal.commitments[0].milestones] == [
        ("Capacitar", ["1.1", "1.2"]),
        ("Publicar", ["2.1"]),
    ]
    assert proposal.findings == []


@pytest.mark.parametrize(
    ("text", "label", "title"),
    [
        ("1.       Actividad: Visita", "1", "Visita"),
        ("4.Actividad: Visita", "4", "Visita"),
        ("1. Actividad :Visita", "1", "Visita"),
        ("Actividad No 3: Visita", "3", "Visita"),
        ("Actividad No 5 Visita", "5", "Visita"),
        ("ACTIVIDAD N° 6. Visita", "6", "Visita"),
        ("7. Visita", "7", "Visita"),
        ("Actividad 6. Visita", "6", "Visita"),
        ("3a. Visita", "3a", "Visita"),
        ("8) Visita", "8", "Visita"),
        ("9 - Visita", "9", "Visita"),
    ],
)
def test_the_number_is_taken_out_of_the_title(text: str, label: str, title: str) -> None:
    activity = only_activity(plan((None, text, "2022", "INAP", "x", "Acta")))
    assert (activity.label, activity.title) == (label, title)


def test_a_title_that_begins_with_a_quantity_has_no_number_of_its_own() -> None:
    proposal = plan((None, "27 municipalidades capacitadas", "2022", "INAP", "x", "Acta"))
    assert only_activity(proposal).title == "27 municipalidades capacitadas"
    assert codes(proposal.findings) == ["number-missing"]


def test_numbers_come_from_cells_as_people_see_them() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(
        sheet,
        [
            *HEAD,
            COLUMNS,
            (2.0, "Hito: Agua", "2022", "INAP"),
            *((n, "Obra", "2022", None, "x", "Acta") for n in (2.9, 2.1)),
        ],
    )
    sheet["A7"].number_format = "0.00"
    (milestone,) = read_workplan(saved(book)).commitments[0].milestones
    assert (milestone.label, [one.label for one in milestone.activities]) == ("2", ["2.9", "2.10"])


def test_a_line_without_number_in_a_numbered_table_is_a_note_not_an_activity() -> None:
    proposal = plan(
        (1, "1. Actividad: Curso", "2022", "INAP", "x", "Acta"),
        (None, "Nombre y firma de la persona enlace"),
    )
    assert only_activity(proposal).title == "Curso"
    assert [(one.code, one.cell) for one in proposal.findings] == [("text-not-understood", "B6")]


def test_activities_numbered_under_milestones_said_in_words() -> None:
    proposal = plan(
        ("Meta 1.", "Meta 1. Publicar", "2022", "MINFIN"),
        ("1.1", "Reunir los datos", "enero 2022", None, "Datos", "Acta"),
        ("1.2", "Publicarlos", "febrero 2022", None, "Portal", "Enlace"),
    )
    (milestone,) = proposal.commitments[0].milestones
    assert (milestone.label, milestone.title) == ("1", "Publicar")
    assert [one.label for one in milestone.activities] == ["1.1", "1.2"]


def test_an_activity_that_names_another_milestone_goes_there() -> None:
    proposal = plan(
        (None, "Hito 1: A", "2022", "INAP"),
        (None, "Hito 2: B", "2022", "INAP"),
        (None, "1.1. Curso", "enero 2022", None, "x", "Acta"),
        (None, "3.1. Feria", "enero 2022", None, "x", "Acta"),
    )
    assert [[a.label for a in one.activities] for one in proposal.commitments[0].milestones] == [
        ["1.1"],
        ["2.1"],
    ]
    assert "number-conflict" in codes(proposal.findings)


def test_a_column_called_meta_after_the_activity_is_a_quantity_not_a_milestone() -> None:
    columns = ("No.", "Actividad", "Meta", "Plazo", "Responsable", "Producto")
    proposal = plan((1, "Curso", 27, "2022", "INAP", "Curso"), columns=columns)
    assert proposal.commitments[0].milestones == []
    assert only_activity(proposal).title == "Curso"
