"""Answers about plans and what stands in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for

from tracker.blueprints.api.described import N_, Number, Percent, Shown, instant_text, said
from tracker.domain.assessment import CompletionLevel
from tracker.domain.facts import ProductFact
from tracker.domain.plans import NodeKind, PlanStatus, Role
from tracker.domain.schedule import Frequency, Precision, Window
from tracker.domain.states import State
from tracker.i18n import whole
from tracker.queries.portal.published import Part
from tracker.queries.portal.records import (
    ActivityRecord,
    CommitmentRecord,
    FigureRecord,
    ItemRef,
    MilestoneRecord,
)
from tracker.queries.portal.rows import Covered, PlanHeader, Totals


class CoverageShown(Shown):
    answered: int = said(N_("Medios de verificación con evidencia aceptada."), 2)
    required: int = said(N_("Medios de verificación que pide el plan."), 3)

    @classmethod
    def of(cls, found: Covered) -> CoverageShown:
        return cls(answered=found.answered, required=found.required)


class FigureShown(Shown):
    percent: Percent = said(N_("El avance, de 0 a 100."), 60.0)
    on: date = said(N_("La fecha del informe."), "2026-06-30")
    by: tuple[str, ...] = said(N_("La institución o instituciones que lo informaron."), ["SCEP"])
    reviewed: bool = said(N_("Si ya fue comprobado por otra persona."), True)
    accepted_by: tuple[str, ...] = said(N_("El cargo de quien lo aceptó."), ["contact_point"])
    accepted_at: datetime | None = said(N_("Cuándo lo aceptó."), "2026-07-02T15:04:00Z")
    completed_on: date | None = said(N_("El día en que se cumplió, donde el avance es de 100."))
    missing: tuple[str, ...] = said(N_("Responsables que no han informado."))
    reports: tuple[str, ...] = said(N_("Los identificadores de los informes que la sostienen."))
    evidence: tuple[str, ...] = said(N_("Los identificadores de la evidencia aceptada con ellos."))

    @classmethod
    def of(cls, found: FigureRecord | None) -> FigureShown | None:
        if found is None:
            return None
        return cls(**{**vars(found), "accepted_at": instant_text(found.accepted_at)})


class AggregateShown(Shown):
    floor: Percent | None = said(N_("Al menos: lo que nadie informó cuenta como nada."), 41.25)
    mean: Percent | None = said(N_("La media de lo que sí se informó."), 55.0)
    informed: int = said(N_("De cuántos se sabe."), 6)
    total: int = said(N_("Cuántos son."), 8)


class TotalsShown(Shown):
    validated: AggregateShown = said(N_("Lo comprobado."))
    reported: AggregateShown = said(N_("Lo declarado."))
    coverage: CoverageShown = said(N_("La cobertura de evidencia."))
    state: State = said(N_("El estado: el peor de lo que sigue abierto."), "overdue")
    days_late: int | None = said(N_("Los días de atraso, el máximo."), 45)
    overdue: int = said(N_("Cuántas entregas están atrasadas."), 1)
    complete: int = said(N_("Cuántas están completas y comprobadas."), 3)
    not_started: int = said(N_("Cuántas aún no empiezan, según sus fechas."), 2)
    withdrawn: int = said(N_("Cuántas se retiraron del plan."), 0)
    level: CompletionLevel = said(N_("El nivel de cumplimiento que resulta de lo comprobado."), "limited")
    computed_on: date | None = said(N_("El día de estas cifras."), "2026-08-31")

    @classmethod
    def of(cls, found: Totals) -> TotalsShown:
        return cls(
            validated=AggregateShown(
                floor=found.validated,
                mean=found.validated_mean,
                informed=found.validated_informed,
                total=found.total,
            ),
            reported=AggregateShown(
                floor=found.reported,
                mean=found.reported_mean,
                informed=found.reported_informed,
                total=found.total,
            ),
            coverage=CoverageShown.of(found.coverage),
            **{
                name: getattr(found, name)
                for name in ("state", "days_late", "overdue", "complete", "not_started", "withdrawn", "level")
            },
            computed_on=found.computed_on,
        )


class PlanShown(Shown):
    number: int = said(N_("El número del plan."), 4)
    uid: str = said(N_("El identificador, que no cambia."))
    title: str = said(N_("El título."))
    status: PlanStatus = said(N_("La etapa en que está."), "in_course")
    starts_on: date | None = said(N_("El primer día."), "2018-09-01")
    ends_on: date | None = said(N_("El último día."), "2020-08-31")
    is_historical: bool = said(N_("Si se conoce solo por sus documentos."), False)
    is_demo: bool = said(N_("Si es una demostración con datos inventados."), False)
    ogp_identifier: str = said(N_("Su identificador en la Alianza para el Gobierno Abierto."), "GT")
    totals: TotalsShown = said(N_("Sus cifras."))
    url: str = said(N_("Su página."))

    @classmethod
    def of(cls, found: PlanHeader, title: str = "", totals: Totals | None = None) -> PlanShown:
        same = (
            "number",
            "uid",
            "status",
            "starts_on",
            "ends_on",
            "is_historical",
            "is_demo",
            "ogp_identifier",
        )
        return cls(
            **{name: getattr(found, name) for name in same},
            title=title or found.title,
            totals=TotalsShown.of(totals or found.totals),
            url=whole(url_for("portal.plan", number=found.number)),
        )


class RoleShown(Shown):
    institution: str = said(N_("La sigla, o el nombre donde no hay sigla."), "SCEP")
    slug: str = said(N_("La última parte de la dirección de la institución."), "scep")
    role: Role = said(N_("Su parte: responsable, coordina, corresponsable o colabora."), "lead")

    @classmethod
    def several(cls, parts: tuple[Part, ...]) -> tuple[RoleShown, ...]:
        return tuple(
            cls(institution=one.institution.label, slug=one.institution.slug, role=one.role) for one in parts
        )

    @property
    def words(self) -> str:
        return f"{self.institution} ({self.role.value})"


class RefShown(Shown):
    uid: str = said(N_("El identificador, que no cambia."))
    label: str = said(N_("El número como se muestra."), "2.1")
    title: str = said(N_("El título."))

    @classmethod
    def of(cls, found: ItemRef) -> RefShown:
        return cls(uid=found.uid, label=found.label, title=found.title)


class WindowShown(Shown):
    start: date | None = said(N_("El primer día, donde se conoce."), "2026-01-01")
    end: date = said(N_("El último día."), "2026-03-31")
    start_precision: Precision = said(N_("Con qué exactitud se escribió el comienzo."), "month")
    end_precision: Precision = said(N_("Con qué exactitud se escribió el final."), "month")

    @classmethod
    def several(cls, found: tuple[Window, ...]) -> tuple[WindowShown, ...]:
        names = ("start", "end", "start_precision", "end_precision")
        return tuple(cls(**{name: getattr(one, name) for name in names}) for one in found)

    @property
    def words(self) -> str:
        return f"{self.start or ''}/{self.end}"


class ProductShown(Shown):
    text: str = said(N_("Lo que se entrega."))
    unit: str = said(N_("En qué se cuenta."))
    planned: Number | None = said(N_("Cuánto se previó, solo donde el plan aprobado lo dice."))

    @classmethod
    def several(cls, found: tuple[ProductFact, ...]) -> tuple[ProductShown, ...]:
        return tuple(cls(text=one.text, unit=one.unit, planned=one.planned) for one in found)

    @property
    def words(self) -> str:
        return self.text


class MeansRefShown(Shown):
    uid: str = said(N_("El identificador, con el que la evidencia dice a qué responde."))
    text: str = said(N_("Lo que hay que mostrar."))

    @property
    def words(self) -> str:
        return self.text


class ActivityShown(Shown):
    uid: str = said(N_("El identificador, que no cambia."))
    kind: NodeKind = said(N_("Actividad, o hito que se entrega por sí mismo."), "activity")
    plan: int = said(N_("El número del plan."), 4)
    commitment: RefShown = said(N_("El compromiso."))
    milestone: RefShown | None = said(N_("El hito, donde la actividad está en uno."))
    number: int = said(N_("Su número dentro del hito o del compromiso."), 1)
    label: str = said(N_("El número como se muestra."), "2.1")
    title: str = said(N_("El título."))
    state: State = said(N_("El estado en que está."), "overdue")
    days_late: int | None = said(N_("Días de atraso; vacío donde no se puede decir."), 45)
    due_on: date | None = said(N_("Cuándo vence, o venció."), "2026-03-31")
    baseline_due_on: date | None = said(N_("Cuándo vencía según el plan aprobado."), "2026-03-31")
    validated: FigureShown | None = said(N_("Lo comprobado; vacío donde nadie ha comprobado nada."))
    reported: FigureShown | None = said(N_("Lo declarado; vacío donde no hay información, que no es 0."))
    coverage: CoverageShown = said(N_("La cobertura de evidencia."))
    roles: tuple[RoleShown, ...] = said(N_("Quiénes participan, y con qué parte."))
    windows: tuple[WindowShown, ...] = said(N_("Los plazos en vigor."))
    frequency: Frequency | None = said(N_("Cada cuánto se repite, si se repite."))
    products: tuple[ProductShown, ...] = said(N_("Lo que entrega."))
    means: tuple[MeansRefShown, ...] = said(N_("Los medios de verificación que pide el plan."))
    withdrawn_on: date | None = said(N_("El día en que se retiró del plan, si se retiró."))
    url: str = said(N_("Su página."))

    @classmethod
    def of(cls, one: ActivityRecord) -> ActivityShown:
        same = ("uid", "kind", "plan", "number", "label", "title", "state", "days_late", "due_on")
        more = ("baseline_due_on", "frequency", "withdrawn_on")
        made: dict[str, Any] = {name: getattr(one, name) for name in (*same, *more)}
        return cls(
            **made,
            commitment=RefShown.of(one.commitment),
            milestone=RefShown.of(one.milestone) if one.milestone else None,
            validated=FigureShown.of(one.validated),
            reported=FigureShown.of(one.reported),
            coverage=CoverageShown.of(one.coverage),
            roles=RoleShown.several(one.parts),
            windows=WindowShown.several(one.windows),
            products=ProductShown.several(one.products),
            means=tuple(MeansRefShown(uid=each.uid, text=each.text) for each in one.means),
            url=whole(url_for("portal.activity", uid=one.uid)),
        )


class MilestoneShown(Shown):
    uid: str = said(N_("El identificador, que no cambia."))
    number: int = said(N_("Su número en el compromiso."), 2)
    label: str = said(N_("El número como se muestra."), "2")
    title: str = said(N_("El título."))
    windows: tuple[WindowShown, ...] = said(N_("Los plazos en vigor."))
    totals: TotalsShown = said(N_("Sus cifras."))
    withdrawn_on: date | None = said(N_("El día en que se retiró del plan, si se retiró."))
    activities: tuple[ActivityShown, ...] = said(
        N_("Sus actividades; también el hito mismo, donde se entrega por sí mismo.")
    )

    @classmethod
    def of(cls, one: MilestoneRecord) -> MilestoneShown:
        return cls(
            uid=one.item.uid,
            number=one.item.number,
            label=one.item.label,
            title=one.item.title,
            windows=WindowShown.several(one.windows),
            totals=TotalsShown.of(one.totals),
            withdrawn_on=one.withdrawn_on,
            activities=tuple(ActivityShown.of(each) for each in one.activities),
        )


class CommitmentShown(Shown):
    uid: str = said(N_("El identificador, que no cambia."))
    plan: int = said(N_("El número del plan."), 4)
    number: int = said(N_("El número del compromiso."), 10)
    label: str = said(N_("El número como se muestra."), "10")
    title: str = said(N_("El título."))
    axis: str = said(N_("El eje del plan."))
    totals: TotalsShown = said(N_("Sus cifras."))
    roles: tuple[RoleShown, ...] = said(N_("Quiénes participan en el compromiso entero."))
    withdrawn_on: date | None = said(N_("El día en que se retiró del plan, si se retiró."))
    url: str = said(N_("Su página."))

    @staticmethod
    def values(one: CommitmentRecord) -> dict[str, Any]:
        return {
            "uid": one.item.uid,
            "plan": one.plan,
            "number": one.item.number,
            "label": one.item.label,
            "title": one.item.title,
            "axis": one.axis,
            "totals": TotalsShown.of(one.totals),
            "roles": RoleShown.several(one.parts),
            "withdrawn_on": one.withdrawn_on,
            "url": whole(url_for("portal.commitment", number=one.plan, commitment=one.item.number)),
        }

    @classmethod
    def of(cls, one: CommitmentRecord) -> CommitmentShown:
        return cls(**cls.values(one))


class CommitmentWholeShown(CommitmentShown):
    texts: dict[str, str] = said(N_("Los textos de la plantilla oficial, por campo."))
    milestones: tuple[MilestoneShown, ...] = said(N_("Sus hitos con sus actividades."))
    activities: tuple[ActivityShown, ...] = said(N_("Sus actividades que no están en un hito."))

    @classmethod
    def of(cls, one: CommitmentRecord) -> CommitmentWholeShown:
        return cls(
            **cls.values(one),
            texts=one.texts,
            milestones=tuple(MilestoneShown.of(each) for each in one.milestones),
            activities=tuple(ActivityShown.of(each) for each in one.activities),
        )
