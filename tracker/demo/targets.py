"""The targets of an institution in the demonstration: figures of our own, brought in, linked and accepted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.canonical import derived_uid
from tracker.domain.facts import InstitutionRef
from tracker.domain.indicators import Measurement, OutcomeIndicator
from tracker.domain.permissions import Actor
from tracker.domain.targets import (
    Alignment,
    Execution,
    Measure,
    Modification,
    Target,
    TargetLevel,
    TargetSource,
    TargetTable,
    period_of,
)
from tracker.queries.targets import find_institution, last_version
from tracker.services.targets import Moment, accept_targets, start_table, write_indicator, write_target

SLUG = "infom"
TITLE = "Metas físicas y financieras de agua y saneamiento"
# Name, SNIP, initial and modification, executed by the end of each period: quantities, then quetzales.
_ROWS = (
    ("Agua rural", "", (40, 6), (9, 21, 41), (8_000_000, 1_200_000), (1_500_000, 4_100_000, 8_200_000)),
    ("Nuevos", "300101", (25, 0), (5, 12, 22), (6_000_000, 0), (1_100_000, 2_900_000, 5_400_000)),
    ("Mejorados", "300102", (15, 6), (4, 9, 19), (2_000_000, 1_200_000), (400_000, 1_200_000, 2_800_000)),
)  # fmt: skip


def tell_targets(actors: Mapping[str, Actor], *, now: datetime, today: date) -> None:
    """A table written by its liaison and accepted by the contact point, and an indicator.

    It tells up to the last four-month period that has ended.
    """
    liaison, row = actors["enlace.infom"], find_institution(slug=SLUG)
    year, period = (today.year, period_of(today) - 1) if period_of(today) > 1 else (today.year - 1, 3)
    source = TargetSource("R-DEMO-1", today)
    table = TargetTable(year, period, "14", "Agua y saneamiento", TITLE, source, ())
    uid = start_table(liaison, row.uid, table, Moment(now, today))
    for at, told in enumerate(_ROWS):
        write_target(liaison, uid, _target(at, told, period, source), "", _seen(uid, now, today))
    accept_targets(actors["contacto"], uid, _seen(uid, now, today))
    indicator = OutcomeIndicator(
        uid=derived_uid(row.uid, SLUG),
        institution=InstitutionRef(row.uid, row.name, row.acronym),
        name="Hogares rurales con agua segura",
        unit="porcentaje de hogares",
        baseline=Measurement(today.year - 6, Decimal(52)),
        goal=Measurement(today.year + 2, Decimal(64)),
        source=TargetSource("Encuesta de la demostración", today),
        measured=(Measurement(today.year - 1, Decimal(58)),),
        alignment=Alignment("Acceso al agua y gestión de los recursos naturales", goals=(6,)),
    )
    write_indicator(liaison, indicator, Moment(now, today))


def _seen(uid: str, now: datetime, today: date) -> Moment:
    last = last_version(uid)
    return Moment(now, today, last[0] if last else 0)


def _target(
    at: int,
    told: tuple[str, str, tuple[int, int], tuple[int, ...], tuple[int, int], tuple[int, ...]],
    period: int,
    source: TargetSource,
) -> Target:
    name, snip, planned, done, money, spent = told
    return Target(
        position=0,
        name=name,
        level=TargetLevel.SUBPRODUCT if at else TargetLevel.PRODUCT,
        unit="Sistema",
        snip=snip,
        parent=1 if at else None,
        physical=_measure(planned, done, 10_000, period, source),
        financial=_measure(money, spent, 100, period, source),
        alignment=Alignment("Acceso al agua y gestión de los recursos naturales", goals=(6,)),
    )


def _measure(
    planned: tuple[int, int], done: tuple[int, ...], scale: int, period: int, source: TargetSource
) -> Measure:
    initial, change = planned
    return Measure(
        initial=initial * scale,
        modifications=(Modification(change * scale, source.on, "Acuerdo de la demostración"),)
        if change
        else (),
        executed=tuple(Execution(one, done[one - 1] * scale) for one in range(1, period + 1)),
    )
