"""Addresses by uid, and what each page says of how to cite, embed and follow it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from tracker import i18n
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.blueprints.portal.addresses import permanent_url, subject_url, whole
from tracker.blueprints.portal.cards import card_of, name_of, spoken
from tracker.blueprints.portal.choices import report_name
from tracker.blueprints.portal.embeds import HEIGHT, snippet
from tracker.domain.plans import NodeKind
from tracker.paths import number
from tracker.queries.portal.permanent import EVIDENCE, INSTITUTION, REPORT, Destination, find_destination
from tracker.queries.portal.reports import ReportRow
from tracker.queries.portal.subjects import LastRecorded, Subject, SubjectKind, last_recorded


@dataclass(frozen=True)
class Sharing:
    """How a page is cited, embedded and followed: whole addresses, in the language of the page."""

    name: str
    citation: str
    permanent: str
    as_it_stood: str
    """The page as it stood, with what was known then; empty where it has no such page."""
    seq: int | None
    embed: str
    snippet: str
    embed_height: int
    oembed: str
    feed: str
    calendar: str
    card: str
    alt: str
    """The same as the card, for who does not see it."""

    @property
    def webcal(self) -> str:
        """The calendar's address as calendar programs subscribe to it."""
        return f"webcal://{self.calendar.partition('://')[2]}"


@blueprint.get("/id/<string:uid>")
@public
def permanent(uid: str) -> ResponseReturnValue:
    """From a uid to the page where what it names is now."""
    return redirect(_address(find_destination(uid, request.args.get("plan", type=number))), 302)


def _address(found: Destination) -> str:
    if found.kind == REPORT:
        return url_for("portal.reports", _anchor=f"informe-{found.uid}")
    if found.kind == INSTITUTION:
        return url_for("portal.institution", number=found.number, slug=found.slug)
    if found.kind == EVIDENCE:
        return url_for("portal.activity", uid=found.uid, _anchor="evidencia")
    if found.kind == NodeKind.ACTIVITY:
        return url_for("portal.activity", uid=found.uid)
    if found.kind == NodeKind.PLAN:
        return url_for("portal.plan", number=found.number)
    if found.kind == NodeKind.AXIS:
        return url_for("portal.plan", number=found.number, eje=found.label, _anchor="compromisos")
    anchor = f"hito-{found.uid}" if found.kind == NodeKind.MILESTONE else None
    return url_for("portal.commitment", number=found.number, commitment=found.commitment, _anchor=anchor)


def sharing_of(subject: Subject) -> Sharing:
    """How the page of a subject is shared; one query."""
    last = last_recorded(subject.plan_id)
    embed = subject_url(subject, "embed")
    return Sharing(
        name=name_of(subject),
        citation=_citation(subject, last),
        permanent=permanent_url(subject),
        as_it_stood=_as_it_stood(subject, last),
        seq=last.seq if last else None,
        embed=embed,
        snippet=snippet(embed, name_of(subject)),
        embed_height=HEIGHT,
        oembed=whole(url_for("portal.oembed", url=subject_url(subject))),
        feed=subject_url(subject, "feed"),
        calendar=subject_url(subject, "calendar"),
        card=subject_url(subject, "card"),
        alt=spoken(card_of(subject)),
    )


def _citation(subject: Subject, last: LastRecorded | None) -> str:
    """Who publishes it, what it is, in what, of which day, and after which entry of the record."""
    parts = [current_app.config["GOVERNMENT_NAME"], f"«{name_of(subject)}»"]
    if subject.kind is not SubjectKind.PLAN:
        parts[-1] += f", {subject.plan_title}"
    parts.append("Cumple")
    if subject.on:
        parts.append(_("Datos al %(day)s", day=i18n.day(subject.on)))
    if last:
        parts.append(_("Asiento %(seq)s", seq=last.seq))
    return ". ".join(one.rstrip(".") for one in parts) + "."


def _as_it_stood(subject: Subject, last: LastRecorded | None) -> str:
    """What the page showed, for good: the day of the figures, with nothing recorded since."""
    if subject.on is None or last is None or subject.kind is SubjectKind.INSTITUTION:
        return ""
    known = last.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    values: dict[str, Any] = {"day": subject.on.isoformat(), "conocido": known}
    if subject.kind is SubjectKind.COMMITMENT:
        values |= {"number": subject.plan_number, "commitment": subject.commitment}
    else:
        values |= subject.place
    return whole(url_for(f"portal.past_{subject.kind}", **values))


@blueprint.app_template_filter("report_citation")
def report_citation(report: ReportRow) -> str:
    """A published report as it is cited: its version and hash name it whatever comes after."""
    parts = [current_app.config["GOVERNMENT_NAME"], f"«{report_name(report)}», {report.plan_title}", "Cumple"]
    parts.append(_("Versión %(number)s", number=report.version))
    parts.append(f"SHA-256 {report.sha256}")
    return f"{'. '.join(parts)}. {whole(url_for('portal.permanent', uid=report.uid))}"
