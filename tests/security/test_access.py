"""Every address × every role, out of the address map and the grants: who gets in, who is refused."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.addresses import NOTHING, every_address, token_addresses
from tests.support.client import PageClient
from tests.support.factories.accounts import actor_of, make_user
from tests.support.factories.reports import Scene, evidence_of, make_scene, nothing_written, row_counts
from tests.support.signing_in import session_cookie
from tracker.db import db, transaction
from tracker.domain.permissions import AccountRole, Permission, can
from tracker.models.accounts import User
from tracker.services import accounts

ROLES = list(AccountRole)
# Open to whoever reads reports at all, of the own institution or of all: the query says so.
READS_REPORTS = {"progress.activities", "progress.activity", "progress.compare", "progress.timeline_csv"}


def may_open(actor, address):
    """What the grants say of a person and an address."""
    reads = can(actor, Permission.REPORT_READ_OWN) or can(actor, Permission.REPORT_READ_ALL)
    return can(actor, address.permission) and (reads or address.endpoint not in READS_REPORTS)


def person(role, institution="INFOM"):
    """Somebody of a role; those of institutions belong to one."""
    own = institution if role in {AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD} else None
    return make_user(role, institution=own)


def signed_in(app, who):
    return PageClient(app).sign_in(who.email)


def with_token(client):
    """A visitor that holds a form's token, as one who opened the sign-in page does."""
    client.get("accounts.sign_in")
    return client


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_what_is_granted_to_it(app, role):
    with app.app_context():
        who = person(role)
        actor = actor_of(who)
    wrong = []
    for address in every_address(app):
        if address.is_public or address.endpoint == "accounts.sign_out":
            continue
        status = address.ask(signed_in(app, who)).status_code
        if (status == 403) == may_open(actor, address):
            wrong.append(f"{address}: {status}")
    assert wrong == []


@pytest.mark.parametrize("role", ROLES)
def test_what_does_not_exist_answers_404_to_who_may_ask(app, role):
    with app.app_context():
        who = person(role)
        actor = actor_of(who)
    wrong = []
    for address in every_address(app):
        if address.parameters and not address.is_public and may_open(actor, address):
            status = address.ask(signed_in(app, who)).status_code
            if status != 404:
                wrong.append(f"{address}: {status}")
    assert wrong == []


def test_without_an_account_every_guarded_address_leads_to_the_sign_in(app, client):
    visitor, wrong = with_token(client), []
    for address in every_address(app):
        if not address.is_public:
            answer = address.ask(visitor)
            if answer.status_code != 302 or not answer.headers["Location"].startswith("/entrar?next=/"):
                wrong.append(f"{address}: {answer.status_code} {answer.headers.get('Location')}")
    assert wrong == []


def test_without_an_account_public_addresses_ask_for_none(app, client):
    wrong = []
    for address in every_address(app):
        if address.is_public:
            answer = address.ask(client, csrf=False)
            if answer.status_code == 403 or "/entrar" in answer.headers.get("Location", ""):
                wrong.append(f"{address}: {answer.status_code}")
    assert wrong == []


def test_there_is_something_public_and_something_for_each_role(app):
    permissions = {address.permission for address in every_address(app)}
    assert None in permissions
    assert len(permissions) > 8


def test_no_session_opens_what_asks_for_a_token(app, client):
    with app.app_context():
        people = [person(role) for role in ROLES]
    visitors = [client, *(signed_in(app, who) for who in people)]
    addresses = token_addresses(app)
    assert len(addresses) == 3
    assert {one.ask(visitor).status_code for one in addresses for visitor in visitors} == {401}


def test_every_form_needs_its_token_and_writes_nothing_without_it(app):
    with app.app_context():
        people = [person(role) for role in ROLES]
        actors = [(who, actor_of(who)) for who in people]
        before = row_counts()
    clients = {who.email: signed_in(app, who) for who in people}
    with app.app_context():
        before = row_counts()
    wrong = []
    for address in every_address(app):
        if address.method != "POST":
            continue
        allowed = [who for who, actor in actors if address.is_public or can(actor, address.permission)]
        for who in allowed:
            status = address.ask(clients[who.email], csrf=False).status_code
            if status != 400:
                wrong.append(f"{address}: {status}")
    assert wrong == []
    with app.app_context():
        assert row_counts() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_no_other_method_does_anything(app, client, method):
    answers = {
        str(address): getattr(client.http, method)(address.url).status_code for address in every_address(app)
    }
    assert {name: status for name, status in answers.items() if status not in {400, 405}} == {}


def test_a_view_that_declares_nothing_is_refused_to_everybody(tmp_path):
    from tracker.app import create_app

    bare: Flask = create_app({"INSTANCE_PATH": str(tmp_path), "DATABASE_URL": "sqlite://", "TESTING": True})
    bare.add_url_rule("/olvidada", "forgotten", lambda: "secreto")
    answer = bare.test_client().get("/olvidada")
    assert (answer.status_code, b"secreto" in answer.data) == (403, False)
    with bare.app_context():
        db.engine.dispose()


class TestAnothersThings:
    """What belongs to one institution does not exist for another's people."""

    @pytest.fixture
    def scene(self, app):
        with app.app_context():
            scene = make_scene()
            scene.uids = self.uids(scene)
            return scene

    def uids(self, scene: Scene):
        """Something unpublished of INFOM for every kind of parameter."""
        draft, submitted = scene.draft(), scene.submitted(scene.made.activities[1])
        evidence = scene.file(draft)
        return {
            "item": scene.activity.uid,
            "report": submitted,
            "draft": draft,
            "evidence": evidence,
            "link": evidence_of(submitted)[0],
        }

    def parameters(self, scene):
        item, report = scene.uids["item"], scene.uids["report"]
        return [
            {
                "progress": {"uid": item, "report_uid": scene.uids["draft"]},
                "reviews": {"uid": scene.uids["draft"]},
            },
            {"progress": {"uid": item, "report_uid": report}, "reviews": {"uid": report}},
            {"reviews": {"uid": scene.uids["evidence"]}, "machine": {"uid": scene.uids["evidence"]}},
            {"reviews": {"uid": scene.uids["link"]}, "machine": {"uid": scene.uids["link"]}},
        ]

    def addresses(self, app, scene):
        for chosen in self.parameters(scene):
            values = {
                endpoint: chosen[endpoint.split(".")[0]]
                for endpoint in app.view_functions
                if endpoint.split(".")[0] in chosen
            }
            for address in every_address(app, values):
                if address.parameters and NOTHING not in address.url and address.endpoint in values:
                    yield address

    @pytest.mark.parametrize("role", [AccountRole.LIAISON, AccountRole.INSTITUTION_HEAD])
    def test_answer_404_to_another_institutions_people(self, app, scene, role):
        with app.app_context():
            stranger = person(role, institution="MINFIN")
            actor = actor_of(stranger)
        client, wrong = signed_in(app, stranger), []
        for address in self.addresses(app, scene):
            if not address.is_public and can(actor, address.permission):
                status = address.ask(client).status_code
                if status != 404:
                    wrong.append(f"{address}: {status}")
        assert wrong == []

    def test_cannot_be_written_to_by_them(self, app, scene):
        with app.app_context():
            stranger = person(AccountRole.LIAISON, institution="MINFIN")
        client = signed_in(app, stranger)
        with app.app_context(), nothing_written():
            for address in self.addresses(app, scene):
                if address.method == "POST" and not address.is_public:
                    assert address.ask(client).status_code in {403, 404}

    def test_are_on_no_public_page(self, app, scene, client):
        for address in self.addresses(app, scene):
            if address.is_public and address.method == "GET":
                assert client.http.get(address.url).status_code == 404

    def test_a_draft_is_not_even_for_the_contact_point(self, app, scene):
        with app.app_context():
            contact = person(AccountRole.CONTACT_POINT)
        draft, evidence = scene.uids["draft"], scene.uids["evidence"]
        client = signed_in(app, contact)
        for path in (f"/revision/{draft}", f"/evidencia/{evidence}"):
            assert client.http.get(path).status_code == 404


class TestASession:
    @pytest.fixture
    def who(self, app):
        with app.app_context():
            return person(AccountRole.AUDITOR)

    def leads_to_sign_in(self, client):
        answer = client.http.get("/panel")
        return answer.status_code == 302 and answer.headers["Location"].startswith("/entrar")

    def test_signed_with_another_key_is_none(self, app, client, who, monkeypatch):
        token = signed_in(app, who).http.get_cookie("cumple").value
        monkeypatch.setitem(app.config, "SECRET_KEY", "otra")
        client.http.set_cookie("cumple", token)
        assert self.leads_to_sign_in(client)

    @pytest.mark.parametrize("token", ["", "x", "a" * 43])
    def test_with_a_token_of_nobody_is_none(self, app, client, token):
        name, value = session_cookie(app, token)
        client.http.set_cookie(name, value)
        assert self.leads_to_sign_in(client)

    def test_of_a_closed_account_ends_at_once(self, app, who):
        client = signed_in(app, who)
        assert client.http.get("/panel").status_code == 200
        with app.app_context(), transaction():
            db.session.get(User, who.id).is_active = False
        assert self.leads_to_sign_in(client)

    def test_takes_the_loss_of_a_role_at_once(self, app):
        with app.app_context():
            who = person(AccountRole.CONTACT_POINT)
        client = signed_in(app, who)
        assert client.http.get("/revision").status_code == 200
        with app.app_context(), transaction():
            db.session.get(User, who.id).role = AccountRole.AUDITOR
        assert client.http.get("/revision").status_code == 403

    def test_in_a_cookie_that_scripts_and_other_sites_do_not_get(self, app, client, who, monkeypatch):
        monkeypatch.setattr(accounts, "_matches", lambda _stored, _password: True)
        monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
        page = client.http.get("/entrar", base_url="https://localhost")
        token = page.get_data(as_text=True).split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        answer = client.http.post(
            "/entrar",
            data={"email": who.email, "password": "x" * 12, "csrf_token": token},
            base_url="https://localhost",
            headers={"Referer": "https://localhost/entrar"},
        )
        assert answer.status_code == 303
        cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= {one.strip() for one in cookie.split(";")}
