"""A form beside whose fields rules put their sentences; several features have forms like it."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField

from tracker.domain.errors import DomainError
from tracker.wording import sentence


class RuleForm(FlaskForm):
    """A form beside whose fields rules put their sentences."""

    lock_version = HiddenField()

    def version(self) -> int | None:
        """The version of the draft that was looked at."""
        text = str(self.lock_version.data or "")
        return int(text) if text.isdecimal() else None

    def add_error(self, error: DomainError) -> None:
        """Put a rule's sentence beside the field it belongs to, or above the form."""
        words = sentence(error.code, error.params)
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(words)
        else:
            field.errors = [*field.errors, words]
