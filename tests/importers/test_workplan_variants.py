"""Work plans as other offices would send them."""

from __future__ import annotations

from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.importers.workbooks import (
    COLUMNS,
    HEAD,
    codes,
    fill,
    only_activity,
    plan,
    roles,
    saved,
    spans,
    workbook,
)
from tracker.domain.schedule import Frequency, Precision, occurrences
from tracker.importers.proposals import InstitutionEntry, Level
from tracker.importers.workplan import read_workplan


def _moment(day: date) -> datetime:
    """A date as spreadsheets store it: with a time of midnight and no zone."""
    return datetime.combine(day, time())


ROW = (None, "1. Actividad: Talleres", "Marzo de 2022", "INAP", "Talleres", "Listados")


def test_columns_may_stand_in_any_order_among_others() -> None:
    columns = (
        "Medios de verificación",
        "Presupuesto",
        "Plazo",
        "Entidad responsable",
        "Actividades",
        "Producto",
        "N°",
    )
    proposal = plan(("Actas", "Q1", "Marzo de 2022", "INAP", "Talleres", "Taller", 1), columns=columns)
    activity = only_activity(proposal)
    assert (activity.label, activity.title, roles(activity)) == ("1", "Talleres", [("INAP", "lead")])
    assert spans(activity) == [("2022-03-01", "2022-03-31")]
    assert [one.text for one in activity.means] == ["Actas"]
    assert proposal.findings == []


def test_the_heading_may_stand_further_down_and_further_right() -> None:
    rows = [(), (), *((None, None, *row) for row in HEAD), (), (None, None, *COLUMNS), (None, None, *ROW)]
    activity = only_activity(read_workplan(workbook(rows)))
    assert activity.title == "Talleres"
    assert activity.cell == "D8"


def test_start_and_end_columns_make_one_window() -> None:
    columns = ("No", "Actividad", "Fecha de inicio", "Fecha de finalización", "Responsable", "Producto")
    activity = only_activity(
        plan((1, "Talleres", date(2022, 1, 15), _moment(date(2022, 4, 30)), "INAP", "x"), columns=columns)
    )
    assert spans(activity) == [("2022-01-15", "2022-04-30")]
    assert activity.windows[0].start_precision is Precision.DAY


def test_one_heading_of_time_over_two_columns_of_start_and_end() -> None:
    rows = [
        *HEAD,
        ("No", "Actividad", "Tiempo de cumplimiento", None, "Responsable", "Producto"),
        (None, None, "Inicio", "Fin", None, None),
        (1, "Talleres", "enero 2022", "marzo 2022", "INAP", "x"),
    ]
    data = workbook(rows, ["C4:D4", "A4:A5", "B4:B5", "E4:E5", "F4:F5"])
    assert spans(only_activity(read_workplan(data))) == [("2022-01-01", "2022-03-31")]


def test_a_date_cell_shown_as_month_and_year_is_known_to_the_month() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    fill(sheet, [*HEAD, COLUMNS, ROW])
    sheet["C5"] = _moment(date(2022, 3, 1))
    sheet["C5"].number_format = "mmm-yy"
    window = only_activity(read_workplan(saved(book))).windows[0]
    assert (window.start, window.end) == (date(2022, 3, 1), date(2022, 3, 31))
    assert window.end_precision is Precision.MONTH


def test_a_milestone_stretched_over_the_whole_row_is_not_its_own_period() -> None:
    proposal = plan(
        ("Hito 1: Capacitar a las municipalidades",),
        (1, "Curso", "enero 2022", "INAP", "Curso", "Listado"),
        merged=["A5:F5"],
    )
    (milestone,) = proposal.commitments[0].milestones
    assert milestone.title == "Capacitar a las municipalidades"
    assert milestone.windows == ()
    assert milestone.product is None
    assert [one.title for one in milestone.activities] == ["Curso"]


def test_merged_product_and_means_are_one_row_for_both_activities() -> None:
    proposal = plan(
        ("1", "Hito 1: Planificar", "2022", "SEGEPLAN", None, None),
        (None, "1. Plan", "enero 2022", None, "Planes", "Informe, listado"),
        (None, "2. Recepción", "febrero 2022", None, None, None),
        merged=["D5:D7", "E6:E7", "F6:F7"],
    )
    one, two = proposal.commitments[0].milestones[0].activities
    assert one.product is not None
    assert one.product == two.product
    assert [mean.key for mean in one.means] == [mean.key for mean in two.means]
    assert len({mean.key for mean in one.means}) == 2
    assert one.roles == ()
    assert two.roles == ()


def test_a_merged_institution_over_activities_alone_is_given_to_each() -> None:
    proposal = plan(
        ("1", "Hito 1: Planificar", "2022", "SEGEPLAN", None, None),
        (None, "1. Plan", "enero 2022", "INAP", "x", "Acta"),
        (None, "2. Recepción", "febrero 2022", None, "y", "Acta"),
        (None, "3. Cierre", "marzo 2022", None, "z", "Acta"),
        merged=["D6:D7"],
    )
    activities = proposal.commitments[0].milestones[0].activities
    assert [roles(one) for one in activities] == [[("INAP", "lead")], [("INAP", "lead")], []]


def test_columns_of_coordinators_and_others_give_their_part() -> None:
    columns = (
        "No.",
        "Actividad",
        "Plazo",
        "Responsable",
        "Corresponsables",
        "Instituciones de apoyo",
        "Producto",
    )
    activity = only_activity(
        plan((1, "Curso", "2022", "INAP", "ANAM, INFOM", "PNUD", "Curso"), columns=columns)
    )
    assert roles(activity) == [
        ("INAP", "lead"),
        ("ANAM", "co_responsible"),
        ("INFOM", "co_responsible"),
        ("PNUD", "collaborator"),
    ]


def test_one_activity_over_several_rows_keeps_every_mean_and_window() -> None:
    proposal = plan(
        (1, "Curso", "enero 2022", "INAP", "Curso", "Acta"),
        (None, None, "marzo 2022", None, None, "Fotografías"),
        (None, None, None, None, None, "Listado"),
        merged=["B5:B7"],
    )
    activity = only_activity(proposal)
    assert [one.text for one in activity.means] == ["Acta", "Fotografías", "Listado"]
    assert spans(activity) == [("2022-01-01", "2022-01-31"), ("2022-03-01", "2022-03-31")]


def test_a_row_without_title_joins_the_one_above_and_says_so() -> None:
    proposal = plan(
        (1, "Curso", "enero 2022", "INAP", "Curso", "Acta"), (None, None, None, None, None, "Fotografías")
    )
    assert [one.text for one in only_activity(proposal).means] == ["Acta", "Fotografías"]
    assert codes(proposal.findings) == ["row-joined"]


def test_several_commitments_one_a_sheet() -> None:
    book = Workbook()
    assert book.active is not None
    fill(book.active, [("Instrucciones",), ("Llene la hoja siguiente",)])
    for number in (1, 2):
        sheet = book.create_sheet(f"C{number}")
        fill(sheet, [(f"Compromiso {number}: Nombre {number}",), COLUMNS, ROW])
    proposal = read_workplan(saved(book))
    assert [(one.number, one.title, len(one.activities)) for one in proposal.commitments] == [
        (1, "Nombre 1", 1),
        (2, "Nombre 2", 1),
    ]
    assert proposal.findings == []


def test_several_commitments_stacked_in_one_sheet() -> None:
    second = ("COMPROMISO No. 4 Nombre del compromiso: Bosques",)
    rows = [
        *HEAD,
        COLUMNS,
        ROW,
        (),
        *HEAD[:2],
        second,
        COLUMNS,
        ROW,
        (None, "2. Actividad: Otra", "2022", "INAB"),
    ]
    proposal = read_workplan(workbook(rows, ["A7:F7", "A8:F8", "A9:F9"]))
    assert [(one.number, one.title, len(one.activities)) for one in proposal.commitments] == [
        (3, "Agua para todos", 1),
        (4, "Bosques", 2),
    ]
    assert proposal.commitments[1].plan_number == 5


def test_a_column_may_name_the_commitment() -> None:
    columns = ("Compromiso", "Actividad", "Plazo", "Responsable", "Producto")
    rows = [
        columns,
        ("7. Agua", "1. Curso", "2022", "INAP", "Curso"),
        (None, "2. Acta", "2022", "INAP", "Acta"),
        ("8. Bosques", "1. Mapa", "2022", "INAB", "Mapa"),
    ]
    proposal = read_workplan(workbook(rows))
    assert [(one.number, one.title, len(one.activities)) for one in proposal.commitments] == [
        (7, "Agua", 2),
        (8, "Bosques", 1),
    ]


def test_the_heading_repeated_on_the_next_page_goes_on_with_the_same_commitment() -> None:
    proposal = plan(ROW, COLUMNS, (None, "2. Actividad: Otra", "Abril de 2022", "INAP", "Otra", "Acta"))
    (commitment,) = proposal.commitments
    assert [one.label for one in commitment.activities] == ["1", "2"]


def test_label_and_value_of_the_head_may_stand_in_two_cells_or_below() -> None:
    rows = [
        ("Número de compromiso", "12"),
        ("Nombre del compromiso", "Compras abiertas"),
        ("Eje", "EJE 2. Transparencia fiscal"),
        ("Objetivo",),
        ("Publicar todas las compras",),
        ("Fecha de inicio", _moment(date(2022, 1, 1))),
        ("Fecha de finalización", "31/12/2022"),
        ("Institución responsable", "MINFIN, con el apoyo de SAT"),
        COLUMNS,
        ROW,
    ]
    (commitment,) = read_workplan(workbook(rows)).commitments
    assert (commitment.number, commitment.title) == (12, "Compras abiertas")
    assert (commitment.axis_number, commitment.axis_title) == (2, "Transparencia fiscal")
    assert commitment.fields["description"] == "Publicar todas las compras"
    assert spans(commitment) == [("2022-01-01", "2022-12-31")]
    assert roles(commitment) == [("MINFIN", "lead"), ("SAT", "collaborator")]


def test_the_head_names_plan_years_and_draft() -> None:
    proposal = read_workplan(workbook([("BORRADOR",), *HEAD, ("Versión 2-3-2021",), COLUMNS, ROW]))
    (commitment,) = proposal.commitments
    assert (commitment.plan_number, commitment.plan_years) == (5, (2021, 2023))
    assert (proposal.is_draft, proposal.source_version) == (True, "2-3-2021")


def test_resources_below_the_table_give_amounts_with_who_provides_them() -> None:
    proposal = plan(
        ROW,
        (),
        ("*RECURSOS FINANCIEROS: Docencia. Segeplan: Q.49,000.00; INAP Q 1.5 millones",),
        ("*RECURSOS HUMANOS: técnicos",),
        ("Elaborado por la unidad de planificación",),
        merged=["A7:F7", "A8:F8", "A9:F9"],
    )
    (commitment,) = proposal.commitments
    assert commitment.financial_centavos == ((4_900_000, "SEGEPLAN"), (150_000_000, "INAP"))
    assert commitment.fields["human_resources_text"] == "técnicos"
    assert codes(proposal.findings) == ["text-not-understood"]


def test_a_monthly_duty_is_guessed_and_said_to_be_a_guess() -> None:
    proposal = plan(
        (
            4,
            "Hito 4: Publicación mensual de solicitudes",
            "Mayo de 2019-agosto de 2020",
            "INFOM",
            "Informe",
            "Enlace",
        )
    )
    (milestone,) = proposal.commitments[0].milestones
    assert milestone.frequency is Frequency.MONTHLY
    assert len(occurrences(milestone.windows, milestone.frequency)) == 16
    assert "frequency-guessed" in codes(proposal.findings)


def test_no_frequency_where_nothing_is_to_be_shown() -> None:
    proposal = plan(
        (4, "Hito 4: Publicación mensual", "2022", "INFOM", None, None),
        (None, "1. Actividad: Formato", "enero 2022", None, "Formato", "Formato"),
    )
    assert proposal.commitments[0].milestones[0].frequency is None


def test_quantities_are_never_set_only_doubted() -> None:
    proposal = plan(
        (
            1,
            "Portales en 20% de las municipalidades",
            "2022",
            "INFOM",
            "27 municipalidades fortalecidas",
            "Actas",
        ),
    )
    found = {one.code: one.params["words"] for one in proposal.findings}
    assert found == {
        "quantity-ambiguous": "20% de las municipalidades",
        "quantity-possible": "27 municipalidades fortalecidas",
    }


def test_an_unknown_institution_is_one_however_it_is_written() -> None:
    proposal = plan(
        (1, "Curso", "2022", "FNL", "x", "Acta"),
        (2, "Taller", "2022", "Fundación Nueva Luz -FNL-", "x", "Acta"),
        (3, "Feria", "2022", "Fundacion Nueva Luz", "x", "Acta"),
    )
    mentions = [one.roles[0].institution for one in proposal.commitments[0].activities]
    assert {(one.acronym, one.name, one.known) for one in mentions} == {("FNL", "Fundación Nueva Luz", False)}
    assert set(codes(proposal.findings)) == {"unknown-institution"}


def test_institutions_known_to_the_caller_come_before_those_shipped() -> None:
    known = [InstitutionEntry("INAP", "Instituto de Administración")]
    data = workbook(
        [*HEAD, COLUMNS, ROW, (None, "2. Otra", "2022", "Instituto Nacional de Administración Pública")]
    )
    (commitment,) = read_workplan(data, known).commitments
    assert {one.roles[0].institution.name for one in commitment.activities} == {"Instituto de Administración"}


def test_one_doubt_for_a_merged_cell_however_many_rows_it_covers() -> None:
    proposal = plan(
        (1, "Curso", "Permanente", "INAP", "x", "Acta"),
        (2, "Taller", None, "INAP", "x", "Acta"),
        merged=["C5:C6"],
    )
    assert codes(proposal.findings) == ["period-not-understood"]
    assert proposal.findings[0].level is Level.DOUBT
    assert proposal.findings[0].text == "Permanente"


def test_headings_with_line_breaks_stars_and_capitals() -> None:
    columns = (
        *("N°", "DESCRIPCIÓN DE\nACTIVIDADES", "TIEMPO DE\nCUMPLIMIENTO"),
        *("*INSTITUCIÓN\nRESPONSABLE", "PRODUCTO", "*MEDIO DE\nVERIFICACIÓN"),
    )
    proposal = plan((1, "Curso", "marzo\nde 2022", "INAP", "Curso", "Acta"), columns=columns)
    assert spans(only_activity(proposal)) == [("2022-03-01", "2022-03-31")]


def test_blank_rows_between_activities_change_nothing() -> None:
    proposal = plan(
        (1, "Curso", "2022", "INAP", "x", "Acta"), (), (), (2, "Feria", "2022", "INAP", "x", "Acta")
    )
    assert [one.label for one in proposal.commitments[0].activities] == ["1", "2"]
    assert proposal.findings == []


def test_an_activity_that_nobody_answers_for_is_a_doubt() -> None:
    assert codes(plan((1, "Curso", "2022", None, "x", "Acta")).findings) == ["no-responsible"]


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.sampled_from(
                    [*COLUMNS, "Hito 1: A", "1. Actividad: B", "COMPROMISO No. 2", "marzo 2022", "INAP, X"]
                ),
                st.text(alphabet="Hito 12.3aActividad:,;()-/*ñ", max_size=20),
                st.integers(-5, 50_000),
                st.floats(allow_nan=False, allow_infinity=False),
                st.dates(date(1950, 1, 1), date(2050, 1, 1)),
            ),
            max_size=7,
        ),
        max_size=12,
    ),
    st.booleans(),
)
def test_no_sheet_ever_breaks_the_reader(rows: list[list[object]], merge: bool) -> None:
    data = workbook([*HEAD, COLUMNS, *rows], ["A5:A7", "C6:D8"] if merge else [])
    assert read_workplan(data).commitments
