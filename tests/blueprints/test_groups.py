"""The pages of the working groups: founding one, its members, closing it, and what the public sees."""

from __future__ import annotations

from tests.support.client import PageClient
from tests.support.factories.work import make_work


def test_a_group_is_founded_filled_and_closed_and_stands_on_the_commitments_page(app):
    work = make_work(app)
    contact = work.client("contact")
    page = contact.get("groups.index")
    form = contact.get(page.link("Nuevo grupo"))
    new = "form.card"
    wrong = contact.submit(form, {"name": "Datos"}, form=new, expect=422)
    assert "Diga para qué existe el grupo." in wrong.main
    assert 'value="Datos"' in wrong.markup
    first = form.one("[name=commitments]")["value"]
    page = contact.submit(wrong, {"purpose": "Seguir los datos", "commitments": [first]}, form=new)
    assert page.h1 == "Datos"
    members = "form[action$=integrantes]"
    choices = {one.text: one["value"] for one in page.all("[name=member] option")}
    nobody = contact.submit(page, {"member": ""}, form=members, expect=422)
    assert "Elija una institución o una persona." in nobody.main
    lead = next(value for words, value in choices.items() if words.startswith(work.made.lead.acronym))
    person = next(value for words, value in choices.items() if words.startswith("Enlace Tres"))
    page = contact.submit(nobody, {"member": lead, "coordinates": "y"}, form=members)
    page = contact.submit(page, {"member": person}, form=members)
    public = PageClient(app).get(f"/planes/{work.made.number}/compromisos/1")
    assert f"Coordina: {work.made.lead.acronym}." in public.main
    assert "Enlace Tres" not in public.text
    left = contact.submit(contact.get(page.all("td a")[1]["href"]), {}, form=new)
    assert len(left.all("td a")) == 1
    closing = "form[action$=cerrar]"
    refused = contact.submit(left, {"reason": ""}, form=closing, expect=422)
    done = contact.submit(refused, {"reason": "Se cumplió"}, form=closing)
    assert "Cerrado el" in done.main
    assert not done.all("form[method=post][action*=grupos]")
    assert "Por qué se cerró: Se cumplió" in PageClient(app).get(public.path).main
    read = work.client("liaison").get("groups.index")
    assert "Datos" in read.main
    work.client("liaison").get("groups.new", expect=403)
