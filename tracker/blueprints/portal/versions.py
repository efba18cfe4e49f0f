"""Two versions of a plan compared, for everybody."""

from __future__ import annotations

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.access import public
from tracker.blueprints.portal import blueprint
from tracker.queries.portal.versions import get_comparison
from tracker.words import plan_versions as words

blueprint.add_app_template_filter(words.version_words, "version_words")
blueprint.add_app_template_filter(words.what_words, "what_words")
blueprint.add_app_template_filter(words.version_field, "version_field")
blueprint.add_app_template_filter(words.origin_words, "origin_words")
blueprint.add_app_template_global(words.version_pieces, "version_pieces")
blueprint.add_app_template_global(words.is_list, "version_is_list")


@blueprint.get("/planes/<int:number>/versiones")
@public
def versions(number: int) -> ResponseReturnValue:
    """What a plan said and says, between any two of its versions."""
    zone = current_app.config["TIMEZONE"]
    asked = {name: request.args.get(name, "").strip() for name in ("a", "b")}
    header, comparison = get_comparison(number, asked["a"], asked["b"], clock.today(zone), zone=zone)
    return render_template(
        "portal/versions.html",
        header=header,
        comparison=comparison,
        address_says={name: value for name, value in asked.items() if value},
    )
