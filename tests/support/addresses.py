"""Every address of the application, with something in its parameters, for tests that go through them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask, url_for
from werkzeug.routing import IntegerConverter
from werkzeug.test import TestResponse

from tests.support.client import PageClient
from tracker.domain.permissions import Permission

NOTHING = "nothing"


@dataclass(frozen=True)
class Address:
    """One address and method, and the permission that its view declares (None: open to everybody)."""

    endpoint: str
    method: str
    url: str
    permission: Permission | None
    parameters: frozenset[str]

    @property
    def is_public(self) -> bool:
        """True where no account is needed."""
        return self.permission is None

    def __str__(self) -> str:
        """As a reader of a failed test wants it."""
        return f"{self.method} {self.url} ({self.endpoint})"

    def ask(self, client: PageClient, *, csrf: bool = True) -> TestResponse:
        """Ask for it as it stands, with an empty form."""
        if self.method == "GET":
            return client.http.get(self.url, buffered=True)  # a stream left open would keep its request
        data = {"csrf_token": client._token} if csrf and client._token else {}
        return client.http.post(self.url, data=data)


def every_address(app: Flask, values: Mapping[str, Mapping[str, object]] | None = None) -> list[Address]:
    """Each rule and method that people use; `values` names parameters by endpoint, others are of nothing."""
    with app.test_request_context():
        return [one for one in _addresses(app, values or {}) if not _asks_for_token(app, one)]


def token_addresses(app: Flask) -> list[Address]:
    """Those of other systems, which a token opens and no session."""
    with app.test_request_context():
        return [one for one in _addresses(app, {}) if _asks_for_token(app, one)]


def _asks_for_token(app: Flask, address: Address) -> bool:
    return app.view_functions[address.endpoint].access_rule.scope is not None


def _addresses(app: Flask, values: Mapping[str, Mapping[str, object]]) -> Iterator[Address]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda one: (one.rule, one.endpoint)):
        if rule.endpoint == "static":
            continue
        chosen = {name: _anything(rule._converters[name]) for name in rule.arguments}
        chosen.update(values.get(rule.endpoint, {}))
        url = url_for(rule.endpoint, **{name: chosen[name] for name in rule.arguments})
        permission = app.view_functions[rule.endpoint].access_rule.permission
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Address(rule.endpoint, method, url, permission, frozenset(rule.arguments))


def _anything(converter: object) -> object:
    return 987654 if isinstance(converter, IntegerConverter) else NOTHING
