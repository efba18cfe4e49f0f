"""Forms whose rules put their sentences beside the fields: the one way in which a refusal is shown."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField

from tracker.domain.errors import DomainError, SeveralErrors
from tracker.domain.observations import readable
from tracker.wording import sentence

_NO_INPUT = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


class RuleForm(FlaskForm):
    """A form beside whose fields rules put their sentences."""

    def add_error(self, error: DomainError) -> None:
        """Put each sentence beside its field, or above the form; raise what no typing can mend."""
        for one in error.errors if isinstance(error, SeveralErrors) else (error,):
            field, words = self.field_of(one.field), sentence(one.code, one.params)
            if field is not None:
                field.errors = [*field.errors, words]
            elif one.status in _NO_INPUT:
                raise one
            else:
                self.form_errors.append(words)

    def field_of(self, name: str | None) -> Field | None:
        """The field that a rule speaks of."""
        return self._fields.get(name or "")


class LockedForm(RuleForm):
    """A form over one version of a draft."""

    lock_version = HiddenField()

    def version(self) -> int | None:
        """The version of the draft that was looked at."""
        text = str(self.lock_version.data or "")
        return int(text) if text.isdecimal() else None


class RefusableForm(RuleForm):
    """A form of a page that shows nothing above its fields: what belongs to none is a page of its own."""

    def add_error(self, error: DomainError) -> None:
        """Put a rule's sentence beside its field; raise what belongs to none or is no bad input."""
        found = self.field_of(error.field)
        if found is None or error.status != DomainError.status:
            raise error
        super().add_error(error)
        if isinstance(found.data, str):
            found.data = readable(found.data)


class PrefixedForm(RefusableForm):
    """A form of a page with several: its fields are named apart."""

    name = ""

    def __init__(self, **given: Any) -> None:
        """Name the fields apart."""
        super().__init__(**{"prefix": self.name, **given})
