"""Parts that a document gives to institutions that are no more: a merger is not undone by an old file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tracker.domain.facts import RoleFact
from tracker.domain.institutions import merged_roles
from tracker.domain.plans import LIVING_PLAN_STATUSES, Role
from tracker.importers.proposals import Finding, Level
from tracker.models.accounts import Institution
from tracker.models.plans import ActionPlan
from tracker.queries.plans import load_tree
from tracker.services.imports import InstitutionBook
from tracker.services.versions import institution_ref, role_fact


class StandingParts:
    """Who holds the parts a file gives, as the mergers since it was written have it."""

    def __init__(self, plan: ActionPlan, book: InstitutionBook, day: date) -> None:
        """Read which institutions the parts in force follow."""
        self._book, self._day = book, day
        self._is_living = plan.status in LIVING_PLAN_STATUSES
        self._is_past = plan.is_historical
        self._followed = {
            before.uid
            for node in load_tree(plan.id)
            for part in node.roles
            for before in role_fact(part).follows
        }
        self._told: dict[str, Finding] = {}

    @property
    def findings(self) -> list[Finding]:
        """A doubt for each institution named that is no more."""
        return list(self._told.values())

    def of(self, parts: Sequence[RoleFact]) -> Sequence[RoleFact]:
        """The parts, those of merged institutions joined into their successor's as the merger joins them.

        What a closed plan says stays; so does a past plan that was not merged here, which names who was.
        """
        gone: dict[str, tuple[Institution, set[str]]] = {}
        for uid in dict.fromkeys(one.institution.uid for one in parts):
            ending = self._book.ended(uid)
            if ending is None or not self._is_living or (self._is_past and uid not in self._followed):
                continue
            row, successor = ending
            self._tell(row, successor)
            if successor is not None:
                gone.setdefault(successor.uid, (successor, set()))[1].add(uid)
        for successor, uids in gone.values():
            new = RoleFact(institution_ref(successor), Role.COLLABORATOR)
            parts = merged_roles(parts, uids, new, self._day) or parts
        return parts

    def _tell(self, row: Institution, successor: Institution | None) -> None:
        params = {"institution": row.label}
        code = "institution-ended-in-file"
        if successor is not None:
            code, params["successor"] = "institution-merged-in-file", successor.label
        self._told[row.uid] = Finding(Level.DOUBT, code, text=row.label, params=params)
