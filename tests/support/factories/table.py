"""The technical table: something that counts for its clock, and a working group with a member."""

from __future__ import annotations

from tests.support.factories.accounts import actor_of
from tests.support.factories.work import Work
from tracker import clock
from tracker.db import transaction
from tracker.domain.ogp_clock import Duty
from tracker.queries.working_groups import last_group, list_commitment_choices
from tracker.services.ogp_clock import Happening, record_happening
from tracker.services.working_groups import GroupText, NewMember, add_member, found_group


def at_the_table(work: Work) -> dict[str, str]:
    """The identifiers of a recorded meeting, a group and its member; inside an application context."""
    contact, moment = actor_of(work.people["contact"], work.today), clock.now()
    said = GroupText("Datos", "Seguir los datos", [list_commitment_choices(work.made.number)[0].uid])
    with transaction():
        met = Happening(Duty.RESULTS, work.today, "Reunión ordinaria", "https://mesa.example.gt/minuta")
        recorded = record_happening(contact, met, now=moment, today=work.today).uid
        group = found_group(contact, plan_number=work.made.number, said=said, now=moment, today=work.today)
        found = last_group(group)
        assert found is not None
        lead = NewMember(work.made.lead.uid, "", coordinates=True, starts_on=work.today)
        add_member(contact, uid=group, based_on=found[1], member=lead, now=moment, today=work.today)
        found = last_group(group)
        assert found is not None
        return {"clock": recorded, "group": group, "member": found[0].members[0].uid}
