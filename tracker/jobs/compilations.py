"""compile-scheduled-reports and run-requested-reports: asked for in a transaction, compiled outside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import clock
from tracker.db import transaction
from tracker.domain.errors import Conflict
from tracker.jobs.run import Run
from tracker.queries.reports import list_waiting
from tracker.services.evidence_packages import MEGABYTE
from tracker.services.reports import Press, compile_requested
from tracker.services.scheduled_reports import request_scheduled_reports


def compile_scheduled_reports(run: Run) -> dict[str, int]:
    cutoff = min(run.on, run.today)
    with transaction():
        asked = request_scheduled_reports(cutoff, today=run.today, now=clock.now())
    return {"requested": len(asked), **_compile(asked, run)}


def reports_are_waiting(_now: datetime) -> bool:
    return bool(list_waiting())


def run_requested_reports(run: Run) -> dict[str, int]:
    """What people asked for, and what a crash left half done."""
    return _compile(list_waiting(), run)


def _compile(uids: Sequence[str], run: Run) -> dict[str, int]:
    """A report that fails is kept with its reason and does not hold up the next one."""
    counts = {"compiled": 0, "failed": 0}
    for uid in uids:
        if run.stop.is_set():
            break
        try:
            ready = compile_requested(uid, press=press(run.settings), unit=transaction, clock=clock.now)
        except Conflict:
            # Another process has compiled it meanwhile.
            continue
        counts["compiled" if ready else "failed"] += 1
    return counts


def press(settings: Mapping[str, Any]) -> Press:
    """Where reports go, and in whose name."""
    return Press(
        folder=Path(settings["INSTANCE_PATH"]) / "reports",
        zone=settings["TIMEZONE"],
        issuer=settings["GOVERNMENT_NAME"],
        evidence_url=settings["EVIDENCE_URL"],
        package_bytes=settings["PACKAGE_MAX_MB"] * MEGABYTE,
    )
