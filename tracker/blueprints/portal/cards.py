"""What a card says of a subject, as a picture for links and as the text of an embed."""

from __future__ import annotations

from decimal import Decimal

from flask import Response, current_app
from flask_babel import gettext as _
from flask_babel import ngettext

from tracker import i18n
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.blueprints.portal.addresses import for_each_subject
from tracker.blueprints.portal.words import milestone_word
from tracker.domain.plans import NodeKind
from tracker.domain.states import State
from tracker.queries.portal.institutions import Tally
from tracker.queries.portal.rows import Totals
from tracker.queries.portal.subjects import ActivityFigures, Subject, SubjectKind, find_subject
from tracker.renderers.card import MEDIA_TYPE, Card, Figure, draw_card


@for_each_subject("tarjetas", ".png")
def card(kind: SubjectKind, **place: object) -> Response:
    """The picture that goes with a link to a subject."""
    return Response(draw_card(card_of(find_subject(kind, **place))), mimetype=MEDIA_TYPE)


@blueprint.get("/tarjetas/cumple.png")
@public
def general_card() -> Response:
    """The picture that goes with a link to any other page."""
    drawn = Card(
        eyebrow=current_app.config["GOVERNMENT_NAME"],
        title=_("Compromisos de gobierno abierto"),
        lead=_(
            "Qué se comprometió a hacer el gobierno, quién responde, qué se declara y qué está comprobado."
        ),
    )
    return Response(draw_card(drawn), mimetype=MEDIA_TYPE)


def card_of(subject: Subject) -> Card:
    """The card of a subject: its name, both figures with their day, and what is late."""
    proven, claimed = _figures(subject)
    return Card(
        eyebrow=" · ".join((current_app.config["GOVERNMENT_NAME"], *_where(subject))),
        title=subject.title,
        proven=proven,
        claimed=claimed,
        alarm=_alarm(subject),
        foot=" · ".join(_foot(subject)),
    )


def spoken(card: Card) -> str:
    """A card in one sentence."""
    figures = [f"{one.name}: {one.value}" for one in (card.proven, card.claimed) if one]
    return ". ".join(one for one in (card.eyebrow, card.title.rstrip("."), *figures, card.alarm) if one) + "."


def name_of(subject: Subject) -> str:
    """A subject by its number and title: Compromiso 3: …"""
    if subject.kind in {SubjectKind.PLAN, SubjectKind.INSTITUTION}:
        return subject.title
    return f"{_numbered(subject)}: {subject.title}"


def _numbered(subject: Subject) -> str:
    if subject.kind is SubjectKind.COMMITMENT:
        return _("Compromiso %(number)s", number=subject.label)
    if subject.node_kind is NodeKind.MILESTONE:
        return f"{milestone_word(subject.milestone_word).capitalize()} {subject.label}"
    return _("Actividad %(label)s", label=subject.label)


def _where(subject: Subject) -> list[str]:
    """Which plan, and which of its items."""
    found = [_("Plan %(number)s", number=subject.plan_number)]
    if subject.kind is SubjectKind.ACTIVITY:
        found.append(_("Compromiso %(number)s", number=subject.commitment))
    if subject.kind in {SubjectKind.COMMITMENT, SubjectKind.ACTIVITY}:
        found.append(_numbered(subject))
    elif subject.kind is SubjectKind.INSTITUTION and subject.label != subject.title:
        found.append(subject.label)
    return found


def _foot(subject: Subject) -> list[str]:
    found = [_("Datos al %(day)s", day=i18n.day(subject.on))] if subject.on else []
    return [*found, _("Demostración: datos inventados")] if subject.is_demo else found


def _figures(subject: Subject) -> tuple[Figure, Figure]:
    if subject.totals is not None:
        return _of_totals(subject.totals)
    if subject.activity is not None:
        return _of_activity(subject.activity)
    return _of_tally(subject.tally or Tally(0, 0, 0, 0, 0, 0, 0))


def _figure(name: str, value: Decimal | None, note: str) -> Figure:
    shown = _("sin información") if value is None else i18n.percent(value)
    return Figure(name, shown, note, None if value is None else float(value))


def _of_totals(totals: Totals) -> tuple[Figure, Figure]:
    """Both floors, with how many have said something."""
    informed = (totals.validated_informed, totals.reported_informed)
    notes = [_("%(n)s de %(m)s actividades", n=each, m=totals.total) for each in informed]
    return (
        _figure(_("Comprobado"), totals.validated, notes[0]),
        _figure(_("Declarado"), totals.reported, notes[1]),
    )


def _of_activity(figures: ActivityFigures) -> tuple[Figure, Figure]:
    """Both figures, each with its day."""
    days = [
        _("al %(day)s", day=i18n.day(each, "d MMM y")) if each else ""
        for each in (figures.validated_on, figures.reported_on)
    ]
    return (
        _figure(_("Comprobado"), figures.validated, days[0]),
        _figure(_("Declarado"), figures.reported, days[1]),
    )


def _of_tally(tally: Tally) -> tuple[Figure, Figure]:
    """How many of an institution's items are complete: proven, and by its own word."""

    def counted(name: str, count: int) -> Figure:
        share = 100 * count / tally.items if tally.items else None
        return Figure(name, _("%(n)s de %(m)s", n=count, m=tally.items), _("actividades"), share)

    return (
        counted(_("Completas y comprobadas"), tally.complete),
        counted(_("Declaradas completas"), tally.claims),
    )


def _alarm(subject: Subject) -> str:
    if subject.withdrawn_on:
        return _("Retirado del plan")
    late = subject.activity
    if late is not None:
        if late.state is not State.OVERDUE:
            return ""
        return ngettext("%(num)s día de atraso", "%(num)s días de atraso", late.days_late or 0)
    overdue = subject.totals.overdue if subject.totals else subject.tally.overdue if subject.tally else 0
    return ngettext("%(num)s actividad atrasada", "%(num)s actividades atrasadas", overdue) if overdue else ""
