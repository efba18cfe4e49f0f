"""Checks over the address map of an application."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
_PARAMETER = re.compile(r"<([^>]+)>")
_SEGMENT = re.compile(r"(\.well-known|\.?[a-z0-9]+([-.][a-z0-9]+)*|v[0-9]+)?")
# Endpoints that Flask itself makes.
_FLASK_OWN = {"static"}


def rules(app: Flask) -> Iterator[tuple[Rule, Callable[..., Any]]]:
    """Every rule with the function behind it, those of static files left out."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.rsplit(".", 1)[-1] not in _FLASK_OWN:
            yield rule, app.view_functions[rule.endpoint]


def without_access(app: Flask) -> list[str]:
    """Routes that do not declare who may use them."""
    bare = [rule for rule, view in rules(app) if not hasattr(view, "access_rule")]
    return sorted({f"{rule.endpoint} ({rule.rule})" for rule in bare})


def untyped_parameters(app: Flask) -> list[str]:
    """Routes with a parameter that has no converter: `<uid>` instead of `<uuid:uid>`."""
    return sorted(
        f"{rule.rule}: <{parameter}>"
        for rule, _ in rules(app)
        for parameter in _PARAMETER.findall(rule.rule)
        if ":" not in parameter
    )


def not_kebab_case(app: Flask) -> list[str]:
    """Routes with a capital letter, an underscore or anything else that is not kebab-case."""
    return sorted(
        rule.rule
        for rule, _ in rules(app)
        for segment in _PARAMETER.sub("", rule.rule).split("/")
        if not _SEGMENT.fullmatch(segment)
    )


def _calls(view: Callable[..., Any]) -> set[str]:
    """The names that a view calls."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view))))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in called}


def writes_on_get(app: Flask) -> list[str]:
    """Views that open a transaction although a mere link reaches them."""
    found = set()
    for rule, view in rules(app):
        methods, calls = rule.methods or set(), _calls(view)
        is_form = bool(methods & UNSAFE) and bool(calls & {"validate_on_submit", "is_submitted"})
        if "GET" in methods and "transaction" in calls and not is_form:
            found.add(rule.endpoint)
    return sorted(found)


def written_to_by_other_than_post(app: Flask) -> list[str]:
    """Forms know POST and nothing else; only the API may speak HTTP in full."""
    return sorted(
        f"{rule.endpoint}: {', '.join(sorted(extra))}"
        for rule, _ in rules(app)
        if not rule.rule.startswith("/api/") and (extra := (rule.methods or set()) & (UNSAFE - {"POST"}))
    )
