"""Tables and their constraints; importing this package registers all of them."""

from tracker.models import (
    accounts,
    amendments,
    audit,
    citizens,
    consultations,
    current,
    evidence,
    jobs,
    notices,
    plans,
    preferences,
    progress,
    reports,
    rounds,
    search,
    triggers,
)

__all__ = [
    "accounts",
    "amendments",
    "audit",
    "citizens",
    "consultations",
    "current",
    "evidence",
    "jobs",
    "notices",
    "plans",
    "preferences",
    "progress",
    "reports",
    "rounds",
    "search",
    "triggers",
]
