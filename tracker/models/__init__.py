"""Tables and their constraints; importing this package registers all of them."""

from tracker.models import (
    accounts,
    audit,
    current,
    evidence,
    jobs,
    notices,
    plans,
    progress,
    reports,
    triggers,
)

__all__ = [
    "accounts",
    "audit",
    "current",
    "evidence",
    "jobs",
    "notices",
    "plans",
    "progress",
    "reports",
    "triggers",
]
