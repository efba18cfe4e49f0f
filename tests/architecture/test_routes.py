"""Every address says who may use it, and what it looks like is decided once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from flask import Flask

from tests.architecture import routes

# Views that write although they answer GET, each with its reason.
MAY_WRITE_ON_GET: dict[str, str] = {
    "notices.calendar": "when a private address was last used, so that its owner sees it",
    "reviews.show": "that a reviewer had the page open, once for each state of the report",
}
# Views without the CSRF guard, each with its reason.
_OBSERVING, _FOLLOWING = (f"tracker.blueprints.citizens.{one}" for one in ("observing", "following"))
WITHOUT_CSRF: dict[str, str] = {
    f"{_OBSERVING}.send": "no session on public pages: the form carries a token signed for it",
    f"{_OBSERVING}.confirm": "the signed token of the mail stands in the address",
    f"{_FOLLOWING}.send_follow": "no session on public pages: the form carries a token signed for it",
    f"{_FOLLOWING}.confirm_follow": "the signed token of the mail stands in the address",
    f"{_FOLLOWING}.end": "the signed token of the mail; mail programs send it by themselves (RFC 8058)",
    "tracker.blueprints.accounts.invitation.accept_invitation": "the signed token stands in the address",
    "tracker.blueprints.notices.stopping.stop": "the signed token of the mail, as in those that follow",
    f"{_FOLLOWING}.end_all": "the signed token of the mail; mail programs send it by themselves (RFC 8058)",
    "tracker.blueprints.api.submissions.progress_send": "a bearer token speaks for who calls, never a cookie",
    "tracker.blueprints.api.submissions.submission": "the same; it only reads",
    "tracker.blueprints.api.submissions.submissions": "the same; it only reads",
}


@pytest.fixture(scope="module")
def bare_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application without a database behind it: enough to ask for its addresses."""
    from tracker.app import create_app
    from tracker.db import db

    instance = str(tmp_path_factory.mktemp("bare"))
    application = create_app({"INSTANCE_PATH": instance, "DATABASE_URL": "sqlite://", "TESTING": True})
    yield application
    with application.app_context():
        db.engine.dispose()


def test_every_route_declares_its_access(bare_app):
    assert routes.without_access(bare_app) == []


def test_there_are_public_and_guarded_routes(bare_app):
    rules = [view.access_rule for _, view in routes.rules(bare_app)]
    assert len({str(rule) for rule in rules}) > 3


def test_every_parameter_has_a_type(bare_app):
    assert routes.untyped_parameters(bare_app) == []


def test_addresses_are_kebab_case(bare_app):
    assert routes.not_kebab_case(bare_app) == []


def test_nothing_is_written_by_following_a_link(bare_app):
    assert [name for name in routes.writes_on_get(bare_app) if name not in MAY_WRITE_ON_GET] == []


def test_forms_change_state_by_post(bare_app):
    assert routes.written_to_by_other_than_post(bare_app) == []


def test_no_view_is_outside_the_csrf_guard_unless_it_says_why(bare_app):
    guard = bare_app.extensions["csrf"]
    exempt = {*guard._exempt_views, *(blueprint.name for blueprint in guard._exempt_blueprints)}
    assert exempt == set(WITHOUT_CSRF)


def test_a_route_that_nobody_declared_is_refused(bare_app):
    application = Flask("x")
    application.before_request_funcs = bare_app.before_request_funcs
    assert any(functions for functions in application.before_request_funcs.values())


@pytest.fixture
def small_app() -> Flask:  # noqa: C901 - one small view for each rule
    """An application that breaks each rule once."""
    app = Flask("small", static_folder=None)

    def transaction():
        return nullcontext()

    class Form:
        def validate_on_submit(self):
            return True

    @app.get("/sin-permiso")
    def undeclared():
        return ""

    @app.get("/planes/<uid>")
    def untyped(uid):
        return uid

    @app.get("/Plan_de_accion")
    def capitals():
        return ""

    @app.get("/borrar")
    def delete():
        with transaction():
            return ""

    @app.route("/guardar", methods=["GET", "POST"])
    def save_without_form():
        with transaction():
            return ""

    @app.route("/avances/<int:number>/nuevo", methods=["GET", "POST"])
    def proper_form(number):
        if Form().validate_on_submit():
            with transaction():
                return ""
        return str(number)

    @app.put("/reemplazar")
    def replace():
        return ""

    @app.post("/api/v1/progress")
    def api():
        with transaction():
            return ""

    for view in (untyped, capitals, delete, save_without_form, proper_form, replace, api):
        view.access_rule = "public"
    return app


def test_a_route_without_access_is_found(small_app):
    assert routes.without_access(small_app) == ["undeclared (/sin-permiso)"]


def test_a_parameter_without_type_is_found(small_app):
    assert routes.untyped_parameters(small_app) == ["/planes/<uid>: <uid>"]


def test_an_address_with_capitals_and_underscores_is_found(small_app):
    assert routes.not_kebab_case(small_app) == ["/Plan_de_accion"]


def test_a_view_that_writes_on_get_is_found(small_app):
    assert routes.writes_on_get(small_app) == ["delete", "save_without_form"]


def test_a_form_sent_by_put_is_found(small_app):
    assert routes.written_to_by_other_than_post(small_app) == ["replace: PUT"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/planes/<int:n>/compromisos/<int:m>",
        "/feeds/<string:uid>.atom",
        "/api/v1/openapi.json",
        "/healthz",
    ],
)
def test_usual_addresses_pass(path):
    app = Flask("usual", static_folder=None)
    app.add_url_rule(path, "view", lambda **_: "")
    assert routes.not_kebab_case(app) + routes.untyped_parameters(app) == []
