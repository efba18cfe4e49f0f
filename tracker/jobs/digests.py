"""send-digests: each person's one letter, at the hour they chose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tracker import clock
from tracker.db import transaction
from tracker.jobs.letters import AT_ONCE, letters_to, write_letter
from tracker.jobs.run import Run
from tracker.queries.batches import in_batches
from tracker.queries.notices import list_people_to_tell
from tracker.queries.preferences import list_with_digest_due
from tracker.services.mail import cancel_needless_mail
from tracker.services.matrix import by_mail
from tracker.services.preferences import start_rhythms, take_digest


def send_digests(run: Run) -> dict[str, int]:
    """Whoever's hour came gets a letter, if there is anything to tell; by hand nobody's hour is waited for.

    The letter and the moment of the next one are written together: a kill in between leaves neither, and of
    two that run at once one finds the person taken up.
    """
    zone, now = run.settings["TIMEZONE"], clock.now()
    with transaction():
        cancelled = cancel_needless_mail()
        start_rhythms(zone=zone, now=now)
    people = list_people_to_tell(by_mail()) if run.by_hand else list_with_digest_due(now)
    mails = sum(_write(batch, run, now) for batch in in_batches(people, AT_ONCE) if not run.stop.is_set())
    return {"mails": mails, "mails_cancelled": cancelled}


def _write(people: Sequence[int], run: Run, now: datetime) -> int:
    letters, mails = {one.user_id: one for one in letters_to(people)}, 0
    for user_id in people:
        if run.stop.is_set():
            break
        letter = letters.get(user_id)
        with transaction():
            is_due = run.by_hand or take_digest(user_id, zone=run.settings["TIMEZONE"], now=now)
            if is_due and letter is not None:
                mails += write_letter(letter, run)
    return mails
