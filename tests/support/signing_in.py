"""Being signed in without typing a password: a real session of the database, in a real cookie.

The sign-in form has its own tests; the others need somebody who is already in.
"""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tracker import clock
from tracker.db import db, transaction
from tracker.models.accounts import User
from tracker.services import accounts


def open_session(app: Flask, email: str) -> str:
    """Open a session for an account; give its token."""
    with app.app_context():
        user_id = db.session.scalars(select(User.id).where(User.email == email)).one()
        with transaction():
            hours = int(app.config["SESSION_HOURS"])
            return accounts.open_session(user_id, now=clock.now(), hours=hours, device="tests")


def session_values(token: str) -> dict[str, object]:
    """What the session cookie of a signed-in person holds."""
    return {"_user_id": token, "_fresh": True}


def session_cookie(app: Flask, token: str) -> tuple[str, str]:
    """The name and signed value of that cookie, for a browser."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # Flask's own kind
    return str(app.config["SESSION_COOKIE_NAME"]), str(serializer.dumps(session_values(token)))
