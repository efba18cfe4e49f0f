"""Tables of targets for tests: amounts as people write them, scaled here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tracker.domain.targets import (
    SCALES,
    Execution,
    Measure,
    Modification,
    PrintedTotal,
    Side,
    Target,
    TargetLevel,
    TargetSource,
    TargetTable,
)

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
