"""The client's own checks find what they promise to find."""

from __future__ import annotations

import socket

import pytest
from flask import Flask, redirect, request

from tests.support.client import PageClient
from tests.support.network import NetworkForbiddenError, is_local
from tests.support.pages import PageProblem, page_problems

PAGE = """<!doctype html>
<html lang="es"><head><title>Planes</title></head>
<body><main><h1>Planes</h1>{}</main></body></html>"""


def test_a_proper_page_has_no_problems():
    form = '<form method="post"><label for="a">A</label><input id="a" name="a"><button>Enviar</button></form>'
    assert page_problems(PAGE.format(form)) == []


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("<h1>Otra vez</h1>", "2 h1 elements"),
        ('<p id="a">x</p><p id="a">y</p>', "id 'a' 2 times"),
        ("<form><button>x</button></form>", "neither action nor method"),
        ('<p style="color:red">x</p>', "code in its style"),
        ('<p onclick="go()">x</p>', "code in its onclick"),
        ('<a href="javascript:go()">x</a>', "code in its href"),
        ("<script>go()</script>", "inline script"),
        ('<input name="q">', "has no label"),
        ('<img src="/a.png">', "has no alt"),
        ('<a href="/x"></a>', "without a name"),
        ('<p aria-describedby="nada">x</p>', "refers to nothing"),
        ("<p>x</i></p>", "invalid HTML"),
        ("<table><p>x</p></table>", "invalid HTML"),
    ],
)
def test_a_page_that_breaks_a_rule_is_found(part, words):
    assert any(words in problem for problem in page_problems(PAGE.format(part)))


def test_a_page_without_title_or_language_is_found():
    problems = page_problems("<!doctype html><html><head></head><body><h1>x</h1></body></html>")
    assert "has no title" in problems
    assert "does not say its language" in problems


@pytest.fixture
def pages() -> PageClient:
    """A client in front of a small site with one good page, one bad page and one form."""
    app = Flask("site")
    form = (
        '<form method="post" action="/enviar"><input type="hidden" name="csrf_token" value="abc">'
        '<label for="n">N</label><input id="n" name="n" value="1"><button>x</button></form>'
    )
    app.add_url_rule("/", "index", lambda: PAGE.format(form))
    app.add_url_rule("/malo", "bad", lambda: PAGE.format("<h1>x</h1>"))
    app.add_url_rule("/fue/<int:n>", "moved", lambda n: redirect("/"))
    send = lambda: PAGE.format(f"<p>{request.form['n']} {request.form['csrf_token']}</p>")  # noqa: E731 - one line
    app.add_url_rule("/enviar", "send", send, methods=["POST"])
    return PageClient(app)


def test_the_client_takes_endpoints_and_follows_redirects(pages):
    assert pages.get("moved", n=3, expect=302).location == "/"
    assert pages.get("moved", n=3, follow=True).h1 == "Planes"


def test_the_client_fails_on_a_page_that_breaks_a_rule(pages):
    with pytest.raises(PageProblem, match="2 h1 elements"):
        pages.get("/malo")


def test_the_client_fails_on_another_status_than_expected(pages):
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        pages.get("/nada")


def test_the_client_sends_a_form_with_what_the_page_put_in_it(pages):
    assert pages.submit(pages.get("/")).main == "Planes 1 abc"
    assert pages.submit(pages.get("/"), {"n": "2"}).main == "Planes 2 abc"


def test_tests_reach_only_this_machine():
    with socket.socket() as connection, pytest.raises(NetworkForbiddenError):
        connection.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkForbiddenError):
        socket.getaddrinfo("example.org", 80)
    assert is_local("127.0.0.1")
    assert is_local("::1")
