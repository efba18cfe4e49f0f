"""What commands that read a plan at a cut share: options, instants, and refusals with exit 2."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app

from tracker.domain.errors import DomainError
from tracker.queries.history import last_sequence, sequence_at
from tracker.wording import sentence


class Day(click.ParamType):
    """A date as 2020-08-28."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date, or wrong usage."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no date like 2020-08-28", param, ctx)


def known_at(text: str | None) -> int | None:
    """The place in the order of recording: of an instant (civil time where it has no zone), or the number."""
    if text is None:
        return None
    if text.isdigit():
        if int(text) > last_sequence():
            raise DomainError("known-at-not-recorded", known_at=text)
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise DomainError("instant-not-understood", text=text) from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=ZoneInfo(current_app.config["TIMEZONE"]))
    return sequence_at(instant)


def refusing(command: Callable[..., None]) -> Callable[..., None]:
    """A broken rule is bad input: its sentence on standard error, exit 2, nothing written."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except DomainError as error:
            click.echo(sentence(error.code, error.params), err=True)
            sys.exit(2)

    return run
