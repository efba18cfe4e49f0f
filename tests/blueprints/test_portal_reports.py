"""Published reports: listed for everybody with their files; what is not published has no address."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.support.factories.compilations import make_compiled, make_reported_plan
from tests.support.factories.plans import NOW, TODAY, make_plan
from tracker.db import db, transaction
from tracker.domain.compilation import CompilationKind, CompilationStatus
from tracker.domain.permissions import SYSTEM
from tracker.domain.plans import PlanStatus
from tracker.models.reports import CompiledFile, CompiledReport
from tracker.services import reports as services

BODY = b"%PDF-1.7 informe"


def make_report(app, plan, status=CompilationStatus.PUBLISHED, *, version=1):
    """A compiled report with one file, in whatever state; gives its uid."""
    sha256 = hashlib.sha256(BODY).hexdigest()
    path = Path(app.instance_path) / "reports" / sha256[:2] / sha256
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(BODY)
    with app.app_context(), transaction():
        report = CompiledReport(
            plan_id=plan.id,
            kind=CompilationKind.INSTITUTIONAL,
            institution_id=plan.lead.id,
            cutoff_on=TODAY,
            status=status,
            series_key="serie",
            version=version,
            document="{}",
            sha256="ab" * 32,
            requested_by_uid="alguien",
            requested_at=NOW,
            approved_by_uid="alguien",
            approved_label="Nombre de Persona",
            approved_at=NOW,
            published_at=NOW,
            files=[CompiledFile(format="pdf", sha256=sha256, size=len(BODY), filename="informe.pdf")],
        )
        db.session.add(report)
        db.session.flush()
        return report.uid


@pytest.fixture
def plan(app):
    with app.app_context():
        return make_plan()


def test_a_published_report_can_be_downloaded(app, client, plan):
    make_report(app, plan)
    page = client.get("/informes")
    assert "Informe de cumplimiento institucional · INFOM" in page.main
    assert "15 de junio de 2026" in page.main
    file = client.get(page.link("PDF"))
    assert (file.data, file.response.mimetype) == (BODY, "application/pdf")
    assert file.headers["Content-Disposition"].startswith("attachment")
    file.response.close()


def test_who_signed_it_is_not_named(app, client, plan):
    make_report(app, plan)
    assert "Nombre de Persona" not in client.get("/informes").markup


@pytest.mark.parametrize("status", sorted(set(CompilationStatus) - {CompilationStatus.PUBLISHED}))
def test_a_report_that_is_not_published_is_nowhere(app, client, plan, status):
    uid = make_report(app, plan, status)
    assert "Todavía no hay informes publicados" in client.get("/informes").main
    client.get(f"/informes/{uid}/archivos/pdf", expect=404)


def test_a_report_of_a_plan_that_is_not_public_is_nowhere(app, client):
    with app.app_context():
        hidden = make_plan(9, status=PlanStatus.DRAFT)
    uid = make_report(app, hidden)
    assert "Todavía no hay informes publicados" in client.get("/informes").main
    client.get(f"/informes/{uid}/archivos/pdf", expect=404)


def test_a_format_it_was_not_compiled_in_is_not_found(app, client, plan):
    uid = make_report(app, plan)
    client.get(f"/informes/{uid}/archivos/xlsx", expect=404)


def test_every_version_stays_in_the_list(app, client, plan):
    make_report(app, plan, version=1)
    make_report(app, plan, version=2)
    assert len(client.get("/informes").all("tbody tr")) == 2


def test_the_schema_of_the_data_is_there_for_everybody(app, client, plan):
    answer = client.get("/datos/esquemas/informe-1.json")
    assert answer.response.mimetype == "application/schema+json"
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    told = json.loads(answer.data)
    assert told["$id"] == f"{app.config['BASE_URL']}/datos/esquemas/informe-1.json"
    assert client.get("/metodologia").link("esquema publicado") == "/datos/esquemas/informe-1.json"


def test_the_package_of_a_published_report_is_offered_with_the_others(app, client, plan):
    with app.app_context():
        uid = make_compiled(make_reported_plan(7), formats=("json", "bag"))
        with transaction():
            services.approve(SYSTEM, uid, "Persona", now=NOW)
            services.publish(SYSTEM, uid, now=NOW)
    file = client.get(client.get("/informes").link("Paquete de evidencia (BagIt)"))
    assert file.response.mimetype == "application/zip"
    assert "-v1-paquete.zip" in file.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(file.data)) as bag:
        assert any(name.endswith("/data/evidencias.csv") for name in bag.namelist())
    file.response.close()


def test_the_page_gives_the_hash_of_each_file_and_says_how_to_check_it(app, client, plan):
    make_report(app, plan)
    page = client.get("portal.reports")
    assert hashlib.sha256(BODY).hexdigest() in page.main
    assert "ab" * 32 in page.main
    assert "Cómo comprobar un informe" in page.main
    assert "certutil -hashfile" in page.main
