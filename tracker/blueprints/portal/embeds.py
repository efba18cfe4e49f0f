"""Cards inside other sites: the only pages that may be framed by anybody; and oEmbed, which names them."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, current_app, jsonify, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from tracker import i18n
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.blueprints.portal.addresses import for_each_subject, subject_url
from tracker.blueprints.portal.cards import card_of, name_of
from tracker.domain.errors import NotFound
from tracker.queries.portal.subjects import Subject, SubjectKind, commitment_uid, find_subject
from tracker.renderers.card import HEIGHT as CARD_HEIGHT
from tracker.renderers.card import WIDTH as CARD_WIDTH

# The height at which nothing is cut from 280 pixels on.
HEIGHT = 380
WIDTH = 480
_NARROWEST = 280
# No script, no form, and anybody may frame it.
_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors *"
)


@for_each_subject("incrustar")
def embed(kind: SubjectKind, **place: object) -> Response:
    """A subject's card as a small page, to be put into another site."""
    subject = find_subject(kind, **place)
    page = render_template("embeds/card.html", card=card_of(subject), url=subject_url(subject))
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = _POLICY
    return answer


def snippet(address: str, name: str, width: str = "100%", height: int = HEIGHT) -> str:
    """What another site copies into its page."""
    pattern = Markup('<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>')
    return str(pattern.format(address, name, width, height))


@blueprint.get("/oembed")
@public
def oembed() -> ResponseReturnValue:
    """What to embed for the address of a page (oEmbed 1.0, JSON)."""
    if request.args.get("format", "json") != "json":
        return Response(status=501)
    path = _path(request.args.get("url", ""))
    if path.startswith("/en/") and i18n.language() != "en":
        return redirect(f"{request.script_root}/en{request.full_path}")
    subject = _subject_at(path.removeprefix("/en"))
    width = min(WIDTH, max(_NARROWEST, request.args.get("maxwidth", WIDTH, type=int)))
    height = min(HEIGHT, max(1, request.args.get("maxheight", HEIGHT, type=int)))
    name = name_of(subject)
    return jsonify(
        version="1.0",
        type="rich",
        provider_name=f"Cumple · {current_app.config['GOVERNMENT_NAME']}",
        provider_url=current_app.config["BASE_URL"],
        title=name,
        html=snippet(subject_url(subject, "embed"), name, str(width), height),
        width=width,
        height=height,
        thumbnail_url=subject_url(subject, "card"),
        thumbnail_width=CARD_WIDTH,
        thumbnail_height=CARD_HEIGHT,
    )


def _path(address: str) -> str:
    """The path of an address of this service; NotFound for any other."""
    base = current_app.config["BASE_URL"].rstrip("/")
    if not address.startswith(f"{base}/"):
        raise NotFound("node-not-found")
    return urlsplit(address.removeprefix(base)).path


def _subject_at(path: str) -> Subject:
    """The subject whose page has that path; NotFound where it is another page, or none."""
    try:
        endpoint, place = current_app.url_map.bind("").match(path)
    except HTTPException as error:
        raise NotFound("node-not-found") from error
    kind = endpoint.removeprefix("portal.")
    if kind not in set(SubjectKind):
        raise NotFound("node-not-found")
    if kind == SubjectKind.COMMITMENT:
        place = {"uid": commitment_uid(**place)}
    return find_subject(SubjectKind(kind), **place)
