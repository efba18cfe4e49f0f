"""Sign-ins: Flask-Login keeps a token in the cookie, the database keeps the session it stands for."""

from __future__ import annotations

from flask import Flask, Response, current_app, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import Actor
from tracker.queries import accounts as account_queries
from tracker.queries.delegations import find_acting
from tracker.services import accounts as account_services


class SignIns(LoginManager):
    """Flask-Login without its "remember me" cookie: looking for one would read the session of every page."""

    def _update_remember_cookie(self, response: Response) -> Response:
        return response


login_manager = SignIns()


class SignedIn(UserMixin):
    """What Flask-Login holds for a request: the actor, and the token of its session."""

    def __init__(self, token: str, actor: Actor, name: str, locale: str, *, mail_bounces: bool) -> None:
        """Keep the token and who it stands for."""
        self.token = token
        self.actor = actor
        self.name = name
        self.locale = locale
        self.mail_bounces = mail_bounces

    def get_id(self) -> str:
        """The session token: Flask-Login's id of a user is our id of a sign-in."""
        return self.token


@login_manager.user_loader
def load(token: str) -> SignedIn | None:
    """The sign-in of a token, unless it ended, was revoked or the account was closed."""
    moment = clock.now()
    today = clock.today(current_app.config["TIMEZONE"])
    found = account_queries.get_session(token, moment, today)
    if found is None:
        return None
    # The rights of this day: a delegation that ended since the last page lends nothing any more.
    actor = find_acting(token, found.actor, today) or found.actor
    if account_services.session_is_stale(found.last_seen_at, moment):
        with transaction():
            account_services.touch_session(token, moment)
    return SignedIn(token, actor, found.name, found.locale, mail_bounces=found.mail_bounces)


def signed_in_actor() -> Actor | None:
    """The actor of this request's session."""
    return current_user.actor if current_user.is_authenticated else None


def start(user_id: int) -> None:
    """Open a session for a person whose password was right."""
    token = account_services.open_session(
        user_id,
        now=clock.now(),
        hours=current_app.config["SESSION_HOURS"],
        device=(request.user_agent.string or "")[:200],
    )
    found = account_queries.get_session(token, clock.now(), clock.today(current_app.config["TIMEZONE"]))
    if found is not None:
        login_user(SignedIn(token, found.actor, found.name, found.locale, mail_bounces=found.mail_bounces))


def end() -> None:
    """Revoke the session of this request and forget its cookie."""
    if current_user.is_authenticated:
        account_services.revoke_session(current_user.token, now=clock.now())
    logout_user()


def init_app(app: Flask) -> None:
    """Hand Flask-Login to the application."""
    login_manager.session_protection = None
    # Public pages read no session: templates get `current_user` from nobody, the layouts ask the navigation.
    login_manager.init_app(app, add_context_processor=False)
