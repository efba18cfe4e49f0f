"""What every schema of the API is made of: words that are translated, values as they are written."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

T = TypeVar("T")


def N_(text: str) -> str:  # noqa: N802 - the name by which texts are found for translation
    """Mark a text for translation; the document is written in the language of its address."""
    return text


def said(text: str, example: Any = None, **more: Any) -> Any:
    """A field of an answer with what it says, and an example of it."""
    given: dict[str, Any] = {"description": text, **more}
    if example is not None:
        given["examples"] = [example]
    return Field(**given)


class Shown(BaseModel):
    """A part of an answer: exactly what is declared, nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @property
    def words(self) -> str:
        """In one cell of a table, where there may be several of it."""
        return "; ".join(str(one) for one in self.model_dump(mode="json").values() if one not in (None, ""))


class HandedIn(BaseModel):
    """A part of what another system sends: exactly what is declared, each value of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True)


Number = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number"}, mode="serialization"),
]
Percent = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}, mode="serialization"),
]
Uid = Annotated[str, StringConstraints(min_length=1, max_length=40)]


def _plain_number(value: Any) -> Any:
    """Of a body only a number of JSON is one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("value-not-valid")
    return Decimal(str(value))


Amount = Annotated[
    Decimal,
    Field(ge=0, le=10**12),
    BeforeValidator(_plain_number),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**12}, mode="validation"),
]
Share = Annotated[
    Decimal,
    Field(ge=0, le=100),
    BeforeValidator(_plain_number),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}, mode="validation"),
]


def _flag(value: Any) -> Any:
    """Of an address only the two words are a yes and a no."""
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise ValueError("flag-not-understood")
        return value == "true"
    return value


def _whole(value: Any) -> Any:
    """Of an address only plain digits are a number."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) < 10):
            raise ValueError("number-not-understood")
        return int(value)
    return value


def _day(value: Any) -> Any:
    """Of an address only 2026-08-31 is a day."""
    if isinstance(value, str):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError("day-not-understood") from None
        if value != day.isoformat():
            raise ValueError("day-not-understood")
        return day
    return value


Flag = Annotated[bool, BeforeValidator(_flag)]
WHOLE = BeforeValidator(_whole)
"""After the bounds of a number: beyond a function of ours pydantic tells no bounds."""
Day = Annotated[date, BeforeValidator(_day)]


def instant_text(value: datetime | None) -> datetime | None:
    """An instant without the microseconds that nobody reads."""
    return None if value is None else value.replace(microsecond=0)
