"""What the templates of the public pages list: choices of a filter, entries of a history, values in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Protocol, TypeVar

from flask import current_app
from flask_babel import gettext as _

from tracker import i18n
from tracker.blueprints.portal import blueprint
from tracker.domain.assessment import CompletionLevel
from tracker.domain.compilation import CompilationKind
from tracker.domain.sdg import goals_in
from tracker.domain.text import first_words
from tracker.queries.portal.parts import InstitutionRow
from tracker.renderers.words import Words


class HasFormat(Protocol):
    """A file of a report, of whichever page."""

    @property
    def format(self) -> str:
        """Its format."""
        ...


File = TypeVar("File", bound=HasFormat)
_FORMATS = "pdf docx xlsx html csv json bag"
_LONGEST = 60
_OGP_IDENTIFIER = re.compile(r"[A-Z]{2}\d{4}")
_SAYS_GOALS = ("sdg_links", "additional_information", "development_plan_links")
_CENTAVOS = 100


def short(text: str) -> str:
    """A title where there is little room: its first words, without a full stop."""
    return first_words(text, _LONGEST)


def axis_options(axes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Axes to choose from, out of labels and titles."""
    return [(label, short(f"{label}. {title}")) for label, title in axes]


@blueprint.app_template_filter("institution_options")
def institution_options(institutions: Iterable[InstitutionRow]) -> list[tuple[str, str]]:
    """Institutions to choose from, by name."""
    return sorted(((one.slug, short(one.label)) for one in institutions), key=lambda one: one[1].casefold())


@blueprint.app_template_filter("commitment_options")
def commitment_options(commitments: Iterable[tuple[int, str]]) -> list[tuple[str, str]]:
    """Commitments to choose from."""
    return [(str(number), short(f"{number}. {title}")) for number, title in commitments]


@blueprint.app_template_filter("weight")
def weight(value: Decimal | Fraction | None) -> str:
    """A weight as people write it."""
    if value is None:
        return "1"
    return i18n.number(
        Decimal(value.numerator) / Decimal(value.denominator) if isinstance(value, Fraction) else value
    )


@blueprint.app_template_filter("percent_or_dash")
def percent_or_dash(value: Decimal | None) -> str:
    """A percent, or a dash where there is none: nobody having informed is not 0 %."""
    return "—" if value is None else i18n.percent(value, 1)


@blueprint.app_template_filter("quetzales")
def quetzales(centavos: str) -> str:
    """An amount in quetzales, from centavos."""
    amount = Decimal(centavos) / _CENTAVOS if centavos.lstrip("-").isdigit() else None
    return "—" if amount is None else f"Q\N{NO-BREAK SPACE}{i18n.number(amount)}"


@blueprint.app_template_filter("ogp_values")
def ogp_values(names: str) -> str:
    """The values of open government that a commitment serves."""
    words = _words()
    known = ((f"ogp.{name}", name) for name in names.split(",") if name)
    return ", ".join(words(key) if words.has(key) else name for key, name in known)


@blueprint.app_template_filter("goals_named")
def goals_named(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """The Sustainable Development Goals that a commitment says it serves: words, and the page of each."""
    said = goals_in(" ".join(texts.get(name, "") for name in _SAYS_GOALS))
    word = {"es": "ODS", "en": "SDG"}[i18n.language()]
    names = [f"{word} {one}: {_words()(f'sdg.{one}')}" for one in said]
    return [(name, f"https://sdgs.un.org/goals/goal{one}") for name, one in zip(names, said, strict=True)]


@blueprint.app_template_filter("ogp_url")
def ogp_url(identifier: str) -> str:
    """The page of a commitment at the Open Government Partnership; nothing for what is no identifier."""
    address: str = current_app.config["OGP_COMMITMENT_URL"]
    return address.replace("{identifier}", identifier) if _OGP_IDENTIFIER.fullmatch(identifier) else ""


@blueprint.app_template_filter("template_field_word")
def template_field_word(name: str) -> str:
    """A field of the official template."""
    return _words()(f"sheet.{name}")


@blueprint.app_template_filter("level_word")
def level_word(level: CompletionLevel) -> str:
    """A value of the completion scale."""
    return _words()(f"level.{level.value}")


@blueprint.app_template_filter("report_kind")
def report_kind(kind: CompilationKind) -> str:
    """What a compiled report is called."""
    return _words()(f"kind.{kind.value}")


class NamesReport(Protocol):
    """What tells one compiled report from another."""

    @property
    def kind(self) -> CompilationKind:
        """What is compiled."""
        ...

    @property
    def institution(self) -> str:
        """Of which institution; empty for a whole plan."""
        ...

    @property
    def commitment(self) -> int | None:
        """Of which commitment."""
        ...

    @property
    def cutoff_on(self) -> date:
        """Its cut-off."""
        ...


def report_name(report: NamesReport) -> str:
    """A compiled report by its kind, whom it is about, and its cut-off."""
    parts = [report_kind(report.kind)]
    if report.institution:
        parts.append(report.institution)
    if report.commitment:
        parts.append(_("compromiso %(number)s", number=report.commitment))
    return " · ".join((*parts, _("corte al %(day)s", day=i18n.day(report.cutoff_on))))


def _words() -> Words:
    """The words that pages and compiled reports share: both call a thing the same."""
    return Words(i18n.language())


@blueprint.app_template_filter("as_they_are_read")
def as_they_are_read(files: Iterable[File]) -> list[File]:
    """Files by format: first what people read and edit, then what programs read."""
    return sorted(files, key=lambda one: (_FORMATS.find(one.format) % len(_FORMATS), one.format))


@blueprint.app_template_filter("format_word")
def format_word(name: str) -> str:
    """The name of a file format."""
    return {
        "bag": _("Paquete de evidencia (BagIt)"),
        "csv": "CSV (zip)",
        "docx": "Word",
        "xlsx": "Excel",
    }.get(name, name.upper())
