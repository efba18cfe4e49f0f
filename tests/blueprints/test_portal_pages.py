"""The public pages as a visitor gets them: without session or cookie, and with nothing of the work area."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.factories.accounts import make_user, sign_in
from tests.support.factories.plans import NOW, make_plan, window
from tests.support.factories.reports import PDF, evidence_of, make_scene
from tracker import clock
from tracker.domain.evidence import Access
from tracker.domain.permissions import AccountRole
from tracker.domain.plans import PlanStatus

PAST = window(date(2026, 1, 1), date(2026, 3, 31))


@pytest.fixture(autouse=True)
def present(monkeypatch):
    """The pages' today is the day of the factories."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene(app):
    with app.app_context():
        return make_scene(commitments=2, axes=1, windows=[PAST])


def addresses(scene):
    return (
        "/",
        "/planes/4",
        "/planes/4?estado=atrasados&institucion=infom&orden=numero",
        "/planes/4?grupo=eje&q=compromiso",
        "/planes/4/actividades",
        "/planes/4/actividades?estado=atrasadas&institucion=infom&parte=responde",
        "/planes/4/cronograma",
        "/planes/4/cronograma?compromiso=1",
        "/planes/4/compromisos/1",
        "/planes/4/instituciones",
        "/planes/4/instituciones/infom",
        f"/actividades/{scene.activity.uid}",
        "/informes",
        "/metodologia",
        "/glosario",
        "/buscar",
        "/buscar?q=actividad",
    )


def on(app, act, *arguments, **more):
    """A step of the scene, in a context of its own, so that the client keeps to requests."""
    with app.app_context():
        return act(*arguments, **more)


class TestEveryPage:
    def test_sets_no_cookie_and_may_be_shared(self, client, scene):
        for address in addresses(scene):
            headers = client.get(address).headers
            assert "Set-Cookie" not in headers, address
            assert "Cookie" not in headers.get("Vary", ""), address
            assert "public" in headers["Cache-Control"], address
            assert "max-age" in headers["Cache-Control"], address

    def test_is_not_sent_again_while_its_tag_holds(self, client, scene):
        for address in addresses(scene):
            tag = client.get(address).headers["ETag"]
            assert client.get(address, headers={"If-None-Match": tag}, expect=304).data == b""

    def test_is_the_same_for_somebody_who_is_signed_in(self, app, client, new_client, scene, query_counter):
        person = on(app, make_user, AccountRole.CONTACT_POINT)
        signed_in = new_client()
        sign_in(signed_in, person)
        for address in addresses(scene):
            with query_counter() as queries:
                theirs = signed_in.get(address)
            assert theirs.data == client.get(address).data, address
            assert not any("user_sessions" in statement for statement in queries), address

    def test_stands_in_english_too_and_keeps_to_its_language(self, client, scene):
        for address in addresses(scene):
            page = client.get("/en" + address)
            assert page.one("html")["lang"] == "en"
            own = [tag["href"] for tag in page.all("main a[href^='/']")]
            assert all(href.startswith("/en") for href in own), address


class TestNothingOfTheWorkAreaLeaks:
    def test_words_of_reports_not_accepted_are_on_no_page(self, app, client, scene):
        on(app, scene.submitted, scene.made.activities[0], 60, narrative="SECRETO-NARRATIVA")
        returned = on(app, scene.submitted, scene.made.activities[1], 70, narrative="SECRETO-OTRO")
        on(app, scene.give_back, returned, "SECRETO-COMENTARIO")
        on(app, scene.draft, scene.made.activities[2], 80, narrative="SECRETO-BORRADOR")
        uids = [node.uid for node in scene.made.activities]
        for address in (*addresses(scene), *(f"/actividades/{uid}" for uid in uids)):
            markup = client.get(address).markup
            assert "SECRETO" not in markup, address
            assert "example.test" not in markup, address

    def test_a_draft_plan_has_no_page(self, app, client):
        made = on(app, make_plan, 9, status=PlanStatus.DRAFT)
        for address in (
            "/planes/9",
            "/planes/9/cronograma",
            "/planes/9/compromisos/1",
            "/planes/9/instituciones",
            "/planes/9/instituciones/infom",
            f"/actividades/{made.activity.uid}",
        ):
            client.get(address, expect=404)
        assert "Plan de acción de prueba" not in client.get("/").main


class TestThePlan:
    def test_tells_the_story_first(self, app, client, scene):
        on(app, scene.validated, scene.made.activities[0], 100)
        on(app, scene.submitted, scene.made.activities[1], 50)
        lead = client.get("/planes/4").texts(".lead")[0]
        assert "comprobado el 25 %" in lead
        assert "Al menos otro 12.5 %" in lead
        assert "3 actividades están atrasadas; la que más, 76 días" in lead
        assert "INFOM no ha informado" in lead

    def test_without_any_report_says_that_nobody_informed(self, client, scene):
        lead = client.get("/planes/4").texts(".lead")[0]
        assert "Ninguna institución ha informado todavía" in lead
        assert "0 %" not in lead

    def test_without_activities_says_so(self, app, client):
        on(app, make_plan, 5, commitments=0)
        page = client.get("/planes/5")
        assert "todavía no tiene actividades" in page.texts(".lead")[0]
        assert "Todavía no hay compromisos" in page.main

    def test_a_plan_that_is_over_awaits_no_activities(self, app, client):
        on(app, make_plan, 6, status=PlanStatus.CLOSED, milestones=0)
        on(app, make_plan, 7, is_historical=True, milestones=0)
        for number in (6, 7):
            plan, commitment = client.get(f"/planes/{number}"), client.get(f"/planes/{number}/compromisos/1")
            assert "no están registradas aquí" in plan.texts(".lead")[0]
            assert "no están registradas aquí" in commitment.texts(".lead")[0]
            assert "Sin actividades registradas" in commitment.main
            assert "todavía no" not in plan.texts(".lead")[0] + commitment.texts(".lead")[0]
        english = client.get("/en/planes/6").texts(".lead")[0]
        assert english == "This plan is over; its activities are not recorded here."
        assert client.get("/").main.count("no están registradas aquí") == 2

    def test_explains_its_figures(self, app, client, scene):
        on(app, scene.validated, scene.made.activities[0], 100)
        drawer = client.get("/planes/4").texts("#calculo")[0]
        assert "piso = Σ (peso × avance) ÷ Σ peso" in drawer
        assert "1 de 4" in drawer
        assert "De 3 actividades ya empezadas no hay información" in drawer

    def test_says_when_no_commitment_meets_the_filter(self, client, scene):
        page = client.get("/planes/4?estado=completos")
        assert "Ningún compromiso cumple el filtro" in page.main
        assert page.one("#filter-estado option[selected]")["value"] == "completos"

    def test_links_to_each_commitment(self, client, scene):
        page = client.get("/planes/4")
        assert client.get(page.link("Compromiso 2")).h1 == "Compromiso 2"


class TestAnActivity:
    def test_says_who_said_it_and_that_nobody_reviewed_it(self, app, client, scene):
        on(app, scene.submitted, percent=60)
        page = client.get(f"/actividades/{scene.activity.uid}")
        assert "INFOM declara el 60 % al 15 de junio de 2026" in page.texts(".lead")[0]
        assert "sin revisar" in page.main

    def test_has_a_permanent_address_and_a_line_to_cite_it(self, client, scene):
        page = client.get(f"/actividades/{scene.activity.uid}")
        assert page.one("link[rel=canonical]")["href"].endswith(f"/actividades/{scene.activity.uid}")
        assert "Citar esta página" in page.main

    def test_a_milestone_that_delivers_nothing_itself_leads_to_its_place(self, client, scene):
        uid = scene.made.milestones[0].uid
        page = client.get(f"/actividades/{uid}", expect=302)
        assert page.location == f"/planes/4/compromisos/1#hito-{uid}"

    def test_that_does_not_exist_is_not_found(self, client, scene):
        assert "No hay nada publicado" in client.get("/actividades/nada", expect=404).main


class TestAnInstitution:
    def test_however_its_acronym_is_written_has_one_address(self, client, scene):
        page = client.get("/planes/4/instituciones/INFOM", expect=301)
        assert page.location == "/planes/4/instituciones/infom"

    def test_reads_what_it_has_to_do(self, client, scene):
        page = client.get("/planes/4/instituciones/infom")
        assert "Tiene parte en 4 actividades" in page.texts(".lead")[0]
        assert len(page.all(".item-list .item")) == 4


class TestPublicFiles:
    @pytest.fixture
    def report(self, app, scene):
        return on(app, scene.draft, percent=60, answers=())

    def test_an_accepted_public_file_is_a_download(self, app, client, scene, report):
        uid = on(app, scene.file, report, scene.activity.means[:1])
        client.get(f"/evidencias/{uid}", expect=404)
        on(app, scene.validate, on(app, scene.submit, report))
        page = client.get(client.get(f"/actividades/{scene.activity.uid}").link("acta.pdf"))
        assert page.data == PDF
        page.response.close()
        assert page.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in page.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.headers

    def test_a_restricted_file_is_never_served(self, app, client, scene, report):
        uid = on(app, scene.file, report, scene.activity.means[:1], access=Access.CONFIDENTIAL)
        on(app, scene.validate, on(app, scene.submit, report))
        client.get(f"/evidencias/{uid}", expect=404)
        page = client.get(f"/actividades/{scene.activity.uid}")
        assert "Confidencial" in page.main
        assert uid not in page.markup

    def test_a_file_that_was_set_aside_is_not_served(self, app, client, scene, report):
        kept = on(app, scene.link, report, scene.activity.means[:1])
        uid = on(app, scene.file, report, scene.activity.means[1:])
        on(app, scene.submit, report)
        on(app, scene.validate, report, accepted=[kept])
        assert len(on(app, evidence_of, report)) == 2
        client.get(f"/evidencias/{uid}", expect=404)


class TestSignsOfLife:
    def test_are_plain_and_kept_by_nobody(self, client):
        for address, text in (("/healthz", b"ok\n"), ("/readyz", b"database: ok\n")):
            page = client.get(address)
            assert (page.data, page.response.mimetype) == (text, "text/plain")
            assert page.headers["Cache-Control"] == "no-store"

    def test_tell_when_the_database_is_away(self, client, monkeypatch):
        def away():
            raise OSError("no database")

        monkeypatch.setattr("tracker.blueprints.machine.health.ping", away)
        assert client.get("/readyz", expect=503).data == b"database: no\n"
        assert client.get("/healthz").data == b"ok\n"


@pytest.mark.parametrize(
    "path",
    [
        "/planes/{n}",
        "/planes/{n}/cronograma",
        "/planes/4/compromisos/{n}",
        "/feeds/planes/{n}.atom",
        "/oembed?url=http://127.0.0.1:8000/planes/{n}",
        "/id/nada?plan={n}",
    ],
)
@pytest.mark.parametrize("number", [2**31, 10**25])
def test_a_number_larger_than_the_database_holds_is_the_address_of_nothing(client, path, number):
    client.get(path.format(n=number), expect=404)


@pytest.mark.parametrize("path", ["/actividades/a%00", "/planes/4/instituciones/%00", "/id/%00"])
def test_what_no_database_takes_is_the_address_of_nothing(client, path):
    client.get(path, expect=404)


def test_the_number_of_queries_does_not_grow_with_the_plan(app, client, query_counter):
    small = on(app, make_plan, 1, activities_per_milestone=10)
    large = on(app, make_plan, 2, commitments=3, milestones=4, activities_per_milestone=10)
    commitment, institution = "/planes/{n}/compromisos/1", "/planes/{n}/instituciones/infom"
    for path in (
        "/",
        "/planes/{n}",
        "/planes/{n}/actividades",
        "/planes/{n}/cronograma",
        commitment,
        "/planes/{n}/enmiendas",
        "/planes/{n}/instituciones",
        institution,
        "/actividades/{uid}",
        "/informes",
        "/metodologia",
    ):
        counted = []
        for made in (small, large):
            with query_counter() as queries:
                client.get(path.format(n=made.number, uid=made.activity.uid))
            counted.append(len(queries))
        # An activity tells its whole timeline, of which each kind of entry has its own query; a commitment
        # also what it continues, what assessors say, what it costs, who works on it and which reports tell of
        # it; a plan who has not reported, an institution its targets and what it was before; each how it is
        # cited, and what people said of it.
        most = {"/actividades/{uid}": 20, commitment: 17, "/planes/{n}": 13, institution: 9}.get(path, 7)
        assert counted[0] == counted[1] <= most, path


def test_who_takes_part_where_no_activities_are_recorded_has_a_page_with_its_commitments(app, client):
    with app.app_context():
        make_plan(6, commitments=2, milestones=0)
    page = client.get("/planes/6/compromisos/2")
    for link in page.all("main a[href*='/instituciones/']"):
        client.get(str(link["href"]))
    own = client.get("/planes/6/instituciones/infom")
    assert "Tiene parte en 2 compromisos de este plan" in own.main
    assert own.texts("main .item h3 a") == ["1. Compromiso 1", "2. Compromiso 2"]
    client.get("/planes/6/instituciones/gae", expect=404)
