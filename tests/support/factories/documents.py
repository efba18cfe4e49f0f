"""Compiled documents without a database: a plan that has everything a report must be able to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from tests.support.factories import facts as f
from tests.support.factories import targets as t
from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.domain.evidence import Access, EvidenceKind
from tracker.domain.facts import (
    DecisionFact,
    EvidenceFact,
    InstitutionRef,
    NodeFacts,
    PlanFacts,
    ProductFact,
    ReportFact,
    VariantFact,
)
from tracker.domain.history import Cut
from tracker.domain.indicators import Measurement, OutcomeIndicator
from tracker.domain.irm import IrmCode, IrmField
from tracker.domain.plans import NodeKind, Role
from tracker.domain.report_document import Imprint, ReportDocument
from tracker.domain.report_silence import RoundFact
from tracker.domain.report_targets import AccountedBy, TargetsBeside
from tracker.domain.reports import Beside, Scope, compile_report
from tracker.domain.resources import ResourceEntry, ResourceKind, ResourceSide
from tracker.domain.self_assessment import Statement, codes_in_force
from tracker.domain.targets import Alignment, RecordedTargets, TargetSource, subject_uid
from tracker.domain.tree import assess
from tracker.domain.workflow import ReportStatus

CUTOFF = date(2020, 8, 28)
EVE = date(2020, 7, 31)
BEFORE = datetime(2020, 8, 28, 15, 0, tzinfo=UTC)
FORMULA = "=1+1 #let x = $y$ <b>&amp;</b> \\ [caja] *fuerte*"
LONG = "palabra" * 60


def link(url: str, **given: Any) -> EvidenceFact:
    """A captured link."""
    return EvidenceFact(f"e-{url[-6:]}", EvidenceKind.LINK, url, CUTOFF, BEFORE, url=url, **given)


def file(uid: str, *means: str, **given: Any) -> EvidenceFact:
    """A stored file that answers these means."""
    values: dict[str, Any] = {"sha256": "ab" * 32, "size": 12, "media_type": "application/pdf"} | given
    on = values.pop("on", CUTOFF)
    return EvidenceFact(
        uid, EvidenceKind.FILE, values.pop("title", "Acta"), on, BEFORE, means=means, **values
    )


def told(percent: int | str | None, node: str, sequence: int, **given: Any) -> ReportFact:
    """A report on an item, recorded on the cut-off day unless said otherwise."""
    return f.report(percent, node_uid=node, sequence=sequence, **({"recorded_at": BEFORE} | given))


def accepted(percent: int | str, node: str, sequence: int, **given: Any) -> ReportFact:
    """A validated report on an item."""
    decision = given.pop("decision", DecisionFact("contact_point", BEFORE, sequence + 1))
    return told(percent, node, sequence, status=ReportStatus.VALIDATED, decision=decision, **given)


def rich_plan() -> PlanFacts:
    """A plan in which every finding and every state that a report tells of occurs."""
    roles = (*f.lead(f.INFOM), *f.roles(Role.CO_RESPONSIBLE, f.INAP))
    due = f.schedule(f.month(2020, 2))
    variant = VariantFact(
        "roles", "template", "7-11-2018", is_draft=True, value="INAP", institutions=("INAP",)
    )
    nodes: list[NodeFacts] = [
        f.node("x1", NodeKind.AXIS, "plan", title="Gobiernos locales"),
        f.commitment(
            "c10", number=10, parent="x1", label="10", title="Herramientas y capacidades", roles=roles
        ),
        f.milestone("m1", parent="c10", title=f"Ñandú, {FORMULA}", variants=(variant,)),
        f.activity("a1", label="1.1", means=f.means("x", "y"), schedule=due, roles=roles),
        f.activity("a2", label="1.2", roles=f.lead(f.INFOM, f.SCEP), means=f.means("x"), schedule=due),
        f.activity("a3", label="1.3", products=(f.product(8),), schedule=due, roles=f.lead(f.SCEP)),
        f.activity("a4", label="1.4", schedule=due, roles=f.lead(f.SCEP), title=LONG),
        f.activity("a5", label="1.5", schedule=f.schedule(f.months(2020, 8, 2020, 9)), means=f.means("z")),
        f.activity("a6", label="1.6", withdrawn_on=date(2020, 1, 1), schedule=due),
        f.activity("a7", label="1.7", schedule=f.rescheduled(due, "2020-01-15", f.month(2020, 3))),
        f.commitment("c19", number=19, parent="plan", label="19", title="Seguridad alimentaria"),
        f.activity("b6", label="6", parent="c19", roles=f.roles(Role.COORDINATOR, f.MUNICIPALITIES)),
    ]
    return f.plan(nodes, _reports(), ends_on=date(2020, 8, 27), starts_on=date(2018, 1, 1))


def _reports() -> list[ReportFact]:
    contradicts = DecisionFact("contact_point", BEFORE, 31, comment="No", contradicts_narrative=True)
    signed = DecisionFact("contact_point", BEFORE, 41, exception="Consta en acta pública")
    inside = "2020-08-20"
    return [
        told(100, "a1", 1, on=inside, completed="2020-08-19", narrative=f"Se cumplió. {FORMULA}"),
        told(
            40,
            "a1",
            2,
            on=inside,
            institution=f.INAP,
            claimed_role=Role.LEAD,
            evidence=(link("https://a.gt/1"),),
        ),
        told(
            100,
            "a2",
            3,
            on=inside,
            evidence=(
                file("e1", on=date(2020, 9, 2)),
                file("e2", "x", accepted=False),
                file(
                    "e3",
                    access=Access.RESERVED,
                    legal_ground="Resolución 5",
                    title="Secreto",
                    on=date(2020, 9, 3),
                ),
            ),
        ),
        told(90, "a3", 4, on=inside, institution=f.SCEP, delivered=Decimal(2), departure_reason="Por partes"),
        told(50, "a4", 5, on=inside, institution=f.INAP, recorded_at=f.RECORDED_AT),
        told(80, "a4", 30, on=inside, institution=f.SCEP, status=ReportStatus.RETURNED, decision=contradicts),
        accepted(100, "a5", 40, on=inside, decision=signed, completed="2020-08-19"),
        told(10, "a5", 39, on="2020-05-01", narrative="Comenzó"),
        told(100, "a7", 6, on=inside, completed="2020-03-20", evidence=(file("e4"),)),
        told(None, "m1", 7, on=inside, narrative="Acercamiento", institution=f.INAP),
        told(20, "b6", 8, on="2020-08-28", institution=f.MUNICIPALITIES, no_progress=True),
    ]


def as_it_stood(plan: PlanFacts, day: date) -> PlanFacts:
    """The plan with what had been reported by a day."""
    return replace(plan, reports=tuple(one for one in plan.reports if one.reported_on <= day))


def document(
    plan: PlanFacts | None = None,
    institution: InstitutionRef | None = None,
    *,
    imprint: Imprint | None = None,
    kind: CompilationKind | None = None,
    commitment: int | None = None,
    statements: Sequence[Statement] = (),
    rounds: Sequence[RoundFact] = (),
    targets: Sequence[RecordedTargets] = (),
) -> ReportDocument:
    """The compiled document of a plan, or of one institution in it; of another kind where it is named."""
    plan = plan or rich_plan()
    kind = kind or (CompilationKind.INSTITUTIONAL if institution else CompilationKind.PLAN)
    cut = Cut(CUTOFF, 99)
    scope = Scope(kind, institution, commitment)
    eve = assess(as_it_stood(plan, EVE), EVE) if kind is CompilationKind.MONTHLY else None
    said = statements or () if kind is CompilationKind.SELF_ASSESSMENT else None
    tables = targets if kind is CompilationKind.ACCOUNTABILITY else None
    irm = {one.about_uid: codes_in_force([one]) for one in statements if one.codes}
    more = targets_beside(targets) if targets else None
    about = [one.uid for one in plan.nodes if one.kind is NodeKind.COMMITMENT and one.number == 10]
    resources = tuple(map(spent_on, about)) if kind is CompilationKind.COMMITMENT else ()
    beside = Beside(
        rounds=rounds,
        eve=eve,
        statements=said,
        codes=irm,
        resources=resources,
        targets=tables,
        targets_beside=more,
    )
    made = compile_report(assess(plan, CUTOFF), plan, cut, scope, beside)
    return replace(made, imprint=imprint or Imprint(sha256="0" * 64, issuer="Gobierno de Guatemala"))


def recorded_targets() -> tuple[RecordedTargets, ...]:
    """A table that adds up but for its printed total, and one of another institution."""
    rows = (
        t.target(1, name=f"Alcantarillado {FORMULA}", physical=t.figures(1500, 5871, 6135, 2),
                 financial=t.money(6_000_000, 18_509_924, Decimal("18517484.49"), 2)),
        t.target(2, name="En personas", unit="Persona", continues=1, physical=t.figures(10, None, 1, 2)),
        t.target(3, parent=1, name="Mejoramiento", snip="153671", physical=t.figures(1500, 5871, 6135, 2),
                 financial=t.money(6_000_000, 18_509_924, Decimal("18517484.49"), 2)),
        t.target(4, name="Sin meta", alignment=Alignment("Agua", goals=(6, 17)), item_uid="item",
                 physical=t.figures(0, 0, 0, 1), financial=t.money(0, 0, 0, 1)),
    )  # fmt: skip
    made = t.table(*rows, year=2020, period=2, total=t.total(financial=t.money(6_000_001, 0, 0, 2)))
    other = t.table(rows[3], year=2020, period=1, programme="")
    return RecordedTargets(f.INFOM, "", made), RecordedTargets(f.SCEP, "", other)


def spent_on(commitment_uid: str) -> ResourceEntry:
    """Money of a provider of the plan that was spent."""
    kind, side = ResourceKind.FINANCIAL, ResourceSide.SPENT
    day, by = date(2020, 5, 1), "INFOM"
    return ResourceEntry("r1", commitment_uid, kind, side, "", "Cooperación", 25_000, day, "CUR 15", by)


def targets_beside(targets: Sequence[RecordedTargets]) -> TargetsBeside:
    """An indicator, and who said and accepted the first table."""
    indicator = OutcomeIndicator(
        uid="indicador",
        institution=f.INFOM,
        name="Agua segura",
        unit="%",
        baseline=Measurement(2015, Decimal(40)),
        goal=Measurement(2028, Decimal(60)),
        source=TargetSource("ENCOVI", date(2020, 3, 1)),
        measured=(Measurement(2019, Decimal(45)),),
        by="contact_point",
    )
    uid = subject_uid(targets[0].institution.uid, targets[0].table)
    said = AccountedBy("INFOM", date(2020, 9, 3), "contact_point", date(2020, 9, 4))
    return TargetsBeside((indicator,), {uid: said}, {"item": "10.2 Publicar (plan 4)"})


def of_every_kind() -> dict[CompilationKind, ReportDocument]:
    """A document of each kind that can be compiled, all of the same plan, each with what only it has."""
    plan = rich_plan()
    texts = {"problem": "Municipios sin información.\n=1+1", "ogp_values": "transparency,participation"}
    texts["financial"] = "150000050|Cooperación\n20000000|"
    nodes = tuple(
        replace(one, texts=texts) if one.kind is NodeKind.COMMITMENT and one.number == 10 else one
        for one in plan.nodes
    )
    plan = replace(plan, nodes=nodes)
    about = next(one.uid for one in nodes if one.kind is NodeKind.COMMITMENT and one.number == 10)
    said = (
        Statement(
            about, Assessor.INSTITUTION, CUTOFF, "liaison", f.INFOM, CompletionLevel.COMPLETE, "Logró."
        ),
        Statement(
            about,
            Assessor.IRM,
            CUTOFF,
            "contact_point",
            None,
            CompletionLevel.LIMITED,
            source="Informe",
            codes=(IrmCode(IrmField.VERIFIABLE, "yes"), IrmCode(IrmField.RESULTS, "moderate")),
        ),
        Statement(plan.root.uid, Assessor.CONTACT_POINT, CUTOFF, "contact_point", achievements="General."),
    )
    return {
        CompilationKind.INSTITUTIONAL: document(plan, f.INFOM),
        CompilationKind.PLAN: document(plan),
        CompilationKind.MONTHLY: document(plan, kind=CompilationKind.MONTHLY),
        CompilationKind.COMMITMENT: document(plan, kind=CompilationKind.COMMITMENT, commitment=10),
        CompilationKind.SELF_ASSESSMENT: document(
            plan, kind=CompilationKind.SELF_ASSESSMENT, statements=said
        ),
        CompilationKind.ACCOUNTABILITY: document(
            plan, f.INFOM, kind=CompilationKind.ACCOUNTABILITY, targets=recorded_targets()
        ),
    }


def large_plan(activities: int) -> PlanFacts:
    """A plan of many activities, each reported."""
    nodes = [f.commitment(), f.milestone()]
    nodes += [
        f.activity(
            f"a{n}",
            number=n,
            label=f"1.{n}",
            title=f"Actividad número {n} con un nombre de largo ordinario",
            means=f.means(f"v{n}", f"w{n}"),
            products=(ProductFact(f"p{n}", "Informe de resultados"),),
            schedule=f.schedule(f.month(2020, 2)),
        )
        for n in range(1, activities + 1)
    ]
    return f.plan(nodes, [told(100, f"a{n}", n, narrative="Hecho.") for n in range(1, activities + 1)])
