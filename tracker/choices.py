"""Choices of a form's field, as WTForms wants them: one place, because its published types lag behind."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # its types lag behind


def choices(pairs: Iterable[tuple[str, Any]]) -> list[Any]:
    """Values with their words, in order."""
    return [SelectChoice(value, words) for value, words in pairs]
