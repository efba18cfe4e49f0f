"""Amending a plan through its pages: prepare, write an item as it is to be, see what it would do, approve."""

from __future__ import annotations

import pytest

from tests.support.factories.accounts import actor_of
from tests.support.factories.plans import make_institution
from tests.support.factories.work import make_work
from tracker.db import transaction
from tracker.services.amendments import change_item

NEW, HEADING = "form[action$=enmiendas]", "form[action*='#aprobacion']"
ITEM = "form[action*=elementos]"


@pytest.fixture
def work(app):
    return make_work(app, commitments=2, activities_per_milestone=2)


@pytest.fixture
def contact(work):
    return work.client("contact")


@pytest.fixture
def draft(contact):
    """The page of a new draft."""
    return contact.submit(contact.get("amendments.index"), {"title": "Ajuste de la 1.1"}, form=NEW)


def refuse(client, page, values, *, form):
    """Send a form that is not accepted."""
    return client.submit(page, values, form=form, expect=422)


def uid_of(page):
    return page.path.rsplit("/", 1)[-1]


def item(contact, draft, node):
    return contact.get("amendments.item", uid=uid_of(draft), node_uid=node.uid)


def heading(work, **more):
    return {
        "reason": "La ley cambió",
        "resolution": "Acuerdo 12-2026",
        "effective_on": work.today.isoformat(),
        "signed_name": "Punto Uno",
        "action": "approve",
        **more,
    }


def test_a_draft_begins_with_a_plan_and_what_it_is_about(work, contact):
    page = contact.get("amendments.index")
    refused = refuse(contact, page, {"title": " "}, form=NEW)
    assert "Escriba de qué trata" in refused.main
    made = contact.submit(page, {"title": "Ajuste"}, form=NEW)
    assert made.h1 == "Ajuste"
    assert "Borrador" in contact.get("amendments.index").main


def test_where_no_plan_is_in_course_the_page_says_what_to_do(app, client_of):
    with app.app_context():
        from tests.support.factories.accounts import make_user

        person = make_user("contact_point")
    page = client_of(person.email).get("amendments.index")
    assert "No hay un plan en curso" in page.main


def test_an_item_is_written_as_it_is_to_be_and_approved(work, contact, draft):
    page = item(contact, draft, work.activity)
    seen = contact.submit(page, {"title": "Actividad 1.1, con talleres"}, form=ITEM)
    assert seen.texts(".difference ins") == ["entra: 1.1, con talleres"]
    assert "Las cifras con la enmienda y sin ella" in seen.main
    refused = refuse(contact, seen, heading(work, reason=""), form=HEADING)
    assert "Explique por qué se enmienda el plan" in refused.main
    assert refused.one("input[name=signed_name]").get("value") == "Punto Uno"
    done = contact.submit(refused, heading(work), form=HEADING)
    assert "Aprobada el" in done.main
    assert "Enmienda 1" in done.main
    assert work.client("liaison").get("progress.activity", uid=work.activity.uid).h1.endswith("con talleres")


def test_errors_stand_beside_their_fields(work, contact, draft):
    page = item(contact, draft, work.activity)
    refused = refuse(contact, page, {"planned": "12", "unit": "talleres"}, form=ITEM)
    assert "necesita las palabras" in refused.one("#quantity-error").get_text()
    refused = refuse(contact, page, {"title": ""}, form=ITEM)
    assert "Escriba el título" in refused.one("#title-error").get_text()
    refused = refuse(contact, page, {"means-0-text": ""}, form=ITEM)
    assert "Escriba el medio de verificación" in refused.one("#means-error").get_text()


def test_means_are_reworded_left_out_and_added(work, contact, draft):
    page = item(contact, draft, work.activity)
    values = {"means-0-text": "Informe final", "means-1-gone": "y", "means-2-text": "Lista de asistencia"}
    seen = contact.submit(page, values, form=ITEM)
    told = seen.texts(".difference li")
    assert told == [
        "sale: Informe",
        "sale: Fotografías",
        "entra: Informe final",
        "entra: Lista de asistencia (no es público)",
    ]


def test_institutions_are_added_left_out_and_given_another_part(app, work, contact, draft):
    with app.app_context():
        new = make_institution("MINFIN")
    page = item(contact, draft, work.activity)
    values = {"roles-0-role": "coordinator", "roles-1-institution": "", "roles-2-institution": new.uid}
    seen = contact.submit(page, values, form=ITEM)
    assert seen.texts(".difference li") == [
        "sale: INFOM · Responsable",
        "sale: INAP · Corresponsable",
        "entra: INFOM · Coordina",
        "entra: MINFIN · Responsable",
    ]
    assert "INAP" in seen.main
    assert "Quién deja de tener parte" in seen.main


def test_a_commitment_is_written_whole(work, contact, draft):
    page = item(contact, draft, work.made.commitments[0])
    values = {
        "problem": "Nadie sabe en qué se gasta",
        "ogp_values": ["transparency"],
        "financial": "Q1,500.50 | MINFIN\n2000",
    }
    seen = contact.submit(page, values, form=ITEM)
    assert "Q1,500.50 | MINFIN" in seen.main
    assert "Q2,000.00" in seen.main
    again = item(contact, draft, work.made.commitments[0])
    assert again.one("textarea[name=problem]").get_text().strip() == "Nadie sabe en qué se gasta"
    refused = refuse(contact, again, {"financial": "mucho dinero"}, form=ITEM)
    assert "cada monto en una línea" in refused.one("#financial-error").get_text()


def test_a_text_saved_as_it_was_is_no_change(work, contact, draft):
    for node in (work.activity, work.made.commitments[0], work.made.milestones[0]):
        seen = contact.submit(item(contact, draft, node), {}, form=ITEM)
        assert "Es igual a lo vigente" in seen.text
    assert "0 cambios" in seen.main


def test_what_is_withdrawn_may_come_back(work, contact, draft):
    seen = contact.submit(item(contact, draft, work.activity), {"withdrawn_on": "y"}, form=ITEM)
    contact.submit(seen, heading(work), form=HEADING)
    second = contact.submit(contact.get("amendments.index"), {"title": "De vuelta"}, form=NEW)
    page = item(contact, second, work.activity)
    assert "primero tiene que volver" in page.main
    back = contact.submit(page, {"withdrawn_on": None}, form=ITEM)
    assert back.texts(".difference li") == ["sale: Retirado del plan", "entra: En el plan"]


def test_a_change_overtaken_by_another_is_shown_and_chosen_again(app, work, contact, draft):
    contact.submit(item(contact, draft, work.activity), {"title": "Una"}, form=ITEM)
    other = contact.submit(contact.get("amendments.index"), {"title": "Otra enmienda"}, form=NEW)
    seen = contact.submit(item(contact, other, work.activity), {"title": "Otra"}, form=ITEM)
    contact.submit(seen, heading(work), form=HEADING)
    page = contact.get("amendments.show", uid=uid_of(draft))
    assert "Cambió desde entonces" in page.main
    refused = contact.submit(page, heading(work), form=HEADING, expect=409)
    assert "elija de nuevo" in refused.main
    chosen = contact.submit(refused, {}, form="form[action$=elegir]")
    assert "Cambió desde entonces" not in chosen.main
    done = contact.submit(chosen, heading(work), form=HEADING)
    assert "Enmienda 2" in done.main


def test_a_change_is_left_out_and_a_draft_discarded(work, contact, draft):
    seen = contact.submit(item(contact, draft, work.activity), {"title": "Una"}, form=ITEM)
    left = contact.submit(seen, {}, form="form[action$=quitar]")
    assert "0 cambios" in left.main
    gone = contact.submit(left, {}, form="form[action$=descartar]")
    assert "Descartada" in gone.main
    assert "Se conserva como constancia" in contact.get("amendments.show", uid=uid_of(draft)).main


def test_two_who_write_one_item_do_not_overwrite_each_other(app, work, contact, draft):
    page = item(contact, draft, work.activity)
    with app.app_context(), transaction():
        change_item(
            actor_of(work.people["contact"], work.today),
            amendment_uid=uid_of(draft),
            node_uid=work.activity.uid,
            values={"title": "Primero"},
        )
    refused = contact.submit(page, {"title": "Después"}, form=ITEM, expect=409)
    assert "Otra persona cambió esto" in refused.main
    assert refused.one("textarea[name=title]").get_text().strip() == "Después"


@pytest.mark.parametrize("who", ["liaison", "head", "table", "auditor", "admin"])
def test_nobody_else_opens_these_pages(work, contact, draft, who):
    client = work.client(who)
    client.get("amendments.index", expect=403)
    client.get("amendments.show", uid=uid_of(draft), expect=403)
    client.get("amendments.item", uid=uid_of(draft), node_uid=work.activity.uid, expect=403)


def test_something_new_is_added_and_what_it_lacks_is_said_beside_its_fields(work, contact, draft):
    given = {"uid": uid_of(draft), "node_uid": work.made.milestones[0].uid}
    page, form = contact.get("amendments.structure", **given), "form[action$=added]"
    typed = {"a-title": "Taller nuevo", "a-windows": "marzo", "a-means": "Lista\nFotos"}
    refused = contact.submit(page, typed, form=form, expect=422)
    assert "Falta el año." in refused.main
    refused = contact.submit(page, typed | {"a-windows": ""}, form=form, expect=422)
    assert "una actividad siempre tiene plazo" in refused.main
    assert "Elija la institución que responde" in refused.main
    assert refused.one("textarea[name=a-title]").get_text().strip() == "Taller nuevo"
    full = typed | {"a-windows": "marzo de 2027", "a-institution": work.made.lead.uid}
    seen = contact.submit(refused, full, form=form)
    assert seen.texts(".difference li") == [
        "entra: Actividad 1.3. Taller nuevo · marzo de 2027 · INFOM · Lista · Fotos"
    ]
    contact.submit(seen, heading(work), form=HEADING)
    public = contact.get("portal.amendments", number=4)
    assert "Se le agrega" in public.main


def test_items_of_a_commitment_are_listed_when_it_is_chosen(work, contact, draft):
    page = contact.get("amendments.show", uid=uid_of(draft), compromiso=work.made.commitments[1].uid)
    assert [text for text in page.texts("#elementos ~ ul a") if "Compromiso" in text] == []
    assert len(page.texts("#elementos ~ ul a")) == 3


def test_pages_take_the_same_queries_for_many_items(app, work, contact, draft, query_counter):
    counts = []
    for _ in range(2):
        with query_counter() as queries:
            contact.get("amendments.show", uid=uid_of(draft))
        counts.append(len(queries))
        with app.app_context():
            make_institution(f"X{len(counts)}")
        contact.submit(item(contact, draft, work.made.activities[1]), {"title": "Una"}, form=ITEM)
        contact.submit(item(contact, draft, work.made.activities[2]), {"title": "Dos"}, form=ITEM)
    assert counts[1] - counts[0] <= 2
