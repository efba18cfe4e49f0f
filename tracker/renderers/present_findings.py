"""The findings of a compiled report as sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.domain.plans import Role
from tracker.domain.report_document import Finding, FindingCode, ReportDocument
from tracker.renderers.present_lines import Placed, anchor, number, role_word
from tracker.renderers.presentation import FindingGroup, FindingLine, FindingRow, Reference
from tracker.renderers.words import Words

# Said once with the list of its rows, where a row each would say the same again and again.
MERGED = frozenset(
    {
        FindingCode.COMPLETION_UNDATED,
        FindingCode.PART_DIFFERS,
        FindingCode.ROUNDS_UNANSWERED,
        FindingCode.OUTSIDE_PERIOD,
        FindingCode.RECORDED_AFTER_CUTOFF,
    }
)
GRAVE = frozenset(
    {
        FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE,
        FindingCode.FULL_CLAIM_WITH_PARTIAL_EVIDENCE,
        FindingCode.CLAIM_ABOVE_QUANTITY,
        FindingCode.NARRATIVE_CONTRADICTS,
        FindingCode.LEVEL_ABOVE_COMPUTED,
        FindingCode.COMPLETED_LATE,
    }
)
_DATES = ("since", "completed_on", "due_on", "baseline_due_on", "on", "ends_on", "recorded_on")


def finding_groups(
    words: Words, document: ReportDocument, index: Mapping[str, Placed]
) -> tuple[FindingGroup, ...]:
    """The findings by kind, gravest first, as the document has them."""
    by_code: dict[FindingCode, list[Finding]] = {}
    for finding in document.findings:
        by_code.setdefault(finding.code, []).append(finding)
    return tuple(_group(words, code, found, index) for code, found in by_code.items())


def sentences_by_item(words: Words, document: ReportDocument) -> dict[str, list[str]]:
    """What was found of each item, for its own card: only what is not said there anyway."""
    told: dict[str, list[str]] = {}
    for one in document.findings:
        if one.code not in MERGED:
            text = f"{words(f'finding.{one.code.value}')}. {sentence(words, one)}"
            told.setdefault(one.row.uid, []).append(text)
    return told


def _group(
    words: Words, code: FindingCode, found: Sequence[Finding], index: Mapping[str, Placed]
) -> FindingGroup:
    merged: dict[str, list[Reference]] = {}
    rows = []
    for one in found:
        placed = index[one.row.uid]
        if code in MERGED:
            reference = Reference(anchor(one.row.uid), number(placed))
            merged.setdefault(sentence(words, one), []).append(reference)
        else:
            rows.append(
                FindingRow(
                    anchor(one.row.uid),
                    number(placed),
                    placed.line.title,
                    one.institution,
                    sentence(words, one),
                )
            )
    return FindingGroup(
        title=words(f"finding.{code.value}"),
        why=words(f"finding.{code.value}.why"),
        tone="late" if code in GRAVE else "warn",
        count=len(found),
        rows=tuple(rows),
        lines=tuple(FindingLine(text, tuple(references)) for text, references in merged.items()),
    )


def sentence(words: Words, finding: Finding) -> str:
    """A finding in a sentence."""
    special = _SENTENCES.get(finding.code)
    if special is not None:
        return special(words, finding)
    return words(f"finding.{finding.code.value}.row", **_spoken(words, finding))


def _spoken(words: Words, finding: Finding) -> dict[str, str]:
    """The values of a finding as they are read: dates and percentages written out."""
    values = finding.params | {"institution": finding.institution}
    values |= {name: words.iso_day(values[name]) for name in _DATES if name in values}
    if "by" in values:
        values["by"] = words.office(values["by"])
    if "percent" in values:
        values["percent"] = words.percent_text(values["percent"])
    if "role" in values:
        values["role"] = role_word(words, Role(values["role"]))
    for name in ("own", "computed"):
        if name in values:
            values[name] = words(f"level.{values[name]}")
    claimed = values.get("claimed_role", "")
    return values | {"claimed": role_word(words, Role(claimed)) if claimed else ""}


def _without_evidence(words: Words, finding: Finding) -> str:
    key = f"finding.{finding.code.value}"
    required = int(finding.params["required"])
    if not required:
        return words(f"{key}.no_means")
    return words(f"{key}.row", required, required=required)


def _partial_evidence(words: Words, finding: Finding) -> str:
    params = finding.params
    return words(
        f"finding.{finding.code.value}.row",
        int(params["items"]),
        items=params["items"],
        named=params["named"],
        required=params["required"],
    )


def _without_part(words: Words, finding: Finding) -> str:
    key = f"finding.{finding.code.value}"
    spoken = _spoken(words, finding)
    text = words(f"{key}.row" if spoken["claimed"] else f"{key}.row.unstated", claimed=spoken["claimed"])
    if not finding.params.get("source"):
        return text
    return f"{text} {words(f'{key}.variant', source=_source(words, finding), item=_item(words, finding))}"


def _source(words: Words, finding: Finding) -> str:
    """The document that gives the part, with its version and draft mark."""
    key = f"variant.{finding.params['source']}"
    name = words(key) if words.has(key) else finding.params["source"]
    marks = []
    if finding.params["source_version"]:
        marks.append(words("variant.version", version=finding.params["source_version"]))
    if finding.params["is_draft"] == "true":
        marks.append(words("variant.draft"))
    return f"{name} ({', '.join(marks)})" if marks else name


def _item(words: Words, finding: Finding) -> str:
    word = words(f"level.{finding.params['item_kind']}.in_text")
    return f"{word} {finding.params['item_label']}"


def _completed_late(words: Words, finding: Finding) -> str:
    key, params = f"finding.{finding.code.value}", finding.params
    spoken = _spoken(words, finding)
    late, baseline = int(params["days_late"]), int(params["days_late_baseline"])
    text = words(f"{key}.row", late=words("days_late", late), **_only(spoken, "completed_on", "due_on"))
    if params["due_on"] == params["baseline_due_on"] and late == baseline:
        return text
    late_text = words("days_late", baseline)
    more = words(f"{key}.baseline", late=late_text, baseline_due_on=spoken["baseline_due_on"])
    return f"{text} {more}"


def _only(values: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: values[name] for name in names}


def _above_quantity(words: Words, finding: Finding) -> str:
    spoken = _spoken(words, finding)
    unit = f" ({spoken['unit']})" if spoken["unit"] else ""
    return words(f"finding.{finding.code.value}.row", **(spoken | {"unit": unit}))


def _no_information(words: Words, finding: Finding) -> str:
    key, leads = f"finding.{finding.code.value}", finding.params["leads"]
    text = words(f"{key}.row", leads=leads) if leads else words(f"{key}.row.nobody")
    contributions = finding.params["contributions"]
    if not contributions:
        return text
    return f"{text} {words(f'{key}.contributions', contributions=contributions)}"


def _late_evidence(words: Words, finding: Finding) -> str:
    title = finding.params["title"] or words("evidence.restricted")
    return words(f"finding.{finding.code.value}.row", title=title, on=words.iso_day(finding.params["on"]))


_SENTENCES = {
    FindingCode.FULL_CLAIM_WITHOUT_EVIDENCE: _without_evidence,
    FindingCode.FULL_CLAIM_WITH_PARTIAL_EVIDENCE: _partial_evidence,
    FindingCode.CLAIM_ABOVE_QUANTITY: _above_quantity,
    FindingCode.CLAIM_WITHOUT_PART: _without_part,
    FindingCode.COMPLETED_LATE: _completed_late,
    FindingCode.NO_INFORMATION: _no_information,
    FindingCode.EVIDENCE_AFTER_CUTOFF: _late_evidence,
}
