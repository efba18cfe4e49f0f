"""Answers about institutions, targets, published reports and the technical table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import url_for

from tracker.blueprints.api.described import N_, Number, Shown, instant_text, said
from tracker.domain.agreements import AgreementState
from tracker.domain.compilation import CompilationKind
from tracker.domain.meetings import Meeting, MeetingKind, MeetingStatus, by_sector
from tracker.domain.plans import Sector
from tracker.domain.report_targets import Figures
from tracker.domain.targets import TargetLevel
from tracker.i18n import whole
from tracker.queries.portal.listed_others import InstitutionRecord, TargetRecord
from tracker.queries.portal.meetings import PublicAgreement
from tracker.queries.portal.reports import ReportRow


class InstitutionShown(Shown):
    uid: str = said(N_("El identificador, que no cambia."))
    slug: str = said(N_("La última parte de su dirección."), "minfin")
    acronym: str = said(N_("La sigla, donde la tiene."), "MINFIN")
    name: str = said(N_("El nombre."), "Ministerio de Finanzas Públicas")
    sector: Sector = said(N_("El sector al que pertenece."), "public")
    is_group: bool = said(N_("Si es un grupo sin integrantes nombrados."), False)
    parent: str = said(N_("De qué institución es unidad, por la última parte de su dirección."))
    ended_on: date | None = said(N_("El primer día en que ya no existe, si terminó."))
    successor: str = said(N_("En cuál se convirtió, si se fusionó."))

    @classmethod
    def of(cls, one: InstitutionRecord) -> InstitutionShown:
        return cls(**vars(one))


class FiguresShown(Shown):
    initial: Number | None = said(N_("La meta inicial."), 100)
    modification: Number | None = said(N_("Lo que la modificaron."), -20)
    current: Number | None = said(N_("La meta vigente."), 80)
    executed: Number | None = said(N_("Lo ejecutado."), 40)
    percent: Number | None = said(N_("Lo ejecutado de lo vigente; vacío donde no hay meta vigente."), 50.0)

    @classmethod
    def of(cls, found: Figures) -> FiguresShown:
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


class TargetShown(Shown):
    institution: str = said(N_("La institución."), "MINFIN")
    slug: str = said(N_("La última parte de su dirección."), "minfin")
    year: int = said(N_("El año fiscal."), 2023)
    period: int = said(N_("El cuatrimestre hasta cuyo final llega lo ejecutado."), 3)
    table: str = said(N_("El identificador de la tabla."))
    programme: str = said(N_("El programa presupuestario."), "16")
    title: str = said(N_("El título de la tabla."))
    position: int = said(N_("El lugar de la fila en la tabla."), 1)
    label: str = said(N_("El número del producto o subproducto."), "1.2")
    level: TargetLevel = said(N_("Producto o subproducto."), "product")
    name: str = said(N_("El nombre."))
    snip: str = said(N_("El código SNIP."))
    executing_unit: str = said(N_("La unidad ejecutora."))
    unit: str = said(N_("La unidad de medida."))
    physical: FiguresShown = said(N_("Las cantidades."))
    financial: FiguresShown = said(N_("El dinero, en quetzales."))
    item: str = said(N_("Lo del plan a lo que está vinculada."))
    source_report: str = said(N_("El número del informe de donde viene."))
    source_on: date | None = said(N_("La fecha de ese informe."))
    said_by: str = said(N_("Quién la registró: un cargo o una institución."))
    said_at: datetime | None = said(N_("Cuándo se registró."))
    accepted_by: str = said(N_("Quién la aceptó; vacío donde nadie la ha revisado."))
    accepted_at: datetime | None = said(N_("Cuándo se aceptó."))
    url: str = said(N_("La página de la tabla."))

    @classmethod
    def of(cls, one: TargetRecord) -> TargetShown:
        shown, line, who = one.view.shown, one.line, one.view.said
        same = ("position", "label", "level", "name", "snip", "executing_unit", "unit", "item")
        made: dict[str, Any] = {name: getattr(line, name) for name in same}
        return cls(
            **made,
            institution=one.institution,
            slug=one.slug,
            year=shown.year,
            period=shown.period,
            table=one.view.uid,
            programme=shown.programme,
            title=shown.title,
            physical=FiguresShown.of(line.physical),
            financial=FiguresShown.of(line.financial),
            source_report=line.source_report or shown.source_report,
            source_on=line.source_on or shown.source_on,
            said_by=who.by,
            said_at=instant_text(who.at),
            accepted_by=who.accepted_by,
            accepted_at=instant_text(who.accepted_at),
            url=whole(url_for("portal.targets_of", slug=one.slug, year=shown.year)),
        )


class ReportFileShown(Shown):
    format: str = said(N_("La forma."), "pdf")
    size: int = said(N_("El tamaño en bytes."), 204800)
    sha256: str = said(N_("La huella SHA-256."))
    url: str = said(N_("De dónde se descarga."))

    @property
    def words(self) -> str:
        return self.url


class ReportShown(Shown):
    uid: str = said(N_("El identificador del informe."))
    kind: CompilationKind = said(N_("La clase de informe."), "plan")
    plan: int = said(N_("El número del plan."), 4)
    institution: str = said(N_("La institución, en un informe institucional."))
    commitment: int | None = said(N_("El compromiso, en una ficha."))
    cutoff_on: date = said(N_("La fecha de corte."), "2026-06-30")
    version: int = said(N_("La versión."), 1)
    published_at: datetime | None = said(N_("Cuándo se publicó."))
    sha256: str = said(N_("La huella de sus datos."))
    files: tuple[ReportFileShown, ...] = said(N_("Sus archivos."))

    @classmethod
    def of(cls, one: ReportRow) -> ReportShown:
        same = ("uid", "kind", "institution", "commitment", "cutoff_on", "version", "sha256")
        made: dict[str, Any] = {name: getattr(one, name) for name in same}
        return cls(
            **made,
            plan=one.plan_number,
            published_at=instant_text(one.published_at),
            files=tuple(
                ReportFileShown(
                    format=each.format,
                    size=each.size,
                    sha256=each.sha256,
                    url=whole(url_for("machine.public_report", uid=one.uid, format_name=each.format)),
                )
                for each in one.files
            ),
        )


class AttendanceShown(Shown):
    sector: Sector = said(N_("El sector."), "civil_society")
    organisations: int = said(N_("Cuántas organizaciones vinieron."), 3)
    people: int = said(N_("Cuántas personas; sus nombres no se publican."), 5)

    @property
    def words(self) -> str:
        return f"{self.sector.value}: {self.people}"


class MeetingShown(Shown):
    uid: str = said(N_("El identificador de la reunión."))
    number: int = said(N_("Su número."), 7)
    kind: MeetingKind = said(N_("La clase de reunión."), "ordinary")
    on: date = said(N_("El día."), "2026-03-12")
    at: str = said(N_("La hora."), "09:00")
    place: str = said(N_("El lugar."))
    status: MeetingStatus = said(N_("En qué paso está."), "approved")
    plan: int | None = said(N_("El plan del que trató, donde es público."), 4)
    agenda: tuple[str, ...] = said(N_("Los puntos de la agenda."))
    decisions: tuple[str, ...] = said(N_("Lo que se decidió."))
    attendance: tuple[AttendanceShown, ...] = said(N_("Quiénes vinieron, por sector."))
    minutes: str = said(N_("De dónde se descarga el acta, una vez aprobada."))
    minutes_sha256: str = said(N_("La huella SHA-256 del acta."))
    url: str = said(N_("Su página."))

    @classmethod
    def of(cls, one: Meeting) -> MeetingShown:
        same: dict[str, Any] = {
            name: getattr(one, name) for name in ("uid", "number", "kind", "on", "at", "place", "status")
        }
        return cls(
            **same,
            plan=one.plan_number,
            agenda=tuple(each.text for each in one.agenda),
            decisions=tuple(each.text for each in one.decisions) if one.took_place else (),
            attendance=tuple(
                AttendanceShown(sector=sector, organisations=organisations, people=people)
                for sector, (organisations, people) in by_sector(one.attendance).items()
                if one.took_place
            ),
            minutes=whole(url_for("machine.table_file", uid=one.minutes.uid)) if one.minutes else "",
            minutes_sha256=one.minutes.sha256 if one.minutes else "",
            url=whole(url_for("portal.table_meeting", uid=one.uid)),
        )


class AgreementShown(Shown):
    uid: str = said(N_("El identificador del acuerdo."))
    meeting: str = said(N_("El identificador de la reunión que lo tomó."))
    meeting_on: date = said(N_("El día de esa reunión."), "2026-03-12")
    number: int = said(N_("Su número en la reunión."), 1)
    text: str = said(N_("Lo acordado."))
    institution: str = said(N_("La institución responsable."), "SCEP")
    agreed_on: date = said(N_("El día en que se acordó."), "2026-03-12")
    due_on: date = said(N_("Cuándo vence."), "2026-05-31")
    first_due_on: date = said(N_("Cuándo vencía al acordarse."), "2026-04-30")
    state: AgreementState = said(N_("El estado en que está."), "pending")
    days_late: int = said(N_("Días de atraso."), 0)
    answer: str = said(N_("Cómo se cumplió, una vez aceptado."))
    met_on: date | None = said(N_("El día en que se cumplió, una vez aceptado."))

    @classmethod
    def of(cls, one: PublicAgreement) -> AgreementShown:
        own = one.agreement
        same = ("uid", "number", "text", "agreed_on", "due_on", "first_due_on")
        made: dict[str, Any] = {name: getattr(own, name) for name in same}
        return cls(
            **made,
            meeting=one.meeting.uid,
            meeting_on=one.meeting.on,
            institution=one.institution,
            state=one.standing.state,
            days_late=one.standing.days_late,
            answer=one.answer.text if one.answer else "",
            met_on=one.answer.met_on if one.answer else None,
        )
