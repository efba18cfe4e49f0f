"""Words of the plan: levels, parts of institutions, sectors (design section 1)."""

from __future__ import annotations

from enum import StrEnum


class NodeKind(StrEnum):
    """The levels of the plan's tree."""

    PLAN = "plan"
    AXIS = "axis"
    COMMITMENT = "commitment"
    MILESTONE = "milestone"
    ACTIVITY = "activity"


class Role(StrEnum):
    """An institution's part in an item."""

    LEAD = "lead"
    COORDINATOR = "coordinator"
    CO_RESPONSIBLE = "co_responsible"
    COLLABORATOR = "collaborator"


class Sector(StrEnum):
    """What kind of body an institution is."""

    PUBLIC = "public"
    LOCAL_GOVERNMENT = "local_government"
    CIVIL_SOCIETY = "civil_society"
    PRIVATE = "private"
    ACADEMIA = "academia"
    MULTILATERAL = "multilateral"


class PlanStatus(StrEnum):
    """The life of a plan; it is public from its consultation on."""

    DRAFT = "draft"
    CONSULTATION = "consultation"
    APPROVED = "approved"
    IN_COURSE = "in_course"
    CLOSED = "closed"
    ARCHIVED = "archived"


PUBLIC_PLAN_STATUSES = frozenset(PlanStatus) - {PlanStatus.DRAFT}
# What a plan that is over says, and how it counts, no longer changes.
LIVING_PLAN_STATUSES = frozenset(PlanStatus) - {PlanStatus.CLOSED, PlanStatus.ARCHIVED}


def is_over(status: PlanStatus, *, is_historical: bool) -> bool:
    """True for a plan of which nothing more is awaited: closed, or known only from documents of its time."""
    return is_historical or status not in LIVING_PLAN_STATUSES


class Continuity(StrEnum):
    """Whether a milestone is new or continues an earlier commitment."""

    NEW = "new"
    IN_PROGRESS = "in_progress"


class ContactVisibility(StrEnum):
    """Whether a commitment's contact data are shown to everybody."""

    PUBLIC = "public"
    INTERNAL = "internal"


# Text fields of the official template (design section 3): version 7-11-2018 and the current form.
TEMPLATE_FIELDS: tuple[str, ...] = (
    "summary",
    "problem",
    "description",
    "contribution",
    "relevance",
    "how_transparency",
    "how_accountability",
    "how_participation",
    "additional_information",
    "budget",
    "linked_programmes",
    "development_plan_links",
    "sdg_links",
    "causes",
    "done_so_far",
    "expected_results",
    "baseline_situation",
    "responsible_text",
    "public_actors",
    "other_actors",
    "working_groups",
    "observations",
    "template_version",
    "financial_resources_text",
    "human_resources_text",
    "ogp_identifier",
)
OGP_VALUES: tuple[str, ...] = ("transparency", "participation", "accountability", "innovation")
CONTACT_FIELDS: tuple[str, ...] = ("contact_names", "contact_posts", "contact_channels")
# How an item comes from others of its plan: one of the parts of what was split, or what several became.
SPLIT, MERGE = "split", "merge"
