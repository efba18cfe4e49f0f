"""`create-user`: opens an account, or says why not and writes nothing."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.support.factories.accounts import make_user
from tests.support.factories.plans import make_institution
from tests.support.factories.reports import nothing_written
from tracker.db import db
from tracker.models.accounts import User

GOOD = "una clave bastante larga"


@pytest.fixture
def infom(app):
    with app.app_context():
        return make_institution("INFOM", "Instituto de Fomento Municipal")


def create(app, *arguments, expect=0, **more):
    result = app.test_cli_runner().invoke(args=["create-user", *arguments], **more)
    assert result.exit_code == expect, result.output
    return result


def users(app):
    with app.app_context():
        return {
            one.email: (one.role.value, one.locale, [m.institution.acronym for m in one.memberships])
            for one in db.session.scalars(select(User))
        }


@pytest.mark.parametrize("named", ["INFOM", "infom", "Instituto de Fomento Municipal"])
def test_an_account_is_opened_in_its_institution_however_it_is_written(app, infom, named):
    create(app, "Enlace@INFOM.example", "--role", "liaison", "--institution", named)
    assert users(app) == {"enlace@infom.example": ("liaison", "es", ["INFOM"])}


def test_without_a_password_one_is_made_told_once_and_works(app, infom, client):
    told = create(app, "pc@gob.example", "--role", "contact_point", "--language", "en").stdout
    password = re.search(r"otra vez: (\S+)", told).group(1)
    client.get("accounts.sign_in")
    data = {"email": "pc@gob.example", "password": password, "next": ""}
    assert client.post("accounts.sign_in", data).location.endswith("/panel")
    assert users(app)["pc@gob.example"][1] == "en"


def test_a_password_may_come_by_standard_input_and_is_not_repeated(app):
    told = create(app, "a@gob.example", "--role", "admin", "--password-stdin", input=f"{GOOD}\n")
    assert GOOD not in told.output
    assert "otra vez" not in told.output


def test_a_password_may_be_typed_twice(app):
    create(app, "a@gob.example", "--role", "admin", "--password-prompt", input=f"{GOOD}\n{GOOD}\n")
    assert list(users(app)) == ["a@gob.example"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-es-correo", "--role", "admin"], "correo electrónico válido"),
        (["a@gob.example", "--role", "boss"], "boss"),
        (["a@gob.example", "--role", "liaison"], "institución"),
        (["a@gob.example", "--role", "liaison", "--institution", "NADA"], "«NADA»"),
        (["a@gob.example"], "--role"),
        (["a@gob.example", "--role", "admin", "--password-stdin"], "entrada estándar"),
        (["a@gob.example", "--role", "admin", "--password-stdin", "--password-prompt"], "una sola forma"),
    ],
)
def test_bad_input_is_2_with_a_sentence_and_nothing_written(app, infom, arguments, words):
    with app.app_context(), nothing_written():
        result = app.test_cli_runner().invoke(args=["create-user", *arguments], input="")
    assert (result.exit_code, words in result.stderr) == (2, True), result.output


def test_a_short_password_is_refused(app):
    assert (
        "12"
        in create(
            app, "a@gob.example", "--role", "admin", "--password-stdin", input="corta\n", expect=2
        ).stderr
    )


def test_an_address_is_used_once(app):
    with app.app_context():
        make_user("admin", email="a@gob.example")
    assert "Ya existe" in create(app, "A@gob.example", "--role", "admin", expect=2).stderr
