"""refresh-open-data: a dated edition of all tables, kept for good; none where nothing changed."""

from __future__ import annotations

from pathlib import Path

from tracker import clock
from tracker.db import transaction
from tracker.jobs.run import Run
from tracker.services.open_data import asked_of, freeze_edition


def refresh_open_data(run: Run) -> dict[str, int]:
    """Read outside of any transaction that writes: a large plan holds up nobody."""
    day = min(run.on, run.today)
    asked = asked_of(run.settings, day=day, today=run.today)
    folder = Path(run.settings["INSTANCE_PATH"]) / "reports"
    made = freeze_edition(asked, folder, unit=transaction, now=clock.now())
    return {"editions": int(made is not None), "rows": made.rows if made else 0}
