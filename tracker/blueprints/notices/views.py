"""The page of a person's notices, and the line in the header that leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock, i18n
from tracker.access import acting, current_actor, requires
from tracker.blueprints.notices import blueprint
from tracker.db import transaction
from tracker.domain.permissions import Permission
from tracker.queries.own_notices import OwnNotice, count_own_notices, list_own_notices
from tracker.services.own_notices import put_away
from tracker.words.letter_parts import LetterItem, Reading
from tracker.words.notices import parts_of

SETTLED_SHOWN = timedelta(days=30)


@dataclass(frozen=True)
class NoticeLine:
    """A notice in words: what kind of matter, and what its letter says of it."""

    uid: str
    part: str
    heading: str
    item: LetterItem
    since: datetime
    mailed_at: datetime | None
    settled_at: datetime | None
    is_news: bool


@blueprint.get("/avisos")
@requires(Permission.PANEL_READ)
def index() -> ResponseReturnValue:
    found = list_own_notices(
        acting(), page=request.args.get("page", 1, type=int), settled_since=clock.now() - SETTLED_SHOWN
    )
    return render_template(
        "notices/index.html",
        found=found,
        open=[_line(one) for one in found.open],
        settled=[_line(one) for one in found.settled],
    )


def _line(one: OwnNotice) -> NoticeLine:
    today = clock.today(current_app.config["TIMEZONE"])
    reading = Reading(today, request.script_root, i18n.language())
    (part,) = parts_of([one.notice], today)
    item = part.item(one.notice, reading)
    return NoticeLine(
        one.uid, part.name, part.heading, item, one.since, one.mailed_at, one.settled_at, one.is_news
    )


@blueprint.post("/avisos/<string:uid>/archivar")
@requires(Permission.PANEL_READ)
def keep(uid: str) -> ResponseReturnValue:
    """Put news away that was read."""
    with transaction():
        put_away(acting(), uid, now=clock.now())
    flash(_("Aviso archivado. Sigue abajo, entre los resueltos."), "ok")
    return redirect(url_for("notices.index"), 303)


@blueprint.app_template_global("open_notices")
def open_notices() -> int:
    """How many matters the signed-in person has open; for the header."""
    actor = current_actor()
    return count_own_notices(actor) if actor is not None else 0
