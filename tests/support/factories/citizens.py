"""What people without an account say and follow; each step in a transaction of its own, in an app context."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from tests.support.factories.plans import NOW, TODAY, MadePlan
from tracker.db import db, transaction
from tracker.domain.consultations import Outcome
from tracker.domain.observations import ObservationKind, SubjectKind, SubjectRef
from tracker.domain.permissions import Actor
from tracker.models.citizens import Observation, Subscription
from tracker.services import observations as services
from tracker.services import subscriptions
from tracker.services.public_tokens import Purpose, sign

TEXT = "La fecha de esta actividad no coincide con la del acuerdo."
EMAIL = "vecina@correo.example"


def secret() -> str:
    """The installation's secret."""
    return str(current_app.config["SECRET_KEY"])


def plan_ref(plan: MadePlan) -> SubjectRef:
    """A plan as a subject."""
    return SubjectRef(SubjectKind.PLAN, plan.uid)


def commitment_ref(plan: MadePlan) -> SubjectRef:
    """Its first commitment."""
    return SubjectRef(SubjectKind.COMMITMENT, plan.commitments[0].uid)


def activity_ref(plan: MadePlan) -> SubjectRef:
    """Its first activity."""
    return SubjectRef(SubjectKind.ACTIVITY, plan.activity.uid)


def institution_ref(plan: MadePlan) -> SubjectRef:
    """Its lead in it."""
    return SubjectRef(SubjectKind.INSTITUTION, f"{plan.uid}.{plan.lead.uid}")


def send(ref: SubjectRef, text: str = TEXT, *, now: datetime = NOW, **more: Any) -> str:
    """An observation that nobody confirmed."""
    given: dict[str, Any] = {"kind": ObservationKind.CORRECTION, "email": EMAIL, **more}
    with transaction():
        return services.send_observation(ref, text=text, now=now, **given)


def confirm(uid: str, *, now: datetime = NOW, days: int = 30) -> bool:
    """Confirmed by the link in its mail."""
    token = sign(secret(), Purpose.CONFIRM_OBSERVATION, uid, now=now)
    with transaction():
        return services.confirm_observation(secret(), token, days=days, today=TODAY, now=now)


def sent_and_confirmed(ref: SubjectRef, text: str = TEXT, **more: Any) -> str:
    """An observation that waits to be moderated."""
    uid = send(ref, text, **more)
    assert confirm(uid)
    return uid


def published(ref: SubjectRef, contact: Actor, text: str = TEXT, **more: Any) -> str:
    """An observation that everybody reads."""
    uid = sent_and_confirmed(ref, text, **more)
    with transaction():
        services.publish_observation(contact, uid, now=NOW)
    return uid


def replied(
    uid: str, contact: Actor, text: str = "Se corrigió la fecha.", *, now: datetime = NOW, **more: Any
) -> None:
    """The reply to a published one."""
    with transaction():
        services.reply_observation(contact, uid, more.pop("outcome", Outcome.ACCEPTED), text, now=now, **more)


def row_of(uid: str) -> Observation:
    """An observation as it stands."""
    db.session.rollback()
    return db.session.scalars(select(Observation).where(Observation.uid == uid)).one()


def ask_to_follow(ref: SubjectRef, email: str = EMAIL, *, now: datetime = NOW, **more: Any) -> None:
    """Somebody asks to follow."""
    with transaction():
        subscriptions.follow(ref, email=email, now=now, **more)


def following(ref: SubjectRef, email: str = EMAIL, *, now: datetime = NOW, **more: Any) -> str:
    """Somebody follows; gives the subscription's uid."""
    ask_to_follow(ref, email, now=now, **more)
    row = subscription_rows(email)[-1]
    token = sign(secret(), Purpose.CONFIRM_SUBSCRIPTION, row.uid, now=now)
    uid = row.uid
    with transaction():
        assert subscriptions.confirm_subscription(secret(), token, now=now)
    return uid


def subscription_rows(email: str = EMAIL) -> list[Subscription]:
    """Everything that an address ever asked to follow."""
    db.session.rollback()
    return list(
        db.session.scalars(select(Subscription).where(Subscription.email == email).order_by(Subscription.id))
    )
