"""A round's workbook without a database: its rows, its words, its bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask

from tracker import i18n
from tracker.domain.plans import Role
from tracker.domain.round_workbook import BookLine, BookMeans, LineInputs, RoundBook, Situation
from tracker.renderers.round_workbook import render_round_workbook
from tracker.words.round_workbook import labels

MEANS = (BookMeans("m1", "Informe publicado"), BookMeans("m2", "Listado de asistencia"))


def line(number: int = 1, **more: Any) -> BookLine:
    """One line; the key is k1, k2, …"""
    given: dict[str, Any] = {
        "key": f"k{number}",
        "commitment": "10",
        "label": f"1.{number}",
        "title": "Elaborar y publicar el diagnóstico",
        "role": Role.LEAD,
        "occurrence_due_on": None,
        "due_on": date(2026, 12, 31),
        "situation": Situation.PENDING,
        "last_percent": Decimal(25),
        "last_reported_on": date(2026, 10, 28),
        "validated": None,
        "planned": Decimal(31),
        "unit": "municipalidades",
        "means": MEANS,
        "inputs": LineInputs(),
    }
    return BookLine(**{**given, **more})


def book(*lines: BookLine) -> RoundBook:
    """A workbook of those lines, or of three empty ones."""
    return RoundBook(
        round_uid="r1",
        institution_uid="i1",
        institution="INFOM",
        plan_number=5,
        period_start=date(2026, 11, 1),
        period_end=date(2026, 11, 30),
        due_on=date(2026, 11, 30),
        made_at=datetime(2026, 11, 21, 15, 0, tzinfo=UTC),
        lines=lines or tuple(line(one) for one in (1, 2, 3)),
    )


def words(of: RoundBook, address: str = "/") -> dict[str, str]:
    """The workbook's words, without the whole application."""
    app = Flask("words")
    app.config["TIMEZONE"] = "America/Guatemala"
    i18n.init_app(app)
    with app.test_request_context(address):
        return labels(of)


def rendered(*lines: BookLine) -> bytes:
    """The bytes of such a workbook."""
    made = book(*lines)
    return render_round_workbook(made, words(made))
