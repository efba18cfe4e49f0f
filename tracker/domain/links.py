"""Links of evidence: what an answer says of one, when it is down, and when it is looked at again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

YOUNG = timedelta(days=30)
WEEK = timedelta(days=7)
FEWEST_DAYS_DOWN = 1


class LinkOutcome(StrEnum):
    """What came of looking at a link."""

    ANSWERS = "answers"
    CLOSED = "closed"
    """The server is there and lets no program in: a person may well be."""
    NOT_FOUND = "not_found"
    BROKEN = "broken"
    """An answer that is an error."""
    NO_HOST = "no_host"
    NO_ANSWER = "no_answer"
    TOO_SLOW = "too_slow"
    BAD_CERTIFICATE = "bad_certificate"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    NOT_PUBLIC = "not_public"
    """It leads, or is led, where the public cannot go."""

    @property
    def is_failure(self) -> bool:
        """True where a reader who follows the link would find nothing."""
        return self not in {LinkOutcome.ANSWERS, LinkOutcome.CLOSED}


# Answers of servers that are there, and want a person, a sign-in or patience.
_CLOSED = frozenset({401, 403, 405, 406, 407, 429, 451, 999})


@dataclass(frozen=True)
class LinkStanding:
    """What is known of a link from looking at it day after day."""

    failing_since: date | None = None
    failed_days: int = 0
    """On how many separate days it failed since it last answered."""
    last_failed_on: date | None = None
    down_since: date | None = None
    """Set once it failed on enough days: since when nobody finds anything there."""


def outcome_of(status: int) -> LinkOutcome:
    """What an HTTP status says; a redirection that ends the chain leads nowhere."""
    if 200 <= status < 300:
        return LinkOutcome.ANSWERS
    if status in _CLOSED:
        return LinkOutcome.CLOSED
    return LinkOutcome.NOT_FOUND if status in {404, 410} else LinkOutcome.BROKEN


def after(standing: LinkStanding, outcome: LinkOutcome, on: date, *, days: int) -> LinkStanding:
    """The standing after one more look: a day counts once, an answer settles everything.

    Down means having failed on so many separate days without an answer between, and is told from the first.
    """
    if not outcome.is_failure:
        return LinkStanding()
    since = standing.failing_since or on
    counts = standing.last_failed_on is None or on > standing.last_failed_on
    failed = standing.failed_days + counts
    is_down = failed >= max(days, FEWEST_DAYS_DOWN)
    return replace(
        standing,
        failing_since=since,
        failed_days=failed,
        last_failed_on=on if counts else standing.last_failed_on,
        down_since=standing.down_since or (since if is_down else None),
    )


def next_look(standing: LinkStanding, handed_in_on: date, on: date, *, days: int) -> date:
    """Tomorrow for what is young, or failing and not yet known to be down; a week later for what is old.

    What is down is looked at after 2, 4 and then 7 days.
    """
    if standing.down_since is not None:
        times = max(standing.failed_days - max(days, FEWEST_DAYS_DOWN), 0)
        return on + min(timedelta(days=2 << min(times, 2)), WEEK)
    is_pressing = standing.failed_days > 0 or on - handed_in_on <= YOUNG
    return on + (timedelta(days=1) if is_pressing else WEEK)
