"""What is wrong, as programs and people read it: problem+json (RFC 9457) in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from tracker.blueprints.api.described import N_, Shown, said
from tracker.domain.errors import DomainError, SeveralErrors
from tracker.wording import sentence


class ProblemField(Shown):
    field: str = said(N_("El campo o el parámetro."), "percent")
    code: str = said(N_("El código del error, que no cambia."), "percent-out-of-range")
    message: str = said(N_("Qué pasa, en palabras."))


class Problem(Shown):
    type: str = said(N_("Dónde se explica el código."))
    title: str = said(N_("Qué clase de problema es."))
    status: int = said(N_("El código HTTP."), 422)
    detail: str = said(N_("Qué pasa, en palabras."))
    code: str = said(N_("El código del error, que no cambia."), "not-valid")
    errors: tuple[ProblemField, ...] = said(N_("Qué está mal, campo por campo."))


class NotValid(SeveralErrors):
    """An address or a body that does not have the shape described (422), field by field."""

    def __init__(self, errors: Sequence[DomainError]) -> None:
        """Speak as one, with everything beside its field."""
        super().__init__(errors)
        self.code, self.field, self.params = "request-not-valid", None, {}


def not_valid(error: ValidationError) -> NotValid:
    """What a schema refuses, in our codes."""
    return NotValid(list(_errors(error.errors(include_url=False))))


def _errors(found: Iterable[Any]) -> Iterable[DomainError]:
    for one in found:
        field = ".".join(str(part) for part in one["loc"]) or "body"
        yield DomainError(_code(one), field=field, **_limits(one.get("ctx", {})))


_CODES = {
    "missing": "value-missing",
    "extra_forbidden": "name-unknown",
    "json_invalid": "body-not-json",
    "string_too_long": "value-too-long",
    "string_too_short": "value-missing",
    "too_long": "too-many",
    "enum": "choice-unknown",
    "literal_error": "choice-unknown",
    "less_than_equal": "number-too-large",
    "greater_than_equal": "number-too-small",
}


def _code(one: Any) -> str:
    """Our own validators say their code; the library's types have one of ours each."""
    if one["type"] == "value_error":
        return str(one["ctx"]["error"])
    return _CODES.get(one["type"], "value-not-valid")


def _limits(context: Any) -> dict[str, object]:
    names = {"max_length": "most", "le": "most", "ge": "least", "expected": "expected"}
    return {ours: str(context[theirs]) for theirs, ours in names.items() if theirs in context}


def problem_of(error: DomainError, base: str) -> Problem:
    """A broken rule as an answer; several of them stand each beside its field."""
    several = error.errors if isinstance(error, SeveralErrors) else (error,) if error.field else ()
    return Problem(
        type=f"{base}#codigos",
        title=title_of(error.status),
        status=error.status,
        detail=sentence(error.code, error.params),
        code=error.code,
        errors=tuple(
            ProblemField(field=one.field or "", code=one.code, message=sentence(one.code, one.params))
            for one in several
        ),
    )


def plain_problem(status: int, base: str, message: str = "", code: str = "") -> Problem:
    """The same for what is no rule of ours: no such address, no such method."""
    return Problem(
        type=f"{base}#codigos",
        title=title_of(status),
        status=status,
        detail=message or title_of(status),
        code=code or _STATUS_CODES.get(status, f"http-{status}"),
        errors=(),
    )


_STATUS_CODES = {
    400: "request-not-understood",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    409: "changed-meanwhile",
    413: "body-too-large",
    415: "media-type-not-supported",
    500: "unforeseen",
    503: "database-away",
}


def title_of(status: int) -> str:
    """The kind of problem that a status stands for."""
    return {
        400: _("No se entiende la petición"),
        401: _("Hace falta una clave que sirva"),
        403: _("Sin permiso"),
        404: _("No existe, o no es público"),
        405: _("Ese método no se usa en esta dirección"),
        406: _("No hay respuesta en esa forma"),
        409: _("Choca con lo que ya hay"),
        413: _("Es demasiado grande"),
        415: _("Ese tipo de contenido no se recibe aquí"),
        422: _("Algo de lo enviado está mal"),
        429: _("Demasiadas peticiones"),
        500: _("Falló algo de nuestro lado"),
        503: _("La base de datos no responde"),
    }.get(status, _("La petición no se pudo atender"))
