"""Tables of targets for tests: amounts as people write them, scaled here."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.db import transaction
from tracker.domain.canonical import derived_uid
from tracker.domain.facts import InstitutionRef
from tracker.domain.indicators import Measurement, OutcomeIndicator
from tracker.domain.permissions import SYSTEM
from tracker.domain.targets import (
    SCALES,
    Alignment,
    Execution,
    Measure,
    Modification,
    PrintedTotal,
    RecordedTargets,
    Side,
    Target,
    TargetLevel,
    TargetSource,
    TargetTable,
    subject_uid,
)
from tracker.services.versions import record_indicator, record_targets

Number = int | Decimal | None


def _measure(side: Side, initial: Number, modified: Number, executed: Number, period: int) -> Measure:
    scale = SCALES[side]
    return Measure(
        initial=None if initial is None else int(initial * scale),
        modifications=() if modified is None else (Modification(int(modified * scale)),),
        executed=() if executed is None else (Execution(period, int(executed * scale)),),
    )


def figures(initial: Number, modified: Number, executed: Number, period: int = 3) -> Measure:
    """Quantities."""
    return _measure(Side.PHYSICAL, initial, modified, executed, period)


def money(initial: Number, modified: Number, executed: Number, period: int = 3) -> Measure:
    """Quetzales."""
    return _measure(Side.FINANCIAL, initial, modified, executed, period)


def target(position: int, **given: Any) -> Target:
    """A row: a product, or a subproduct where a parent is given."""
    level = TargetLevel.SUBPRODUCT if given.get("parent") else TargetLevel.PRODUCT
    return Target(
        **({"position": position, "name": f"Fila {position}", "level": level, "unit": "Metro"} | given)
    )


def total(**given: Any) -> PrintedTotal:
    """A printed total."""
    return PrintedTotal(**given)


def table(*rows: Target, **given: Any) -> TargetTable:
    """A table of programme 14, of the whole of 2023."""
    values: dict[str, Any] = {
        "year": 2023,
        "period": 3,
        "programme": "14",
        "programme_name": "Prevención de la Desnutrición Crónica",
        "title": "Metas de alcantarillados",
        "source": TargetSource("R0081830.rpt", date(2024, 1, 15)),
    }
    return TargetTable(**(values | {"rows": rows} | given))


def record_year(owner: Any, now: datetime) -> str:
    """A table of an institution with something of everything that a page shows; gives its uid."""
    dated = replace(figures(10, 5, 6), modifications=(Modification(50_000, date(2023, 5, 2), "Acuerdo 1"),))
    rows = (
        target(
            1,
            name="Agua",
            physical=dated,
            financial=money(100, 50, 61),
            alignment=Alignment("Agua", goals=(6,)),
        ),
        target(2, parent=1, snip="153671", physical=figures(10, 5, 6), financial=money(100, 50, 60)),
    )
    made = table(rows[0], replace(rows[1], is_guessed=True), total=total(financial=money(100, 50, 61)))
    said = RecordedTargets(InstitutionRef(owner.uid, owner.name, owner.acronym), "", made, "INFOM")
    indicator = OutcomeIndicator(
        uid=derived_uid("indicador"),
        institution=said.institution,
        name="Agua segura",
        unit="%",
        baseline=Measurement(2015, Decimal(40)),
        goal=Measurement(2028, Decimal(60)),
        source=made.source,
        measured=(Measurement(2020, Decimal(45)),),
    )
    with transaction():
        record_targets(SYSTEM, said, None, effective_on=date(2023, 12, 31), now=now)
        record_indicator(SYSTEM, indicator, effective_on=now.date(), now=now)
    return subject_uid(owner.uid, made)
