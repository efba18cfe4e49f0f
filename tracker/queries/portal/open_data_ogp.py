"""Commitments in the columns of the Open Government Partnership's commitment dataset.

Header and values as in the dataset's published CSV (a copy of 2022: https://github.com/g0v/ogp-commitments);
NA and ND are its own words for "not applicable" and "no data". Its policy areas are coded by its staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tracker.domain.assessment import Assessor, CompletionLevel
from tracker.domain.irm import IrmField
from tracker.domain.plans import Role
from tracker.domain.progress import governing_parts
from tracker.domain.self_assessment import Phase, phase_at
from tracker.queries.assessment_history import StatementVersion, irm_codes, statement_versions
from tracker.queries.portal.open_data_rows import Row, View
from tracker.queries.portal.open_data_tree import Found, commitments, span_of

NO_DATA, NOT_APPLICABLE = "ND", "NA"
_LEVELS = {
    CompletionLevel.NO_EVIDENCE: "No Evidence Available",
    CompletionLevel.NOT_STARTED: "Not Started",
    CompletionLevel.LIMITED: "Limited",
    CompletionLevel.SUBSTANTIAL: "Substantial",
    CompletionLevel.COMPLETE: "Complete",
}
_OTHERWISE = {(IrmField.OPENED, "unchanged"): "Did Not Change"}
_VALUES = {
    "OGP Value Access To Information": "transparency",
    "OGP Value Civic Participation": "participation",
    "OGP Value Public Accountability": "accountability",
    "OGP Value Technology": "innovation",
}
_CODED = {
    "Specificity": IrmField.SPECIFICITY,
    "Verifiable": IrmField.VERIFIABLE,
    "Potential Impact": IrmField.IMPACT,
    "Potential for Results": IrmField.POTENTIAL,
    "Early Results": IrmField.RESULTS,
    "Did It Open Government (Overall)": IrmField.OPENED,
}


def ogp_rows(view: View) -> Iterator[tuple[str, Row]]:
    """Each commitment in the dataset's columns."""
    for found in commitments(view):
        versions = statement_versions(found.plan_id, view.cut, commitment_id=found.commitment_id)
        row = _who_and_what(found, view) | _text(found) | _assessed(found, versions)
        yield "ogp_commitments", row | {"Cumple UID": found.status.facts.uid}


def _who_and_what(found: Found, view: View) -> dict[str, Any]:
    facts, country = found.status.facts, view.country
    identifier = facts.texts.get("ogp_identifier", "")
    starts, ends = found.starts_on, found.ends_on
    years = ends.year - starts.year if starts and ends else None
    plan_id = found.root.facts.texts.get("ogp_identifier") or f"AP_{country.code}{found.plan_number:02d}"
    return {
        "Commitment Unique Identifier": identifier,
        "Country/Locality": country.name,
        "Action Plan Number": found.plan_number,
        "Commitment Number": facts.number,
        "Code": country.code,
        "Region": country.region,
        "National Or Local": "National",
        "Year Of Submission": _or(starts.year if starts else None, NO_DATA),
        "Action Plan End Year": _or(ends.year if ends else None, NO_DATA),
        "Action Plan Duration (Years)": _or(years, NO_DATA),
        "URL": country.commitment_url.replace("{identifier}", identifier) if identifier else "",
        "Action Plan ID": plan_id,
    }


def _or(value: object, otherwise: str) -> str:
    return otherwise if value is None or value == "" else str(value)


def _text(found: Found) -> dict[str, Any]:
    facts, texts, span = found.status.facts, found.status.facts.texts, span_of(found.status)
    whole = (texts.get(name, "").strip() for name in ("problem", "description", "contribution"))
    starts, ends = (span.start, span.end) if span else (None, None)
    return {
        "Theme": found.axis.facts.title if found.axis else NOT_APPLICABLE,
        "Commitment Title": facts.title,
        "Short Title": texts.get("short_title") or facts.title,
        "Full Text": "\n\n".join(one for one in whole if one) or NO_DATA,
        "Start Date": _date(starts),
        "End Date": _date(ends),
        **_institutions(found),
    }


def _date(day: date | None) -> str:
    return day.isoformat() if day else NOT_APPLICABLE


def _institutions(found: Found) -> dict[str, Any]:
    """Who answers for it, and everybody else who has a part in it or in something below it."""
    own = found.status.roles
    below = tuple(part for one in found.status.walk() for part in one.facts.roles)
    leads = governing_parts(own) or tuple(part for part in below if part.role is Role.LEAD)
    named = {part.institution.uid: part.institution.name for part in leads}
    others = {
        part.institution.uid: part.institution.name
        for part in (*own, *below)
        if part.institution.uid not in named
    }
    return {
        "Lead Institution": _joined(named.values()),
        "Supporting Institution(s)": _joined(others.values()),
    }


def _joined(names: Iterable[str]) -> str:
    return "; ".join(names) or NOT_APPLICABLE


def _assessed(found: Found, versions: tuple[StatementVersion, ...]) -> dict[str, Any]:
    """What the mechanism says of it: the level by the report, the codes as they hold."""
    facts = found.status.facts
    values = set(facts.texts.get("ogp_values", "").split(","))
    coded = {line.field: line.values for line in irm_codes(versions).get(facts.uid, ())}
    levels: dict[Phase, str] = {}
    for one in versions:
        said = one.statement
        if said.assessor is Assessor.IRM and said.level is not None and said.about_uid == facts.uid:
            levels[phase_at(said.on, found.ends_on)] = _LEVELS[said.level]
    return {
        **{column: int(value in values) for column, value in _VALUES.items()},
        **{column: _code(field, coded) for column, field in _CODED.items()},
        "Completion (Progress Report)": levels.get(Phase.MIDTERM, NO_DATA),
        "Completion (End Of Term)": levels.get(Phase.FINAL, NO_DATA),
    }


def _code(field: IrmField, coded: Mapping[IrmField, tuple[str, ...]]) -> str:
    values = coded.get(field, ())
    return "; ".join(_OTHERWISE.get((field, one), one.title()) for one in values) or NO_DATA
