"""The charts of a compiled report: which there are, what they say, and the table of the same figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from babel.dates import format_date

from tracker.domain.report_document import ReportDocument, StateCount
from tracker.domain.report_series import (
    DeliveryCounts,
    DeliveryPoint,
    DeliverySeries,
    InstitutionProgress,
    deliveries,
    progress_by_institution,
)
from tracker.domain.schedule import Precision
from tracker.domain.states import State
from tracker.renderers.charts import (
    CountBar,
    Curve,
    Look,
    PairBars,
    Stroke,
    count_bars,
    lines_through_time,
    pair_bars,
)
from tracker.renderers.present_summary import CHART_ORDER, share_of
from tracker.renderers.presentation import Chart
from tracker.renderers.words import Words

# How many institutions a drawing has room for; its table has them all.
MOST_DRAWN = 15

_GREEN, _RED, _AMBER, _BLUE, _GREY = "#256339", "#a2321f", "#a8670a", "#1c4f7c", "#5a636c"
LOOKS: dict[State, Look] = {
    State.COMPLETE_EARLY: Look("upright", _GREEN),
    State.COMPLETE_ON_TIME: Look("solid", _GREEN),
    State.COMPLETE_LATE: Look("level", _GREEN),
    State.COMPLETE_UNDATED: Look("dots", _GREEN),
    State.AWAITING_VALIDATION: Look("hatch", _AMBER),
    State.IN_PROGRESS: Look("back-hatch", _BLUE),
    State.BEHIND: Look("grid", _AMBER),
    State.DUE_SOON: Look("checks", _AMBER),
    State.OVERDUE: Look("cross", _RED),
    State.NOT_DUE: Look("empty", _GREY),
    State.NO_DATE: Look("sparse", _GREY),
    State.WITHDRAWN: Look("dashes", _GREY),
}
# In the order in which they are drawn: what was planned below what was met.
STROKES: dict[str, Stroke] = {
    "baseline": Stroke("#5a636c", "1.5 3.5", "diamond", 1.75),
    "due": Stroke("#1b2229", "10 3 2 3", "square", 1.5),
    "claimed": Stroke("#8a5400", "5 3", "triangle", 2.0),
    "validated": Stroke("#1c4f7c", "", "circle", 2.5),
}
_COLUMNS = ("due", "baseline", "validated", "claimed")


def charts(words: Words, document: ReportDocument) -> tuple[Chart, ...]:
    """The charts that have something to show."""
    found = (_states(words, document), _institutions(words, document), _dates(words, document))
    return tuple(one for one in found if one is not None)


def _states(words: Words, document: ReportDocument) -> Chart | None:
    """How many deliveries stand in each state."""
    order = CHART_ORDER.index
    counts = [one for one in sorted(document.summary.states, key=lambda one: order(one.state)) if one.count]
    if not counts:
        return None
    total = sum(one.count for one in counts)
    shares = [share_of(words, one.count, total) for one in counts]
    bars = [
        CountBar(
            words(f"state.{one.state.value}"),
            one.count,
            words("chart.states.figure", count=one.count, share=share),
            LOOKS[one.state],
        )
        for one, share in zip(counts, shares, strict=True)
    ]
    alt = _states_alt(words, counts, total)
    return Chart(
        key="states",
        title=words("states.caption"),
        alt=alt,
        svg=count_bars("states", alt, bars),
        columns=(words("states.state"), words("states.count"), words("states.share")),
        rows=(
            *((one.label, str(one.count), share) for one, share in zip(bars, shares, strict=True)),
            (words("states.total"), str(total), words.percent(Decimal(100))),
        ),
    )


def _states_alt(words: Words, counts: Sequence[StateCount], total: int) -> str:
    parts = [
        words("chart.states.part", count=one.count, state=words(f"state.{one.state.value}"))
        for one in sorted(counts, key=lambda one: -one.count)
    ]
    return words("chart.states.alt", total, parts=words.listed(parts))


def _institutions(words: Words, document: ReportDocument) -> Chart | None:
    """Both figures of each institution that leads activities."""
    every = progress_by_institution(document)
    drawn = [one for one in every if one.leads][:MOST_DRAWN]
    if not drawn:
        return None
    names = (words("figure.validated"), words("figure.reported"))
    alt = _institutions_alt(words, every)
    return Chart(
        key="institutions",
        title=_institutions_title(words, document, len(drawn), sum(one.leads > 0 for one in every)),
        alt=alt,
        svg=pair_bars("institutions", alt, names, [_pair(words, one) for one in drawn]),
        columns=_institution_columns(words, every),
        rows=tuple(_institution_row(words, every, one) for one in every),
    )


def _institutions_title(words: Words, document: ReportDocument, drawn: int, leading: int) -> str:
    own = document.institution.label if document.institution else ""
    title = words("chart.institutions.own", institution=own) if own else words("chart.institutions")
    return words("chart.institutions.some", title=title, drawn=drawn, n=leading) if drawn < leading else title


def _institutions_alt(words: Words, every: Sequence[InstitutionProgress]) -> str:
    first = max(every, key=lambda one: one.leads)
    said = words(
        "chart.institutions.alt",
        sum(one.leads > 0 for one in every),
        first=first.institution,
        activities=words("activities", first.leads),
        validated=_mean(words, first.validated, first.validated_informed),
        reported=_mean(words, first.reported, first.reported_informed),
    )
    return f"{said} {words('chart.institutions.silent', first.silent)}" if first.silent else said


def _mean(words: Words, mean: Decimal | None, informed: int) -> str:
    """A mean as it is; where nobody informed that is said, no figure."""
    if mean is None:
        return words("none")
    return words.percent(mean if informed else None)


def _pair(words: Words, one: InstitutionProgress) -> PairBars:
    return PairBars(
        label=one.institution,
        note=words("activities", one.leads),
        validated=float(one.validated or 0),
        reported=float(one.reported or 0),
        validated_text=_mean(words, one.validated, one.validated_informed),
        reported_text=_mean(words, one.reported, one.reported_informed),
    )


def _shown_counts(every: Sequence[InstitutionProgress]) -> tuple[str, ...]:
    """The counts to tell besides: what nobody informed of always, the others where there are any."""
    rare = (name for name in ("not_started", "withdrawn") if any(getattr(one, name) for one in every))
    return ("silent", *rare)


def _institution_columns(words: Words, every: Sequence[InstitutionProgress]) -> tuple[str, ...]:
    names = ("col.institution", "chart.col.leads", "figure.validated", "figure.reported")
    return tuple(words(name) for name in (*names, *(f"chart.col.{one}" for one in _shown_counts(every))))


def _institution_row(
    words: Words, every: Sequence[InstitutionProgress], one: InstitutionProgress
) -> tuple[str, ...]:
    return (
        one.institution,
        str(one.leads),
        _mean(words, one.validated, one.validated_informed),
        _mean(words, one.reported, one.reported_informed),
        *(str(getattr(one, name)) for name in _shown_counts(every)),
    )


def _dates(words: Words, document: ReportDocument) -> Chart | None:
    """What was due, by both schedules, against what was met, by both figures, through time."""
    series = deliveries(document)
    if series is None or len(series.points) < 2:
        return None
    periods = [_period(words, series.unit, one.start) for one in series.points]
    cutoff = _cutoff_place(series.points, document.cutoff)
    alt = _dates_alt(words, document, series)
    curves = [_curve(words, series, name) for name in STROKES]
    day = words("chart.dates.cutoff", day=words.short_day(document.cutoff))
    svg = lines_through_time("dates", alt, periods, curves, None if cutoff is None else (cutoff, day))
    return Chart(
        key="dates",
        title=words("chart.dates"),
        alt=alt,
        svg=svg,
        columns=(words("chart.col.until"), *(words(f"chart.dates.{name}") for name in _COLUMNS)),
        rows=tuple(_date_rows(words, series, periods)),
    )


def _period(words: Words, unit: Precision, start: date) -> str:
    """A period as short as an axis needs it: ene 2019, T1 2019, 2019."""
    if unit is Precision.YEAR:
        return str(start.year)
    if unit is Precision.QUARTER:
        return words("chart.quarter", index=(start.month - 1) // 3 + 1, year=start.year)
    return format_date(start, format="MMM y", locale=words.locale)


def _cutoff_place(points: Sequence[DeliveryPoint], cutoff: date) -> int | None:
    """The period of the cut-off; None where it lies outside, or ends the drawing anyway."""
    found = (place for place, one in enumerate(points[:-1]) if one.start <= cutoff <= one.end)
    return next(found, None)


def _curve(words: Words, series: DeliverySeries, name: str) -> Curve:
    values = tuple(value for one in series.points if (value := getattr(one, name)) is not None)
    label = words("chart.dates.end", name=words(f"chart.dates.{name}"), count=values[-1] if values else 0)
    undated: int = getattr(series.undated, name)
    note = words("chart.dates.undated", undated) if undated else ""
    return Curve(label, note, values, STROKES[name])


def _dates_alt(words: Words, document: ReportDocument, series: DeliverySeries) -> str:
    counts = series.by_cutoff
    said = words(
        "chart.dates.alt",
        series.total,
        day=words.day(document.cutoff),
        due=counts.due,
        baseline=counts.baseline,
        validated=counts.validated,
        claimed=counts.claimed,
    )
    undated = series.undated.claimed
    return f"{said} {words('chart.dates.alt.undated', undated)}" if undated else said


def _date_rows(words: Words, series: DeliverySeries, periods: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for period, point in zip(periods, series.points, strict=True):
        yield _counts_row(words, period, point)
    for key, counts in (("chart.dates.later", series.later), ("chart.dates.none", series.undated)):
        if counts != DeliveryCounts(0, 0, 0, 0):
            yield _counts_row(words, words(key), counts)
    if series.withdrawn:
        none = words("none")
        yield words("chart.dates.withdrawn"), str(series.withdrawn), none, none, none


def _counts_row(words: Words, label: str, counts: DeliveryPoint | DeliveryCounts) -> tuple[str, ...]:
    values = (getattr(counts, name) for name in _COLUMNS)
    return (label, *(words("none") if value is None else str(value) for value in values))
