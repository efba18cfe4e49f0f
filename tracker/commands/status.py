"""`status`: a plan's tree at a date, with both figures, coverage and state."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from tracker import clock
from tracker.commands.reading import Day, known_at, refusing
from tracker.domain.history import Cut
from tracker.domain.outline import outline
from tracker.domain.tree import assess
from tracker.queries.history import get_plan_id, plan_facts
from tracker.queries.reports import get_institution_uid, institution_at
from tracker.renderers.words import Words


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(status)


@click.command("status")
@click.option("--plan", "number", type=click.IntRange(min=1), required=True, help="Plan number.")
@click.option("--as-of", type=Day(), default=None, help="The date it is told for; today if not given.")
@click.option("--known-at", "instant", default=None, help="Only what was recorded by then.")
@click.option("--institution", default=None, help="Only items in which this institution takes part.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@with_appcontext
@refusing
def status(number: int, as_of: date | None, instant: str | None, institution: str | None, form: str) -> None:
    """Tree of a plan with both figures, coverage and state."""
    zone = current_app.config["TIMEZONE"]
    cut = Cut(as_of or clock.today(zone), known_at(instant))
    facts = plan_facts(get_plan_id(number), cut)
    own = institution_at(get_institution_uid(institution), cut) if institution is not None else None
    tree = outline(assess(facts, cut.as_of), facts, cut.as_of, institution=own, zone=ZoneInfo(zone))
    if form == "json":
        click.echo(json.dumps(tree, ensure_ascii=False, indent=2))
        return
    day = Words().day(cut.as_of)
    click.echo(_("Plan %(number)s: %(title)s, al %(day)s", number=number, title=facts.root.title, day=day))
    for commitment in tree["commitments"]:
        for line in _lines(commitment, 0):
            click.echo(line)


def _lines(item: dict[str, Any], depth: int) -> Iterator[str]:
    """An item with its figures under it, and what stands below it."""
    words = Words()
    indent = "  " * depth
    coverage = item["coverage"]
    state = words(f"state.{item['state']}")
    if item["days_late"]:
        state = f"{state} ({words('days_late', item['days_late'])})"
    yield f"{indent}{item['label']}  {_short(item['title'])}"
    told = [
        f"{words('figure.validated')}: {_figure(words, item['validated'])}",
        f"{words('figure.reported')}: {_figure(words, item['reported'])}",
        f"{words('col.coverage')}: {words('of', n=coverage['answered'], total=coverage['required'])}",
        state,
    ]
    yield f"{indent}    {' · '.join(told)}"
    for one in item["institution_reports"]:
        if one["percent"] is not None:
            yield f"{indent}    {_own(words, one)}"
    for child in (*item.get("milestones", ()), *item.get("activities", ())):
        yield from _lines(child, depth + 1)


def _figure(words: Words, figure: dict[str, Any] | None) -> str:
    """A figure with date and author; of what stands above activities, how many informed."""
    if figure is None or figure["percent"] is None:
        return words("unknown")
    percent = words.percent_text(str(figure["percent"]))
    if "informed" in figure:
        everybody = figure["informed"] == figure["total"]
        key = "figure.group.all" if everybody else "figure.group"
        return words(key, percent=percent, informed=figure["informed"], total=figure["total"])
    day = words.iso_day(figure["on"])
    return words("figure.point", percent=percent, day=day, by=words.office(figure["by"]))


def _own(words: Words, report: dict[str, Any]) -> str:
    """What an institution itself reports, with its part."""
    part = words(f"role.{report['role']}") if report["role"] else words("role.none")
    percent, day = words.percent_text(str(report["percent"])), words.iso_day(report["on"])
    return f"– {words('report.heading', institution=report['institution'], role=part)}: {percent}, {day}"


def _short(title: str) -> str:
    return title if len(title) <= 100 else f"{title[:99]}…"
