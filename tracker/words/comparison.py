"""Two versions of a report side by side: every field that differs, long texts word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from tracker import i18n
from tracker.domain.differences import Mark, Piece, word_differences
from tracker.domain.workflow import ReportStatus
from tracker.queries.progress_reports import COMPARED, EvidenceRow, ReportVersion
from tracker.wording import part_word
from tracker.words.reviews import compared_word, said_word
from tracker.words.timeline import letter_word

_LONG = frozenset({"narrative", "obstacle", "needed", "departure_reason"})
_ALSO = ("quantities", "claimed_role", "letter")


@dataclass(frozen=True)
class ComparedField:
    """One field that two versions say otherwise."""

    label: str
    before: str
    after: str
    pieces: tuple[Piece, ...] = ()
    """A long text in one, what went and what came marked."""


@dataclass(frozen=True)
class ComparedEvidence:
    """The same evidence with other particulars: its title, date, access, means or words."""

    title: str
    fields: tuple[ComparedField, ...]


def sentences() -> dict[str, str]:
    """No rule speaks of these."""
    return {}


def compared_fields(before: ReportVersion, after: ReportVersion) -> list[ComparedField]:
    """Every field that differs, in the order of the form."""
    found = []
    for name in (*COMPARED, *_ALSO):
        old, new = _said(before, name), _said(after, name)
        if old != new:
            found.append(ComparedField(_label(name), old, new, _pieces(name, old, new)))
    return found


def _pieces(name: str, before: str, after: str) -> tuple[Piece, ...]:
    """What went and what came of a long text; nothing where hardly a word stayed."""
    pieces = word_differences(before, after) if name in _LONG else ()
    return pieces if any(one.mark is Mark.SAME for one in pieces) else ()


def _label(name: str) -> str:
    return {
        "claimed_role": _("Parte que dijo tener"),
        "letter": _("Oficio"),
    }.get(name) or compared_word(name)


def _said(version: ReportVersion, name: str) -> str:
    if name == "letter":
        return letter_word(version.letter_number, version.letter_on) if version.letter_number else "—"
    if name == "claimed_role":
        return part_word(version.claimed_role) if version.claimed_role else "—"
    return said_word(getattr(version, name), name) or "—"


def compared_evidence(before: Sequence[EvidenceRow], after: Sequence[EvidenceRow]) -> list[ComparedEvidence]:
    """Evidence that both versions carry, where one says something else of it."""
    old = {one.identity: one for one in before if one.identity}
    found = []
    for one in after:
        earlier = old.get(one.identity)
        fields = _evidence_fields(earlier, one) if earlier is not None else ()
        if fields:
            found.append(ComparedEvidence(one.title or _("Evidencia restringida"), fields))
    return found


def _evidence_fields(before: EvidenceRow, after: EvidenceRow) -> tuple[ComparedField, ...]:
    labels = {
        "title": _("Título"),
        "effective_on": _("Con fecha"),
        "access": _("Acceso"),
        "description": _("Descripción"),
        "legal_ground": _("Fundamento legal"),
        "means_texts": _("Medios que contesta"),
    }
    rows = (
        (label, _evidence_value(before, name), _evidence_value(after, name)) for name, label in labels.items()
    )
    return tuple(ComparedField(label, old, new) for label, old, new in rows if old != new)


def _evidence_value(row: EvidenceRow, name: str) -> str:
    value = getattr(row, name)
    if name == "access":
        return {
            "public": _("pública"),
            "confidential": _("confidencial"),
            "reserved": _("reservada"),
        }[row.access.value]
    if name == "effective_on":
        return i18n.day(row.effective_on)
    return "; ".join(value) or "—" if isinstance(value, tuple) else str(value) or "—"


def version_choices(versions: Sequence[ReportVersion]) -> list[tuple[str, str]]:
    """Every version that may be compared, the newest first."""
    return [
        (
            one.uid,
            _(
                "%(who)s, %(day)s, versión %(n)s",
                who=one.institution,
                day=i18n.day(one.reported_on, "d MMM y"),
                n=one.version,
            ),
        )
        for one in versions
        if one.status is not ReportStatus.DRAFT
    ]
