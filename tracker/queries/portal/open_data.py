"""Open data: the published rows of every table, one after the other, never all at once.

What is public is decided where the pages decide it. Rows are told by the columns of
`renderers/open_data.toml`; an address is its path on this site.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from tracker.db import db
from tracker.domain.errors import NotFound
from tracker.domain.history import Cut
from tracker.models.audit import AuditEvent
from tracker.models.plans import ActionPlan
from tracker.queries.history import (
    AGREEMENT,
    ASSESSMENT,
    INDICATOR,
    INSTITUTION,
    MEETING,
    NODE,
    RESOURCE,
    SEAT,
    TARGETS,
    TARGETS_ACCEPTED,
    last_sequence,
)
from tracker.queries.portal.open_data_ogp import ogp_rows
from tracker.queries.portal.open_data_plans import (
    amendment_rows,
    assessment_rows,
    institution_rows,
    plan_rows,
    report_rows,
    rescheduling_rows,
)
from tracker.queries.portal.open_data_rows import Country, Row, View
from tracker.queries.portal.open_data_table import table_rows, target_rows
from tracker.queries.portal.open_data_tree import tree_rows
from tracker.queries.portal.rows import PUBLISHED


@dataclass(frozen=True)
class _Source:
    """What gives the rows of some tables in one pass."""

    tables: frozenset[str]
    rows: Callable[[View], Iterator[tuple[str, Row]]]


_SOURCES = (
    _Source(frozenset({"plans", "axes"}), plan_rows),
    _Source(
        frozenset(
            {
                *("items", "commitments", "milestones", "activities", "windows", "roles", "products"),
                *("product_items", "means", "item_means", "progress", "evidence", "evidence_means"),
                "resources",
            }
        ),
        tree_rows,
    ),
    _Source(frozenset({"reschedulings"}), rescheduling_rows),
    _Source(frozenset({"institutions"}), institution_rows),
    _Source(frozenset({"assessments", "irm_codes"}), assessment_rows),
    _Source(frozenset({"target_tables", "targets", "indicators", "indicator_values"}), target_rows),
    _Source(frozenset({"seats", "meetings", "attendance", "decisions", "agreements"}), table_rows),
    _Source(frozenset({"amendments", "amendment_changes"}), amendment_rows),
    _Source(frozenset({"reports", "report_files"}), report_rows),
    _Source(frozenset({"ogp_commitments"}), ogp_rows),
)
# What events are about that can change these tables.
_TOLD = (
    *(
        NODE,
        INSTITUTION,
        ASSESSMENT,
        TARGETS,
        TARGETS_ACCEPTED,
        INDICATOR,
        RESOURCE,
        SEAT,
        MEETING,
        AGREEMENT,
    ),
    *("plan", "report", "evidence", "compilation", "rescheduling", "amendment", "variant"),
)
TABLES = frozenset(name for source in _SOURCES for name in source.tables)


def view_at(day: date, *, today: date, country: Country, zone: str) -> View:
    """What is read: published data as of a day, of what is recorded by now; NotFound for a day to come."""
    if day > today:
        raise NotFound("day-to-come")
    midnight = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone))
    return View(Cut(day, last_sequence()), day < today, country, midnight.astimezone(UTC))


def records(view: View, only: Collection[str] | None = None) -> Iterator[tuple[str, Row]]:
    """Every row with the name of its table, in one pass over the plans; of some tables where that is said."""
    wanted = TABLES if only is None else TABLES & frozenset(only)
    for source in _SOURCES:
        if source.tables & wanted:
            yield from ((name, row) for name, row in source.rows(view) if name in wanted)


def rows_of(view: View, table: str) -> Iterator[Row]:
    """The rows of one table."""
    return (row for _, row in records(view, {table}))


def changed_at() -> datetime:
    """When anything that these tables tell was last recorded; before that, the first day that a zip knows."""
    found = db.session.scalar(select(func.max(AuditEvent.at)).where(AuditEvent.subject_kind.in_(_TOLD)))
    return found or datetime(1980, 1, 1, tzinfo=UTC)


def period() -> tuple[date | None, date | None]:
    """From the first day of the first published plan to the last day of the last one."""
    days = select(func.min(ActionPlan.starts_on), func.max(ActionPlan.ends_on)).where(PUBLISHED)
    starts_on, ends_on = db.session.execute(days).one()
    return starts_on, ends_on
