"""Column types: instants in UTC, scaled quantities, enumerations with a named CHECK, random public ids."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator, TypeEngine

from tracker.domain.canonical import UID_LENGTH as UID_LENGTH  # columns hold ids of either making

QUANTITY_SCALE = 10_000


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored in UTC, always read back with its zone; naive values are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """With a time zone where the database has it."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive-instant")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back with its zone."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Scaled(TypeDecorator[Decimal]):
    """A quantity as a BIGINT of ten-thousandths: exact on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """To ten-thousandths; more decimals than four are refused, not rounded."""
        if value is None:
            return None
        scaled = value * QUANTITY_SCALE
        if scaled != scaled.to_integral_value():
            raise ValueError("too-many-decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Back to units."""
        return None if value is None else Decimal(value) / QUANTITY_SCALE


def choice(kind: type[StrEnum], name: str) -> Enum:
    """An enumeration as VARCHAR with a named CHECK."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        name=name,
        length=32,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
    )


def new_uid() -> str:
    """A random public id, safe in addresses."""
    return secrets.token_urlsafe(16)
