"""Who may open which address: every view says it, what says nothing is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from tracker.bearer import authenticate
from tracker.domain.api_tokens import Scope
from tracker.domain.permissions import Actor, Permission, can
from tracker.sessions import signed_in_actor

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True)
class AccessRule:
    """Open to everybody, to those whose role grants the permission, or to a token with the scope."""

    permission: Permission | None = None
    scope: Scope | None = None

    @property
    def is_public(self) -> bool:
        """True where no account is needed: such a page reads no session and sets no cookie."""
        return self.permission is None and self.scope is None


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    view.access_rule = AccessRule()  # type: ignore[attr-defined]  # functions take attributes
    return view


def public_form(view: View) -> View:
    """Mark a view as open to everybody and without the session's CSRF token, which public pages cannot have.

    Such a view asks for a signed token of its own before it does anything: the form's
    (`services.public_guard`), or the one of the link in a mail (`services.public_tokens`).
    """
    view.has_signed_token = True  # type: ignore[attr-defined]  # functions take attributes
    return public(view)


def requires(permission: Permission) -> Callable[[View], View]:
    """Mark a view as open to those whose role grants the permission; the service checks again, with scope."""

    def mark(view: View) -> View:
        view.access_rule = AccessRule(permission)  # type: ignore[attr-defined]  # functions take attributes
        return view

    return mark


def requires_token(scope: Scope) -> Callable[[View], View]:
    """Mark a view as open to other systems by a token with that scope; a cookie opens it to nobody.

    Without a session there is nothing to forge, so it asks for no form's token either.
    """

    def mark(view: View) -> View:
        view.access_rule = AccessRule(scope=scope)  # type: ignore[attr-defined]  # functions take attributes
        view.has_signed_token = True  # type: ignore[attr-defined]  # the same
        return view

    return mark


def current_actor() -> Actor | None:
    """Who is signed in, from the session alone; None for nobody."""
    if "actor" not in g:
        g.actor = signed_in_actor()
    actor: Actor | None = g.actor
    return actor


def acting() -> Actor:
    """The signed-in actor of a view that requires one."""
    actor = current_actor()
    if actor is None:
        abort(403)
    return actor


def rule_of(endpoint: str | None) -> AccessRule | None:
    """What the view of an endpoint declared."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, "access_rule", None)


def deny_by_default(app: Flask) -> None:
    """Before every request: no rule is 403, no sign-in leads to it, no grant is 403, no token 401."""
    public(app.view_functions["static"])
    app.before_request(_check)
    app.after_request(_keep_private)


def _check() -> BaseResponse | None:
    rule = rule_of(request.endpoint)
    if request.endpoint is None or (rule is not None and rule.is_public):
        return None
    if rule is not None and rule.scope is not None:
        if request.method != "OPTIONS":
            authenticate(rule.scope)
        return None
    if rule is None or rule.permission is None:
        abort(403)
    actor = current_actor()
    if actor is None:
        return redirect(url_for("accounts.sign_in", next=_here()))
    if not can(actor, rule.permission):
        abort(403)
    return None


def _keep_private(response: Response) -> Response:
    rule = rule_of(request.endpoint)
    if rule is None or not rule.is_public:
        response.headers["Cache-Control"] = "no-store"
    return response


def _here() -> str:
    """Where to come back to after signing in: only for pages, never for what was being sent."""
    if request.method != "GET":
        return url_for("progress.panel")
    return request.script_root + request.full_path.rstrip("?")
