"""What may be asked of the lists: the same schemas read an address and describe it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from tracker.blueprints.api.described import N_, WHOLE, Day, Flag
from tracker.domain.compilation import CompilationKind
from tracker.domain.plans import Sector
from tracker.domain.states import State

MOST = 500
USUAL = 100
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
PlanNumber = Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE]
_COMMITMENT = N_("El compromiso: su número, o su identificador.")
_INSTITUTION = N_("La institución: su sigla, su identificador o la última parte de su dirección.")
_AS_OF = N_("Como estaba todo ese día, según lo registrado hasta hoy. No puede ser un día por venir.")


class Asked(BaseModel):
    """What any read may be asked: which fields, and in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    fields: Annotated[str, StringConstraints(max_length=500)] | None = Field(
        None,
        description=N_("Solo estos campos, con comas entre ellos. Los que no existen se rechazan."),
    )
    format: Literal["json", "csv"] | None = Field(
        None,
        description=N_("La forma de la respuesta, para programas que no envían la cabecera Accept."),
    )


class AskedOfDay(Asked):
    """The same, as of a day."""

    as_of: Day | None = Field(None, description=_AS_OF, examples=["2026-06-30"])


class AskedList(Asked):
    """A part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST), WHOLE] = Field(
        USUAL, description=N_("Cuántas filas a lo sumo en esta respuesta.")
    )
    cursor: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        None,
        description=N_(
            "Dónde sigue la lista: el valor `next_cursor` de la respuesta anterior, con los mismos filtros."
        ),
    )


class AskedCommitments(AskedList):
    as_of: Day | None = Field(None, description=_AS_OF, examples=["2026-06-30"])


class AskedActivities(AskedList):
    plan: PlanNumber | None = Field(None, description=N_("El número del plan."), examples=[4])
    commitment: Name | None = Field(None, description=_COMMITMENT, examples=["10"])
    institution: Name | None = Field(None, description=_INSTITUTION, examples=["MINFIN"])
    state: State | None = Field(None, description=N_("El estado en que está."))
    overdue: Flag | None = Field(None, description=N_("Solo las atrasadas, o solo las que no lo están."))
    due_before: Day | None = Field(
        None, description=N_("Las que vencen antes de ese día."), examples=["2026-12-31"]
    )
    q: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description=N_("Palabras del número o del título, sin importar tildes ni mayúsculas.")
    )
    as_of: Day | None = Field(None, description=_AS_OF, examples=["2026-06-30"])


class AskedReports(AskedList):
    plan: PlanNumber | None = Field(None, description=N_("El número del plan."), examples=[4])
    commitment: Name | None = Field(None, description=_COMMITMENT, examples=["10"])
    activity: Name | None = Field(None, description=N_("El identificador de la actividad o del hito."))
    institution: Name | None = Field(None, description=_INSTITUTION, examples=["MINFIN"])
    as_of: Day | None = Field(
        None, description=N_("Solo lo que lleva fecha de ese día o antes."), examples=["2026-06-30"]
    )


class AskedProgress(AskedReports):
    reviewed: Flag | None = Field(None, description=N_("Solo lo comprobado, o solo lo que espera revisión."))


class AskedInstitutions(AskedList):
    sector: Sector | None = Field(None, description=N_("El sector al que pertenece."))


class AskedTargets(AskedList):
    institution: Name | None = Field(None, description=_INSTITUTION, examples=["MINFIN"])
    year: Annotated[int, Field(ge=1900, le=2200), WHOLE] | None = Field(
        None, description=N_("El año fiscal."), examples=[2023]
    )
    as_of: Day | None = Field(None, description=_AS_OF, examples=["2026-06-30"])


class AskedCompilations(AskedList):
    plan: PlanNumber | None = Field(None, description=N_("El número del plan."), examples=[4])
    kind: CompilationKind | None = Field(None, description=N_("La clase de informe."))


class AskedSubmissions(AskedList):
    activity: Name | None = Field(None, description=N_("El identificador de la actividad o del hito."))
    status: Literal["draft", "submitted", "validated", "returned", "withdrawn", "reopened"] | None = Field(
        None, description=N_("En qué paso está el informe.")
    )
