"""The detail of a compiled report: commitments, milestones and activities as cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.domain.plans import Role
from tracker.domain.report_document import (
    CommitmentLine,
    GroupLine,
    ItemLine,
    MeansLine,
    OwnReport,
    ProductLine,
    ReportDocument,
)
from tracker.domain.states import State
from tracker.domain.workflow import ReportStatus
from tracker.renderers.present_lines import (
    anchor,
    bars,
    coverage,
    heading,
    level_of,
    role_word,
    state_pill,
)
from tracker.renderers.presentation import ItemCard, MeansRow, Pair, Pill, ReportCard
from tracker.renderers.words import Words


def item_card(
    words: Words, document: ReportDocument, line: ItemLine, findings: Mapping[str, Sequence[str]]
) -> ItemCard:
    """An item and everything below it; `findings` are the sentences about each item."""
    required = len(line.verification_means)
    return ItemCard(
        anchor=anchor(line.uid),
        level=level_of(line),
        heading=heading(words, document, line),
        title=line.title,
        pill=state_pill(words, line),
        bars=bars(words, line),
        coverage=coverage(words, line.coverage),
        fields=tuple(_fields(words, document, line)),
        means=tuple(_means(words, one) for one in line.means),
        means_note=words("field.means.none") if level_of(line) == "activity" and not required else "",
        reports=tuple(report_card(words, one, required) for one in line.institution_reports),
        findings=tuple(findings.get(line.uid, ())),
        children=tuple(item_card(words, document, one, findings) for one in _children(line)),
    )


def _children(line: ItemLine) -> tuple[ItemLine, ...]:
    milestones = line.milestones if isinstance(line, CommitmentLine) else ()
    return (*milestones, *(line.activities if isinstance(line, GroupLine) else ()))


def _fields(words: Words, document: ReportDocument, line: ItemLine) -> list[Pair]:
    """What the plan says of an item, and the part of the report's institution in it."""
    found = []
    if isinstance(line, CommitmentLine):
        if line.axis:
            found.append(Pair(words("field.axis"), line.axis))
        found.append(Pair(words("field.level"), words(f"level.{line.level.value}")))
    found += _own_part(words, document, line)
    found += _roles(words, line)
    found += [Pair(words("field.product"), _product(words, one)) for one in line.products]
    if line.windows or level_of(line) == "activity":
        found.append(Pair(words("field.window"), words.windows(line.windows)))
    if line.baseline_windows != line.windows:
        found.append(Pair(words("field.baseline"), words.windows(line.baseline_windows)))
    return found


def _own_part(words: Words, document: ReportDocument, line: ItemLine) -> list[Pair]:
    """The part of the report's institution; that it has none is said where it may have reported."""
    if document.institution is None:
        return []
    label = document.institution.label
    title = words("field.part", institution=label)
    for one in line.roles:
        if one.institution == label:
            return [Pair(title, role_word(words, one.role))]
    reports = any(one.institution == label for one in line.institution_reports)
    return [Pair(title, words("field.part.none"))] if reports else []


def _roles(words: Words, line: ItemLine) -> list[Pair]:
    """Who has each part, one row a part; parts that come from above say so."""
    found = []
    for role in Role:
        names = [one.institution for one in line.roles if one.role is role]
        if names:
            text = words.listed(names)
            if line.roles_inherited:
                text = f"{text} {words('field.inherited')}"
            found.append(Pair(words(f"roles.{role.value}", len(names)), text))
    return found


def _product(words: Words, product: ProductLine) -> str:
    if product.planned is None:
        return product.text
    quantity = f"{words.number(product.planned)} {product.unit}".strip()
    return f"{product.text} ({words('field.quantity')}: {quantity})"


def _means(words: Words, means: MeansLine) -> MeansRow:
    tone = "ok" if means.is_answered else ("claimed" if means.handed_in else "late")
    handed_in = str(means.handed_in) if means.handed_in else words("no")
    return MeansRow(means.text, handed_in, words("yes" if means.is_answered else "no"), tone)


def report_card(words: Words, report: OwnReport, required: int) -> ReportCard:
    """What one institution reports: its own figure, labelled as a contribution where it is one."""
    is_contribution = report.is_contribution
    return ReportCard(
        heading=words("report.heading", institution=report.institution, role=role_word(words, report.role)),
        note=words("report.contribution" if is_contribution else "report.of_lead"),
        claim=_claim(words, report),
        marks=tuple(_marks(words, report)),
        remarks=tuple(_remarks(words, report)),
        narrative=report.narrative,
        evidence=_evidence(words, report, required),
        links=report.links,
        earlier=tuple(
            (
                words(
                    "report.earlier" if one.percent is not None else "report.earlier.narrative",
                    percent=words.percent(one.percent),
                    day=words.day(one.on),
                ),
                one.narrative,
            )
            for one in report.earlier
        ),
    )


def _claim(words: Words, report: OwnReport) -> str:
    """The percent and its date; of a claim of 100 % also when it was completed, and how late."""
    if report.percent is None:
        return words("report.narrative_only", day=words.day(report.on))
    claim = words("report.claims", percent=words.percent(report.percent), day=words.day(report.on))
    if report.state is None:
        return claim
    return f"{claim}; {completion(words, report)}"


def completion(words: Words, report: OwnReport) -> str:
    """When a claim of 100 % was completed, by the institution's own date."""
    if report.completed_on is None:
        return words("claim.undated")
    day = words.day(report.completed_on)
    if report.state is State.COMPLETE_LATE:
        return words("claim.completed", day=day, time=words("claim.complete_late", report.days_late or 0))
    key = f"claim.{report.state.value}" if report.state else ""
    return (
        words("claim.completed", day=day, time=words(key))
        if words.has(key)
        else words("claim.completed.no_due", day=day)
    )


def _marks(words: Words, report: OwnReport) -> list[Pill]:
    found = []
    if report.status is ReportStatus.VALIDATED:
        text = words(
            "report.validated", by=words.office(report.validated_by), day=words.short_day(report.validated_on)
        )
        found.append(Pill(text, "ok"))
    elif report.status is ReportStatus.REOPENED:
        found.append(Pill(words("report.reopened"), "claimed"))
    elif report.percent is not None:
        found.append(Pill(words("report.not_validated"), "claimed"))
    if report.recorded_after_cutoff:
        found.append(Pill(words("report.recorded_after", day=words.short_day(report.recorded_on)), "mute"))
    if report.outside_period:
        found.append(Pill(words("report.outside"), "warn"))
    return found


def _remarks(words: Words, report: OwnReport) -> list[str]:
    found = []
    if report.claimed_role is not None and report.claimed_role is not report.role:
        found.append(words("report.claimed_role", role=role_word(words, report.claimed_role)))
    if report.no_progress:
        found.append(words("report.no_progress"))
    if report.delivered is not None:
        found.append(words("report.delivered", quantity=words.number(report.delivered)))
    if report.departure_reason:
        found.append(words("report.departure", reason=report.departure_reason))
    if report.exception:
        found.append(words("report.exception", text=report.exception))
    return [one[:1].upper() + one[1:] for one in found]


def _evidence(words: Words, report: OwnReport, required: int) -> str:
    if not report.evidence:
        return words("report.evidence.none")
    if not required:
        return words("report.evidence.no_means", len(report.evidence))
    return words("report.evidence", len(report.evidence), named=report.means_handed_in, required=required)
