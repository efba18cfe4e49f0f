"""Tables and their constraints; importing this package registers all of them."""

from tracker.models import (
    accounts,
    amendments,
    audit,
    checks,
    citizens,
    consultations,
    current,
    evidence,
    jobs,
    notices,
    plans,
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
    "checks",
    "citizens",
    "consultations",
    "current",
    "evidence",
    "jobs",
    "notices",
    "plans",
    "progress",
    "reports",
    "rounds",
    "search",
    "triggers",
]
