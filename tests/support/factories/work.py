"""People at work: a scene whose persons are signed in, each with a client of their own.

work = make_work(app, activities_per_milestone=2)
page = work.liaison.get("progress.panel")
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask

from tests.support.client import Page, PageClient
from tests.support.factories.accounts import Person, actor_of, make_user, sign_in
from tests.support.factories.plans import MadePlan, NodeRef, make_plan, window
from tests.support.factories.reports import PDF, Clock, Scene
from tests.support.snapshots import remembered
from tracker import clock
from tracker.domain.permissions import AccountRole

FORM = "form[enctype]"


@dataclass
class Work:
    """A plan in course around today, its people, and a signed-in client for each."""

    app: Flask
    made: MadePlan
    people: dict[str, Person]
    today: date
    told: Any = None
    """What its story gave."""

    def client(self, who: str) -> PageClient:
        """A new client with the session of a person."""
        client = PageClient(self.app)
        sign_in(client, self.people[who])
        return client

    def scene(self) -> Scene:
        """The same plan for doing things without pages; inside an application context."""
        return _scene(self.made, self.people, self.today)

    @property
    def activity(self) -> NodeRef:
        """The first activity."""
        return self.made.activity


def make_work(
    app: Flask,
    story: Callable[[Scene], Any] | None = None,
    *,
    starts: int = -100,
    ends: int = 100,
    **plan: Any,
) -> Work:
    """A plan whose windows run from and to so many days around today, with one person of each kind.

    A story is what has happened there; a function of a module is played once in a run and then put back.
    """
    today = clock.today()
    days = timedelta(days=1)
    windows = plan.pop("windows", (window(today + starts * days, today + ends * days),))
    with app.app_context():
        made, people, told = _make_story(story, today=today, windows=windows, **plan)
    return Work(app, made, people, today, told)


@remembered
def _make_story(story: Callable[[Scene], Any] | None, *, today: date, **plan: Any) -> tuple[Any, ...]:
    made, people = _make_people_at_work(today=today, **plan)
    return made, people, story(_scene(made, people, today)) if story else None


def _scene(made: MadePlan, people: dict[str, Person], today: date) -> Scene:
    actors = (actor_of(people[who], today) for who in ("liaison", "helper", "contact"))
    return Scene(made, *actors, clock=Clock(clock.now() - timedelta(minutes=30)))


@remembered
def _make_people_at_work(*, today: date, **plan: Any) -> tuple[MadePlan, dict[str, Person]]:
    days = timedelta(days=1)
    made = make_plan(
        starts_on=today - 200 * days,
        ends_on=today + 400 * days,
        today=today,
        **{"activities_per_milestone": 1, **plan},
    )
    return made, {
        "liaison": make_user(AccountRole.LIAISON, institution=made.lead.acronym, name="Enlace Uno"),
        "colleague": make_user(AccountRole.LIAISON, institution=made.lead.acronym, name="Enlace Dos"),
        "helper": make_user(AccountRole.LIAISON, institution=made.helper.acronym, name="Enlace Tres"),
        "stranger": make_user(AccountRole.LIAISON, institution="CGC", name="Enlace Cuatro"),
        "head": make_user(AccountRole.INSTITUTION_HEAD, institution=made.lead.acronym),
        "contact": make_user(AccountRole.CONTACT_POINT, name="Punto Uno"),
        "own contact": make_user(AccountRole.CONTACT_POINT, institution=made.lead.acronym),
        "reviewer": make_user(AccountRole.TABLE_MEMBER, reviews=made.lead.acronym),
        "table": make_user(AccountRole.TABLE_MEMBER),
        "auditor": make_user(AccountRole.AUDITOR),
        "admin": make_user(AccountRole.ADMIN),
    }


def pdf(name: str = "informe.pdf", data: bytes = PDF) -> tuple[io.BytesIO, str]:
    """A file as a browser sends it."""
    return io.BytesIO(data), name


def fill(
    client: PageClient, page: Page, values: dict[str, Any], *, action: str = "save", expect: int | None = None
) -> Page:
    """Fill in the reporting form of a page and press one of its two buttons."""
    return client.submit(page, {**values, "action": action}, form=FORM, expect=expect)
