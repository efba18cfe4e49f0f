"""A client that reads pages as a person would, and checks each one it gets."""

from __future__ import annotations

import re
from copy import copy
from typing import Any

import flask
from bs4 import BeautifulSoup, Tag
from flask import Flask, url_for
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from tests.support.pages import check_page, parse

CSRF_FIELD = "csrf_token"


class Page:
    """An answer of the server; for HTML also what a reader sees."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.is_html = response.mimetype == "text/html"
        self._soup: BeautifulSoup | None = None

    @property
    def path(self) -> str:
        """The address of the page, after any redirects."""
        return self.response.request.full_path.rstrip("?")

    @property
    def location(self) -> str:
        """Where a redirect points."""
        return str(self.headers["Location"])

    @property
    def data(self) -> bytes:
        """The body as bytes."""
        return self.response.data

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return self.response.get_json()

    @property
    def markup(self) -> str:
        """The body as it was sent."""
        return self.response.get_data(as_text=True)

    @property
    def soup(self) -> BeautifulSoup:
        """The parsed page."""
        if self._soup is None:
            self._soup = parse(self.markup)
        return self._soup

    @property
    def h1(self) -> str:
        """The text of the heading."""
        return text_of(self.one("h1"))

    @property
    def title(self) -> str:
        """The text of the title."""
        return text_of(self.one("title"))

    @property
    def text(self) -> str:
        """What stands in the body, blanks put together."""
        return text_of(self.one("body"))

    @property
    def main(self) -> str:
        """What stands in the main part, without header and footer."""
        return text_of(self.one("main"))

    def all(self, selector: str) -> list[Tag]:
        """Every element that a CSS selector names."""
        return list(self.soup.select(selector))

    def one(self, selector: str) -> Tag:
        """The one element that a CSS selector names; any other number fails."""
        found = self.all(selector)
        assert len(found) == 1, f"{self.path}: {selector!r} names {len(found)} elements\n{self.markup[:2000]}"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """The text of every element that a CSS selector names."""
        return [text_of(tag) for tag in self.all(selector)]

    def link(self, text: str) -> str:
        """Where the first link with this text leads."""
        for tag in self.all("a[href]"):
            if text in text_of(tag):
                return str(tag["href"])
        raise AssertionError(f"{self.path} has no link {text!r}")

    def fields(self, selector: str = "form[method=post]") -> dict[str, Any]:
        """What a form would send if it were submitted as it stands."""
        values: dict[str, Any] = {}
        for tag in self.one(selector).select("input[name], select[name], textarea[name]"):
            for value in _successful_values(tag):
                name = str(tag["name"])
                values[name] = [*_as_list(values[name]), value] if name in values else value
        return values


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _successful_values(tag: Tag) -> list[str]:
    if tag.has_attr("disabled"):
        return []
    if tag.name == "textarea":
        return [tag.get_text().removeprefix("\n")]
    if tag.name == "select":
        first = [] if tag.has_attr("multiple") else tag.select("option")[:1]
        chosen = tag.select("option[selected]") or first
        return [str(option.get("value", option.get_text())) for option in chosen]
    kind = tag.get("type", "text")
    if kind in {"submit", "button", "image", "file", "reset"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [str(tag.get("value", "on"))] if tag.has_attr("checked") else []
    return [str(tag.get("value", ""))]


def text_of(tag: Tag) -> str:
    """The text of an element, blanks put together; without explanations that show only on pointing."""
    if tag.select_one("[role=tooltip]") is not None:
        tag = copy(tag)
        for hint in tag.select("[role=tooltip]"):
            hint.decompose()
    return re.sub(r"\s+", " ", tag.get_text(" ")).strip()


class PageClient:
    """Asks by endpoint or path, expects a status, checks each page; posts the token of its open page."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http: FlaskClient = app.test_client()
        self._token: str | None = None

    def sign_in(self, email: str) -> PageClient:
        """Be this account from now on, without typing a password."""
        from tests.support.signing_in import open_session, session_values  # needs the whole application

        with self.app.test_request_context():
            token, kept = generate_csrf(), str(flask.session[CSRF_FIELD])
        with self.http.session_transaction() as session:
            session.clear()
            session.update({**session_values(open_session(self.app, email)), CSRF_FIELD: kept})
        self._token = token
        return self

    def url(self, target: str, **values: Any) -> str:
        """The address of an endpoint; a path stays as it is."""
        if target.startswith(("/", "http")):
            return target
        with self.app.test_request_context():
            return url_for(target, **values)

    def get(
        self, target: str, *, expect: int = 200, follow: bool = False, headers: Any = None, **values: Any
    ) -> Page:
        """Open a page; with `follow`, where its redirects lead."""
        response = self.http.get(self.url(target, **values), follow_redirects=follow, headers=headers)
        return self._seen(response, expect, target)

    def post(
        self,
        target: str,
        data: dict[str, Any] | None = None,
        *,
        expect: int | None = None,
        follow: bool = False,
        headers: Any = None,
        csrf: bool = True,
        **values: Any,
    ) -> Page:
        """Send a form. Without `expect`: 200 when following redirects, else a redirect."""
        sent = dict(data or {})
        if csrf and self._token is not None:
            sent.setdefault(CSRF_FIELD, self._token)
        response = self.http.post(
            self.url(target, **values), data=sent, follow_redirects=follow, headers=headers
        )
        return self._seen(response, expect or (200 if follow else 302), target)

    def submit(
        self,
        page: Page,
        data: dict[str, Any] | None = None,
        *,
        form: str = "form[method=post]",
        expect: int | None = None,
        follow: bool = True,
    ) -> Page:
        """Fill in a form of a page and send it where it says."""
        action = str(page.one(form).get("action") or page.path)
        return self.post(action, {**page.fields(form), **(data or {})}, expect=expect, follow=follow)

    def _seen(self, response: TestResponse, expect: int, target: str) -> Page:
        page = Page(response)
        where = f"{target} ({page.path})"
        accepted = {302, 303} if expect == 302 else {expect}
        assert page.status in accepted, f"{where} answered {page.status}, not {expect}\n{page.markup[:3000]}"
        if page.is_html and not 300 <= page.status < 400:
            check_page(page.markup, where, page.soup)
            token = page.soup.select_one(f"input[name={CSRF_FIELD}]")
            if token is not None:
                self._token = str(token["value"])
        return page
