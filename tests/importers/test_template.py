"""Commitment templates: labels known by words, in any order of paragraphs and tables."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.importers.workbooks import codes, document, roles, spans
from tracker.domain.plans import CONTACT_FIELDS, TEMPLATE_FIELDS, Continuity
from tracker.importers.proposals import CommitmentProposal, Level, PlanProposal
from tracker.importers.template import read_template

TITLE = ("COMPROMISO 7:", "Datos abiertos para las compras municipales.")
MILESTONES = (
    ("No.", "Hitos: metas/etapas que permitan verificar el cumplimiento", "Entidad Responsable",
     "Compromiso en curso o nuevo", "Fecha de inicio", "Fecha de término"),
    ("1", "Publicar los contratos", "MINFIN con el apoyo de SAT", "Nuevo", "noviembre 2018", "agosto 2020"),
    ("2", "Publicación mensual de órdenes", "MINFIN", "En curso", "01/02/2019", "30/06/2020"),
)  # fmt: skip
ANSWERS = {
    "problem": ("¿Cuál es la problemática que el compromiso aborda?", "Nadie ve las compras."),
    "description": ("¿Cuál es el compromiso?", "Abrir las compras."),
    "contribution": ("¿Cómo contribuirá a resolver la problemática?", "Con datos."),
    "relevance": (
        "¿Por qué es relevante a los valores de OGP?",
        "Transparencia, participación e innovación.",
    ),
    "summary": ("Breve descripción del compromiso", "Abrir las compras."),
    "how_transparency": ("¿Cómo promoverá el compromiso la transparencia?", "Publica los contratos."),
    "how_accountability": ("¿Cómo ayudará a fomentar la rendición de cuentas?", "Responde por ellos."),
    "how_participation": (
        "¿Cómo mejorará la participación ciudadana en la definición de soluciones?",
        "Una mesa con vecinos.",
    ),
    "additional_information": ("Información adicional", "Ninguna."),
    "budget": ("Presupuesto", "Q.10,000.00"),
    "linked_programmes": ("Vínculo con otros programas gubernamentales", "Programa 12."),
    "development_plan_links": ("Plan Nacional de Desarrollo K'atun", "Eje 5."),
    "sdg_links": ("Objetivos de Desarrollo Sostenible", "ODS 16."),
    "causes": ("¿Cuáles son las causas del problema?", "Sistemas cerrados."),
    "done_so_far": ("¿Qué se ha hecho hasta el momento?", "Un portal."),
    "expected_results": ("¿Qué resultados se espera lograr?", "Más compras vistas."),
    "baseline_situation": ("Situación inicial antes del compromiso", "Cero conjuntos de datos."),
    "responsible_text": (
        "Institución o actor responsable de la implementación",
        "Coordinación a cargo de: MINFIN",
    ),
    "public_actors": ("Actores de Entidades Públicas", "SAT, CGC"),
    "other_actors": (
        "OSC, Sector privado, Organizaciones multilaterales, grupos de trabajo",
        "Acción Ciudadana",
    ),
    "working_groups": ("Grupos de trabajo", "Mesa de compras"),
    "observations": ("Observaciones", "Ninguna por ahora."),
    "financial_resources_text": ("Recursos financieros", "MINFIN: Q.5,000.00"),
    "human_resources_text": ("Recursos humanos y técnicos", "Dos analistas"),
    "ogp_identifier": ("Identificador OGP", "GT0121"),
}


def only(proposal: PlanProposal) -> CommitmentProposal:
    (commitment,) = proposal.commitments
    return commitment


def read(*blocks: str | Sequence[Sequence[str]]) -> PlanProposal:
    return read_template(document(*TITLE, *blocks))


@pytest.mark.parametrize("order", [1, -1])
def test_every_field_of_the_template_in_any_order(order: int) -> None:
    proposal = read([*list(ANSWERS.values())[::order]], MILESTONES, "Versión 7-11-2018")
    commitment = only(proposal)
    expected = {name: answer for name, (_, answer) in ANSWERS.items()} | {"template_version": "7-11-2018"}
    assert commitment.fields == expected
    assert set(expected) == set(TEMPLATE_FIELDS)
    assert (commitment.number, commitment.title) == (7, TITLE[1])
    assert commitment.ogp_values == ("transparency", "participation", "innovation")
    assert commitment.financial_centavos == ((1_000_000, ""), (500_000, "MINFIN"))
    assert roles(commitment) == [("MINFIN", "coordinator")]


def test_answers_may_stand_in_paragraphs_below_their_question() -> None:
    blocks = [text for pair in ANSWERS.values() for text in pair]
    assert only(read(*blocks, MILESTONES)).fields == {name: answer for name, (_, answer) in ANSWERS.items()}


def test_answers_may_stand_in_the_row_below_their_question() -> None:
    rows = [(text,) for pair in list(ANSWERS.values())[:4] for text in pair]
    assert set(only(read(rows)).fields) == {"problem", "description", "contribution", "relevance"}


def test_answers_may_follow_a_colon() -> None:
    commitment = only(
        read(
            "Fecha de inicio y término del compromiso: noviembre de 2018 – 30 de agosto 2020",
            "Eje: EJE 5. Compras",
        )
    )
    assert spans(commitment) == [("2018-11-01", "2020-08-30")]
    assert (commitment.axis_number, commitment.axis_title) == (5, "Compras")


def test_the_table_of_milestones() -> None:
    proposal = read(MILESTONES)
    one, two = only(proposal).milestones
    assert (one.number, one.label, one.title, one.continuity) == (
        1,
        "1",
        "Publicar los contratos",
        Continuity.NEW,
    )
    assert spans(one) == [("2018-11-01", "2020-08-31")]
    assert roles(one) == [("MINFIN", "lead"), ("SAT", "collaborator")]
    assert (two.continuity, spans(two)) == (Continuity.IN_PROGRESS, [("2019-02-01", "2020-06-30")])
    assert two.frequency is None
    assert codes(proposal.findings) == ["frequency-possible"]


def test_the_columns_of_milestones_in_another_order() -> None:
    shuffled = [tuple(row[n] for n in (5, 2, 0, 4, 3, 1)) for row in MILESTONES]
    assert [one.title for one in only(read(shuffled)).milestones] == [row[1] for row in MILESTONES[1:]]


def test_one_large_table_may_hold_everything() -> None:
    wide = [
        ("¿Cuál es el compromiso?", "Abrir las compras."),
        *MILESTONES,
        ("Nombre de la persona responsable", "Nombre Apellido"),
        ("Institución, cargo", "MINFIN, Director"),
        ("Correo electrónico y teléfono", "alguien@example.org"),
    ]
    commitment = only(read(wide))
    assert commitment.fields["description"] == "Abrir las compras."
    assert len(commitment.milestones) == 2
    assert tuple(commitment.contact) == CONTACT_FIELDS


def test_a_label_over_three_columns_takes_the_last_as_its_answer() -> None:
    rows = [
        ("Otros Actores Involucrados", "Actores de Entidades Públicas", "SAT"),
        ("", "OSC, Sector privado", "ICEFI"),
    ]
    assert only(read(rows)).fields == {"public_actors": "SAT", "other_actors": "ICEFI"}


def test_a_responsible_entity_merged_over_two_milestones_reaches_both() -> None:
    made = Document()
    made.add_paragraph("COMPROMISO No. 7: Compras")
    table = made.add_table(rows=0, cols=6)
    for row in MILESTONES:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(2, 2).text = ""
    table.cell(1, 2).merge(table.cell(2, 2))
    stream = io.BytesIO()
    made.save(stream)
    commitment = only(read_template(stream.getvalue()))
    assert commitment.title == "Compras"
    assert [roles(one)[0] for one in commitment.milestones] == [("MINFIN", "lead")] * 2


def test_text_in_content_controls_is_read_and_deleted_text_is_not() -> None:
    made = Document()
    made.add_paragraph("COMPROMISO 7: Compras")
    names = nsdecls("w")
    made.element.body.insert(
        1,
        parse_xml(
            f"<w:sdt {names}><w:sdtContent><w:p><w:r><w:t>Observaciones: ninguna</w:t></w:r>"
            "<w:del><w:r><w:delText> borrada</w:delText></w:r></w:del></w:p></w:sdtContent></w:sdt>"
        ),
    )
    stream = io.BytesIO()
    made.save(stream)
    assert only(read_template(stream.getvalue())).fields == {"observations": "ninguna"}


@pytest.mark.parametrize(
    ("blocks", "version", "draft"),
    [
        (("Versión 7-11-2018",), "7-11-2018", True),
        (("Versión 7-11-2018", "Aprobado por la mesa técnica"), "7-11-2018", False),
        (("BORRADOR",), "", True),
        ((), "", False),
    ],
)
def test_a_version_without_approval_is_a_draft(blocks: tuple[str, ...], version: str, draft: bool) -> None:
    proposal = read(*blocks)
    assert (proposal.source_version, proposal.is_draft) == (version, draft)


def test_the_header_of_the_page_may_carry_version_and_draft() -> None:
    made = Document()
    made.add_paragraph("COMPROMISO 7: Compras")
    made.sections[0].header.paragraphs[0].text = "BORRADOR  Versión 3-2-2021"
    stream = io.BytesIO()
    made.save(stream)
    proposal = read_template(stream.getvalue())
    assert (proposal.source_version, proposal.is_draft) == ("3-2-2021", True)


def test_number_and_title_may_stand_in_a_labelled_cell() -> None:
    proposal = read_template(
        document([("Número y nombre del compromiso", "9. Compras abiertas")], MILESTONES)
    )
    assert (only(proposal).number, only(proposal).title) == (9, "Compras abiertas")


def test_a_template_without_a_number_is_an_error() -> None:
    proposal = read_template(document("PLANTILLA DE COMPROMISO", MILESTONES))
    assert [(one.level, one.code) for one in proposal.findings] == [(Level.ERROR, "no-commitment-number")]
    assert proposal.commitments == []


def test_a_milestone_number_twice_is_an_error() -> None:
    proposal = read([*MILESTONES[:2], ("1", *MILESTONES[2][1:])])
    (error,) = [one for one in proposal.findings if one.level is Level.ERROR]
    assert (error.code, error.cell, error.params) == (
        "repeated-number",
        "T1.3",
        {"label": "1", "first": "T1.2"},
    )


def test_dates_the_wrong_way_round_are_an_error() -> None:
    proposal = read([*MILESTONES[:1], ("1", "Publicar", "MINFIN", "Nuevo", "agosto 2020", "enero 2019")])
    (error,) = [one for one in proposal.findings if one.level is Level.ERROR]
    assert (error.code, error.node_key) == ("reversed-window", "7/1")


def test_text_that_belongs_to_no_question_is_told() -> None:
    proposal = read(MILESTONES, "Reunión pendiente con la mesa")
    assert [one.text for one in proposal.findings if one.code == "text-not-understood"] == [
        "Reunión pendiente con la mesa"
    ]
