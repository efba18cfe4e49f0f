"""Addresses that a stranger may have written: none leads to another site or out of a folder."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import make_plan
from tests.support.wsgi import in_request
from tracker.i18n import other_address
from tracker.services import accounts

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/%5cevil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/en//evil.example/",
    "/en///evil.example",
    "/en/\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "/en\t//evil.example",
]


@pytest.fixture
def any_password(monkeypatch):
    """Hashing is slow, and no matter here."""
    monkeypatch.setattr(accounts, "_matches", lambda _stored, _password: True)


@pytest.mark.parametrize("start", ["/entrar", "/en/entrar"])
@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_signing_in_leads_to_no_other_site(app, client, any_password, start, wanted):
    with app.app_context():
        who = make_user("auditor")
    client.get(start)
    page = client.post(start, {"email": who.email, "password": "x" * 12, "next": wanted}, expect=302)
    target = urlsplit(page.location)
    assert (target.scheme, target.netloc) == ("", "")
    assert page.location.startswith("/")
    assert not page.location.startswith(("//", "/\\"))


@pytest.mark.parametrize("wanted", ["/avances?estado=overdue", "/panel", "/en/panel"])
def test_signing_in_leads_back_to_where_one_came_from(app, client, any_password, wanted):
    with app.app_context():
        who = make_user("auditor")
    client.get("/entrar")
    page = client.post("/entrar", {"email": who.email, "password": "x" * 12, "next": wanted}, expect=302)
    assert page.location == wanted.removeprefix("/en")


def test_the_way_to_the_sign_in_remembers_page_and_language(client):
    assert client.http.get("/avances?a=1").headers["Location"] == "/entrar?next=/avances?a%3D1"
    assert client.http.get("/en/avances").headers["Location"] == "/en/entrar?next=/en/avances"


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/planes/4?a=1", "/en/planes/4?a=1"),
        ("/en/planes/4", "/planes/4"),
        ("/", "/en/"),
        ("/en", "/"),
        ("/en//evil.example/x", "/evil.example/x"),
        ("/en///evil.example", "/evil.example"),
        ("//evil.example", "/en/evil.example"),
        ("/a%22onload=x", "/en/a%22onload%3Dx"),
        ("/a%3Fb", "/en/a%3Fb"),
    ],
)
def test_the_same_page_in_the_other_language_is_of_this_site(app, path, other):
    with in_request(app, path):
        assert other_address()[1] == other


@pytest.mark.parametrize("path", ["/en//evil.example/", "/en///evil.example/%2e%2e"])
def test_no_link_of_a_page_that_is_not_there_leads_elsewhere(client, path):
    answer = client.http.get(path, follow_redirects=False)
    assert answer.status_code in {301, 308, 404}
    assert 'href="//' not in answer.get_data(as_text=True)
    assert not answer.headers.get("Location", "/").startswith("//")


@pytest.mark.parametrize(
    "path",
    [
        "/static/../config.py",
        "/static/%2e%2e/config.py",
        "/static/..%2f..%2fpyproject.toml",
        "/static//etc/passwd",
        "/evidencias/..%2f..%2fsecret_key",
        "/informes/x/archivos/..%2f..%2fsecret_key",
    ],
)
def test_no_address_leads_out_of_its_folder(client, path):
    answer = client.http.get(path)
    assert answer.status_code in {301, 308, 404}
    assert b"Setting(" not in answer.data


@pytest.mark.parametrize(
    "query", ["?q=%00", "?estado=%00", "?pagina=99999999999999999999", "?pagina=-1", "?orden='"]
)
def test_a_query_that_makes_no_sense_breaks_no_public_page(app, client, query):
    with app.app_context():
        make_plan()
    for path in ("/", "/planes/4", "/planes/4/instituciones", "/informes", "/planes/4/cronograma"):
        assert client.http.get(path + query).status_code in {200, 404}
