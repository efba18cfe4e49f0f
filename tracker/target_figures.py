"""Figures of targets as pages show them: the same words and drawings as in the compiled report."""

from __future__ import annotations

from decimal import Decimal

from tracker.domain.report_targets import AccountedTable, TargetFindingLine
from tracker.i18n import language
from tracker.renderers.present_targets import sentence, targets_chart
from tracker.renderers.presentation import Chart
from tracker.renderers.words import Words


def amount(value: Decimal | None) -> str:
    """An amount or a percent as official tables print them; a dash where there is none."""
    return Words(language()).two_decimals(value)


def quetzales_exact(centavos: int) -> str:
    """An amount of money with both its decimals."""
    return f"Q\N{NO-BREAK SPACE}{Words(language()).money(centavos)}"


def chart_of(table: AccountedTable, key: str) -> Chart | None:
    """How much was executed, row by row; None where no row has a percent."""
    return targets_chart(Words(language()), table, key)


def finding_words(one: TargetFindingLine) -> str:
    """What does not add up, with both amounts."""
    return sentence(Words(language()), one)
