"""Who may import whom (design section 12, style section 4.3)."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.sources import Module, functions, imports, module_of, modules, within

WEB_LIBRARIES = ("flask", "flask_login", "flask_wtf", "wtforms", "flask_babel", "flask_migrate", "werkzeug")
DATABASE_LIBRARIES = ("sqlalchemy", "flask_sqlalchemy", "alembic", "psycopg", "sqlite3")


@dataclass(frozen=True)
class Layer:
    """What a layer may import of ours, and which libraries are not for it."""

    ours: tuple[str, ...]
    not_these: tuple[str, ...] = ()
    only_stdlib: bool = False


LAYERS = {
    "domain": Layer(("domain",), only_stdlib=True),
    "models": Layer(("models", "domain", "db"), WEB_LIBRARIES),
    "queries": Layer(("queries", "models", "domain", "db"), WEB_LIBRARIES),
    "services": Layer(
        ("services", "queries", "models", "renderers", "importers", "domain", "db", "clock", "storage"),
        WEB_LIBRARIES,
    ),
    "renderers": Layer(("renderers", "domain"), (*WEB_LIBRARIES, *DATABASE_LIBRARIES)),
    "importers": Layer(("importers", "domain"), (*WEB_LIBRARIES, *DATABASE_LIBRARIES)),
    "jobs": Layer(
        (
            "jobs",
            "services",
            "queries",
            "renderers",
            "domain",
            "db",
            "clock",
            "config",
            "i18n",
            "texts",
            "words",  # a letter names things as the pages do
            "wording",
            "storage",
        ),
        ("wtforms", "flask_wtf", "flask_login"),
    ),
    # The demonstration acts as people do: through services, with actors and a clock it is given.
    "demo": Layer(
        ("demo", "services", "queries", "importers", "domain", "db"), (*WEB_LIBRARIES, *DATABASE_LIBRARIES)
    ),
}
# A blueprint sees the layers below it and what the web layer shares, never a table, never a neighbour.
WEB_MAY_NOT = ("models", "jobs", "app", "cli", "commands")
# Of tracker.db, a view needs the unit of work, done or rehearsed for a preview, and nothing that could query.
DB_FOR_VIEWS = {"tracker.db", "tracker.db.transaction", "tracker.db.rehearsal", "tracker.db.ping"}
# The portal shows published rows: one module of queries. It writes through these services only.
PORTAL_SERVICES: dict[str, str] = {}
# What people without an account send: the same published rows, and these services.
CITIZEN_SERVICES = {
    "tracker.services.observations": "what people say of a page",
    "tracker.services.subscriptions": "what they follow by mail",
    "tracker.services.public_guard": "what keeps machines off their forms",
    "tracker.services.public_tokens": "the error of a form or link that is not ours",
}
# Where a commit or a rollback may stand.
MAY_COMMIT = {"tracker.db": "the home of transaction()"}
CLOCK_CALLS = {"now", "utcnow", "today"}


def _layer_of(module: Module) -> str:
    parts = module.name.split(".")
    return parts[1] if len(parts) > 1 else ""


def _layer_problems(module: Module) -> Iterator[str]:
    name = _layer_of(module)
    layer = LAYERS.get(name)
    if layer is None:
        return
    allowed = tuple(f"tracker.{each}" for each in layer.ours)
    for each in imports(module):
        top = each.target.split(".")[0]
        where = f"{module.name}:{each.line}"
        if top == "tracker":
            if each.target != "tracker" and not within(each.target, *allowed):
                yield f"{where}: {name} may not import {each.target}"
        elif top in layer.not_these or (layer.only_stdlib and top not in sys.stdlib_module_names):
            yield f"{where}: {name} may not import {each.target}"


def _blueprint_problems(module: Module) -> Iterator[str]:
    if _layer_of(module) != "blueprints" or module.name.count(".") < 2:
        return
    own = ".".join(module.name.split(".")[:3])
    for each in imports(module):
        where = f"{module.name}:{each.line}"
        if within(each.target, *(f"tracker.{name}" for name in WEB_MAY_NOT)) or within(
            each.target, "sqlalchemy"
        ):
            yield f"{where}: a blueprint may not import {each.target}"
        elif within(each.target, "tracker.blueprints") and each.target != "tracker.blueprints":
            if not within(each.target, own):
                yield f"{where}: a blueprint may not import its neighbour {each.target}"
        elif within(each.target, "tracker.db") and each.target not in DB_FOR_VIEWS:
            yield f"{where}: of tracker.db a blueprint takes transaction, not {each.target}"


def _portal_problems(module: Module) -> Iterator[str]:
    if not within(module.name, "tracker.blueprints.portal"):
        return
    for each in imports(module):
        where = f"{module.name}:{each.line}"
        is_query = within(each.target, "tracker.queries") and each.target != "tracker.queries"
        if is_query and not within(each.target, "tracker.queries.portal"):
            yield f"{where}: the portal reads queries.portal, not {each.target}"
        is_service = within(each.target, "tracker.services") and each.target != "tracker.services"
        if is_service and not within(each.target, *PORTAL_SERVICES):
            yield f"{where}: the portal writes nothing, and imports {each.target}"
        if each.target == "tracker.db.transaction" and not PORTAL_SERVICES:
            yield f"{where}: the portal writes nothing, and imports transaction"


def _citizens_problems(module: Module) -> Iterator[str]:
    if not within(module.name, "tracker.blueprints.citizens"):
        return
    for each in imports(module):
        where = f"{module.name}:{each.line}"
        is_query = within(each.target, "tracker.queries") and each.target != "tracker.queries"
        if is_query and not within(each.target, "tracker.queries.portal"):
            yield f"{where}: public forms read queries.portal, not {each.target}"
        is_service = within(each.target, "tracker.services") and each.target != "tracker.services"
        if is_service and not within(each.target, *CITIZEN_SERVICES):
            yield f"{where}: public forms write observations and subscriptions, and import {each.target}"
        if within(each.target, "tracker.sessions", "flask_login") or each.target in _OF_THE_SIGNED_IN:
            yield f"{where}: public forms read no session, and import {each.target}"


_OF_THE_SIGNED_IN = {"flask.session", "tracker.access.acting", "tracker.access.current_actor"}


def _entry_problems(module: Module) -> Iterator[str]:
    if _layer_of(module) not in {"cli", "commands", "demo", "jobs"}:
        return
    for each in imports(module):
        if within(each.target, "tracker.models", "tracker.blueprints"):
            yield f"{module.name}:{each.line}: an entry point may not import {each.target}"


def _commit_problems(module: Module) -> Iterator[str]:
    if module.name in MAY_COMMIT:
        return
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"commit", "rollback"}
        ):
            yield f"{module.name}:{node.lineno}: {node.func.attr}() belongs to tracker/db.py"


def _clock_problems(module: Module) -> Iterator[str]:
    """Rules take `today` as an argument: a rule that asks the clock gives another answer tomorrow."""
    if _layer_of(module) not in {"domain", "queries", "renderers", "importers"}:
        return
    for node in ast.walk(module.tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in CLOCK_CALLS
        ):
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if name in {"datetime", "date", "clock"}:
                yield f"{module.name}:{node.lineno}: {_layer_of(module)} may not ask the clock"


def _local_import_problems(module: Module) -> Iterator[str]:
    if _layer_of(module) in {"app", "cli", "commands"}:
        return
    for each in imports(module):
        if each.local and within(each.target, "tracker"):
            yield f"{module.name}:{each.line}: {each.target} is imported inside a function"


CHECKS = {
    "layers": _layer_problems,
    "blueprints": _blueprint_problems,
    "portal": _portal_problems,
    "citizens": _citizens_problems,
    "entries": _entry_problems,
    "commits": _commit_problems,
    "clock": _clock_problems,
    "local imports": _local_import_problems,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
def test_every_module_keeps_to_its_layer(check):
    assert [problem for module in modules() for problem in check(module)] == []


def test_there_is_something_to_check():
    layers = {_layer_of(module) for module in modules()}
    assert {
        "domain",
        "models",
        "queries",
        "services",
        "renderers",
        "importers",
        "blueprints",
        "jobs",
    } <= layers


VIOLATIONS = [
    ("layers", "tracker.domain.progress", "import flask"),
    ("layers", "tracker.domain.progress", "from tracker.models import plans"),
    ("layers", "tracker.domain.progress", "from .. import models"),
    ("layers", "tracker.domain.progress", "from ..models.plans import Activity"),
    ("layers", "tracker.domain.progress", "from tracker import models"),
    ("layers", "tracker.domain.progress", "def f():\n    import sqlalchemy"),
    ("layers", "tracker.models.plans", "from tracker.queries import plans"),
    ("layers", "tracker.models.plans", "from flask import request"),
    ("layers", "tracker.queries.plans", "from tracker.services import progress"),
    ("layers", "tracker.queries.plans", "from flask_login import current_user"),
    ("layers", "tracker.services.reviews", "from flask import current_app"),
    ("layers", "tracker.services.reviews", "import tracker.blueprints.plans"),
    ("layers", "tracker.renderers.pdf", "from tracker.models import reports"),
    ("layers", "tracker.renderers.pdf", "import sqlalchemy as sa"),
    ("layers", "tracker.importers.workplan", "from tracker.db import db"),
    ("layers", "tracker.importers.workplan", "from tracker import queries"),
    ("blueprints", "tracker.blueprints.plans.views", "from tracker.models.plans import Activity"),
    ("blueprints", "tracker.blueprints.plans.views", "from ...models import plans"),
    ("blueprints", "tracker.blueprints.plans.views", "from tracker.blueprints.reviews import forms"),
    ("blueprints", "tracker.blueprints.plans.views", "from ..reviews import forms"),
    ("blueprints", "tracker.blueprints.plans.views", "from .. import reviews"),
    ("blueprints", "tracker.blueprints.plans.views", "from tracker.db import db"),
    ("blueprints", "tracker.blueprints.plans.views", "import sqlalchemy as sa"),
    ("portal", "tracker.blueprints.portal.views", "from tracker.queries.plans import get_plan"),
    ("portal", "tracker.blueprints.portal.views", "from tracker.queries import plans"),
    ("portal", "tracker.blueprints.portal.views", "from tracker.services.progress import submit_report"),
    ("portal", "tracker.blueprints.portal.views", "from tracker.db import transaction"),
    ("citizens", "tracker.blueprints.citizens.following", "from tracker.queries.accounts import get_session"),
    ("citizens", "tracker.blueprints.citizens.following", "from tracker.services import accounts"),
    ("citizens", "tracker.blueprints.citizens.following", "from flask import session"),
    ("entries", "tracker.jobs.overdue", "from tracker.models.plans import Activity"),
    ("entries", "tracker.cli", "from tracker.models import plans"),
    ("commits", "tracker.services.plans", "def f(session):\n    session.commit()"),
    ("commits", "tracker.blueprints.plans.views", "db.session.rollback()"),
    ("clock", "tracker.domain.schedule", "from datetime import date\nx = date.today()"),
    ("clock", "tracker.queries.plans", "import datetime\nx = datetime.datetime.now(tz)"),
    ("clock", "tracker.queries.plans", "from tracker import clock\nx = clock.today()"),
    ("local imports", "tracker.services.plans", "def f():\n    from tracker.services import progress"),
]


@pytest.mark.parametrize(("check", "name", "source"), VIOLATIONS)
def test_a_module_that_steps_out_of_its_layer_is_found(check, name, source):
    assert list(CHECKS[check](module_of(source, name)))


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("tracker.domain.progress", "from fractions import Fraction\nfrom tracker.domain import errors"),
        ("tracker.domain.progress", "from . import errors\nfrom .errors import NotFound"),
        (
            "tracker.services.reviews",
            "from tracker.queries import plans\nfrom tracker.renderers import registry",
        ),
        ("tracker.blueprints.plans.views", "from . import forms\nfrom flask import abort\nimport tracker"),
        (
            "tracker.blueprints.plans.views",
            "from tracker.db import transaction\nfrom tracker.services import plans",
        ),
        (
            "tracker.blueprints.portal.views",
            "from tracker.queries import portal\nfrom tracker.access import public",
        ),
        ("tracker.blueprints.portal.views", "from tracker.queries.portal import get_plan"),
    ],
)
def test_a_module_within_its_layer_is_left_alone(name, source):
    module = module_of(source, name)
    assert [problem for check in CHECKS.values() for problem in check(module)] == []


def test_relative_imports_of_a_package_start_from_the_package_itself():
    module = module_of("from . import forms", "tracker.blueprints.plans", is_package=True)
    assert {each.target for each in imports(module)} == {
        "tracker.blueprints.plans",
        "tracker.blueprints.plans.forms",
    }


def test_functions_are_named_with_their_class():
    tree = module_of("class A:\n    def b(self):\n        def c(): ...", "x").tree
    assert [name for name, _ in functions(tree)] == ["A.b", "A.b.c"]
