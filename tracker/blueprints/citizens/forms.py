"""Forms of people without an account: no session vouches for them, a signed token does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from tracker import clock
from tracker.db import transaction
from tracker.domain.errors import DomainError, NotFound
from tracker.domain.observations import MAX_NAME, MAX_TEXT, ObservationKind, SubjectRef, readable, subject_ref
from tracker.services.public_guard import Guard, check_form, count_attempt, form_token
from tracker.services.public_tokens import BadToken
from tracker.wording import sentence
from tracker.words.observations import kind_choices


class PublicForm(FlaskForm):
    """A form with a signed token, and a field that only machines fill in."""

    name_of_form = ""

    class Meta:
        """The session's token is not for pages without a session."""

        csrf = False

    sobre = HiddenField()
    signed = HiddenField()
    website = StringField(_l("No escriba nada aquí"), [Optional(), Length(max=200)])
    email = EmailField(
        _l("Correo electrónico"),
        [DataRequired(_l("Escriba su correo electrónico.")), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )

    @classmethod
    def empty(cls, ref: SubjectRef) -> PublicForm:
        """The form as it begins, with its token."""
        form = cls(formdata=None)
        form.begin(ref)
        return form

    def subject(self) -> SubjectRef:
        """What it is about; BadToken where that is nothing, for then it is no form of ours."""
        try:
            return subject_ref(self.sobre.data or "")
        except NotFound as error:
            raise BadToken("signed-link-not-valid") from error

    def begin(self, ref: SubjectRef) -> None:
        """Give it a token of now."""
        self.sobre.data = ref.address
        self.signed.data = form_token(guard(), self.name_of_form, ref.address, now=clock.now())

    def checks_out(self, ref: SubjectRef) -> bool:
        """True for a form of ours that was filled in neither too fast nor too long ago.

        BadToken for one that is not ours. What is too old gets a new token, and nothing typed is lost.
        """
        try:
            check_form(guard(), self.signed.data or "", self.name_of_form, ref.address, now=clock.now())
        except DomainError as error:
            if error.status != DomainError.status:
                raise
            if error.code == "form-too-old":
                self.begin(ref)
            self.validate()
            self.form_errors.append(sentence(error.code, error.params))
            return False
        return True

    @property
    def is_of_a_machine(self) -> bool:
        """True where somebody filled in what no person sees."""
        return bool(self.website.data)

    def refuse(self, error: DomainError) -> None:
        """Put a rule's sentence beside its field, or above all of them; raise what is no bad input."""
        if error.status not in {DomainError.status, 429}:
            raise error
        words = sentence(error.code, error.params)
        if error.field is not None and error.field in self:
            found = self[error.field]
            found.errors = [*found.errors, words]
            found.data = readable(found.data or "")
        else:
            self.form_errors.append(words)


class ObservationForm(PublicForm):
    """What somebody says of a page."""

    name_of_form = "observation"
    kind = RadioField(_l("¿Qué quiere decirnos?"), [InputRequired(_l("Elija una."))])
    text = TextAreaField(
        _l("Su observación"),
        [
            DataRequired(_l("Escriba su observación.")),
            Length(max=MAX_TEXT, message=_l("Escriba 3000 letras o menos.")),
        ],
        description=_l(
            "No ponga datos personales suyos ni de otras personas: se publica tal como la escribe."
        ),
        render_kw={"rows": 7},
    )
    name = StringField(
        _l("Su nombre"),
        [Optional(), Length(max=MAX_NAME, message=_l("Escriba un nombre de 80 letras o menos."))],
        description=_l("Se publica. Si lo deja vacío, dirá «Una persona»."),
        render_kw={"autocomplete": "name"},
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        """Offer both kinds."""
        super().__init__(*given, **more)
        self.kind.choices = kind_choices()

    def chosen(self) -> ObservationKind:
        """The kind that was chosen."""
        return ObservationKind(self.kind.data)


class FollowForm(PublicForm):
    """Where to write to who follows something."""

    name_of_form = "follow"


Shown = Callable[[PublicForm, SubjectRef], str]


def receive(
    form: PublicForm, shown: Shown, keep: Callable[[SubjectRef], object], sent: str
) -> ResponseReturnValue:
    """Keep what a form brings and say so on the page `sent`, or show the form again with what is wrong.

    Who filled in the hidden field reads the same answer, and nothing is kept.
    """
    ref = form.subject()
    if not form.checks_out(ref) or not form.validate():
        return shown(form, ref), 422
    if not form.is_of_a_machine:
        try:
            with transaction():
                count_attempt(guard(), address=sender(), email=form.email.data or "", now=clock.now())
                keep(ref)
        except DomainError as error:
            form.refuse(error)
            return shown(form, ref), error.status
    return redirect(url_for(sent), 303)


def guard() -> Guard:
    """What the settings say about public forms."""
    return Guard(current_app.config["SECRET_KEY"], current_app.config["PUBLIC_FORMS_PER_HOUR"])


def sender() -> str:
    """The network address a form comes from."""
    return request.remote_addr or ""
