"""Addresses of other systems that are told what happens, and what was sent to them."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.sections import sections
from tracker.blueprints.admin.webhook_forms import WebhookForm, webhook_form
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import Permission
from tracker.domain.webhooks import Reach, imprint, secret_of
from tracker.paths import number
from tracker.queries.webhooks import PAGE, WebhookRow, get_webhook, list_deliveries, list_webhooks
from tracker.services import webhooks as services
from tracker.words.webhooks import delivery_words, event_words, outcome_word, status_words


@blueprint.get("/webhooks")
@requires(Permission.WEBHOOK_MANAGE)
def webhooks() -> ResponseReturnValue:
    return render_template(
        "admin/webhooks.html",
        sections=sections(),
        rows=list_webhooks(acting()),
        statuses=status_words(),
        events=event_words(),
    )


@blueprint.route("/webhooks/nuevo", methods=["GET", "POST"])
@requires(Permission.WEBHOOK_MANAGE)
def new_webhook() -> ResponseReturnValue:
    """A new address; its secret is in this answer and never again."""
    form = webhook_form()
    if form.validate_on_submit():
        try:
            with transaction():
                made, secret = services.register_webhook(
                    acting(), form.wanted(), key=_key(), reach=_reach(), now=clock.now()
                )
                uid = made.uid
        except DomainError as error:
            form.add_error(error)
        else:
            return _page(get_webhook(acting(), uid), secret=secret)
    return _form_page(form, _("Avisar a otro sistema"), url_for("admin.new_webhook"))


@blueprint.get("/webhooks/<string:uid>")
@requires(Permission.WEBHOOK_MANAGE)
def webhook(uid: str) -> ResponseReturnValue:
    return _page(get_webhook(acting(), uid))


@blueprint.route("/webhooks/<string:uid>/cambiar", methods=["GET", "POST"])
@requires(Permission.WEBHOOK_MANAGE)
def change_webhook(uid: str) -> ResponseReturnValue:
    form = webhook_form(get_webhook(acting(), uid))
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_webhook(acting(), uid, form.wanted(), reach=_reach(), now=clock.now())
        except DomainError as error:
            form.add_error(error)
        else:
            flash(_("Cambios guardados."), "ok")
            return redirect(url_for("admin.webhook", uid=uid), 303)
    return _form_page(form, _("Cambiar el aviso"), url_for("admin.change_webhook", uid=uid))


@blueprint.post("/webhooks/<string:uid>/secreto")
@requires(Permission.WEBHOOK_MANAGE)
def renew_webhook(uid: str) -> ResponseReturnValue:
    """Another secret, in this answer and never again."""
    with transaction():
        secret = services.renew_secret(acting(), uid, key=_key(), now=clock.now())
    return _page(get_webhook(acting(), uid), secret=secret)


@blueprint.post("/webhooks/<string:uid>/prueba")
@requires(Permission.WEBHOOK_MANAGE)
def try_webhook(uid: str) -> ResponseReturnValue:
    with transaction():
        services.try_webhook(acting(), uid, now=clock.now())
    flash(
        _("Prueba en camino: sale en el próximo minuto. Vuelva a cargar la página para ver la respuesta."),
        "ok",
    )
    return redirect(url_for("admin.webhook", uid=uid), 303)


@blueprint.post("/webhooks/<string:uid>/pausa")
@requires(Permission.WEBHOOK_MANAGE)
def pause_webhook(uid: str) -> ResponseReturnValue:
    return _done(
        uid, services.pause_webhook, _("En pausa: lo que pase mientras tanto no se avisará después.")
    )


@blueprint.post("/webhooks/<string:uid>/reanudar")
@requires(Permission.WEBHOOK_MANAGE)
def resume_webhook(uid: str) -> ResponseReturnValue:
    return _done(uid, services.resume_webhook, _("Reanudado: lo que esperaba sale en el próximo minuto."))


@blueprint.post("/webhooks/<string:uid>/quitar")
@requires(Permission.WEBHOOK_MANAGE)
def remove_webhook(uid: str) -> ResponseReturnValue:
    return _done(uid, services.remove_webhook, _("Quitado: ya no se le avisará nada."), "admin.webhooks")


@blueprint.post("/webhooks/<string:uid>/envios/<string:delivery_uid>/reintentar")
@requires(Permission.WEBHOOK_MANAGE)
def retry_delivery(uid: str, delivery_uid: str) -> ResponseReturnValue:
    with transaction():
        services.retry_delivery(acting(), uid, delivery_uid, now=clock.now())
    flash(_("El envío vuelve a la cola y sale en el próximo minuto."), "ok")
    return redirect(url_for("admin.webhook", uid=uid), 303)


def _done(uid: str, step: Callable[..., None], words: str, endpoint: str = "") -> ResponseReturnValue:
    with transaction():
        step(acting(), uid, now=clock.now())
    flash(words, "ok")
    return redirect(url_for(endpoint) if endpoint else url_for("admin.webhook", uid=uid), 303)


def _page(row: WebhookRow, secret: str = "") -> ResponseReturnValue:
    before, words = request.args.get("before", 0, type=number), event_words()
    sent = list_deliveries(acting(), row.id, before_id=before)
    return render_template(
        "admin/webhook.html",
        sections=sections(),
        row=row,
        secret=secret,
        is_secret_lost=imprint(secret_of(_key(), row.uid, row.secret_generation)) != row.secret_hash,
        is_renewing=row.previous_until is not None and clock.now() < row.previous_until,
        deliveries=sent[:PAGE],
        older=url_for("admin.webhook", uid=row.uid, before=sent[PAGE - 1].id) if len(sent) > PAGE else "",
        statuses=status_words(),
        deliveries_words=delivery_words(),
        events=words,
        told=" · ".join(words[one] for one in row.events),
        outcome_word=outcome_word,
    )


def _form_page(form: WebhookForm, title: str, action: str) -> ResponseReturnValue:
    shown = render_template(
        "admin/webhook_form.html", sections=sections(), form=form, title=title, action=action
    )
    return shown, 422 if form.errors else 200


def _key() -> str:
    return str(current_app.config["SECRET_KEY"])


def _reach() -> Reach:
    return services.reach_of(current_app.config)
