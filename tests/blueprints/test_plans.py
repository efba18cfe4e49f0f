"""A plan's whole life through its pages, as the contact point lives it."""

from __future__ import annotations

import pytest

from tests.support.factories.work import make_work
from tracker.db import db
from tracker.models.plans import ActionPlan, PlanNode

HEAD, ITEM, STEP = "form[action*=nuevo]", "form[data-guard]", "form[action*=etapa]"


@pytest.fixture
def work(app):
    return make_work(app, commitments=1, activities_per_milestone=2)


@pytest.fixture
def contact(work):
    return work.client("contact")


def begun(contact, number=9):
    page = contact.get("plans.begin")
    return contact.submit(
        page,
        {"number": str(number), "title": "Noveno plan", "starts_on": "2026-01-01", "ends_on": "2027-12-31"},
        form=HEAD,
    )


def added(contact, tree, words, title):
    page = contact.get(tree.soup.find("a", string=lambda text: False) or link(tree, words))
    return contact.submit(page, {"title": title}, form=ITEM)


def link(page, words):
    return next(one["href"] for one in page.soup.find_all("a") if words in one.get_text())


def test_a_plan_is_written_consulted_approved_and_put_in_course(work, contact):
    page = contact.get("plans.begin")
    refused = contact.submit(page, {"number": "", "title": " "}, form=HEAD, expect=422)
    assert "Escriba el número del plan" in refused.main
    taken = {"number": str(work.made.number), "title": "Otro"}
    assert "Ya hay un plan" in contact.submit(page, taken, form=HEAD, expect=409).main

    tree = begun(contact)
    assert "todavía está vacío" in tree.main
    item = added(contact, tree, "Añadir eje", "Transparencia")
    assert "Eje 1" in item.main
    tree = contact.get("plans.tree", number=9)
    added(contact, tree, "Añadir compromiso", "Compras abiertas")
    tree = contact.get("plans.tree", number=9)
    page = added(contact, tree, "Añadir actividad", "Publicar los contratos")
    refused = contact.submit(page, {"windows": "un día de estos", "weight": "0"}, form=ITEM, expect=422)
    assert "un día de estos" in refused.main
    said = {"windows": "marzo de 2027\nsegundo semestre de 2027", "product": "Contratos publicados"}
    tree = contact.submit(page, {**said, "means-0-text": "Enlace al portal"}, form=ITEM)
    assert "marzo de 2027" in tree.main
    assert "1 medio" in tree.main

    page = contact.get("plans.show", number=9)
    assert "instituciones: falta en 1" in " ".join(page.main.split())
    refused = contact.submit(page, {"signed_name": "Punto Uno"}, form=STEP, expect=422)
    assert "Si aun así sigue adelante" in refused.main
    signed = {"signed_name": "Punto Uno", "knowing": "y"}
    assert (
        "Firme con su propio nombre"
        in contact.submit(page, {**signed, "signed_name": "Otra"}, form=STEP, expect=422).main
    )
    page = contact.submit(page, signed, form=STEP)
    assert "En consulta" in page.main
    assert contact.get("portal.plan", number=9).status == 200
    page = contact.submit(page, signed, form=STEP)
    assert "Línea base fijada" in page.main
    page = contact.submit(page, {"signed_name": "Punto Uno"}, form=STEP)
    page = contact.submit(page, signed, form=STEP)
    assert "Cerrado" in page.main
    contact.get("plans.tree", number=9)
    assert "Las dos versiones dicen lo mismo" in contact.get("portal.versions", number=9).main
    found = contact.get("portal.versions", number=9, a="consulta", b="linea-base")
    assert "siguen igual" in found.main
    contact.get("portal.versions", number=9, a="nada", expect=404)
    contact.get("portal.versions", number=9, a="2999-01-01", expect=404)


def test_who_comes_second_sees_what_changed_and_chooses(work, contact):
    begun(contact)
    added(contact, contact.get("plans.tree", number=9), "Añadir compromiso", "Uno")
    uid = contact.get("plans.tree", number=9).soup.select_one(".plan-tree a")["href"].rsplit("/", 1)[-1]
    mine, theirs = contact.get("plans.item", uid=uid), contact.get("plans.item", uid=uid)
    contact.submit(theirs, {"title": "Uno de otros", "problem": "Falta agua"}, form=ITEM)
    conflict = contact.submit(mine, {"title": "Uno mío"}, form=ITEM, expect=409)
    assert "Nada de lo que escribió se perdió" in conflict.main
    assert "Falta agua" in conflict.main
    tree = contact.submit(conflict, {}, form="main form")
    assert "Uno mío" in tree.main
    assert "Falta agua" in contact.get("plans.item", uid=uid).main


def test_items_are_arranged_without_a_script(work, contact):
    begun(contact)
    for title in ("Uno", "Dos"):
        added(contact, contact.get("plans.tree", number=9), "Añadir compromiso", title)
    tree = contact.get("plans.tree", number=9)
    down = tree.soup.find("button", value=lambda text: (text or "").startswith("down:"))["value"]
    tree = contact.submit(tree, {"action": down}, form="form[action$=contenido]")
    assert tree.main.index("Dos") < tree.main.index("Uno")
    uid = down.partition(":")[2]
    page = contact.get("plans.item", uid=uid)
    refused = contact.submit(page, {"d-second": ""}, form="form[action*=dividir]", expect=422)
    assert "Escriba el título de cada uno" in refused.main
    said = {"d-first": "Uno A", "d-second": "Uno B"}
    contact.submit(page, said, form="form[action*=dividir]")
    again = contact.submit(page, said, form="form[action*=dividir]", expect=409)
    assert again.soup.find("input", attrs={"name": "d-lock_version"})["value"] != ""
    assert contact.get("plans.tree", number=9).main.count("Uno B") == 1
    page = contact.get("plans.item", uid=uid)
    contact.submit(page, {"u-title_of_both": "Uno y B"}, form="form[action*=unir]")
    tree = contact.get("plans.tree", number=9)
    contact.submit(tree, {}, form="form[action*=numerar]")
    contact.submit(contact.get("plans.item", uid=uid), {}, form="form[action*=quitar]")
    contact.get("plans.item", uid=uid, expect=404)


def test_unfinished_items_go_on_in_the_next_plan(work, contact):
    begun(contact)
    page = contact.get("plans.carry", number=9)
    assert "Actividad 1.1" in page.main
    form = "form[action*=continuar][method=post]"
    refused = contact.submit(page, {}, form=form, expect=422)
    assert "Marque al menos uno" in refused.main
    commitment = work.made.commitments[0]
    refused = contact.submit(page, {"items": commitment.uid}, form=form, expect=422)
    assert "Diga dónde continúa" in refused.main
    with work.app.app_context():
        plan_uid = db.session.scalars(db.select(ActionPlan.uid).where(PlanNode.number == 9)).one()
    tree = contact.submit(
        page, {"items": [commitment.uid, work.made.milestones[0].uid], "en-commitment": plan_uid}, form=form
    )
    assert "Actividad 1.2" in tree.main
    assert "sin plazo" in tree.main
    assert "Ya continúa en 1" in contact.get("plans.carry", number=9).main


@pytest.mark.parametrize("who", ["liaison", "admin", "auditor"])
def test_a_plan_is_for_the_contact_point(work, who):
    client = work.client(who)
    client.get("plans.index", expect=403)
    client.get("plans.tree", number=4, expect=403)
