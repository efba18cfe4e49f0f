"""An item's facts as plain JSON content and back: what a fact version keeps (rule 8)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tracker.domain.evidence import Access
from tracker.domain.facts import (
    Forerunner,
    InstitutionRef,
    MeansFact,
    NodeFacts,
    ProductFact,
    RoleFact,
    VariantFact,
)
from tracker.domain.plans import NodeKind, Role
from tracker.domain.schedule import Frequency, Precision, Schedule, ScheduleRevision, Window


def canonical(content: Any) -> str:
    """One text for one content: sorted keys, no spaces, characters as they are."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def day_text(day: date | None) -> str | None:
    """A date as ISO text, or nothing."""
    return None if day is None else day.isoformat()


def parse_day(text: str | None) -> date | None:
    """The date of an ISO text, or nothing."""
    return None if text is None else date.fromisoformat(text)


def window_content(window: Window) -> dict[str, str | None]:
    """A window as JSON."""
    return {
        "start": day_text(window.start),
        "end": window.end.isoformat(),
        "start_precision": window.start_precision.value,
        "end_precision": window.end_precision.value,
    }


def window_from(content: Mapping[str, str | None]) -> Window:
    """A window from JSON."""
    return Window(
        end=date.fromisoformat(content["end"] or ""),
        start=parse_day(content["start"]),
        end_precision=Precision(content["end_precision"] or ""),
        start_precision=Precision(content["start_precision"] or ""),
    )


def node_content(node: NodeFacts) -> dict[str, Any]:
    """Everything of an item that is a versioned fact."""
    return {
        "uid": node.uid,
        "kind": node.kind.value,
        "number": node.number,
        "label": node.label,
        "title": node.title,
        "parent": node.parent_uid,
        "position": node.position,
        "weight": str(node.weight),
        "frequency": node.schedule.frequency.value if node.schedule.frequency else None,
        "schedule": [_revision_content(one) for one in node.schedule.revisions],
        "roles": [_role_content(one) for one in node.roles],
        "products": [_product_content(one) for one in node.products],
        "means": [{"uid": one.uid, "text": one.text, "access": one.access.value} for one in node.means],
        "withdrawn_on": day_text(node.withdrawn_on),
        "texts": dict(node.texts),
        "variants": [_variant_content(one) for one in node.variants],
    }


def _revision_content(one: ScheduleRevision) -> dict[str, Any]:
    return {"from": day_text(one.from_on), "windows": [window_content(window) for window in one.windows]}


def _role_content(one: RoleFact) -> dict[str, Any]:
    content = {"institution": institution_content(one.institution), "role": one.role.value, "text": one.text}
    # What a merger adds stands only where there was one, so that what was recorded before still agrees.
    if not one.follows:
        return content
    return content | {"since": day_text(one.since), "follows": [forerunner_content(f) for f in one.follows]}


def forerunner_content(one: Forerunner) -> dict[str, Any]:
    """Whom an institution follows in a part, as JSON."""
    return {
        "uid": one.uid,
        "since": day_text(one.since),
        "follows": [forerunner_content(before) for before in one.follows],
    }


def forerunner_from(content: Mapping[str, Any]) -> Forerunner:
    """Whom an institution follows in a part, from JSON."""
    return Forerunner(
        content["uid"],
        parse_day(content["since"]),
        tuple(forerunner_from(before) for before in content["follows"]),
    )


def _role_from(one: Mapping[str, Any]) -> RoleFact:
    return RoleFact(
        institution_from(one["institution"]),
        Role(one["role"]),
        one["text"],
        parse_day(one.get("since")),
        tuple(forerunner_from(before) for before in one.get("follows", ())),
    )


def _product_content(one: ProductFact) -> dict[str, Any]:
    planned = None if one.planned is None else str(one.planned.normalize())
    return {"uid": one.uid, "text": one.text, "unit": one.unit, "planned": planned, "quote": one.quote}


def _variant_content(one: VariantFact) -> dict[str, Any]:
    return {
        "field": one.field,
        "source": one.source,
        "source_version": one.source_version,
        "is_draft": one.is_draft,
        "value": one.value,
        "institutions": list(one.institutions),
    }


def institution_content(institution: InstitutionRef) -> dict[str, str]:
    """An institution as it is named."""
    return {"uid": institution.uid, "name": institution.name, "acronym": institution.acronym}


def institution_from(content: Mapping[str, str]) -> InstitutionRef:
    """An institution from JSON."""
    return InstitutionRef(content["uid"], content["name"], content["acronym"])


def node_from(content: Mapping[str, Any]) -> NodeFacts:
    """An item from the content of a fact version."""
    frequency = content["frequency"]
    return NodeFacts(
        uid=content["uid"],
        kind=NodeKind(content["kind"]),
        number=content["number"],
        label=content["label"],
        title=content["title"],
        parent_uid=content["parent"],
        position=content["position"],
        weight=Fraction(content["weight"]),
        schedule=Schedule(
            tuple(
                ScheduleRevision(tuple(window_from(w) for w in one["windows"]), parse_day(one["from"]))
                for one in content["schedule"]
            ),
            Frequency(frequency) if frequency else None,
        ),
        roles=tuple(_role_from(one) for one in content["roles"]),
        products=tuple(_product_from(one) for one in content["products"]),
        means=tuple(MeansFact(one["uid"], one["text"], Access(one["access"])) for one in content["means"]),
        withdrawn_on=parse_day(content["withdrawn_on"]),
        texts=dict(content["texts"]),
        variants=tuple(_variant_from(one) for one in content["variants"]),
    )


def _product_from(one: Mapping[str, Any]) -> ProductFact:
    planned = None if one["planned"] is None else Decimal(one["planned"])
    return ProductFact(one["uid"], one["text"], one["unit"], planned, one["quote"])


def _variant_from(one: Mapping[str, Any]) -> VariantFact:
    return VariantFact(
        one["field"],
        one["source"],
        one["source_version"],
        one["is_draft"],
        one["value"],
        tuple(one["institutions"]),
    )
