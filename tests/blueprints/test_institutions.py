"""Institutions as those who administer them work with them: list, names, mergers, files."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest

from tests.support.factories.plans import make_institution
from tests.support.factories.work import make_work
from tests.support.queries import count_queries
from tracker.db import db

CSV = """siglas,nombre,sector,unidad de,grupo
SCEP,Secretaría de Coordinación,público,,no
,Dirección para la Descentralización,público,SCEP,no
,Gobiernos locales priorizados,gobierno local,,sí
"""


@pytest.fixture
def work(app):
    return make_work(app)


@pytest.fixture
def admin(work):
    return work.client("admin")


def add(admin, **values):
    given = {"acronym": "SCEP", "name": "Secretaría de Coordinación", "sector": "public", **values}
    page = admin.get("admin.new_institution")
    return admin.submit(
        page, {k: v for k, v in given.items() if k != "expect"}, form="form.card", expect=values.get("expect")
    )


def test_one_is_made_with_a_unit_and_found_by_a_name_it_no_longer_bears(work, admin):
    made = add(admin)
    assert "Secretaría de Coordinación" in made.main
    uid = made.path.rsplit("/", 1)[1]
    unit = add(admin, acronym="", name="Dirección para la Descentralización", parent=uid)
    assert "SCEP / Dirección para la Descentralización" in unit.main
    page = admin.get("admin.rename_institution", uid=uid)
    values = {"acronym": "SECOR", "name": "Secretaría de Orden", "what": "renamed", "reason": "Acuerdo 7"}
    after = admin.submit(page, values, form="form.card")
    assert "Secretaría de Orden" in after.main
    assert "SCEP" in after.main
    found = admin.get("admin.institutions", q="scep")
    assert "SECOR" in found.main
    assert "INFOM" not in found.main
    again = admin.submit(
        admin.get("admin.rename_institution", uid=uid),
        values | {"name": "Otra"},
        form="form.card",
        expect=422,
    )
    assert "elija un día posterior" in again.main
    assert "Otra" in again.markup


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Escriba el nombre"),
        ({"acronym": "infom"}, "Esas siglas ya son de"),
        ({"name": "INSTITUTO INAP", "acronym": ""}, "Ya hay una institución con ese nombre"),
        ({"acronym": "X" * 33}, "32 letras"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(admin, values, sentence):
    page = add(admin, **values, expect=422)
    assert sentence in page.main


def merger_form(client, work, **more):
    page = client.get("admin.merger", de=work.made.helper.uid)
    given = {"successor": work.made.lead.uid, "reason": "Reforma", "legal_reference": "Acuerdo 99-2026"}
    return client.submit(
        page, {**given, **more, "action": "preview"}, form="form.card", expect=more.pop("expect", None)
    )


def test_a_merger_is_looked_through_then_done_once_and_old_pages_lead_on(app, work, admin):
    seen = merger_form(admin, work)
    assert "Qué se mueve a INFOM" in seen.main
    assert "Enlace Tres" in seen.main
    done = admin.submit(seen, {"action": "confirm"}, form="form.card")
    assert "Fusión registrada" in done.text
    assert "INAP" in done.main
    old = admin.get("admin.institution", uid=work.made.helper.uid)
    assert "Ahora es parte de INFOM" in old.main
    again = admin.submit(seen, {"action": "confirm"}, form="form.card", expect=422)
    assert "ya no existe" in again.main
    public = admin.get("portal.institution", number=work.made.number, slug=work.made.helper.slug)
    assert "INFOM" in public.main
    assert "Acuerdo 99-2026" in public.main


def test_a_merger_seen_too_early_is_shown_again(app, work, admin):
    seen = merger_form(admin, work)
    with app.app_context():
        scene = work.scene()
        scene.draft(actor=scene.helper, percent=5, today=work.today)
    late = admin.submit(seen, {"action": "confirm"}, form="form.card", expect=409)
    assert "Algo cambió desde la vista previa" in late.main
    assert "Confirmar la fusión" in late.main


def test_a_future_merger_and_one_without_its_act_are_refused(work, admin):
    tomorrow = (work.today + timedelta(days=1)).isoformat()
    assert "no puede ser posterior a hoy" in merger_form(admin, work, on=tomorrow, expect=422).main
    assert "acuerdo o la ley" in merger_form(admin, work, legal_reference="", expect=422).main


def upload(admin, text, expect=None):
    page = admin.get("admin.institutions_file")
    file = (io.BytesIO(text.encode()), "instituciones.csv")
    return admin.submit(page, {"file": file}, form="form.card", expect=expect)


def test_a_file_is_looked_through_accepted_and_changes_nothing_the_second_time(admin):
    seen = upload(admin, CSV)
    assert "Dirección para la Descentralización" in seen.main
    after = admin.submit(seen, {}, form="main form")
    assert "3 instituciones nuevas" in after.text
    assert "SCEP / Dirección para la Descentralización" in after.main
    again = upload(admin, CSV)
    assert again.texts(".fact")[2].startswith("3") if again.texts(".fact") else "quedan igual" in again.main


def test_errors_name_their_cell_and_nothing_can_be_accepted(admin):
    bad = (
        "siglas,nombre,sector,unidad de,grupo\nA,Uno,marciano,,\nB,,público,,\nC,Tres,público,NADIE,tal vez\n"
    )
    page = upload(admin, bad, expect=422)
    for place in ("C2", "B3", "E4"):
        assert place in page.main
    assert "Aceptar" not in page.main
    assert (
        "Elija un archivo"
        in admin.submit(admin.get("admin.institutions_file"), {}, form="form.card", expect=422).main
    )


def test_a_liaison_and_an_auditor_have_no_part_in_it(work):
    for who in ("liaison", "auditor", "table"):
        work.client(who).get("admin.institutions", expect=403)
    assert work.client("contact").get("admin.institutions").status == 200


def test_queries_of_the_list_do_not_grow(app, work, admin):
    def queries():
        with app.app_context(), count_queries(db.engine) as sent:
            admin.get("admin.institutions", q="x")
        return len(sent)

    few = queries()
    with app.app_context():
        for number in range(5):
            make_institution(f"X{number}")
    assert queries() == few


def test_an_address_is_permanent_and_other_acronyms_lead_to_it(work, admin):
    uid, number = work.made.lead.uid, work.made.number
    page = admin.get("admin.rename_institution", uid=uid)
    values = {"acronym": "INMU", "name": "Instituto Municipal", "what": "renamed", "reason": "Decreto 8"}
    admin.submit(page, values, form="form.card")
    public = admin.get("portal.institution", number=number, slug="infom")
    assert "Instituto Municipal" in public.h1
    moved = admin.get("portal.institution", number=number, slug="inmu", expect=301)
    assert moved.location.endswith("/instituciones/infom")
    admin.get("portal.institution", number=number, slug="nadie", expect=404)
    again = admin.submit(
        admin.get("admin.rename_institution", uid=uid),
        {"acronym": "INMUN", "name": "Instituto Municipal", "what": "corrected", "reason": "Errata"},
        form="form.card",
    )
    assert "INMUN" in again.main
    moved = admin.get("portal.institution", number=number, slug="INMUN", expect=301)
    assert moved.location.endswith("/instituciones/infom")
