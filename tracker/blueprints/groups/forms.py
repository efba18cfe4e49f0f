"""The forms of a working group: what it is, who is in it, how it closes."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from tracker.choices import choices
from tracker.queries.accounts import list_institution_choices
from tracker.queries.working_groups import (
    GroupPage,
    list_commitment_choices,
    list_followed_plans,
    list_people_choices,
)
from tracker.report_fields import CheckboxesField, DayField
from tracker.rule_forms import RuleForm
from tracker.services.working_groups import GroupText, NewMember

INSTITUTION, PERSON = "institution:", "person:"
SHORT = Length(max=4000, message=_l("El texto es demasiado largo."))


class _Versioned(RuleForm):
    """A form over one version of a group."""

    based_on = IntegerField(widget=HiddenInput(), default=0)


class GroupForm(_Versioned):
    """What a group is called, what it is for and what it follows."""

    name = StringField(_l("Nombre del grupo"), [Optional(), SHORT])
    purpose = TextAreaField(_l("Para qué existe"), [Optional(), SHORT], render_kw={"rows": 3})
    commitments = CheckboxesField(_l("Compromisos que sigue"), choices=(), validate_choice=False)

    def said(self) -> GroupText:
        """What was typed."""
        return GroupText(self.name.data or "", self.purpose.data or "", self.commitments.data or [])


class PlanForm(FlaskForm):
    """The plan of a new group."""

    plan = SelectField(_l("Plan"), coerce=int)


class MemberForm(_Versioned):
    """Whom to take in, since when."""

    member = SelectField(_l("Institución o persona"), [Optional()], validate_choice=False)
    coordinates = BooleanField(_l("Coordina el grupo"))
    starts_on = DayField(_l("Desde el día"), [Optional()])

    def said(self) -> NewMember:
        """What was typed."""
        chosen = self.member.data or ""
        return NewMember(
            institution_uid=chosen.removeprefix(INSTITUTION) if chosen.startswith(INSTITUTION) else "",
            person_uid=chosen.removeprefix(PERSON) if chosen.startswith(PERSON) else "",
            coordinates=bool(self.coordinates.data),
            starts_on=self.starts_on.data,
        )


class EndForm(_Versioned):
    """A member's last day."""

    ends_on = DayField(_l("Hasta el día"), [Optional()])


class CloseForm(_Versioned):
    """Since when the group is closed, and why."""

    on = DayField(_l("Se cerró el día"), [Optional()])
    reason = TextAreaField(_l("Por qué se cierra"), [Optional(), SHORT], render_kw={"rows": 2})


def new_group_form(plan_number: int) -> GroupForm:
    """The form of a new group of a plan."""
    form = GroupForm()
    form.commitments.choices = _commitments(plan_number)
    return form


def group_form(page: GroupPage) -> GroupForm:
    """The form of a group with what it says now."""
    group = page.group
    form = GroupForm(
        based_on=page.sequence,
        name=group.name,
        purpose=group.purpose,
        commitments=[one.uid for one in group.commitments],
    )
    form.commitments.choices = _commitments(group.plan_number)
    return form


def _commitments(plan_number: int) -> list[Any]:
    return choices([(one.uid, f"{one.label}. {one.title}") for one in list_commitment_choices(plan_number)])


def member_form(page: GroupPage, today: date) -> MemberForm:
    """The form for taking somebody in."""
    form = MemberForm(based_on=page.sequence, starts_on=today)
    institutions = [(f"{INSTITUTION}{uid}", words) for uid, words in list_institution_choices()]
    people = [(f"{PERSON}{uid}", words) for uid, words in list_people_choices()]
    form.member.choices = choices([("", _("Elija uno")), *institutions, *people])
    return form


def plans() -> list[tuple[int, str]]:
    """Plans that may have groups, newest first."""
    return list(list_followed_plans())
