"""Reports from the systems of institutions: sending one, and learning what was decided of it."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, url_for

from tracker import clock, i18n, uploads
from tracker.bearer import caller
from tracker.blueprints.api import blueprint, receiving
from tracker.blueprints.api.answering import today, written
from tracker.blueprints.api.asked import AskedSubmissions
from tracker.blueprints.api.described import N_
from tracker.blueprints.api.handed_in import ReportIn
from tracker.blueprints.api.operations import Operation, reads, writes
from tracker.blueprints.api.reading import UID
from tracker.blueprints.api.shown_submissions import SubmissionShown
from tracker.db import transaction
from tracker.domain.api_tokens import Scope
from tracker.domain.workflow import ReportStatus
from tracker.queries.api_submissions import get_submission, slice_submissions
from tracker.queries.portal.listing import Position, Slice
from tracker.services.api_requests import begin_request, keep_answer
from tracker.services.report_submissions import receive_report

OWN = N_("Para los sistemas de las instituciones")


@writes(
    blueprint,
    Operation(
        "progress-send",
        "/progress",
        N_("Enviar un informe de avance con su evidencia"),
        OWN,
        SubmissionShown,
        method="post",
        scope=Scope.PROGRESS_WRITE,
        takes=ReportIn,
        description=N_(
            "Con las mismas reglas que la página de la institución. Todo se recibe o nada: si algo está mal, "
            "se dice campo por campo y no queda nada a medias. Lo devuelto o retirado se corrige con otro."
        ),
    ),
)
def progress_send() -> Response:
    key = receiving.key_of_request()
    received = receiving.receive()
    who, now = caller(), clock.now()
    per_hour = current_app.config["API_WRITES_PER_HOUR"]
    with transaction():
        begun = begin_request(
            who.token_id, key=key, fingerprint=received.fingerprint, per_hour=per_hour, now=now
        )
        if begun.answer is None:
            sent = receiving.sent_report(received, who.institution_uid, today())
            limits = uploads.limits()
            report = receive_report(who.actor, sent, limits=limits, now=now, today=today())
            shown = SubmissionShown.of(get_submission(who, report.uid))
            keep_answer(begun.id, shown.model_dump(mode="json"))
    if begun.answer is not None:
        return written(SubmissionShown.model_validate(begun.answer), 201, {"Idempotent-Replayed": "true"})
    uploads.draw_pictures(received.uploads)
    address = i18n.whole(url_for("api.submission", uid=shown.uid))
    return written(shown, 201, {"Location": address})


@reads(
    blueprint,
    Operation(
        "submissions",
        "/submissions",
        N_("Los informes de la institución, también los borradores"),
        OWN,
        SubmissionShown,
        AskedSubmissions,
        True,
        scope=Scope.PROGRESS_READ,
    ),
)
def submissions(asked: AskedSubmissions, position: Position) -> Slice[Any]:
    status = ReportStatus(asked.status) if asked.status else None
    found = slice_submissions(caller(), position, asked.limit, activity=asked.activity or "", status=status)
    return found.map(SubmissionShown.of)


@reads(
    blueprint,
    Operation(
        "submission",
        "/submissions/<string:uid>",
        N_("Un informe de la institución, y qué se decidió de él"),
        OWN,
        SubmissionShown,
        place={"uid": UID},
        scope=Scope.PROGRESS_READ,
    ),
)
def submission(_asked: Any, uid: str) -> SubmissionShown:
    return SubmissionShown.of(get_submission(caller(), uid))
