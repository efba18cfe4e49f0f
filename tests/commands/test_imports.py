"""The import commands: JSON alone on standard output, sentences for people, exit 2 with nothing written."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import Workbook

from tests.support.factories.plans import make_plan
from tests.support.factories.reports import nothing_written, row_counts
from tests.support.shared import shared_file
from tracker.services.imports import ENTITIES

HEADINGS = [
    "No.",
    "Actividades",
    "Tiempo de cumplimiento",
    "Institución responsable",
    "Medio de verificación",
]
ROWS = [
    ["", "Hito 1: Conformar la mesa técnica", "Enero de 2026 - junio de 2026", "INFOM", ""],
    [
        "",
        "1. Actividad: Convocar a las instituciones",
        "Marzo de 2026",
        "",
        "Convocatoria, lista de asistencia",
    ],
    ["", "2. Actividad: Instalar la mesa", "Permanente", "", "Acta"],
]
CLAIMS = "compromiso,hito,actividad,institucion,rol,avance_pct,fecha_corte,resumen\n"


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """`run("import", "workplan", path)` as a terminal does."""
    return lambda *words: app.test_cli_runner().invoke(args=[str(word) for word in words])


def book(
    path: Path, rows: list[list[str]], head: str = "COMPROMISO No. 3 Nombre del compromiso: Datos"
) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Plan"
    for row in (["5º. PLAN DE ACCIÓN NACIONAL 2025-2027"], [head], HEADINGS, *rows):
        sheet.append(row)
    workbook.save(path)
    return path


def csv(path: Path, *rows: str) -> Path:
    path.write_text(CLAIMS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def data(result: Result) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(result.stdout)
    return content


def test_a_work_plan_is_written_and_told_as_json(run, tmp_path):
    done = run("import", "workplan", book(tmp_path / "plan.xlsx", ROWS), "--plan", 5, "--format", "json")
    assert done.exit_code == 0, done.output
    told = data(done)
    assert list(told) == ["created", "changed", "unchanged", "issues"]
    assert list(told["created"]) == list(ENTITIES)
    assert {name: count for name, count in told["created"].items() if count} == {
        "commitments": 1,
        "milestones": 1,
        "activities": 2,
        "institutions": 1,
        "verification_means": 3,
    }
    (issue,) = [one for one in told["issues"] if one["text"] == "Permanente"]
    assert issue == {
        "sheet": "Plan",
        "cell": "C6",
        "level": "doubt",
        "message": "No se entendió el período; se conserva el texto.",
        "text": "Permanente",
    }


def test_the_second_time_nothing_changes(run, tmp_path):
    path = book(tmp_path / "plan.xlsx", ROWS)
    run("import", "workplan", path, "--plan", 5)
    again = run("import", "workplan", path, "--plan", 5)
    assert again.stdout.startswith(
        "Todo estaba ya: nada cambia.\nQueda igual: 1 compromiso, 1 hito, 2 actividades"
    )


def test_a_dry_run_counts_the_same_and_writes_nothing(run, tmp_path, app):
    path = book(tmp_path / "plan.xlsx", ROWS)
    with app.app_context(), nothing_written():
        dry = run("import", "workplan", path, "--plan", 5, "--dry-run", "--format", "json")
        words = run("import", "workplan", path, "--plan", 5, "--dry-run")
    assert dry.exit_code == 0
    assert words.stdout.startswith("Vista previa: no se escribió nada.\nNuevo: 1 compromiso, 1 hito, 2 activ")
    assert data(dry) == data(run("import", "workplan", path, "--plan", 5, "--format", "json"))


def test_people_read_doubts_grouped_with_their_cells(run, tmp_path):
    rows = [*ROWS, ["", "3. Actividad: Seguimiento", "Permanente", "", "Acta"]]
    told = run("import", "workplan", book(tmp_path / "plan.xlsx", rows), "--plan", 5).stdout
    assert "Dudas para el punto de contacto (" in told
    assert "  Plan C6, C7: No se entendió el período; se conserva el texto.\n      «Permanente»\n" in told


@pytest.mark.parametrize("dry", [(), ("--dry-run",)])
def test_an_error_is_told_by_cell_and_nothing_is_written(run, tmp_path, app, dry):
    rows = [*ROWS, ["", "3. Actividad: Cierre", "Del 30 de mayo de 2026 al 2 de mayo de 2026", "", "Acta"]]
    path = book(tmp_path / "plan.xlsx", rows)
    with app.app_context(), nothing_written():
        refused = run("import", "workplan", path, "--plan", 5, "--format", "json", *dry)
        words = run("import", "workplan", path, "--plan", 5, *dry)
    assert (refused.exit_code, words.exit_code) == (2, 2)
    told = data(refused)
    assert not any(told["created"].values())
    (error,) = [one for one in told["issues"] if one["level"] == "error"]
    assert (error["sheet"], error["cell"]) == ("Plan", "C7")
    assert error["message"] == "El período termina (2 de mayo de 2026) antes de empezar (30 de mayo de 2026)."
    assert "Errores (1)\n  Plan C7: El período termina" in words.stdout
    assert words.stderr == "No se escribió nada: corrija los errores y vuelva a importar.\n"


@pytest.mark.parametrize("kind", ["workplan", "template", "progress"])
def test_a_missing_file_is_refused_with_a_sentence(run, tmp_path, kind):
    done = run("import", kind, tmp_path / "none.xlsx", "--plan", 4)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == f"No se encuentra el archivo {tmp_path / 'none.xlsx'}.\n"


def test_a_file_that_may_not_be_read_is_refused_with_a_sentence(run, tmp_path, monkeypatch):
    path = book(tmp_path / "plan.xlsx", ROWS)

    def denied(_path: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    done = run("import", "workplan", path, "--plan", 5)
    assert (done.exit_code, done.stderr) == (2, f"No se puede leer el archivo {path}.\n")


@pytest.mark.parametrize("kind", ["workplan", "template"])
def test_a_file_of_another_kind_is_refused_with_a_sentence(run, tmp_path, kind):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"%PDF-1.7")
    done = run("import", kind, path, "--plan", 4, "--format", "json")
    assert done.exit_code == 2
    assert [one["message"] for one in data(done)["issues"]] == ["El archivo no es de Office (.xlsx o .docx)."]


def test_claims_are_handed_in(run, tmp_path, app):
    with app.app_context():
        made = make_plan(4)
    path = csv(
        tmp_path / "avances.csv",
        "1,1,1,INFOM,responsable,80,2026-05-31,Va bien",
        "1,1,,INFOM,,,2026-05-31,Algo",
    )
    done = run("import", "progress", path, "--plan", made.number)
    assert done.exit_code == 0, done.output
    assert done.stdout == "Nuevo: 2 informes de avance.\nQueda igual: 1 institución.\n"


def test_claims_on_a_plan_or_item_that_does_not_exist_are_refused(run, tmp_path, app):
    path = csv(tmp_path / "avances.csv", "1,9,1,INFOM,responsable,80,2026-05-31,Va bien")
    without_plan = run("import", "progress", path, "--plan", 4)
    assert (without_plan.exit_code, without_plan.stdout) == (2, "")
    assert without_plan.stderr == "No hay un plan con el número 4.\n"
    with app.app_context():
        make_plan(4)
        before = row_counts()
        without_item = run("import", "progress", path, "--plan", 4)
        assert row_counts() == before
    assert without_item.exit_code == 2
    assert "A2: El plan no tiene el elemento 1/9.1." in without_item.stdout


def test_a_plan_number_is_needed_and_must_be_one(run, tmp_path):
    path = book(tmp_path / "plan.xlsx", ROWS)
    assert run("import", "workplan", path).exit_code == 2
    assert run("import", "workplan", path, "--plan", "cuatro").exit_code == 2


def test_the_template_makes_the_plan_too(run):
    path = shared_file("data", "plantilla-compromiso-10.docx")
    done = run("import", "template", path, "--plan", 4, "--format", "json")
    assert done.exit_code == 0, done.output
    assert data(done)["created"]["milestones"] == 7


TARGETS = [
    ["Programa 14 Agua"],
    ["Metas físicas y financieras, tercer cuatrimestre, ejercicio fiscal 2023"],
    ["Producto", "SNIP", "Unidad de medida", "METAS FÍSICAS", "", "", "METAS FINANCIERAS", "", ""],
    ["", "", "", *("INICIAL", "MODIFICACIÓN", "Ejecutado") * 2],
    ["Agua", "", "Metro", 10, "-", 5, 100, "- 20.00", 40],
    ["Pozo", 7, "Metro", 10, "-", 5, 100, "- 20.00", 40],
    ["Fuente: Reporte SIGES No. R1.rpt"],
]
OF_INFOM = ("--institution", "INFOM", "--year", 2023, "--format", "json")


def targets_book(path: Path, rows: list[list[Any]]) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


def test_targets_are_written_once_and_a_changed_file_changes_its_rows(run, app, tmp_path):
    path = targets_book(tmp_path / "metas.xlsx", TARGETS)
    dry = run("import", "targets", path, *OF_INFOM, "--dry-run")
    first = run("import", "targets", path, *OF_INFOM)
    assert first.exit_code == 0, first.output
    assert data(dry) == data(first)
    assert (data(first)["created"]["targets"], data(first)["issues"]) == (2, [])
    assert data(run("import", "targets", path, *OF_INFOM))["unchanged"]["targets"] == 2
    targets_book(path, [*TARGETS[:5], ["Pozo", 7, "Metro", 10, "-", 6, 100, "- 20.00", 40], TARGETS[6]])
    told = data(run("import", "targets", path, *OF_INFOM))
    assert (told["changed"]["targets"], told["unchanged"]["targets"]) == (1, 1)
    (issue,) = told["issues"]
    assert (issue["cell"], issue["level"], issue["text"]) == ("F5", "doubt", "5")
    assert "suman 6.00" in issue["message"]


@pytest.mark.parametrize(
    ("rows", "words", "cell"),
    [
        ([*TARGETS[:5], ["", *TARGETS[5]]], OF_INFOM, "B6"),
        (TARGETS, ("--institution", "NADIE", *OF_INFOM[2:]), ""),
        (TARGETS, (*OF_INFOM, "--program", "15"), "A1"),
    ],
)
def test_an_error_in_targets_writes_nothing(run, app, tmp_path, rows, words, cell):
    run("import", "targets", targets_book(tmp_path / "a.xlsx", TARGETS), *OF_INFOM)
    path = targets_book(tmp_path / "b.xlsx", rows)
    with app.app_context(), nothing_written():
        for dry in ((), ("--dry-run",)):
            refused = run("import", "targets", path, *words, *dry)
            assert refused.exit_code == 2
            assert cell in {one["cell"] for one in data(refused)["issues"] if one["level"] == "error"}


def test_the_official_table_of_targets_is_taken(run):
    file = shared_file("data", "metas-2023-alcantarillados.xlsx")
    done = run("import", "targets", file, *OF_INFOM, "--program", "14")
    assert done.exit_code == 0, done.output
    assert data(done)["created"]["targets"] == 4
    assert {one["level"] for one in data(done)["issues"]} == {"doubt"}


def test_assessments_are_brought_in_and_the_same_again_changes_nothing(run, tmp_path):
    run("import", "workplan", book(tmp_path / "plan.xlsx", ROWS), "--plan", 5)
    path = tmp_path / "mri.csv"
    path.write_text(
        "Commitment;Completion;Date;Report\n3;Substantial;2020-05-31;Informe\n", encoding="latin-1"
    )
    dry = run("import", "assessments", path, "--plan", 5, "--dry-run")
    done = run("import", "assessments", path, "--plan", 5)
    again = run("import", "assessments", path, "--plan", 5, "--format", "json")
    assert dry.stdout.startswith("Vista previa: no se escribió nada.\nNuevo: 1 valoración")
    assert (done.exit_code, data(again)["unchanged"]["assessments"]) == (0, 1)
    path.write_text("Compromiso;Nivel;Fecha;Informe\n99;casi;ayer;\n", encoding="utf-8")
    refused = run("import", "assessments", path, "--plan", 5)
    assert refused.exit_code == 2
    assert "B2: No es un nivel de la escala." in refused.stdout
    nobody = run("import", "assessments", path, "--plan", 5, "--of", "institution")
    assert nobody.exit_code == 2


def test_a_plan_is_exported_and_comes_back_unchanged_a_missing_one_is_refused(run, tmp_path, app):
    with app.app_context():
        make_plan(commitments=1, milestones=1, activities_per_milestone=1)
    file = tmp_path / "plan-4.xlsx"
    done = run("export", "plan", 4, "--out", file)
    assert (done.exit_code, done.stdout) == (0, "")
    assert [one.name for one in tmp_path.iterdir()] == ["plan-4.xlsx"]
    again = data(run("import", "plan", file, "--format", "json"))
    assert not any(again["created"].values())
    assert not any(again["changed"].values())
    assert (again["unchanged"]["activities"], again["issues"]) == (1, [])
    assert run("export", "plan", 5, "--out", tmp_path / "no.xlsx").exit_code == 2
    assert run("export", "plan", 4, "--out", tmp_path / "no" / "plan.xlsx").exit_code == 2
    with app.app_context(), nothing_written():
        assert run("import", "plan", tmp_path / "nada.xlsx").exit_code == 2
        assert run("import", "plan", csv(tmp_path / "a.xlsx", "1,1,1,INFOM,,5,2020-01-01,x")).exit_code == 2


def test_institutions_come_by_command_too_all_or_none(run, tmp_path, app):
    file = tmp_path / "instituciones.csv"
    file.write_bytes("siglas;nombre;sector\nABC;Agencia de Bosques y Cuencas;público\n".encode("latin-1"))
    made = data(run("import", "institutions", file, "--dry-run", "--format", "json"))
    assert (made["created"]["institutions"], made["issues"]) == (1, [])
    assert run("import", "institutions", file).exit_code == 0
    assert data(run("import", "institutions", file, "--format", "json"))["unchanged"]["institutions"] == 1
    file.write_text("siglas,nombre,sector\nDEF,Otra,estatal\n", encoding="utf-8")
    with app.app_context(), nothing_written():
        assert run("import", "institutions", file).exit_code == 2
