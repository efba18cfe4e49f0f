"""The institutions of a full-plan workbook: found here, or made as it describes them."""

from __future__ import annotations

from datetime import datetime

from tracker.db import db
from tracker.domain import plan_book_sheets as sheets
from tracker.domain.permissions import Actor
from tracker.domain.plan_book import BookRow, PlanBook, same_key
from tracker.domain.plans import Sector
from tracker.models.accounts import Institution
from tracker.queries.plans import list_institutions
from tracker.services.imports import Outcome, Tally
from tracker.services.institutions import Description, describe_institution
from tracker.services.plans import create_institution


class BookInstitutions:
    """Who a workbook names, by identifier, acronym or name as its rows write them."""

    def __init__(self, actor: Actor, tally: Tally, now: datetime) -> None:
        """Read those there are."""
        self.actor, self.tally, self.now = actor, tally, now
        self._here: dict[str, Institution] = {}
        for one in list_institutions():
            for text in (one.name, one.acronym, one.uid):
                if text:
                    self._here[same_key(text)] = one
        self._named: dict[str, Institution] = {}
        self._uids: dict[str, str] = {}

    def take(self, book: PlanBook) -> None:
        """Each row: the institution that bears its identifier, acronym or name; made where there is none.

        What is here already keeps its names and its description: both have pages of their own.
        """
        made: list[tuple[BookRow, Institution]] = []
        for row in book.rows(sheets.INSTITUTIONS.name):
            texts = [row.text(name) for name in ("uid", "acronym", "name") if row.text(name)]
            found = next((self._here[same_key(one)] for one in texts if same_key(one) in self._here), None)
            outcome = Outcome.UNCHANGED
            if found is None:
                found, outcome = self._make(row), Outcome.CREATED
                made.append((row, found))
            for text in texts:
                self._named[same_key(text)] = found
            if row.text("uid"):
                self._uids[row.text("uid")] = found.uid
            self.tally.count("institutions", found.id, outcome)
            self.tally.tell("institutions", found.label, found.name, outcome)
        for row, one in made:
            if row.text("parent"):
                parent = self.named(row.text("parent"))
                description = Description(one.sector, one.is_group, parent.uid)
                describe_institution(self.actor, uid=one.uid, description=description, now=self.now)

    def _make(self, row: BookRow) -> Institution:
        made = create_institution(
            self.actor,
            acronym=row.text("acronym"),
            name=row.text("name"),
            sector=Sector(row.text("sector") or Sector.PUBLIC.value),
            is_group=bool(row.values.get("is_group")),
            uid=row.text("uid"),
            now=self.now,
        )
        db.session.flush()
        return made

    def named(self, text: str) -> Institution:
        """The institution that a row names; the rows were checked to name one of the workbook's."""
        return self._named[same_key(text)]

    def uid_here(self, uid: str) -> str:
        """The identifier that an institution of the workbook has here."""
        return self._uids.get(uid, uid)
