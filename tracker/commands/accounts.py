"""`create-user`: the first account of an installation, and any other, from a terminal."""

from __future__ import annotations

import secrets
import sys
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from tracker import clock
from tracker.db import transaction
from tracker.domain.errors import DomainError
from tracker.domain.permissions import SYSTEM, AccountRole
from tracker.queries.admin import find_institution_uid
from tracker.services.accounts import create_user
from tracker.wording import role_word, sentence


def register(app: Flask) -> None:
    """Put the command on the application."""
    app.cli.add_command(new_account)


@click.command("create-user")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([role.value for role in AccountRole]))
@click.option("--institution", multiple=True, help="Acronym; more than once for several institutions.")
@click.option("--name", default="", help="The person's name.")
@click.option("--language", type=click.Choice(["es", "en"]), default="es")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--password-prompt", is_flag=True, help="Ask for the password at the terminal.")
@with_appcontext
def new_account(
    email: str,
    role: str,
    institution: tuple[str, ...],
    name: str,
    language: str,
    password_stdin: bool,
    password_prompt: bool,
) -> None:
    """Open an account; without a given password one is made and shown this once."""
    given = _given_password(password_stdin, password_prompt)
    password = given or secrets.token_urlsafe(15)
    try:
        with transaction():
            user = create_user(
                SYSTEM,
                email=email,
                role=AccountRole(role),
                password=password,
                name=name,
                institution_uids=[find_institution_uid(one) for one in institution],
                locale=language,
                now=clock.now(),
                today=clock.today(current_app.config["TIMEZONE"]),
            )
            address, word = user.email, role_word(user.role)
    except DomainError as error:
        _refuse(sentence(error.code, error.params))
    click.echo(_("Cuenta creada: %(email)s (%(role)s).", email=address, role=word))
    if not given:
        click.echo(_("Contraseña, que no se mostrará otra vez: %(password)s", password=password))


def _given_password(from_stdin: bool, from_prompt: bool) -> str:
    if from_stdin and from_prompt:
        _refuse(_("Elija una sola forma de dar la contraseña."))
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        return password or _refuse(_("No llegó ninguna contraseña por la entrada estándar."))
    if from_prompt:
        return str(click.prompt(_("Contraseña"), hide_input=True, confirmation_prompt=True))
    return ""


def _refuse(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(2)
