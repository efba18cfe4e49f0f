"""Files of a form with nothing to attach them to yet: received once, named by signed tokens meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import FileStorage

from tracker import uploads
from tracker.domain.errors import DomainError
from tracker.services.evidence import Upload
from tracker.wording import sentence

HOURS_KEPT = 12
"""Below the day after which the sweep takes files that nothing names."""
LETTER, ANNEX = "kept_letter", "kept_annex"


@dataclass(frozen=True)
class Files:
    """What was received with a letter, now or with the form before."""

    letter: Upload | None = None
    annexes: tuple[Upload, ...] = ()

    @property
    def all(self) -> list[Upload]:
        """Every file."""
        return [*([self.letter] if self.letter else []), *self.annexes]

    @property
    def tokens(self) -> list[tuple[str, str, str]]:
        """The hidden fields that name them: field, token, and the file's name to show."""
        letters = [(LETTER, self.letter)] if self.letter else []
        named = [*letters, *((ANNEX, one) for one in self.annexes)]
        return [(field, _signer().dumps(asdict(one)), one.filename) for field, one in named]


def received(letter: Any, annexes: Any) -> Files:
    """The files that came now, and those that came before; a refused one is told beside its field."""
    fresh = [*_kept(LETTER), *_taken(letter, [letter.data])]
    more = _taken(annexes, annexes.data or ())
    return Files(fresh[-1] if fresh else None, (*_kept(ANNEX), *more))


def _taken(field: Any, files: Any) -> Iterator[Upload]:
    for one in files:
        if not isinstance(one, FileStorage) or not one.filename:
            continue
        try:
            yield uploads.receive_upload(one)
        except DomainError as error:
            field.errors = [*field.errors, sentence(error.code, error.params)]


def _kept(field: str) -> Iterator[Upload]:
    for token in request.form.getlist(field):
        try:
            yield Upload(**_signer().loads(token, max_age=HOURS_KEPT * 3600))
        except (BadSignature, TypeError):
            continue


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="kept-file")
