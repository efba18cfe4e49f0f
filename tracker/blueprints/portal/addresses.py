"""Whole addresses, for whoever reads them elsewhere: citations, feeds, calendars, other sites."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode

from flask import request, url_for

from tracker import i18n
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.i18n import whole
from tracker.queries.portal.subjects import Subject, SubjectKind

# As other sites name our languages.
_LOCALES = {"es": "es_GT", "en": "en_US"}
View = Callable[..., Any]
# How the addresses of each kind of subject go on.
PLACES = {
    SubjectKind.PLAN: "planes/<int:number>",
    SubjectKind.COMMITMENT: "compromisos/<string:uid>",
    SubjectKind.ACTIVITY: "actividades/<string:uid>",
    SubjectKind.INSTITUTION: "instituciones/<int:number>/<string:slug>",
}


def for_each_subject(before: str, after: str = "") -> Callable[[View], View]:
    """Give a view one public address for each kind of subject: /feeds/planes/4.atom, portal.plan_feed."""

    def mark(view: View) -> View:
        for kind, place in PLACES.items():
            blueprint.add_url_rule(
                f"/{before}/{place}{after}", f"{kind}_{view.__name__}", public(_of_kind(view, kind))
            )
        return view

    return mark


def _of_kind(view: View, kind: SubjectKind) -> View:
    @wraps(view)
    def shown(**place: Any) -> Any:
        return view(kind, **place)

    return shown


def subject_url(subject: Subject, medium: str = "", **values: Any) -> str:
    """The whole address of a subject's page, or of its card, embed, feed or calendar."""
    if medium:
        return whole(url_for(f"portal.{subject.kind}_{medium}", **subject.place, **values))
    if subject.kind is SubjectKind.COMMITMENT:
        values |= {"number": subject.plan_number, "commitment": subject.commitment}
    else:
        values |= subject.place
    return whole(url_for(f"portal.{subject.kind}", **values))


def permanent_url(subject: Subject) -> str:
    """The address by uid: it leads to the subject wherever its page is later on."""
    plan = subject.plan_number if subject.kind is SubjectKind.INSTITUTION else None
    return whole(url_for("portal.permanent", uid=subject.uid, plan=plan))


def here(language: str, said: Mapping[str, Any] | None = None) -> str:
    """This page in a language, as one address stands for all its variants.

    Of the query only what the page says of it, else which page of a list it is.
    """
    page = request.args.get("page", 1, type=int)
    query = urlencode(said if said is not None else {"page": page} if page > 1 else {})
    query = f"?{query}" if query else ""
    prefix = "/en" if language == "en" else ""
    return f"{i18n.whole(prefix)}/{quote(request.path.lstrip('/'))}{query}"


@blueprint.app_template_global("general_card")
def general_card() -> str:
    """The picture of pages that have none of their own."""
    return whole(url_for("portal.general_card"))


@blueprint.app_template_global("page_addresses")
def page_addresses(said: Mapping[str, Any] | None = None) -> dict[str, str]:
    """This page in each language, and by itself, for the head of a page."""
    found = {code: here(code, said) for code in i18n.LANGUAGES}
    return {"own": found[i18n.language()], "locale": _LOCALES[i18n.language()], **found}
