"""Forms whose rules put their sentences beside the fields."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm

from tracker.domain.errors import DomainError
from tracker.domain.observations import readable
from tracker.wording import sentence


class RefusableForm(FlaskForm):
    """A form whose rules put their sentences beside its fields."""

    def add_error(self, error: DomainError) -> None:
        """Put a rule's sentence beside its field; raise what belongs to none or is no bad input."""
        if error.field not in self or error.status != DomainError.status:
            raise error
        found = self[error.field]
        found.errors = [*found.errors, sentence(error.code, error.params)]
        if isinstance(found.data, str):
            found.data = readable(found.data)


class PrefixedForm(RefusableForm):
    """A form of a page with several: its fields are named apart."""

    name = ""

    def __init__(self, **given: Any) -> None:
        """Name the fields apart."""
        super().__init__(**{"prefix": self.name, **given})
