"""Answers as tables: one column for each value, parts of a part with a dot, several of them in one cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, get_args

from tracker.blueprints.api.described import Shown
from tracker.renderers.delimited import csv_lines


def csv_of(model: type[Shown], rows: Iterable[Shown], only: Collection[str] | None) -> Iterator[str]:
    """Lines of a CSV file with its header; the same columns whatever the rows hold."""
    paths = list(_columns(model, only))
    return csv_lines(
        [".".join(path) for path in paths], ([_cell(row, path) for path in paths] for row in rows)
    )


def _columns(model: type[Shown], only: Collection[str] | None = None) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if only is not None and name not in only:
            continue
        part = _part(field.annotation)
        if part is None:
            yield (name,)
        else:
            yield from ((name, *path) for path in _columns(part))


def _part(annotation: Any) -> type[Shown] | None:
    """The schema of a field that is a part of its own, or empty; None for values and for several parts."""
    for one in (annotation, *get_args(annotation)):
        if isinstance(one, type) and issubclass(one, Shown) and not _is_several(annotation):
            return one
    return None


def _is_several(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) in {tuple, dict, list}


def _cell(row: Shown | None, path: Sequence[str]) -> object:
    value: Any = row
    for name in path:
        if value is None:
            return ""
        value = getattr(value, name)
    return _written(value)


def _written(value: Any) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return "; ".join(f"{name}: {text}" for name, text in value.items())
    if isinstance(value, tuple | list):
        return "; ".join(one.words if isinstance(one, Shown) else str(one) for one in value)
    return value
