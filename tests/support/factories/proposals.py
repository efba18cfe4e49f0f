"""Proposals as importers hand them over, said shortly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.plans import Role
from tracker.domain.schedule import Precision, Window
from tracker.importers.proposals import (
    ActivityProposal,
    ClaimProposal,
    CommitmentProposal,
    Finding,
    InstitutionMention,
    Level,
    MilestoneProposal,
    PlanProposal,
    ProgressProposal,
    RoleProposal,
    SharedText,
)

NAMES = {"INFOM": "Instituto de Fomento Municipal", "SCEP": "Secretaría de Coordinación Ejecutiva"}


def mention(acronym: str, name: str = "", **more: Any) -> InstitutionMention:
    """An institution as read in a text."""
    full = name or NAMES.get(acronym, f"Instituto {acronym}")
    return InstitutionMention(acronym=acronym, name=full, text=acronym or full, **more)


def part(acronym: str, role: Role = Role.LEAD, note: str = "", **more: Any) -> RoleProposal:
    """An institution's part."""
    return RoleProposal(mention(acronym, **more), role, note)


def months(first: str, last: str) -> Window:
    """From a month ("2019-03") to another, known to the month."""
    start = date.fromisoformat(f"{first}-01")
    year, month = (int(each) for each in last.split("-"))
    following = date(year + month // 12, month % 12 + 1, 1)
    end = date.fromordinal(following.toordinal() - 1)
    return Window(end, start, Precision.MONTH, Precision.MONTH)


def activity(number: int = 1, within: str = "1", **more: Any) -> ActivityProposal:
    """An activity row; `means` and `product` are texts, each in a cell of its own."""
    label = f"{within}.{number}" if within else str(number)
    given = {"title": f"Actividad {label}", "windows": (months("2019-03", "2019-04"),), **more}
    _share(given, label)
    return ActivityProposal(number, label, **given)


def milestone(number: int = 1, *activities: ActivityProposal, **more: Any) -> MilestoneProposal:
    """A milestone row."""
    given = {"title": f"Hito {number}", "windows": (months("2019-01", "2019-12"),), **more}
    _share(given, str(number))
    return MilestoneProposal(number, str(number), activities=list(activities), **given)


def _share(given: dict[str, Any], label: str) -> None:
    if "product" in given and isinstance(given["product"], str):
        given["product"] = SharedText(f"E{label}", given["product"])
    given["means"] = tuple(
        each if isinstance(each, SharedText) else SharedText(f"F{label}#{place}", each)
        for place, each in enumerate(given.get("means", ()), start=1)
    )


def commitment(number: int = 10, *milestones: MilestoneProposal, **more: Any) -> CommitmentProposal:
    """A commitment with the plan it says it belongs to."""
    given = {
        "title": f"Compromiso {number}",
        "plan_number": 4,
        "plan_title": "Cuarto plan 2018-2020",
        "plan_years": (2018, 2020),
        **more,
    }
    return CommitmentProposal(number, str(number), milestones=list(milestones), **given)


def workplan(*commitments: CommitmentProposal, findings: tuple[Finding, ...] = ()) -> PlanProposal:
    """What a work plan proposes."""
    return PlanProposal("workplan", commitments=list(commitments), findings=list(findings))


def template(
    *commitments: CommitmentProposal, version: str = "7-11-2018", draft: bool = True
) -> PlanProposal:
    """What a commitment template proposes."""
    return PlanProposal("template", version, draft, list(commitments))


def doubt(code: str = "no-period", text: str = "Permanente", node: str = "", **params: str) -> Finding:
    """A doubt on a cell."""
    return Finding(Level.DOUBT, code, "Hoja 1", "C5", text, params, node)


def error(code: str = "unknown-month", text: str = "marso", **params: str) -> Finding:
    """An error in a cell."""
    return Finding(Level.ERROR, code, "Hoja 1", "C5", text, params)


def claim(item: str = "10/1.1", percent: int | None = 100, **more: Any) -> ClaimProposal:
    """A row of a progress file on an item ("10/1.1", "10/1", "19/6" of a commitment without milestones)."""
    number, _, below = item.partition("/")
    milestone_label, _, activity_label = below.partition(".")
    given: dict[str, Any] = {
        "row": 2,
        "milestone": milestone_label,
        "activity": activity_label,
        "institution": mention("INFOM"),
        "role": Role.LEAD,
        "role_text": "responsable",
        "reported_on": date(2020, 8, 28),
        "completed_on": None,
        "narrative": "Se cumplió.",
        "links": (),
        **more,
    }
    return ClaimProposal(
        commitment=int(number), percent=None if percent is None else Decimal(percent), **given
    )


def progress(*claims: ClaimProposal, findings: tuple[Finding, ...] = ()) -> ProgressProposal:
    """What a progress file proposes."""
    return ProgressProposal(list(claims), list(findings))
