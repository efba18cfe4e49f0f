"""Every code a finding may carry, with its parameters; the edges hold a sentence for each."""

from __future__ import annotations

FILE_CODES: dict[str, tuple[str, ...]] = {
    "empty-file": (),
    "file-too-large": ("limit", "value"),
    "not-an-office-file": (),
    "not-a-text-table": (),
    "old-office-format": (),
    "password-protected": (),
    "unreadable-file": (),
    "wrong-office-format": ("expected",),
    "too-many-sheets": ("limit", "value"),
    "too-many-rows": ("limit", "value"),
    "too-many-cells": ("limit", "value"),
}
"""Why a file was not opened: always errors, without a cell."""

ERROR_CODES: dict[str, tuple[str, ...]] = {
    "header-not-found": (),
    "no-commitment-number": (),
    "repeated-number": ("label", "first"),
    "reversed-window": ("start", "end"),
    "unknown-month": ("month", "nearest"),
    "no-such-month": ("month",),
    "impossible-date": ("value",),
    "impossible-value": (),
    "impossible-number": (),
    "missing-column": ("columns",),
    "missing-date": (),
    "missing-institution": (),
    "cells-beyond-columns": (),
    "percent-not-a-number": (),
    "percent-out-of-range": ("value",),
    "repeated-row": ("first",),
}
"""What stops an import, told of a cell."""

DOUBT_CODES: dict[str, tuple[str, ...]] = {
    "no-period": (),
    "period-not-understood": (),
    "period-without-year": (),
    "period-open-ended": (),
    "period-approximate": ("words",),
    "period-partly-understood": ("rest",),
    "frequency-guessed": ("frequency",),
    "frequency-possible": ("frequency",),
    "unknown-institution": ("text",),
    "institution-guessed": ("text", "institution"),
    "role-guessed": ("institution", "role", "words"),
    "unknown-role": (),
    "no-responsible": (),
    "text-not-understood": ("rest",),
    "means-split-doubt": ("count", "means"),
    "quantity-ambiguous": ("words",),
    "quantity-possible": ("words",),
    "number-missing": ("number",),
    "number-conflict": ("number", "label"),
    "title-missing": (),
    "row-joined": (),
    "formula-without-value": (),
    "no-milestones": (),
    "continuity-not-understood": (),
    "percent-rounded": ("value",),
    "completed-after-cutoff": ("cutoff",),
    "completed-below-100": ("percent",),
    "nothing-reported": (),
    "link-not-understood": ("link",),
}
"""What is written and marked for the contact point."""

FINDING_CODES: dict[str, tuple[str, ...]] = FILE_CODES | ERROR_CODES | DOUBT_CODES
