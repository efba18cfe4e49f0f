"""Two figures, whose percent, and the roll-up (design section 2, rules 2 and 5); percents are 0 to 100."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor, lcm

from tracker.domain.facts import Forerunner, InstitutionRef, ReportFact, RoleFact
from tracker.domain.plans import Role
from tracker.domain.workflow import STANDING, ReportStatus

FULL = Decimal(100)
CENT = Decimal("0.01")
VALIDATED_ONLY = frozenset({ReportStatus.VALIDATED})


@dataclass(frozen=True)
class Claim:
    """What one institution says of one item: its last report, or what its occurrences add up to."""

    report: ReportFact
    percent: Decimal
    completed_on: date | None
    met: dict[str, date | None] = field(default_factory=dict)
    """Occurrences met, with their completion date where given."""


@dataclass(frozen=True)
class Figure:
    """An item's validated or reported percent, always with date and author."""

    percent: Decimal
    on: date
    by: tuple[str, ...]
    completed_on: date | None
    missing: tuple[str, ...]
    met: dict[str, date | None]
    reports: tuple[ReportFact, ...]

    @property
    def is_complete(self) -> bool:
        """True at exactly 100 %."""
        return self.percent >= FULL

    @property
    def decided_by(self) -> tuple[str, ...]:
        """Who accepted it, where it was accepted."""
        return tuple(dict.fromkeys(r.decision.by for r in self.reports if r.decision is not None))

    @property
    def decided_at(self) -> datetime | None:
        """When it was accepted, the last of several."""
        return max((r.decision.decided_at for r in self.reports if r.decision is not None), default=None)


def governing_parts(roles: Sequence[RoleFact]) -> tuple[RoleFact, ...]:
    """The parts whose institutions' percent is the item's, each institution once."""
    for role in (Role.LEAD, Role.COORDINATOR):
        found = {one.institution: one for one in reversed(roles) if one.role is role}
        if found:
            return tuple(reversed(found.values()))
    return ()


def part_of(roles: Sequence[RoleFact], institution: InstitutionRef) -> RoleFact | None:
    """The part in which an institution's reports count: its own, else that of who took it over."""
    own = next((one for one in roles if one.institution == institution), None)
    return own or next((one for one in roles if _is_followed(institution.uid, one.follows)), None)


def _is_followed(uid: str, follows: Iterable[Forerunner]) -> bool:
    return any(one.uid == uid or _is_followed(uid, one.follows) for one in follows)


def voices(part: RoleFact, reports: Sequence[ReportFact]) -> list[list[ReportFact]]:
    """What is said in a part: one voice, or after a merger one for each institution that it follows.

    Each goes on with what the institution itself reported since it took the part over, so that a merger
    alone changes no figure: of several voices the lowest counts, as before it.
    """
    return _voices(part.institution.uid, part.since, part.follows, reports)


def _voices(
    uid: str, since: date | None, follows: Sequence[Forerunner], reports: Sequence[ReportFact]
) -> list[list[ReportFact]]:
    own = [r for r in reports if r.institution.uid == uid and (since is None or r.reported_on >= since)]
    if not follows:
        return [own]
    return [
        list({id(r): r for r in (*before, *own)}.values())
        for one in follows
        for before in _voices(one.uid, one.since, one.follows, reports)
    ]


def governing(roles: Sequence[RoleFact]) -> tuple[InstitutionRef, ...]:
    """Whose percent is the item's: its leads', else its coordinators'; the others contribute."""
    return tuple(one.institution for one in governing_parts(roles))


def report_order(report: ReportFact) -> tuple[date, int]:
    """The last report is the last by effective date, then by order of recording."""
    return report.reported_on, report.sequence


def institution_claim(reports: Iterable[ReportFact], keys: Sequence[str], *, recurring: bool) -> Claim | None:
    """One institution's claim from its reports that carry a percent; None where there is none.

    A report on the whole item says its percent; reports on occurrences give met over planned for a
    recurring duty, and the mean over all occurrences otherwise. An occurrence without a report of its own
    has what was last said of the whole, else nothing; one met keeps its own completion date, and a later
    partial report on the whole takes it back only where no occurrence would be left to do.
    """
    ordered = sorted((r for r in reports if r.percent is not None), key=report_order)
    if not ordered:
        return None
    last = ordered[-1]
    whole = next((r for r in reversed(ordered) if r.occurrence is None), None)
    own = {r.occurrence: r for r in ordered if r.occurrence is not None}
    saying = {key: _saying(own.get(key), whole) for key in dict.fromkeys((*keys, *own))}
    met = {
        key: _completion(one, whole)
        for key, one in saying.items()
        if one is not None and _percent(one) >= FULL
    }
    if last.occurrence is None or not keys:
        percent = _percent(last)
        if percent < FULL and all(key in met for key in keys):
            met = {key: day for key, day in met.items() if key not in keys}
    else:
        percent = _of_occurrences([_percent(saying[key]) for key in keys], recurring=recurring)
    return Claim(last, percent, _completed(last, percent, [met.get(key) for key in keys]), met)


def _percent(report: ReportFact | None) -> Decimal:
    """What a report says; what was never reported counts as nothing."""
    return (report.percent if report else None) or Decimal(0)


def _saying(own: ReportFact | None, whole: ReportFact | None) -> ReportFact | None:
    """The report that speaks for an occurrence: its own once met, else the later of it and the whole's."""
    if own is None or whole is None:
        return own or whole
    return own if _percent(own) >= FULL else max(own, whole, key=report_order)


def _completion(report: ReportFact, whole: ReportFact | None) -> date | None:
    """When an occurrence was met: as its own report says, else as the whole item's where complete."""
    if report.completed_on is None and whole is not None and _percent(whole) >= FULL:
        return whole.completed_on
    return report.completed_on


def _of_occurrences(percents: Sequence[Decimal], *, recurring: bool) -> Decimal:
    """Met over planned for a recurring duty; otherwise the mean."""
    counted = [Fraction(100 if one >= FULL else 0) if recurring else Fraction(one) for one in percents]
    return as_percent(sum(counted, Fraction(0)) / len(counted))


def _completed(last: ReportFact, percent: Decimal, dates: Sequence[date | None]) -> date | None:
    """Completed on the day the last report states, else with the last occurrence, if all are dated."""
    if percent < FULL:
        return None
    if last.occurrence is None and last.completed_on is not None:
        return last.completed_on
    known = [day for day in dates if day is not None]
    return max(known) if known and len(known) == len(dates) else None


def figure(
    reports: Sequence[ReportFact],
    roles: Sequence[RoleFact],
    keys: Sequence[str],
    *,
    recurring: bool,
    statuses: frozenset[ReportStatus] = STANDING,
) -> Figure | None:
    """The item's figure from reports in those statuses: the governing institution's own percent.

    With several leads the lowest of those who reported, naming who has not; None is "sin información".
    """
    leads = governing_parts(roles)
    counted = [r for r in reports if r.status in statuses]
    claims: dict[tuple[InstitutionRef, int], Claim] = {}
    for lead in leads:
        for place, own in enumerate(voices(lead, counted)):
            claim = institution_claim(own, keys, recurring=recurring)
            if claim is not None:
                claims[lead.institution, place] = claim
    if not claims:
        return None
    lowest = min(claim.percent for claim in claims.values())
    chosen = {lead: claim for lead, claim in claims.items() if claim.percent == lowest}
    completed = [claim.completed_on for claim in chosen.values()]
    informed = {lead for lead, _place in claims}
    known = [day for day in completed if day is not None]
    return Figure(
        percent=lowest,
        on=max(claim.report.reported_on for claim in chosen.values()),
        by=tuple(dict.fromkeys(_speaker(lead, claim) for (lead, _place), claim in chosen.items())),
        completed_on=max(known) if lowest >= FULL and len(known) == len(completed) else None,
        missing=tuple(one.institution.label for one in leads if one.institution not in informed),
        met=_met_by_all(list(claims.values())),
        reports=tuple({id(claim.report): claim.report for claim in chosen.values()}.values()),
    )


def _speaker(lead: InstitutionRef, claim: Claim) -> str:
    """Who said it: a report of before a merger keeps the name it was made under."""
    author = claim.report.institution
    return lead.label if author == lead else author.label


def _met_by_all(claims: Sequence[Claim]) -> dict[str, date | None]:
    """An occurrence is met when every lead that reported met it; its date is the last, if all gave one."""
    shared = set.intersection(*(set(claim.met) for claim in claims))
    met: dict[str, date | None] = {}
    for key in shared:
        days = [claim.met[key] for claim in claims]
        known = [day for day in days if day is not None]
        met[key] = max(known) if len(known) == len(days) else None
    return met


@dataclass(frozen=True)
class Share:
    """One figure of a subtree: the floor (missing counts as nothing), the mean of those informed, n of m."""

    floor: Fraction = Fraction(0)
    informed_mean: Fraction | None = None
    informed: int = 0
    total: int = 0
    not_started: int = 0

    @property
    def missing(self) -> int:
        """Items that should have informed and have not."""
        return self.total - self.informed - self.not_started

    @property
    def nothing_opened(self) -> bool:
        """True where there are items and the windows of none has opened."""
        return 0 < self.total == self.not_started

    @property
    def percent(self) -> Fraction | None:
        """The figure shown: the floor, or nothing where nobody informed."""
        return self.floor if self.informed else None


@dataclass(frozen=True)
class Weighted:
    """A child's share with its weight."""

    share: Share
    weight: Fraction = Fraction(1)


def leaf_share(percent: Decimal | None, *, opened: bool) -> Share:
    """The share of one item: informed, missing, or not started yet where no window has opened."""
    if percent is not None:
        exact = Fraction(percent)
        return Share(exact, exact, 1, 1, 0)
    return Share(Fraction(0), None, 0, 1, 0 if opened else 1)


def roll_up(children: Sequence[Weighted]) -> Share:
    """Weighted means in exact arithmetic; no information is not 0 % in the mean, and nothing in the floor.

    Weights must be above zero; equal children give their own value whatever the weights. A child without
    any item in it weighs nothing.
    """
    if any(child.weight.numerator <= 0 for child in children):
        raise ValueError("weight-not-positive")
    floor_mean = weighted_mean((child.share.floor, child.weight) for child in children if child.share.total)
    mean = weighted_mean(
        (child.share.informed_mean, child.weight)
        for child in children
        if child.share.informed_mean is not None
    )
    return Share(
        floor=floor_mean or Fraction(0),
        informed_mean=mean,
        informed=sum(child.share.informed for child in children),
        total=sum(child.share.total for child in children),
        not_started=sum(child.share.not_started for child in children),
    )


def weighted_mean(parts: Iterable[tuple[Fraction, Fraction]]) -> Fraction | None:
    """Exact weighted mean of (value, weight), added up over one denominator; None of nothing."""
    known = [(value * weight, weight) for value, weight in parts]
    common = lcm(*(one.denominator for pair in known for one in pair))
    total = sum(one.numerator * (common // one.denominator) for one, _ in known)
    weights = sum(one.numerator * (common // one.denominator) for _, one in known)
    return Fraction(total, weights) if weights else None


def as_percent(value: Fraction) -> Decimal:
    """Two decimals, half up; never 100.00 for less than the whole, never 0.00 for more than nothing."""
    rounded = Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)
    if value < 100:
        rounded = min(rounded, FULL - CENT)
    if value > 0:
        rounded = max(rounded, CENT)
    return rounded
