"""Everything public with its words, as the rows stand now: what the documents of the search are made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, true
from sqlalchemy.orm import selectinload

from tracker.db import db
from tracker.domain.compilation import CompilationKind
from tracker.domain.plans import TEMPLATE_FIELDS, NodeKind
from tracker.models.accounts import Institution
from tracker.models.amendments import Amendment, AmendmentKind
from tracker.models.evidence import Evidence
from tracker.models.plans import (
    ActionPlan,
    Commitment,
    NodeRole,
    Product,
    VerificationMeans,
    means_nodes,
    product_nodes,
)
from tracker.models.progress import ProgressReport
from tracker.models.reports import CompiledReport
from tracker.models.search import SearchKind
from tracker.queries.portal import search_public as public
from tracker.queries.portal.parts import INSTITUTIONS, NODES, taking_part
from tracker.queries.portal.rows import PUBLISHED

PLANS = ActionPlan.__table__
_Scope = Select[int]
"""The ids of the public plans that are read."""
_COMMITMENT_TEXTS = ("short_title", *(name for name in TEMPLATE_FIELDS if name != "template_version"))


@dataclass(frozen=True)
class Source:
    """One public thing as it is found."""

    kind: SearchKind
    subject: str
    ref_id: int
    plan_id: int
    label: str
    title: str
    parts: tuple[str, ...] = ()
    """Its other words, in the order in which they are shown."""
    node_id: int | None = None
    year: int | None = None
    institutions: tuple[int, ...] = ()
    milestone_word: str = ""
    compilation: CompilationKind | None = None


@dataclass(frozen=True)
class _Known:
    """Words by item that several kinds need, each read once."""

    names: Mapping[int, tuple[str, ...]]
    """Institutions by id: acronym and name."""
    parts: Mapping[int, tuple[int, ...]]
    texts: Mapping[int, tuple[str, ...]]

    def named(self, institutions: Iterable[int]) -> tuple[str, ...]:
        return tuple(", ".join(self.names[one]) for one in institutions)


def list_sources(plan_ids: Collection[int] | None = None) -> Iterator[Source]:
    """Everything that a search may find (of some plans, where they are named), in constantly many queries."""
    of_plans = true() if plan_ids is None else PLANS.c.id.in_(plan_ids)
    scope = public.IN_PUBLIC_PLANS.where(of_plans)
    known = _Known(_names(), _parts(scope), _texts(scope))
    plans = db.session.scalars(select(ActionPlan).where(PUBLISHED, of_plans).order_by(ActionPlan.id)).all()
    yield from map(_plan, plans)
    yield from _nodes(known, {one.id: one.milestone_word for one in plans}, scope)
    yield from _institutions(scope)
    yield from _reports(known, scope)
    yield from _evidence(known, scope)
    yield from _compilations(known, {one.id: one.title for one in plans}, scope)
    yield from _amendments(scope)


def _names() -> dict[int, tuple[str, ...]]:
    rows = db.session.execute(select(Institution.id, Institution.acronym, Institution.name))
    return {row.id: tuple(filter(None, (row.acronym, row.name))) for row in rows}


def _parts(scope: _Scope) -> dict[int, tuple[int, ...]]:
    """Institutions by item, in order: those named there, and those that take part in what is below."""
    found: dict[int, dict[int, None]] = defaultdict(dict)
    own = (
        select(NodeRole.node_id, NodeRole.institution_id)
        .join(NODES, NODES.c.id == NodeRole.node_id)
        .where(NODES.c.plan_id.in_(scope))
        .order_by(NodeRole.position, NodeRole.id)
    )
    for node_id, institution_id in db.session.execute(own):
        found[node_id][institution_id] = None
    rows = db.session.execute(
        taking_part(NODES.c.id, NODES.c.commitment_id, INSTITUTIONS.c.id.label("institution"))
        .where(NODES.c.plan_id.in_(scope))
        .order_by(NODES.c.id, INSTITUTIONS.c.id)
    )
    for node_id, commitment_id, institution_id in rows:
        for one in (node_id, commitment_id):
            found[one][institution_id] = None
    return {node_id: tuple(institutions) for node_id, institutions in found.items()}


def _texts(scope: _Scope) -> dict[int, tuple[str, ...]]:
    """Products and verification means by item; the fields of the template by commitment."""
    found: dict[int, list[str]] = defaultdict(list)
    items = select(NODES.c.id).where(NODES.c.plan_id.in_(scope))
    products = (
        select(product_nodes.c.node_id, Product.text)
        .join(Product)
        .where(product_nodes.c.node_id.in_(items))
        .order_by(Product.id)
    )
    means = (
        select(means_nodes.c.node_id, VerificationMeans.text)
        .join(VerificationMeans)
        .where(means_nodes.c.node_id.in_(items))
        .order_by(VerificationMeans.id)
    )
    for statement in (products, means):
        for node_id, text in db.session.execute(statement):
            found[node_id].append(text)
    own = Commitment.__table__.c
    texts = select(own.id, *(own[name] for name in _COMMITMENT_TEXTS)).where(own.id.in_(items))
    for row in db.session.execute(texts):
        found[row.id].extend(filter(None, row[1:]))
    return {node_id: tuple(texts) for node_id, texts in found.items()}


def _plan(one: ActionPlan) -> Source:
    years = tuple(str(day.year) for day in (one.starts_on, one.ends_on) if day)
    parts = (*years, one.ogp_identifier)
    return Source(SearchKind.PLAN, one.uid, one.id, one.id, one.label, one.title, parts, one.id)


def _nodes(known: _Known, words: Mapping[int, str], scope: _Scope) -> Iterator[Source]:
    columns = (NODES.c[name] for name in ("id", "uid", "kind", "label", "title", "plan_id"))
    rows = db.session.execute(
        select(*columns).where(NODES.c.plan_id.in_(scope), NODES.c.kind != NodeKind.PLAN).order_by(NODES.c.id)
    )
    for row in rows:
        institutions = known.parts.get(row.id, ())
        yield Source(
            kind=SearchKind(row.kind),
            subject=row.uid,
            ref_id=row.id,
            plan_id=row.plan_id,
            label=row.label,
            title=row.title,
            parts=(*known.texts.get(row.id, ()), *known.named(institutions)),
            node_id=row.id,
            institutions=institutions,
            milestone_word=words[row.plan_id],
        )


def _institutions(scope: _Scope) -> Iterator[Source]:
    """Each institution once for every plan that has a page of it."""
    whose = (INSTITUTIONS.c.id, INSTITUTIONS.c.slug, INSTITUTIONS.c.acronym, INSTITUTIONS.c.name)
    rows = db.session.execute(
        taking_part(*whose, NODES.c.plan_id)
        .where(NODES.c.plan_id.in_(scope))
        .distinct()
        .order_by(INSTITUTIONS.c.id, NODES.c.plan_id)
    )
    for row in rows:
        subject = f"{row.plan_id}-{row.id}"
        yield Source(
            SearchKind.INSTITUTION,
            *(subject, row.id, row.plan_id, row.acronym, row.name),
            institutions=(row.id,),
        )


def _of_items(entity: Any, scope: _Scope) -> Any:
    """Reports, or what came with them, beside the item that they are about."""
    return (
        select(entity, ProgressReport.institution_id)
        .select_from(ProgressReport)
        .join(NODES, NODES.c.id == ProgressReport.node_id)
        .where(NODES.c.plan_id.in_(scope))
        .add_columns(*(NODES.c[name] for name in ("plan_id", "label", "title")), NODES.c.id.label("node_id"))
    )


def _reports(known: _Known, scope: _Scope) -> Iterator[Source]:
    statement = _of_items(ProgressReport, scope).where(public.IS_ACCEPTED_REPORT).order_by(ProgressReport.id)
    for row in db.session.execute(statement):
        report = row.ProgressReport
        yield Source(
            kind=SearchKind.REPORT,
            subject=report.uid,
            ref_id=report.id,
            plan_id=row.plan_id,
            label=row.label,
            title=row.title,
            parts=(report.narrative, *known.named((report.institution_id,))),
            node_id=row.node_id,
            year=report.reported_on.year,
            institutions=(report.institution_id,),
        )


def _evidence(known: _Known, scope: _Scope) -> Iterator[Source]:
    """Each item once, in its last version, however many versions of a report carried it on."""
    statement = (
        _of_items(Evidence, scope)
        .join(Evidence, Evidence.report_id == ProgressReport.id)
        .where(public.is_open_evidence())
        .order_by(Evidence.id)
    )
    last = {row.Evidence.thread_uid or row.Evidence.uid: row for row in db.session.execute(statement)}
    for row in last.values():
        item = row.Evidence
        yield Source(
            kind=SearchKind.EVIDENCE,
            subject=item.uid,
            ref_id=item.id,
            plan_id=row.plan_id,
            label=row.label,
            title=item.title,
            parts=(row.title, *known.named((row.institution_id,))),
            node_id=row.node_id,
            year=item.effective_on.year,
            institutions=(row.institution_id,),
        )


def _compilations(known: _Known, titles: Mapping[int, str], scope: _Scope) -> Iterator[Source]:
    rows = db.session.scalars(
        select(CompiledReport)
        .where(CompiledReport.plan_id.in_(scope), public.IS_PUBLISHED_REPORT)
        .order_by(CompiledReport.id)
    )
    for report in rows:
        institutions = () if report.institution_id is None else (report.institution_id,)
        yield Source(
            kind=SearchKind.COMPILATION,
            subject=report.uid,
            ref_id=report.id,
            plan_id=report.plan_id,
            label=str(report.commitment_number or ""),
            title=titles[report.plan_id],
            parts=known.named(institutions),
            year=report.cutoff_on.year,
            institutions=institutions,
            compilation=report.kind,
        )


def _amendments(scope: _Scope) -> Iterator[Source]:
    rows = db.session.scalars(
        select(Amendment)
        .where(Amendment.plan_id.in_(scope), public.IS_APPROVED)
        .options(selectinload(Amendment.changes))
        .order_by(Amendment.id)
    )
    for one in rows:
        texts = [c for c in one.changes if c.kind is AmendmentKind.TEXT]
        said = (str(value) for c in texts for value in (c.after, c.before) if isinstance(value, str))
        yield Source(
            kind=SearchKind.AMENDMENT,
            subject=one.uid,
            ref_id=one.id,
            plan_id=one.plan_id,
            label=str(one.number),
            title=one.title,
            parts=(one.reason, one.resolution, *said),
            year=one.effective_on.year if one.effective_on else None,
        )
