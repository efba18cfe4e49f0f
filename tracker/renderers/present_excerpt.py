"""The month for the technical table tells in detail only what asks for attention; the data has all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from tracker.domain.report_document import ReportDocument
from tracker.renderers.present_lines import anchor
from tracker.renderers.presentation import ItemCard, Presentation

T = TypeVar("T")


def excerpt(report: Presentation, document: ReportDocument, note: str) -> Presentation:
    """The report with the cards of what moved, is late, waits or falls due, and what stands above them.

    Rows about other items keep their numbers and lead nowhere.
    """
    wanted = {anchor(uid) for uid in _attention(document)}
    items = tuple(_kept(report.items, wanted))
    places = {one.anchor for one in _all(items)}
    linked = replace(report, items=(), annex=tuple(one for one in report.annex if one.anchor in places))
    return replace(cast(Presentation, _unlinked(linked, places)), items=items, detail_note=note)


def _attention(document: ReportDocument) -> Iterator[str]:
    period, sections = document.period, document.summary.sections
    if period is not None:
        yield from (one.row.uid for one in period.movements)
        yield from (one.uid for one in period.falling_due)
    for listed in (sections.late, sections.awaiting_validation, sections.at_risk):
        yield from (one.uid for one in listed)


def _kept(items: Iterable[ItemCard], wanted: set[str]) -> Iterator[ItemCard]:
    for item in items:
        below = tuple(_kept(item.children, wanted))
        if below or item.anchor in wanted:
            yield replace(item, children=below)


def _all(items: Iterable[ItemCard]) -> Iterator[ItemCard]:
    for item in items:
        yield item
        yield from _all(item.children)


def _unlinked(value: Any, places: set[str]) -> Any:
    """The value with no anchor in it that leads to a place which is not there."""
    if isinstance(value, tuple):
        return tuple(_unlinked(one, places) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {one.name: _unlinked(getattr(value, one.name), places) for one in fields(value)}
    if "anchor" in changed and changed["anchor"] not in places:
        changed["anchor"] = ""
    return replace(value, **changed)
