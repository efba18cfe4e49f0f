"""The audit log, for those who read it and change nothing: searched, paged, exported with its hashes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker.access import acting, requires
from tracker.blueprints.admin import blueprint
from tracker.blueprints.admin.sections import sections
from tracker.domain.permissions import Permission
from tracker.downloads import csv_answer, streamed
from tracker.paths import number
from tracker.queries.audit import PAGE, AuditFilter, AuditRow, list_events, stream_events
from tracker.services.verified_chain import head
from tracker.words.audit import actor_word, subject_word, subject_words, tag_word, tag_words
from tracker.words.audit_details import detail_rows, subject_label

# Each part of the filter under its name in the address.
PARAMETERS = {
    "text": "texto",
    "who": "quien",
    "tag": "tag",
    "kind": "asunto",
    "subject": "subject",
    "since": "desde",
    "until": "hasta",
    "first": "desde_n",
    "last": "hasta_n",
}
COLUMNS = (
    "seq",
    "at",
    "actor_uid",
    "actor",
    "on_behalf_uid",
    "tag",
    "subject_kind",
    "subject_uid",
    "payload_hash",
    "previous_hash",
    "hash",
    "salt",
    "payload",
    "erased",
)


def _asked() -> AuditFilter:
    """What the address asks for; a day or number that is none is not asked for."""
    kinds: dict[str, Any] = {
        "since": date.fromisoformat,
        "until": date.fromisoformat,
        "first": int,
        "last": int,
    }
    given: dict[str, Any] = {}
    for part, name in PARAMETERS.items():
        value = request.args.get(name, type=kinds.get(part, str.strip))
        if value:
            given[part] = value
    return AuditFilter(**given, zone=current_app.config["TIMEZONE"])


def _parameters(chosen: AuditFilter) -> dict[str, Any]:
    """The filter as parameters of an address."""
    parts = {one.name: getattr(chosen, one.name) for one in fields(chosen)}
    return {name: str(parts[part]) for part, name in PARAMETERS.items() if parts[part]}


@blueprint.get("/bitacora")
@requires(Permission.AUDIT_READ)
def audit_log() -> ResponseReturnValue:
    chosen, before = _asked(), request.args.get("before", 0, type=number)
    rows = list_events(acting(), chosen, before_seq=before, limit=PAGE + 1)
    asked = _parameters(chosen)
    more = len(rows) > PAGE
    return render_template(
        "admin/audit.html",
        sections=sections(),
        rows=rows[:PAGE],
        older=url_for("admin.audit_log", **asked, before=rows[PAGE - 1].seq) if more else "",
        newest=url_for("admin.audit_log", **asked) if before else "",
        asked=asked,
        anchor=head(),
        timezone=current_app.config["TIMEZONE"],
        **_words(),
    )


def _words() -> dict[str, Any]:
    """What the page says events with."""
    return {
        "tags": [("", _("Todos")), *tag_words().items()],
        "kinds": [("", _("Todos")), *subject_words().items()],
        "tag_word": tag_word,
        "actor_word": actor_word,
        "subject_word": subject_word,
        "subject_label": subject_label,
        "detail_rows": detail_rows,
        "content_text": content_text,
    }


@blueprint.get("/bitacora/exportar.csv")
@requires(Permission.AUDIT_READ)
def audit_csv() -> ResponseReturnValue:
    """The events asked for as a table, with their hashes, in the order of recording."""
    rows = (list(_exported(one).values()) for one in stream_events(acting(), _asked()))
    return csv_answer("bitacora.csv", COLUMNS, rows)


@blueprint.get("/bitacora/exportar.jsonl")
@requires(Permission.AUDIT_READ)
def audit_jsonl() -> ResponseReturnValue:
    """The same, one JSON object a line: from a whole one the chain can be reckoned again elsewhere."""
    lines = _lines(stream_events(acting(), _asked()))
    return streamed("bitacora.jsonl", "application/x-ndjson; charset=utf-8", lines)


def _lines(rows: Iterator[AuditRow]) -> Iterator[str]:
    for one in rows:
        yield json.dumps(_exported(one), ensure_ascii=False) + "\n"


def _exported(row: AuditRow) -> dict[str, Any]:
    """An event with everything that its hash covers, as it covers it."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in COLUMNS if name not in {"at", "erased"}}
    plain |= {"at": row.at.isoformat(), "erased": row.payload is None}
    return {name: plain[name] for name in COLUMNS}


def content_text(row: AuditRow) -> str:
    """What was recorded, readable: facts that were kept as text are opened up too."""
    if row.content is None:
        return row.payload or ""
    content = dict(row.content)
    inner = content.get("content")
    if isinstance(inner, str) and inner.startswith("{"):
        content["content"] = json.loads(inner)
    return json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True)
