"""Other systems that call the API: a token of a person, and what is sent with it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.factories.accounts import actor_of
from tests.support.factories.work import Work
from tracker import clock
from tracker.db import db, transaction
from tracker.domain.api_tokens import AskedToken, Scope
from tracker.models.accounts import Institution
from tracker.services.api_tokens import make_token


def make_api_token(
    work: Work,
    who: str,
    *,
    scopes: Sequence[str] = tuple(Scope),
    institution: str | None = None,
    expires_on: date | None = None,
) -> str:
    """A token of one of a scene's people, for their institution unless another uid is named."""
    with work.app.app_context():
        person = work.people[who]
        actor = actor_of(person, work.today)
        if institution is None:
            own = db.session.get(Institution, min(actor.institution_ids)) if actor.institution_ids else None
            institution = own.uid if own else ""
        asked = AskedToken(
            "Tablero",
            frozenset(Scope(one) for one in scopes),
            institution,
            expires_on or work.today + timedelta(days=30),
        )
        with transaction():
            return make_token(actor, asked, now=clock.now(), today=work.today)


def headers(token: str, *, key: str = "", language: str = "") -> dict[str, str]:
    """What a request of another system carries."""
    given = {"Authorization": f"Bearer {token}"}
    if key:
        given["Idempotency-Key"] = key
    if language:
        given["Accept-Language"] = language
    return given


def send(
    http: FlaskClient, token: str, body: dict[str, Any], *, key: str = "", language: str = ""
) -> TestResponse:
    """Send a report; with a key of its own unless one is named."""
    named = headers(token, key=key or secrets.token_hex(8), language=language)
    return http.post("/api/v1/progress", json=body, headers=named)
