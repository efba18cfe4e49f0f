"""What a package says of itself: every item of evidence that its report names, and how it is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.evidence import Access
from tracker.domain.report_document import EvidenceLine, ReportDocument
from tracker.renderers.delimited import csv_lines
from tracker.renderers.tables_items import places
from tracker.renderers.tables_shape import without_controls
from tracker.renderers.words import Words

LISTING = "evidencias.csv"
_HEADER = (
    "compromiso", "numero", "institucion", "titulo", "fecha", "acceso", "sha256", "estado", "archivo",
    "sha256_archivo", "observacion", "enlace", "identificador",
)  # fmt: skip


class Standing(StrEnum):
    """Whether an item is in the package, as what, or why it is not."""

    INCLUDED = "included"
    PUBLIC_VERSION = "public-version"
    PHOTO_COPY = "photo-copy"
    LINK = "link"
    RESTRICTED = "restricted"
    RESTRICTED_SINCE = "restricted-since"
    NOT_ACCEPTED = "not-accepted"
    NOT_PUBLIC = "not-public"
    COPY_NOT_MADE = "copy-not-made"


@dataclass(frozen=True)
class Named:
    """An item of evidence as the report names it: under which item of the plan, and whose it is."""

    commitment: str
    label: str
    institution: str
    line: EvidenceLine


@dataclass(frozen=True)
class Listed:
    """An item with its standing, and where it stands in the package if it does."""

    named: Named
    standing: Standing
    access: Access
    """As it is now: what has been restricted since the cut is told by nothing but its hash."""
    path: str = ""
    sha256: str = ""


def named_evidence(document: ReportDocument) -> Iterator[Named]:
    """Every item that the document names, in its order, those of earlier reports too."""
    for place in places(document):
        for own in place.line.institution_reports:
            for line in (*own.evidence, *(line for one in own.earlier for line in one.evidence)):
                yield Named(place.commitment.label, place.line.label, own.institution, line)


def listing(items: Iterable[Listed], language: str = "es") -> bytes:
    """The list as CSV: one row for each item, in the package or not."""
    words = Words(language)
    return "".join(csv_lines(_HEADER, (_row(words, one) for one in items))).encode()


def _row(words: Words, one: Listed) -> Sequence[str | date]:
    line = one.named.line
    is_open = one.access is Access.PUBLIC
    texts = (one.named.commitment, one.named.label, one.named.institution, line.title if is_open else "")
    return (
        *map(without_controls, texts),
        line.on,
        words(f"evidence.{one.access.value}"),
        line.sha256,
        one.standing.value,
        one.path,
        one.sha256,
        words(f"bag.standing.{one.standing.value}"),
        without_controls(line.url) if is_open else "",
        line.uid,
    )


def readme(document: ReportDocument, files: Sequence[str], language: str = "es") -> bytes:
    """What is in the package and how anybody checks it, in words."""
    words = Words(language)
    about = words(
        "bag.description",
        kind=words(f"kind.{document.kind.value}"),
        plan=document.plan.title,
        cutoff=words.day(document.cutoff),
    )
    lines = [words("bag.title"), about, words("bag.issuer", issuer=document.imprint.issuer), ""]
    lines += [words("bag.contents"), *(f"  {one}" for one in files), words("bag.evidence"), ""]
    lines += [words("bag.check"), words("bag.check_bagit"), words("bag.check_sums"), ""]
    lines += [words("bag.hash"), f"  {document.imprint.sha256}", words("bag.hash_how")]
    return ("\r\n".join(without_controls(one) for one in lines) + "\r\n").encode()
