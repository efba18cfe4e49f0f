"""send-digests: each person's one letter, at the hour they chose."""

from __future__ import annotations

from tracker import clock
from tracker.db import transaction
from tracker.jobs.letters import letters_to, write_letter
from tracker.jobs.run import Run
from tracker.queries.preferences import list_with_digest_due
from tracker.services.mail import cancel_needless_mail
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
    due = list_with_digest_due(now)
    letters = {one.user_id: one for one in letters_to(None if run.by_hand else due)}
    mails = 0
    for user_id in letters if run.by_hand else due:
        if run.stop.is_set():
            break
        letter = letters.get(user_id)
        with transaction():
            if (run.by_hand or take_digest(user_id, zone=zone, now=now)) and letter is not None:
                mails += write_letter(letter, run)
    return {"mails": mails, "mails_cancelled": cancelled}
