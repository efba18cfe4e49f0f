"""What people say of a public page, and what they follow by mail: about what, in which words, until when."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.errors import Conflict, DomainError, NotFound

MIN_TEXT = 10
MAX_TEXT = 3_000
MAX_NAME = 80
MAX_REPLY = 5_000
MAX_LINKS = 2
_LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
# They turn the order of what is read after them, so that a text shows something else than it says.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class SubjectKind(StrEnum):
    """What something can be said of."""

    PLAN = "plan"
    COMMITMENT = "commitment"
    MILESTONE = "milestone"
    ACTIVITY = "activity"
    INSTITUTION = "institution"
    """An institution in a plan: its uid is both uids with a full stop between them."""
    REPORT = "report"
    PAGE = "page"
    """A page that is of no plan."""


class ObservationKind(StrEnum):
    """What it is: something observed, or something that is wrong on the page."""

    OBSERVATION = "observation"
    CORRECTION = "correction"


class ObservationStatus(StrEnum):
    """Unconfirmed until its author opens the link in the mail; waiting until somebody moderates it."""

    UNCONFIRMED = "unconfirmed"
    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"


class Rejection(StrEnum):
    """Why an observation is not published; the public reads how many for each."""

    PERSONAL_DATA = "personal_data"
    OFFENSIVE = "offensive"
    OFF_TOPIC = "off_topic"
    REPEATED = "repeated"
    SPAM = "spam"


class Answered(StrEnum):
    """What a list of published observations can be narrowed to. The words of the address are Spanish."""

    WAITING = "sin-respuesta"
    OVERDUE = "vencidas"
    ANSWERED = "respondidas"


PAGES = ("inicio", "informes", "metodologia", "reloj")
FOLLOWED = frozenset({SubjectKind.PLAN, SubjectKind.COMMITMENT, SubjectKind.INSTITUTION})
# The words of the address: they are shown to people, so they are Spanish.
_WORDS = {
    SubjectKind.PLAN: "plan",
    SubjectKind.COMMITMENT: "compromiso",
    SubjectKind.MILESTONE: "hito",
    SubjectKind.ACTIVITY: "actividad",
    SubjectKind.INSTITUTION: "institucion",
    SubjectKind.REPORT: "informe",
    SubjectKind.PAGE: "pagina",
}
_KINDS = {word: kind for kind, word in _WORDS.items()}
_UID = re.compile(r"[\w-]{1,22}(\.[\w-]{1,22})?", re.ASCII)


@dataclass(frozen=True)
class SubjectRef:
    """What something is said of, or followed."""

    kind: SubjectKind
    uid: str

    @property
    def address(self) -> str:
        """As addresses name it: `compromiso:…`."""
        return f"{_WORDS[self.kind]}:{self.uid}"


def subject_ref(address: str) -> SubjectRef:
    """What an address names; NotFound for anything that cannot be one."""
    word, _, uid = address.partition(":")
    kind = _KINDS.get(word)
    is_both = "." in uid
    if kind is None or not _UID.fullmatch(uid) or is_both != (kind is SubjectKind.INSTITUTION):
        raise NotFound("subject-not-found")
    if kind is SubjectKind.PAGE and uid not in PAGES:
        raise NotFound("subject-not-found")
    return SubjectRef(kind, uid)


def check_text(text: str) -> str:
    """What somebody observes: some words, not too many, at most two links, nothing that is no text."""
    found = _clean(text, "text", keep_lines=True)
    if len(found) < MIN_TEXT:
        raise DomainError("observation-too-short", field="text", least=MIN_TEXT)
    if len(found) > MAX_TEXT:
        raise DomainError("observation-too-long", field="text", most=MAX_TEXT)
    if len(_LINK.findall(found)) > MAX_LINKS:
        raise DomainError("observation-too-many-links", field="text", most=MAX_LINKS)
    return found


def check_name(name: str) -> str:
    """The name under which it is published: one short line without links; empty where none is wanted."""
    found = _clean(name, "name", keep_lines=False)
    if len(found) > MAX_NAME or _LINK.search(found):
        raise DomainError("observer-name-not-valid", field="name", most=MAX_NAME)
    return found


def check_reply(text: str, field: str = "reply") -> str:
    """A reply gives its reasons: what was changed, or why nothing was."""
    found = _clean(text, field, keep_lines=True)
    if not found:
        raise DomainError("observation-reply-required", field=field)
    if len(found) > MAX_REPLY:
        raise DomainError("observation-too-long", field=field, most=MAX_REPLY)
    return found


def _clean(text: str, field: str, *, keep_lines: bool) -> str:
    found = text.replace("\r\n", "\n").strip()
    if found != readable(found, keep_lines=keep_lines):
        raise DomainError("text-not-readable", field=field)
    return found


def readable(text: str, *, keep_lines: bool = True) -> str:
    """The text without what is no text: control characters, and those that turn the order of reading."""
    kept = {"\n", "\t"} if keep_lines else set()
    return "".join(c for c in text if c in kept or (unicodedata.category(c) != "Cc" and c not in _TURNING))


def reply_due(confirmed_on: date, days: int) -> date:
    """The last day for a reply, counted from its confirmation: moderation takes its time out of it."""
    return confirmed_on + timedelta(days=days)


def is_reply_overdue(
    status: ObservationStatus, due_on: date | None, replied_on: date | None, today: date
) -> bool:
    """Overdue from the day after the last one, as long as nobody has replied."""
    owed = status in {ObservationStatus.WAITING, ObservationStatus.PUBLISHED} and replied_on is None
    return owed and due_on is not None and today > due_on


def check_moderation(status: ObservationStatus) -> None:
    """Decided once, and only after its author confirmed it."""
    if status is not ObservationStatus.WAITING:
        raise Conflict("observation-moderated")


def check_replying(status: ObservationStatus, *, is_replied: bool) -> None:
    """A published observation gets one reply."""
    if is_replied:
        raise Conflict("observation-replied")
    if status is not ObservationStatus.PUBLISHED:
        raise Conflict("observation-not-published")


def check_followed(kind: SubjectKind) -> None:
    """Plans, commitments and institutions are followed; nothing else is."""
    if kind not in FOLLOWED:
        raise NotFound("subject-not-followed")
