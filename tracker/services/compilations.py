"""From a plan's history to the frozen document and its hash (design sections 2.8 and 7)."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO
from zoneinfo import ZoneInfo

import rfc8785

from tracker.domain.compilation import CompilationKind
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.facts import PlanFacts
from tracker.domain.history import Cut
from tracker.domain.report_document import Imprint, ReportDocument
from tracker.domain.report_period import month_of
from tracker.domain.reports import Beside, Scope, check_kind, compile_report, content
from tracker.domain.text import slug
from tracker.domain.tree import NodeStatus, assess
from tracker.queries.assessment_history import irm_codes, statement_versions
from tracker.queries.history import (
    get_plan_id,
    last_sequence,
    plan_facts,
    resources_at,
    statements_at,
    targets_at,
)
from tracker.queries.reports import institution_at
from tracker.queries.round_facts import rounds_at
from tracker.queries.targets import targets_beside_at
from tracker.renderers import Renderer, chosen

_KIND_NAMES: Mapping[CompilationKind, str] = {
    CompilationKind.INSTITUTIONAL: "informe-institucional",
    CompilationKind.PLAN: "informe-del-plan",
    CompilationKind.SELF_ASSESSMENT: "autoevaluacion",
    CompilationKind.MONTHLY: "avance-mensual",
    CompilationKind.COMMITMENT: "ficha-de-compromiso",
    CompilationKind.ACCOUNTABILITY: "rendicion-de-cuentas",
}
# What tells a zip of one format from that of another in the same folder.
_SUFFIXES: Mapping[str, str] = {"csv": "-tablas"}


@dataclass(frozen=True)
class Order:
    """What is to be compiled; an institution by its uid."""

    plan_number: int
    kind: CompilationKind
    cutoff: date
    known_at: int | None = None
    institution_uid: str = ""
    commitment_number: int | None = None

    def check(self) -> None:
        """Refuse what no report can be made of; DomainError."""
        check_kind(
            self.kind,
            has_institution=bool(self.institution_uid),
            has_commitment=self.commitment_number is not None,
        )
        if self.known_at is not None and not 0 <= self.known_at <= last_sequence():
            raise DomainError("known-at-not-recorded", field="known_at", known_at=self.known_at)


@dataclass(frozen=True)
class Rendered:
    """One format's bytes with the name of the file."""

    format: str
    filename: str
    data: bytes

    def open(self) -> BinaryIO:
        """Its bytes, as of a file."""
        return io.BytesIO(self.data)


def compile_document(
    order: Order, *, zone: str, issuer: str = "", version: int | None = None
) -> ReportDocument:
    """The frozen document with its hash: one cut-off and known-at give the same, whatever happened since.

    Without a known-at it is the last sequence of now, and the document keeps it.
    """
    order.check()
    cut = Cut(order.cutoff, last_sequence() if order.known_at is None else order.known_at)
    plan_id = get_plan_id(order.plan_number)
    facts = plan_facts(plan_id, cut)
    institution = institution_at(order.institution_uid, cut) if order.institution_uid else None
    scope = Scope(order.kind, institution, order.commitment_number)
    tree = assess(facts, cut.as_of)
    document = compile_report(
        tree, facts, cut, scope, _beside(order, plan_id, facts, cut, ZoneInfo(zone)), zone=ZoneInfo(zone)
    )
    sha256 = hashlib.sha256(frozen_bytes(document)).hexdigest()
    return replace(document, imprint=Imprint(sha256=sha256, version=version, issuer=issuer))


def _beside(order: Order, plan_id: int, facts: PlanFacts, cut: Cut, zone: ZoneInfo) -> Beside:
    """What this kind of report needs beside the plan's facts."""
    is_assessment = order.kind in {CompilationKind.SELF_ASSESSMENT, CompilationKind.COMMITMENT}
    is_account = order.kind is CompilationKind.ACCOUNTABILITY
    return Beside(
        rounds=rounds_at(plan_id, cut),
        eve=_eve(plan_id, facts, cut) if order.kind is CompilationKind.MONTHLY else None,
        statements=statements_at(plan_id, cut) if is_assessment else None,
        codes=irm_codes(statement_versions(plan_id, cut)) if is_assessment else {},
        resources=resources_at(plan_id, cut) if order.kind is CompilationKind.COMMITMENT else (),
        targets=targets_at(cut) if is_account else None,
        targets_beside=targets_beside_at(cut, zone) if is_account else None,
    )


def _eve(plan_id: int, facts: PlanFacts, cut: Cut) -> NodeStatus:
    """The plan the day before the cut-off's month, of what was recorded by the same known-at.

    A plan that was not there yet is taken as it stands at the cut, without reports.
    """
    _, day, _ = month_of(cut.as_of)
    try:
        before = plan_facts(plan_id, Cut(day, cut.known_at))
    except NotFound:
        before = replace(facts, reports=())
    return assess(before, day)


def frozen_bytes(document: ReportDocument) -> bytes:
    """The content in the canonical form of RFC 8785: what is hashed and what is kept."""
    return bytes(rfc8785.dumps(content(document)))


def render_all(document: ReportDocument, formats: Sequence[str]) -> tuple[Rendered, ...]:
    """The document in each format; a renderer that fails fails them all."""
    return tuple(_rendered(document, renderer) for renderer in chosen(formats))


def _rendered(document: ReportDocument, renderer: Renderer) -> Rendered:
    name = f"{file_stem(document)}{_SUFFIXES.get(renderer.format, '')}.{renderer.extension}"
    return Rendered(renderer.format, name, renderer.render(document))


def file_stem(document: ReportDocument) -> str:
    """informe-institucional-infom-plan-4-2020-08-28, with its version where it has one."""
    parts = [_KIND_NAMES[document.kind]]
    if document.institution is not None:
        parts.append(slug(document.institution.label)[:60])
    if document.kind is CompilationKind.COMMITMENT:
        parts.append(f"compromiso-{document.commitments[0].label}")
    parts += [f"plan-{document.plan.number}", document.cutoff.isoformat()]
    if document.imprint.version is not None:
        parts.append(f"v{document.imprint.version}")
    return "-".join(part for part in parts if part)
