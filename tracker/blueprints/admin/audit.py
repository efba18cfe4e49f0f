"""The audit log, for those who read it and change nothing."""

from __future__ import annotations

import json

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.sections import sections
from tracker.domain.permissions import Permission
from tracker.queries.admin import AuditRow, list_events
from tracker.words.audit import actor_word, subject_word, tag_word, tag_words

PAGE = 50


@blueprint.get("/bitacora")
@requires(Permission.AUDIT_READ)
def audit_log() -> ResponseReturnValue:
    subject, tag = request.args.get("subject", "").strip(), request.args.get("tag", "")
    before = request.args.get("before", 0, type=int)
    rows = list_events(acting(), subject=subject, tag=tag, before_seq=before, limit=PAGE + 1)
    more = len(rows) > PAGE
    return render_template(
        "admin/audit.html",
        sections=sections(),
        rows=rows[:PAGE],
        older=_link(subject, tag, rows[PAGE - 1].seq) if more else "",
        newest=_link(subject, tag) if before else "",
        subject=subject,
        tag=tag,
        tags=[("", _("Todos")), *tag_words().items()],
        tag_word=tag_word,
        actor_word=actor_word,
        subject_word=subject_word,
        content_text=content_text,
        timezone=current_app.config["TIMEZONE"],
    )


def _link(subject: str, tag: str, before: int | None = None) -> str:
    return url_for("admin.audit_log", subject=subject or None, tag=tag or None, before=before)


def content_text(row: AuditRow) -> str:
    """What was recorded, readable: facts that were kept as text are opened up too."""
    content = dict(row.content or {})
    inner = content.get("content")
    if isinstance(inner, str) and inner.startswith("{"):
        content["content"] = json.loads(inner)
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
