"""A compiled report as tables: one description for every format that is read by programs and spreadsheets.

All figures are the document's own; nothing is computed here. Keys of columns are those of the JSON.
"""

from __future__ import annotations

from tracker.domain.report_document import ReportDocument
from tracker.renderers.tables_items import item_tables, places
from tracker.renderers.tables_own import own_tables
from tracker.renderers.tables_reports import report_tables_of
from tracker.renderers.tables_shape import Column, Kind, Reference, Table, Value, telling
from tracker.renderers.tables_summary import findings_table, report_table, states_table, summary_table

__all__ = ["Column", "Kind", "Reference", "Table", "Value", "report_tables"]


def report_tables(document: ReportDocument, language: str = "es") -> tuple[Table, ...]:
    """The tables of a report, each there even where it has no rows; then those of its kind alone."""
    told = telling(document, language)
    index = {place.line.uid: place for place in places(document)}
    return (
        report_table(told, document),
        summary_table(told, document),
        states_table(told, document, index),
        findings_table(told, document, index),
        *item_tables(told, document),
        *report_tables_of(told, document),
        *own_tables(told, document, index),
    )
