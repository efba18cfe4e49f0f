"""Fields that sources speak of: how each is read, compared and told in words (design section 2, rule 10).

A field's value travels as plain JSON, so that what another source says can be kept beside the value in force
and put in its place when the contact point chooses it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tracker.domain.plans import CONTACT_FIELDS, OGP_VALUES
from tracker.domain.schedule import Frequency, Window
from tracker.domain.snapshots import window_content
from tracker.domain.text import slug
from tracker.models.plans import Commitment, Milestone, NodeRole, PlanNode

TITLE, WINDOWS, ROLES, PRODUCT, MEANS = "title", "windows", "roles", "product", "means"
CONTINUITY, OGP, FINANCIAL = "continuity", "ogp_values", "financial"
# Contact data of people are kept for the office alone: no variant of them enters the public history.
WITHOUT_VARIANTS = frozenset(CONTACT_FIELDS)


def current(node: PlanNode, name: str) -> Any:
    """The value in force, as JSON; of dates the baseline, which is what documents speak of."""
    match name:
        case "windows":
            return windows_value(_baseline(node), node.frequency)
        case "roles":
            return [_role_value(one) for one in node.roles]
        case "product":
            return node.products[0].text if node.products else None
        case "means":
            return [one.text for one in node.means]
        case "continuity":
            return node.continuity.value if isinstance(node, Milestone) and node.continuity else None
        case "ogp_values":
            return [one for one in OGP_VALUES if getattr(node, f"value_{one}")]
        case "financial":
            resources = node.financial_resources if isinstance(node, Commitment) else []
            return [[one.centavos, one.provider] for one in resources]
    return getattr(node, name)


def _baseline(node: PlanNode) -> list[Window]:
    return [
        Window(one.end_on, one.start_on, one.end_precision, one.start_precision)
        for one in sorted(node.windows, key=lambda one: one.position)
        if one.revision == 0
    ]


def _role_value(one: NodeRole) -> dict[str, str]:
    return {"institution": one.institution.uid, "role": one.role.value, "text": one.text}


def windows_value(windows: Sequence[Window], frequency: Frequency | None) -> dict[str, Any]:
    """Windows and how often they recur, as JSON."""
    return {
        "windows": [window_content(one) for one in windows],
        "frequency": frequency.value if frequency else None,
    }


def is_empty(name: str, value: Any) -> bool:
    """True where nothing is said."""
    return not (value["windows"] if name == WINDOWS else value)


def agree(name: str, one: Any, other: Any) -> bool:
    """True where two sources say the same, whatever their accents, signs and exactness of dates."""
    match name:
        case "windows":
            return _days(one) == _days(other)
        case "roles":
            return _parts(one) == _parts(other)
        case "means":
            return {slug(text) for text in one} == {slug(text) for text in other}
        case "ogp_values" | "financial" | "continuity":
            return bool(one == other)
    return slug(one or "") == slug(other or "")


def _days(value: dict[str, Any]) -> tuple[list[tuple[str | None, str]], str | None]:
    return [(one["start"], one["end"]) for one in value["windows"]], value["frequency"]


def _parts(value: Sequence[dict[str, str]]) -> set[tuple[str, str]]:
    return {(one["institution"], one["role"]) for one in value}


def words(name: str, value: Any) -> str:
    """A value in words, where its source's own are not at hand."""
    match name:
        case "windows":
            return "; ".join(f"{one['start'] or '…'}/{one['end']}" for one in value["windows"])
        case "roles":
            return "; ".join(one["text"] for one in value)
        case "means" | "ogp_values":
            return "; ".join(value)
        case "financial":
            return "; ".join(f"{centavos}|{provider}" for centavos, provider in value)
    return str(value)


def institutions_of(node: PlanNode, name: str) -> list[str]:
    """The institutions that the value in force gives a part, for roles."""
    return [one.institution.label for one in node.roles] if name == ROLES else []
