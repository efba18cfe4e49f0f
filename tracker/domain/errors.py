"""Errors of the domain: a code with parameters, never a sentence (words belong to the edges)."""

from __future__ import annotations

from collections.abc import Callable, Sequence


class DomainError(Exception):
    """A rule was broken; `code` names it, `field` says beside which field to show it."""

    status = 422

    def __init__(self, code: str, *, field: str | None = None, **params: object) -> None:
        """Keep the code, the form field it belongs to and the parameters of its sentence."""
        super().__init__(code)
        self.code = code
        self.field = field
        self.params = params


class NotAllowed(DomainError):
    """The actor may not do this (403)."""

    status = 403


class NotFound(DomainError):
    """There is no such thing, or none that this actor may know of (404)."""

    status = 404


class Conflict(DomainError):
    """Somebody else changed it first, or its state no longer permits this (409)."""

    status = 409


class SeveralErrors(DomainError):
    """Several rules were broken at once; the first speaks where only one can be told."""

    def __init__(self, errors: Sequence[DomainError]) -> None:
        """Keep every error, each with its own field."""
        first = errors[0]
        super().__init__(first.code, field=first.field, **first.params)
        self.errors = tuple(errors)


def check_all(*checks: Callable[[], object]) -> None:
    """Run every check: all that is wrong is told at once. Raises the one error, or SeveralErrors."""
    found: list[DomainError] = []
    for check in checks:
        try:
            check()
        except SeveralErrors as several:
            found += several.errors
        except DomainError as error:
            found.append(error)
    if found:
        raise found[0] if len(found) == 1 else SeveralErrors(found)
