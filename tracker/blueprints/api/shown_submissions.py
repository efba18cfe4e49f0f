"""Answers about an institution's own reports: where each stands, and what was decided of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from flask import url_for

from tracker.blueprints.api.described import N_, Number, Percent, Shown, instant_text, said
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.workflow import ReportAction, ReportStatus
from tracker.i18n import whole
from tracker.queries.api_submissions import OwnSubmission
from tracker.queries.progress_reports import EventRow, EvidenceRow


class DecisionShown(Shown):
    action: ReportAction = said(N_("Lo que se hizo: enviar, validar, devolver, retirar, reabrir."), "return")
    at: datetime = said(N_("Cuándo."), "2026-07-02T15:04:00Z")
    by: str = said(N_("El cargo o la institución de quien lo hizo."), "contact_point")
    comment: str = said(N_("Sus palabras."), "Falta la lista de asistencia.")
    comment_field: str = said(N_("De qué campo hablan; vacío: del informe entero."), "evidence")
    exception: str = said(N_("La excepción escrita, donde se aceptó sin toda la evidencia."))

    @classmethod
    def of(cls, one: EventRow) -> DecisionShown:
        same = ("action", "by", "comment", "comment_field", "exception")
        return cls(**{name: getattr(one, name) for name in same}, at=one.at.replace(microsecond=0))

    @property
    def words(self) -> str:
        return f"{self.action.value} {self.at.isoformat()}: {self.comment}".rstrip(": ")


class OwnEvidenceShown(Shown):
    uid: str = said(N_("El identificador de la evidencia."))
    kind: EvidenceKind = said(N_("Archivo o enlace."), "file")
    title: str = said(N_("El título."))
    url: str = said(N_("La dirección del enlace."))
    filename: str = said(N_("El nombre del archivo."))
    sha256: str = said(N_("La huella SHA-256 del archivo."))
    access: Access = said(N_("Pública, confidencial o reservada."), "public")
    effective_on: date = said(N_("La fecha de la evidencia."), "2026-06-30")
    means: tuple[str, ...] = said(N_("Los medios de verificación a los que responde."))
    status: str = said(N_("submitted, accepted o rejected."), "accepted")
    reason: str = said(N_("Por qué no se aceptó."))

    @classmethod
    def of(cls, one: EvidenceRow, reasons: dict[str, str]) -> OwnEvidenceShown:
        same = ("uid", "kind", "title", "url", "filename", "sha256", "access", "effective_on", "status")
        return cls(
            **{name: getattr(one, name) for name in same},
            means=one.means_uids,
            reason=reasons.get(one.uid, ""),
        )

    @property
    def words(self) -> str:
        return f"{self.uid} ({self.status})"


class SubmissionShown(Shown):
    uid: str = said(N_("El identificador del informe."))
    activity: str = said(N_("El identificador de la actividad o del hito."))
    activity_label: str = said(N_("El número de la actividad."), "2.1")
    plan: int = said(N_("El número del plan."), 4)
    institution: str = said(N_("La institución que informa."), "SCEP")
    version: int = said(N_("La versión: una corrección es otra."), 1)
    lock_version: int = said(N_("Cuántas veces se guardó; se envía para no pisar lo de otra persona."), 2)
    status: ReportStatus = said(N_("En qué paso está."), "submitted")
    percent: Percent | None = said(N_("El avance declarado."), 60.0)
    occurrence: str = said(N_("De qué entrega, donde hay varias."), "2026-05")
    delivered: Number | None = said(N_("La cantidad entregada."))
    narrative: str = said(N_("Qué se hizo."))
    reported_on: date = said(N_("La fecha del informe."), "2026-06-30")
    completed_on: date | None = said(N_("El día en que se cumplió."))
    submitted_at: datetime | None = said(N_("Cuándo se envió."))
    history: tuple[DecisionShown, ...] = said(N_("Lo que se hizo con él, en orden."))
    evidence: tuple[OwnEvidenceShown, ...] = said(N_("Su evidencia, y qué se decidió de cada una."))
    url: str = said(N_("Su página, para quien tiene cuenta."))

    @classmethod
    def of(cls, one: OwnSubmission) -> SubmissionShown:
        found = one.version
        same = ("uid", "institution", "version", "lock_version", "status", "percent", "narrative")
        more = ("reported_on", "completed_on")
        reasons = {uid: why for event in found.events for uid, why in event.evidence_reasons.items()}
        delivered: Decimal | None = found.delivered
        return cls(
            **{name: getattr(found, name) for name in (*same, *more)},
            activity=one.node_uid,
            activity_label=one.label,
            plan=one.plan,
            occurrence=found.occurrence or "",
            delivered=delivered,
            submitted_at=instant_text(found.submitted_at),
            history=tuple(DecisionShown.of(each) for each in found.events),
            evidence=tuple(OwnEvidenceShown.of(each, reasons) for each in found.evidence),
            url=whole(url_for("progress.activity", uid=one.node_uid)),
        )
