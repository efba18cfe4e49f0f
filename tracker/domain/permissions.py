"""Who may do what (design section 4): permissions, grants and the predicate `can`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.errors import NotAllowed


class AccountRole(StrEnum):
    """The roles of accounts."""

    ADMIN = "admin"
    CONTACT_POINT = "contact_point"
    LIAISON = "liaison"
    INSTITUTION_HEAD = "institution_head"
    TABLE_MEMBER = "table_member"
    AUDITOR = "auditor"


class Permission(StrEnum):
    """`resource:action`, alphabetical; everything a person can be allowed to do."""

    ACCOUNT_MANAGE = "account:manage"
    ACCOUNT_SELF = "account:self"
    AGREEMENT_ANSWER = "agreement:answer"
    AGREEMENT_READ = "agreement:read"
    ASSESSMENT_WRITE = "assessment:write"
    AUDIT_READ = "audit:read"
    DELEGATION_GIVE = "delegation:give"
    DOUBT_RESOLVE = "doubt:resolve"
    EVIDENCE_READ_RESERVED = "evidence:read-reserved"
    CALENDAR_SELF = "calendar:self"
    INSTITUTION_MANAGE = "institution:manage"
    JOB_RUN = "job:run"
    JOB_READ = "job:read"
    MEETING_READ = "meeting:read"
    MEETING_WRITE = "meeting:write"
    OBSERVATION_MODERATE = "observation:moderate"
    OBSERVATION_READ = "observation:read"
    OBSERVATION_REPLY = "observation:reply"
    PANEL_READ = "panel:read"
    PLAN_CONFIGURE = "plan:configure"
    PLAN_IMPORT = "plan:import"
    PLAN_MANAGE = "plan:manage"
    REPORT_ON_BEHALF = "report:on-behalf"
    REPORT_READ_ALL = "report:read-all"
    REPORT_READ_OWN = "report:read-own"
    REPORT_SUBMIT = "report:submit"
    REPORT_VALIDATE = "report:validate"
    RESCHEDULING_DECIDE = "rescheduling:decide"
    RESCHEDULING_REQUEST = "rescheduling:request"
    RESOURCE_WRITE = "resource:write"
    TARGETS_WRITE = "targets:write"
    COMPILATION_PUBLISH = "compilation:publish"
    COMPILATION_READ = "compilation:read"
    COMPILATION_REQUEST = "compilation:request"
    CONSULTATION_COMMENT = "consultation:comment"
    TABLE_MANAGE = "table:manage"
    WEBHOOK_MANAGE = "webhook:manage"
    TOKEN_SELF = "token:self"  # noqa: S105 - the name of a permission


_SIGNED_IN = frozenset({Permission.ACCOUNT_SELF, Permission.PANEL_READ})
# Who reads reports has dates to keep an eye on.
_READING = _SIGNED_IN | {Permission.CALENDAR_SELF}

GRANTS: dict[AccountRole, frozenset[Permission]] = {
    AccountRole.ADMIN: _SIGNED_IN
    | {
        Permission.ACCOUNT_MANAGE,
        Permission.INSTITUTION_MANAGE,
        Permission.JOB_RUN,
        Permission.JOB_READ,
        Permission.PLAN_CONFIGURE,
        Permission.WEBHOOK_MANAGE,
    },
    AccountRole.CONTACT_POINT: _READING
    | {
        Permission.DELEGATION_GIVE,
        Permission.AGREEMENT_ANSWER,
        Permission.AGREEMENT_READ,
        Permission.MEETING_READ,
        Permission.MEETING_WRITE,
        Permission.ASSESSMENT_WRITE,
        Permission.DOUBT_RESOLVE,
        Permission.EVIDENCE_READ_RESERVED,
        Permission.INSTITUTION_MANAGE,
        Permission.JOB_READ,
        Permission.OBSERVATION_MODERATE,
        Permission.OBSERVATION_READ,
        Permission.PLAN_CONFIGURE,
        Permission.PLAN_IMPORT,
        Permission.PLAN_MANAGE,
        Permission.REPORT_ON_BEHALF,
        Permission.REPORT_READ_ALL,
        Permission.REPORT_VALIDATE,
        Permission.RESCHEDULING_DECIDE,
        Permission.RESOURCE_WRITE,
        Permission.TARGETS_WRITE,
        Permission.COMPILATION_REQUEST,
        Permission.COMPILATION_READ,
        Permission.COMPILATION_PUBLISH,
        Permission.TABLE_MANAGE,
        Permission.WEBHOOK_MANAGE,
        Permission.TOKEN_SELF,
    },
    AccountRole.LIAISON: _READING
    | {
        Permission.DELEGATION_GIVE,
        Permission.AGREEMENT_ANSWER,
        Permission.AGREEMENT_READ,
        Permission.ASSESSMENT_WRITE,
        Permission.OBSERVATION_READ,
        Permission.OBSERVATION_REPLY,
        Permission.REPORT_READ_OWN,
        Permission.REPORT_SUBMIT,
        Permission.RESCHEDULING_REQUEST,
        Permission.RESOURCE_WRITE,
        Permission.TARGETS_WRITE,
        Permission.COMPILATION_READ,
        Permission.COMPILATION_REQUEST,
        Permission.CONSULTATION_COMMENT,
        Permission.TOKEN_SELF,
    },
    AccountRole.INSTITUTION_HEAD: _READING
    | {
        Permission.DELEGATION_GIVE,
        Permission.AGREEMENT_READ,
        Permission.ASSESSMENT_WRITE,
        Permission.OBSERVATION_READ,
        Permission.REPORT_READ_OWN,
        Permission.COMPILATION_READ,
        Permission.COMPILATION_REQUEST,
        Permission.CONSULTATION_COMMENT,
    },
    AccountRole.TABLE_MEMBER: _READING
    | {
        Permission.AGREEMENT_READ,
        Permission.MEETING_READ,
        Permission.ASSESSMENT_WRITE,
        Permission.OBSERVATION_READ,
        Permission.REPORT_READ_ALL,
        Permission.COMPILATION_READ,
        Permission.CONSULTATION_COMMENT,
    },
    AccountRole.AUDITOR: _READING
    | {
        Permission.AGREEMENT_READ,
        Permission.AUDIT_READ,
        Permission.COMPILATION_READ,
        Permission.EVIDENCE_READ_RESERVED,
        Permission.JOB_READ,
        Permission.MEETING_READ,
        Permission.OBSERVATION_READ,
        Permission.REPORT_READ_ALL,
    },
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a person with a role and institutions, or the system itself."""

    uid: str
    role: AccountRole | None
    institution_ids: frozenset[int] = frozenset()
    user_id: int | None = None
    label: str = ""
    """What the public may read as author: an office, never a person's name."""
    reviewer_for: frozenset[int] = frozenset()
    """Institutions whose reports this technical-table member was named to review."""
    on_behalf_uid: str = ""
    """By whose delegation they act; empty: in their own right. The rights above are then those delegated."""
    on_behalf_id: int | None = None
    on_behalf_name: str = ""
    barred_ids: frozenset[int] = frozenset()
    """Institutions of either of both: on what these report nobody decides by delegation."""

    @property
    def is_system(self) -> bool:
        """True for jobs and commands run by the machine's operator."""
        return self.role is None and self.uid == SYSTEM_UID


SYSTEM_UID = "system"
SYSTEM = Actor(uid=SYSTEM_UID, role=None, label="Cumple")
PUBLIC_UID = "public"
# Whoever has no account: may do nothing of this list, but observes and follows.
PUBLIC = Actor(uid=PUBLIC_UID, role=None)


def can(actor: Actor | None, permission: Permission, *, institution_id: int | None = None) -> bool:
    """True when the actor's role grants the permission, within its institutions where one is named.

    The system (jobs, operator's commands) imports and compiles, but never submits, validates or assesses.
    A technical-table member validates only for the institutions it was named to review.
    """
    if actor is None:
        return False
    if actor.is_system:
        return permission not in _OF_PEOPLE
    if permission is Permission.REPORT_VALIDATE and actor.role is AccountRole.TABLE_MEMBER:
        return bool(actor.reviewer_for) if institution_id is None else institution_id in actor.reviewer_for
    if actor.role is None or permission not in GRANTS[actor.role]:
        return False
    if permission in _OWN_INSTITUTION and institution_id is not None:
        return institution_id in actor.institution_ids
    return True


_OF_PEOPLE = frozenset(
    {
        Permission.AGREEMENT_ANSWER,
        Permission.ASSESSMENT_WRITE,
        Permission.OBSERVATION_MODERATE,
        Permission.OBSERVATION_REPLY,
        Permission.REPORT_SUBMIT,
        Permission.REPORT_VALIDATE,
    }
)
_OWN_INSTITUTION = frozenset(
    {
        Permission.OBSERVATION_REPLY,
        Permission.REPORT_SUBMIT,
        Permission.REPORT_READ_OWN,
        Permission.RESCHEDULING_REQUEST,
    }
)


def require(actor: Actor | None, permission: Permission, *, institution_id: int | None = None) -> Actor:
    """The actor, when it may; NotAllowed otherwise."""
    if actor is None or not can(actor, permission, institution_id=institution_id):
        raise NotAllowed("not-allowed", permission=permission.value)
    return actor


def is_of(actor: Actor, institution_id: int) -> bool:
    """True where the institution is the actor's, or of either side of the delegation they act by."""
    return institution_id in actor.institution_ids or institution_id in actor.barred_ids


def wrote(actor: Actor, author_uid: str) -> bool:
    """True where the actor is the author, or acts by the author's delegation."""
    return bool(author_uid) and author_uid in {actor.uid, actor.on_behalf_uid}


def may_validate(actor: Actor, *, institution_id: int, author_user_id: int | None) -> bool:
    """Nobody validates what their own institution reported, nor what they wrote (design section 4).

    By delegation neither what the one who delegated could not: what either of both wrote or is of.
    """
    if is_of(actor, institution_id):
        return False
    if author_user_id is not None and author_user_id in {actor.user_id, actor.on_behalf_id}:
        return False
    return can(actor, Permission.REPORT_VALIDATE, institution_id=institution_id)
