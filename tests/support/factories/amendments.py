"""Amendments in the database, step by step, each in a transaction of its own; rows are named by uid.

uid = prepare(scene)
change(scene, uid, scene.activity, title="Otra cosa")
approve(scene, uid)
"""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support.factories.plans import TODAY, InstitutionRef
from tests.support.factories.reports import Scene
from tracker.db import db, transaction
from tracker.domain import amendments as rules
from tracker.domain.permissions import Actor
from tracker.models.amendments import Amendment
from tracker.models.plans import PlanNode
from tracker.services import amendments as services
from tracker.services.versions import node_facts


def prepare(
    scene: Scene, *, actor: Actor | None = None, effective_on: date | None = TODAY, **heading: Any
) -> str:
    """A draft that lacks nothing but its changes; its uid."""
    with transaction():
        made = services.prepare_amendment(
            actor or scene.contact, plan_number=scene.made.number, title="Ajuste", now=scene.clock.next()
        )
        uid = made.uid
    write(scene, uid, **{"effective_on": effective_on, **heading})
    return uid


def write(scene: Scene, uid: str, **heading: Any) -> None:
    """What a draft says of itself."""
    given = {
        "title": "Ajuste",
        "reason": "El plan de trabajo decía otra cosa",
        "resolution": "Acuerdo 12-2026 de la Presidencia",
        "effective_on": TODAY,
    }
    with transaction():
        services.write_heading(scene.contact, amendment_uid=uid, **{**given, **heading})


def change(
    scene: Scene,
    uid: str,
    node: Any,
    *,
    actor: Actor | None = None,
    lock_version: int | None = None,
    **values: Any,
) -> None:
    """Say how an item is to be."""
    with transaction():
        services.change_item(
            actor or scene.contact,
            amendment_uid=uid,
            node_uid=node.uid,
            values=values,
            lock_version=lock_version,
        )


def approve(
    scene: Scene,
    uid: str,
    *,
    actor: Actor | None = None,
    signed_name: str = "Quien aprueba",
    today: date = TODAY,
) -> None:
    """Bring a draft into force."""
    with transaction():
        services.approve_amendment(
            actor or scene.contact,
            amendment_uid=uid,
            signed_name=signed_name,
            now=scene.clock.next(today),
            today=today,
        )


def part(institution: InstitutionRef, role: str) -> dict[str, str]:
    """An institution's part as a change has it."""
    return {
        "institution": institution.uid,
        "label": institution.acronym,
        "name": institution.name,
        "role": role,
        "text": "",
    }


def row(uid: str) -> Amendment:
    """The row of an amendment, as it stands now."""
    db.session.rollback()
    return db.session.scalars(db.select(Amendment).where(Amendment.uid == uid)).one()


def in_force(node: Any, field: str) -> Any:
    """A field of an item as it stands now."""
    db.session.rollback()
    return rules.value_of(node_facts(db.session.get(PlanNode, node.id), None), field)
