"""check-links, verify-evidence and sweep-orphans: what looks after evidence once it was handed in."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.queries.links import DueLink, list_due_links
from tracker.services.evidence_limits import MEGABYTE
from tracker.services.evidence_store import list_orphans, sweep, verify_next
from tracker.services.fetching import Rules, look_at
from tracker.services.link_checks import record_look

# Shorter than the lease of these jobs: nobody takes one over while it works.
MOST_MINUTES = 150


def check_links(run: Run) -> dict[str, int]:
    """One address after the other, the hosts in turn; each is written down before the next is asked.

    Whatever day it is for, what is looked at is how links answer now: a run for a past day makes nothing up.
    """
    counts = dict.fromkeys(("links", "links_answering", "links_failing", "links_down"), 0)
    rules = link_rules(run.settings)
    pace = Pace(run, run.settings["LINK_DELAY_SECONDS"])
    with transaction():
        due = list_due_links(run.today, limit=run.settings["LINKS_PER_RUN"])
    ends = time.monotonic() + 60 * min(run.settings["LINK_MINUTES"], MOST_MINUTES)
    for link in in_turn(due):
        if not pace.wait_for(_host(link.url)) or time.monotonic() >= ends:
            break
        found = look_at(link.url, rules)
        with transaction():
            row = record_look(
                link, found, days=run.settings["LINK_DOWN_DAYS"], today=run.today, now=clock.now()
            )
            is_down = row.down_since is not None
        counts["links"] += 1
        counts["links_failing" if found.outcome.is_failure else "links_answering"] += 1
        counts["links_down"] += is_down
    return counts


def link_rules(settings: Mapping[str, Any]) -> Rules:
    """Who asks, and what the operator lets it reach."""
    hosts = [one.strip().lower() for one in settings["LINK_HOSTS_ALLOWED"].split(",") if one.strip()]
    return Rules(agent=f"Cumple (+{settings['BASE_URL']})", hosts=frozenset(hosts))


def in_turn(due: Sequence[DueLink]) -> list[DueLink]:
    """The first of each host, then the second of each, so that no server gets its links in one go."""
    seen: Counter[str] = Counter()
    places = []
    for link in due:
        host = _host(link.url)
        places.append(seen[host])
        seen[host] += 1
    return [due[i] for i in sorted(range(len(due)), key=lambda i: (places[i], i))]


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()


class Pace:
    """Keeps so many seconds between two requests to one host."""

    def __init__(self, run: Run, seconds: float) -> None:
        self._stop, self._seconds = run.stop, seconds
        self._free_at: dict[str, float] = {}

    def wait_for(self, host: str) -> bool:
        """Wait for the host's turn; False where the run is to stop."""
        stopped = self._stop.wait(max(self._free_at.get(host, 0.0) - time.monotonic(), 0.0))
        self._free_at[host] = time.monotonic() + self._seconds
        return not stopped


def verify_evidence(run: Run) -> dict[str, int]:
    """So many megabytes a night, the longest unseen first; at least one file, however large."""
    counts = dict.fromkeys(("files", "megabytes", "damaged"), 0)
    budget, read, began = run.settings["VERIFY_MB"] * MEGABYTE, 0, clock.now()
    ends = time.monotonic() + 60 * MOST_MINUTES
    while read < budget and not run.stop.is_set() and time.monotonic() < ends:
        found = verify_next(
            run.settings["EVIDENCE_URL"], before=began, unit=transaction, now=clock.now, today=run.today
        )
        if found is None:
            break
        size, damage = found
        read += size
        counts["files"] += 1
        counts["damaged"] += damage is not None
    counts["megabytes"] = -(-read // MEGABYTE)
    return counts


def sweep_orphans(run: Run) -> dict[str, int]:
    """Each in a transaction of its own, under the lock of its hash."""
    swept, now = 0, clock.now()
    for orphan in list(list_orphans(run.settings["EVIDENCE_URL"], reports_url(run.settings), now=now)):
        if run.stop.is_set():
            break
        swept += sweep(orphan, unit=transaction, now=clock.now())
    return {"orphans": swept}


def reports_url(settings: Mapping[str, Any]) -> str:
    """Where compiled reports are kept."""
    return f"file://{Path(settings['INSTANCE_PATH']) / 'reports'}"
