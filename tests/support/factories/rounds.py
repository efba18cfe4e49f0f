"""Rounds in the database, opened through the service, and the screen on which one is reported.

work = make_work(app, activities_per_milestone=3)
screen = make_screen(work)
page = screen.open(work.client("liaison"))
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.support.client import Page, PageClient
from tests.support.factories.work import Work
from tracker import clock
from tracker.db import transaction
from tracker.domain.permissions import SYSTEM
from tracker.queries.rounds import list_rounds
from tracker.services.rounds import open_rounds

SHEET = "form.sheet"
JSON = {"Accept": "application/json"}


@dataclass
class Screen:
    """The current round of a plan, with shorthands for its screen."""

    work: Work
    uid: str

    @property
    def path(self) -> str:
        """The address of the lead's sheet."""
        return f"/avances/rondas/{self.uid}?institucion={self.work.made.lead.uid}"

    def key(self, place: int = 0) -> str:
        """The key of the line of an activity."""
        return self.work.made.activities[place].uid

    def open(self, client: PageClient, **more: Any) -> Page:
        """The sheet as a page."""
        return client.get("rounds.sheet", round_uid=self.uid, institucion=self.work.made.lead.uid, **more)

    def fill(
        self,
        client: PageClient,
        page: Page,
        values: dict[str, Any],
        *,
        action: str = "save",
        expect: int | None = None,
    ) -> Page:
        """Type on the sheet as a browser without scripts would, and press a button."""
        return client.submit(page, {**values, "action": action}, form=SHEET, expect=expect)

    def typed(self, page: Page, place: int, **values: Any) -> dict[str, Any]:
        """The fields of one line as its page has them, with what is typed on top."""
        prefix = f"{self.key(place)}."
        own = {name: value for name, value in page.fields(SHEET).items() if name.startswith(prefix)}
        return own | {prefix + name.replace("__", "."): value for name, value in values.items()}

    def save(self, client: PageClient, place: int, data: dict[str, Any], *, expect: int = 200) -> Any:
        """Save one line as the scripts do; the answer's data."""
        answer = client.post(
            "rounds.save_round_line",
            data,
            expect=expect,
            headers=JSON,
            round_uid=self.uid,
            institucion=self.work.made.lead.uid,
            linea=self.key(place),
        )
        return answer.json


def make_screen(work: Work) -> Screen:
    """Open the current round of the work's plan."""
    with work.app.app_context():
        with transaction():
            open_rounds(SYSTEM, today=work.today, now=clock.now() - timedelta(hours=1))
        return Screen(work, list_rounds(SYSTEM, today=work.today)[0].uid)
