"""The first page of the administration: what needs a look."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import clock
from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.job_rows import job_rows
from tracker.blueprints.admin.sections import sections
from tracker.domain.permissions import Actor, Permission, can
from tracker.queries.accounts import list_accounts
from tracker.queries.admin import count_bouncing, count_mail, mail_health
from tracker.queries.evidence_store import get_store_state
from tracker.queries.jobs import count_failed_since
from tracker.services.scanning import state as scanner_state
from tracker.words.evidence import scanner_words

RECENT = timedelta(days=7)


@blueprint.get("")
@requires(Permission.JOB_READ)
def home() -> ResponseReturnValue:
    now = clock.now()
    return render_template(
        "admin/home.html",
        sections=sections(),
        facts=_facts(acting(), count_failed_since(acting(), now - RECENT)),
        jobs=job_rows(now),
        timezone=current_app.config["TIMEZONE"],
        stuck_since=_stuck_since(acting(), now),
        mail_goes_to_files=not current_app.config["SMTP_URL"],
        scanner=(scanner := scanner_state(current_app.config["CLAMAV_URL"])),
        scanner_words=scanner_words(scanner),
        store=get_store_state(acting()),
    )


def _stuck_since(actor: Actor, now: datetime) -> datetime | None:
    """Since when mail waits that should have left."""
    if not can(actor, Permission.ACCOUNT_MANAGE):
        return None
    health = mail_health(actor)
    return health.oldest_at if health.is_stuck(now) else None


def _facts(actor: Actor, failed: int) -> list[dict[str, object]]:
    """What needs a look, each figure leading to its list."""
    facts: list[dict[str, object]] = [
        {
            "value": failed,
            "label": ngettext("trabajo falló en siete días", "trabajos fallaron en siete días", failed),
            "kind": "late" if failed else "ok",
            "url": url_for("admin.jobs", failed=1) if failed else url_for("admin.jobs"),
        }
    ]
    if can(actor, Permission.ACCOUNT_MANAGE):
        mail = count_mail(actor)
        today = clock.today(current_app.config["TIMEZONE"])
        accounts = sum(one.is_active for one in list_accounts(actor, today))
        facts += [
            {
                "value": mail["failed"],
                "label": ngettext(
                    "correo no se pudo enviar", "correos no se pudieron enviar", mail["failed"]
                ),
                "kind": "late" if mail["failed"] else "ok",
                "url": url_for("admin.mail", status="failed"),
            },
            {
                "value": mail["queued"],
                "label": _("por enviar"),
                "url": url_for("admin.mail", status="queued"),
            },
            *_bouncing(count_bouncing(actor)),
            {"value": accounts, "label": _("cuentas abiertas"), "url": url_for("admin.accounts")},
        ]
    return facts


def _bouncing(count: int) -> list[dict[str, object]]:
    """Accounts that mail does not reach; nothing where it reaches all."""
    words = ngettext("cuenta cuyo correo rebota", "cuentas cuyo correo rebota", count)
    url = url_for("admin.accounts", bounces=1)
    return [{"value": count, "label": words, "kind": "late", "url": url}] if count else []
