"""Files that come with a form of the technical table: checked and kept before any transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from werkzeug.datastructures import FileStorage

from tracker import uploads
from tracker.blueprints.meetings.forms import TableForm
from tracker.domain.errors import DomainError
from tracker.services.evidence import Upload


def receive(form: TableForm, files: Iterable[object], field: str) -> list[Upload]:
    """The files of a form that was sent; why one is refused is kept, to stand beside its field."""
    found: list[Upload] = []
    if not form.is_submitted():
        return found
    for one in files:
        if not isinstance(one, FileStorage) or not one.filename:
            continue
        try:
            found.append(uploads.receive_upload(one))
        except DomainError as error:
            form.refused = DomainError(error.code, field=field, **error.params)
            break
    return found


def one_of(received: Sequence[Upload], field: str) -> Upload:
    """The one file that a form asks for; DomainError beside its field where there is none."""
    if not received:
        raise DomainError("table-file-missing", field=field)
    return received[0]
