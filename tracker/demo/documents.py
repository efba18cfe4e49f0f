"""The historical plan out of the project's own data, in the form in which importers hand it over."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

from tracker.domain.plans import Continuity, Role, Sector
from tracker.domain.schedule import Frequency, Precision, Window
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


def data(name: str) -> dict[str, Any]:
    """One of the data files of the demonstration."""
    content: dict[str, Any] = json.loads(text(name))
    return content


def text(name: str) -> str:
    """One of its files as it is written."""
    return (resources.files("tracker.demo") / "data" / name).read_text(encoding="utf-8")


def historical_plan() -> tuple[list[PlanProposal], ProgressProposal]:
    """Work plans and template of commitments 10 and 19 of plan 4, and what INFOM reported in 2020."""
    content = data("plan4.json")
    reader = _Reader(content["institutions"])
    plans = [reader.plan(each) for each in content["documents"]]
    return plans, ProgressProposal([reader.claim(each) for each in content["claims"]])


class _Reader:
    """Turns plain data into proposals."""

    def __init__(self, institutions: dict[str, Any]) -> None:
        self.institutions = institutions

    def plan(self, one: dict[str, Any]) -> PlanProposal:
        return PlanProposal(
            one["source"],
            one["version"],
            one["draft"],
            [self.commitment(each) for each in one["commitments"]],
            [
                Finding(
                    Level.DOUBT,
                    each["code"],
                    each["sheet"],
                    each["cell"],
                    each["text"],
                    each["params"],
                    each["item"],
                )
                for each in one["findings"]
            ],
        )

    def commitment(self, one: dict[str, Any]) -> CommitmentProposal:
        made = CommitmentProposal(
            one["number"],
            one["label"],
            one["title"],
            windows=_windows(one),
            windows_text=one.get("when", ""),
            roles=self.roles(one),
            fields=one.get("fields", {}),
            ogp_values=tuple(one.get("ogp_values", ())),
            financial_centavos=tuple((amount, provider) for amount, provider in one.get("financial", ())),
            milestones=[self.milestone(each) for each in one.get("milestones", ())],
            activities=[self.activity(each) for each in one.get("activities", ())],
        )
        made.axis_number, made.axis_title = one.get("axis_number"), one.get("axis_title", "")
        made.plan_number, made.plan_title = one.get("plan_number"), one.get("plan_title", "")
        if "plan_years" in one:
            made.plan_years = (one["plan_years"][0], one["plan_years"][1])
        return made

    def milestone(self, one: dict[str, Any]) -> MilestoneProposal:
        made = MilestoneProposal(one["number"], one["label"], one["title"])
        self.delivery(made, one)
        made.continuity = Continuity(one["continuity"]) if "continuity" in one else None
        made.activities = [self.activity(each) for each in one.get("activities", ())]
        return made

    def activity(self, one: dict[str, Any]) -> ActivityProposal:
        made = ActivityProposal(one["number"], one["label"], one["title"])
        self.delivery(made, one)
        return made

    def delivery(self, made: MilestoneProposal | ActivityProposal, one: dict[str, Any]) -> None:
        made.windows, made.windows_text = _windows(one), one.get("when", "")
        made.frequency = Frequency(one["frequency"]) if "frequency" in one else None
        made.roles = self.roles(one)
        made.product = SharedText(*one["product"]) if "product" in one else None
        made.means = tuple(SharedText(key, text) for key, text in one.get("means", ()))

    def roles(self, one: dict[str, Any]) -> tuple[RoleProposal, ...]:
        return tuple(
            RoleProposal(
                self.mention(each["who"], each.get("text", each["who"]), each.get("unit", "")),
                Role(each["role"]),
                each.get("note", ""),
            )
            for each in one.get("roles", ())
        )

    def mention(self, who: str, text: str, unit: str = "") -> InstitutionMention:
        told = self.institutions[who]
        is_group = bool(told.get("group"))
        return InstitutionMention(
            acronym="" if is_group else who,
            name=told.get("name", who),
            text=text,
            is_group=is_group,
            sector=Sector(told.get("sector", "public")),
            parent_unit=unit,
        )

    def claim(self, one: dict[str, Any]) -> ClaimProposal:
        percent, completed = one["percent"], one["completed"]
        return ClaimProposal(
            row=one["row"],
            commitment=one["commitment"],
            milestone=one["milestone"],
            activity=one["activity"],
            institution=self.mention(one["who"], one["who"]),
            role=Role(one["role"]) if one["role"] else None,
            role_text=one["role_text"],
            percent=None if percent is None else Decimal(percent),
            reported_on=date.fromisoformat(one["on"]),
            completed_on=date.fromisoformat(completed) if completed else None,
            narrative=one["narrative"],
            links=tuple(one["links"]),
        )


def _windows(one: dict[str, Any]) -> tuple[Window, ...]:
    day = date.fromisoformat
    return tuple(
        Window(day(end), day(start) if start else None, Precision(at_end), Precision(at_start))
        for start, end, at_start, at_end in one.get("windows", ())
    )
