"""Feeds: what happened, in the words of the public timeline."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import UUID, uuid5

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _

from tracker import i18n
from tracker.blueprints.portal.addresses import for_each_subject, subject_url, whole
from tracker.blueprints.portal.cards import name_of
from tracker.blueprints.portal.choices import report_name, short
from tracker.domain.plans import NodeKind
from tracker.domain.timeline import EntryKind
from tracker.queries.portal.feeds import FeedPage, Happening, get_feed
from tracker.queries.portal.subjects import Subject, SubjectKind, find_subject
from tracker.renderers.atom import MEDIA_TYPE, Feed, FeedEntry, render_feed
from tracker.wording import office_word
from tracker.words.timeline import told

# What entries are named under: an entry has the same id in both languages and at any address.
_NAMES = UUID("6d2b1f0e-58c4-5b0f-9c86-0f3a4f1d7a52")
_TYPE = f"{MEDIA_TYPE};type=feed"


@for_each_subject("feeds", ".atom")
def feed(kind: SubjectKind, **place: object) -> Response:
    """What happened to a subject, the newest first, in pages."""
    subject = find_subject(kind, **place)
    zone = current_app.config["TIMEZONE"]
    page = get_feed(subject, request.args.get("page", 1, type=int), zone=zone)
    return Response(render_feed(_feed(subject, page)), mimetype=MEDIA_TYPE)


def _feed(subject: Subject, page: FeedPage) -> Feed:
    government = current_app.config["GOVERNMENT_NAME"]
    entries = tuple(_entry(one, subject) for one in page.happenings)
    begun = datetime.combine(subject.on, time.min, UTC) if subject.on else datetime.fromtimestamp(0, UTC)
    return Feed(
        id=_id(f"{subject.uid}/{subject.plan_number}/{i18n.language()}"),
        title=f"{name_of(subject)} · Cumple",
        subtitle=_("Lo que se informa, se comprueba, se atrasa o se cambia, según se registra."),
        author=government,
        language=i18n.language(),
        updated=max((one.updated for one in entries), default=begun),
        links=tuple(_links(subject, page)),
        entries=entries,
    )


def _links(subject: Subject, page: FeedPage) -> list[tuple[str, str, str]]:
    """Itself, its page, and the pages of the feed beside this one."""
    numbers = {"self": page.page, "first": 1}
    if page.page > 1:
        numbers["previous"] = page.page - 1
    if page.has_next:
        numbers["next"] = page.page + 1
    found = [("alternate", subject_url(subject), "text/html")]
    for relation, number in numbers.items():
        address = subject_url(subject, "feed", page=number if number > 1 else None)
        found.append((relation, address, _TYPE))
    return found


def _id(name: str) -> str:
    return uuid5(_NAMES, name).urn


def _entry(one: Happening, subject: Subject) -> FeedEntry:
    return FeedEntry(
        id=_id(one.key),
        title=_title(one),
        url=_url(one, subject),
        author=_author(one),
        category=one.entry.what if one.entry else "report-published",
        published=one.at,
        updated=one.updated_at,
        html=_html(one),
    )


def _title(one: Happening) -> str:
    """The item's number and title, and what happened; a claim nobody decided on says so."""
    if one.report is not None:
        return _("Informe publicado: %(name)s", name=report_name(one.report))
    line = told([one.entry])[0] if one.entry else None
    what = line.what if line else ""
    if line and one.entry and one.entry.kind is EntryKind.REPORT:
        what = " · ".join((what, *(text for text, _tone in line.tags)))
    return f"{one.item.label} {short(one.item.title)}: {what}" if one.item else what


def _url(one: Happening, subject: Subject) -> str:
    if one.report is not None:
        return whole(url_for("portal.reports", _anchor=f"informe-{one.report.uid}"))
    if one.item is None:
        anchor = f"enmienda-{one.entry.number}" if one.entry else None
        return whole(url_for("portal.amendments", number=subject.plan_number, _anchor=anchor))
    if one.item.kind is NodeKind.ACTIVITY:
        return whole(url_for("portal.activity", uid=one.item.uid, _anchor="historia"))
    return whole(url_for("portal.permanent", uid=one.item.uid))


def _author(one: Happening) -> str:
    """The institution or office that did it; what follows from the calendar is the government's word."""
    office = one.entry.office if one.entry else ""
    return office_word(office) if office else str(current_app.config["GOVERNMENT_NAME"])


def _html(one: Happening) -> str:
    line = told([one.entry])[0] if one.entry else None
    return render_template("portal/_feed_entry.html", line=line, report=one.report)
