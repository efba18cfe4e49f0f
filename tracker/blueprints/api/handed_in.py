"""What another system sends: a report on one item, with its evidence."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from tracker.blueprints.api.described import N_, Amount, HandedIn, Share, Uid, said
from tracker.domain.evidence import Access
from tracker.domain.obstacles import ObstacleKind
from tracker.domain.quantities import MOST_ROWS

LONG = 20_000
Long = Annotated[str, StringConstraints(max_length=LONG)]
Line = Annotated[str, StringConstraints(max_length=300)]
MOST_EVIDENCE = 100


class QuantityIn(HandedIn):
    label: Line = said(N_("De quién o de qué es la cantidad: un municipio, por ejemplo."), "Mixco")
    quantity: Amount = said(N_("Cuánto, con cuatro decimales a lo sumo."), 3)
    delivered_on: date | None = said(N_("Cuándo se entregó."), default=None)
    evidence: Annotated[int, Field(ge=0)] | None = said(
        N_("El lugar en la lista de evidencia, desde 0, de lo que la muestra."), default=None
    )


class EvidenceIn(HandedIn):
    url: Annotated[str, StringConstraints(max_length=2000)] | None = said(
        N_("Un enlace."), "https://www.example.gob.gt/informe.pdf", default=None
    )
    content: str | None = said(N_("Un archivo en base64, con su nombre en filename."), default=None)
    part: Line | None = said(N_("Un archivo que llega como esa parte de multipart/form-data."), default=None)
    filename: Line = said(N_("El nombre del archivo."), "lista.pdf", default="")
    means: list[Uid] = said(
        N_("Los medios de verificación a los que responde."), default_factory=list, max_length=50
    )
    title: Line = said(N_("El título."), "Informe publicado", default="")
    effective_on: date | None = said(N_("La fecha de la evidencia; hoy, si no se dice."), default=None)
    access: Access | None = said(
        N_("Quién puede verla; si no se dice, como pide el medio de verificación."), default=None
    )
    description: Long = said(N_("Una descripción."), default="")
    legal_ground: Annotated[str, StringConstraints(max_length=1000)] = said(
        N_("El fundamento legal, si es reservada."), default=""
    )
    resolution_number: Annotated[str, StringConstraints(max_length=120)] = said(
        N_("El número de la resolución que la reserva."), default=""
    )
    resolution_authority: Line = said(N_("La autoridad que la firmó."), default="")
    resolution_on: date | None = said(N_("La fecha de la resolución."), default=None)
    reserved_until: date | None = said(N_("Hasta cuándo está reservada."), default=None)


class ReportIn(HandedIn):
    activity: Uid = said(N_("El identificador de la actividad, o del hito que se entrega por sí mismo."))
    occurrence: Annotated[str, StringConstraints(max_length=16)] | None = said(
        N_("De qué entrega se informa, donde hay varias."), "2026-05", default=None
    )
    percent: Share | None = said(
        N_("El avance acumulado, con dos decimales a lo sumo. Vacío: el que da la cantidad, o ninguno."),
        60,
        default=None,
    )
    narrative: Long = said(N_("Qué se hizo."), "Se publicó el informe del segundo trimestre.", default="")
    reported_on: date | None = said(N_("La fecha del informe; hoy, si no se dice."), default=None)
    completed_on: date | None = said(N_("Al 100 %, el día en que se cumplió."), default=None)
    completed_unknown: bool = said(N_("Al 100 %, que no se sabe cuándo se cumplió."), default=False)
    delivered: Amount | None = said(N_("La cantidad entregada hasta hoy."), default=None)
    quantities: list[QuantityIn] | None = said(
        N_("La cantidad, renglón por renglón; reemplaza los que hubiera."), default=None, max_length=MOST_ROWS
    )
    departure_reason: Long = said(N_("Por qué el avance no es el que da la cantidad."), default="")
    no_progress: bool = said(N_("Que no hubo avance."), default=False)
    obstacle_kind: ObstacleKind | None = said(N_("Qué clase de obstáculo hubo."), default=None)
    obstacle: Long = said(N_("Qué lo impidió."), default="")
    needed: Long = said(N_("Qué se necesita para avanzar."), default="")
    new_expected_on: date | None = said(N_("La nueva fecha esperada."), default=None)
    evidence: list[EvidenceIn] = said(
        N_("Los archivos y enlaces."), default_factory=list, max_length=MOST_EVIDENCE
    )
    draft: Uid | None = said(N_("El borrador con que se sigue, si no es uno nuevo."), default=None)
    lock_version: int | None = said(
        N_("La versión del borrador que se leyó: si otra persona lo cambió, se dice y no se pierde nada."),
        default=None,
        ge=1,
    )
    submit: bool = said(N_("Enviarlo a revisión; si no, queda como borrador."), default=True)
