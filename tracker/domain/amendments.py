"""What an amendment may change of each level, and the plan as it would be with it (design sections 2, 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.errors import DomainError, SeveralErrors
from tracker.domain.evidence import Access
from tracker.domain.facts import InstitutionRef, MeansFact, NodeFacts, PlanFacts, ProductFact, RoleFact
from tracker.domain.plans import SPLIT, TEMPLATE_FIELDS, NodeKind, Role
from tracker.domain.schedule import Schedule, ScheduleRevision
from tracker.domain.snapshots import window_from

TITLE, SHORT_TITLE, OGP, FINANCIAL = "title", "short_title", "ogp_values", "financial"
PRODUCT, QUANTITY, MEANS, ROLES, WITHDRAWN = "product", "quantity", "means", "roles", "withdrawn_on"
_DELIVERING = (TITLE, PRODUCT, QUANTITY, MEANS, ROLES, WITHDRAWN)
FIELDS: Mapping[NodeKind, tuple[str, ...]] = {
    NodeKind.PLAN: (TITLE,),
    NodeKind.AXIS: (TITLE,),
    NodeKind.COMMITMENT: (TITLE, SHORT_TITLE, *TEMPLATE_FIELDS, OGP, FINANCIAL, ROLES, WITHDRAWN),
    NodeKind.MILESTONE: _DELIVERING,
    NodeKind.ACTIVITY: _DELIVERING,
}
# What adds, moves, divides and joins items: new ones and an order are of what stands on an item, the rest is
# of itself.
ORDER, PLACE, SPLIT_INTO, JOINED, ADDED = "order", "place", "split_into", "joined", "added"
_WITHIN = (PLACE, SPLIT_INTO, JOINED)
_MAKING = frozenset({SPLIT_INTO, ADDED})
STRUCTURE: Mapping[NodeKind, tuple[str, ...]] = {
    NodeKind.PLAN: (ORDER, ADDED),
    NodeKind.AXIS: (ORDER, ADDED),
    NodeKind.COMMITMENT: (ORDER, PLACE, ADDED),
    NodeKind.MILESTONE: (ORDER, SPLIT_INTO, JOINED, ADDED),
    NodeKind.ACTIVITY: _WITHIN,
}
STRUCTURAL = frozenset({ORDER, ADDED, *_WITHIN})
# What is read as a list of lines; the rest is running text.
LISTS = frozenset({OGP, FINANCIAL, QUANTITY, MEANS, ROLES, WITHDRAWN}) | STRUCTURAL


@dataclass(frozen=True)
class Change:
    """One field of one item as the amendment would have it."""

    node_uid: str
    field: str
    after: Any


def value_of(node: NodeFacts, field: str) -> Any:
    """A field of an item as plain JSON, as a change keeps it before and after."""
    reader = _READERS.get(field)
    return node.texts.get(field, "") if reader is None else reader(node)


def _amount(line: str) -> list[Any]:
    centavos, _, provider = line.partition("|")
    return [int(centavos), provider]


def _quantity(product: ProductFact) -> dict[str, str] | None:
    """A planned quantity with its unit and the words that state it; None where none is planned."""
    if product.planned is None:
        return None
    planned = format(product.planned.normalize(), "f")
    return {"planned": planned, "unit": product.unit, "quote": product.quote}


_READERS: Mapping[str, Callable[[NodeFacts], Any]] = {
    TITLE: lambda node: node.title,
    OGP: lambda node: [one for one in node.texts.get(OGP, "").split(",") if one],
    FINANCIAL: lambda node: [_amount(line) for line in node.texts.get(FINANCIAL, "").splitlines()],
    PRODUCT: lambda node: node.products[0].text if node.products else "",
    QUANTITY: lambda node: _quantity(node.products[0]) if node.products else None,
    MEANS: lambda node: [
        {"uid": one.uid, "text": one.text, "access": one.access.value} for one in node.means
    ],
    ROLES: lambda node: [role_value(one) for one in node.roles],
    WITHDRAWN: lambda node: node.withdrawn_on is not None,
}


def role_value(one: RoleFact) -> dict[str, str]:
    """An institution's part as a change keeps it, named as it was then."""
    institution = one.institution
    return {
        "institution": institution.uid,
        "label": institution.label,
        "name": institution.name,
        "role": one.role.value,
        "text": one.text,
    }


def same(field: str, one: Any, other: Any) -> bool:
    """True where two values of a field say the same; an institution is the same under another name."""
    if isinstance(one, str) and isinstance(other, str):
        return plain(one) == plain(other)
    if field in {ORDER, PLACE} and one and other:
        return [part["uid"] for part in one] == [part["uid"] for part in other]
    if field != ROLES:
        return bool(one == other)
    return [(part["institution"], part["role"]) for part in one] == [
        (part["institution"], part["role"]) for part in other
    ]


def plain(text: str) -> str:
    """A text without the line ends and blanks that a form adds to it."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def check_change(kind: NodeKind, field: str, after: Any) -> None:
    """A field that the level has, with a value that a plan can have.

    Raises DomainError `amendment-field-unknown`, `title-required`, `quantity-needs-quote`,
    `quantity-not-positive`, `means-required` or `institution-twice` beside the field.
    """
    if field not in FIELDS[kind] and field not in STRUCTURE[kind]:
        raise DomainError("amendment-field-unknown", field=field, name=field)
    if field == TITLE and not after:
        raise DomainError("title-required", field=TITLE)
    if field == QUANTITY and after is not None:
        if not after["quote"].strip():
            raise DomainError("quantity-needs-quote", field=QUANTITY)
        if Decimal(after["planned"]) <= 0:
            raise DomainError("quantity-not-positive", field=QUANTITY)
    if field == MEANS and any(not one["text"] for one in after):
        raise DomainError("means-required", field=MEANS)
    if field == ROLES and len({one["institution"] for one in after}) < len(after):
        raise DomainError("institution-twice", field=ROLES)


def check_added(kind: NodeKind, *, title: str, has_dates: bool, institution: str) -> None:
    """A new item has a title; an activity also when it is due and who answers for it.

    Raises DomainError or SeveralErrors: `title-required`, `added-needs-dates`,
    `added-needs-institution`.
    """
    found = [] if title else [DomainError("title-required", field="title")]
    if kind is NodeKind.ACTIVITY and not has_dates:
        found.append(DomainError("added-needs-dates", field="windows"))
    if kind is NodeKind.ACTIVITY and not institution:
        found.append(DomainError("added-needs-institution", field="institution"))
    if found:
        raise SeveralErrors(found)


def check_day(
    on: date | None, *, today: date, begins_on: date | None, last: Iterable[tuple[str, date]]
) -> date:
    """The day an amendment holds from: given, not to come, and not before what it changes last changed.

    A day gone by is allowed: pages then say that it was recorded later. `last` gives, for each item it
    touches, its label and the day of its last dated version. Raises DomainError `day-required`,
    `date-in-future`, `amendment-before-plan` or `amendment-before-last-change`.
    """
    if on is None:
        raise DomainError("day-required", field="effective_on")
    if on > today:
        raise DomainError("date-in-future", field="effective_on")
    if begins_on is not None and on < begins_on:
        raise DomainError("amendment-before-plan", field="effective_on", day=begins_on.isoformat())
    for label, day in last:
        if on < day:
            raise DomainError(
                "amendment-before-last-change", field="effective_on", label=label, day=day.isoformat()
            )
    return on


def value_in(nodes: Iterable[NodeFacts], node: NodeFacts, field: str) -> Any:
    """A field of an item in force, as plain JSON: of its own facts, or of where it stands in the plan."""
    if field not in STRUCTURAL:
        return value_of(node, field)
    if field == ORDER:
        beside = sorted(
            (one for one in nodes if one.parent_uid == node.uid),
            key=lambda one: (one.position, one.number, one.label),
        )
        return [named(one) for one in beside]
    if field == PLACE:
        return [named(one) for one in nodes if one.uid == node.parent_uid]
    return None


def named(node: NodeFacts) -> dict[str, str]:
    """An item as a change keeps it, named as it was then."""
    return {"uid": node.uid, "label": node.label, "title": node.title}


def amended(facts: PlanFacts, changes: Iterable[Change], on: date) -> PlanFacts:
    """The plan with some changes in it; what several items share changes in all of them."""
    by_uid = {node.uid: node for node in facts.nodes}
    # What is made stands before other changes put anything into it.
    for change in sorted(changes, key=lambda one: one.field not in _MAKING):
        before = by_uid.get(change.node_uid)
        if before is None:
            continue
        if change.field in STRUCTURAL:
            _rearrange(by_uid, before, change, on)
            continue
        after = _with(before, change.field, change.after, on)
        by_uid[change.node_uid] = after
        if change.field in {PRODUCT, QUANTITY, MEANS}:
            _share(by_uid, before, after)
    return replace(facts, nodes=tuple(by_uid.values()), root=by_uid.get(facts.root.uid, facts.root))


def _rearrange(by_uid: dict[str, NodeFacts], node: NodeFacts, change: Change, on: date) -> None:
    """Items in another order or place, divided or joined."""
    after = change.after
    if change.field == PLACE:
        stands: dict[str, Any] = {
            "parent_uid": after[0]["uid"],
            "label": after[0]["as"],
            "position": LAST_PLACE,
        }
        by_uid[node.uid] = replace(node, **stands)
    elif change.field == SPLIT_INTO:
        by_uid.update({one["uid"]: _part(node, one) for one in after["items"]})
        if not after["continues"]:
            by_uid[node.uid] = replace(by_uid[node.uid], withdrawn_on=on)
    elif change.field == ADDED:
        by_uid.update({one["uid"]: _new(node, one) for one in after["items"]})
    else:
        for place, one in enumerate(after, start=1):
            moved: dict[str, Any] = {"position": place} if change.field == ORDER else {"withdrawn_on": on}
            if one["uid"] in by_uid:
                by_uid[one["uid"]] = replace(by_uid[one["uid"]], **moved)


LAST_PLACE = 1_000_000


def _part(node: NodeFacts, one: Mapping[str, Any]) -> NodeFacts:
    """A part of what was divided: it begins without reports, with the dates and institutions of the whole."""
    return NodeFacts(
        uid=one["uid"],
        kind=node.kind,
        number=one["number"],
        label=one["label"],
        title=one["title"],
        parent_uid=node.parent_uid,
        weight=node.weight,
        schedule=Schedule((ScheduleRevision(node.schedule.current),), node.schedule.frequency)
        if node.schedule.current
        else Schedule((), node.schedule.frequency),
        roles=node.roles,
        products=_delivered(one),
        means=_asked(one),
        position=node.position,
        texts={"origins": f"{SPLIT}:{node.uid}"},
    )


def _new(parent: NodeFacts, one: Mapping[str, Any]) -> NodeFacts:
    """An item that is added: last under what it stands on, its first dates are its baseline."""
    windows = tuple(window_from(each) for each in one["windows"])
    return NodeFacts(
        uid=one["uid"],
        kind=NodeKind(one["kind"]),
        number=one["number"],
        label=one["label"],
        title=one["title"],
        parent_uid=parent.uid,
        schedule=Schedule((ScheduleRevision(windows),)) if windows else Schedule(),
        roles=tuple(_role(each, ()) for each in one["roles"]),
        products=_delivered(one),
        means=_asked(one),
        position=LAST_PLACE,
    )


def _delivered(one: Mapping[str, Any]) -> tuple[ProductFact, ...]:
    return (ProductFact(f"{one['uid']}-product", one["product"]),) if one["product"] else ()


def _asked(one: Mapping[str, Any]) -> tuple[MeansFact, ...]:
    return tuple(MeansFact(f"{one['uid']}-{place}", text) for place, text in enumerate(one["means"]))


def _share(by_uid: dict[str, NodeFacts], before: NodeFacts, after: NodeFacts) -> None:
    """What another item shares with this one is reworded there too; what was taken off it stays there."""
    products = {one.uid: one for one in after.products}
    means = {one.uid: one for one in after.means}
    shared = {one.uid for one in before.products} | {one.uid for one in before.means}
    for uid, node in list(by_uid.items()):
        if uid != after.uid and shared & ({p.uid for p in node.products} | {m.uid for m in node.means}):
            by_uid[uid] = replace(
                node,
                products=tuple(products.get(one.uid, one) for one in node.products),
                means=tuple(means.get(one.uid, one) for one in node.means),
            )


def _with(node: NodeFacts, field: str, after: Any, on: date) -> NodeFacts:
    """The item with one field as the change has it; texts move no figure and stay as they are."""
    match field:
        case "product":
            return replace(node, products=_reworded(node.products, after))
        case "quantity":
            return replace(node, products=_requantified(node.products, after))
        case "means":
            return replace(node, means=tuple(_means(one, place) for place, one in enumerate(after)))
        case "roles":
            return replace(node, roles=tuple(_role(one, node.roles) for one in after))
        case "withdrawn_on":
            return replace(node, withdrawn_on=on if after else None)
    return node


def _means(one: Mapping[str, str], place: int) -> MeansFact:
    """A new means has no uid yet: its place tells it from the others."""
    return MeansFact(one["uid"] or f"new-{place}", one["text"], Access(one["access"]))


def _reworded(products: Sequence[ProductFact], text: str) -> tuple[ProductFact, ...]:
    if not text:
        return tuple(products[1:])
    first = replace(products[0], text=text) if products else ProductFact("", text)
    return (first, *products[1:])


def _requantified(
    products: Sequence[ProductFact], after: Mapping[str, str] | None
) -> tuple[ProductFact, ...]:
    if not products:
        return ()
    given = after or {"unit": products[0].unit, "quote": ""}
    planned = Decimal(after["planned"]) if after else None
    return (
        replace(products[0], planned=planned, unit=given["unit"], quote=given["quote"]),
        *products[1:],
    )


def _role(one: Mapping[str, str], now: Sequence[RoleFact]) -> RoleFact:
    """The part as it would be; whom its institution follows in it by a merger stays."""
    institution = InstitutionRef(one["institution"], one["name"], one["label"])
    part = next(
        (before for before in now if before.institution == institution), RoleFact(institution, Role.LEAD)
    )
    return replace(part, institution=institution, role=Role(one["role"]), text=one["text"])
