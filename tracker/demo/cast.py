"""The people of the demonstration: one account for each role, marked as such, with one password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.permissions import SYSTEM, AccountRole, Actor
from tracker.domain.plans import Sector
from tracker.queries import accounts as queries
from tracker.services.accounts import create_user
from tracker.services.plans import find_or_create_institution

DOMAIN = "demo.cumple.test"
# Printed on purpose: these accounts exist to be shown, and are marked so that they can be found and closed.
PASSWORD = "demostracion-cumple-2026"  # noqa: S105 - known to everybody who runs the demonstration


@dataclass(frozen=True)
class Part:
    """One account: the name before the @, its role, the institution it belongs to."""

    name: str
    role: AccountRole
    institution: str = ""

    @property
    def email(self) -> str:
        """Its address, in a domain that never exists."""
        return f"{self.name}@{DOMAIN}"


PARTS: tuple[Part, ...] = (
    Part("admin", AccountRole.ADMIN),
    Part("contacto", AccountRole.CONTACT_POINT, "GAE"),
    Part("enlace.infom", AccountRole.LIAISON, "INFOM"),
    Part("enlace.scep", AccountRole.LIAISON, "SCEP"),
    Part("titular.infom", AccountRole.INSTITUTION_HEAD, "INFOM"),
    Part("mesa", AccountRole.TABLE_MEMBER),
    Part("auditor", AccountRole.AUDITOR),
)


def open_accounts(institutions: dict[str, dict[str, str]], *, now: datetime, today: date) -> None:
    """Open the accounts that are missing, with their institutions."""
    for part in PARTS:
        if queries.get_user_by_email(part.email) is not None:
            continue
        uids = [_institution(part.institution, institutions, now)] if part.institution else []
        create_user(
            SYSTEM,
            email=part.email,
            role=part.role,
            password=PASSWORD,
            name="",
            institution_uids=uids,
            is_demo=True,
            now=now,
            today=today,
        )


def _institution(acronym: str, institutions: dict[str, dict[str, str]], now: datetime) -> str:
    told = institutions[acronym]
    row, _ = find_or_create_institution(
        SYSTEM,
        acronym=acronym,
        name=told["name"],
        sector=Sector(told.get("sector", "public")),
        now=now,
    )
    return row.uid


def actors(today: date) -> dict[str, Actor]:
    """Each account as the actor it is on a day, by the name before the @."""
    found = {part.name: queries.get_user_by_email(part.email) for part in PARTS}
    return {name: queries.actor_of(user, today) for name, user in found.items() if user is not None}
