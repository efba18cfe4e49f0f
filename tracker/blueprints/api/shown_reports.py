"""Answers about what was reported, and the evidence of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for

from tracker.blueprints.api.described import N_, Percent, Shown, instant_text, said
from tracker.blueprints.api.shown_items import ActivityShown, MeansRefShown, RefShown
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.plans import Role
from tracker.i18n import whole
from tracker.queries.portal.evidence import PublicEvidence
from tracker.queries.portal.lines import Occasion
from tracker.queries.portal.listed_reports import EvidenceRecord, ReportRecord
from tracker.queries.portal.published import MeansLine, Statement
from tracker.queries.portal.records import ActivityDetail


class ProgressShown(Shown):
    uid: str = said(N_("El identificador del informe."))
    thread: str = said(N_("El mismo a través de sus versiones."))
    version: int = said(N_("La versión: una corrección es otra."), 1)
    plan: int = said(N_("El número del plan."), 4)
    commitment: int = said(N_("El número del compromiso."), 10)
    activity: RefShown = said(N_("La actividad o el hito del que informa."))
    occurrence: str = said(N_("De qué entrega, donde hay varias."), "2026-05")
    institution: str = said(N_("La institución que informa."), "SCEP")
    percent: Percent | None = said(N_("El avance declarado; vacío en un informe sin porcentaje."), 60.0)
    reported_on: date = said(N_("La fecha del informe."), "2026-06-30")
    completed_on: date | None = said(N_("El día en que dice que se cumplió."))
    submitted_at: datetime | None = said(N_("Cuándo se envió."))
    reviewed: bool = said(N_("Si ya fue comprobado por otra persona."), True)
    accepted_by: str = said(N_("El cargo de quien lo aceptó."), "contact_point")
    accepted_at: datetime | None = said(N_("Cuándo lo aceptó."))
    exception: str = said(N_("La excepción escrita, donde se aceptó sin toda la evidencia."))
    narrative: str = said(N_("Qué se hizo; se publica cuando se acepta."))
    evidence: tuple[str, ...] = said(N_("Los identificadores de la evidencia aceptada con él."))
    letter_number: str = said(N_("El oficio con que se informó, donde lo registró otra persona."))
    letter_on: date | None = said(N_("La fecha de ese oficio."))
    url: str = said(N_("La página de la actividad."))

    @classmethod
    def of(cls, one: ReportRecord) -> ProgressShown:
        told = one.said
        item = one.subject.item
        return cls(
            uid=one.uid,
            thread=one.thread,
            version=one.version,
            plan=one.subject.plan,
            commitment=one.subject.commitment,
            activity=RefShown(uid=item.uid, label=item.label, title=item.title),
            occurrence=one.occurrence,
            institution=told.institution.label,
            percent=told.percent,
            reported_on=told.on,
            completed_on=told.completed_on,
            submitted_at=instant_text(one.submitted_at),
            reviewed=told.reviewed,
            accepted_by=told.decided_by,
            accepted_at=instant_text(told.decided_at),
            exception=told.exception,
            narrative=told.narrative,
            evidence=one.evidence,
            letter_number=told.letter_number,
            letter_on=told.letter_on,
            url=whole(url_for("portal.activity", uid=item.uid)),
        )


class EvidenceItemShown(Shown):
    uid: str = said(N_("El identificador de la evidencia."))
    kind: EvidenceKind = said(N_("Archivo o enlace."), "file")
    access: Access = said(N_("Pública, confidencial o reservada."), "public")
    title: str = said(N_("El título; vacío donde no es pública."))
    effective_on: date = said(N_("La fecha de la evidencia."), "2026-06-30")
    version: int = said(N_("La versión de la evidencia."), 1)
    sha256: str = said(N_("La huella SHA-256 del archivo; vacía en un enlace."))
    size: int = said(N_("El tamaño en bytes."), 20480)
    media_type: str = said(N_("El tipo del archivo, donde es pública."), "application/pdf")
    link: str = said(N_("La dirección del enlace, donde es pública."))
    file: str = said(N_("De dónde se descarga; de una restringida, su versión pública si la hay."))
    legal_ground: str = said(N_("El fundamento legal de la reserva."))
    resolution_number: str = said(N_("El número de la resolución que la reserva."))
    reserved_until: date | None = said(N_("Hasta cuándo está reservada."))
    link_down_since: date | None = said(N_("Desde cuándo el enlace no responde, si no responde."))

    @staticmethod
    def values(one: PublicEvidence) -> dict[str, Any]:
        same = ("uid", "kind", "access", "title", "effective_on", "version", "sha256", "size", "media_type")
        return {name: getattr(one, name) for name in same} | {
            "link": one.url,
            "file": _file(one),
            "legal_ground": one.legal_ground,
            "resolution_number": one.resolution_number,
            "reserved_until": one.reserved_until,
            "link_down_since": one.down_since,
        }

    @property
    def words(self) -> str:
        return self.uid


def _file(one: PublicEvidence) -> str:
    """Where anybody downloads it, or the public version beside it."""
    if one.is_open and one.sha256:
        return whole(url_for("machine.public_evidence", uid=one.uid))
    return whole(url_for("machine.public_redaction", uid=one.uid)) if one.public_version else ""


class EvidenceShown(EvidenceItemShown):
    plan: int = said(N_("El número del plan."), 4)
    commitment: int = said(N_("El número del compromiso."), 10)
    activity: RefShown = said(N_("La actividad o el hito."))
    institution: str = said(N_("La institución que la entregó."), "SCEP")
    report: str = said(N_("El identificador del informe con que se aceptó."))
    means: tuple[MeansRefShown, ...] = said(N_("Los medios de verificación a los que responde."))

    @classmethod
    def of(cls, one: EvidenceRecord) -> EvidenceShown:
        item = one.subject.item
        return cls(
            **cls.values(one.item),
            plan=one.subject.plan,
            commitment=one.subject.commitment,
            activity=RefShown(uid=item.uid, label=item.label, title=item.title),
            institution=one.institution,
            report=one.report_uid,
            means=tuple(MeansRefShown(uid=each.uid, text=each.text) for each in one.means),
        )


class MeansShown(Shown):
    uid: str = said(N_("El identificador del medio de verificación."))
    text: str = said(N_("Lo que hay que mostrar."))
    status: str = said(N_("accepted, submitted (en revisión) o missing."), "accepted")
    evidence: tuple[EvidenceItemShown, ...] = said(N_("Lo aceptado que responde a él."))

    @classmethod
    def of(cls, one: MeansLine) -> MeansShown:
        found = tuple(EvidenceItemShown(**EvidenceItemShown.values(each)) for each in one.evidence)
        return cls(uid=one.uid, text=one.text, status=one.status, evidence=found)


class StatementShown(Shown):
    institution: str = said(N_("La institución."), "SCEP")
    role: Role | None = said(N_("Su parte en la actividad."), "lead")
    governs: bool = said(N_("Si la cifra de la actividad es la suya."), True)
    percent: Percent | None = said(N_("Lo que declara."), 60.0)
    on: date = said(N_("La fecha de su informe."), "2026-06-30")
    completed_on: date | None = said(N_("El día en que dice que se cumplió."))
    reviewed: bool = said(N_("Si ya fue comprobado por otra persona."), True)
    outside_period: bool = said(N_("Si es posterior al final del plan y queda fuera de su cifra."), False)
    narrative: str = said(N_("Qué se hizo; se publica cuando se acepta."))
    accepted_by: str = said(N_("El cargo de quien lo aceptó."), "contact_point")
    accepted_at: datetime | None = said(N_("Cuándo lo aceptó."))

    @classmethod
    def of(cls, one: Statement) -> StatementShown:
        same = ("role", "governs", "percent", "on", "completed_on", "reviewed", "outside_period", "narrative")
        return cls(
            **{name: getattr(one, name) for name in same},
            institution=one.institution.label,
            accepted_by=one.decided_by,
            accepted_at=instant_text(one.decided_at),
        )


class OccasionShown(Shown):
    due_on: date = said(N_("Cuándo vence, o venció."), "2026-05-31")
    claimed: bool = said(N_("Si alguien la declaró."), True)
    proven: bool = said(N_("Si está comprobada."), False)
    missed: bool = said(N_("Si venció sin que nadie la declarara."), False)
    completed_on: date | None = said(N_("El día en que se cumplió."))

    @classmethod
    def of(cls, one: Occasion) -> OccasionShown:
        names = ("due_on", "claimed", "proven", "missed", "completed_on")
        return cls(**{name: getattr(one, name) for name in names})


class ActivityWholeShown(ActivityShown):
    answers: tuple[MeansShown, ...] = said(N_("Cada medio de verificación con lo que responde a él."))
    statements: tuple[StatementShown, ...] = said(N_("Lo último que dice cada institución."))
    occasions: tuple[OccasionShown, ...] = said(N_("Cada entrega, donde son varias."))

    @classmethod
    def of(cls, one: ActivityDetail) -> ActivityWholeShown:  # type: ignore[override]  # of what it is made, whole
        base = ActivityShown.of(one.record)
        return cls(
            **{name: getattr(base, name) for name in ActivityShown.model_fields},
            answers=tuple(MeansShown.of(each) for each in one.means),
            statements=tuple(StatementShown.of(each) for each in one.statements),
            occasions=tuple(OccasionShown.of(each) for each in one.occasions),
        )
