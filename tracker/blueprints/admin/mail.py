"""The outbox: what was sent, what waits, what could not leave."""

from __future__ import annotations

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.forms import DiscardForm
from tracker.blueprints.admin.sections import sections
from tracker.db import transaction
from tracker.domain.permissions import Permission
from tracker.paths import number
from tracker.queries.admin import PAGE, count_mail, get_mail, list_mail, mail_health
from tracker.services import mail as services
from tracker.words.mail import mail_words


@blueprint.get("/correo")
@requires(Permission.ACCOUNT_MANAGE)
def mail() -> ResponseReturnValue:
    status, wanted = request.args.get("status", ""), request.args.get("q", "")
    before = request.args.get("before", 0, type=number)
    rows = list_mail(acting(), status=status, wanted=wanted, before_id=before, limit=PAGE + 1)
    last = rows[PAGE - 1].id if len(rows) > PAGE else 0
    older = url_for("admin.mail", status=status or None, q=wanted or None, before=last) if last else ""
    counts, words, health = count_mail(acting()), mail_words(), mail_health(acting())
    return render_template(
        "admin/mail.html",
        sections=sections(),
        rows=rows[:PAGE],
        older=older,
        status=status,
        wanted=wanted,
        words=words,
        statuses=[
            ("", _("Todos")),
            *((code, f"{word[0]} ({counts[code]})") for code, word in words.items()),
        ],
        health=health,
        is_stuck=health.is_stuck(clock.now()),
        goes_to_files=_goes_to_files(),
    )


@blueprint.post("/correo/reintentar")
@requires(Permission.ACCOUNT_MANAGE)
def retry_all() -> ResponseReturnValue:
    """Every failed mail once more."""
    with transaction():
        count = services.retry_failed(acting(), now=clock.now())
    flash(
        ngettext("Un correo vuelve a la cola.", "%(num)d correos vuelven a la cola.", count)
        if count
        else _("No hay correo que reintentar."),
        "ok",
    )
    return redirect(url_for("admin.mail", status="queued"), 303)


@blueprint.post("/correo/<string:uid>/reintentar")
@requires(Permission.ACCOUNT_MANAGE)
def retry(uid: str) -> ResponseReturnValue:
    """One failed mail once more."""
    with transaction():
        services.retry_mail(acting(), uid=uid, now=clock.now())
    flash(_("El correo vuelve a la cola y sale en el próximo minuto."), "ok")
    return redirect(url_for("admin.mail", status="queued"), 303)


@blueprint.route("/correo/<string:uid>/descartar", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_MANAGE)
def discard(uid: str) -> ResponseReturnValue:
    """Decide, with a reason, that a mail is not sent."""
    form, found = DiscardForm(), get_mail(acting(), uid)
    if form.validate_on_submit():
        with transaction():
            services.discard_mail(acting(), uid=uid, reason=form.reason.data or "", now=clock.now())
        flash(_("Correo descartado: ya no se enviará."), "ok")
        return redirect(url_for("admin.mail"), 303)
    shown = render_template("admin/mail_discard.html", sections=sections(), form=form, row=found.row)
    return shown, 422 if form.errors else 200


@blueprint.get("/correo/<string:uid>")
@requires(Permission.ACCOUNT_MANAGE)
def mail_text(uid: str) -> ResponseReturnValue:
    """A mail's words: only where mail goes to files, in development; in production they are the person's."""
    if not _goes_to_files():
        abort(404)
    return render_template(
        "admin/mail_text.html", sections=sections(), mail=get_mail(acting(), uid), words=mail_words()
    )


def _goes_to_files() -> bool:
    return not current_app.config["SMTP_URL"]
