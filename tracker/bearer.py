"""Who calls the API: the token of the Authorization header and nothing else; no cookie speaks for anybody."""

from __future__ import annotations

from flask import current_app, g, request

from tracker import clock
from tracker.db import transaction
from tracker.domain.api_tokens import Caller, Scope
from tracker.domain.errors import NotAllowed
from tracker.services.api_tokens import TokenRefused, open_token, touch_token, use_is_stale

CHALLENGE = 'Bearer realm="cumple"'


def authenticate(scope: Scope) -> Caller:
    """The caller of this request; TokenRefused without a token that holds, NotAllowed without the scope."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret.strip().isascii() or not secret.strip():
        raise TokenRefused("token-required")
    caller = open_token(secret.strip(), today=clock.today(current_app.config["TIMEZONE"]))
    if scope not in caller.scopes:
        raise NotAllowed("token-without-scope", scope=scope.value)
    now = clock.now()
    if use_is_stale(caller.token_id, now):
        with transaction():
            touch_token(caller.token_id, now)
    g.caller = caller
    return caller


def caller() -> Caller:
    """The caller of a view that asked for a token."""
    found: Caller = g.caller
    return found
